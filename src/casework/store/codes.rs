//! The codes, units and teams of the settings that were ever served, so that none vanishes while a case may hold it.

use crate::on;
use crate::store::{Store, StoreError};

/// A code that was served; a unit is its own code, in the list `units`, and a team its id, in the list `teams`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, sqlx::FromRow)]
pub struct Code {
    /// Its list.
    pub list: String,
    /// The code.
    pub code: String,
    /// Its last label.
    pub label: String,
}

/// Every code that was ever served, by list and code.
///
/// # Errors
/// As the store's.
pub async fn codes(store: &Store) -> Result<Vec<Code>, StoreError> {
    let rows = on!(read store, db => {
        sqlx::query_as::<_, Code>("SELECT list, code, label FROM codes ORDER BY list, code")
            .fetch_all(db)
            .await?
    });
    Ok(rows)
}

/// Remembers codes that are served from now on; a known one gets its new label.
///
/// # Errors
/// As the store's.
pub async fn remember_codes(store: &Store, codes: &[Code]) -> Result<(), StoreError> {
    on!(begin store, db => {
        for code in codes {
            sqlx::query(
                "INSERT INTO codes (list, code, label) VALUES ($1, $2, $3) \
                 ON CONFLICT (list, code) DO UPDATE SET label = excluded.label",
            )
            .bind(&code.list)
            .bind(&code.code)
            .bind(&code.label)
            .execute(&mut *db)
            .await?;
        }
    });
    Ok(())
}

/// Forgets codes that no case can hold any more.
///
/// # Errors
/// As the store's.
pub async fn forget_codes(store: &Store, codes: &[Code]) -> Result<(), StoreError> {
    on!(begin store, db => {
        for code in codes {
            sqlx::query("DELETE FROM codes WHERE list = $1 AND code = $2")
                .bind(&code.list)
                .bind(&code.code)
                .execute(&mut *db)
                .await?;
        }
    });
    Ok(())
}

/// Whether there is a case.
///
/// # Errors
/// As the store's.
pub async fn has_cases(store: &Store) -> Result<bool, StoreError> {
    let found = on!(read store, db => {
        sqlx::query_scalar::<_, i64>("SELECT COUNT(*) FROM (SELECT 1 FROM cases LIMIT 1) AS found")
            .fetch_one(db)
            .await?
    });
    Ok(found > 0)
}
