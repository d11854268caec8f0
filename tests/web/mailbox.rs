//! `/api/1/mailbox`: challenges, what tells nothing apart, and what is served.

use rightline::protocol::Digest;
use rightline::protocol::act::Act as Does;
use rightline::protocol::bytes::Blob;
use rightline::protocol::mailbox::{Act, Opened};
use rightline::protocol::message::{Copy, Stub, read};
use rightline::protocol::signing::Context;
use rightline::protocol::token::Token;
use rightline::secret::{Entropy, ExposeSecret as _};

use crate::both;
use crate::support::asking::{Answer, Asking, mailbox_refused};
use crate::support::refusal::{refused, strict};
use crate::support::reporter::{challenge, send};
use crate::support::{Base, Reporter, TestApp, sql};

/// A token that filed no report.
fn stranger(app: &TestApp) -> rightline::protocol::token::TokenKeys {
    Token::from_entropy(Entropy::new([0x5a; 16])).keys(&app.id())
}

both!(
    every_refusal_that_could_tell_a_lookup_is_the_same_bytes,
    |base| {
        let app = TestApp::start(base).await;
        let reporter = Reporter::file(&app, "Hidden.").await;
        let other = Reporter::file(&app, "Another.").await;
        let opening = || Asking::opening(&app, &reporter);
        let nobody = stranger(&app);
        let unknown = *nobody.lookup.expose_secret();
        let asked = [
            opening().await.with(|asking| {
                asking.lookup = unknown;
                asking.key = nobody.signing_key();
            }),
            opening().await.with(|asking| asking.lookup = unknown),
            opening().await.with(|asking| asking.lookup = [0; 32]),
            opening()
                .await
                .with(|asking| asking.key = nobody.signing_key()),
            opening()
                .await
                .with(|asking| asking.key = other.keys().signing_key()),
            opening()
                .await
                .with(|asking| asking.context = Context::Stub),
            opening()
                .await
                .with(|asking| asking.payload.service = rightline::protocol::ServiceId::ZERO),
            opening()
                .await
                .with(|asking| "GET".clone_into(&mut asking.payload.method)),
            opening()
                .await
                .with(|asking| "post".clone_into(&mut asking.payload.method)),
            opening()
                .await
                .with(|asking| "/api/1/mailbox/".clone_into(&mut asking.payload.path)),
            opening()
                .await
                .with(|asking| "/api/1/mailbox/challenge".clone_into(&mut asking.payload.path)),
            opening()
                .await
                .with(|asking| asking.payload.file = Digest::of(b"a file")),
            opening()
                .await
                .with(|asking| asking.file = Some(b"a file".to_vec())),
            opening().await.with(|asking| {
                asking.payload.file = Digest::of(b"a file");
                asking.file = Some(b"another file".to_vec());
            }),
            opening().await.with(|asking| {
                asking.lookup = unknown;
                asking.payload.act = Act::Delete { up_to: 9 };
            }),
            opening().await.with(|asking| {
                asking.key = nobody.signing_key();
                asking.payload.act = Act::Delete { up_to: 9 };
            }),
        ];
        let mut answers = Vec::new();
        for asking in &asked {
            answers.push(Answer::of(asking.send(&app).await).await);
        }
        // A signature that is bent, and a right one under another key's id.
        for bend in [
            (|signed: &mut Vec<u8>| signed[50] ^= 1) as fn(&mut Vec<u8>),
            |signed| signed[10] ^= 1,
            |signed| signed[33..97].fill(0),
            |signed| {
                let last = signed.len() - 1;
                signed.insert(last, b' ');
            },
        ] {
            for lookup in [asked[3].lookup, unknown] {
                let asking = opening().await.with(|asking| asking.lookup = lookup);
                answers.push(Answer::of(send(&app, asking.bytes(bend)).await).await);
            }
        }
        assert_eq!(answers[0].status, 404);
        assert!(
            String::from_utf8_lossy(&answers[0].body).contains("urn:rightline:problem:mailbox")
        );
        for (place, answer) in answers.iter().enumerate() {
            assert_eq!(*answer, answers[0], "refusal {place}");
        }
        // The same request, put right, is served.
        assert_eq!(opening().await.send(&app).await.status(), 200);
    }
);

both!(
    an_old_foreign_or_garbled_challenge_is_looked_at_first,
    |base| {
        let app = TestApp::start(base).await;
        let elsewhere = TestApp::start(Base::Sqlite).await;
        let reporter = Reporter::file(&app, "Hidden.").await;
        let nobody = *stranger(&app).lookup.expose_secret();
        let good = challenge(&app).await;
        let bend = |place: usize| {
            let mut bytes = good.0.clone();
            bytes[place] ^= 1;
            Blob(bytes)
        };
        let foreign = challenge(&elsewhere).await;
        let wrong = [
            foreign,
            bend(7),
            bend(12),
            bend(good.0.len() - 1),
            Blob(Vec::new()),
            Blob(good.0[..32].to_vec()),
            Blob([&good.0[..], &[0]].concat()),
            Blob(vec![0; 128]),
        ];
        for challenge in wrong {
            for lookup in [None, Some(nobody)] {
                let asking = Asking::opening(&app, &reporter).await.with(|asking| {
                    asking.payload.challenge = challenge.clone();
                    asking.lookup = lookup.unwrap_or(asking.lookup);
                });
                mailbox_refused(asking.send(&app).await, 400, "challenge").await;
            }
        }
        let long = Asking::opening(&app, &reporter).await;
        let long = long.with(|asking| asking.payload.challenge = Blob(vec![0; 129]));
        mailbox_refused(long.send(&app).await, 400, "malformed").await;

        // Good for ten minutes, any number of times, and from no further ahead than clocks are apart.
        let asking = Asking::opening(&app, &reporter).await;
        assert_eq!(asking.send(&app).await.status(), 200);
        app.clock.turn(600);
        assert_eq!(asking.send(&app).await.status(), 200);
        app.clock.turn(1);
        mailbox_refused(asking.send(&app).await, 400, "challenge").await;
        app.clock.turn(-661);
        assert_eq!(asking.send(&app).await.status(), 200);
        app.clock.turn(-1);
        mailbox_refused(asking.send(&app).await, 400, "challenge").await;
    }
);

both!(nothing_is_stored_for_a_challenge_or_a_visit, |base| {
    let app = TestApp::start(base).await;
    let reporter = Reporter::file(&app, "Hidden.").await;
    let before = sql::counts(app.store()).await;
    let answer = app
        .http
        .post(app.url("/api/1/mailbox/challenge"))
        .send()
        .await
        .unwrap();
    assert_eq!(answer.status(), 200);
    strict(answer.headers());
    let one = challenge(&app).await;
    let two = challenge(&app).await;
    assert!(one != two && one.0.len() <= 128);
    reporter.open(&app).await;
    let asking = Asking::opening(&app, &reporter)
        .await
        .with(|asking| asking.lookup = [1; 32]);
    assert_eq!(asking.send(&app).await.status(), 404);
    assert_eq!(sql::counts(app.store()).await, before);
});

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_request_is_refused_and_padded() {
    let app = TestApp::start(Base::Sqlite).await;
    let reporter = Reporter::file(&app, "Hidden.").await;
    let good = String::from_utf8(Asking::opening(&app, &reporter).await.bytes(|_| {})).unwrap();
    assert_eq!(send(&app, good.clone().into_bytes()).await.status(), 200);
    let lookup = good.split('"').nth(3).unwrap().to_owned();
    let bodies: Vec<Vec<u8>> = [
        String::new(),
        "null".to_owned(),
        "[]".to_owned(),
        format!("{good} x"),
        format!("\u{feff}{good}"),
        good.replace("\"file\":null", "\"file\":\"\",\"file\":null"),
        good.replace(",\"file\":null", ""),
        good.replace("\"file\":null", "\"file\":null,\"more\":1"),
        good.replace("\"file\":null", "\"file\":7"),
        good.replace("\"file\":null", "\"file\":\"====\""),
        good.replace(&lookup, &lookup.to_uppercase()),
        good.replace(&lookup, &lookup[2..]),
        good.replace("\"signed\":\"A", "\"signed\":\"B"),
        good.replace("\"signed\":\"A", "\"signed\":\" A"),
        format!("{{\"lookup\":\"{lookup}\",\"signed\":\"AQ==\",\"file\":null}}"),
    ]
    .into_iter()
    .map(String::into_bytes)
    .chain([b"\xff\xfe".to_vec(), [good.as_bytes(), b"\0"].concat()])
    .collect();
    for body in bodies {
        mailbox_refused(send(&app, body).await, 400, "malformed").await;
    }
    // Payloads that are of no format.
    for payload in ["", "{}", "{\"service\":1}", "[1]"] {
        let signed = rightline::protocol::signing::sign_bytes(
            Context::Mailbox,
            &reporter.keys().signing_key(),
            payload.as_bytes(),
        );
        let signed = crate::support::member::b64(signed.as_bytes());
        let body = format!("{{\"lookup\":\"{lookup}\",\"signed\":\"{signed}\",\"file\":null}}");
        mailbox_refused(send(&app, body.into_bytes()).await, 400, "malformed").await;
    }
    let large = vec![b' '; 262_145];
    mailbox_refused(send(&app, large).await, 413, "too-large").await;
    let url = app.url("/api/1/mailbox");
    let plain = app
        .http
        .post(&url)
        .header("content-type", "text/plain")
        .body(good.clone());
    mailbox_refused(plain.send().await.unwrap(), 415, "unsupported-media-type").await;
    mailbox_refused(app.http.get(&url).send().await.unwrap(), 405, "method").await;
    mailbox_refused(
        app.http.put(&url).body(good).send().await.unwrap(),
        405,
        "method",
    )
    .await;
    let get = app
        .http
        .get(app.url("/api/1/mailbox/challenge"))
        .send()
        .await
        .unwrap();
    refused(get, 405, "method").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn acts_of_another_form_are_refused() {
    let app = TestApp::start(Base::Sqlite).await;
    let reporter = Reporter::file(&app, "Hidden.").await;
    let asking = Asking::opening(&app, &reporter).await;
    let payload = String::from_utf8(asking.signed().unverified_payload().to_vec()).unwrap();
    let open = "{\"do\":\"open\",\"after\":0}";
    assert!(payload.contains(open));
    for act in [
        "{\"do\":\"open\"}",
        "{\"do\":\"open\",\"after\":-1}",
        "{\"do\":\"open\",\"after\":0.0}",
        "{\"do\":\"open\",\"after\":9007199254740992}",
        "{\"do\":\"open\",\"after\":0,\"up_to\":0}",
        "{\"do\":\"close\",\"after\":0}",
        "{\"after\":0}",
        "\"open\"",
        "null",
        "{\"do\":\"delete\",\"after\":0}",
        "{\"do\":\"post\",\"stub\":\"AQ==\"}",
        "{\"do\":\"change_words\"}",
    ] {
        let bent = payload.replace(open, act);
        let signed = rightline::protocol::signing::sign_bytes(
            Context::Mailbox,
            &asking.key,
            bent.as_bytes(),
        );
        let lookup = hex::encode(asking.lookup);
        let signed = crate::support::member::b64(signed.as_bytes());
        let body = format!("{{\"lookup\":\"{lookup}\",\"signed\":\"{signed}\",\"file\":null}}");
        mailbox_refused(send(&app, body.into_bytes()).await, 400, "malformed").await;
    }
    let far = asking.with(|asking| {
        asking.payload.act = Act::Open {
            after: 9_007_199_254_740_991,
        }
    });
    assert_eq!(far.send(&app).await.status(), 200);
}

both!(files_are_served_by_the_fifty, |base| {
    let app = TestApp::start(base).await;
    let reporter = Reporter::file(&app, "Hidden.").await;
    let case = reporter.submission.case;
    let desk = app.desk("Handler-1").await;
    desk.open(&app, case).await;
    for number in 1..=53 {
        desk.answer(&app, case, None, &format!("Message {number}."))
            .await;
    }
    let open = async |after| {
        let answer = reporter.act(&app, Act::Open { after }, None).await;
        let bytes = answer.bytes().await.unwrap();
        let opened: rightline::protocol::mailbox::Opened =
            rightline::protocol::json::read(bytes.trim_ascii_end()).unwrap();
        let served: Vec<bool> = opened
            .to_reporter
            .iter()
            .map(|served| served.file.is_some())
            .collect();
        assert_eq!(served.len(), 53);
        (served, opened)
    };
    let (served, opened) = open(0).await;
    assert!(opened.more && served[..50].iter().all(|file| *file) && !served[50..].contains(&true));
    let (served, opened) = open(50).await;
    assert!(!opened.more && served[50..].iter().all(|file| *file) && !served[..50].contains(&true));
    let (served, opened) = open(3).await;
    assert!(!opened.more && served[3..].iter().all(|file| *file));
    // Each opens with the words.
    let key = desk.vault.signing_key().verifying_key();
    for (number, served) in (1..).zip(&opened.to_reporter).skip(50) {
        let stub = Stub::read(&served.stub, &key).unwrap();
        let file = &served.file.as_ref().unwrap().0;
        let content = read(
            &stub,
            &key,
            file,
            Copy::Reporter,
            &reporter.keys().identity(),
        )
        .unwrap();
        assert_eq!(content.body, format!("Message {number}."));
    }
});

both!(
    what_the_reporter_deletes_is_forgotten_and_its_stub_stays,
    |base| {
        let app = TestApp::start(base).await;
        let reporter = Reporter::file(&app, "Hidden.").await;
        let case = reporter.submission.case;
        let desk = app.desk("Handler-1").await;
        desk.open(&app, case).await;
        for number in 1..=3 {
            desk.answer(&app, case, None, &format!("Message {number}."))
                .await;
        }
        let before = reporter.open(&app).await;
        let delete = async |up_to| {
            let answer = Answer::of(reporter.act(&app, Act::Delete { up_to }, None).await).await;
            assert_eq!(answer.status, 200);
            String::from_utf8(answer.body.trim_ascii_end().to_vec()).unwrap()
        };
        assert_eq!(delete(0).await, "{\"deleted\":0}");
        assert_eq!(delete(2).await, "{\"deleted\":2}");
        assert_eq!(delete(2).await, "{\"deleted\":0}");
        let after = reporter.open(&app).await;
        let served: Vec<bool> = after
            .to_reporter
            .iter()
            .map(|served| served.file.is_some())
            .collect();
        assert_eq!(served, [false, false, true]);
        for (before, after) in before.to_reporter.iter().zip(&after.to_reporter) {
            assert_eq!(before.stub, after.stub);
        }
        let gone = sql::count(app.store(), "messages WHERE LENGTH(reporter_file) = 0").await;
        assert_eq!(gone, 2);
        // The case's copies stay for those who work on it.
        assert_eq!(
            desk.read(&app, case).await.view["messages"]
                .as_array()
                .unwrap()
                .len(),
            3
        );
        assert_eq!(delete(9_007_199_254_740_991).await, "{\"deleted\":1}");
    }
);

both!(one_mailbox_shows_nothing_of_another, |base| {
    let app = TestApp::start(base).await;
    let one = Reporter::file(&app, "One.").await;
    let two = Reporter::file(&app, "Two.").await;
    let desk = app.desk("Handler-1").await;
    desk.open(&app, one.submission.case).await;
    desk.answer(&app, one.submission.case, None, "For one.")
        .await;
    one.post(&app, "From one.").await;
    let opened = two.open(&app).await;
    assert_eq!(opened.case, two.submission.case);
    assert!(opened.to_reporter.is_empty() && opened.from_reporter.is_empty());
    let delete = two.act(&app, Act::Delete { up_to: 9 }, None).await;
    assert_eq!(delete.status(), 200);
    assert!(one.open(&app).await.to_reporter[0].file.is_some());
});

both!(
    whether_a_case_is_set_aside_is_told_to_its_words_alone,
    |base| {
        let app = TestApp::start(base).await;
        let reporter = Reporter::file(&app, "Watches.").await;
        let other = Reporter::file(&app, "Another.").await;
        let case = reporter.submission.case;
        let desk = app.desk("Handler-1").await;
        let open = desk.open(&app, case).await;
        desk.answer(&app, case, None, "It is not for us.").await;
        let guessed = async || {
            let asking = Asking::opening(&app, &reporter).await;
            let asking = asking.with(|asking| asking.key = other.keys().signing_key());
            Answer::of(asking.send(&app).await).await
        };
        let length = async || {
            let answer = reporter.act(&app, Act::Open { after: 0 }, None).await;
            answer.bytes().await.unwrap().len()
        };
        let (refused, served) = (guessed().await, length().await);
        let before = reporter.open(&app).await;
        assert!(!before.aside);

        desk.does(&app, &open, Does::SetAside {}).await;
        let aside = reporter.open(&app).await;
        assert!(aside.aside);
        // Nothing else of it has changed, and nobody who has not the words sees any of it.
        assert_eq!(
            Opened {
                aside: false,
                ..aside
            },
            before
        );
        assert!(!other.open(&app).await.aside);
        assert_eq!((guessed().await, length().await), (refused, served));

        // The reporter can write; whoever reads it can take it up again.
        reporter.post(&app, "You are wrong.").await;
        assert!(reporter.open(&app).await.aside);
        desk.does(&app, &open, Does::TakeUp {}).await;
        assert!(!reporter.open(&app).await.aside);
    }
);
