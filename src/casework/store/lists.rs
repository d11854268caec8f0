//! A member's two lists, paged by day, then id.

use crate::on;
use crate::store::{Store, StoreError};

/// A row of the list of new reports.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct NewCase {
    /// The case id.
    pub id: Vec<u8>,
    /// The day of acceptance.
    pub day: String,
    /// `intake` or `independent`.
    pub route: String,
    /// The team of the route.
    pub team: String,
    /// The stage in force.
    pub stage: String,
    /// The latest epoch.
    pub epoch: i64,
    /// The signed statement.
    pub statement: Vec<u8>,
    /// The sealed parties.
    pub parties: Vec<u8>,
    /// By what the member can declare; empty where there is no brief.
    pub brief: Vec<u8>,
}

/// A row of a member's own cases.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct OwnCase {
    /// The case id.
    pub id: Vec<u8>,
    /// The day of acceptance.
    pub day: String,
    /// `intake` or `independent`.
    pub route: String,
    /// The team of the route.
    pub team: String,
    /// The stage in force.
    pub stage: String,
    /// The latest epoch.
    pub epoch: i64,
    /// Last sequence to the reporter.
    pub to_reporter: i64,
    /// Last sequence from the reporter.
    pub from_reporter: i64,
    /// 1 while it is set aside.
    pub aside: i64,
    /// The running clock that is due first, as its day, a space and its name; empty where none runs.
    pub next: String,
}

// A member may hold grants of several epochs of one case; the latest live one stands for the case.
const NEW: &str = "SELECT c.id, c.day, c.route, c.team, c.stage, c.epoch, p.statement, p.parties, g.brief \
     FROM grants g JOIN cases c ON c.id = g.case_id JOIN parts p ON p.case_id = c.id \
     WHERE g.member = $1 AND g.live = 1 AND g.declared = 0 AND g.epoch = c.epoch \
     AND (g.day > $2 OR (g.day = $2 AND g.case_id > $3)) \
     ORDER BY g.day, g.case_id LIMIT $4";
const OWN: &str = "SELECT c.id, c.day, c.route, c.team, c.stage, c.epoch, c.to_reporter, c.from_reporter, \
     c.aside, COALESCE((SELECT k.due || ' ' || k.clock FROM clocks k WHERE k.case_id = c.id \
     AND k.due <> '' AND k.done = '' AND k.paused_on = '' AND c.closed = 0 AND c.aside = 0 \
     ORDER BY k.due, k.clock LIMIT 1), '') AS next \
     FROM grants g JOIN cases c ON c.id = g.case_id \
     WHERE g.member = $1 AND g.live = 1 AND g.declared = 1 AND g.epoch = c.epoch \
     AND (g.day > $2 OR (g.day = $2 AND g.case_id > $3)) \
     ORDER BY g.day, g.case_id LIMIT $4";

/// Where a list goes on: after this case, whose day comes first in the order.
#[derive(Debug, Clone, Default)]
pub struct After {
    /// The day of the last row shown.
    pub day: String,
    /// The id of the last row shown.
    pub case: Vec<u8>,
}

/// Finds the place in a member's lists after a case; the beginning if the case is not there.
///
/// # Errors
/// As the store's.
pub async fn place(store: &Store, member: &[u8], case: &[u8]) -> Result<After, StoreError> {
    let day = on!(read store, db => {
        sqlx::query_scalar::<_, String>(
            "SELECT day FROM grants WHERE member = $1 AND case_id = $2 ORDER BY epoch DESC LIMIT 1",
        )
        .bind(member)
        .bind(case)
        .fetch_optional(db)
        .await?
    });
    Ok(day.map_or_else(After::default, |day| After {
        day,
        case: case.to_vec(),
    }))
}

/// New reports: live grants without a declaration, by day, then id.
///
/// # Errors
/// As the store's.
pub async fn new_cases(
    store: &Store,
    member: &[u8],
    after: &After,
    limit: i64,
) -> Result<Vec<NewCase>, StoreError> {
    let rows = on!(read store, db => {
        sqlx::query_as::<_, NewCase>(NEW)
            .bind(member)
            .bind(&after.day)
            .bind(&after.case)
            .bind(limit)
            .fetch_all(db)
            .await?
    });
    Ok(rows)
}

/// A member's own cases: live grants and a declaration of no conflict, by day, then id.
///
/// # Errors
/// As the store's.
pub async fn own_cases(
    store: &Store,
    member: &[u8],
    after: &After,
    limit: i64,
) -> Result<Vec<OwnCase>, StoreError> {
    let rows = on!(read store, db => {
        sqlx::query_as::<_, OwnCase>(OWN)
            .bind(member)
            .bind(&after.day)
            .bind(&after.case)
            .bind(limit)
            .fetch_all(db)
            .await?
    });
    Ok(rows)
}
