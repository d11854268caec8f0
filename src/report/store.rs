//! Keeping reports: one writer gathers what arrives together into one transaction, and answers only after
//! it is durable.

use std::collections::HashSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use actix_web::web::Bytes;
use sqlx::SqlSafeStr as _;
use tokio::sync::{mpsc, oneshot};

use crate::on;
use crate::store::{Store, StoreError};

/// At most so many reports share a transaction.
pub const BATCH: usize = 64;
/// So many reports may wait; a further one waits before it is queued, it is not refused.
const QUEUE: usize = 256;

/// A checked report, ready to be kept.
#[derive(Debug)]
pub struct Arrival {
    /// The case id.
    pub case: [u8; 32],
    /// SHA-256 of the token's lookup.
    pub lookup: [u8; 32],
    /// The reporter's verifying key.
    pub reporter_key: [u8; 32],
    /// Digest of the whole container.
    pub submission: [u8; 32],
    /// The day of acceptance.
    pub day: String,
    /// `intake` or `independent`.
    pub route: &'static str,
    /// The team of that route.
    pub team: String,
    /// The signed statement.
    pub statement: Bytes,
    /// The sealed parties.
    pub parties: Bytes,
    /// The sealed body.
    pub body: Bytes,
    /// The sealed identity file.
    pub identity: Bytes,
    /// Each first grantee with the sealed grant.
    pub grants: Vec<([u8; 16], Bytes)>,
    /// The clocks that start now: each with the day on which it is due.
    pub clocks: Vec<(&'static str, String)>,
    /// The signed receipt.
    pub receipt: Vec<u8>,
}

/// What became of an arrival.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Kept {
    /// It is new, and durable.
    New,
    /// The same bytes were kept before, with this receipt.
    Same(Vec<u8>),
    /// Other bytes were kept under this id.
    OtherBytes,
    /// Another case has this lookup.
    LookupInUse,
}

struct Job {
    arrival: Arrival,
    answer: oneshot::Sender<Result<Kept, StoreError>>,
}

/// The way to the one writer.
#[derive(Clone, Debug)]
pub struct Keeper {
    queue: mpsc::Sender<Job>,
    commits: Arc<AtomicU64>,
}

impl Keeper {
    /// Starts the writer; it ends when the last keeper is gone.
    #[must_use]
    pub fn start(store: Store) -> Self {
        let (queue, mut jobs) = mpsc::channel::<Job>(QUEUE);
        let commits = Arc::new(AtomicU64::new(0));
        let counted = Arc::clone(&commits);
        tokio::spawn(async move {
            let mut batch = Vec::with_capacity(BATCH);
            while jobs.recv_many(&mut batch, BATCH).await > 0 {
                // In the order of the keys: neighbours share pages, and nothing shows who of them was first.
                batch.sort_by_key(|job| job.arrival.case);
                let mut outcomes = keep_all(&store, &batch, &counted).await;
                if batch.len() > 1 && matches!(outcomes, Err(StoreError::Conflict)) {
                    // One that cannot be kept must not spoil those beside it: each by itself.
                    for job in batch.drain(..) {
                        let alone = keep_all(&store, std::slice::from_ref(&job), &counted).await;
                        answer(vec![job].drain(..), alone);
                    }
                    outcomes = Ok(Vec::new());
                }
                answer(batch.drain(..), outcomes);
            }
        });
        Self { queue, commits }
    }

    /// Keeps one report and returns when it is durable.
    ///
    /// # Errors
    /// Nothing of the report is kept then.
    pub async fn keep(&self, arrival: Arrival) -> Result<Kept, StoreError> {
        let (answer, kept) = oneshot::channel();
        let job = Job { arrival, answer };
        self.queue
            .send(job)
            .await
            .map_err(|_| StoreError::Unavailable)?;
        kept.await.map_err(|_| StoreError::Unavailable)?
    }

    /// Whether the writer still works.
    #[must_use]
    pub fn works(&self) -> bool {
        !self.queue.is_closed()
    }

    /// How many transactions have been committed since the start.
    #[must_use]
    pub fn commits(&self) -> u64 {
        self.commits.load(Ordering::Relaxed)
    }
}

fn answer(jobs: std::vec::Drain<'_, Job>, outcomes: Result<Vec<Kept>, StoreError>) {
    match outcomes {
        Ok(outcomes) => {
            for (job, outcome) in jobs.zip(outcomes) {
                let _ = job.answer.send(Ok(outcome));
            }
        }
        Err(error) => {
            // A conflict here is between transactions, not between reports: the sender may try again.
            let error = if error == StoreError::Conflict {
                StoreError::Unavailable
            } else {
                error
            };
            for job in jobs {
                let _ = job.answer.send(Err(error));
            }
        }
    }
}

/// Writes one report in a transaction of its own: the bare loop that benchmarks compare with.
///
/// # Errors
/// As the store's.
pub async fn keep_alone(store: &Store, arrival: Arrival) -> Result<Kept, StoreError> {
    let (answer, _kept) = oneshot::channel();
    let outcomes = keep_all(store, &[Job { arrival, answer }], &AtomicU64::new(0)).await?;
    outcomes.into_iter().next().ok_or(StoreError::Unavailable)
}

/// Writes reports within a transaction of either database: one statement for many rows of a table.
macro_rules! keep_rows {
    ($transaction:expr, $batch:expr, $parts:expr) => {{
        let batch: &[Job] = $batch;
        let mut inserted = HashSet::new();
        for some in in_steps(batch) {
            let mut cases = sqlx::query_scalar::<_, Vec<u8>>(KEEP_CASES.rows(some.len()));
            cases = cases.bind(ZEROS.as_slice());
            for Job { arrival, .. } in some {
                cases = cases
                    .bind(arrival.case.as_slice())
                    .bind(arrival.lookup.as_slice())
                    .bind(arrival.reporter_key.as_slice())
                    .bind(arrival.submission.as_slice())
                    .bind(arrival.day.as_str())
                    .bind(arrival.route)
                    .bind(arrival.team.as_str())
                    .bind(arrival.receipt.as_slice());
            }
            inserted.extend(cases.fetch_all(&mut *$transaction).await?);
        }
        let mut new = Vec::with_capacity(batch.len());
        let mut outcomes = Vec::with_capacity(batch.len());
        for Job { arrival, .. } in batch {
            // Of several with one id the first has been inserted.
            if inserted.remove(arrival.case.as_slice()) {
                new.push(arrival);
                outcomes.push(Kept::New);
                continue;
            }
            let found = sqlx::query_as::<_, (Vec<u8>, Vec<u8>)>(FIND)
                .bind(arrival.case.as_slice())
                .fetch_optional(&mut *$transaction)
                .await?;
            outcomes.push(match found {
                None => Kept::LookupInUse,
                Some((submission, receipt)) if submission == arrival.submission => {
                    Kept::Same(receipt)
                }
                Some(_) => Kept::OtherBytes,
            });
        }
        for some in in_steps(&new) {
            let mut parts = sqlx::query($parts.rows(some.len()));
            for arrival in some {
                parts = parts
                    .bind(arrival.case.as_slice())
                    .bind(&arrival.statement[..])
                    .bind(&arrival.parties[..])
                    .bind(&arrival.body[..])
                    .bind(&arrival.identity[..]);
            }
            parts.execute(&mut *$transaction).await?;
        }
        let mut granted = Vec::with_capacity(3 * new.len());
        let mut started = Vec::with_capacity(8 * new.len());
        for arrival in new {
            granted.extend(arrival.grants.iter().map(|grant| (arrival, grant)));
            started.extend(arrival.clocks.iter().map(|clock| (arrival, clock)));
        }
        for some in in_steps(&granted) {
            let mut grants = sqlx::query(KEEP_GRANTS.rows(some.len()));
            for (arrival, (member, sealed)) in some {
                grants = grants
                    .bind(arrival.case.as_slice())
                    .bind(arrival.day.as_str())
                    .bind(member.as_slice())
                    .bind(&sealed[..]);
            }
            grants.execute(&mut *$transaction).await?;
        }
        for some in in_steps(&started) {
            let mut clocks = sqlx::query(START_CLOCKS.rows(some.len()));
            for (arrival, (clock, due)) in some {
                clocks = clocks
                    .bind(arrival.case.as_slice())
                    .bind(*clock)
                    .bind(arrival.day.as_str())
                    .bind(due.as_str());
            }
            clocks.execute(&mut *$transaction).await?;
        }
        outcomes
    }};
}

async fn keep_all(
    store: &Store,
    batch: &[Job],
    commits: &AtomicU64,
) -> Result<Vec<Kept>, StoreError> {
    let parts = match store {
        Store::Sqlite { .. } => &KEEP_PARTS_ANYWHERE,
        Store::Postgres(_) => &KEEP_PARTS,
    };
    let outcomes = on!(begin store, transaction => keep_rows!(transaction, batch, parts));
    commits.fetch_add(1, Ordering::Relaxed);
    Ok(outcomes)
}

/// An insertion of any number of rows.
struct Insert {
    /// Everything before the rows.
    head: &'static str,
    /// One row, in which `#1` is its first value.
    row: &'static str,
    /// How many values a row has.
    values: usize,
    /// How many values all rows share, which come first.
    shared: usize,
    /// Everything after the rows.
    tail: &'static str,
}

const KEEP_CASES: Insert = Insert {
    head: "INSERT INTO cases (id, lookup, reporter_key, submission, day, route, team, receipt, \
           stage, epoch, to_reporter, to_digest, from_reporter, from_digest, words, words_digest, \
           rows_number, rows_digest, closed, aside, acts_number, acts_digest) VALUES ",
    row: "(#1, #2, #3, #4, #5, #6, #7, #8, 'received', 0, 0, $1, 0, $1, 0, #1, 0, #1, 0, 0, 0, #1)",
    values: 8,
    shared: 1,
    tail: " ON CONFLICT DO NOTHING RETURNING id",
};
const KEEP_PARTS: Insert = Insert {
    head: "INSERT INTO parts (case_id, statement, parties, body, identity) VALUES ",
    row: "(#1, #2, #3, #4, #5)",
    values: 5,
    shared: 0,
    tail: "",
};
/// In SQLite, at a random place, so that nothing shows which came first.
const KEEP_PARTS_ANYWHERE: Insert = Insert {
    head: "INSERT INTO parts (rowid, case_id, statement, parties, body, identity) VALUES ",
    row: "(random(), #1, #2, #3, #4, #5)",
    values: 5,
    shared: 0,
    tail: "",
};
const KEEP_GRANTS: Insert = Insert {
    head: "INSERT INTO grants (case_id, epoch, member, live, declared, day, number, sealed) VALUES ",
    row: "(#1, 0, #3, 1, 0, #2, 0, #4)",
    values: 4,
    shared: 0,
    tail: "",
};
const START_CLOCKS: Insert = Insert {
    head: "INSERT INTO clocks (case_id, clock, started, due, paused_on, paused_days, done) VALUES ",
    row: "(#1, #2, #3, #4, '', 0, '')",
    values: 4,
    shared: 0,
    tail: "",
};
const ZEROS: [u8; 32] = [0; 32];

impl Insert {
    /// The statement for so many rows.
    fn rows(&self, count: usize) -> sqlx::SqlStr {
        let rows: Vec<String> = (0..count)
            .map(|index| {
                let before = self.shared + index * self.values;
                (1..=self.values).fold(self.row.to_owned(), |row, value| {
                    row.replace(&format!("#{value}"), &format!("${}", before + value))
                })
            })
            .collect();
        let text = [self.head, &rows.join(", "), self.tail].concat();
        sqlx::AssertSqlSafe(text).into_sql_str()
    }
}

/// Cuts rows into pieces of few different lengths, at most 64, so that few statements are prepared.
fn in_steps<T>(mut rows: &[T]) -> Vec<&[T]> {
    let mut pieces = Vec::new();
    while !rows.is_empty() {
        let length = match rows.len() {
            few @ ..=8 => few,
            many => 1 << many.ilog2().min(6),
        };
        let (piece, rest) = rows.split_at(length);
        pieces.push(piece);
        rows = rest;
    }
    pieces
}

const FIND: &str = "SELECT submission, receipt FROM cases WHERE id = $1";

/// Finds what was kept under a case id: the digest of its container, and its receipt.
///
/// # Errors
/// As the store's.
pub async fn find(
    store: &Store,
    case: &[u8; 32],
) -> Result<Option<([u8; 32], Vec<u8>)>, StoreError> {
    let found = on!(read store, db => {
        sqlx::query_as::<_, (Vec<u8>, Vec<u8>)>(FIND)
            .bind(case.as_slice())
            .fetch_optional(db)
            .await?
    });
    found
        .map(|(submission, receipt)| {
            let submission = submission.try_into().map_err(|_| StoreError::Unavailable)?;
            Ok((submission, receipt))
        })
        .transpose()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_statement_numbers_the_values_of_each_row() {
        let two = Insert {
            head: "H ",
            row: "(#1, $1, #2)",
            values: 2,
            shared: 1,
            tail: " T",
        };
        assert_eq!(two.rows(2).as_str(), "H ($2, $1, $3), ($4, $1, $5) T");
    }

    #[test]
    fn rows_are_cut_into_few_lengths_and_none_is_left_out() {
        let rows: Vec<usize> = (0..1_000).collect();
        for count in 0..rows.len() {
            let pieces = in_steps(&rows[..count]);
            assert_eq!(pieces.concat(), rows[..count]);
            let fits = |piece: &&[usize]| matches!(piece.len(), 1..=8 | 16 | 32 | 64);
            assert!(pieces.iter().all(fits), "{count}");
        }
    }
}
