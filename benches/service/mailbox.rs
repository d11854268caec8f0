//! The mailbox: how long opening one takes when many do, and whether time tells an unknown lookup from a
//! known one.

use std::cell::RefCell;
use std::time::{Duration, Instant};

use futures_util::future::join_all;
use rand::rngs::StdRng;
use rand::seq::SliceRandom as _;
use rand::{RngExt as _, SeedableRng as _};
use rightline::ambient::Random;
use rightline::protocol::bytes::Blob;
use rightline::protocol::json;
use rightline::protocol::mailbox::{Act, Challenge, request};
use rightline::protocol::signing::SigningKey;
use rightline::protocol::token::TokenKeys;
use rightline::secret::{ExposeSecret as _, Lookup, SignSeed};

use crate::Bench;
use crate::client::{Connection, head};
use crate::figure::{Figure, rate, round};
use crate::ground::Ground;
use crate::support::Site;

const CLIENTS: usize = 64;
const MESSAGES: usize = 3;
const OPEN: Act = Act::Open { after: 0 };
/// How often the labels of a timing are shuffled to see what chance does.
const SHUFFLES: usize = 2_000;

impl Bench {
    pub(crate) async fn mailbox(&mut self, kind: &str, ground: &Ground, acknowledged: &[usize]) {
        let process = self.grounds.serve(ground).await;
        eprintln!("mailbox/open/{kind}/64");
        let figure = self.openings(kind, acknowledged).await;
        self.figures.push(figure);
        eprintln!("mailbox/timing/{kind}");
        let figure = self.timing(kind, acknowledged).await;
        self.figures.push(figure);
        assert!(process.stop().await.success(), "{}", ground.log());
    }

    /// 64 clients each open their own mailbox again and again: a challenge, then the signed request.
    async fn openings(&self, kind: &str, acknowledged: &[usize]) -> Figure {
        let site = self.grounds.site();
        let reports: Vec<_> = acknowledged
            .iter()
            .take(CLIENTS)
            .map(|place| &self.reports[*place])
            .collect();
        let desk = site.desk("Handler-1").await;
        for report in &reports {
            desk.open(site, report.case).await;
            for _ in 0..MESSAGES {
                desk.answer(
                    site,
                    report.case,
                    None,
                    "Thank you. We have read your report.",
                )
                .await;
            }
        }
        let seen = RefCell::new((Vec::new(), 0));
        let begun = Instant::now();
        let opening = reports.iter().map(|report| async {
            let keys = report.token().keys(&site.id());
            let mut connection = Connection::open(self.address).await.unwrap();
            while begun.elapsed() < self.window {
                let asked = Instant::now();
                let opened = open(&mut connection, site, &keys).await;
                let mut seen = seen.borrow_mut();
                seen.0.push(asked.elapsed());
                seen.1 += usize::from(!opened);
            }
        });
        join_all(opening).await;
        let (mut times, refused) = seen.into_inner();
        let per_second = rate(times.len() - refused, begun.elapsed());
        let mut figure = Figure::times(&format!("mailbox/open/{kind}/64"), "ms", 1e3, &mut times);
        let ratio = figure.p99.zip(figure.p50).map(|(p99, p50)| p99 / p50);
        figure.per_second = Some(per_second);
        figure.refused = Some(refused);
        figure.ratio = ratio.map(round);
        figure.holds = ratio.map(|ratio| ratio < 5.0);
        figure
    }

    /// Unknown lookups against known ones with a bad signature, in random order over one connection.
    async fn timing(&self, kind: &str, acknowledged: &[usize]) -> Figure {
        let site = self.grounds.site();
        let mut connection = Connection::open(self.address).await.unwrap();
        let challenge = challenge(&mut connection).await;
        let mut chance = StdRng::seed_from_u64(1);
        let mut times = [Vec::new(), Vec::new()];
        let head = head("POST", "/api/1/mailbox", "application/json");
        let begun = Instant::now();
        while begun.elapsed() < self.window {
            let known = chance.random_range(0..2_usize);
            let lookup = if known == 1 {
                let report =
                    &self.reports[acknowledged[chance.random_range(0..acknowledged.len())]];
                Lookup::new(*report.token().keys(&site.id()).lookup.expose_secret())
            } else {
                Lookup::new(Random.bytes())
            };
            let wrong = SigningKey::new(&SignSeed::new(Random.bytes()));
            let asked = request(&site.id(), lookup, &wrong, &challenge, OPEN, None).write();
            let sent = Instant::now();
            let answer = connection.send(&head, &asked).await.unwrap();
            times[known].push(sent.elapsed());
            assert_eq!(answer.status, 404);
        }
        let [unknown, bad] = times;
        let (difference, chance) = compare(&unknown, &bad, &mut chance);
        println!(
            "mailbox/timing/{kind}: {} unknown lookups, {} bad signatures: medians differ by \
             {difference:.2} µs; by chance alone up to {chance:.2} µs in 99 of 100 cases",
            unknown.len(),
            bad.len()
        );
        let mut unknown = unknown;
        let mut figure = Figure::times(&format!("mailbox/timing/{kind}"), "µs", 1e6, &mut unknown);
        let baseline = microseconds(&mut bad.clone());
        figure.baseline = Some(round(baseline));
        figure.ratio = figure.p50.map(|median| round(median / baseline));
        figure.holds = Some(difference.abs() <= chance);
        figure
    }
}

async fn challenge(connection: &mut Connection) -> Blob {
    let head = head("POST", "/api/1/mailbox/challenge", "application/json");
    let answer = connection.send(&head, b"").await.unwrap();
    json::read::<Challenge>(answer.body()).unwrap().challenge
}

async fn open(connection: &mut Connection, site: &Site, keys: &TokenKeys) -> bool {
    let challenge = challenge(connection).await;
    let lookup = Lookup::new(*keys.lookup.expose_secret());
    let asked = request(
        &site.id(),
        lookup,
        &keys.signing_key(),
        &challenge,
        OPEN,
        None,
    )
    .write();
    let head = head("POST", "/api/1/mailbox", "application/json");
    let answer = connection.send(&head, &asked).await;
    answer.is_ok_and(|answer| answer.status == 200)
}

/// The median in microseconds.
fn microseconds(times: &mut [Duration]) -> f64 {
    let middle = times.len() / 2;
    times.select_nth_unstable(middle).1.as_secs_f64() * 1e6
}

/// The difference of two medians, and the one that 99 of 100 random divisions of the same times stay under.
fn compare(one: &[Duration], other: &[Duration], chance: &mut StdRng) -> (f64, f64) {
    let difference = microseconds(&mut one.to_vec()) - microseconds(&mut other.to_vec());
    let mut all: Vec<Duration> = one.iter().chain(other).copied().collect();
    let mut by_chance: Vec<f64> = (0..SHUFFLES)
        .map(|_| {
            all.shuffle(chance);
            let (first, second) = all.split_at_mut(one.len());
            (microseconds(first) - microseconds(second)).abs()
        })
        .collect();
    by_chance.sort_by(f64::total_cmp);
    (difference, by_chance[SHUFFLES * 99 / 100])
}
