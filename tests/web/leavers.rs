//! `/api/1/desk`: members whom the directory no longer lists, or lists otherwise.

use reqwest::Method;
use rightline::protocol::directory::{Member, Role};
use rightline::protocol::signing::SigningKey;
use rightline::protocol::{CaseId, MemberId};
use rightline::secret::SignSeed;
use serde_json::json;

use crate::both;
use crate::support::member::{b64, call};
use crate::support::refusal::{broken, refused};
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
