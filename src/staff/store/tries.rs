//! Tries to sign in or to show a second factor: each is counted before it is looked at, so that many at once
//! are no more than many in a row.

use crate::on;
use crate::store::{Store, StoreError};

/// What became of asking for a try.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Try {
    /// It may be made. It counts as wrong until it is forgotten.
    Taken,
    /// Not before this moment, Unix seconds.
    NotBefore(i64),
}

/// Takes a try under a name; `pause` says how long the next must wait after so many, seconds.
///
/// # Errors
/// As the store's.
pub async fn take(
    store: &Store,
    name: &[u8; 32],
    now: i64,
    pause: fn(i64) -> i64,
) -> Result<Try, StoreError> {
    let outcome = on!(begin store, db => {
        // One statement: between two, a right try elsewhere may forget the row.
        let count = sqlx::query_scalar::<_, i64>(
            "INSERT INTO failures (label, count, not_before) VALUES ($1, 1, 0) \
             ON CONFLICT (label) DO UPDATE SET count = failures.count + 1 WHERE failures.not_before <= $2 \
             RETURNING count",
        )
        .bind(name.as_slice())
        .bind(now)
        .fetch_optional(&mut *db)
        .await?;
        if let Some(count) = count {
            sqlx::query("UPDATE failures SET not_before = $2 WHERE label = $1")
                .bind(name.as_slice())
                .bind(now.saturating_add(pause(count)))
                .execute(&mut *db)
                .await?;
            Try::Taken
        } else {
            let not_before = sqlx::query_scalar::<_, i64>("SELECT not_before FROM failures WHERE label = $1")
                .bind(name.as_slice())
                .fetch_optional(&mut *db)
                .await?;
            // Forgotten meanwhile: the next try is free.
            Try::NotBefore(not_before.unwrap_or(now))
        }
    });
    Ok(outcome)
}

/// Forgets the tries under a name, after a right one.
///
/// # Errors
/// As the store's.
pub async fn forget(store: &Store, name: &[u8; 32]) -> Result<(), StoreError> {
    on!(write store, db => {
        sqlx::query("DELETE FROM failures WHERE label = $1").bind(name.as_slice()).execute(db).await?;
    });
    Ok(())
}
