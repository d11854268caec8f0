//! The directory's documents, kept for ever.

use crate::on;
use crate::store::{Store, StoreError};

/// What kind of document a row holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A lead list, numbered from 0.
    Leads,
    /// A root, numbered by its serial.
    Root,
    /// A team document, not numbered.
    Team,
}

impl Kind {
    fn code(self) -> &'static str {
        match self {
            Self::Leads => "leads",
            Self::Root => "root",
            Self::Team => "team",
        }
    }
}

/// A document on its way into the store.
#[derive(Debug, Clone)]
pub struct Document {
    /// Its kind.
    pub kind: Kind,
    /// Its number in its chain, 0 for a team document.
    pub number: i64,
    /// Its digest.
    pub digest: [u8; 32],
    /// The signed bytes.
    pub bytes: Vec<u8>,
}

/// Publishes documents together: all of them, or none.
///
/// # Errors
/// [`StoreError::Conflict`] when another root has that serial.
pub async fn publish(store: &Store, documents: &[Document]) -> Result<(), StoreError> {
    on!(begin store, db => {
        for document in documents {
            let known = sqlx::query_scalar::<_, i64>("SELECT COUNT(*) FROM documents WHERE digest = $1")
                .bind(document.digest.as_slice())
                .fetch_one(&mut *db)
                .await?;
            if known > 0 {
                continue;
            }
            sqlx::query("INSERT INTO documents (digest, kind, number, bytes) VALUES ($1, $2, $3, $4)")
                .bind(document.digest.as_slice())
                .bind(document.kind.code())
                .bind(document.number)
                .bind(&document.bytes)
                .execute(&mut *db)
                .await?;
        }
    });
    Ok(())
}

/// Every document of a chain, in order.
///
/// # Errors
/// As the store's.
pub async fn chain(store: &Store, kind: Kind) -> Result<Vec<Vec<u8>>, StoreError> {
    let rows = on!(read store, db => {
        sqlx::query_scalar::<_, Vec<u8>>("SELECT bytes FROM documents WHERE kind = $1 ORDER BY number")
            .bind(kind.code())
            .fetch_all(db)
            .await?
    });
    Ok(rows)
}

/// The number of the last root, if any is published.
///
/// # Errors
/// As the store's.
pub async fn last_serial(store: &Store) -> Result<Option<i64>, StoreError> {
    let serial = on!(read store, db => {
        sqlx::query_scalar::<_, Option<i64>>("SELECT MAX(number) FROM documents WHERE kind = 'root'")
            .fetch_one(db)
            .await?
    });
    Ok(serial)
}

/// One document of a chain by its number.
///
/// # Errors
/// As the store's.
pub async fn numbered(
    store: &Store,
    kind: Kind,
    number: i64,
) -> Result<Option<Vec<u8>>, StoreError> {
    let found = on!(read store, db => {
        sqlx::query_scalar::<_, Vec<u8>>("SELECT bytes FROM documents WHERE kind = $1 AND number = $2")
            .bind(kind.code())
            .bind(number)
            .fetch_optional(db)
            .await?
    });
    Ok(found)
}

/// A team or lead document by its digest.
///
/// # Errors
/// As the store's.
pub async fn document(store: &Store, digest: &[u8; 32]) -> Result<Option<Vec<u8>>, StoreError> {
    let found = on!(read store, db => {
        sqlx::query_scalar::<_, Vec<u8>>(
            "SELECT bytes FROM documents WHERE digest = $1 AND kind <> 'root'",
        )
        .bind(digest.as_slice())
        .fetch_optional(db)
        .await?
    });
    Ok(found)
}

/// What an installation's database says about itself.
///
/// # Errors
/// As the store's.
pub async fn installation(store: &Store, name: &str) -> Result<Option<String>, StoreError> {
    let found = on!(read store, db => {
        sqlx::query_scalar::<_, String>("SELECT value FROM installation WHERE name = $1")
            .bind(name)
            .fetch_optional(db)
            .await?
    });
    Ok(found)
}

/// Notes something about the installation, once.
///
/// # Errors
/// [`StoreError::Conflict`] when it is noted already.
pub async fn note_installation(store: &Store, name: &str, value: &str) -> Result<(), StoreError> {
    on!(write store, db => {
        sqlx::query("INSERT INTO installation (name, value) VALUES ($1, $2)")
            .bind(name)
            .bind(value)
            .execute(db)
            .await?;
    });
    Ok(())
}
