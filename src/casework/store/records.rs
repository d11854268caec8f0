//! The revisions of a case's records, as they were signed and sealed.

use crate::on;
use crate::store::{Store, StoreError};

/// A revision as it is kept.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct Revision {
    /// Which record.
    pub record: String,
    /// Its number.
    pub revision: i64,
    /// The signed stub.
    pub stub: Vec<u8>,
    /// The sealed content.
    pub file: Vec<u8>,
}

/// The revisions of one record above a number, in order, at most so many.
///
/// # Errors
/// As the store's.
pub async fn revisions(
    store: &Store,
    case: &[u8],
    record: &str,
    after: i64,
    limit: i64,
) -> Result<Vec<Revision>, StoreError> {
    let rows = on!(read store, db => {
        sqlx::query_as::<_, Revision>(
            "SELECT record, revision, stub, file FROM records \
             WHERE case_id = $1 AND record = $2 AND revision > $3 ORDER BY revision LIMIT $4",
        )
        .bind(case)
        .bind(record)
        .bind(after)
        .bind(limit)
        .fetch_all(db)
        .await?
    });
    Ok(rows)
}
