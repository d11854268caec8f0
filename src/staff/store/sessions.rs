//! Members' sessions.

use crate::on;
use crate::store::{Store, StoreError};

/// A live session's member.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct Present {
    /// The member id.
    pub id: Vec<u8>,
    /// The label.
    pub label: String,
    /// What the account was founded for: `lead`, `administrator` or nothing.
    pub founding: String,
    /// When the session was last used, Unix seconds.
    pub seen: i64,
    /// When it last saw a second factor, Unix seconds; 0 for never.
    pub fresh: i64,
    /// How many proved second factors the member has.
    pub factors: i64,
}

/// Finds who a session belongs to, if it is neither idle nor over, and its member not suspended.
///
/// # Errors
/// As the store's.
pub async fn present(
    store: &Store,
    digest: &[u8; 32],
    seen_after: i64,
    opened_after: i64,
) -> Result<Option<Present>, StoreError> {
    let found = on!(read store, db => {
        sqlx::query_as::<_, Present>(
            "SELECT m.id, m.label, m.founding, s.seen, s.fresh, \
             (SELECT COUNT(*) FROM factors f WHERE f.member = m.id AND f.proved = 1) AS factors \
             FROM sessions s JOIN members m ON m.id = s.member \
             WHERE s.digest = $1 AND s.seen > $2 AND s.opened > $3 AND m.state = 'enrolled'",
        )
        .bind(digest.as_slice())
        .bind(seen_after)
        .bind(opened_after)
        .fetch_optional(db)
        .await?
    });
    Ok(found)
}

/// A session on its way in.
#[derive(Debug, Clone, Copy)]
pub struct NewSession<'a> {
    /// The digest of its cookie.
    pub digest: &'a [u8; 32],
    /// The member.
    pub member: &'a [u8],
    /// Now, Unix seconds.
    pub now: i64,
    /// When it saw a second factor, Unix seconds; 0 for never.
    pub fresh: i64,
}

/// Opens a session and clears those that are over.
///
/// # Errors
/// [`StoreError::Conflict`] when the member was suspended meanwhile.
pub async fn open_session(
    store: &Store,
    new: NewSession<'_>,
    opened_after: i64,
) -> Result<(), StoreError> {
    on!(begin store, db => {
        sqlx::query("DELETE FROM sessions WHERE opened <= $1")
            .bind(opened_after)
            .execute(&mut *db)
            .await?;
        // Locks the account, so that none is suspended between this look and the session.
        let enters = sqlx::query("UPDATE members SET state = state WHERE id = $1 AND state = 'enrolled'")
            .bind(new.member)
            .execute(&mut *db)
            .await?
            .rows_affected();
        if enters == 0 {
            return Err(StoreError::Conflict);
        }
        sqlx::query("INSERT INTO sessions (digest, member, opened, seen, fresh) VALUES ($1, $2, $3, $3, $4)")
            .bind(new.digest.as_slice())
            .bind(new.member)
            .bind(new.now)
            .bind(new.fresh)
            .execute(&mut *db)
            .await?;
    });
    Ok(())
}

/// Notes that a session was used.
///
/// # Errors
/// As the store's.
pub async fn touch_session(store: &Store, digest: &[u8; 32], now: i64) -> Result<(), StoreError> {
    on!(write store, db => {
        sqlx::query("UPDATE sessions SET seen = $2 WHERE digest = $1")
            .bind(digest.as_slice())
            .bind(now)
            .execute(db)
            .await?;
    });
    Ok(())
}

/// Notes that a session saw a second factor.
///
/// # Errors
/// As the store's.
pub async fn refresh_session(store: &Store, digest: &[u8; 32], now: i64) -> Result<(), StoreError> {
    on!(write store, db => {
        sqlx::query("UPDATE sessions SET fresh = $2 WHERE digest = $1")
            .bind(digest.as_slice())
            .bind(now)
            .execute(db)
            .await?;
    });
    Ok(())
}

/// Ends a session.
///
/// # Errors
/// As the store's.
pub async fn end_session(store: &Store, digest: &[u8; 32]) -> Result<(), StoreError> {
    on!(write store, db => {
        sqlx::query("DELETE FROM sessions WHERE digest = $1").bind(digest.as_slice()).execute(db).await?;
    });
    Ok(())
}

/// A session as its member sees it.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct Session {
    /// The digest of its cookie.
    pub digest: Vec<u8>,
    /// When it was opened, Unix seconds.
    pub opened: i64,
    /// When it was last used, Unix seconds.
    pub seen: i64,
}

/// A member's live sessions, the last opened first.
///
/// # Errors
/// As the store's.
pub async fn sessions(
    store: &Store,
    member: &[u8],
    seen_after: i64,
    opened_after: i64,
) -> Result<Vec<Session>, StoreError> {
    let rows = on!(read store, db => {
        sqlx::query_as::<_, Session>(
            "SELECT digest, opened, seen FROM sessions \
             WHERE member = $1 AND seen > $2 AND opened > $3 ORDER BY opened DESC, digest",
        )
        .bind(member)
        .bind(seen_after)
        .bind(opened_after)
        .fetch_all(db)
        .await?
    });
    Ok(rows)
}

/// Ends a member's session by the beginning of its digest; says whether there was one.
///
/// # Errors
/// As the store's.
pub async fn end_own_session(
    store: &Store,
    member: &[u8],
    beginning: &[u8; 16],
) -> Result<bool, StoreError> {
    let ended = on!(write store, db => {
        sqlx::query("DELETE FROM sessions WHERE member = $1 AND substr(digest, 1, 16) = $2")
            .bind(member)
            .bind(beginning.as_slice())
            .execute(db)
            .await?
            .rows_affected()
    });
    Ok(ended > 0)
}

/// Ends a member's sessions but one.
///
/// # Errors
/// As the store's.
pub async fn end_other_sessions(
    store: &Store,
    member: &[u8],
    but: &[u8; 32],
) -> Result<(), StoreError> {
    on!(write store, db => {
        sqlx::query("DELETE FROM sessions WHERE member = $1 AND digest <> $2")
            .bind(member)
            .bind(but.as_slice())
            .execute(db)
            .await?;
    });
    Ok(())
}

/// Ends every session of these members.
///
/// # Errors
/// As the store's.
pub async fn end_sessions_of(store: &Store, members: &[&[u8]]) -> Result<(), StoreError> {
    on!(begin store, db => {
        for member in members {
            sqlx::query("DELETE FROM sessions WHERE member = $1")
                .bind(*member)
                .execute(&mut *db)
                .await?;
        }
    });
    Ok(())
}
