//! What the recovery holds of the cases.

use crate::on;
use crate::store::{Store, StoreError};

/// A live grant to the recovery.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct Held {
    /// The case id.
    pub case_id: Vec<u8>,
    /// The epoch whose secret it holds.
    pub epoch: i64,
    /// The sealed secret.
    pub sealed: Vec<u8>,
}

/// The cases of which somebody holds a live grant.
///
/// # Errors
/// As the store's.
pub async fn cases(store: &Store, holder: &[u8]) -> Result<Vec<Vec<u8>>, StoreError> {
    let rows = on!(read store, db => {
        sqlx::query_scalar::<_, Vec<u8>>(
            "SELECT DISTINCT case_id FROM grants WHERE member = $1 AND live = 1 ORDER BY case_id",
        )
        .bind(holder)
        .fetch_all(db)
        .await?
    });
    Ok(rows)
}

/// The live grants that somebody holds of a case, by epoch.
///
/// # Errors
/// As the store's.
pub async fn held(store: &Store, holder: &[u8], case: &[u8]) -> Result<Vec<Held>, StoreError> {
    let rows = on!(read store, db => {
        sqlx::query_as::<_, Held>(
            "SELECT case_id, epoch, sealed FROM grants WHERE member = $1 AND case_id = $2 AND live = 1 \
             ORDER BY epoch",
        )
        .bind(holder)
        .bind(case)
        .fetch_all(db)
        .await?
    });
    Ok(rows)
}
