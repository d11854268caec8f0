//! How much room a database takes, and how much is left.

use super::{Location, Store, StoreError};

impl Store {
    /// How many bytes the database has.
    ///
    /// # Errors
    /// As the store's.
    pub async fn bytes(&self) -> Result<i64, StoreError> {
        const SQLITE: &str =
            "SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()";
        const POSTGRES: &str = "SELECT pg_database_size(current_database())";
        let bytes = match self {
            Self::Sqlite { readers, .. } => {
                sqlx::query_scalar::<_, i64>(SQLITE)
                    .fetch_one(readers)
                    .await?
            }
            Self::Postgres(pool) => {
                sqlx::query_scalar::<_, i64>(POSTGRES)
                    .fetch_one(pool)
                    .await?
            }
        };
        Ok(bytes)
    }
}

impl Location {
    /// How many bytes are free where the database's file is; unknown where it is on a server of its own.
    #[must_use]
    pub fn free_bytes(&self) -> Option<u64> {
        let Self::Sqlite(path) = self else {
            return None;
        };
        let there = rustix::fs::statvfs(path).ok()?;
        there.f_bavail.checked_mul(there.f_frsize)
    }
}
