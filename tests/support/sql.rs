//! What tests do to a database behind the service's back.

use rightline::on;
use rightline::store::Store;
use sqlx::AssertSqlSafe;

/// Runs one statement, and says how many rows it changed.
pub async fn execute(store: &Store, statement: &str) -> u64 {
    on!(write store, db => {
        let done = sqlx::query(AssertSqlSafe(statement.to_owned())).execute(db).await.unwrap();
        done.rows_affected()
    })
}

/// Runs one statement with bytes bound to `$1`, and says how many rows it changed.
pub async fn execute_with(store: &Store, statement: &str, bytes: &[u8]) -> u64 {
    on!(write store, db => {
        let query = sqlx::query(AssertSqlSafe(statement.to_owned())).bind(bytes);
        query.execute(db).await.unwrap().rows_affected()
    })
}

/// Counts the rows of a table.
pub async fn count(store: &Store, table: &str) -> i64 {
    on!(write store, db => {
        let statement = AssertSqlSafe(format!("SELECT COUNT(*) FROM {table}"));
        sqlx::query_scalar::<_, i64>(statement).fetch_one(db).await.unwrap()
    })
}

/// The sealed grant of epoch 0 that the service keeps for somebody.
pub async fn sealed_grant(store: &Store, case: &[u8], member: &[u8]) -> Vec<u8> {
    on!(write store, db => {
        let statement = "SELECT sealed FROM grants WHERE case_id = $1 AND member = $2 AND epoch = 0";
        let query = sqlx::query_scalar::<_, Vec<u8>>(statement).bind(case).bind(member);
        query.fetch_one(db).await.unwrap()
    })
}

/// The one column of bytes that a query gives, with bytes bound to `$1`.
pub async fn all_bytes(store: &Store, query: &str, bytes: &[u8]) -> Vec<Vec<u8>> {
    on!(write store, db => {
        let query = sqlx::query_scalar::<_, Vec<u8>>(AssertSqlSafe(query.to_owned())).bind(bytes);
        query.fetch_all(db).await.unwrap()
    })
}

/// Every table of the schema.
pub const TABLES: [&str; 32] = [
    "installation",
    "documents",
    "cases",
    "parts",
    "grants",
    "grant_rows",
    "declarations",
    "epochs",
    "messages",
    "word_changes",
    "members",
    "rings",
    "sessions",
    "failures",
    "invitations",
    "factors",
    "spent",
    "recovery_votes",
    "audit",
    "audit_head",
    "audit_heads",
    "records",
    "record_heads",
    "acts",
    "checkpoints",
    "assignments",
    "bars",
    "routed",
    "clocks",
    "due",
    "conflicts",
    "codes",
];

/// A row of what is due: for whom, in which team or for themselves, when, in which case, and which clock.
pub type DueRow = (Vec<u8>, String, String, Vec<u8>, String);

/// Everything that is due for anybody, for themselves, once all that is listed is what follows from grants, cases,
/// clocks and what was routed.
pub async fn due_of(store: &Store) -> Vec<DueRow> {
    const LISTED: &str = "SELECT member, team, due, case_id, clock FROM due ORDER BY 1, 2, 3, 4, 5";
    const FOLLOWS: &str = "SELECT g.member, w.team, k.due, g.case_id, k.clock FROM clocks k, cases c, grants g, \
         (SELECT id, '' AS team FROM cases UNION SELECT case_id, team FROM routed \
         UNION SELECT id, team FROM cases WHERE id NOT IN (SELECT case_id FROM routed)) w \
         WHERE k.case_id = c.id AND g.case_id = c.id AND w.id = c.id AND g.epoch = c.epoch AND g.live = 1 \
         AND g.declared = 1 AND c.closed + c.aside = 0 AND k.due > '' AND k.done = '' AND k.paused_on = '' \
         ORDER BY 1, 2, 3, 4, 5";
    let (listed, follows): (Vec<DueRow>, Vec<DueRow>) = on!(write store, db => {
        (
            sqlx::query_as(LISTED).fetch_all(db).await.unwrap(),
            sqlx::query_as(FOLLOWS).fetch_all(db).await.unwrap(),
        )
    });
    assert_eq!(listed, follows, "what is due follows from nothing");
    listed.into_iter().filter(|row| row.1.is_empty()).collect()
}

/// How many rows each table has.
pub async fn counts(store: &Store) -> Vec<(&'static str, i64)> {
    let mut counts = Vec::new();
    for table in TABLES {
        counts.push((table, count(store, table).await));
    }
    counts
}

/// What the audit trail says of a member: acts and outcomes, in order.
pub async fn acts_of(store: &Store, member: &[u8]) -> Vec<(String, String)> {
    let payloads = on!(write store, db => {
        let asked = "SELECT payload FROM audit WHERE who = $1 ORDER BY number";
        sqlx::query_scalar::<_, Vec<u8>>(asked).bind(member).fetch_all(db).await.unwrap()
    });
    let text = |row: &serde_json::Value, name: &str| row[name].as_str().unwrap().to_owned();
    payloads
        .iter()
        .map(|payload| serde_json::from_slice(payload).unwrap())
        .map(|row: serde_json::Value| (text(&row, "act"), text(&row, "outcome")))
        .collect()
}
