//! What the desk reads and writes of cases. A case without a live grant of the member does not exist (K7).

mod lists;
mod rows;

use crate::on;
use crate::store::{Store, StoreError};

pub use lists::{After, NewCase, OwnCase, new_cases, own_cases, place};
pub use rows::{Added, NewEpoch, Row, add_epoch, add_row, held, holds};

/// How a member stands to a case.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// No live grant: the case does not exist.
    Stranger,
    /// A live grant, and no declaration yet.
    Undeclared,
    /// A live grant, and a declaration of no conflict.
    Reader,
}

/// Says how a member stands to a case.
///
/// # Errors
/// As the store's.
pub async fn standing(store: &Store, member: &[u8], case: &[u8]) -> Result<Standing, StoreError> {
    let declared = on!(read store, db => {
        sqlx::query_scalar::<_, i64>(
            "SELECT declared FROM grants WHERE case_id = $1 AND member = $2 AND live = 1 \
             ORDER BY epoch DESC LIMIT 1",
        )
        .bind(case)
        .bind(member)
        .fetch_optional(db)
        .await?
    });
    Ok(match declared {
        Some(0) => Standing::Undeclared,
        Some(1) => Standing::Reader,
        _ => Standing::Stranger,
    })
}

/// A declaration on file: whether there is a conflict, and the signed document.
///
/// # Errors
/// As the store's.
pub async fn declaration(
    store: &Store,
    member: &[u8],
    case: &[u8],
) -> Result<Option<(bool, Vec<u8>)>, StoreError> {
    let found = on!(read store, db => {
        sqlx::query_as::<_, (i64, Vec<u8>)>(
            "SELECT conflict, signed FROM declarations WHERE case_id = $1 AND member = $2",
        )
        .bind(case)
        .bind(member)
        .fetch_optional(db)
        .await?
    });
    Ok(found.map(|(conflict, signed)| (conflict != 0, signed)))
}

/// Files a declaration; with a conflict, the member's grants end and their sealed secrets are forgotten.
///
/// # Errors
/// [`StoreError::Conflict`] when the member has declared before or has no live grant.
pub async fn declare(
    store: &Store,
    member: &[u8],
    case: &[u8],
    conflict: bool,
    signed: &[u8],
) -> Result<(), StoreError> {
    const NOTHING: &[u8] = &[];
    const CLEAR: &str =
        "UPDATE grants SET declared = 1 WHERE case_id = $1 AND member = $2 AND live = 1";
    const END: &str = "UPDATE grants SET declared = 2, live = 0, sealed = $3 \
         WHERE case_id = $1 AND member = $2 AND live = 1";
    on!(begin store, db => {
        // Grant rows take the same lock, so that none slips between a conflict and the end of the grants.
        sqlx::query("UPDATE cases SET rows_number = rows_number WHERE id = $1")
            .bind(case)
            .execute(&mut *db)
            .await?;
        sqlx::query("INSERT INTO declarations (case_id, member, conflict, signed) VALUES ($1, $2, $3, $4)")
            .bind(case)
            .bind(member)
            .bind(i64::from(conflict))
            .bind(signed)
            .execute(&mut *db)
            .await?;
        let statement = sqlx::query(if conflict { END } else { CLEAR }).bind(case).bind(member);
        let statement = if conflict { statement.bind(NOTHING) } else { statement };
        if statement.execute(&mut *db).await?.rows_affected() == 0 {
            return Err(StoreError::Conflict);
        }
    });
    Ok(())
}

/// The sealed parts of a case.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct Parts {
    /// The signed statement.
    pub statement: Vec<u8>,
    /// The sealed parties.
    pub parties: Vec<u8>,
    /// The sealed body.
    pub body: Vec<u8>,
    /// The sealed identity file.
    pub identity: Vec<u8>,
}

/// Reads the sealed parts of a case.
///
/// # Errors
/// As the store's.
pub async fn parts(store: &Store, case: &[u8]) -> Result<Option<Parts>, StoreError> {
    let found = on!(read store, db => {
        sqlx::query_as::<_, Parts>(
            "SELECT statement, parties, body, identity FROM parts WHERE case_id = $1",
        )
        .bind(case)
        .fetch_optional(db)
        .await?
    });
    Ok(found)
}

/// A grant as it stands.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct Grant {
    /// The grantee.
    pub member: Vec<u8>,
    /// The epoch whose secret it holds.
    pub epoch: i64,
    /// 1 while it may be used.
    pub live: i64,
    /// The number of its row in the chain, 0 for one of the submission's.
    pub number: i64,
    /// The sealed secret; empty once ended.
    pub sealed: Vec<u8>,
}

/// Every grant of a case, by epoch and member.
///
/// # Errors
/// As the store's.
pub async fn grants(store: &Store, case: &[u8]) -> Result<Vec<Grant>, StoreError> {
    let rows = on!(read store, db => {
        sqlx::query_as::<_, Grant>(
            "SELECT member, epoch, live, number, sealed FROM grants WHERE case_id = $1 \
             ORDER BY epoch, member",
        )
        .bind(case)
        .fetch_all(db)
        .await?
    });
    Ok(rows)
}

/// Every grant row of a case, in order.
///
/// # Errors
/// As the store's.
pub async fn grant_rows(store: &Store, case: &[u8]) -> Result<Vec<(i64, Vec<u8>)>, StoreError> {
    let rows = on!(read store, db => {
        sqlx::query_as::<_, (i64, Vec<u8>)>(
            "SELECT number, signed FROM grant_rows WHERE case_id = $1 ORDER BY number",
        )
        .bind(case)
        .fetch_all(db)
        .await?
    });
    Ok(rows)
}

/// Every declaration of a case, as signed.
///
/// # Errors
/// As the store's.
pub async fn declarations(store: &Store, case: &[u8]) -> Result<Vec<Vec<u8>>, StoreError> {
    let rows = on!(read store, db => {
        sqlx::query_scalar::<_, Vec<u8>>(
            "SELECT signed FROM declarations WHERE case_id = $1 ORDER BY member",
        )
        .bind(case)
        .fetch_all(db)
        .await?
    });
    Ok(rows)
}

/// Every message of a case: the stub and the case's copy, to the reporter first, each by sequence.
///
/// # Errors
/// As the store's.
pub async fn messages(store: &Store, case: &[u8]) -> Result<Vec<(Vec<u8>, Vec<u8>)>, StoreError> {
    let rows = on!(read store, db => {
        sqlx::query_as::<_, (Vec<u8>, Vec<u8>)>(
            "SELECT stub, case_file FROM messages WHERE case_id = $1 ORDER BY direction DESC, sequence",
        )
        .bind(case)
        .fetch_all(db)
        .await?
    });
    Ok(rows)
}
