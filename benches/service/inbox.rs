//! The inbox: what one member waits for who can read 1,000 cases, where the database has 100,000.

use std::fmt::Write as _;
use std::time::{Duration, Instant};

use rand::rngs::StdRng;
use rand::{RngExt as _, SeedableRng as _};
use rightline::on;
use rightline::protocol::record::Name;
use rightline::protocol::{CaseId, Day};
use rightline::store::Store;
use serde_json::{Value, json};
use sqlx::{AssertSqlSafe, SqlSafeStr as _};

use crate::Bench;
use crate::client::{Connection, head};
use crate::figure::{Figure, round};
use crate::ground::Ground;
use crate::support::{Base, Desk, Site, sql};

/// What the member who is measured can read, and what else there is.
const READABLE: usize = 1_000;
const NEW: usize = 200;
const ALL: usize = 100_000;
/// How many cases are really filed of each sort; all others are copies of their rows.
const PATTERNS: usize = 24;
/// How old the oldest case is, in days.
const OLDEST: i32 = 400;
/// How many other members there are in all, of whom each case has its readers.
const STRANGERS: usize = 60;
/// Requests of each sort, at least: a hundredth of them is slower than the 99th percentile.
const LEAST: usize = 300;
/// Opened in one call, as desks do.
const TOGETHER: usize = 20;
/// The most for 99 of 100, in milliseconds.
const MOST: f64 = 50.0;

const ME: &str = "Handler-1";

/// Which rows of a case are copied: of each table all columns but the case's id.
const COPIED: [(&str, &str); 11] = [
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
];
const CASE: &str = "reporter_key, submission, day, route, team, stage, epoch, to_reporter, to_digest, \
    from_reporter, from_digest, words, words_digest, rows_number, rows_digest, receipt, closed, aside, \
    acts_number, acts_digest";

impl Bench {
    /// The calls of an inbox: first where there are only this member's cases, then among all the others.
    pub(crate) async fn inbox(&mut self, base: Base) {
        let kind = format!("{base:?}").to_lowercase();
        eprintln!("inbox/{kind}");
        let ground = self.grounds.fresh(base).await;
        let patterns = self.patterns(&ground).await;
        let store = ground.store().await;
        let mut chance = StdRng::seed_from_u64(1);
        let mine = copy(&store, &patterns.mine, READABLE - PATTERNS, &mut chance).await;
        copy(&store, &patterns.new, NEW - PATTERNS, &mut chance).await;
        settle(&store).await;
        store.close().await;
        let before = self.calls(&kind, &ground, &mine).await;
        let store = ground.store().await;
        let begun = Instant::now();
        let others = ALL - READABLE - NEW - PATTERNS;
        copy(&store, &patterns.others, others, &mut chance).await;
        eprintln!(
            "  {others} cases written in {:.1} s",
            begun.elapsed().as_secs_f64()
        );
        settle(&store).await;
        assert_eq!(
            sql::count(&store, "cases").await,
            i64::try_from(ALL).unwrap()
        );
        store.close().await;
        let after = self.calls(&kind, &ground, &mine).await;
        for (alone, mut figure) in before.into_iter().zip(after) {
            figure.baseline = alone.p99;
            let ratio = figure.p99.zip(alone.p99).map(|(now, then)| now / then);
            figure.ratio = ratio.map(round);
            // Twenty cases in one call are no list: how long all of them take is measured in the browser.
            if !figure.name.ends_with("/open") {
                figure.holds = figure.p99.map(|p99| p99 <= MOST);
            }
            self.figures.push(figure);
        }
    }

    /// Files the cases of which all others are copies, through the service, and ages them.
    async fn patterns(&self, ground: &Ground) -> Patterns {
        let process = self.grounds.serve(ground).await;
        let site = self.grounds.site();
        let mut connection = Connection::open(self.address).await.unwrap();
        let mut cases = Vec::with_capacity(3 * PATTERNS);
        for report in &self.reports[..3 * PATTERNS] {
            let answer = connection.send(&report.head, &report.bytes).await;
            assert_eq!(answer.unwrap().status, 201);
            cases.push(report.case);
        }
        let others = cases.split_off(2 * PATTERNS);
        let new = cases.split_off(PATTERNS);
        let me = site.desk(ME).await;
        for (place, case) in cases.iter().chain(&others).enumerate() {
            work_on(site, &me, *case, place).await;
        }
        assert!(process.stop().await.success(), "{}", ground.log());
        let store = ground.store().await;
        for sort in [&cases, &new, &others] {
            for (place, case) in sort.iter().enumerate() {
                let days =
                    i32::try_from(place).unwrap() * OLDEST / i32::try_from(PATTERNS).unwrap();
                age(&store, case, days).await;
            }
        }
        let mut chance = StdRng::seed_from_u64(2);
        let strangers: Vec<[u8; 16]> = (0..STRANGERS).map(|_| chance.random()).collect();
        for case in &others {
            estrange(&store, case, &strangers, &mut chance).await;
        }
        store.close().await;
        Patterns {
            mine: cases,
            new,
            others,
        }
    }

    /// Measures each call of the inbox on a database as it stands.
    async fn calls(&self, kind: &str, ground: &Ground, mine: &[CaseId]) -> Vec<Figure> {
        let process = self.grounds.serve(ground).await;
        let site = self.grounds.site();
        let cookie = site.desk(ME).await.cookie;
        let mut asking = Asking {
            connection: Connection::open(self.address).await.unwrap(),
            headers: format!(
                "Rightline-Desk: 1\r\nOrigin: {}\r\nSec-Fetch-Site: same-origin\r\nCookie: {cookie}\r\n",
                site.page_origin()
            ),
            window: self.window / 4,
        };
        let list = |list: &str, limit| format!("/api/1/desk/cases?list={list}&limit={limit}");
        let due = |list: &str| format!("/api/1/desk/due?list={list}&within=30");
        let called = [
            ("new", vec![list("new", 50)]),
            ("mine", vec![list("mine", 200)]),
            ("due", vec![due("mine"), due("team&team=intake")]),
        ];
        let mut figures = Vec::new();
        for (name, lists) in called {
            let mut times = asking.pages(&lists).await;
            figures.push(Figure::times(
                &format!("inbox/{kind}/{name}"),
                "ms",
                1e3,
                &mut times,
            ));
        }
        let mut times = asking.openings(mine).await;
        let name = format!("inbox/{kind}/open");
        figures.push(Figure::times(&name, "ms", 1e3, &mut times));
        assert!(process.stop().await.success(), "{}", ground.log());
        figures
    }
}

/// Cases of each sort that were really filed.
struct Patterns {
    mine: Vec<CaseId>,
    new: Vec<CaseId>,
    others: Vec<CaseId>,
}

/// One member's connection.
struct Asking {
    connection: Connection,
    headers: String,
    window: Duration,
}

impl Asking {
    /// Goes through all pages of lists, one list after the other, again and again.
    async fn pages(&mut self, lists: &[String]) -> Vec<Duration> {
        let mut times = Vec::new();
        let begun = Instant::now();
        let mut warm = true;
        while warm || begun.elapsed() < self.window || times.len() < LEAST {
            for list in lists {
                let mut after = String::new();
                loop {
                    let head = head("GET", &format!("{list}{after}"), "application/json");
                    let (time, answer) = self.ask(&(head + &self.headers), b"").await;
                    times.push(time);
                    match answer["next"].as_str() {
                        Some(next) => after = format!("&after={next}"),
                        None => break,
                    }
                }
            }
            if warm {
                times.clear();
                warm = false;
            }
        }
        times
    }

    /// Opens cases, so many in one call, as a desk does at the first sign-in.
    async fn openings(&mut self, cases: &[CaseId]) -> Vec<Duration> {
        let head = head("POST", "/api/1/desk/cases/open", "application/json") + &self.headers;
        let mut times = Vec::new();
        let begun = Instant::now();
        for some in cases.chunks_exact(TOGETHER).cycle() {
            let body = serde_json::to_vec(&json!({ "cases": some })).unwrap();
            let asked = Instant::now();
            let answer = self.connection.send(&head, &body).await.unwrap();
            times.push(asked.elapsed());
            assert_eq!(answer.status, 200);
            let statements = b"\"statement\":";
            let found = answer.body().windows(statements.len());
            assert_eq!(found.filter(|some| some == statements).count(), TOGETHER);
            if begun.elapsed() >= self.window && times.len() >= LEAST {
                break;
            }
        }
        times
    }

    async fn ask(&mut self, head: &str, body: &[u8]) -> (Duration, Value) {
        let asked = Instant::now();
        let answer = self.connection.send(head, body).await.unwrap();
        let time = asked.elapsed();
        assert_eq!(answer.status, 200);
        (time, serde_json::from_slice(answer.body()).unwrap())
    }
}

/// Brings a case as far as its place says: read, answered, with records and what is signed in it.
async fn work_on(site: &Site, me: &Desk, case: CaseId, place: usize) {
    let open = me.open(site, case).await;
    if !place.is_multiple_of(4) {
        me.answer(site, case, None, "Thank you. We have read your report.")
            .await;
    }
    if place.is_multiple_of(2) {
        me.completes(site, &open, Name::Danger).await;
        me.completes(site, &open, Name::Triage).await;
    }
}

/// Moves everything that lists look at so many days back.
async fn age(store: &Store, case: &CaseId, days: i32) {
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
async fn estrange(store: &Store, case: &CaseId, strangers: &[[u8; 16]], chance: &mut StdRng) {
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
        for table in ["grants", "declarations"] {
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
async fn copy(
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
        sql::execute(
            store,
            &format!(
                "INSERT INTO {table} (case_id, {columns}) SELECT d.id, {columns} {from} {table} t \
                 ON t.case_id = d.pattern ORDER BY d.id"
            ),
        )
        .await;
    }
    sql::execute(store, "DROP TABLE drawn").await;
    ids.extend(patterns.iter().map(|pattern| *pattern.as_bytes()));
    ids.into_iter().map(CaseId::new).collect()
}

/// What a database does by itself before long: PostgreSQL looks at its new rows.
async fn settle(store: &Store) {
    if matches!(store, Store::Postgres(_)) {
        sql::execute(store, "VACUUM ANALYZE").await;
    }
}
