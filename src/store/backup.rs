//! Backups: one SQLite file from either database, taken from one moment while the service runs, and
//! restored into an empty database of either kind.

use std::path::Path;

use futures_util::TryStreamExt as _;
use sqlx::{AssertSqlSafe, Row, SqlSafeStr as _, SqlStr};

use super::tables::Kind::{self, Bytes, Number, Text};
use super::tables::{BY_PLACE, TABLES};
use super::{Location, SchemaError, Store, StoreError, schema};

/// Writes a backup of the running database to a new file.
///
/// # Errors
/// When the file exists, or a statement fails.
pub async fn back_up(store: &Store, to: &Path) -> Result<(), SchemaError> {
    if to.exists() {
        return Err(SchemaError::Store(StoreError::Conflict));
    }
    let copy = Store::open(&Location::Sqlite(to.to_path_buf())).await?;
    let copied = match store {
        Store::Sqlite { readers, .. } => {
            let mut from = readers.begin().await.map_err(StoreError::from)?;
            copy_from_sqlite(&mut from, &copy).await
        }
        Store::Postgres(pool) => {
            let mut from = pool.begin().await.map_err(StoreError::from)?;
            sqlx::query("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
                .execute(&mut *from)
                .await
                .map_err(StoreError::from)?;
            copy_from_postgres(&mut from, &copy).await
        }
    };
    copy.close().await;
    if copied.is_err() {
        let _ = std::fs::remove_file(to);
    }
    copied
}

/// Fills an empty database from a backup.
///
/// # Errors
/// [`StoreError::Conflict`] when the database is not empty, [`SchemaError::Damaged`] when the file is no
/// backup.
pub async fn restore(store: &Store, from: &Path) -> Result<(), SchemaError> {
    if !from.exists() {
        return Err(SchemaError::Unreachable);
    }
    if schema::version_of(from).await? == 0 {
        return Err(SchemaError::Damaged);
    }
    if !is_empty(store).await? {
        return Err(SchemaError::Store(StoreError::Conflict));
    }
    let source = Store::open(&Location::Sqlite(from.to_path_buf())).await?;
    let copied = copy_back(&source, store).await;
    source.close().await;
    copied
}

async fn copy_back(source: &Store, store: &Store) -> Result<(), SchemaError> {
    let Store::Sqlite { readers, .. } = source else {
        return Err(SchemaError::Address);
    };
    if is_empty(source).await? {
        return Err(SchemaError::Damaged);
    }
    let mut reading = readers.begin().await.map_err(StoreError::from)?;
    copy_from_sqlite(&mut reading, store).await
}

/// Whether no table that a backup holds has a row.
///
/// # Errors
/// As the store's.
pub async fn is_empty(store: &Store) -> Result<bool, StoreError> {
    for (table, _) in TABLES {
        let count = AssertSqlSafe(format!("SELECT COUNT(*) FROM {table}"));
        let rows = crate::on!(read store, db => {
            sqlx::query_scalar::<_, i64>(count).fetch_one(db).await?
        });
        if rows > 0 {
            return Ok(false);
        }
    }
    Ok(true)
}

/// Copies every row of every table from one transaction into another.
macro_rules! copy_tables {
    ($from:expr, $into:expr, $to:expr) => {{
        for (table, columns) in TABLES {
            let (select, insert) = statements(table, columns, $to);
            let mut rows = sqlx::query(select).fetch(&mut **$from);
            while let Some(row) = rows.try_next().await.map_err(StoreError::from)? {
                let mut write = sqlx::query(insert.clone());
                for (index, (_, kind)) in columns.iter().enumerate() {
                    write = match kind {
                        Number => write.bind(value::<i64, _>(&row, index)?),
                        Text => write.bind(value::<String, _>(&row, index)?),
                        Bytes => write.bind(value::<Vec<u8>, _>(&row, index)?),
                    };
                }
                write.execute(&mut *$into).await.map_err(StoreError::from)?;
            }
        }
    }};
}

fn value<'r, T, R>(row: &'r R, index: usize) -> Result<T, StoreError>
where
    R: Row,
    usize: sqlx::ColumnIndex<R>,
    T: sqlx::Decode<'r, R::Database> + sqlx::Type<R::Database>,
{
    row.try_get::<T, _>(index).map_err(StoreError::from)
}

/// The two statements for a table; names come from the constant above, never from outside.
fn statements(table: &str, columns: &[(&str, Kind)], to: &Store) -> (SqlStr, SqlStr) {
    let names: Vec<&str> = columns.iter().map(|(name, _)| *name).collect();
    let names = names.join(", ");
    let places: Vec<String> = (1..=columns.len()).map(|n| format!("${n}")).collect();
    let places = places.join(", ");
    let select = AssertSqlSafe(format!("SELECT {names} FROM {table}"));
    let (id, random) = match to {
        Store::Sqlite { .. } if table == BY_PLACE => ("rowid, ", "random(), "),
        _ => ("", ""),
    };
    let insert = AssertSqlSafe(format!(
        "INSERT INTO {table} ({id}{names}) VALUES ({random}{places})"
    ));
    (select.into_sql_str(), insert.into_sql_str())
}

async fn copy_from_sqlite(
    from: &mut sqlx::Transaction<'_, sqlx::Sqlite>,
    to: &Store,
) -> Result<(), SchemaError> {
    match to {
        Store::Sqlite { writer, .. } => {
            let mut into = writer.begin().await.map_err(StoreError::from)?;
            copy_tables!(from, into, to);
            into.commit().await.map_err(StoreError::from)?;
        }
        Store::Postgres(pool) => {
            let mut into = pool.begin().await.map_err(StoreError::from)?;
            copy_tables!(from, into, to);
            into.commit().await.map_err(StoreError::from)?;
        }
    }
    Ok(())
}

async fn copy_from_postgres(
    from: &mut sqlx::Transaction<'_, sqlx::Postgres>,
    to: &Store,
) -> Result<(), SchemaError> {
    let Store::Sqlite { writer, .. } = to else {
        return Err(SchemaError::Address);
    };
    let mut into = writer.begin().await.map_err(StoreError::from)?;
    copy_tables!(from, into, to);
    into.commit().await.map_err(StoreError::from)?;
    Ok(())
}
