//! SIGTERM under load: what is under way is answered, then the program ends by itself.

use std::time::{Duration, Instant};

use rustix::process::Signal;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use super::load::{Load, all_whole, until};
use crate::both;
use crate::support::Installation;

both!(what_is_under_way_is_answered_before_the_end, |base| {
    let site = Installation::write(base).await;
    // Long enough for this balancer on any machine.
    let written = std::fs::read_to_string(&site.config).unwrap();
    let longer = written.replace("[server]\n", "[server]\ndrain_seconds = 5\n");
    assert_ne!(longer, written);
    std::fs::write(&site.config, longer).unwrap();
    let mut process = site.serve().await;
    let desk = site.desk("Handler-1").await;
    let load = Load::seal(&site, &desk.directory, 4_000);
    let address = site.settings.server.listen[0];

    // One report on a slow connection, half sent when the signal comes.
    let slow = load.reports.last().unwrap();
    let (first, second) = slow.bytes.split_at(slow.bytes.len() / 2);
    let mut stream = TcpStream::connect(address).await.unwrap();
    let head = format!(
        "PUT /api/1/cases/{} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/octet-stream\r\n\
         Content-Length: {}\r\n\r\n",
        slow.case,
        slow.bytes.len()
    );
    stream.write_all(head.as_bytes()).await.unwrap();
    stream.write_all(first).await.unwrap();
    // And one that never sends anything.
    let _idle = TcpStream::connect(address).await.unwrap();

    let signalling = async {
        until("the load", async || load.acknowledged().len() >= 200).await;
        process.signal(Signal::TERM);
        let signalled = Instant::now();
        until("drained health", async || {
            site.http
                .get(site.url("/health"))
                .send()
                .await
                .is_ok_and(|answer| answer.status() == 503)
        })
        .await;
        // As a balancer would, now that it knows.
        load.stop();
        signalled
    };
    let ((), signalled) = tokio::join!(load.send(&site, 64), signalling);
    assert_eq!(load.refused(), Vec::<u16>::new());
    let sent = load.sent();
    assert_eq!(
        load.acknowledged().len(),
        sent,
        "every report that was sent was answered"
    );

    // Listening has ended by then, and the slow report is still under way.
    until("no new connections", async || {
        TcpStream::connect(address).await.is_err()
    })
    .await;
    stream.write_all(second).await.unwrap();
    let mut status = [0; 12];
    stream.read_exact(&mut status).await.unwrap();
    assert_eq!(
        &status,
        b"HTTP/1.1 201",
        "{:?} after the signal: {}",
        signalled.elapsed(),
        std::fs::read_to_string(site.log()).unwrap()
    );
    drop(stream);
    assert!(process.ended().await.success());
    assert!(
        signalled.elapsed() < Duration::from_mins(1),
        "{:?}",
        signalled.elapsed()
    );

    let store = site.store().await;
    assert_eq!(all_whole(&store).await.len(), sent + 1);
    store.close().await;
    let process = site.serve().await;
    load.is_there(&site, &load.acknowledged()).await;
    assert!(process.stop().await.success());
});
