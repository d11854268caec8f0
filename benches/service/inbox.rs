//! The inbox: what one member waits for who can read 1,000 cases, where the database has 100,000.

use std::time::{Duration, Instant};

use rand::rngs::StdRng;
use rand::{RngExt as _, SeedableRng as _};
use rightline::protocol::CaseId;
use rightline::protocol::record::Name;
use serde_json::{Value, json};

use crate::Bench;
use crate::client::{Connection, head};
use crate::copies::{age, copy, estrange, settle};
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
