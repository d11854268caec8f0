//! Cases that were kept before there were clocks get theirs when the service starts.

use crate::casework::procedure::{self, Clocks};
use crate::casework::store::due::list_due;
use crate::casework::store::facts::{ClockRow, SET_CLOCK, lock};
use crate::casework::store::state::row_of;
use crate::on;
use crate::protocol::Day;
use crate::protocol::json;
use crate::protocol::message::Stub;
use crate::protocol::signing::Signed;
use crate::store::{Store, StoreError};

/// So many cases share a transaction.
const BATCH: i64 = 200;
const WITHOUT: &str = "SELECT c.id, c.day FROM cases c \
     WHERE NOT EXISTS (SELECT 1 FROM clocks k WHERE k.case_id = c.id) ORDER BY c.id LIMIT $1";
const HOW_MANY: &str = "SELECT COUNT(*) FROM clocks WHERE case_id = $1";
const TOLD: &str = "SELECT stub FROM messages WHERE case_id = $1 AND direction = 'to_reporter' \
     ORDER BY sequence";

/// Starts the clocks of every case that has none, as they would stand by its receipt and the messages to its
/// reporter. Says how many there were; doing it again changes nothing.
///
/// # Errors
/// As the store's; what was done until then stays.
pub async fn start_clocks(store: &Store, clocks: &Clocks) -> Result<u64, StoreError> {
    let mut started = 0;
    loop {
        let cases = on!(read store, db => {
            sqlx::query_as::<_, (Vec<u8>, String)>(WITHOUT)
                .bind(BATCH)
                .fetch_all(db)
                .await?
        });
        if cases.is_empty() {
            return Ok(started);
        }
        on!(begin store, db => {
            for (case, received) in &cases {
                // Another process may start at the same time.
                lock!(db, case);
                let there = sqlx::query_scalar::<_, i64>(HOW_MANY)
                    .bind(case)
                    .fetch_one(&mut *db)
                    .await?;
                if there > 0 {
                    continue;
                }
                let told = sqlx::query_scalar::<_, Vec<u8>>(TOLD)
                    .bind(case)
                    .fetch_all(&mut *db)
                    .await?;
                for row in rows(received, &told, clocks)? {
                    sqlx::query(SET_CLOCK)
                        .bind(case)
                        .bind(&row.clock)
                        .bind(&row.started)
                        .bind(&row.due)
                        .bind(&row.paused_on)
                        .bind(row.paused_days)
                        .bind(&row.done)
                        .execute(&mut *db)
                        .await?;
                }
                list_due!(db, case);
                started += 1;
            }
        });
    }
}

/// The clocks of a case that was received on a day, and whose reporter was told this.
fn rows(received: &str, told: &[Vec<u8>], clocks: &Clocks) -> Result<Vec<ClockRow>, StoreError> {
    let received: Day = received.parse().map_err(|_| StoreError::Unavailable)?;
    let mut since = Vec::with_capacity(told.len());
    for document in told {
        let signed = Signed::parse(document.clone()).map_err(|_| StoreError::Unavailable)?;
        let stub: Stub =
            json::read(signed.unverified_payload()).map_err(|_| StoreError::Unavailable)?;
        since.push((stub.day, stub.stage));
    }
    let clocks = procedure::since(received, &since, clocks);
    let clocks = clocks.iter();
    Ok(clocks
        .map(|(clock, running)| row_of(clock.as_str(), running))
        .collect())
}
