//! Pools, migrations, and the macro that runs one body on either database.

mod backup;
mod log;
mod schema;
mod size;
mod tables;

use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::time::Duration;

use ::log::LevelFilter;
use sqlx::ConnectOptions as _;
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{Connection as _, PgPool, SqlitePool};

pub use backup::{back_up, is_empty, restore};
pub use schema::SchemaError;

/// Why a statement did not do its work. Holds no value of any row.
#[derive(Debug, thiserror::Error, Clone, Copy, PartialEq, Eq)]
pub enum StoreError {
    /// A row with this key exists, or the compare-and-swap found another value.
    #[error("another write came first")]
    Conflict,
    /// The disk or the quota is full.
    #[error("the database has no room")]
    Full,
    /// The database cannot be reached or refused the statement.
    #[error("the database is unavailable")]
    Unavailable,
}

impl From<sqlx::Error> for StoreError {
    fn from(error: sqlx::Error) -> Self {
        let Some(database) = error.as_database_error() else {
            tracing::error!(kind = kind_of(&error), "database: no answer");
            return Self::Unavailable;
        };
        if database.is_unique_violation() {
            return Self::Conflict;
        }
        let code = database.code().unwrap_or_default().into_owned();
        match code.as_str() {
            // SQLITE_FULL (and SQLITE_IOERR_WRITE, which a full file system gives); disk_full.
            "13" | "778" | "53100" => Self::Full,
            // serialization_failure and deadlock_detected: the caller may try again.
            "40001" | "40P01" => Self::Conflict,
            _ => {
                // The code alone: a message may quote a value.
                tracing::error!(code, "database: statement failed");
                Self::Unavailable
            }
        }
    }
}

fn kind_of(error: &sqlx::Error) -> &'static str {
    match error {
        sqlx::Error::PoolTimedOut => "pool timed out",
        sqlx::Error::PoolClosed => "pool closed",
        sqlx::Error::Io(_) => "connection",
        sqlx::Error::Tls(_) => "tls",
        sqlx::Error::ColumnDecode { .. } | sqlx::Error::Decode(_) => "decoding",
        sqlx::Error::WorkerCrashed => "worker crashed",
        _ => "other",
    }
}

/// Where the database is, without a password.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Location {
    /// A SQLite file.
    Sqlite(PathBuf),
    /// A PostgreSQL address; its password, if any, comes from a file.
    Postgres {
        /// `postgres://user@host:port/name`.
        url: String,
        /// Where the password stands.
        password_file: Option<PathBuf>,
    },
}

/// The database of one installation.
#[derive(Clone, Debug)]
pub enum Store {
    /// One writer, several readers and one that looks after the log, on one file.
    Sqlite {
        /// The only connection that writes.
        writer: SqlitePool,
        /// Connections that cannot write.
        readers: SqlitePool,
        /// The one that folds the log.
        log: SqlitePool,
    },
    /// A pool of connections to a server.
    Postgres(PgPool),
}

/// Runs one body on either database. `read` takes a reading connection pool, `write` the writing one,
/// `begin` a transaction, `snapshot` one that only reads, all of it from one moment.
#[macro_export]
macro_rules! on {
    (read $store:expr, $db:ident => $body:expr) => {
        match $store {
            $crate::store::Store::Sqlite { readers: $db, .. } => $body,
            $crate::store::Store::Postgres($db) => $body,
        }
    };
    (write $store:expr, $db:ident => $body:expr) => {
        match $store {
            $crate::store::Store::Sqlite { writer: $db, .. } => $body,
            $crate::store::Store::Postgres($db) => $body,
        }
    };
    // Given back when the body ends: there is nothing to commit.
    (snapshot $store:expr, $db:ident => $body:expr) => {
        match $store {
            $crate::store::Store::Sqlite { readers, .. } => {
                let mut $db = readers.begin().await?;
                $body
            }
            $crate::store::Store::Postgres(pool) => {
                let mut $db = pool.begin().await?;
                sqlx::query("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
                    .execute(&mut *$db)
                    .await?;
                $body
            }
        }
    };
    // One transaction, committed when the body ends without leaving the function.
    (begin $store:expr, $db:ident => $body:expr) => {
        match $store {
            $crate::store::Store::Sqlite { writer, .. } => {
                let mut $db = writer.begin_with("BEGIN IMMEDIATE").await?;
                let outcome = $body;
                $db.commit().await?;
                outcome
            }
            $crate::store::Store::Postgres(pool) => {
                let mut $db = pool.begin().await?;
                let outcome = $body;
                $db.commit().await?;
                outcome
            }
        }
    };
}

const READERS: u32 = 4;
const POSTGRES_CONNECTIONS: u32 = 12;
const PATIENCE: Duration = Duration::from_secs(10);

impl Store {
    /// Opens the database and brings its schema up to date.
    ///
    /// # Errors
    /// A database of a newer version is left untouched ([`SchemaError::Newer`]).
    pub async fn open(location: &Location) -> Result<Self, SchemaError> {
        let store = Self::connect(location).await?;
        match schema::migrate(&store).await {
            Ok(()) => Ok(store),
            Err(error) => {
                store.close().await;
                Err(error)
            }
        }
    }

    /// Opens the database as it stands, to read in it; none where there is none yet, or this version has not brought
    /// it up to date. Nothing is written to it.
    ///
    /// # Errors
    /// When it cannot be reached, is damaged, or was written by a newer version.
    pub async fn look(location: &Location) -> Result<Option<Self>, SchemaError> {
        let store = match location {
            Location::Sqlite(path) if !path.exists() => return Ok(None),
            Location::Sqlite(path) => {
                schema::refuse_newer(path).await?;
                schema::plainly(path)
            }
            Location::Postgres { .. } => Self::connect(location).await?,
        };
        match schema::is_current(&store).await {
            Ok(true) => Ok(Some(store)),
            other => {
                store.close().await;
                other.map(|_| None)
            }
        }
    }

    async fn connect(location: &Location) -> Result<Self, SchemaError> {
        match location {
            Location::Sqlite(path) => Self::connect_sqlite(path).await,
            Location::Postgres { url, password_file } => {
                let mut options =
                    PgConnectOptions::from_str(url).map_err(|_| SchemaError::Address)?;
                if let Some(file) = password_file {
                    let password =
                        std::fs::read_to_string(file).map_err(|_| SchemaError::Password)?;
                    options = options.password(password.trim_end());
                }
                options = options
                    .application_name("rightline")
                    // What is acknowledged is durable, whatever the role's default says (P7).
                    .options([("synchronous_commit", "on")])
                    .statement_cache_capacity(256)
                    .log_slow_statements(LevelFilter::Off, PATIENCE);
                let pool = PgPoolOptions::new()
                    .acquire_slow_level(LevelFilter::Off)
                    .max_connections(POSTGRES_CONNECTIONS)
                    .acquire_timeout(PATIENCE)
                    .connect_with(options)
                    .await
                    .map_err(|_| SchemaError::Unreachable)?;
                Ok(Self::Postgres(pool))
            }
        }
    }

    async fn connect_sqlite(path: &Path) -> Result<Self, SchemaError> {
        if std::fs::metadata(path).is_ok_and(|file| file.len() > 0) {
            // Before the connections below change how the file is written.
            schema::refuse_newer(path).await?;
        } else {
            Self::make_sqlite(path)
                .await
                .map_err(|_| SchemaError::Unreachable)?;
        }
        let options = SqliteConnectOptions::new()
            .filename(path)
            .create_if_missing(false)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full)
            .foreign_keys(true)
            .busy_timeout(PATIENCE)
            .statement_cache_capacity(256)
            // Deleted bytes are overwritten, and nothing is spilled to a temporary file.
            .pragma("secure_delete", "ON")
            .pragma("temp_store", "MEMORY")
            .pragma("cache_size", "-4096")
            // Another connection folds the log. The writer does it, while reports wait, only where that one is late:
            // when the log has 64 MiB.
            .pragma("wal_autocheckpoint", "16000")
            .log_slow_statements(LevelFilter::Off, PATIENCE);
        let writer = SqlitePoolOptions::new()
            .acquire_slow_level(LevelFilter::Off)
            .max_connections(1)
            .acquire_timeout(PATIENCE)
            // When the disk is full SQLite ends a transaction by itself, which the connection never learns:
            // it would refuse every later one.
            .before_acquire(|connection, _| {
                Box::pin(async move { Ok(!connection.is_in_transaction()) })
            })
            // A batch of reports touches more pages than the readers' cache holds; what does not fit is written
            // early, and read and written once more.
            .connect_with(options.clone().pragma("cache_size", "-16384"))
            .await
            .map_err(|_| SchemaError::Unreachable)?;
        let readers = SqlitePoolOptions::new()
            .acquire_slow_level(LevelFilter::Off)
            .max_connections(READERS)
            .acquire_timeout(PATIENCE)
            .connect_lazy_with(options.clone().pragma("query_only", "ON"));
        let log = SqlitePoolOptions::new()
            .acquire_slow_level(LevelFilter::Off)
            .max_connections(1)
            .acquire_timeout(PATIENCE)
            // What it knows of the others' writes is its own: the next connection would not see a difference.
            .max_lifetime(None)
            .idle_timeout(None)
            .connect_lazy_with(options.busy_timeout(log::READERS_MAY_TAKE));
        Ok(Self::Sqlite {
            writer,
            readers,
            log,
        })
    }

    /// Makes an empty file. What is set here stays in the file; to set it on one that has content is a write, by
    /// which a connection that opens while the disk is full would fail.
    async fn make_sqlite(path: &Path) -> Result<(), sqlx::Error> {
        let connection = SqliteConnectOptions::new()
            .filename(path)
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full)
            .connect()
            .await?;
        connection.close().await
    }

    /// Says whether the database answers.
    pub async fn answers(&self) -> bool {
        let asked =
            async { on!(read self, db => sqlx::query("SELECT 1").execute(db).await.map(|_| ())) };
        matches!(
            tokio::time::timeout(Duration::from_secs(2), asked).await,
            Ok(Ok(()))
        )
    }

    /// Closes every connection; SQLite folds its log into the file.
    pub async fn close(&self) {
        match self {
            Self::Sqlite {
                writer,
                readers,
                log,
            } => {
                log.close().await;
                readers.close().await;
                writer.close().await;
            }
            Self::Postgres(pool) => pool.close().await,
        }
    }
}
