//! `/api/1/desk`: members whom the directory no longer lists, or lists otherwise.

use reqwest::Method;
use rightline::protocol::directory::{Member, Role};
use rightline::protocol::grant::Grant;
use rightline::protocol::hybrid::CaseIdentity;
use rightline::protocol::mailbox::Act;
use rightline::protocol::message::{Message, Place, Seen, write_from_reporter, write_to_reporter};
use rightline::protocol::report::{Body, Part, Parties, open_part};
use rightline::protocol::signing::SigningKey;
use rightline::protocol::{CaseId, Digest, MemberId, sealing};
use rightline::secret::SignSeed;
use serde_json::json;

use crate::both;
use crate::support::member::{b64, call};
use crate::support::refusal::{broken, refused};
use crate::support::rekeying::NewKeys;
use crate::support::sql::{all_bytes, due_of, sealed_grant};
use crate::support::{Desk, Lead, Reporter, TestApp};

/// Publishes a root in which this member is changed, or left out.
async fn changed(app: &TestApp, member: MemberId, change: impl Fn(&mut Member) -> bool) {
    Lead::of(app)
        .publish(app, |_, teams| {
            for team in teams {
                team.members
                    .retain_mut(|listed| listed.member != member || change(listed));
            }
        })
        .await;
}

/// Whether every call about cases says that there is nothing.
async fn sees_no_case(app: &TestApp, desk: &Desk, case: CaseId) {
    let signed = b64(desk.declaration(app, case, false).as_bytes());
    for (method, path, body) in [
        (Method::GET, "?list=new", None),
        (Method::GET, "?list=mine", None),
        (Method::GET, "/CASE", None),
        (
            Method::POST,
            "/CASE/declaration",
            Some(json!({ "signed": signed })),
        ),
        (
            Method::POST,
            "/CASE/messages",
            Some(json!({ "stub": signed, "case_file": "", "reporter_file": "" })),
        ),
        (
            Method::POST,
            "/CASE/grants",
            Some(json!({ "row": signed, "sealed": null })),
        ),
    ] {
        let path = format!(
            "/api/1/desk/cases{}",
            path.replace("CASE", &case.to_string())
        );
        refused(
            call(app, &desk.cookie, method, &path, body).await,
            404,
            "not-found",
        )
        .await;
    }
}

both!(to_who_has_left_no_case_is_there, |base| {
    let app = TestApp::start(base).await;
    let case = Reporter::file(&app, "x").await.submission.case;
    let desk = app.desk("Handler-1").await;
    desk.open(&app, case).await;
    changed(&app, desk.vault.member, |_| false).await;
    // The account still signs in, with the ring of before.
    assert_eq!(desk.get(&app, "/api/1/desk/me").await.status(), 200);
    assert_eq!(desk.get(&app, "/api/1/desk/ring").await.status(), 200);
    sees_no_case(&app, &desk, case).await;
    sees_no_case(&app, &app.desk("Handler-1").await, case).await;
    // The others go on.
    app.desk("Handler-2").await.open(&app, case).await;
});

both!(who_only_counts_or_audits_reads_nothing, |base| {
    let app = TestApp::start(base).await;
    let case = Reporter::file(&app, "x").await.submission.case;
    let desk = app.desk("Handler-1").await;
    desk.open(&app, case).await;
    for role in [
        Role::Analyst,
        Role::Auditor,
        Role::Caller,
        Role::Administrator,
    ] {
        changed(&app, desk.vault.member, |listed| {
            listed.roles = vec![role];
            true
        })
        .await;
        sees_no_case(&app, &desk, case).await;
    }
    changed(&app, desk.vault.member, |listed| {
        listed.roles = vec![Role::Investigator];
        true
    })
    .await;
    desk.read(&app, case).await;
});

both!(a_key_that_was_replaced_signs_nothing_more, |base| {
    let app = TestApp::start(base).await;
    let case = Reporter::file(&app, "x").await.submission.case;
    let other = Reporter::file(&app, "y").await.submission.case;
    let desk = app.desk("Handler-1").await;
    let open = desk.open(&app, case).await;
    let written = desk.write(&app, &open, None, "By the old key.");
    let key = SigningKey::new(&SignSeed::new([4; 32])).verifying_key();
    changed(&app, desk.vault.member, |listed| {
        listed.key = key;
        true
    })
    .await;
    // Under the root in which it was listed, and under the one in force.
    broken(desk.send(&app, case, &written).await, "D9").await;
    broken(desk.declare(&app, other, false).await, "D9").await;
    let directory = app.directory().await;
    let later = Desk {
        directory,
        ..app.desk("Handler-1").await
    };
    broken(
        later
            .send(&app, case, &later.write(&app, &open, None, "Again."))
            .await,
        "M2",
    )
    .await;
    broken(later.declare(&app, other, false).await, "K8").await;
});

/// A member and the reporter write their first messages, sealed under new keys.
async fn write_under(app: &TestApp, new: &NewKeys, desk: &Desk, reporter: &Reporter) {
    let case = new.epoch.case;
    let place = Place {
        service: app.id(),
        case,
        epoch: new.epoch.epoch,
        sequence: 1,
        previous: Digest::ZERO,
        seen: Seen::NOTHING,
        serial: new.epoch.serial,
        day: app.today(),
    };
    let message = Message {
        body: "After.".to_owned(),
        ..Message::default()
    };
    let open = desk.read(app, case).await;
    let written = write_to_reporter(
        &place,
        desk.vault.member,
        &desk.vault.signing_key(),
        &new.epoch.recipient,
        &open.case.statement.reporter_recipient,
        &message,
    )
    .unwrap();
    assert_eq!(desk.send(app, case, &written).await.status(), 201);
    let key = reporter.keys().signing_key();
    let written = write_from_reporter(&place, &key, &new.epoch.recipient, &message).unwrap();
    let act = Act::Post { stub: written.stub };
    let sent = reporter.act(app, act, Some(written.case_file)).await;
    assert_eq!(sent.status(), 200);
}

both!(who_left_opens_in_a_later_copy_only_what_they_had, |base| {
    let app = TestApp::start(base).await;
    let reporter = Reporter::file(&app, "Before.").await;
    let case = reporter.submission.case;
    let gone = app.desk("Handler-1").await;
    let statement = gone.open(&app, case).await.case.statement;
    let (anchor, recipient) = (statement.anchor(), statement.case_recipient);
    app.desk("Handler-2").await.open(&app, case).await;
    changed(&app, gone.vault.member, |_| false).await;
    let author = app.desk("Handler-2").await;
    let me = author.vault.member;
    let new = NewKeys::next(&app, &author, case, &[me]).await;
    assert_eq!(new.post(&app, &author).await.status(), 201);
    let due = due_of(app.store()).await;
    assert!(!due.is_empty() && due.iter().all(|row| row.0 == me.as_bytes()));
    write_under(&app, &new, &author, &reporter).await;

    // From the copy, with the old keys: the first epoch's grant, and by it every part.
    let id = case.as_bytes().as_slice();
    let copied = async |query: &str| all_bytes(app.store(), query, id).await;
    let sealed = sealed_grant(app.store(), id, gone.vault.member.as_bytes()).await;
    let (mine, service) = (gone.vault.identity(), app.id());
    let old = Grant::open(&sealed, &mine, &anchor, 0, &gone.vault.member, &recipient).unwrap();
    let old = CaseIdentity::new(&old);
    let body = copied("SELECT body FROM parts WHERE case_id = $1").await;
    let body = open_part::<Body>(&body[0], &old, &service, &anchor);
    assert!(matches!(body, Ok(Part::Good(body)) if body.what_happened == "Before."));
    let parties = copied("SELECT parties FROM parts WHERE case_id = $1").await;
    let parties = open_part::<Parties>(&parties[0], &mine, &service, &anchor);
    assert!(matches!(parties, Ok(Part::Good(_))));

    // Neither a grant of the next epoch, nor what was written under it.
    let mut newer = copied("SELECT sealed FROM grants WHERE case_id = $1 AND epoch = 1").await;
    assert_eq!(newer, new.sealed);
    let messages = copied("SELECT case_file FROM messages WHERE case_id = $1").await;
    assert_eq!(messages.len(), 2);
    let own = author.vault.identity();
    let secret = Grant::open(&newer[0], &own, &anchor, 1, &me, &new.epoch.recipient).unwrap();
    let current = CaseIdentity::new(&secret);
    for file in &messages {
        assert!(sealing::open(file, &current).is_ok());
    }
    newer.extend(messages);
    for file in &newer {
        assert!(sealing::open(file, &mine).is_err());
        assert!(sealing::open(file, &old).is_err());
    }
});
