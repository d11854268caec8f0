//! Declarations on file, and what a conflict ends.

use crate::casework::store::due::list_due;
use crate::on;
use crate::store::{Store, StoreError};

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

/// A checked declaration on its way into the file.
#[derive(Debug, Clone, Copy)]
pub struct Declaring<'a> {
    /// The case id.
    pub case: &'a [u8],
    /// Whose it is.
    pub member: &'a [u8],
    /// Whether there is a conflict.
    pub conflict: bool,
    /// The signed document.
    pub signed: &'a [u8],
    /// What kind of conflict, sealed to the case, where the member's client says so (Q6).
    pub file: Option<&'a [u8]>,
    /// Today.
    pub day: &'a str,
}

/// Ends a member's live grants of a case, with what was sealed to them, and takes their parts.
macro_rules! end_grants {
    ($db:expr, $case:expr, $member:expr, $declared:expr, $day:expr) => {{
        const NOTHING: &[u8] = &[];
        let ended = sqlx::query(
            "UPDATE grants SET declared = CASE WHEN $3 < 0 THEN declared ELSE $3 END, live = 0, \
             sealed = $4, brief = $4 WHERE case_id = $1 AND member = $2 AND live = 1",
        )
        .bind($case)
        .bind($member)
        .bind($declared)
        .bind(NOTHING)
        .execute(&mut *$db)
        .await?
        .rows_affected();
        $crate::casework::store::declaring::take_parts!($db, $case, $member, $day);
        ended
    }};
}

/// Takes the parts that a member has in a case.
macro_rules! take_parts {
    ($db:expr, $case:expr, $member:expr, $day:expr) => {{
        sqlx::query(
            "UPDATE assignments SET until = $3 WHERE case_id = $1 AND member = $2 AND until = ''",
        )
        .bind($case)
        .bind($member)
        .bind($day)
        .execute(&mut *$db)
        .await?;
    }};
}
pub(crate) use {end_grants, take_parts};

/// Says nothing of what was declared before.
pub(crate) const AS_DECLARED: i64 = -1;
const CONFLICT: i64 = 2;

/// Files a declaration; with a conflict, the member's grants end, what was sealed to them is forgotten, and
/// they have no part in the case any more.
///
/// # Errors
/// [`StoreError::Conflict`] when the member has declared before or has no live grant.
pub async fn declare(store: &Store, declaring: Declaring<'_>) -> Result<(), StoreError> {
    const NOTHING: &[u8] = &[];
    let Declaring {
        case, member, day, ..
    } = declaring;
    on!(begin store, db => {
        // Grant rows and bars take the same lock, so that none slips between a conflict and the end of the grants.
        sqlx::query("UPDATE cases SET rows_number = rows_number WHERE id = $1")
            .bind(case)
            .execute(&mut *db)
            .await?;
        sqlx::query("INSERT INTO declarations (case_id, member, conflict, signed) VALUES ($1, $2, $3, $4)")
            .bind(case)
            .bind(member)
            .bind(i64::from(declaring.conflict))
            .bind(declaring.signed)
            .execute(&mut *db)
            .await?;
        let found = if declaring.conflict {
            end_grants!(db, case, member, CONFLICT, day)
        } else {
            // A brief has done its work once its reader has declared.
            sqlx::query(
                "UPDATE grants SET declared = 1, brief = $3 \
                 WHERE case_id = $1 AND member = $2 AND live = 1",
            )
            .bind(case)
            .bind(member)
            .bind(NOTHING)
            .execute(&mut *db)
            .await?
            .rows_affected()
        };
        if found == 0 {
            return Err(StoreError::Conflict);
        }
        list_due!(db, case);
        if let Some(file) = declaring.file {
            sqlx::query("INSERT INTO conflicts (case_id, member, file) VALUES ($1, $2, $3)")
                .bind(case)
                .bind(member)
                .bind(file)
                .execute(&mut *db)
                .await?;
        }
    });
    Ok(())
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
