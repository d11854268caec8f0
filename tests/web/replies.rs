//! `/api/1/desk/cases/{case}/messages`: what members write.

use rightline::protocol::hybrid::CaseIdentity;
use rightline::protocol::message::{Direction, Stage, Stub, Written};
use rightline::protocol::signing::{Context, Signed, sign};
use rightline::protocol::{CaseId, Digest, MemberId, ServiceId, framing, json, sealing};
use rightline::secret::CaseSecret;
use serde_json::Value;

use crate::both;
use crate::support::member::b64;
use crate::support::refusal::{broken, refused};
use crate::support::{Base, Desk, Reporter, TestApp, sql};

/// What makes a stub wrong.
type Change = Box<dyn FnOnce(&mut Stub)>;

async fn sequence(answer: reqwest::Response, status: u16) -> u64 {
    assert_eq!(answer.status(), status);
    answer.json::<Value>().await.unwrap()["sequence"]
        .as_u64()
        .unwrap()
}

/// The same message with its stub changed and signed again.
fn changed(desk: &Desk, written: &Written, change: impl FnOnce(&mut Stub)) -> Written {
    let mut stub: Stub = json::read(written.stub.unverified_payload()).unwrap();
    change(&mut stub);
    with_stub(
        written,
        sign(Context::Stub, &desk.vault.signing_key(), &stub),
    )
}

fn with_stub(written: &Written, stub: Signed) -> Written {
    Written {
        stub,
        case_file: written.case_file.clone(),
        reporter_file: written.reporter_file.clone(),
    }
}

both!(a_reply_sent_again_is_no_second_reply, |base| {
    let app = TestApp::start(base).await;
    let reporter = Reporter::file(&app, "x").await;
    let case = reporter.submission.case;
    let (one, two) = (app.desk("Handler-1").await, app.desk("Handler-2").await);
    let open = one.open(&app, case).await;
    two.open(&app, case).await;
    let first = one.write(&app, &open, Some(Stage::Acknowledged), "First.");
    assert_eq!(sequence(one.send(&app, case, &first).await, 201).await, 1);
    assert_eq!(sequence(one.send(&app, case, &first).await, 200).await, 1);
    // Another wrote without having seen it.
    let late = two.write(&app, &open, Some(Stage::Closed), "Also first.");
    refused(two.send(&app, case, &late).await, 409, "sequence").await;
    let again = two.write(&app, &two.read(&app, case).await, None, "Second.");
    assert_eq!(sequence(two.send(&app, case, &again).await, 201).await, 2);
    assert_eq!(sequence(one.send(&app, case, &first).await, 200).await, 1);
    let opened = reporter.open(&app).await;
    assert_eq!(
        (opened.to_reporter.len(), opened.stage),
        (2, Stage::Acknowledged)
    );
    // Gaps and other chains.
    let open = one.read(&app, case).await;
    let third = one.write(&app, &open, None, "Third.");
    for change in [
        (|stub: &mut Stub| stub.sequence = 4) as fn(&mut Stub),
        |stub| stub.previous = Digest::of(b"another"),
        |stub| stub.sequence = 2,
    ] {
        refused(
            one.send(&app, case, &changed(&one, &third, change)).await,
            409,
            "sequence",
        )
        .await;
    }
    assert_eq!(sequence(one.send(&app, case, &third).await, 201).await, 3);
});

both!(
    a_stub_that_is_not_its_authors_or_not_of_this_case_is_refused,
    |base| {
        let app = TestApp::start(base).await;
        let case = Reporter::file(&app, "x").await.submission.case;
        let other = Reporter::file(&app, "y").await.submission.case;
        let desk = app.desk("Handler-1").await;
        let colleague = app.desk("Handler-2").await;
        let open = desk.open(&app, case).await;
        let elsewhere = desk.open(&app, other).await;
        let good = desk.write(&app, &open, None, "Here.");
        let day = app.today();
        let theirs = colleague.vault.member;
        let changes: Vec<(&str, Change)> = vec![
            ("M2", Box::new(|stub| stub.service = ServiceId::ZERO)),
            ("M2", Box::new(|stub| stub.case = CaseId::new([7; 32]))),
            (
                "M2",
                Box::new(|stub| stub.direction = Direction::FromReporter),
            ),
            ("M2", Box::new(|stub| stub.author = None)),
            (
                "M2",
                Box::new(|stub| stub.author = Some(MemberId::new([7; 16]))),
            ),
            ("M2", Box::new(move |stub| stub.author = Some(theirs))),
            ("M2", Box::new(|stub| stub.files.case = Digest::ZERO)),
            ("M2", Box::new(|stub| stub.files.reporter = Digest::ZERO)),
            (
                "M2",
                Box::new(|stub| std::mem::swap(&mut stub.files.case, &mut stub.files.reporter)),
            ),
            ("M2", Box::new(move |stub| stub.day = day.plus_days(2))),
            ("M2", Box::new(move |stub| stub.day = day.plus_days(-2))),
            ("M2", Box::new(|stub| stub.seen.sequence = 1)),
            (
                "M2",
                Box::new(|stub| stub.seen.digest = Digest::of(b"unseen")),
            ),
            (
                "M2",
                Box::new(|stub| stub.previous = Digest::of(b"none before")),
            ),
            ("M1", Box::new(|stub| stub.sequence = 0)),
            ("K6", Box::new(|stub| stub.epoch = 1)),
            ("D9", Box::new(|stub| stub.serial = 2)),
        ];
        for (rule, change) in changes {
            broken(
                desk.send(&app, case, &changed(&desk, &good, change)).await,
                rule,
            )
            .await;
        }
        let said: Stub = json::read(good.stub.unverified_payload()).unwrap();
        for stub in [
            sign(Context::Stub, &colleague.vault.signing_key(), &said),
            sign(Context::Message, &desk.vault.signing_key(), &said),
            sign(
                Context::Stub,
                &desk.vault.signing_key(),
                &serde_json::json!({ "serial": 1 }),
            ),
        ] {
            broken(desk.send(&app, case, &with_stub(&good, stub)).await, "M2").await;
        }
        // Another case's whole message, moved here; a colleague's, sent as one's own.
        let moved = desk.write(&app, &elsewhere, None, "There.");
        broken(desk.send(&app, case, &moved).await, "M2").await;
        colleague.open(&app, case).await;
        broken(colleague.send(&app, case, &good).await, "M2").await;
        assert_eq!(sql::count(app.store(), "messages").await, 0);
        assert_eq!(sequence(desk.send(&app, case, &good).await, 201).await, 1);
    }
);

#[tokio::test(flavor = "multi_thread")]
async fn both_copies_are_sealed_to_one_recipient_each() {
    let app = TestApp::start(Base::Sqlite).await;
    let case = Reporter::file(&app, "x").await.submission.case;
    let desk = app.desk("Handler-1").await;
    let open = desk.open(&app, case).await;
    let good = desk.write(&app, &open, None, "Here.");
    let recipient = CaseIdentity::new(&CaseSecret::new([1; 32]))
        .recipient()
        .clone();
    let seal =
        |plaintext: &[u8], many| sealing::seal(plaintext, &vec![recipient.clone(); many]).unwrap();
    let frame = |size| framing::frame_exact(b"{}", size).unwrap();
    let classical = age::x25519::Identity::generate().to_public();
    let cut = good.case_file[..1_000].to_vec();
    for (rule, file) in [
        ("E5", b"plain".to_vec()),
        ("E5", Vec::new()),
        ("E5", age::encrypt(&classical, &frame(4_096)).unwrap()),
        ("E5", cut),
        ("M3", seal(&frame(4_096), 2)),
        ("F2", seal(&frame(5_000), 1)),
        ("F2", seal(&frame(67_584), 1)),
    ] {
        let mut wrong = changed(&desk, &good, |stub| stub.files.case = Digest::of(&file));
        wrong.case_file.clone_from(&file);
        broken(desk.send(&app, case, &wrong).await, rule).await;
        let mut wrong = changed(&desk, &good, |stub| stub.files.reporter = Digest::of(&file));
        wrong.reporter_file = Some(file);
        broken(desk.send(&app, case, &wrong).await, rule).await;
    }
    // Two of the largest have room in a request.
    let file = seal(&frame(65_536), 1);
    let mut large = changed(&desk, &good, |stub| {
        stub.files.case = Digest::of(&file);
        stub.files.reporter = Digest::of(&file);
    });
    large.case_file.clone_from(&file);
    large.reporter_file = Some(file);
    assert_eq!(sequence(desk.send(&app, case, &large).await, 201).await, 1);
    // What has no room is refused by its size.
    let oversized = serde_json::json!({
        "stub": b64(good.stub.as_bytes()),
        "case_file": b64(&vec![7; 150_000]),
        "reporter_file": b64(&vec![7; 150_000]),
    });
    let path = format!("/api/1/desk/cases/{case}/messages");
    refused(desk.post(&app, &path, oversized).await, 413, "too-large").await;
    for malformed in [
        serde_json::json!({ "stub": b64(good.stub.as_bytes()) }),
        serde_json::json!({ "stub": "AA==", "case_file": "", "reporter_file": "" }),
        serde_json::json!({ "stub": 1, "case_file": "", "reporter_file": "" }),
    ] {
        refused(desk.post(&app, &path, malformed).await, 400, "malformed").await;
    }
}
