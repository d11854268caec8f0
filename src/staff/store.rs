//! Members' accounts, rings, sessions and failed sign-ins.

use crate::on;
use crate::store::{Store, StoreError};

/// A member's account: what sign-in needs.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct Account {
    /// The member id.
    pub id: Vec<u8>,
    /// The label, never a name.
    pub label: String,
    /// The salt of the passphrase.
    pub salt: Vec<u8>,
    /// The HMAC of the login secret (A3).
    pub login: Vec<u8>,
    /// The sealed vault (A1).
    pub vault: Vec<u8>,
}

/// Finds an account by its label.
///
/// # Errors
/// As the store's.
pub async fn account(store: &Store, label: &str) -> Result<Option<Account>, StoreError> {
    // No label has a zero byte, and PostgreSQL takes no text with one.
    if label.contains('\0') {
        return Ok(None);
    }
    let found = on!(read store, db => {
        sqlx::query_as::<_, Account>("SELECT id, label, salt, login, vault FROM members WHERE label = $1")
            .bind(label)
            .fetch_optional(db)
            .await?
    });
    Ok(found)
}

/// Opens an account.
///
/// # Errors
/// [`StoreError::Conflict`] when the label or the id is taken.
pub async fn open_account(store: &Store, account: &Account) -> Result<(), StoreError> {
    on!(write store, db => {
        sqlx::query("INSERT INTO members (id, label, salt, login, vault) VALUES ($1, $2, $3, $4, $5)")
            .bind(&account.id)
            .bind(&account.label)
            .bind(&account.salt)
            .bind(&account.login)
            .bind(&account.vault)
            .execute(db)
            .await?;
    });
    Ok(())
}

/// A live session's member: id and label.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct Present {
    /// The member id.
    pub id: Vec<u8>,
    /// The label.
    pub label: String,
    /// When the session was last used, Unix seconds.
    pub seen: i64,
}

/// Finds who a session belongs to, if it is neither idle nor over.
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
            "SELECT m.id, m.label, s.seen FROM sessions s JOIN members m ON m.id = s.member \
             WHERE s.digest = $1 AND s.seen > $2 AND s.opened > $3",
        )
        .bind(digest.as_slice())
        .bind(seen_after)
        .bind(opened_after)
        .fetch_optional(db)
        .await?
    });
    Ok(found)
}

/// Opens a session and clears those that are over.
///
/// # Errors
/// As the store's.
pub async fn open_session(
    store: &Store,
    digest: &[u8; 32],
    member: &[u8],
    now: i64,
    opened_after: i64,
) -> Result<(), StoreError> {
    on!(begin store, db => {
        sqlx::query("DELETE FROM sessions WHERE opened <= $1")
            .bind(opened_after)
            .execute(&mut *db)
            .await?;
        sqlx::query("INSERT INTO sessions (digest, member, opened, seen) VALUES ($1, $2, $3, $3)")
            .bind(digest.as_slice())
            .bind(member)
            .bind(now)
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

/// A member's ring with its revision.
///
/// # Errors
/// As the store's.
pub async fn ring(store: &Store, member: &[u8]) -> Result<Option<(i64, Vec<u8>)>, StoreError> {
    let found = on!(read store, db => {
        sqlx::query_as::<_, (i64, Vec<u8>)>("SELECT revision, ring FROM rings WHERE member = $1")
            .bind(member)
            .fetch_optional(db)
            .await?
    });
    Ok(found)
}

/// Puts a ring in the place of the given revision (0 for none).
///
/// # Errors
/// [`StoreError::Conflict`] when another browser of the member came first.
pub async fn keep_ring(
    store: &Store,
    member: &[u8],
    revision: i64,
    ring: &[u8],
) -> Result<(), StoreError> {
    if revision == 0 {
        on!(write store, db => {
            sqlx::query("INSERT INTO rings (member, revision, ring) VALUES ($1, 1, $2)")
                .bind(member)
                .bind(ring)
                .execute(db)
                .await?;
        });
        return Ok(());
    }
    let kept = on!(write store, db => {
        sqlx::query("UPDATE rings SET revision = $3, ring = $4 WHERE member = $1 AND revision = $2")
            .bind(member)
            .bind(revision)
            .bind(revision + 1)
            .bind(ring)
            .execute(db)
            .await?
            .rows_affected()
    });
    if kept == 0 {
        Err(StoreError::Conflict)
    } else {
        Ok(())
    }
}

/// Failed sign-ins under a label: how many, and the earliest moment of the next try (Unix seconds).
///
/// # Errors
/// As the store's.
pub async fn failures(store: &Store, label: &[u8; 32]) -> Result<(i64, i64), StoreError> {
    let found = on!(read store, db => {
        sqlx::query_as::<_, (i64, i64)>("SELECT count, not_before FROM failures WHERE label = $1")
            .bind(label.as_slice())
            .fetch_optional(db)
            .await?
    });
    Ok(found.unwrap_or_default())
}

/// Counts a failed sign-in.
///
/// # Errors
/// As the store's.
pub async fn count_failure(
    store: &Store,
    label: &[u8; 32],
    not_before: i64,
) -> Result<(), StoreError> {
    on!(write store, db => {
        sqlx::query(
            "INSERT INTO failures (label, count, not_before) VALUES ($1, 1, $2) \
             ON CONFLICT (label) DO UPDATE SET count = failures.count + 1, not_before = excluded.not_before",
        )
        .bind(label.as_slice())
        .bind(not_before)
        .execute(db)
        .await?;
    });
    Ok(())
}

/// Forgets the failures under a label.
///
/// # Errors
/// As the store's.
pub async fn clear_failures(store: &Store, label: &[u8; 32]) -> Result<(), StoreError> {
    on!(write store, db => {
        sqlx::query("DELETE FROM failures WHERE label = $1").bind(label.as_slice()).execute(db).await?;
    });
    Ok(())
}
