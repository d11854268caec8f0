//! What the database says of a case's procedure, read within one transaction, and what an act changes of it.

use std::collections::HashSet;
use std::hash::Hash;

/// The case row, as the procedure needs it.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct CaseRow {
    /// The stage in force.
    pub stage: String,
    /// The day of acceptance.
    pub day: String,
    /// The team that received it.
    pub team: String,
    /// 1 once it is closed.
    pub closed: i64,
    /// 1 while it is set aside.
    pub aside: i64,
    /// The latest epoch.
    pub epoch: i64,
    /// Last sequence to the reporter.
    pub to_reporter: i64,
    /// Digest of that stub.
    pub to_digest: Vec<u8>,
    /// How many acts there are.
    pub acts_number: i64,
    /// Digest of the last act, or the case id.
    pub acts_digest: Vec<u8>,
}

/// The last revision of a record.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct Head {
    /// Which record.
    pub record: String,
    /// Its last revision.
    pub revision: i64,
    /// The digest of that stub.
    pub digest: Vec<u8>,
    /// Who wrote it.
    pub author: Vec<u8>,
}

/// A signature over a record.
#[derive(Debug, Clone, PartialEq, Eq, Hash, sqlx::FromRow)]
pub struct Checkpoint {
    /// Which record.
    pub record: String,
    /// The revision that was signed.
    pub revision: i64,
    /// The digest of that stub.
    pub digest: Vec<u8>,
    /// Who signed.
    pub member: Vec<u8>,
    /// Who signed with them; empty where nobody has.
    pub second: Vec<u8>,
}

/// A part that somebody has or had.
#[derive(Debug, Clone, PartialEq, Eq, Hash, sqlx::FromRow)]
pub struct Assignment {
    /// Who.
    pub member: Vec<u8>,
    /// Which part.
    pub part: String,
    /// The first day.
    pub since: String,
    /// The last day; empty while they have it.
    pub until: String,
}

/// A clock as it stands.
#[derive(Debug, Clone, PartialEq, Eq, Hash, sqlx::FromRow)]
pub struct ClockRow {
    /// Which clock.
    pub clock: String,
    /// When it started; empty before.
    pub started: String,
    /// When it is due; empty before.
    pub due: String,
    /// Since when it stands still; empty while it does not.
    pub paused_on: String,
    /// How many days it stood still so far.
    pub paused_days: i64,
    /// When what it waits for was done; empty before.
    pub done: String,
}

/// Everything by which the procedure goes.
#[derive(Debug, Clone)]
pub struct Facts {
    /// The case row.
    pub case: CaseRow,
    /// The teams that work on it.
    pub teams: Vec<String>,
    /// Who may not have it.
    pub bars: Vec<Vec<u8>>,
    /// Who has declared a conflict.
    pub conflicted: Vec<Vec<u8>>,
    /// Who has or had which part.
    pub assignments: Vec<Assignment>,
    /// The last signatures.
    pub checkpoints: Vec<Checkpoint>,
    /// The last revisions.
    pub heads: Vec<Head>,
    /// The clocks.
    pub clocks: Vec<ClockRow>,
    /// Who has a live grant and has declared no conflict.
    pub readers: Vec<Vec<u8>>,
}

/// Takes the lock of a case's row for the rest of the transaction; SQLite has one writer.
pub(crate) const LOCK: &str = "UPDATE cases SET acts_number = acts_number WHERE id = $1";
pub(crate) const CASE: &str = "SELECT stage, day, team, closed, aside, epoch, to_reporter, to_digest, \
     acts_number, acts_digest FROM cases WHERE id = $1";
pub(crate) const TEAMS: &str = "SELECT team FROM routed WHERE case_id = $1 ORDER BY team";
pub(crate) const BARS: &str = "SELECT member FROM bars WHERE case_id = $1 ORDER BY member";
pub(crate) const CONFLICTED: &str =
    "SELECT member FROM declarations WHERE case_id = $1 AND conflict = 1 ORDER BY member";
pub(crate) const ASSIGNMENTS: &str = "SELECT member, part, since, until FROM assignments \
     WHERE case_id = $1 ORDER BY since, member, part";
pub(crate) const CHECKPOINTS: &str =
    "SELECT record, revision, digest, member, second FROM checkpoints WHERE case_id = $1";
pub(crate) const HEADS: &str =
    "SELECT record, revision, digest, author FROM record_heads WHERE case_id = $1";
pub(crate) const CLOCKS: &str = "SELECT clock, started, due, paused_on, paused_days, done FROM clocks \
     WHERE case_id = $1";
pub(crate) const READERS: &str = "SELECT DISTINCT member FROM grants \
     WHERE case_id = $1 AND live = 1 AND declared = 1 ORDER BY member";

pub(crate) const STEP: &str = "UPDATE cases SET stage = $2, closed = $3, aside = $4 WHERE id = $1";
pub(crate) const UNROUTE: &str = "DELETE FROM routed WHERE case_id = $1";
pub(crate) const ROUTE: &str = "INSERT INTO routed (case_id, team) VALUES ($1, $2)";
pub(crate) const BAR: &str = "INSERT INTO bars (case_id, member) VALUES ($1, $2)";
pub(crate) const LIFT: &str = "DELETE FROM bars WHERE case_id = $1 AND member = $2";
pub(crate) const ASSIGN: &str = "INSERT INTO assignments (case_id, member, part, since, until) \
     VALUES ($1, $2, $3, $4, $5) ON CONFLICT (case_id, member, part) \
     DO UPDATE SET since = excluded.since, until = excluded.until";
pub(crate) const SIGN: &str = "INSERT INTO checkpoints (case_id, record, revision, digest, member, second) \
     VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (case_id, record) \
     DO UPDATE SET revision = excluded.revision, digest = excluded.digest, \
     member = excluded.member, second = excluded.second";
pub(crate) const SET_CLOCK: &str = "INSERT INTO clocks (case_id, clock, started, due, paused_on, paused_days, done) \
     VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (case_id, clock) \
     DO UPDATE SET started = excluded.started, due = excluded.due, \
     paused_on = excluded.paused_on, paused_days = excluded.paused_days, done = excluded.done";

/// Takes the lock of a case's row, so that what is read after it stays true until the transaction ends.
macro_rules! lock {
    ($db:expr, $case:expr) => {{
        sqlx::query($crate::casework::store::facts::LOCK)
            .bind($case)
            .execute(&mut *$db)
            .await?;
    }};
}

/// Reads the facts of a case; none where there is no such case.
macro_rules! facts {
    ($db:expr, $case:expr) => {{
        use $crate::casework::store::facts;
        let case = sqlx::query_as::<_, facts::CaseRow>(facts::CASE)
            .bind($case)
            .fetch_optional(&mut *$db)
            .await?;
        match case {
            None => None,
            Some(case) => Some(facts::Facts {
                case,
                teams: sqlx::query_scalar::<_, String>(facts::TEAMS)
                    .bind($case)
                    .fetch_all(&mut *$db)
                    .await?,
                bars: sqlx::query_scalar::<_, Vec<u8>>(facts::BARS)
                    .bind($case)
                    .fetch_all(&mut *$db)
                    .await?,
                conflicted: sqlx::query_scalar::<_, Vec<u8>>(facts::CONFLICTED)
                    .bind($case)
                    .fetch_all(&mut *$db)
                    .await?,
                assignments: sqlx::query_as::<_, facts::Assignment>(facts::ASSIGNMENTS)
                    .bind($case)
                    .fetch_all(&mut *$db)
                    .await?,
                checkpoints: sqlx::query_as::<_, facts::Checkpoint>(facts::CHECKPOINTS)
                    .bind($case)
                    .fetch_all(&mut *$db)
                    .await?,
                heads: sqlx::query_as::<_, facts::Head>(facts::HEADS)
                    .bind($case)
                    .fetch_all(&mut *$db)
                    .await?,
                clocks: sqlx::query_as::<_, facts::ClockRow>(facts::CLOCKS)
                    .bind($case)
                    .fetch_all(&mut *$db)
                    .await?,
                readers: sqlx::query_scalar::<_, Vec<u8>>(facts::READERS)
                    .bind($case)
                    .fetch_all(&mut *$db)
                    .await?,
            }),
        }
    }};
}

/// Writes what the facts after an act differ in from those before. Whoever is barred now loses their grants.
macro_rules! save {
    ($db:expr, $case:expr, $before:expr, $after:expr, $today:expr) => {{
        use $crate::casework::store::{declaring, due, facts};
        let (before, after): (&facts::Facts, &facts::Facts) = ($before, $after);
        if before.case != after.case {
            sqlx::query(facts::STEP)
                .bind($case)
                .bind(&after.case.stage)
                .bind(after.case.closed)
                .bind(after.case.aside)
                .execute(&mut *$db)
                .await?;
        }
        if before.teams != after.teams {
            sqlx::query(facts::UNROUTE)
                .bind($case)
                .execute(&mut *$db)
                .await?;
            for team in &after.teams {
                sqlx::query(facts::ROUTE)
                    .bind($case)
                    .bind(team)
                    .execute(&mut *$db)
                    .await?;
            }
        }
        for member in facts::new_in(&after.bars, &before.bars) {
            sqlx::query(facts::BAR)
                .bind($case)
                .bind(member)
                .execute(&mut *$db)
                .await?;
            declaring::end_grants!($db, $case, member, declaring::AS_DECLARED, $today);
        }
        for member in facts::new_in(&before.bars, &after.bars) {
            sqlx::query(facts::LIFT)
                .bind($case)
                .bind(member)
                .execute(&mut *$db)
                .await?;
        }
        for assignment in facts::new_in(&after.assignments, &before.assignments) {
            sqlx::query(facts::ASSIGN)
                .bind($case)
                .bind(&assignment.member)
                .bind(&assignment.part)
                .bind(&assignment.since)
                .bind(&assignment.until)
                .execute(&mut *$db)
                .await?;
        }
        for checkpoint in facts::new_in(&after.checkpoints, &before.checkpoints) {
            sqlx::query(facts::SIGN)
                .bind($case)
                .bind(&checkpoint.record)
                .bind(checkpoint.revision)
                .bind(&checkpoint.digest)
                .bind(&checkpoint.member)
                .bind(&checkpoint.second)
                .execute(&mut *$db)
                .await?;
        }
        for clock in facts::new_in(&after.clocks, &before.clocks) {
            sqlx::query(facts::SET_CLOCK)
                .bind($case)
                .bind(&clock.clock)
                .bind(&clock.started)
                .bind(&clock.due)
                .bind(&clock.paused_on)
                .bind(clock.paused_days)
                .bind(&clock.done)
                .execute(&mut *$db)
                .await?;
        }
        if before.case != after.case
            || before.clocks != after.clocks
            || before.bars != after.bars
            || before.teams != after.teams
        {
            due::list_due!($db, $case);
        }
    }};
}
pub(crate) use {facts, lock, save};

/// The rows of one list that are not in another.
pub(crate) fn new_in<'a, T: Eq + Hash>(
    rows: &'a [T],
    others: &'a [T],
) -> impl Iterator<Item = &'a T> {
    let others: HashSet<&T> = others.iter().collect();
    rows.iter().filter(move |row| !others.contains(row))
}
