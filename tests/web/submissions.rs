//! `PUT /api/1/cases/{case}`: what is answered, and what a changing directory means.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use reqwest::Response;
use rightline::protocol::directory::Role;
use rightline::protocol::receipt::Receipt;
use rightline::protocol::signing::Signed;
use rightline::protocol::{CaseId, Digest};
use serde_json::Value;

use crate::both;
use crate::support::raw::{raw, status};
use crate::support::refusal::{broken, refused, strict};
use crate::support::reporter::{Report, put, put_bytes};
use crate::support::{Base, Lead, Pieces, Reporter, TestApp, sql};

async fn new_report(app: &TestApp) -> Reporter {
    Reporter::compose(app, &app.directory().await, Report::saying("It happened."))
}

/// The bytes of an accepting answer.
async fn accepted(answer: Response, status: u16) -> Vec<u8> {
    assert_eq!(answer.status(), status);
    assert_eq!(answer.headers()["content-type"], "application/json");
    strict(answer.headers());
    answer.bytes().await.unwrap().to_vec()
}

fn receipt(bytes: &[u8]) -> Signed {
    let answer: Value = serde_json::from_slice(bytes).unwrap();
    assert_eq!(answer.as_object().unwrap().len(), 1);
    Signed::parse(
        STANDARD
            .decode(answer["receipt"].as_str().unwrap())
            .unwrap(),
    )
    .unwrap()
}

both!(a_retry_gets_the_same_receipt_whenever_it_comes, |base| {
    let mut app = TestApp::start(base).await;
    let reporter = new_report(&app).await;
    let first = accepted(put(&app, &reporter.submission).await, 201).await;
    let service_key = reporter.directory.root().service_key;
    let read = Receipt::read(
        &receipt(&first),
        &app.id(),
        &reporter.submission.case,
        &service_key,
    )
    .unwrap();
    assert_eq!(read.day, app.today());

    assert_eq!(
        accepted(put(&app, &reporter.submission).await, 200).await,
        first
    );
    // Weeks later, of which the statement would be too old; after a restart; and when no more are taken.
    app.clock.turn(30 * 86_400);
    assert_eq!(
        accepted(put(&app, &reporter.submission).await, 200).await,
        first
    );
    app.settings.service.open = false;
    app.restart().await;
    assert_eq!(
        accepted(put(&app, &reporter.submission).await, 200).await,
        first
    );
    assert_eq!(reporter.open(&app).await.receipt, receipt(&first));
    assert_eq!(sql::count(app.store(), "cases").await, 1);
});

both!(
    a_lost_answer_costs_nothing_even_when_both_arrive_together,
    |base| {
        let app = TestApp::start(base).await;
        let reporter = new_report(&app).await;
        let send = || put(&app, &reporter.submission);
        let answers = tokio::join!(send(), send(), send(), send());
        let mut receipts = Vec::new();
        let mut new = 0;
        for answer in [answers.0, answers.1, answers.2, answers.3] {
            new += u32::from(answer.status() == 201);
            assert!([200, 201].contains(&answer.status().as_u16()));
            receipts.push(answer.bytes().await.unwrap());
        }
        receipts.dedup();
        assert_eq!((new, receipts.len()), (1, 1));
    }
);

both!(other_bytes_under_the_same_id_change_nothing, |base| {
    let app = TestApp::start(base).await;
    let reporter = new_report(&app).await;
    let first = accepted(put(&app, &reporter.submission).await, 201).await;
    let case = reporter.submission.case.to_string();
    // C10 comes before every other check: what is sent may be anything.
    let mut bent = reporter.submission.bytes.clone();
    *bent.last_mut().unwrap() ^= 1;
    for other in [
        bent,
        b"plain text".to_vec(),
        Vec::new(),
        reporter.submission.bytes[..500].to_vec(),
    ] {
        refused(put_bytes(&app, &case, other).await, 409, "conflict").await;
    }
    assert_eq!(
        accepted(put(&app, &reporter.submission).await, 200).await,
        first
    );
    let desk = app.desk("Handler-1").await;
    assert_eq!(
        desk.open(&app, reporter.submission.case)
            .await
            .body
            .what_happened,
        "It happened."
    );
});

both!(a_closed_intake_takes_nothing_new, |base| {
    let mut app = TestApp::start(base).await;
    let known = Reporter::file(&app, "Known.").await;
    app.settings.service.open = false;
    app.restart().await;
    let reporter = new_report(&app).await;
    refused(put(&app, &reporter.submission).await, 403, "closed").await;
    refused(
        put_bytes(&app, &known.submission.case.to_string(), b"x".to_vec()).await,
        409,
        "conflict",
    )
    .await;
    assert_eq!(put(&app, &known.submission).await.status(), 200);
    // Mailboxes stay open.
    known.post(&app, "Is somebody there?").await;
    assert_eq!(sql::count(app.store(), "cases").await, 1);
});

both!(readers_who_left_make_a_report_stale, |base| {
    let app = TestApp::start(base).await;
    let before = app.directory().await;
    let all = Reporter::compose(&app, &before, Report::saying("To three."));
    let leaver = before.first_readers(rightline::protocol::directory::Route::Intake)[2].member;
    let stayers = all.submission.statement.unverified_payload().to_vec();
    assert!(
        String::from_utf8(stayers)
            .unwrap()
            .contains(&leaver.to_string())
    );
    let two = before.first_readers(rightline::protocol::directory::Route::Intake)[..2]
        .iter()
        .map(|member| member.member)
        .collect();
    let some = Reporter::compose(
        &app,
        &before,
        Report {
            grantees: Some(two),
            ..Report::saying("To two.")
        },
    );

    let lead = Lead::of(&app);
    lead.publish(&app, |_, teams| {
        for team in teams {
            team.members.retain(|member| member.member != leaver);
        }
    })
    .await;
    refused(put(&app, &all.submission).await, 422, "directory-stale").await;
    // Sealed by the older root, but nobody in it has left.
    assert_eq!(put(&app, &some.submission).await.status(), 201);
    // Sealed again by the directory in force.
    let again = new_report(&app).await;
    assert_eq!(again.directory.root().serial, 2);
    assert_eq!(put(&app, &again.submission).await.status(), 201);
});

both!(an_older_root_is_known_after_a_restart, |base| {
    let mut app = TestApp::start(base).await;
    let reporter = new_report(&app).await;
    let second = Lead::of(&app)
        .publish(&app, |root, _| {
            root.good_until = root.good_until.plus_days(60);
        })
        .await;
    assert_eq!(second.root().serial, 2);
    app.restart().await;
    assert_eq!(put(&app, &reporter.submission).await.status(), 201);
    // Its digest counts, not its serial alone.
    let mut forked = Pieces::of(&new_report(&app).await);
    forked.statement.directory.serial = 1;
    let (case, bytes) = forked.sealed();
    broken(put_bytes(&app, &case, bytes).await, "C5").await;
});

both!(
    the_identity_file_counts_the_custodians_of_its_own_root,
    |base| {
        let app = TestApp::start(base).await;
        let one = new_report(&app).await;
        let lead = Lead::of(&app);
        lead.publish(&app, |_, teams| {
            let team = teams
                .iter_mut()
                .find(|team| team.team.as_str() == "custodians")
                .unwrap();
            let mut second = team.members[0].clone();
            second.member = rightline::protocol::MemberId::new([5; 16]);
            second.label = "Custodian-2".parse().unwrap();
            second.key = lead.key.verifying_key();
            second.roles = vec![Role::Custodian];
            team.members.push(second);
        })
        .await;
        let two = new_report(&app).await;
        assert_eq!(two.directory.custodians().len(), 2);
        let mut short = Pieces::of(&new_report(&app).await);
        short.identity = Pieces::of(&one).identity;
        let (case, bytes) = short.digested().sealed();
        broken(put_bytes(&app, &case, bytes).await, "C7").await;
        assert_eq!(put(&app, &one.submission).await.status(), 201);
        assert_eq!(put(&app, &two.submission).await.status(), 201);
    }
);

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_case_id_is_no_address() {
    let app = TestApp::start(Base::Sqlite).await;
    let reporter = new_report(&app).await;
    let case = reporter.submission.case.to_string();
    let bytes = &reporter.submission.bytes;
    let wrong = [
        case.to_uppercase(),
        case[1..].to_owned(),
        format!("{case}0"),
        format!("{}g", &case[1..]),
        "%ff".repeat(10),
        "%00".to_owned(),
        "x".to_owned(),
    ];
    for address in wrong {
        refused(
            put_bytes(&app, &address, bytes.clone()).await,
            400,
            "malformed",
        )
        .await;
    }
    refused(put_bytes(&app, "", bytes.clone()).await, 404, "not-found").await;
    refused(
        put_bytes(&app, &format!("{case}/x"), bytes.clone()).await,
        404,
        "not-found",
    )
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn another_content_type_is_refused() {
    let app = TestApp::start(Base::Sqlite).await;
    let reporter = new_report(&app).await;
    let url = app.url(&reporter.path());
    let types = [
        "",
        "application/json",
        "text/plain",
        "multipart/form-data; boundary=x",
        "application/octet-streams",
    ];
    for announced in types {
        let mut request = app.http.put(&url).body(reporter.submission.bytes.clone());
        if !announced.is_empty() {
            request = request.header("content-type", announced);
        }
        refused(request.send().await.unwrap(), 415, "unsupported-media-type").await;
    }
    let request = app
        .http
        .put(&url)
        .header("content-type", "Application/Octet-Stream; x=y");
    assert_eq!(
        request
            .body(reporter.submission.bytes.clone())
            .send()
            .await
            .unwrap()
            .status(),
        201
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn plain_text_is_refused_whatever_it_is_called() {
    let app = TestApp::start(Base::Sqlite).await;
    for text in [
        "The sergeant said things.",
        "{\"what_happened\":\"things\"}",
        "what_happened=things",
    ] {
        let case = CaseId::from(Digest::of(text.as_bytes())).to_string();
        broken(put_bytes(&app, &case, text.as_bytes().to_vec()).await, "C1").await;
    }
    assert_eq!(sql::count(app.store(), "cases").await, 0);
}

const MOST: usize = 2_097_152;

#[tokio::test(flavor = "multi_thread")]
async fn too_many_bytes_are_refused_before_they_are_read() {
    let app = TestApp::start(Base::Sqlite).await;
    let case = "a".repeat(64);
    let head = |length: &str| {
        format!(
            "PUT /api/1/cases/{case} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/octet-stream\r\n\
             {length}\r\n\r\n"
        )
    };
    // Announced: answered without one byte of the body.
    let answer = raw(
        &app,
        head(&format!("Content-Length: {}", MOST + 1)).as_bytes(),
    )
    .await;
    assert_eq!(status(&answer), 413);
    assert!(String::from_utf8_lossy(&answer).contains("urn:rightline:problem:too-large"));
    // In chunks: cut off as soon as there are too many.
    let mut chunked = head("Transfer-Encoding: chunked").into_bytes();
    for _ in 0..3 {
        chunked.extend_from_slice(b"100000\r\n");
        chunked.extend_from_slice(&vec![1; 0x10_0000]);
        chunked.extend_from_slice(b"\r\n");
    }
    assert_eq!(status(&raw(&app, &chunked).await), 413);
    // Exactly as many as there may be are read, and judged.
    broken(put_bytes(&app, &case, vec![1; MOST]).await, "C1").await;
    // A sender who breaks off leaves nothing.
    let mut half = head("Content-Length: 1000").into_bytes();
    half.extend_from_slice(&[1; 500]);
    drop(raw(&app, &half).await);
    assert_eq!(sql::count(app.store(), "cases").await, 0);
}

both!(without_a_database_nothing_is_acknowledged, |base| {
    let app = TestApp::start(base).await;
    let reporter = new_report(&app).await;
    app.store().close().await;
    refused(put(&app, &reporter.submission).await, 503, "unavailable").await;
});

#[tokio::test(flavor = "multi_thread")]
async fn a_full_disk_is_said_and_passes() {
    let app = TestApp::start(Base::Sqlite).await;
    let reporter = new_report(&app).await;
    // The connection may write no further page, as on a full disk; the next connection may.
    sql::execute(app.store(), "PRAGMA max_page_count = 1").await;
    refused(put(&app, &reporter.submission).await, 503, "storage-full").await;
    assert_eq!(put(&app, &reporter.submission).await.status(), 201);
    let desk = app.desk("Handler-1").await;
    assert_eq!(
        desk.open(&app, reporter.submission.case)
            .await
            .body
            .what_happened,
        "It happened."
    );
}
