//! What is due in the cases that a member can read: running clocks, by the day on which they are due.

use std::collections::HashMap;

use crate::casework::store::whole::of_cases;
use crate::on;
use crate::store::{Store, StoreError};

/// A running clock.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct Due {
    /// The case id.
    pub id: Vec<u8>,
    /// Which clock.
    pub clock: String,
    /// When it is due.
    pub due: String,
    /// The stage of the case.
    pub stage: String,
    /// The team that received it.
    pub team: String,
}

/// Where the list goes on: after this row.
#[derive(Debug, Clone, Default)]
pub struct AfterDue {
    /// The day of the last row shown.
    pub due: String,
    /// Its case.
    pub case: Vec<u8>,
    /// Its clock.
    pub clock: String,
}

/// Which clocks are asked for.
#[derive(Debug, Clone, Copy)]
pub struct AskedDue<'a> {
    /// Who asks.
    pub member: &'a [u8],
    /// Only cases of this team; empty for all.
    pub team: &'a str,
    /// The last day looked at.
    pub until: &'a str,
}

/// A page of the list, and how many rows the whole list has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DuePage {
    /// The rows, in order.
    pub rows: Vec<Due>,
    /// How many of all are due before today.
    pub overdue: i64,
    /// How many of all are due today or later.
    pub soon: i64,
}

/// What is due in a case, for each of its readers: forgotten, and listed anew.
macro_rules! list_due {
    ($db:expr, $case:expr) => {{
        use $crate::casework::store::due;
        for statement in [due::FORGET, due::LIST] {
            sqlx::query(statement)
                .bind($case)
                .execute(&mut *$db)
                .await?;
        }
    }};
}
pub(crate) use list_due;

pub(crate) const FORGET: &str = "DELETE FROM due WHERE case_id = $1";
// A clock runs while it is started, neither done nor paused, and its case neither closed nor set aside; a member reads
// by a live grant of the latest epoch, and has declared no conflict.
pub(crate) const LIST: &str = "INSERT INTO due (member, due, case_id, clock) \
     SELECT g.member, k.due, c.id, k.clock \
     FROM cases c JOIN grants g ON g.case_id = c.id AND g.epoch = c.epoch JOIN clocks k ON k.case_id = c.id \
     WHERE c.id = $1 AND c.closed = 0 AND c.aside = 0 AND g.live = 1 AND g.declared = 1 \
     AND k.due <> '' AND k.done = '' AND k.paused_on = ''";

/// A case belongs to the teams that it was routed to, and to the one that received it before that.
macro_rules! of_team {
    ($case:literal, $team:literal) => {
        concat!(
            "(EXISTS (SELECT 1 FROM routed r WHERE r.case_id = ",
            $case,
            " AND r.team = ",
            $team,
            ") OR EXISTS (SELECT 1 FROM cases t WHERE t.id = ",
            $case,
            " AND t.team = ",
            $team,
            " AND NOT EXISTS (SELECT 1 FROM routed r WHERE r.case_id = t.id)))"
        )
    };
}

/// A page in its order. What is listed is shown by the grant that it is listed for, which is looked at once more.
macro_rules! page {
    ($of:expr) => {
        concat!(
            "SELECT c.id, d.clock, d.due, c.stage, c.team FROM due d JOIN cases c ON c.id = d.case_id \
             JOIN grants g ON g.case_id = d.case_id AND g.epoch = c.epoch AND g.member = d.member \
             WHERE d.member = $1 AND d.due <= $2 AND (d.due, d.case_id, d.clock) > ($3, $4, $5) \
             AND g.live = 1 AND g.declared = 1",
            $of,
            " ORDER BY d.due, d.case_id, d.clock LIMIT $6"
        )
    };
}
const PAGE: &str = page!("");
const PAGE_OF_TEAM: &str = page!(concat!(" AND ", of_team!("d.case_id", "$7")));

// By cases, so that the team of each is looked for once.
const COUNTS: &str = "SELECT CAST(COALESCE(SUM(CASE WHEN due < $3 THEN 1 ELSE 0 END), 0) AS BIGINT), COUNT(*) \
     FROM due WHERE member = $1 AND due <= $2";
const COUNTS_OF_TEAM: &str = concat!(
    "SELECT CAST(COALESCE(SUM(n.overdue), 0) AS BIGINT), CAST(COALESCE(SUM(n.whole), 0) AS BIGINT) \
     FROM (SELECT case_id, SUM(CASE WHEN due < $3 THEN 1 ELSE 0 END) AS overdue, COUNT(*) AS whole \
     FROM due WHERE member = $1 AND due <= $2 GROUP BY case_id) n WHERE ",
    of_team!("n.case_id", "$4")
);

/// A page of the list, in order, with the counts of the whole list before and from a day on.
///
/// # Errors
/// As the store's.
pub async fn due(
    store: &Store,
    asked: AskedDue<'_>,
    after: &AfterDue,
    limit: i64,
    today: &str,
) -> Result<DuePage, StoreError> {
    let all = asked.team.is_empty();
    let (page, counts) = if all {
        (PAGE, COUNTS)
    } else {
        (PAGE_OF_TEAM, COUNTS_OF_TEAM)
    };
    let (rows, (overdue, whole)) = on!(read store, db => {
        let mut rows = sqlx::query_as::<_, Due>(page)
            .bind(asked.member)
            .bind(asked.until)
            .bind(&after.due)
            .bind(&after.case)
            .bind(&after.clock)
            .bind(limit);
        let mut counted = sqlx::query_as::<_, (i64, i64)>(counts)
            .bind(asked.member)
            .bind(asked.until)
            .bind(today);
        if !all {
            rows = rows.bind(asked.team);
            counted = counted.bind(asked.team);
        }
        (rows.fetch_all(db).await?, counted.fetch_one(db).await?)
    });
    Ok(DuePage {
        rows,
        overdue,
        soon: whole - overdue,
    })
}

/// The teams that work on each of these cases; a case that was never routed is left out.
///
/// # Errors
/// As the store's.
pub async fn teams_of(
    store: &Store,
    cases: &[&[u8]],
) -> Result<HashMap<Vec<u8>, Vec<String>>, StoreError> {
    let rows: Vec<(Vec<u8>, String)> = of_cases!(
        store,
        cases,
        "SELECT case_id, team FROM routed WHERE case_id",
        "ORDER BY case_id, team"
    );
    let mut teams: HashMap<Vec<u8>, Vec<String>> = HashMap::new();
    for (case, team) in rows {
        teams.entry(case).or_default().push(team);
    }
    Ok(teams)
}
