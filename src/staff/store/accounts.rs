//! Accounts as those who look after them see them.

use crate::on;
use crate::store::{Store, StoreError};

/// A row of the list of accounts.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct Listed {
    /// The member.
    pub id: Vec<u8>,
    /// The label.
    pub label: String,
    /// `enrolling`, `enrolled` or `suspended`.
    pub state: String,
    /// `lead`, `administrator` or nothing.
    pub founding: String,
    /// The signed application (A5), or nothing.
    pub application: Vec<u8>,
    /// Whose place the member takes, or nothing.
    pub replaces: Vec<u8>,
    /// The day on which it was begun, or nothing.
    pub created: String,
    /// How many proved second factors there are.
    pub factors: i64,
    /// How many live sessions there are.
    pub sessions: i64,
}

/// Accounts by their ids, after one, at most so many.
///
/// # Errors
/// As the store's.
pub async fn accounts(
    store: &Store,
    seen_after: i64,
    opened_after: i64,
    after: &[u8],
    limit: i64,
) -> Result<Vec<Listed>, StoreError> {
    let rows = on!(read store, db => {
        sqlx::query_as::<_, Listed>(
            "SELECT m.id, m.label, m.state, m.founding, m.application, m.replaces, m.created, \
             (SELECT COUNT(*) FROM factors f WHERE f.member = m.id AND f.proved = 1) AS factors, \
             (SELECT COUNT(*) FROM sessions s WHERE s.member = m.id AND s.seen > $1 AND s.opened > $2) \
             AS sessions FROM members m WHERE m.id > $3 ORDER BY m.id LIMIT $4",
        )
        .bind(seen_after)
        .bind(opened_after)
        .bind(after)
        .bind(limit)
        .fetch_all(db)
        .await?
    });
    Ok(rows)
}

/// The application of an account, or nothing.
///
/// # Errors
/// As the store's.
pub async fn application(store: &Store, member: &[u8]) -> Result<Option<Vec<u8>>, StoreError> {
    let found = on!(read store, db => {
        sqlx::query_scalar::<_, Vec<u8>>("SELECT application FROM members WHERE id = $1")
            .bind(member)
            .fetch_optional(db)
            .await?
    });
    Ok(found.filter(|application| !application.is_empty()))
}

/// In whose place an account was begun.
///
/// # Errors
/// As the store's.
pub async fn replaced_by(store: &Store, member: &[u8]) -> Result<Option<Vec<u8>>, StoreError> {
    let found = on!(read store, db => {
        sqlx::query_scalar::<_, Vec<u8>>("SELECT replaces FROM members WHERE id = $1")
            .bind(member)
            .fetch_optional(db)
            .await?
    });
    Ok(found.filter(|replaces| !replaces.is_empty()))
}

/// Those who were enrolled by an invitation to administer.
///
/// # Errors
/// As the store's.
pub async fn founding_administrators(store: &Store) -> Result<Vec<Vec<u8>>, StoreError> {
    let rows = on!(read store, db => {
        sqlx::query_scalar::<_, Vec<u8>>(
            "SELECT id FROM members WHERE founding = 'administrator' AND state <> 'enrolling' ORDER BY id",
        )
        .fetch_all(db)
        .await?
    });
    Ok(rows)
}

/// What became of suspending an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Suspended {
    /// It cannot be used, and its sessions have ended.
    Done,
    /// There is no such account.
    Missing,
    /// Nobody else could administer.
    Last,
}

/// Suspends an account and ends its sessions. `administrators` are all who administer: one of them must be
/// left.
///
/// # Errors
/// As the store's.
pub async fn suspend(
    store: &Store,
    member: &[u8],
    administrators: &[Vec<u8>],
) -> Result<Suspended, StoreError> {
    on!(begin store, db => {
        let mut left = 0;
        // In one order, and each locked, so that two administrators cannot suspend each other at once.
        let mut in_order: Vec<&Vec<u8>> = administrators.iter().collect();
        in_order.sort();
        for administrator in in_order {
            let can = sqlx::query("UPDATE members SET state = state WHERE id = $1 AND state = 'enrolled'")
                .bind(administrator)
                .execute(&mut *db)
                .await?
                .rows_affected();
            if administrator.as_slice() != member {
                left += can;
            }
        }
        if left == 0 && administrators.iter().any(|administrator| administrator.as_slice() == member) {
            return Ok(Suspended::Last);
        }
        let suspended = sqlx::query(
            "UPDATE members SET state = 'suspended' WHERE id = $1 AND state <> 'enrolling'",
        )
        .bind(member)
        .execute(&mut *db)
        .await?;
        if suspended.rows_affected() == 0 {
            return Ok(Suspended::Missing);
        }
        sqlx::query("DELETE FROM sessions WHERE member = $1").bind(member).execute(&mut *db).await?;
    });
    Ok(Suspended::Done)
}

/// Ends a suspension; says whether there is such an account.
///
/// # Errors
/// As the store's.
pub async fn reinstate(store: &Store, member: &[u8]) -> Result<bool, StoreError> {
    let done = on!(write store, db => {
        sqlx::query("UPDATE members SET state = 'enrolled' WHERE id = $1 AND state <> 'enrolling'")
            .bind(member)
            .execute(db)
            .await?
            .rows_affected()
    });
    Ok(done > 0)
}

/// How many rows some tables have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, sqlx::FromRow, serde::Serialize)]
pub struct Counts {
    /// Cases.
    pub cases: i64,
    /// Messages, both ways.
    pub messages: i64,
    /// Accounts.
    pub members: i64,
    /// Sessions.
    pub sessions: i64,
    /// Rows of the audit trail.
    pub audit: i64,
}

/// Counts what the service holds.
///
/// # Errors
/// As the store's.
pub async fn counts(store: &Store) -> Result<Counts, StoreError> {
    let counts = on!(read store, db => {
        sqlx::query_as::<_, Counts>(
            "SELECT (SELECT COUNT(*) FROM cases) AS cases, (SELECT COUNT(*) FROM messages) AS messages, \
             (SELECT COUNT(*) FROM members) AS members, (SELECT COUNT(*) FROM sessions) AS sessions, \
             (SELECT COUNT(*) FROM audit) AS audit",
        )
        .fetch_one(db)
        .await?
    });
    Ok(counts)
}
