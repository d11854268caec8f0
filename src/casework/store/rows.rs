//! Grant rows and epochs on their way into a case's chains, and what they make of who may open it.

use crate::casework::store::declaring::{DECLARED, take_parts};
use crate::casework::store::due::list_due;
use crate::casework::store::facts::BARS;
use crate::on;
use crate::store::{Store, StoreError};

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
    /// Who signed it.
    pub grantor: &'a [u8],
    /// The grantee.
    pub grantee: &'a [u8],
    /// The sealed grant, or nothing where the row ends one.
    pub sealed: Option<&'a [u8]>,
    /// By what the grantee can declare, or nothing (Q5).
    pub brief: &'a [u8],
    /// Today.
    pub day: &'a str,
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
    /// The grantee is barred from this case.
    Barred,
}

/// Keeps a row, and what it makes of its grantee's grant; gives up where the grantee declared a conflict.
macro_rules! carry_out {
    ($db:expr, $row:expr) => {{
        let row: &Row<'_> = $row;
        let conflict = sqlx::query_scalar::<_, Option<i64>>(DECLARED)
            .bind(row.case)
            .bind(row.grantee)
            .fetch_one(&mut *$db)
            .await?;
        if conflict == Some(1) && row.sealed.is_some() {
            return Ok(Added::Conflicted);
        }
        let bars = sqlx::query_scalar::<_, i64>(
            "SELECT COUNT(*) FROM bars WHERE case_id = $1 AND member = $2",
        )
        .bind(row.case)
        .bind(row.grantee)
        .fetch_one(&mut *$db)
        .await?;
        if bars > 0 && row.sealed.is_some() {
            return Ok(Added::Barred);
        }
        sqlx::query("INSERT INTO grant_rows (case_id, number, signed) VALUES ($1, $2, $3)")
            .bind(row.case)
            .bind(row.number)
            .bind(row.signed)
            .execute(&mut *$db)
            .await?;
        if let Some(sealed) = row.sealed {
            sqlx::query(GRANT)
                .bind(row.case)
                .bind(row.epoch)
                .bind(row.grantee)
                .bind(i64::from(conflict == Some(0)))
                .bind(row.number)
                .bind(sealed)
                .bind(row.brief)
                .execute(&mut *$db)
                .await?;
        } else {
            sqlx::query(
                "UPDATE grants SET live = 0, sealed = $4, brief = $4 \
                 WHERE case_id = $1 AND epoch = $2 AND member = $3",
            )
            .bind(row.case)
            .bind(row.epoch)
            .bind(row.grantee)
            .bind(NOTHING)
            .execute(&mut *$db)
            .await?;
            let live = sqlx::query_scalar::<_, i64>(LIVE)
                .bind(row.case)
                .bind(row.grantee)
                .fetch_one(&mut *$db)
                .await?;
            if live == 0 {
                take_parts!($db, row.case, row.grantee, row.day);
            }
        }
    }};
}

// A later brief takes the place of an earlier one, also that of an earlier epoch; whoever has declared needs none.
const GRANT: &str = "INSERT INTO grants (case_id, epoch, member, live, declared, day, number, sealed, brief) \
     SELECT $1, $2, $3, 1, $4, c.day, $5, $6, CASE WHEN LENGTH($7) > 0 OR $4 = 1 THEN $7 \
     ELSE COALESCE((SELECT g.brief FROM grants g WHERE g.case_id = $1 AND g.member = $3 \
     ORDER BY g.epoch DESC LIMIT 1), $7) END FROM cases c WHERE c.id = $1 \
     ON CONFLICT (case_id, epoch, member) DO UPDATE SET live = 1, \
     number = excluded.number, sealed = excluded.sealed, brief = excluded.brief";
const LIVE: &str = "SELECT COUNT(*) FROM grants WHERE case_id = $1 AND member = $2 AND live = 1";
/// What is sealed to nobody any more.
const NOTHING: &[u8] = &[];

/// Adds a grant row and carries it out.
///
/// # Errors
/// [`StoreError::Conflict`] when another row has that place, or the grantor holds the epoch no more.
pub async fn add_row(store: &Store, row: Row<'_>) -> Result<Added, StoreError> {
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
        // Declarations and bars take the lock that is held here, so that none ends the grantor's grant meanwhile.
        let held = sqlx::query_scalar::<_, i64>(HOLDS)
            .bind(row.case)
            .bind(row.grantor)
            .bind(row.epoch)
            .fetch_one(&mut *db)
            .await?;
        if held == 0 {
            return Err(StoreError::Conflict);
        }
        carry_out!(db, &row);
        list_due!(db, row.case);
    });
    Ok(Added::New)
}

/// A checked epoch with the rows that grant it, in the order of their chain.
#[derive(Debug, Clone)]
pub struct NewEpoch<'a> {
    /// The case id.
    pub case: &'a [u8],
    /// Its number.
    pub epoch: i64,
    /// Its author.
    pub author: &'a [u8],
    /// The signed document.
    pub signed: &'a [u8],
    /// Its rows, at least one.
    pub rows: Vec<Row<'a>>,
}

/// Begins an epoch and carries out its rows: all of it, or nothing.
///
/// # Errors
/// [`StoreError::Conflict`] when another epoch or row came first, or the author holds the epoch before no more.
pub async fn add_epoch(store: &Store, new: &NewEpoch<'_>) -> Result<Added, StoreError> {
    let (Some(first), Some(last)) = (new.rows.first(), new.rows.last()) else {
        return Err(StoreError::Conflict);
    };
    on!(begin store, db => {
        let stepped = sqlx::query(
            "UPDATE cases SET epoch = $1, rows_number = $2, rows_digest = $3 \
             WHERE id = $4 AND epoch = $5 AND rows_number = $6 AND rows_digest = $7",
        )
        .bind(new.epoch)
        .bind(last.number)
        .bind(last.digest)
        .bind(new.case)
        .bind(new.epoch - 1)
        .bind(first.number - 1)
        .bind(first.previous)
        .execute(&mut *db)
        .await?
        .rows_affected();
        if stepped == 0 {
            let there = sqlx::query_scalar::<_, Vec<u8>>(
                "SELECT signed FROM epochs WHERE case_id = $1 AND epoch = $2",
            )
            .bind(new.case)
            .bind(new.epoch)
            .fetch_optional(&mut *db)
            .await?;
            return match there {
                Some(signed) if signed == new.signed => Ok(Added::Same),
                _ => Err(StoreError::Conflict),
            };
        }
        // Declarations take the lock that is held here, so that none ends the author's grant meanwhile.
        let held = sqlx::query_scalar::<_, i64>(HOLDS)
            .bind(new.case)
            .bind(new.author)
            .bind(new.epoch - 1)
            .fetch_one(&mut *db)
            .await?;
        if held == 0 {
            return Err(StoreError::Conflict);
        }
        sqlx::query("INSERT INTO epochs (case_id, epoch, signed) VALUES ($1, $2, $3)")
            .bind(new.case)
            .bind(new.epoch)
            .bind(new.signed)
            .execute(&mut *db)
            .await?;
        for row in &new.rows {
            carry_out!(db, row);
        }
        list_due!(db, new.case);
    });
    Ok(Added::New)
}

const HOLDS: &str = "SELECT COUNT(*) FROM grants \
     WHERE case_id = $1 AND member = $2 AND epoch = $3 AND live = 1";

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
        sqlx::query_scalar::<_, i64>(HOLDS)
            .bind(case)
            .bind(member)
            .bind(epoch)
            .fetch_one(db)
            .await?
    });
    Ok(count > 0)
}

/// Whom a case is barred from.
///
/// # Errors
/// As the store's.
pub async fn bars(store: &Store, case: &[u8]) -> Result<Vec<Vec<u8>>, StoreError> {
    let bars = on!(read store, db => {
        sqlx::query_scalar::<_, Vec<u8>>(BARS)
            .bind(case)
            .fetch_all(db)
            .await?
    });
    Ok(bars)
}

/// Says whether a member may never read a case, or not now: because of a conflict, or a bar.
///
/// # Errors
/// As the store's.
pub async fn shut_out(
    store: &Store,
    case: &[u8],
    member: &[u8],
) -> Result<Option<Added>, StoreError> {
    let (conflict, bars) = on!(read store, db => {
        sqlx::query_as::<_, (Option<i64>, i64)>(
            "SELECT (SELECT MAX(conflict) FROM declarations WHERE case_id = $1 AND member = $2), \
             (SELECT COUNT(*) FROM bars WHERE case_id = $1 AND member = $2)",
        )
        .bind(case)
        .bind(member)
        .fetch_one(db)
        .await?
    });
    Ok(match (conflict, bars) {
        (Some(1), _) => Some(Added::Conflicted),
        (_, 1..) => Some(Added::Barred),
        _ => None,
    })
}

/// Says whether a member was ever granted a case, and whether a grant is still live.
///
/// # Errors
/// As the store's.
pub async fn held(store: &Store, member: &[u8], case: &[u8]) -> Result<(bool, bool), StoreError> {
    let (all, live) = on!(read store, db => {
        sqlx::query_as::<_, (i64, i64)>(
            "SELECT COUNT(*), CAST(COALESCE(SUM(live), 0) AS BIGINT) FROM grants \
             WHERE case_id = $1 AND member = $2",
        )
        .bind(case)
        .bind(member)
        .fetch_one(db)
        .await?
    });
    Ok((all > 0, live > 0))
}
