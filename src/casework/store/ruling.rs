//! Records and acts on their way into a case: what the procedure says of them is decided on what is read under
//! the lock of the case's row, within the transaction that writes them.

use crate::casework::procedure::{Clocks, Why};
use crate::casework::store::facts::{Facts, facts, lock, save};
use crate::casework::store::records::Revision;
use crate::on;
use crate::protocol::act::ActRow;
use crate::protocol::directory::Directory;
use crate::protocol::record;
use crate::protocol::{CaseId, Day, Digest, MemberId};
use crate::store::{Store, StoreError};

/// By what the procedure rules, besides what the case itself says.
#[derive(Debug, Clone, Copy)]
pub struct Ruling<'a> {
    /// Who asks.
    pub member: &'a MemberId,
    /// The directory in force.
    pub directory: &'a Directory,
    /// How long each clock runs.
    pub clocks: &'a Clocks,
    /// Today.
    pub today: Day,
}

/// What became of what somebody asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ruled {
    /// It is new, and durable.
    New,
    /// The same stood there already.
    Same,
    /// Another has that place in the chain.
    Sequence,
    /// It is sealed to another epoch than the latest (K6).
    Epoch,
    /// The procedure does not allow it.
    Not(Why),
    /// The case is not this member's any more.
    Stranger,
}

/// A checked revision on its way into its record.
#[derive(Debug, Clone, Copy)]
pub struct NewRevision<'a> {
    /// The case id.
    pub case: &'a CaseId,
    /// What the stub says.
    pub revision: &'a record::Revision,
    /// The signed stub.
    pub stub: &'a [u8],
    /// Its digest.
    pub digest: &'a Digest,
    /// The sealed content.
    pub file: &'a [u8],
}

/// A checked act on its way into the chain.
#[derive(Debug, Clone, Copy)]
pub struct NewAct<'a> {
    /// The case id.
    pub case: &'a CaseId,
    /// What it says.
    pub row: &'a ActRow,
    /// The signed act.
    pub signed: &'a [u8],
    /// Its digest.
    pub digest: &'a Digest,
    /// The sealed words.
    pub file: &'a [u8],
}

fn number(number: u64) -> Result<i64, StoreError> {
    i64::try_from(number).map_err(|_| StoreError::Unavailable)
}

/// Keeps a revision, if it follows the last one and the procedure lets its author write.
///
/// # Errors
/// As the store's.
pub async fn keep_revision(
    store: &Store,
    new: &NewRevision<'_>,
    ruling: &Ruling<'_>,
) -> Result<Ruled, StoreError> {
    let case = new.case.as_bytes().as_slice();
    let author = ruling.member.as_bytes().as_slice();
    let (name, revision) = (new.revision.record, number(new.revision.revision)?);
    let digest = new.digest.as_bytes().as_slice();
    on!(begin store, db => {
        lock!(db, case);
        let Some(before) = facts!(db, case) else {
            return Ok(Ruled::Stranger);
        };
        if !before.is_reader(author) {
            return Ok(Ruled::Stranger);
        }
        let (last, last_digest) = before.head(name.as_str());
        if revision != last + 1 || new.revision.previous.as_bytes()[..] != *last_digest {
            let there = sqlx::query_scalar::<_, Vec<u8>>(
                "SELECT stub FROM records WHERE case_id = $1 AND record = $2 AND revision = $3",
            )
            .bind(case)
            .bind(name.as_str())
            .bind(revision)
            .fetch_optional(&mut *db)
            .await?;
            return Ok(Ruled::again(there.as_deref(), new.stub));
        }
        if i64::from(new.revision.epoch) != before.case.epoch {
            return Ok(Ruled::Epoch);
        }
        let after = match ruling.write(&before, new)? {
            Ok(after) => after,
            Err(why) => return Ok(Ruled::Not(why)),
        };
        save!(db, case, &before, &after, &ruling.today.to_string());
        sqlx::query(
            "INSERT INTO records (case_id, record, revision, stub, file) VALUES ($1, $2, $3, $4, $5)",
        )
        .bind(case)
        .bind(name.as_str())
        .bind(revision)
        .bind(new.stub)
        .bind(new.file)
        .execute(&mut *db)
        .await?;
        sqlx::query(
            "INSERT INTO record_heads (case_id, record, revision, digest, author) \
             VALUES ($1, $2, $3, $4, $5) ON CONFLICT (case_id, record) DO UPDATE \
             SET revision = excluded.revision, digest = excluded.digest, author = excluded.author",
        )
        .bind(case)
        .bind(name.as_str())
        .bind(revision)
        .bind(digest)
        .bind(author)
        .execute(&mut *db)
        .await?;
    });
    Ok(Ruled::New)
}

/// Keeps an act and carries it out, if it follows the last one and the procedure allows it.
///
/// # Errors
/// As the store's.
pub async fn keep_act(
    store: &Store,
    new: &NewAct<'_>,
    ruling: &Ruling<'_>,
) -> Result<Ruled, StoreError> {
    let case = new.case.as_bytes().as_slice();
    let number = number(new.row.number)?;
    on!(begin store, db => {
        lock!(db, case);
        let Some(before) = facts!(db, case) else {
            return Ok(Ruled::Stranger);
        };
        if !before.is_reader(ruling.member.as_bytes()) {
            return Ok(Ruled::Stranger);
        }
        let follows = number == before.case.acts_number + 1
            && new.row.previous.as_bytes()[..] == before.case.acts_digest;
        if !follows {
            let there = sqlx::query_scalar::<_, Vec<u8>>(
                "SELECT signed FROM acts WHERE case_id = $1 AND number = $2",
            )
            .bind(case)
            .bind(number)
            .fetch_optional(&mut *db)
            .await?;
            return Ok(Ruled::again(there.as_deref(), new.signed));
        }
        let after = match ruling.act(&before, &new.row.act)? {
            Ok(after) => after,
            Err(why) => return Ok(Ruled::Not(why)),
        };
        save!(db, case, &before, &after, &ruling.today.to_string());
        sqlx::query("UPDATE cases SET acts_number = $2, acts_digest = $3 WHERE id = $1")
            .bind(case)
            .bind(number)
            .bind(new.digest.as_bytes().as_slice())
            .execute(&mut *db)
            .await?;
        sqlx::query("INSERT INTO acts (case_id, number, signed, file) VALUES ($1, $2, $3, $4)")
            .bind(case)
            .bind(number)
            .bind(new.signed)
            .bind(new.file)
            .execute(&mut *db)
            .await?;
    });
    Ok(Ruled::New)
}

impl Ruled {
    /// What is there in the place that somebody asked for: the same, or another.
    pub(crate) fn again(there: Option<&[u8]>, asked: &[u8]) -> Self {
        if there == Some(asked) {
            Self::Same
        } else {
            Self::Sequence
        }
    }
}

/// What a desk works with: everything of a case's procedure, from one moment.
#[derive(Debug, Clone)]
pub struct Work {
    /// The last revision of each record that has one.
    pub records: Vec<Revision>,
    /// Every act and its words, in order.
    pub acts: Vec<(Vec<u8>, Vec<u8>)>,
    /// Whose conflict files there are.
    pub conflicts: Vec<(Vec<u8>, Vec<u8>)>,
    /// How the procedure stands.
    pub facts: Facts,
}

/// Reads what a desk works with; none where there is no such case.
///
/// # Errors
/// As the store's.
pub async fn work(store: &Store, case: &[u8]) -> Result<Option<Work>, StoreError> {
    let work = on!(snapshot store, db => {
        let Some(facts) = facts!(db, case) else {
            return Ok(None);
        };
        Work {
            records: sqlx::query_as::<_, Revision>(LATEST)
                .bind(case)
                .fetch_all(&mut *db)
                .await?,
            acts: sqlx::query_as::<_, (Vec<u8>, Vec<u8>)>(ACTS)
                .bind(case)
                .fetch_all(&mut *db)
                .await?,
            conflicts: sqlx::query_as::<_, (Vec<u8>, Vec<u8>)>(CONFLICTS)
                .bind(case)
                .fetch_all(&mut *db)
                .await?,
            facts,
        }
    });
    Ok(Some(work))
}

const LATEST: &str = "SELECT r.record, r.revision, r.stub, r.file FROM record_heads h JOIN records r \
     ON r.case_id = h.case_id AND r.record = h.record AND r.revision = h.revision \
     WHERE h.case_id = $1 ORDER BY r.record";
const ACTS: &str = "SELECT signed, file FROM acts WHERE case_id = $1 ORDER BY number";
const CONFLICTS: &str =
    "SELECT member, file FROM conflicts WHERE case_id = $1 ORDER BY member, conflict";

/// Reads how a case's procedure stands; none where there is no such case.
///
/// # Errors
/// As the store's.
pub async fn facts(store: &Store, case: &[u8]) -> Result<Option<Facts>, StoreError> {
    Ok(on!(snapshot store, db => facts!(db, case)))
}
