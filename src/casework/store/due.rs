//! What is due in the cases that a member can read: running clocks, by the day on which they are due.

use std::collections::HashMap;

use crate::casework::store::whole::of_cases;
use crate::on;
use crate::store::{Store, StoreError};

/// A running clock.
#[derive(Debug, Clone, PartialEq, Eq)]
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
#[derive(Debug, Clone, Default, PartialEq, Eq)]
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
    /// Where the list goes on; none at its end.
    pub next: Option<AfterDue>,
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
// by a live grant of the latest epoch, and has declared no conflict. A case is listed for the member, with no team, for
// the teams that it was routed to, and for the one that received it before that.
pub(crate) const LIST: &str = "INSERT INTO due (member, team, due, case_id, clock) \
     SELECT g.member, t.team, k.due, c.id, k.clock \
     FROM cases c JOIN grants g ON g.case_id = c.id AND g.epoch = c.epoch JOIN clocks k ON k.case_id = c.id \
     JOIN (SELECT '' AS team UNION ALL SELECT team FROM routed WHERE case_id = $1 \
     UNION ALL SELECT team FROM cases WHERE id = $1 \
     AND NOT EXISTS (SELECT 1 FROM routed WHERE case_id = $1)) t ON 1 = 1 \
     WHERE c.id = $1 AND c.closed = 0 AND c.aside = 0 AND g.live = 1 AND g.declared = 1 \
     AND k.due <> '' AND k.done = '' AND k.paused_on = ''";

// The rows first, then what is said of them, and whether the grant that each is listed for is still there.
const PAGE: &str = "SELECT c.id, d.clock, d.due, c.stage, c.team, \
     (SELECT COUNT(*) FROM grants g WHERE g.case_id = c.id AND g.epoch = c.epoch AND g.member = $1 \
     AND g.live = 1 AND g.declared = 1) AS held \
     FROM (SELECT due, case_id, clock FROM due WHERE member = $1 AND team = $2 AND due <= $3 \
     AND (due, case_id, clock) > ($4, $5, $6) ORDER BY due, case_id, clock LIMIT $7) d \
     JOIN cases c ON c.id = d.case_id ORDER BY d.due, d.case_id, d.clock";
const COUNTS: &str = "SELECT CAST(COALESCE(SUM(CASE WHEN due < $4 THEN 1 ELSE 0 END), 0) AS BIGINT), COUNT(*) \
     FROM due WHERE member = $1 AND team = $2 AND due <= $3";

/// A row as it is listed.
#[derive(sqlx::FromRow)]
struct Listed {
    id: Vec<u8>,
    clock: String,
    due: String,
    stage: String,
    team: String,
    held: i64,
}

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
    let (rows, (overdue, whole)) = on!(read store, db => {
        let rows = sqlx::query_as::<_, Listed>(PAGE)
            .bind(asked.member)
            .bind(asked.team)
            .bind(asked.until)
            .bind(&after.due)
            .bind(&after.case)
            .bind(&after.clock)
            .bind(limit)
            .fetch_all(db)
            .await?;
        let counts = sqlx::query_as::<_, (i64, i64)>(COUNTS)
            .bind(asked.member)
            .bind(asked.team)
            .bind(asked.until)
            .bind(today)
            .fetch_one(db)
            .await?;
        (rows, counts)
    });
    let full = i64::try_from(rows.len()) == Ok(limit);
    let next = rows.last().filter(|_| full).map(|row| AfterDue {
        due: row.due.clone(),
        case: row.id.clone(),
        clock: row.clock.clone(),
    });
    let shown = rows.into_iter().filter(|row| row.held > 0);
    Ok(DuePage {
        rows: shown
            .map(|row| Due {
                id: row.id,
                clock: row.clock,
                due: row.due,
                stage: row.stage,
                team: row.team,
            })
            .collect(),
        next,
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
