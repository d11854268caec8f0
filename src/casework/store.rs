//! What the desk reads and writes of cases. A case without a live grant of the member does not exist (K7).

mod lists;

use crate::on;
use crate::store::{Store, StoreError};

pub use lists::{After, NewCase, OwnCase, new_cases, own_cases, place};

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

/// A checked grant row on its way into the chain.
#[derive(Debug, Clone, Copy)]
pub struct Row<'a> {
    /// The case id.
    pub case: &'a [u8],
    /// Its number.
    pub number: i64,
    /// The digest of the row before, or the case id.
    pub previous: &'a [u8],
    /// The signed row.
    pub signed: &'a [u8],
    /// Its digest.
    pub digest: &'a [u8],
    /// The epoch.
    pub epoch: i64,
    /// The grantee.
    pub grantee: &'a [u8],
    /// The sealed grant, or nothing where the row ends one.
    pub sealed: Option<&'a [u8]>,
}

/// What became of a grant row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Added {
    /// It is new, and durable.
    New,
    /// The same row stood there already.
    Same,
    /// The grantee has declared a conflict, and may never read this case.
    Conflicted,
}

/// Adds a grant row and carries it out.
///
/// # Errors
/// [`StoreError::Conflict`] when another row has that place.
pub async fn add_row(store: &Store, row: Row<'_>) -> Result<Added, StoreError> {
    const NOTHING: &[u8] = &[];
    on!(begin store, db => {
        let stepped = sqlx::query(
            "UPDATE cases SET rows_number = $1, rows_digest = $2 \
             WHERE id = $3 AND rows_number = $4 AND rows_digest = $5",
        )
        .bind(row.number)
        .bind(row.digest)
        .bind(row.case)
        .bind(row.number - 1)
        .bind(row.previous)
        .execute(&mut *db)
        .await?
        .rows_affected();
        if stepped == 0 {
            let there = sqlx::query_scalar::<_, Vec<u8>>(
                "SELECT signed FROM grant_rows WHERE case_id = $1 AND number = $2",
            )
            .bind(row.case)
            .bind(row.number)
            .fetch_optional(&mut *db)
            .await?;
            return match there {
                Some(signed) if signed == row.signed => Ok(Added::Same),
                _ => Err(StoreError::Conflict),
            };
        }
        let conflict = sqlx::query_scalar::<_, i64>(
            "SELECT conflict FROM declarations WHERE case_id = $1 AND member = $2",
        )
        .bind(row.case)
        .bind(row.grantee)
        .fetch_optional(&mut *db)
        .await?;
        if conflict == Some(1) && row.sealed.is_some() {
            return Ok(Added::Conflicted);
        }
        sqlx::query("INSERT INTO grant_rows (case_id, number, signed) VALUES ($1, $2, $3)")
            .bind(row.case)
            .bind(row.number)
            .bind(row.signed)
            .execute(&mut *db)
            .await?;
        if let Some(sealed) = row.sealed {
            sqlx::query(
                "INSERT INTO grants (case_id, epoch, member, live, declared, day, number, sealed) \
                 SELECT $1, $2, $3, 1, $4, day, $5, $6 FROM cases WHERE id = $1 \
                 ON CONFLICT (case_id, epoch, member) \
                 DO UPDATE SET live = 1, number = excluded.number, sealed = excluded.sealed",
            )
            .bind(row.case)
            .bind(row.epoch)
            .bind(row.grantee)
            .bind(i64::from(conflict == Some(0)))
            .bind(row.number)
            .bind(sealed)
            .execute(&mut *db)
            .await?;
        } else {
            sqlx::query(
                "UPDATE grants SET live = 0, sealed = $4 WHERE case_id = $1 AND epoch = $2 AND member = $3",
            )
            .bind(row.case)
            .bind(row.epoch)
            .bind(row.grantee)
            .bind(NOTHING)
            .execute(&mut *db)
            .await?;
        }
    });
    Ok(Added::New)
}

/// Says whether a member holds a live grant of an epoch.
///
/// # Errors
/// As the store's.
pub async fn holds(
    store: &Store,
    member: &[u8],
    case: &[u8],
    epoch: i64,
) -> Result<bool, StoreError> {
    let count = on!(read store, db => {
        sqlx::query_scalar::<_, i64>(
            "SELECT COUNT(*) FROM grants WHERE case_id = $1 AND member = $2 AND epoch = $3 AND live = 1",
        )
        .bind(case)
        .bind(member)
        .bind(epoch)
        .fetch_one(db)
        .await?
    });
    Ok(count > 0)
}
