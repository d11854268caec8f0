//! The database goes away while reports arrive, and comes back.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use futures_util::future::join_all;

use super::load::{Load, all_whole, put, until};
use crate::support::Installation;
use crate::support::postgres::Server;

const REPORTS: usize = 1_500;
const CLIENTS: usize = 8;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn reports_are_refused_without_a_database_and_taken_when_it_is_back() {
    let mut server = Server::start(&["-c", "log_min_messages=fatal"]);
    let site = Installation::at(Some(&server.database().await)).await;
    let process = site.serve().await;
    let desk = site.desk("Handler-1").await;
    let load = Load::seal(&site, &desk.directory, REPORTS);
    let refused = AtomicBool::new(false);

    // Each client sends the same bytes again until they are taken.
    let clients = (0..CLIENTS).map(|client| {
        let (site, load, refused) = (&site, &load, &refused);
        async move {
            for place in (client..REPORTS).step_by(CLIENTS) {
                loop {
                    match load.send_one(site, place).await {
                        Some(200 | 201) => break,
                        Some(503) => refused.store(true, Ordering::SeqCst),
                        other => panic!("{other:?}"),
                    }
                    tokio::time::sleep(Duration::from_millis(50)).await;
                }
            }
        }
    });
    let health = async || {
        site.http
            .get(site.url("/health"))
            .send()
            .await
            .unwrap()
            .status()
            .as_u16()
    };
    let restarting = async {
        until("the load", async || load.acknowledged().len() >= 100).await;
        server.order("stop");
        until("a refusal", async || refused.load(Ordering::SeqCst)).await;
        until("bad health", async || health().await == 503).await;
        server.order("start");
        until("good health", async || health().await == 200).await;
    };
    tokio::join!(join_all(clients), restarting);
    assert!(load.refused().iter().all(|status| *status == 503));

    let acknowledged = load.acknowledged();
    assert_eq!(acknowledged.len(), REPORTS);
    let store = site.store().await;
    assert_eq!(all_whole(&store).await.len(), REPORTS);
    store.close().await;
    for place in [0, REPORTS / 2, REPORTS - 1] {
        load.opens(&site, &desk, place).await;
    }

    // Without a database the answer is a problem document that says what to do.
    server.order("stop");
    until("bad health", async || health().await == 503).await;
    let (status, body) = put(&site, &load.reports[0]).await.unwrap();
    let problem: serde_json::Value = serde_json::from_slice(&body).unwrap();
    assert_eq!(
        (status, &problem["type"]),
        (503, &"urn:rightline:problem:unavailable".into())
    );
    assert!(process.stop().await.success());
}
