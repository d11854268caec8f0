//! What is due in the cases that a member can read: running clocks, by the day on which they are due.

use std::collections::HashMap;

use sqlx::{AssertSqlSafe, SqlSafeStr as _};

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

/// A member's cases, as in the list of their own, and those of their clocks that run. A case belongs to the teams
/// that it was routed to, and to the one that received it before that.
macro_rules! running {
    ($columns:literal, $rest:literal) => {
        concat!(
            "SELECT ",
            $columns,
            " FROM grants g JOIN cases c ON c.id = g.case_id JOIN clocks k ON k.case_id = c.id \
             WHERE g.member = $1 AND g.live = 1 AND g.declared = 1 AND g.epoch = c.epoch \
             AND c.closed = 0 AND c.aside = 0 \
             AND k.due <> '' AND k.due <= $2 AND k.done = '' AND k.paused_on = '' \
             AND ($3 = '' OR EXISTS (SELECT 1 FROM routed r WHERE r.case_id = c.id AND r.team = $3) \
             OR (c.team = $3 AND NOT EXISTS (SELECT 1 FROM routed r WHERE r.case_id = c.id))) ",
            $rest
        )
    };
}

const PAGE: &str = running!(
    "c.id, k.clock, k.due, c.stage, c.team",
    "AND (k.due > $4 OR (k.due = $4 AND (c.id > $5 OR (c.id = $5 AND k.clock > $6)))) \
     ORDER BY k.due, c.id, k.clock LIMIT $7"
);
const COUNTS: &str = running!(
    "CAST(COALESCE(SUM(CASE WHEN k.due < $4 THEN 1 ELSE 0 END), 0) AS BIGINT), COUNT(*)",
    ""
);
/// A page of the list, in order.
///
/// # Errors
/// As the store's.
pub async fn due(
    store: &Store,
    asked: AskedDue<'_>,
    after: &AfterDue,
    limit: i64,
) -> Result<Vec<Due>, StoreError> {
    let rows = on!(read store, db => {
        sqlx::query_as::<_, Due>(PAGE)
            .bind(asked.member)
            .bind(asked.until)
            .bind(asked.team)
            .bind(&after.due)
            .bind(&after.case)
            .bind(&after.clock)
            .bind(limit)
            .fetch_all(db)
            .await?
    });
    Ok(rows)
}

/// How many rows the whole list has before a day, and from it on.
///
/// # Errors
/// As the store's.
pub async fn count_due(
    store: &Store,
    asked: AskedDue<'_>,
    today: &str,
) -> Result<(i64, i64), StoreError> {
    let (overdue, all) = on!(read store, db => {
        sqlx::query_as::<_, (i64, i64)>(COUNTS)
            .bind(asked.member)
            .bind(asked.until)
            .bind(asked.team)
            .bind(today)
            .fetch_one(db)
            .await?
    });
    Ok((overdue, all - overdue))
}

/// The teams that work on each of these cases; a case that was never routed is left out.
///
/// # Errors
/// As the store's.
pub async fn teams_of(
    store: &Store,
    cases: &[&[u8]],
) -> Result<HashMap<Vec<u8>, Vec<String>>, StoreError> {
    let Some(last) = cases.last() else {
        return Ok(HashMap::new());
    };
    // The last one is asked for several times, so that few different statements are prepared.
    let count = cases.len().next_power_of_two();
    let places: Vec<String> = (1..=count).map(|place| format!("${place}")).collect();
    let asked = AssertSqlSafe(format!(
        "SELECT case_id, team FROM routed WHERE case_id IN ({}) ORDER BY case_id, team",
        places.join(", ")
    ))
    .into_sql_str();
    let rows = on!(read store, db => {
        let mut query = sqlx::query_as::<_, (Vec<u8>, String)>(asked);
        for case in cases.iter().chain(std::iter::repeat_n(last, count - cases.len())) {
            query = query.bind(*case);
        }
        query.fetch_all(db).await?
    });
    let mut teams: HashMap<Vec<u8>, Vec<String>> = HashMap::new();
    for (case, team) in rows {
        teams.entry(case).or_default().push(team);
    }
    Ok(teams)
}
