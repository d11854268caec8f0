//! Declarations on file, and what a conflict ends.

use crate::casework::store::due::list_due;
use crate::on;
use crate::store::{Store, StoreError};

/// What a member has declared of a case: 1 for a conflict, which counts whatever was declared before, 0 for none,
/// nothing for nothing.
pub(crate) const DECLARED: &str =
    "SELECT MAX(conflict) FROM declarations WHERE case_id = $1 AND member = $2";

/// Whether a member has declared a conflict with a case; nothing where they have not declared.
///
/// # Errors
/// As the store's.
pub async fn declaration(
    store: &Store,
    member: &[u8],
    case: &[u8],
) -> Result<Option<bool>, StoreError> {
    let found = on!(read store, db => {
        sqlx::query_scalar::<_, Option<i64>>(DECLARED)
            .bind(case)
            .bind(member)
            .fetch_one(db)
            .await?
    });
    Ok(found.map(|conflict| conflict != 0))
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
/// Opens the clocks that a member's signatures stopped, each named as its record: whoever has a conflict has signed
/// nothing that stands.
const OPEN_VOID: &str = "UPDATE clocks SET done = '' WHERE case_id = $1 \
     AND clock IN (SELECT record FROM checkpoints WHERE case_id = $1 AND member = $2)";

/// Files a declaration; with a conflict, the member's grants end, what was sealed to them is forgotten, and
/// they have no part in the case any more. Whoever has declared that there is none may declare one later.
///
/// # Errors
/// [`StoreError::Conflict`] when the member has declared a conflict or the same before, or has no live grant.
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
        let before = sqlx::query_scalar::<_, Option<i64>>(DECLARED)
            .bind(case)
            .bind(member)
            .fetch_one(&mut *db)
            .await?;
        if before.is_some_and(|before| before >= i64::from(declaring.conflict)) {
            return Err(StoreError::Conflict);
        }
        sqlx::query("INSERT INTO declarations (case_id, member, conflict, signed) VALUES ($1, $2, $3, $4)")
            .bind(case)
            .bind(member)
            .bind(i64::from(declaring.conflict))
            .bind(declaring.signed)
            .execute(&mut *db)
            .await?;
        let found = if declaring.conflict {
            sqlx::query(OPEN_VOID)
                .bind(case)
                .bind(member)
                .execute(&mut *db)
                .await?;
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
            sqlx::query("INSERT INTO conflicts (case_id, member, conflict, file) VALUES ($1, $2, $3, $4)")
                .bind(case)
                .bind(member)
                .bind(i64::from(declaring.conflict))
                .bind(file)
                .execute(&mut *db)
                .await?;
        }
    });
    Ok(())
}

/// Every declaration of a case, as signed: of a member with two, the first one first.
///
/// # Errors
/// As the store's.
pub async fn declarations(store: &Store, case: &[u8]) -> Result<Vec<Vec<u8>>, StoreError> {
    let rows = on!(read store, db => {
        sqlx::query_scalar::<_, Vec<u8>>(
            "SELECT signed FROM declarations WHERE case_id = $1 ORDER BY member, conflict",
        )
        .bind(case)
        .fetch_all(db)
        .await?
    });
    Ok(rows)
}
