//! Keeping reports: one writer gathers what arrives together into one transaction, and answers only after
//! it is durable.

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

/// Writes one report within a transaction of either database.
macro_rules! keep_one {
    ($transaction:expr, $arrival:expr) => {{
        let arrival: &Arrival = $arrival;
        let kept = sqlx::query(KEEP_CASE)
            .bind(arrival.case.as_slice())
            .bind(arrival.lookup.as_slice())
            .bind(arrival.reporter_key.as_slice())
            .bind(arrival.submission.as_slice())
            .bind(arrival.day.as_str())
            .bind(arrival.route)
            .bind(arrival.team.as_str())
            .bind(ZEROS.as_slice())
            .bind(arrival.receipt.as_slice())
            .execute(&mut *$transaction)
            .await?;
        if kept.rows_affected() == 0 {
            let found = sqlx::query_as::<_, (Vec<u8>, Vec<u8>)>(FIND)
                .bind(arrival.case.as_slice())
                .fetch_optional(&mut *$transaction)
                .await?;
            match found {
                None => Kept::LookupInUse,
                Some((submission, receipt)) if submission == arrival.submission => {
                    Kept::Same(receipt)
                }
                Some(_) => Kept::OtherBytes,
            }
        } else {
            sqlx::query(KEEP_PARTS)
                .bind(arrival.case.as_slice())
                .bind(&arrival.statement[..])
                .bind(&arrival.parties[..])
                .bind(&arrival.body[..])
                .bind(&arrival.identity[..])
                .execute(&mut *$transaction)
                .await?;
            let mut grants = sqlx::query(keep_grants(arrival.grants.len()))
                .bind(arrival.case.as_slice())
                .bind(arrival.day.as_str());
            for (member, sealed) in &arrival.grants {
                grants = grants.bind(member.as_slice()).bind(&sealed[..]);
            }
            grants.execute(&mut *$transaction).await?;
            Kept::New
        }
    }};
}

async fn keep_all(
    store: &Store,
    batch: &[Job],
    commits: &AtomicU64,
) -> Result<Vec<Kept>, StoreError> {
    let mut outcomes = Vec::with_capacity(batch.len());
    on!(begin store, transaction => {
        for job in batch {
            outcomes.push(keep_one!(transaction, &job.arrival));
        }
    });
    commits.fetch_add(1, Ordering::Relaxed);
    Ok(outcomes)
}

const KEEP_CASE: &str = "INSERT INTO cases (id, lookup, reporter_key, submission, day, route, team, \
     stage, epoch, to_reporter, to_digest, from_reporter, from_digest, words, words_digest, \
     rows_number, rows_digest, receipt) \
     VALUES ($1, $2, $3, $4, $5, $6, $7, 'received', 0, 0, $8, 0, $8, 0, $1, 0, $1, $9) \
     ON CONFLICT DO NOTHING";
const KEEP_PARTS: &str = "INSERT INTO parts (case_id, statement, parties, body, identity) \
     VALUES ($1, $2, $3, $4, $5)";
const ZEROS: [u8; 32] = [0; 32];

/// One statement for all grants of a report; at most 100 of them (C6).
fn keep_grants(count: usize) -> sqlx::SqlStr {
    let rows: Vec<String> = (0..count)
        .map(|index| {
            let member = 3 + 2 * index;
            format!("($1, 0, ${member}, 1, 0, $2, 0, ${})", member + 1)
        })
        .collect();
    sqlx::AssertSqlSafe(format!(
        "INSERT INTO grants (case_id, epoch, member, live, declared, day, number, sealed) VALUES {}",
        rows.join(", ")
    ))
    .into_sql_str()
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
