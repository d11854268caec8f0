//! Invitations: each is a link that somebody may enrol by, once.

use crate::on;
use crate::store::{Store, StoreError};

/// An invitation as it is kept: the digest of the link's secret, never the secret.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct Invitation {
    /// The digest of the link's secret.
    pub digest: Vec<u8>,
    /// `lead`, `administrator` or `member`.
    pub purpose: String,
    /// What the inviter calls whom they invite; a suggestion.
    pub label: String,
    /// The id that was drawn for whoever enrols by it.
    pub member: Vec<u8>,
    /// Whose place they take, or nothing.
    pub replaces: Vec<u8>,
    /// Who invited them; nothing for the command line.
    pub invited_by: Vec<u8>,
    /// Until when it is good, Unix seconds.
    pub until: i64,
}

/// Keeps an invitation, and forgets those that are over with what was begun by them.
///
/// # Errors
/// As the store's.
pub async fn invite(store: &Store, new: &Invitation, now: i64) -> Result<(), StoreError> {
    on!(begin store, db => {
        sqlx::query("DELETE FROM invitations WHERE until <= $1 OR used = 1")
            .bind(now)
            .execute(&mut *db)
            .await?;
        sqlx::query(
            "DELETE FROM factors WHERE member IN (SELECT id FROM members WHERE state = 'enrolling' \
             AND id NOT IN (SELECT member FROM invitations))",
        )
        .execute(&mut *db)
        .await?;
        sqlx::query(
            "DELETE FROM members WHERE state = 'enrolling' AND id NOT IN (SELECT member FROM invitations)",
        )
        .execute(&mut *db)
        .await?;
        sqlx::query(
            "INSERT INTO invitations (digest, purpose, label, member, replaces, invited_by, until, used) \
             VALUES ($1, $2, $3, $4, $5, $6, $7, 0)",
        )
        .bind(&new.digest)
        .bind(&new.purpose)
        .bind(&new.label)
        .bind(&new.member)
        .bind(&new.replaces)
        .bind(&new.invited_by)
        .bind(new.until)
        .execute(&mut *db)
        .await?;
    });
    Ok(())
}

/// Finds an invitation that can still be used.
///
/// # Errors
/// As the store's.
pub async fn invitation(
    store: &Store,
    digest: &[u8],
    now: i64,
) -> Result<Option<Invitation>, StoreError> {
    let found = on!(read store, db => {
        sqlx::query_as::<_, Invitation>(
            "SELECT digest, purpose, label, member, replaces, invited_by, until FROM invitations \
             WHERE digest = $1 AND used = 0 AND until > $2",
        )
        .bind(digest)
        .bind(now)
        .fetch_optional(db)
        .await?
    });
    Ok(found)
}

/// Invitations that can still be used by their digests, after one that begins like this, at most so many.
///
/// # Errors
/// As the store's.
pub async fn invitations(
    store: &Store,
    now: i64,
    after: &[u8],
    limit: i64,
) -> Result<Vec<Invitation>, StoreError> {
    let rows = on!(read store, db => {
        sqlx::query_as::<_, Invitation>(
            "SELECT digest, purpose, label, member, replaces, invited_by, until FROM invitations \
             WHERE used = 0 AND until > $1 AND substr(digest, 1, 16) > $2 ORDER BY digest LIMIT $3",
        )
        .bind(now)
        .bind(after)
        .bind(limit)
        .fetch_all(db)
        .await?
    });
    Ok(rows)
}

/// Withdraws an invitation by the beginning of its digest, with what was begun by it; says whether there was
/// one that could still be used.
///
/// # Errors
/// As the store's.
pub async fn withdraw(store: &Store, beginning: &[u8; 16], now: i64) -> Result<bool, StoreError> {
    let withdrawn = on!(begin store, db => {
        let members = sqlx::query_scalar::<_, Vec<u8>>(
            "UPDATE invitations SET used = 1 WHERE substr(digest, 1, 16) = $1 AND used = 0 AND until > $2 \
             RETURNING member",
        )
        .bind(beginning.as_slice())
        .bind(now)
        .fetch_all(&mut *db)
        .await?;
        for member in &members {
            sqlx::query("DELETE FROM factors WHERE member = $1").bind(member).execute(&mut *db).await?;
            sqlx::query("DELETE FROM members WHERE id = $1 AND state = 'enrolling'")
                .bind(member)
                .execute(&mut *db)
                .await?;
        }
        !members.is_empty()
    });
    Ok(withdrawn)
}

/// Whether somebody has enrolled by an invitation of this purpose.
///
/// # Errors
/// As the store's.
pub async fn has_founded(store: &Store, purpose: &str) -> Result<bool, StoreError> {
    let count = on!(read store, db => {
        sqlx::query_scalar::<_, i64>(
            "SELECT COUNT(*) FROM members WHERE founding = $1 AND state <> 'enrolling'",
        )
        .bind(purpose)
        .fetch_one(db)
        .await?
    });
    Ok(count > 0)
}
