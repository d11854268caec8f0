//! Kill -9 at random moments: what was acknowledged is there, and nothing is there in part.

use std::collections::BTreeSet;
use std::time::Duration;

use rand::rngs::StdRng;
use rand::{RngExt as _, SeedableRng as _};
use rightline::ambient::Random;

use super::load::{Load, all_whole, inbox, until};
use crate::support::{Base, Installation};

/// At the most so many reports of a round are waited for before the kill. Counted, as no two machines take the same
/// number in a given time.
const KILLED_AFTER: usize = 60;

/// Kills the service under the load of 8 and of 64 clients, so many times each.
async fn kill(base: Base, rounds: usize) {
    let site = Installation::write(base).await;
    let process = site.serve().await;
    let desk = site.desk("Handler-1").await;
    let load = Load::seal(&site, &desk.directory, rounds * 500);
    assert!(process.stop().await.success());
    let mut chance = StdRng::from_seed(Random.bytes());
    let mut opened = BTreeSet::new();
    for clients in (0..rounds).flat_map(|_| [8, 64]) {
        let before = load.acknowledged();
        let process = site.serve().await;
        let answered = chance.random_range(0..=KILLED_AFTER);
        let moment = Duration::from_micros(chance.random_range(0..20_000));
        let killing = async {
            until("answers to the load", async || {
                load.acknowledged().len() >= before.len() + answered
            })
            .await;
            tokio::time::sleep(moment).await;
            process.kill();
            load.stop();
        };
        tokio::join!(load.send(&site, clients), killing);
        assert_eq!(
            load.refused(),
            Vec::<u16>::new(),
            "killed after {answered}, {moment:?}"
        );

        let process = site.serve().await;
        let mut new = load.acknowledged();
        new.retain(|place, _| !before.contains_key(place));
        load.is_there(&site, &new).await;
        let store = site.store().await;
        let whole = all_whole(&store).await;
        store.close().await;
        assert!(whole.len() >= load.acknowledged().len());
        for place in new.keys().rev().take(3) {
            load.opens(&site, &desk, *place).await;
            opened.insert(load.reports[*place].case);
        }
        let listed = inbox(&site, &desk).await;
        let expected: Vec<_> = whole
            .into_iter()
            .filter(|case| !opened.contains(case))
            .collect();
        assert_eq!(
            listed.iter().collect::<BTreeSet<_>>(),
            expected.iter().collect()
        );
        assert_eq!(listed.len(), expected.len());
        assert!(process.stop().await.success());
    }
    // Otherwise kills met nothing under way, and nothing was tested.
    assert!(load.sent() > load.acknowledged().len());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn acknowledged_reports_survive_kills_sqlite() {
    kill(Base::Sqlite, 6).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn acknowledged_reports_survive_kills_postgres() {
    kill(Base::Postgres, 3).await;
}
