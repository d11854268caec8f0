//! Messages on their way into a case's two chains.

use crate::casework::store::facts::{facts, lock, save};
use crate::casework::store::{Ruled, Ruling};
use crate::on;
use crate::protocol::message::{GREATEST_WRITTEN, Stage};
use crate::store::{Store, StoreError};

/// A checked message on its way into a chain.
#[derive(Debug, Clone, Copy)]
pub struct Line<'a> {
    /// The case id.
    pub case: &'a [u8],
    /// Its sequence.
    pub sequence: i64,
    /// The digest of the stub before.
    pub previous: &'a [u8],
    /// The signed stub.
    pub stub: &'a [u8],
    /// The digest of the stub.
    pub digest: &'a [u8],
    /// The file sealed to the case.
    pub case_file: &'a [u8],
    /// The file sealed to the reporter, or nothing.
    pub reporter_file: &'a [u8],
}

/// What became of a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Added {
    /// It is new, and durable.
    New,
    /// The same stub stood there already.
    Same,
    /// There is no room for it in its case.
    Full,
}

const STEP_FROM: &str = "UPDATE cases SET from_reporter = $1, from_digest = $2 \
     WHERE id = $3 AND from_reporter = $4 AND from_digest = $5 AND reporter_key = $6";
const STEP_TO: &str = "UPDATE cases SET to_reporter = $1, to_digest = $2 WHERE id = $3";
const TO_REPORTER: &str = "to_reporter";
const FROM_REPORTER: &str = "from_reporter";
const ADD: &str = "INSERT INTO messages (case_id, direction, sequence, stub, case_file, reporter_file) \
     VALUES ($1, $2, $3, $4, $5, $6)";
const WRITTEN: &str = "SELECT CAST(COALESCE(SUM(LENGTH(stub) + LENGTH(case_file)), 0) AS BIGINT) \
     FROM messages WHERE case_id = $1 AND direction = $2";
const STUB_AT: &str =
    "SELECT stub FROM messages WHERE case_id = $1 AND direction = $2 AND sequence = $3";

/// Adds a message from the reporter, if the chain stands where the message says and the key still signs.
///
/// # Errors
/// [`StoreError::Conflict`] when another message has that place, or the words were changed meanwhile.
pub async fn add_from_reporter(
    store: &Store,
    line: Line<'_>,
    key: &[u8],
) -> Result<Added, StoreError> {
    on!(begin store, db => {
        let stepped = sqlx::query(STEP_FROM)
            .bind(line.sequence)
            .bind(line.digest)
            .bind(line.case)
            .bind(line.sequence - 1)
            .bind(line.previous)
            .bind(key)
            .execute(&mut *db)
            .await?
            .rows_affected();
        if stepped == 0 {
            let there = sqlx::query_scalar::<_, Vec<u8>>(STUB_AT)
                .bind(line.case)
                .bind(FROM_REPORTER)
                .bind(line.sequence)
                .fetch_optional(&mut *db)
                .await?;
            return match there {
                Some(stub) if stub == line.stub => Ok(Added::Same),
                _ => Err(StoreError::Conflict),
            };
        }
        let written = sqlx::query_scalar::<_, i64>(WRITTEN)
            .bind(line.case)
            .bind(FROM_REPORTER)
            .fetch_one(&mut *db)
            .await?;
        let more = line.stub.len() + line.case_file.len();
        if written.saturating_add_unsigned(more as u64) > GREATEST_WRITTEN {
            return Ok(Added::Full);
        }
        sqlx::query(ADD)
            .bind(line.case)
            .bind(FROM_REPORTER)
            .bind(line.sequence)
            .bind(line.stub)
            .bind(line.case_file)
            .bind(line.reporter_file)
            .execute(&mut *db)
            .await?;
    });
    Ok(Added::New)
}

/// Adds a message to the reporter, if its chain stands where the message says and the procedure lets it name its
/// stage; the stage and the clocks follow.
///
/// # Errors
/// As the store's.
pub async fn add_to_reporter(
    store: &Store,
    line: Line<'_>,
    stage: Option<Stage>,
    ruling: &Ruling<'_>,
) -> Result<Ruled, StoreError> {
    on!(begin store, db => {
        lock!(db, line.case);
        let Some(before) = facts!(db, line.case) else {
            return Ok(Ruled::Stranger);
        };
        if !before.is_reader(ruling.member.as_bytes()) {
            return Ok(Ruled::Stranger);
        }
        let follows = line.sequence == before.case.to_reporter + 1
            && line.previous == before.case.to_digest;
        if !follows {
            let there = sqlx::query_scalar::<_, Vec<u8>>(STUB_AT)
                .bind(line.case)
                .bind(TO_REPORTER)
                .bind(line.sequence)
                .fetch_optional(&mut *db)
                .await?;
            return Ok(Ruled::again(there.as_deref(), line.stub));
        }
        let after = match ruling.tell(&before, stage)? {
            Ok(after) => after,
            Err(why) => return Ok(Ruled::Not(why)),
        };
        save!(db, line.case, &before, &after, &ruling.today.to_string());
        sqlx::query(STEP_TO)
            .bind(line.sequence)
            .bind(line.digest)
            .bind(line.case)
            .execute(&mut *db)
            .await?;
        sqlx::query(ADD)
            .bind(line.case)
            .bind(TO_REPORTER)
            .bind(line.sequence)
            .bind(line.stub)
            .bind(line.case_file)
            .bind(line.reporter_file)
            .execute(&mut *db)
            .await?;
    });
    Ok(Ruled::New)
}
