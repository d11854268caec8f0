//! Bounds on what anybody can make the service keep, hold or send.

use std::time::Duration;

use rightline::protocol::Digest;
use rightline::protocol::grant::GrantRow;
use rightline::protocol::mailbox::Act;
use rightline::protocol::message::{GREATEST_STUB, GREATEST_WRITTEN, Stub};
use rightline::protocol::signing::{Context, sign, sign_bytes};
use rightline::protocol::words::{Change, seal_keep};
use rightline::protocol::{json, statement::Case};
use serde_json::Value;

use crate::both;
use crate::support::asking::mailbox_broken;
use crate::support::raw::{raw_within, status};
use crate::support::refusal::{broken, refused};
use crate::support::reporter::{Report, put_bytes};
use crate::support::{Base, Pieces, Reporter, TestApp, granting, sql};

both!(a_chain_has_an_end, |base| {
    let app = TestApp::start(base).await;
    let reporter = Reporter::file(&app, "x").await;
    let case = reporter.submission.case;
    let desk = app.desk("Handler-1").await;
    let open = desk.open(&app, case).await;
    let mailbox = reporter.open(&app).await;
    let before = Digest::of(b"the link before");
    let set = async |what: &str| {
        let statement = format!("UPDATE cases SET {what}");
        assert_eq!(
            sql::execute_with(app.store(), &statement, before.as_bytes()).await,
            1
        );
    };

    // Messages from the reporter, and to them (M1).
    let (stub, file) = reporter.write(&app, &mailbox, "x");
    let from = |sequence: u64| {
        let mut said: Stub = json::read(stub.unverified_payload()).unwrap();
        (said.sequence, said.previous) = (sequence, before);
        let stub = sign(Context::Stub, &reporter.keys().signing_key(), &said);
        reporter.act(&app, Act::Post { stub }, Some(file.clone()))
    };
    let mut written = desk.write(&app, &open, None, "x");
    let mut said: Stub = json::read(written.stub.unverified_payload()).unwrap();
    let mut to = async |sequence: u64| {
        (said.sequence, said.previous) = (sequence, before);
        written.stub = sign(Context::Stub, &desk.vault.signing_key(), &said);
        desk.send(&app, case, &written).await
    };
    set("from_reporter = 1000, from_digest = $1").await;
    mailbox_broken(from(1_001).await, "M1").await;
    set("from_reporter = 999, from_digest = $1").await;
    assert_eq!(from(1_000).await.status(), 200);
    // However few they are, all of them together have an end, and each stub (M2).
    let fill = async |bytes: usize| {
        let files = "UPDATE messages SET case_file = $1 WHERE direction = 'from_reporter'";
        let full = vec![0; bytes];
        assert_eq!(sql::execute_with(app.store(), files, &full).await, 1);
    };
    fill(usize::try_from(GREATEST_WRITTEN).unwrap() - file.len()).await;
    set("from_reporter = 998, from_digest = $1").await;
    mailbox_broken(from(999).await, "M1").await;
    fill(0).await;
    let mut said: Stub = json::read(stub.unverified_payload()).unwrap();
    (said.sequence, said.previous) = (999, before);
    let long = [vec![b' '; GREATEST_STUB], json::write(&said)].concat();
    let stub = sign_bytes(Context::Stub, &reporter.keys().signing_key(), &long);
    let act = Act::Post { stub };
    mailbox_broken(reporter.act(&app, act, Some(file.clone())).await, "M2").await;
    assert_eq!(from(999).await.status(), 200);
    set("to_reporter = 1000, to_digest = $1").await;
    broken(to(1_001).await, "M1").await;
    set("to_reporter = 999, to_digest = $1").await;
    assert_eq!(to(1_000).await.status(), 201);

    // Grant rows (K3).
    let grantee = app.desk("Handler-4").await.vault.member;
    let row = |number| {
        granting::row(&app, &desk, &open, grantee, |row: &mut GrantRow| {
            (row.number, row.previous) = (number, before);
        })
    };
    set("rows_number = 1000, rows_digest = $1").await;
    let (late, sealed) = row(1_001);
    broken(
        granting::post(&app, &desk, case, &late, Some(&sealed)).await,
        "K3",
    )
    .await;
    set("rows_number = 999, rows_digest = $1").await;
    let (last, sealed) = row(1_000);
    assert_eq!(
        granting::post(&app, &desk, case, &last, Some(&sealed))
            .await
            .status(),
        201
    );

    // Changes of words (W1).
    set("words = 100, words_digest = $1").await;
    let statement = Case::read(mailbox.statement.as_bytes()).unwrap().statement;
    let keys = reporter.keys();
    let keep = seal_keep(&statement.anchor(), &keys.open, keys.identity().recipient()).unwrap();
    let change = Change {
        service: app.id(),
        case,
        number: 101,
        previous: before,
        lookup: Digest::of(b"new"),
        reporter_recipient: statement.reporter_recipient,
        reporter_key: statement.reporter_key,
        after: 1_000,
        keep: Digest::of(&keep),
        day: app.today(),
    };
    let change = change.sign(&keys.signing_key());
    mailbox_broken(
        reporter
            .act(&app, Act::ChangeWords { change }, Some(keep))
            .await,
        "W1",
    )
    .await;
});

#[tokio::test(flavor = "multi_thread")]
async fn a_signed_document_has_its_greatest_size() {
    let app = TestApp::start(Base::Sqlite).await;
    let directory = app.directory().await;
    // White space after the payload is a statement's own, within the size that G5 allows.
    let padded = |size: usize| {
        let pieces = Pieces::of(&Reporter::compose(&app, &directory, Report::saying("x")));
        let mut payload = pieces.signed().unverified_payload().to_vec();
        payload.resize(size - 97, b' ');
        let statement = sign_bytes(Context::Statement, &pieces.key, &payload);
        assert_eq!(statement.as_bytes().len(), size);
        (
            statement.digest().to_string(),
            pieces.container(statement.as_bytes()),
        )
    };
    let (case, bytes) = padded(32_769);
    broken(put_bytes(&app, &case, bytes).await, "C2").await;
    let (case, bytes) = padded(32_768);
    assert_eq!(put_bytes(&app, &case, bytes).await.status(), 201);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_list_of_large_reports_comes_in_smaller_pages() {
    let app = TestApp::start(Base::Sqlite).await;
    for _ in 0..3 {
        Reporter::file(&app, "x").await;
    }
    // Three megabytes each: one to an answer.
    let large = vec![7; 3_000_000];
    sql::execute_with(app.store(), "UPDATE parts SET parties = $1", &large).await;
    let desk = app.desk("Handler-1").await;
    let mut seen = Vec::new();
    let mut after = String::new();
    for page in 1..=4 {
        let path = format!("/api/1/desk/cases?list=new&limit=200{after}");
        let answer: Value = desk.get(&app, &path).await.json().await.unwrap();
        seen.extend(
            answer["cases"]
                .as_array()
                .unwrap()
                .iter()
                .map(|row| row["case"].clone()),
        );
        let Some(next) = answer["next"].as_str() else {
            break;
        };
        assert_eq!(seen.len(), page);
        after = format!("&after={next}");
    }
    assert_eq!(seen.len(), 3);
    seen.dedup();
    assert_eq!(seen.len(), 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sender_who_stops_is_cut_off_and_told() {
    let app = TestApp::start(Base::Sqlite).await;
    let half = format!(
        "PUT /api/1/cases/{} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/octet-stream\r\n\
         Content-Length: 1000\r\n\r\nhalf",
        "0".repeat(64)
    );
    let answer = raw_within(&app, half.as_bytes(), Duration::from_secs(25)).await;
    assert_eq!(status(&answer), 408);
    assert!(String::from_utf8_lossy(&answer).contains("urn:rightline:problem:slow"));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_body_of_many_parts_takes_is_given_back() {
    let app = TestApp::start(Base::Sqlite).await;
    // Far more in all than there is room for at once.
    let case = "0".repeat(64);
    for _ in 0..8 {
        let sent: Vec<_> = (0..8)
            .map(|_| put_bytes(&app, &case, vec![1; 2_000_000]))
            .collect();
        for answer in futures_util::future::join_all(sent).await {
            broken(answer, "C1").await;
        }
    }
    refused(put_bytes(&app, "x", Vec::new()).await, 400, "malformed").await;
}
