//! What somebody writes into the database makes nobody a reader.

use rightline::ambient::Random;
use rightline::keys::Keys;
use rightline::protocol::MemberId;

use crate::both;
use crate::support::refusal::{broken, refused};
use crate::support::{Desk, Lead, Reporter, TestApp, sql};

/// A member whom somebody put into the database, with a session.
async fn invented(app: &TestApp) -> Desk {
    let store = app.store();
    let id = MemberId::new([0xee; 16]);
    let columns = "SELECT $1, 'Handler-9', salt, login, vault, 'enrolled', '', application, replaces, \
         '2026-11-23', browser FROM members WHERE label = 'Handler-1'";
    sql::execute_with(
        store,
        &format!("INSERT INTO members {columns}"),
        id.as_bytes(),
    )
    .await;
    // Even with the service's secrets, by which alone there are sessions.
    let cookie = Keys::cookie(&id, &Random.bytes());
    let (_, tag) = app.service.keys.session(&cookie).unwrap();
    let now = app.clock.seconds();
    let session = format!("INSERT INTO sessions SELECT $1, id, {now}, {now}, {now} FROM members");
    let session = format!("{session} WHERE label = 'Handler-9'");
    sql::execute_with(store, &session, &tag).await;
    let mut vault = app.desk("Handler-1").await.vault;
    vault.member = id;
    Desk {
        vault,
        cookie: format!("__Host-rightline={cookie}"),
        directory: app.directory().await,
    }
}

both!(a_row_in_the_database_makes_no_reader, |base| {
    let app = TestApp::start(base).await;
    let reporter = Reporter::file(&app, "x").await;
    let case = reporter.submission.case;
    let handler = app.desk("Handler-1").await;
    handler.open(&app, case).await;
    let intruder = invented(&app).await;
    // With a grant that looks like the handler's own, of this case and of every epoch.
    sql::execute_with(
        app.store(),
        "INSERT INTO grants (case_id, epoch, member, live, declared, day, number, sealed) \
         SELECT case_id, epoch, $1, 1, 1, day, 0, sealed FROM grants \
         WHERE declared = 1",
        intruder.vault.member.as_bytes(),
    )
    .await;
    assert_eq!(intruder.get(&app, "/api/1/desk/me").await.status(), 200);
    for list in ["new", "mine"] {
        let path = format!("/api/1/desk/cases?list={list}");
        refused(intruder.get(&app, &path).await, 404, "not-found").await;
    }
    for path in ["", "/access", "/openings"] {
        let path = format!("/api/1/desk/cases/{case}{path}");
        refused(intruder.get(&app, &path).await, 404, "not-found").await;
    }
    let answer = intruder.declare(&app, case, false).await;
    refused(answer, 404, "not-found").await;
    for path in ["audit", "accounts", "service", "recovery"] {
        let answer = intruder.get(&app, &format!("/api/1/desk/{path}")).await;
        refused(answer, 403, "not-allowed").await;
    }
    // Reporters seal by what is signed: to nobody else, with scripts and without.
    let directory = app.directory().await;
    assert!(directory.member(&intruder.vault.member).is_none());
    Reporter::file(&app, "y").await;
    let plain = app
        .http
        .post(app.url("/report/without-javascript"))
        .header("content-type", "application/x-www-form-urlencoded")
        .body("what_happened=z&action=check")
        .send()
        .await
        .unwrap();
    let page = plain.text().await.unwrap();
    assert!(page.contains("Handler-1") && !page.contains("Handler-9"));
    let theirs = "grants WHERE member = (SELECT id FROM members WHERE label = 'Handler-9')";
    assert_eq!(sql::count(app.store(), theirs).await, 1);
    // And the next root sweeps the row away.
    let lead = app.desk("Lead-1").await;
    let answer = Lead::at(&lead)
        .offer(&app, &lead, |_, teams| teams[0].name.push('.'))
        .await;
    assert_eq!(answer.status(), 201);
    let live = format!("{theirs} AND live = 1");
    assert_eq!(sql::count(app.store(), &live).await, 0);
    handler.read(&app, case).await;
});

both!(
    a_key_that_was_swapped_in_the_database_signs_nothing,
    |base| {
        let app = TestApp::start(base).await;
        let case = Reporter::file(&app, "x").await.submission.case;
        let handler = app.desk("Handler-1").await;
        let open = handler.open(&app, case).await;
        let mut vault = app.desk("Handler-4").await.vault;
        vault.member = handler.vault.member;
        // The account is given another's vault, login and application: the keys that count are the signed ones.
        sql::execute(
            app.store(),
            "UPDATE members SET vault = (SELECT vault FROM members WHERE label = 'Handler-4'), \
         application = (SELECT application FROM members WHERE label = 'Handler-4') \
         WHERE label = 'Handler-1'",
        )
        .await;
        let swapped = Desk {
            vault,
            cookie: handler.cookie.clone(),
            directory: app.directory().await,
        };
        let written = swapped.write(&app, &open, None, "By another key.");
        let answer = swapped.send(&app, case, &written).await;
        broken(answer, "M2").await;
        let other = Reporter::file(&app, "y").await.submission.case;
        broken(swapped.declare(&app, other, false).await, "K8").await;
    }
);
