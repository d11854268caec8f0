//! `/api/1/mailbox`: messages from a reporter.

use rightline::protocol::hybrid::CaseIdentity;
use rightline::protocol::mailbox::{Act, Opened};
use rightline::protocol::message::{Direction, Stage, Stub};
use rightline::protocol::signing::{Context, Signed, SigningKey, sign};
use rightline::protocol::{CaseId, Digest, MemberId, framing, json, sealing};
use rightline::secret::{CaseSecret, SignSeed};

use crate::both;
use crate::support::asking::{Answer, mailbox_broken, mailbox_refused};
use crate::support::{Base, Reporter, TestApp, sql};

/// What makes a stub wrong.
type Change = Box<dyn FnOnce(&mut Stub)>;

async fn post(app: &TestApp, reporter: &Reporter, stub: &Signed, file: &[u8]) -> reqwest::Response {
    reporter
        .act(app, Act::Post { stub: stub.clone() }, Some(file.to_vec()))
        .await
}

async fn sequence(answer: reqwest::Response) -> String {
    let answer = Answer::of(answer).await;
    assert_eq!(answer.status, 200);
    String::from_utf8(answer.body.trim_ascii_end().to_vec()).unwrap()
}

/// The stub of a written message, changed and signed again.
fn changed(reporter: &Reporter, written: &Signed, change: impl FnOnce(&mut Stub)) -> Signed {
    let mut stub: Stub = json::read(written.unverified_payload()).unwrap();
    change(&mut stub);
    sign(Context::Stub, &reporter.keys().signing_key(), &stub)
}

both!(a_message_sent_again_is_no_second_message, |base| {
    let app = TestApp::start(base).await;
    let reporter = Reporter::file(&app, "x").await;
    let empty = reporter.open(&app).await;
    let (stub, file) = reporter.write(&app, &empty, "Once.");
    for _ in 0..3 {
        assert_eq!(
            sequence(post(&app, &reporter, &stub, &file).await).await,
            "{\"sequence\":1}"
        );
    }
    let (one, two) = tokio::join!(
        post(&app, &reporter, &stub, &file),
        post(&app, &reporter, &stub, &file)
    );
    assert_eq!(
        (sequence(one).await, sequence(two).await),
        ("{\"sequence\":1}".into(), "{\"sequence\":1}".into())
    );
    // Another message for the same place: read again, then sign again.
    let (other, other_file) = reporter.write(&app, &empty, "Twice.");
    mailbox_refused(
        post(&app, &reporter, &other, &other_file).await,
        409,
        "sequence",
    )
    .await;
    reporter.post(&app, "Twice.").await;
    // The first again, now that there is a second.
    assert_eq!(
        sequence(post(&app, &reporter, &stub, &file).await).await,
        "{\"sequence\":1}"
    );
    assert_eq!(reporter.open(&app).await.from_reporter.len(), 2);
    assert_eq!(sql::count(app.store(), "messages").await, 2);
});

both!(messages_keep_their_order, |base| {
    let app = TestApp::start(base).await;
    let reporter = Reporter::file(&app, "x").await;
    let empty = reporter.open(&app).await;
    let (first, first_file) = reporter.write(&app, &empty, "First.");
    let ahead = Opened {
        from_reporter: vec![first.clone()],
        ..empty
    };
    let (second, second_file) = reporter.write(&app, &ahead, "Second.");
    mailbox_refused(
        post(&app, &reporter, &second, &second_file).await,
        409,
        "sequence",
    )
    .await;
    assert_eq!(
        sequence(post(&app, &reporter, &first, &first_file).await).await,
        "{\"sequence\":1}"
    );
    // A gap, and a chain that begins elsewhere.
    let gap = changed(&reporter, &second, |stub| stub.sequence = 3);
    mailbox_refused(
        post(&app, &reporter, &gap, &second_file).await,
        409,
        "sequence",
    )
    .await;
    let astray = changed(&reporter, &second, |stub| {
        stub.previous = Digest::of(b"another");
    });
    mailbox_refused(
        post(&app, &reporter, &astray, &second_file).await,
        409,
        "sequence",
    )
    .await;
    assert_eq!(
        sequence(post(&app, &reporter, &second, &second_file).await).await,
        "{\"sequence\":2}"
    );
    assert_eq!(reporter.open(&app).await.from_reporter, [first, second]);
});

both!(a_stub_that_does_not_belong_here_is_refused, |base| {
    let app = TestApp::start(base).await;
    let reporter = Reporter::file(&app, "x").await;
    let other = Reporter::file(&app, "y").await;
    let empty = reporter.open(&app).await;
    let (stub, file) = reporter.write(&app, &empty, "Here.");
    let day = app.today();
    let changes: Vec<(&str, Change)> = vec![
        (
            "M2",
            Box::new(|stub| stub.service = rightline::protocol::ServiceId::ZERO),
        ),
        ("M2", Box::new(|stub| stub.case = CaseId::new([7; 32]))),
        (
            "M2",
            Box::new(|stub| stub.direction = Direction::ToReporter),
        ),
        (
            "M2",
            Box::new(|stub| stub.author = Some(MemberId::new([1; 16]))),
        ),
        ("M2", Box::new(|stub| stub.stage = Some(Stage::Closed))),
        (
            "M2",
            Box::new(|stub| stub.files.reporter = Digest::of(b"a file")),
        ),
        (
            "M2",
            Box::new(|stub| stub.files.case = Digest::of(b"another file")),
        ),
        ("M2", Box::new(move |stub| stub.day = day.plus_days(2))),
        ("M2", Box::new(move |stub| stub.day = day.plus_days(-2))),
        ("M2", Box::new(|stub| stub.seen.sequence = 1)),
        (
            "M2",
            Box::new(|stub| stub.seen.digest = Digest::of(b"unseen")),
        ),
        ("M1", Box::new(|stub| stub.sequence = 0)),
        ("K6", Box::new(|stub| stub.epoch = 1)),
        ("D9", Box::new(|stub| stub.serial = 2)),
        ("D9", Box::new(|stub| stub.serial = 0)),
    ];
    for (rule, change) in changes {
        let wrong = changed(&reporter, &stub, change);
        mailbox_broken(post(&app, &reporter, &wrong, &file).await, rule).await;
    }
    // Signed by somebody else, or as something else.
    let said: Stub = json::read(stub.unverified_payload()).unwrap();
    let stranger = SigningKey::new(&SignSeed::new([7; 32]));
    for signed in [
        sign(Context::Stub, &stranger, &said),
        sign(Context::Message, &reporter.keys().signing_key(), &said),
        sign(Context::Stub, &other.keys().signing_key(), &said),
    ] {
        mailbox_broken(post(&app, &reporter, &signed, &file).await, "M2").await;
    }
    // The other reporter's whole message, moved here; and this one's, moved there.
    let (moved, moved_file) = other.write(&app, &other.open(&app).await, "There.");
    mailbox_broken(post(&app, &reporter, &moved, &moved_file).await, "M2").await;
    mailbox_broken(post(&app, &other, &stub, &file).await, "M2").await;
    assert_eq!(sql::count(app.store(), "messages").await, 0);
    assert_eq!(
        sequence(post(&app, &reporter, &stub, &file).await).await,
        "{\"sequence\":1}"
    );
});

#[tokio::test(flavor = "multi_thread")]
async fn only_messages_sealed_to_one_recipient_are_taken() {
    let app = TestApp::start(Base::Sqlite).await;
    let reporter = Reporter::file(&app, "x").await;
    let empty = reporter.open(&app).await;
    let (stub, good) = reporter.write(&app, &empty, "Here.");
    let recipient = |seed| {
        CaseIdentity::new(&CaseSecret::new([seed; 32]))
            .recipient()
            .clone()
    };
    let seal = |plaintext: &[u8], many: u8| {
        let recipients: Vec<_> = (1..=many).map(recipient).collect();
        sealing::seal(plaintext, &recipients).unwrap()
    };
    let frame = |size| framing::frame_exact(b"{}", size).unwrap();
    let classical = age::x25519::Identity::generate().to_public();
    for (rule, file) in [
        ("E5", b"Plain text.".to_vec()),
        ("E5", Vec::new()),
        ("E5", framing::frame(b"Plain text.").unwrap().to_vec()),
        ("E5", age::encrypt(&classical, &frame(4_096)).unwrap()),
        ("E5", good[..1_000].to_vec()),
        // Cut by a byte it would hold a byte less, which no frame has.
        ("F2", good[..good.len() - 1].to_vec()),
        ("M3", seal(&frame(4_096), 2)),
        ("F2", seal(&frame(4_097), 1)),
        ("F2", seal(&frame(67_584), 1)),
        ("F2", seal(b"", 1)),
    ] {
        let wrong = changed(&reporter, &stub, |stub| stub.files.case = Digest::of(&file));
        mailbox_broken(post(&app, &reporter, &wrong, &file).await, rule).await;
    }
    // Nothing sent along at all.
    let none = reporter
        .act(&app, Act::Post { stub: stub.clone() }, None)
        .await;
    mailbox_broken(none, "M2").await;
    // The largest frame of a message has room in a request.
    let file = seal(&frame(65_536), 1);
    let large = changed(&reporter, &stub, |stub| stub.files.case = Digest::of(&file));
    assert_eq!(
        sequence(post(&app, &reporter, &large, &file).await).await,
        "{\"sequence\":1}"
    );
}
