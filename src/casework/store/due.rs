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

/// A row of the answer: the counts stand in each, and alone where the page has no row.
#[derive(sqlx::FromRow)]
struct Counted {
    id: Option<Vec<u8>>,
    clock: Option<String>,
    due: Option<String>,
    stage: Option<String>,
    team: Option<String>,
    overdue: i64,
    whole: i64,
}

// A member's cases, as in the list of their own, and those of their clocks that run; a case belongs to the teams that it
// was routed to, and to the one that received it before that. They are gone through once, for the counts and the page.
const PAGE: &str = "WITH running AS ( \
     SELECT c.id, k.clock, k.due, c.stage, c.team \
     FROM grants g JOIN cases c ON c.id = g.case_id JOIN clocks k ON k.case_id = c.id \
     WHERE g.member = $1 AND g.live = 1 AND g.declared = 1 AND g.epoch = c.epoch \
     AND c.closed = 0 AND c.aside = 0 \
     AND k.due <> '' AND k.due <= $2 AND k.done = '' AND k.paused_on = '' \
     AND ($3 = '' OR EXISTS (SELECT 1 FROM routed r WHERE r.case_id = c.id AND r.team = $3) \
     OR (c.team = $3 AND NOT EXISTS (SELECT 1 FROM routed r WHERE r.case_id = c.id)))), \
     counted AS (SELECT CAST(COALESCE(SUM(CASE WHEN due < $8 THEN 1 ELSE 0 END), 0) AS BIGINT) AS overdue, \
     COUNT(*) AS whole FROM running) \
     SELECT r.id, r.clock, r.due, r.stage, r.team, n.overdue, n.whole \
     FROM counted n LEFT JOIN running r \
     ON (r.due > $4 OR (r.due = $4 AND (r.id > $5 OR (r.id = $5 AND r.clock > $6)))) \
     ORDER BY r.due, r.id, r.clock LIMIT $7";

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
    let found = on!(read store, db => {
        sqlx::query_as::<_, Counted>(PAGE)
            .bind(asked.member)
            .bind(asked.until)
            .bind(asked.team)
            .bind(&after.due)
            .bind(&after.case)
            .bind(&after.clock)
            .bind(limit)
            .bind(today)
            .fetch_all(db)
            .await?
    });
    let (overdue, whole) = found.first().map_or((0, 0), |row| (row.overdue, row.whole));
    let rows = found.into_iter().filter_map(|row| {
        Some(Due {
            id: row.id?,
            clock: row.clock?,
            due: row.due?,
            stage: row.stage?,
            team: row.team?,
        })
    });
    Ok(DuePage {
        rows: rows.collect(),
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
