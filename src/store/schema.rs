//! The schema's versions: older ones are brought up to date, newer ones are refused untouched.

use std::path::Path;

use sqlx::migrate::Migrator;
use sqlx::sqlite::{SqliteConnectOptions, SqlitePoolOptions};

use super::{Store, StoreError};

static SQLITE: Migrator = sqlx::migrate!("migrations/sqlite");
static POSTGRES: Migrator = sqlx::migrate!("migrations/postgres");

/// Why a database cannot be opened.
#[derive(Debug, thiserror::Error, Clone, Copy, PartialEq, Eq)]
pub enum SchemaError {
    /// The address is not one of a database.
    #[error("the database address is not valid")]
    Address,
    /// The file with the password cannot be read.
    #[error("the file with the database password cannot be read")]
    Password,
    /// Nothing answers there.
    #[error("the database cannot be reached")]
    Unreachable,
    /// The file is there, and is no database or a broken one.
    #[error("the file is no database, or it is damaged; nothing was changed")]
    Damaged,
    /// A newer rightline has written it.
    #[error("the database was written by a newer version of rightline; nothing was changed")]
    Newer,
    /// A migration did not run.
    #[error("the database could not be brought up to date")]
    Failed,
    /// A statement failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Brings the schema up to date, or refuses a newer one before writing anything.
pub(super) async fn migrate(store: &Store) -> Result<(), SchemaError> {
    let known = match store {
        Store::Sqlite { .. } => &SQLITE,
        Store::Postgres(_) => &POSTGRES,
    };
    if applied(store).await? > newest(known) {
        return Err(SchemaError::Newer);
    }
    match store {
        Store::Sqlite { writer, .. } => known.run(writer).await,
        Store::Postgres(pool) => known.run(pool).await,
    }
    .map_err(|_| SchemaError::Failed)
}

fn newest(known: &Migrator) -> i64 {
    known.iter().map(|step| step.version).max().unwrap_or(0)
}

/// Refuses a SQLite file of a newer version, before a connection of ours touches it.
pub(super) async fn refuse_newer(path: &Path) -> Result<(), SchemaError> {
    version_of(path).await.map(|_| ())
}

/// The version of a SQLite file, 0 for an empty one; nothing is written to it.
///
/// # Errors
/// [`SchemaError::Newer`]; [`SchemaError::Damaged`] for what is no database.
pub(super) async fn version_of(path: &Path) -> Result<i64, SchemaError> {
    let store = plainly(path);
    let version = applied(&store).await;
    store.close().await;
    let readable = std::fs::File::open(path).is_ok();
    let unusable = if readable {
        SchemaError::Damaged
    } else {
        SchemaError::Unreachable
    };
    match version.map_err(|_| unusable)? {
        version if version > newest(&SQLITE) => Err(SchemaError::Newer),
        version => Ok(version),
    }
}

/// A SQLite file through a connection that changes nothing about how it is written.
pub(super) fn plainly(path: &Path) -> Store {
    let plain = SqliteConnectOptions::new()
        .filename(path)
        .busy_timeout(super::PATIENCE);
    let pool = SqlitePoolOptions::new()
        .max_connections(1)
        .connect_lazy_with(plain);
    Store::Sqlite {
        writer: pool.clone(),
        readers: pool.clone(),
        log: pool,
    }
}

/// Whether the schema is that of this version; refuses a newer one.
pub(super) async fn is_current(store: &Store) -> Result<bool, SchemaError> {
    let known = match store {
        Store::Sqlite { .. } => &SQLITE,
        Store::Postgres(_) => &POSTGRES,
    };
    match applied(store).await? {
        version if version > newest(known) => Err(SchemaError::Newer),
        version => Ok(version == newest(known)),
    }
}

/// The version that the database has, 0 for an empty one.
async fn applied(store: &Store) -> Result<i64, SchemaError> {
    const SQLITE_TABLES: &str =
        "SELECT COUNT(*) FROM sqlite_master WHERE type = 'table' AND name = '_sqlx_migrations'";
    const POSTGRES_TABLES: &str = "SELECT COUNT(*) FROM information_schema.tables \
         WHERE table_schema = current_schema() AND table_name = '_sqlx_migrations'";
    const VERSION: &str = "SELECT COALESCE(MAX(version), 0) FROM _sqlx_migrations";
    let count = match store {
        Store::Sqlite { writer, .. } => {
            sqlx::query_scalar::<_, i64>(SQLITE_TABLES)
                .fetch_one(writer)
                .await
        }
        Store::Postgres(pool) => {
            sqlx::query_scalar::<_, i64>(POSTGRES_TABLES)
                .fetch_one(pool)
                .await
        }
    }
    .map_err(StoreError::from)?;
    if count == 0 {
        return Ok(0);
    }
    let version = crate::on!(write store, db => {
        sqlx::query_scalar::<_, i64>(VERSION).fetch_one(db).await
    })
    .map_err(StoreError::from)?;
    Ok(version)
}
