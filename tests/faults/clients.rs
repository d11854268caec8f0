//! Slow, broken and idle clients: the others are served all the same.

use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::task::JoinSet;

use super::load::{Load, all_whole};
use crate::support::{Base, Installation};

const CLIENTS: usize = 64;

async fn connect(site: &Installation) -> TcpStream {
    TcpStream::connect(site.settings.server.listen[0])
        .await
        .unwrap()
}

/// The head of a request for a report, and half of its body.
fn half(load: &Load, place: usize) -> Vec<u8> {
    let report = &load.reports[place];
    let head = format!(
        "PUT /api/1/cases/{} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/octet-stream\r\n\
         Content-Length: {}\r\n\r\n",
        report.case,
        report.bytes.len()
    );
    [head.as_bytes(), &report.bytes[..report.bytes.len() / 2]].concat()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn others_are_served_beside_slow_broken_and_idle_clients() {
    let site = Installation::write(Base::Sqlite).await;
    let process = site.serve().await;
    let desk = site.desk("Handler-1").await;
    let load = Load::seal(&site, &desk.directory, 4 * CLIENTS);

    let mut idle = Vec::new();
    let mut stuck = Vec::new();
    let mut slow = JoinSet::new();
    for client in 0..CLIENTS {
        idle.push(connect(&site).await);
        // Half a report, and then nothing.
        let mut stream = connect(&site).await;
        stream.write_all(&half(&load, client)).await.unwrap();
        stuck.push(stream);
        // Half a report, and then gone.
        let mut stream = connect(&site).await;
        stream
            .write_all(&half(&load, CLIENTS + client))
            .await
            .unwrap();
        drop(stream);
        // A head that never ends.
        let mut stream = connect(&site).await;
        slow.spawn(async move {
            for letter in b"GET / HTTP/1.1\r\nHost: localhost\r\nX-Long: "
                .iter()
                .chain(&[b'x'; 10_000])
            {
                if stream.write_all(&[*letter]).await.is_err() {
                    break;
                }
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        });
    }

    for place in 2 * CLIENTS..4 * CLIENTS {
        assert_eq!(load.send_one(&site, place).await, Some(201));
    }
    let health = site.http.get(site.url("/health")).send().await.unwrap();
    assert_eq!(health.status(), 200);
    let store = site.store().await;
    assert_eq!(all_whole(&store).await.len(), 2 * CLIENTS);

    // Those who were slow have not been cut off in that time, and may still finish.
    for (client, mut stream) in stuck.into_iter().enumerate() {
        let report = &load.reports[client];
        stream
            .write_all(&report.bytes[report.bytes.len() / 2..])
            .await
            .unwrap();
        let mut status = [0; 12];
        stream.read_exact(&mut status).await.unwrap();
        assert_eq!(&status, b"HTTP/1.1 201");
    }
    assert_eq!(all_whole(&store).await.len(), 3 * CLIENTS);
    store.close().await;
    slow.shutdown().await;
    drop(idle);
    assert!(process.stop().await.success());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_head_that_does_not_end_is_cut_off() {
    let site = Installation::write(Base::Sqlite).await;
    let _process = site.serve().await;
    let mut stream = connect(&site).await;
    stream
        .write_all(b"GET / HTTP/1.1\r\nHost: localhost\r\n")
        .await
        .unwrap();
    let mut answer = Vec::new();
    let ended = tokio::time::timeout(Duration::from_mins(2), stream.read_to_end(&mut answer)).await;
    assert!(ended.is_ok(), "the connection is still open");
    assert!(answer.is_empty() || answer.starts_with(b"HTTP/1.1 408"));
}
