//! Copies of cases: the same rows under other ids, so that a large database is made in a minute.

use std::fmt::Write as _;

use rand::RngExt as _;
use rand::rngs::StdRng;
use rightline::on;
use rightline::protocol::{CaseId, Day};
use rightline::store::Store;
use sqlx::{AssertSqlSafe, SqlSafeStr as _};

use crate::support::sql;

/// Which rows of a case are copied: of each table all columns but the case's id.
const COPIED: [(&str, &str); 12] = [
    ("parts", "statement, parties, body, identity"),
    (
        "grants",
        "epoch, member, live, declared, day, number, sealed, brief",
    ),
    ("grant_rows", "number, signed"),
    ("declarations", "member, conflict, signed"),
    (
        "messages",
        "direction, sequence, stub, case_file, reporter_file",
    ),
    ("records", "record, revision, stub, file"),
    ("record_heads", "record, revision, digest, author"),
    ("acts", "number, signed, file"),
    ("checkpoints", "record, revision, digest, member, second"),
    ("routed", "team"),
    (
        "clocks",
        "clock, started, due, paused_on, paused_days, done",
    ),
    ("due", "member, team, due, clock"),
];
const CASE: &str = "reporter_key, submission, day, route, team, stage, epoch, to_reporter, to_digest, \
    from_reporter, from_digest, words, words_digest, rows_number, rows_digest, receipt, closed, aside, \
    acts_number, acts_digest";

/// Moves everything that lists look at so many days back.
pub(crate) async fn age(store: &Store, case: &CaseId, days: i32) {
    let id = case.as_bytes().as_slice();
    let clocks = on!(read store, db => {
        sqlx::query_as::<_, (String, String, String, String)>(
            "SELECT clock, started, due, done FROM clocks WHERE case_id = $1",
        )
        .bind(id)
        .fetch_all(db)
        .await
        .unwrap()
    });
    let back = |day: &str| match day {
        "" => String::new(),
        day => Day::parse(day).unwrap().plus_days(-days).to_string(),
    };
    let day = on!(read store, db => {
        let asked = sqlx::query_scalar::<_, String>("SELECT day FROM cases WHERE id = $1");
        asked.bind(id).fetch_one(db).await.unwrap()
    });
    on!(write store, db => {
        for statement in [
            "UPDATE cases SET day = $2 WHERE id = $1",
            "UPDATE grants SET day = $2 WHERE case_id = $1",
        ] {
            sqlx::query(statement).bind(id).bind(back(&day)).execute(db).await.unwrap();
        }
        for (clock, started, due, done) in clocks {
            sqlx::query("UPDATE due SET due = $3 WHERE case_id = $1 AND clock = $2")
                .bind(id)
                .bind(&clock)
                .bind(back(&due))
                .execute(db)
                .await
                .unwrap();
            sqlx::query(
                "UPDATE clocks SET started = $3, due = $4, done = $5 WHERE case_id = $1 AND clock = $2",
            )
            .bind(id)
            .bind(clock)
            .bind(back(&started))
            .bind(back(&due))
            .bind(back(&done))
            .execute(db)
            .await
            .unwrap();
        }
    });
}

/// Gives a case other readers than the members of the demonstration, and cuts what is sealed in it short: nothing
/// that is measured looks at it.
pub(crate) async fn estrange(
    store: &Store,
    case: &CaseId,
    strangers: &[[u8; 16]],
    chance: &mut StdRng,
) {
    let id = case.as_bytes().as_slice();
    let readers = sql::all_bytes(store, "SELECT member FROM grants WHERE case_id = $1", id).await;
    for statement in [
        "UPDATE parts SET statement = substr(statement, 1, 512), parties = substr(parties, 1, 512), \
         body = substr(body, 1, 512), identity = substr(identity, 1, 512) WHERE case_id = $1",
        "UPDATE grants SET sealed = substr(sealed, 1, 128) WHERE case_id = $1",
        "UPDATE records SET file = substr(file, 1, 512) WHERE case_id = $1",
        "UPDATE messages SET case_file = substr(case_file, 1, 512), \
         reporter_file = substr(reporter_file, 1, 512) WHERE case_id = $1",
    ] {
        sql::execute_with(store, statement, id).await;
    }
    let first = chance.random_range(0..strangers.len());
    for (place, reader) in readers.iter().enumerate() {
        let stranger = strangers[(first + place) % strangers.len()].as_slice();
        for table in ["grants", "declarations", "due"] {
            let statement =
                format!("UPDATE {table} SET member = $1 WHERE case_id = $2 AND member = $3");
            on!(write store, db => {
                sqlx::query(AssertSqlSafe(statement))
                    .bind(stranger)
                    .bind(id)
                    .bind(reader)
                    .execute(db)
                    .await
                    .unwrap()
                    .rows_affected()
            });
        }
    }
}

/// Makes so many copies of cases: the same rows under other ids. Gives all ids, the patterns' too.
pub(crate) async fn copy(
    store: &Store,
    patterns: &[CaseId],
    count: usize,
    chance: &mut StdRng,
) -> Vec<CaseId> {
    let bytes = match store {
        Store::Sqlite { .. } => "BLOB",
        Store::Postgres(_) => "BYTEA",
    };
    let drawn =
        format!("CREATE TABLE drawn (id {bytes} PRIMARY KEY NOT NULL, pattern {bytes} NOT NULL)");
    sql::execute(store, &drawn).await;
    let mut ids: Vec<[u8; 32]> = (0..count).map(|_| chance.random()).collect();
    for some in ids.chunks(1_000) {
        let mut insert = String::from("INSERT INTO drawn (id, pattern) VALUES ");
        for place in 0..some.len() {
            let comma = if place == 0 { "" } else { ", " };
            let _ = write!(insert, "{comma}(${}, ${})", 2 * place + 1, 2 * place + 2);
        }
        let insert = AssertSqlSafe(insert).into_sql_str();
        on!(write store, db => {
            let mut insert = sqlx::query(insert);
            for (id, pattern) in some.iter().zip(patterns.iter().cycle()) {
                insert = insert.bind(id.as_slice()).bind(pattern.as_bytes().as_slice());
            }
            insert.execute(db).await.unwrap();
        });
    }
    // In the order of ids, so that trees grow at their end.
    let from = "FROM drawn d JOIN";
    sql::execute(
        store,
        &format!(
            "INSERT INTO cases (id, lookup, {CASE}) SELECT d.id, d.id, {CASE} {from} cases c \
             ON c.id = d.pattern ORDER BY d.id"
        ),
    )
    .await;
    for (table, columns) in COPIED {
        // Where they lie by row id, it is as random as the service makes it.
        let (row, random) = match store {
            Store::Sqlite { .. } if table == "parts" => ("rowid, ", "random(), "),
            _ => ("", ""),
        };
        sql::execute(
            store,
            &format!(
                "INSERT INTO {table} ({row}case_id, {columns}) SELECT {random}d.id, {columns} {from} \
                 {table} t ON t.case_id = d.pattern ORDER BY d.id"
            ),
        )
        .await;
    }
    sql::execute(store, "DROP TABLE drawn").await;
    ids.extend(patterns.iter().map(|pattern| *pattern.as_bytes()));
    ids.into_iter().map(CaseId::new).collect()
}

/// What a database does by itself before long: PostgreSQL looks at its new rows.
pub(crate) async fn settle(store: &Store) {
    if matches!(store, Store::Postgres(_)) {
        sql::execute(store, "VACUUM ANALYZE").await;
    }
}
