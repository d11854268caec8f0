//! The mailbox's rows: everything a token may see, and the three things it may change.

mod lines;

use subtle::ConstantTimeEq as _;

use crate::on;
use crate::store::{Store, StoreError};

pub use lines::{Added, Line, add_from_reporter, add_to_reporter};

/// Who a lookup belongs to: what is needed to check a signature, and no more.
#[derive(Debug, Clone)]
pub struct Holder {
    /// The case id.
    pub case: Vec<u8>,
    /// The verifying key that signs for the reporter now.
    pub key: Vec<u8>,
}

/// The holder of the nearest lookup: that of the lookup itself, or of the next one that is in use.
#[derive(Debug, Clone)]
pub struct Nearest {
    /// Who holds it.
    pub holder: Holder,
    /// Whether it is the lookup that was asked for.
    pub is_it: bool,
}

/// One walk down the same index to one row, whether the lookup is in use or not (B3).
const NEAREST: &str = "SELECT * FROM (SELECT id, reporter_key, lookup FROM cases WHERE lookup >= $1 \
     ORDER BY lookup LIMIT 1) AS next \
     UNION ALL SELECT * FROM (SELECT id, reporter_key, lookup FROM cases \
     ORDER BY lookup LIMIT 1) AS first LIMIT 1";

/// Finds the holder of a lookup by its digest, or of the next lookup in its place, so that an unknown one
/// takes the time of a known one; none while there is no case at all.
///
/// # Errors
/// As the store's.
pub async fn nearest(store: &Store, lookup: &[u8; 32]) -> Result<Option<Nearest>, StoreError> {
    let found = on!(read store, db => {
        sqlx::query_as::<_, (Vec<u8>, Vec<u8>, Vec<u8>)>(NEAREST)
            .bind(lookup.as_slice())
            .fetch_optional(db)
            .await?
    });
    Ok(found.map(|(case, key, held)| Nearest {
        holder: Holder { case, key },
        is_it: bool::from(held.ct_eq(lookup.as_slice())),
    }))
}

/// Finds the holder of a lookup by its digest.
///
/// # Errors
/// As the store's.
pub async fn holder(store: &Store, lookup: &[u8; 32]) -> Result<Option<Holder>, StoreError> {
    let nearest = nearest(store, lookup).await?;
    Ok(nearest
        .filter(|found| found.is_it)
        .map(|found| found.holder))
}

/// The state of a case's chains, as the case row holds it.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct Chains {
    /// The stage in force.
    pub stage: String,
    /// 1 while it is set aside.
    pub aside: i64,
    /// The day of acceptance.
    pub day: String,
    /// `intake` or `independent`.
    pub route: String,
    /// The team of the route.
    pub team: String,
    /// The latest epoch.
    pub epoch: i64,
    /// Last sequence to the reporter.
    pub to_reporter: i64,
    /// Digest of that stub.
    pub to_digest: Vec<u8>,
    /// Last sequence from the reporter.
    pub from_reporter: i64,
    /// Digest of that stub.
    pub from_digest: Vec<u8>,
    /// How often the words were changed.
    pub words: i64,
    /// Digest of the last change, or the case id.
    pub words_digest: Vec<u8>,
    /// How many grant rows there are.
    pub rows_number: i64,
    /// Digest of the last grant row, or the case id.
    pub rows_digest: Vec<u8>,
    /// The signed receipt.
    pub receipt: Vec<u8>,
    /// The reporter's key in force.
    pub reporter_key: Vec<u8>,
}

/// Reads a case row.
///
/// # Errors
/// As the store's.
pub async fn chains(store: &Store, case: &[u8]) -> Result<Option<Chains>, StoreError> {
    let found = on!(read store, db => {
        sqlx::query_as::<_, Chains>(
            "SELECT stage, aside, day, route, team, epoch, to_reporter, to_digest, from_reporter, from_digest, \
             words, words_digest, rows_number, rows_digest, receipt, reporter_key \
             FROM cases WHERE id = $1",
        )
        .bind(case)
        .fetch_optional(db)
        .await?
    });
    Ok(found)
}

/// Reads a case's signed statement.
///
/// # Errors
/// As the store's.
pub async fn statement(store: &Store, case: &[u8]) -> Result<Option<Vec<u8>>, StoreError> {
    let found = on!(read store, db => {
        sqlx::query_scalar::<_, Vec<u8>>("SELECT statement FROM parts WHERE case_id = $1")
            .bind(case)
            .fetch_optional(db)
            .await?
    });
    Ok(found)
}

/// Every change of words with its keep, in order.
///
/// # Errors
/// As the store's.
pub async fn changes(store: &Store, case: &[u8]) -> Result<Vec<(Vec<u8>, Vec<u8>)>, StoreError> {
    let rows = on!(read store, db => {
        sqlx::query_as::<_, (Vec<u8>, Vec<u8>)>(
            "SELECT signed, keep FROM word_changes WHERE case_id = $1 ORDER BY number",
        )
        .bind(case)
        .fetch_all(db)
        .await?
    });
    Ok(rows)
}

/// Every epoch document, in order.
///
/// # Errors
/// As the store's.
pub async fn epochs(store: &Store, case: &[u8]) -> Result<Vec<Vec<u8>>, StoreError> {
    let rows = on!(read store, db => {
        sqlx::query_scalar::<_, Vec<u8>>("SELECT signed FROM epochs WHERE case_id = $1 ORDER BY epoch")
            .bind(case)
            .fetch_all(db)
            .await?
    });
    Ok(rows)
}

/// Every stub of one direction, in order.
///
/// # Errors
/// As the store's.
pub async fn stubs(
    store: &Store,
    case: &[u8],
    direction: &str,
) -> Result<Vec<Vec<u8>>, StoreError> {
    let rows = on!(read store, db => {
        sqlx::query_scalar::<_, Vec<u8>>(
            "SELECT stub FROM messages WHERE case_id = $1 AND direction = $2 ORDER BY sequence",
        )
        .bind(case)
        .bind(direction)
        .fetch_all(db)
        .await?
    });
    Ok(rows)
}

/// The files sealed to the reporter above a sequence, with their sequences; deleted ones are left out.
///
/// # Errors
/// As the store's.
pub async fn files(
    store: &Store,
    case: &[u8],
    after: i64,
    limit: i64,
) -> Result<Vec<(i64, Vec<u8>)>, StoreError> {
    let rows = on!(read store, db => {
        sqlx::query_as::<_, (i64, Vec<u8>)>(
            "SELECT sequence, reporter_file FROM messages \
             WHERE case_id = $1 AND direction = 'to_reporter' AND sequence > $2 \
             AND LENGTH(reporter_file) > 0 ORDER BY sequence LIMIT $3",
        )
        .bind(case)
        .bind(after)
        .bind(limit)
        .fetch_all(db)
        .await?
    });
    Ok(rows)
}

/// Forgets the files sealed to the reporter up to a sequence; says how many there were.
///
/// # Errors
/// As the store's.
pub async fn delete_files(store: &Store, case: &[u8], up_to: i64) -> Result<u64, StoreError> {
    const NOTHING: &[u8] = &[];
    let deleted = on!(write store, db => {
        sqlx::query(
            "UPDATE messages SET reporter_file = $1 WHERE case_id = $2 \
             AND direction = 'to_reporter' AND sequence <= $3 AND LENGTH(reporter_file) > 0",
        )
        .bind(NOTHING)
        .bind(case)
        .bind(up_to)
        .execute(db)
        .await?
        .rows_affected()
    });
    Ok(deleted)
}

/// A checked change of words.
#[derive(Debug, Clone, Copy)]
pub struct Change<'a> {
    /// The case id.
    pub case: &'a [u8],
    /// Its number.
    pub number: i64,
    /// The digest of the change before, or the case id.
    pub previous: &'a [u8],
    /// The signed change.
    pub signed: &'a [u8],
    /// Its digest.
    pub digest: &'a [u8],
    /// The keep.
    pub keep: &'a [u8],
    /// Digest of the new lookup.
    pub lookup: &'a [u8],
    /// The new verifying key.
    pub key: &'a [u8],
    /// The last sequence from the reporter.
    pub after: i64,
}

/// Puts new words in the place of the old.
///
/// # Errors
/// [`StoreError::Conflict`] when another change or message came first, or the lookup is in use.
pub async fn change_words(store: &Store, change: Change<'_>) -> Result<(), StoreError> {
    on!(begin store, db => {
        let stepped = sqlx::query(
            "UPDATE cases SET words = $1, words_digest = $2, lookup = $3, reporter_key = $4 \
             WHERE id = $5 AND words = $6 AND words_digest = $7 AND from_reporter = $8",
        )
        .bind(change.number)
        .bind(change.digest)
        .bind(change.lookup)
        .bind(change.key)
        .bind(change.case)
        .bind(change.number - 1)
        .bind(change.previous)
        .bind(change.after)
        .execute(&mut *db)
        .await?
        .rows_affected();
        if stepped == 0 {
            return Err(StoreError::Conflict);
        }
        sqlx::query("INSERT INTO word_changes (case_id, number, signed, keep) VALUES ($1, $2, $3, $4)")
            .bind(change.case)
            .bind(change.number)
            .bind(change.signed)
            .bind(change.keep)
            .execute(&mut *db)
            .await?;
    });
    Ok(())
}
