//! `/api/1/mailbox`: a change of words.

use rightline::ambient::Random;
use rightline::protocol::Digest;
use rightline::protocol::hybrid::{Recipient, ReporterIdentity};
use rightline::protocol::mailbox::Act;
use rightline::protocol::message::{Copy, Stub, read};
use rightline::protocol::signing::Signed;
use rightline::protocol::statement::Case;
use rightline::protocol::token::Token;
use rightline::protocol::words::{Change, open_keep, seal_keep};
use rightline::protocol::{CaseId, ServiceId, sealing};
use rightline::secret::{Entropy, ExposeSecret as _, OpenSeed};

use crate::both;
use crate::support::asking::{Answer, mailbox_broken, mailbox_refused};
use crate::support::{Reporter, TestApp, sql};

/// What makes a change wrong.
type Alter = Box<dyn FnOnce(&mut Change)>;

/// The same reporter with new words.
fn renewed(reporter: &Reporter) -> Reporter {
    Reporter {
        service: reporter.service,
        token: Token::from_entropy(Entropy::new(Random.bytes())),
        submission: reporter.submission.clone(),
        directory: reporter.directory.clone(),
    }
}

/// A change from one's words to new ones, altered and signed, with its keep.
async fn change(
    app: &TestApp,
    from: &Reporter,
    to: &Reporter,
    alter: impl FnOnce(&mut Change),
) -> (Signed, Vec<u8>) {
    let opened = from.open(app).await;
    let case = Case::read(opened.statement.as_bytes()).unwrap();
    let (old, new) = (from.keys(), to.keys());
    let keep = seal_keep(
        &case.statement.anchor(),
        &old.open,
        new.identity().recipient(),
    )
    .unwrap();
    let last = opened.changes.last();
    let mut said = Change {
        service: app.id(),
        case: case.id,
        number: opened.changes.len() as u64 + 1,
        previous: last.map_or(case.id.into(), |last| last.signed.digest()),
        lookup: new.lookup.digest(),
        reporter_recipient: new.identity().recipient().clone(),
        reporter_key: new.signing_key().verifying_key(),
        after: opened.from_reporter.len() as u64,
        keep: Digest::of(&keep),
        day: app.today(),
    };
    alter(&mut said);
    (said.sign(&old.signing_key()), keep)
}

async fn send(
    app: &TestApp,
    as_whom: &Reporter,
    change: &Signed,
    keep: &[u8],
) -> reqwest::Response {
    let act = Act::ChangeWords {
        change: change.clone(),
    };
    as_whom.act(app, act, Some(keep.to_vec())).await
}

both!(new_words_open_what_the_old_ones_did, |base| {
    let app = TestApp::start(base).await;
    let old = Reporter::file(&app, "x").await;
    let case = old.submission.case;
    let desk = app.desk("Handler-1").await;
    desk.open(&app, case).await;
    desk.answer(&app, case, None, "Before.").await;
    old.post(&app, "Before.").await;

    let new = renewed(&old);
    let (signed, keep) = change(&app, &old, &new, |_| {}).await;
    let answer = Answer::of(send(&app, &old, &signed, &keep).await).await;
    assert_eq!(
        (answer.status, answer.body.trim_ascii_end()),
        (200, &b"{\"number\":1}"[..])
    );

    // The old words are as unknown as any.
    let unknown = Answer::of(renewed(&old).act(&app, Act::Open { after: 0 }, None).await).await;
    for act in [Act::Open { after: 0 }, Act::Delete { up_to: 9 }] {
        assert_eq!(Answer::of(old.act(&app, act, None).await).await, unknown);
    }
    assert_eq!(
        Answer::of(send(&app, &old, &signed, &keep).await).await,
        unknown
    );

    // The new ones show everything, and the keep opens what was sealed to the old.
    let opened = new.open(&app).await;
    assert_eq!(
        (opened.to_reporter.len(), opened.from_reporter.len()),
        (1, 1)
    );
    let anchor = Case::read(opened.statement.as_bytes())
        .unwrap()
        .statement
        .anchor();
    let kept = open_keep(&opened.changes[0].keep.0, &new.keys().identity(), &anchor).unwrap();
    assert_eq!(*kept.expose_secret(), *old.keys().open.expose_secret());
    let key = desk.vault.signing_key().verifying_key();
    let stub = Stub::read(&opened.to_reporter[0].stub, &key).unwrap();
    let file = &opened.to_reporter[0].file.as_ref().unwrap().0;
    assert!(read(&stub, &key, file, Copy::Reporter, &new.keys().identity()).is_err());
    let content = read(
        &stub,
        &key,
        file,
        Copy::Reporter,
        &ReporterIdentity::new(&kept),
    )
    .unwrap();
    assert_eq!(content.body, "Before.");

    // The desk learns of it, and the chain goes on under the new key only.
    new.post(&app, "After.").await;
    let view = desk.read(&app, case).await.view;
    assert_eq!(view["changes"].as_array().unwrap().len(), 1);
    assert_eq!(view["messages"].as_array().unwrap().len(), 3);
    let third = new.open(&app).await;
    let (stub, file) = old.write(&app, &third, "By the old key.");
    mailbox_broken(new.act(&app, Act::Post { stub }, Some(file)).await, "M2").await;
});

both!(words_are_changed_again_and_again, |base| {
    let app = TestApp::start(base).await;
    let mut held = vec![Reporter::file(&app, "x").await];
    for number in 1..=3 {
        let old = held.last().unwrap();
        let new = renewed(old);
        let (signed, keep) = change(&app, old, &new, |_| {}).await;
        let answer = Answer::of(send(&app, old, &signed, &keep).await).await;
        let expected = format!("{{\"number\":{number}}}");
        assert_eq!(
            (answer.status, answer.body.trim_ascii_end()),
            (200, expected.as_bytes())
        );
        // The same again, through the new words, stands already.
        mailbox_broken(send(&app, &new, &signed, &keep).await, "W1").await;
        new.post(&app, "Still me.").await;
        held.push(new);
    }
    // The keeps lead back to the first words, the latest first.
    let opened = held[3].open(&app).await;
    let anchor = Case::read(opened.statement.as_bytes())
        .unwrap()
        .statement
        .anchor();
    let mut identity = held[3].keys().identity();
    for (changed, before) in opened.changes.iter().rev().zip(held[..3].iter().rev()) {
        let seed = open_keep(&changed.keep.0, &identity, &anchor).unwrap();
        assert_eq!(*seed.expose_secret(), *before.keys().open.expose_secret());
        identity = ReporterIdentity::new(&seed);
    }
    assert_eq!(opened.from_reporter.len(), 3);
});

both!(a_change_that_comes_too_late_is_signed_again, |base| {
    let app = TestApp::start(base).await;
    let old = Reporter::file(&app, "x").await;
    let new = renewed(&old);
    let (stale, keep) = change(&app, &old, &new, |_| {}).await;
    old.post(&app, "One more.").await;
    mailbox_refused(send(&app, &old, &stale, &keep).await, 409, "sequence").await;
    let (ahead, keep) = change(&app, &old, &new, |said| said.after += 1).await;
    mailbox_refused(send(&app, &old, &ahead, &keep).await, 409, "sequence").await;
    let (good, keep) = change(&app, &old, &new, |_| {}).await;
    assert_eq!(send(&app, &old, &good, &keep).await.status(), 200);
});

both!(of_two_changes_at_once_one_counts, |base| {
    let app = TestApp::start(base).await;
    let old = Reporter::file(&app, "x").await;
    let (one, two) = (renewed(&old), renewed(&old));
    let first = change(&app, &old, &one, |_| {}).await;
    let second = change(&app, &old, &two, |_| {}).await;
    let answers = tokio::join!(
        send(&app, &old, &first.0, &first.1),
        send(&app, &old, &second.0, &second.1)
    );
    let statuses = [answers.0.status().as_u16(), answers.1.status().as_u16()];
    assert_eq!(
        statuses.iter().filter(|status| **status == 200).count(),
        1,
        "{statuses:?}"
    );
    let (winner, loser) = if statuses[0] == 200 {
        (one, two)
    } else {
        (two, one)
    };
    assert_eq!(winner.open(&app).await.changes.len(), 1);
    assert_eq!(
        loser.act(&app, Act::Open { after: 0 }, None).await.status(),
        404
    );
});

both!(a_change_that_is_not_right_changes_nothing, |base| {
    let app = TestApp::start(base).await;
    let old = Reporter::file(&app, "x").await;
    let other = Reporter::file(&app, "y").await;
    let new = renewed(&old);
    let day = app.today();
    let alterations: Vec<Alter> = vec![
        Box::new(|said| said.service = ServiceId::ZERO),
        Box::new(|said| said.case = CaseId::new([7; 32])),
        Box::new(|said| said.number = 0),
        Box::new(|said| said.number = 2),
        Box::new(|said| said.previous = Digest::ZERO),
        Box::new(move |said| said.day = day.plus_days(2)),
        Box::new(move |said| said.day = day.plus_days(-2)),
    ];
    for alter in alterations {
        let (wrong, keep) = change(&app, &old, &new, alter).await;
        mailbox_broken(send(&app, &old, &wrong, &keep).await, "W1").await;
    }
    // Signed by the new key, by another reporter, as something else.
    let (good, keep) = change(&app, &old, &new, |_| {}).await;
    let said: Change = rightline::protocol::json::read(good.unverified_payload()).unwrap();
    let as_stub = rightline::protocol::signing::Context::Stub;
    for signed in [
        said.sign(&new.keys().signing_key()),
        said.sign(&other.keys().signing_key()),
        rightline::protocol::signing::sign(as_stub, &old.keys().signing_key(), &said),
    ] {
        mailbox_broken(send(&app, &old, &signed, &keep).await, "W1").await;
    }
    // Another reporter's change, moved here.
    let (moved, moved_keep) = change(&app, &other, &new, |_| {}).await;
    mailbox_broken(send(&app, &old, &moved, &moved_keep).await, "W1").await;
    // Keeps that are none.
    let recipient: Recipient = new.keys().identity().recipient().clone();
    let second = ReporterIdentity::new(&OpenSeed::new([3; 32]))
        .recipient()
        .clone();
    let seal = |length, to: &[Recipient]| sealing::seal(&vec![0; length], to).unwrap();
    for wrong in [
        b"plain".to_vec(),
        seal(80, std::slice::from_ref(&recipient)),
        seal(82, std::slice::from_ref(&recipient)),
        seal(81, &[recipient.clone(), second]),
        keep[..keep.len() - 1].to_vec(),
    ] {
        let digest = Digest::of(&wrong);
        let (named, _) = change(&app, &old, &new, |said| said.keep = digest).await;
        mailbox_broken(send(&app, &old, &named, &wrong).await, "W3").await;
    }
    let other_keep = seal(81, std::slice::from_ref(&recipient));
    mailbox_broken(send(&app, &old, &good, &other_keep).await, "W3").await;
    // A lookup that leads to another case.
    let taken = other.keys().lookup.digest();
    let (wrong, wrong_keep) = change(&app, &old, &new, |said| said.lookup = taken).await;
    mailbox_refused(send(&app, &old, &wrong, &wrong_keep).await, 409, "sequence").await;

    assert_eq!(sql::count(app.store(), "word_changes").await, 0);
    assert_eq!(other.open(&app).await.case, other.submission.case);
    assert_eq!(send(&app, &old, &good, &keep).await.status(), 200);
});
