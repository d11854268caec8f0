//! `/api/1/desk` and `/api/1/enrol`: every call as everybody, by the table of duties; and the page that is
//! made of the table.

use reqwest::{Method, Response};
use rightline::duties::{Audit, Duty, TABLE, Who};
use serde_json::json;

use crate::both;
use crate::support::cast::{Player, cast, one, session_of};
use crate::support::member::call;
use crate::support::refusal::{refused, whole};
use crate::support::{Base, Reporter, TestApp, sql};

/// Whether somebody of this kind may make a call, said here once more and by hand.
fn may(kind: &str, who: Who) -> bool {
    match who {
        Who::Anybody | Who::LinkHolder => true,
        Who::Member => kind != "nobody",
        Who::Reader => ["handler", "custodian"].contains(&kind),
        Who::Lead => kind == "lead",
        Who::Administrator => kind == "administrator",
        Who::LeadOrAdministrator => ["lead", "administrator"].contains(&kind),
        Who::Auditor => kind == "auditor",
    }
}

/// An address with these ids in its places.
fn filled(duty: &Duty, case: &str, id: &str) -> String {
    duty.address
        .replace("{case}", case)
        .replace("{member}", id)
        .replace("{id}", id)
        .replace("{record}", "notes")
}

/// Makes a call with a body that no call takes, so that nothing comes of it but who is let in.
async fn ask(app: &TestApp, cookie: &str, duty: &Duty, path: &str) -> Response {
    let method: Method = duty.method.parse().unwrap();
    let body = (method != Method::GET).then(|| json!({ "no call takes": "this" }));
    call(app, cookie, method, path, body).await
}

/// What somebody is told, whole but for its headers.
async fn told(answer: Response) -> (u16, String) {
    let (status, _, body) = whole(answer).await;
    (status, String::from_utf8_lossy(&body).into_owned())
}

fn is(told: &(u16, String), status: u16, code: &str) -> bool {
    told.0 == status && told.1.contains(&format!("urn:rightline:problem:{code}\""))
}

async fn as_somebody(app: &TestApp, player: &Player, duty: &Duty, path: &str) {
    let case = duty.address.contains("/cases");
    // Some calls end the session; each is made in one of its own.
    let cookie = session_of(app, player.member).await;
    let said = told(ask(app, &cookie, duty, path).await).await;
    let what = format!("{} {path} as {}: {said:?}", duty.method, player.kind);
    assert!(said.0 < 500, "{what}");
    let kept_out = if case {
        is(&said, 404, "not-found")
    } else {
        is(&said, 403, "not-allowed")
    };
    if may(player.kind, duty.who) {
        // A case that is not there is what a case is for whoever may not see it.
        assert!(!kept_out || duty.address.contains("{case}"), "{what}");
        assert!(!is(&said, 401, "signed-out"), "{what}");
        assert!(!is(&said, 403, "second-factor"), "{what}");
    } else {
        assert!(kept_out, "{what}");
    }
}

both!(every_call_as_everybody_with_foreign_identifiers, |base| {
    let app = TestApp::start(base).await;
    let cast = cast(&app).await;
    let reporter = Reporter::file(&app, "x").await;
    let stranger = one(&cast, "nobody listed").member.to_string();
    let administrator = one(&cast, "administrator").member.to_string();
    for duty in TABLE {
        for case in [
            reporter.submission.case.to_string(),
            "0".repeat(64),
            "x".to_owned(),
        ] {
            for id in [&stranger, &"0".repeat(32), "x"] {
                let path = filled(duty, &case, id);
                for player in &cast {
                    // Whoever is suspended could not be asked again.
                    let suspends = duty.address.ends_with("/suspend");
                    if suspends && may(player.kind, duty.who) && *id == stranger {
                        continue;
                    }
                    as_somebody(&app, player, duty, &path).await;
                }
                if !duty.address.contains('{') {
                    break;
                }
            }
            if !duty.address.contains("{case}") {
                break;
            }
        }
    }
    // One's own account is not for suspending.
    let path = format!("/api/1/desk/accounts/{administrator}/suspend");
    let cookie = session_of(&app, one(&cast, "administrator").member).await;
    let answer = call(&app, &cookie, Method::POST, &path, Some(json!({}))).await;
    refused(answer, 403, "not-allowed").await;
});

both!(every_call_as_nobody, |base| {
    let app = TestApp::start(base).await;
    let case = Reporter::file(&app, "x").await.submission.case.to_string();
    let mut refusals = Vec::new();
    for duty in TABLE {
        for path in [filled(duty, &case, &"0".repeat(32)), filled(duty, "x", "x")] {
            let said = told(ask(&app, "", duty, &path).await).await;
            if may("nobody", duty.who) {
                assert!(is(&said, 400, "malformed"), "{path}: {said:?}");
            } else {
                refusals.push(said);
            }
        }
    }
    refusals.dedup();
    assert_eq!(refusals.len(), 1, "{refusals:?}");
    assert!(is(&refusals[0], 401, "signed-out"));
});

both!(what_matters_needs_a_fresh_second_factor, |base| {
    let app = TestApp::start_with(base, |mut settings| {
        settings.desk.second_factor = true;
        settings
    })
    .await;
    let cast = cast(&app).await;
    let sessions = cast.iter().map(|player| session_of(&app, player.member));
    let sessions: Vec<String> = futures_util::future::join_all(sessions).await;
    app.clock.turn(300);
    let before = sql::count(app.store(), "audit").await;
    for duty in TABLE.iter().filter(|duty| duty.fresh) {
        let path = filled(duty, &"0".repeat(64), &"0".repeat(32));
        for (player, cookie) in cast.iter().zip(&sessions) {
            let said = told(ask(&app, cookie, duty, &path).await).await;
            let asked = is(&said, 403, "second-factor");
            assert_eq!(
                asked,
                may(player.kind, duty.who),
                "{path} as {}",
                player.kind
            );
        }
    }
    // What did not happen is not in the trail.
    assert_eq!(sql::count(app.store(), "audit").await, before);
});

both!(the_trail_says_what_was_tried_and_what_was_refused, |base| {
    let app = TestApp::start(base).await;
    let cast = cast(&app).await;
    let case = "0".repeat(64);
    for duty in TABLE {
        let Audit::Before(act) = duty.audit else {
            continue;
        };
        let player = cast
            .iter()
            .find(|player| may(player.kind, duty.who))
            .unwrap();
        let cookie = session_of(&app, player.member).await;
        let path = filled(duty, &case, &"0".repeat(32));
        let before = sql::acts_of(app.store(), player.member.as_bytes())
            .await
            .len();
        let said = told(ask(&app, &cookie, duty, &path).await).await;
        let rows = sql::acts_of(app.store(), player.member.as_bytes()).await;
        let new = &rows[before..];
        assert_eq!(new[0], (act.to_owned(), "done".to_owned()), "{path}");
        if said.0 >= 400 {
            assert_eq!(new.len(), 2, "{path}: {new:?}");
            assert_eq!(new[1].0, act);
            assert!(is(&said, said.0, &new[1].1), "{path}: {said:?} {new:?}");
        } else {
            assert_eq!(new.len(), 1, "{path}: {new:?}");
        }
    }
    let rows = sql::count(app.store(), "audit").await;
    for duty in TABLE.iter().filter(|duty| duty.audit == Audit::Nothing) {
        let player = cast
            .iter()
            .find(|player| may(player.kind, duty.who))
            .unwrap();
        let cookie = session_of(&app, player.member).await;
        ask(&app, &cookie, duty, &filled(duty, &case, &"0".repeat(32))).await;
    }
    assert_eq!(sql::count(app.store(), "audit").await, rows);
});

#[tokio::test(flavor = "multi_thread")]
async fn without_a_trail_nothing_is_done() {
    let app = TestApp::start(Base::Sqlite).await;
    let desk = app.desk("Handler-1").await;
    sql::execute(app.store(), "ALTER TABLE audit RENAME TO elsewhere").await;
    let answer = desk.post(&app, "/api/1/desk/sign-out", json!({})).await;
    refused(answer, 503, "unavailable").await;
    assert_eq!(desk.get(&app, "/api/1/desk/me").await.status(), 200);
    sql::execute(app.store(), "ALTER TABLE elsewhere RENAME TO audit").await;
    assert_eq!(
        desk.post(&app, "/api/1/desk/sign-out", json!({}))
            .await
            .status(),
        204
    );
}

/// What the command line notes in the trail.
const COMMANDS: [&str; 7] = [
    "init",
    "invite",
    "pin",
    "backup",
    "restore",
    "recovery-new",
    "recovery",
];

#[test]
fn every_act_has_its_words_at_the_desk_and_no_other_has() {
    let text = concat!(env!("CARGO_MANIFEST_DIR"), "/text/desk.en.json");
    let text: serde_json::Value =
        serde_json::from_str(&std::fs::read_to_string(text).unwrap()).unwrap();
    let named = text["audit"]["acts"].as_object().unwrap();
    let mut acts: Vec<&str> = TABLE
        .iter()
        .filter_map(|duty| match duty.audit {
            Audit::Before(act) | Audit::Itself(act) => Some(act),
            Audit::Nothing => None,
        })
        .chain(COMMANDS)
        .collect();
    acts.sort_unstable();
    acts.dedup();
    let mut named: Vec<&str> = named.keys().map(String::as_str).collect();
    named.sort_unstable();
    assert_eq!(acts, named);
}

fn said(who: Who) -> &'static str {
    match who {
        Who::Anybody => "anybody",
        Who::LinkHolder => "whoever holds a link",
        Who::Member => "members",
        Who::Reader => "readers",
        Who::Lead => "leads",
        Who::Administrator => "administrators",
        Who::LeadOrAdministrator => "leads, administrators",
        Who::Auditor => "auditors",
    }
}

fn page() -> String {
    let mut page = "\
# Roles and duties

Who may make which call of the desk and of enrolment, and what the audit trail (A8) says of it. This page is made from
`src/duties.rs`, by which the service lets calls in; a call that is not here is refused.

- *Whoever holds a link* shows its secret with every call (A9).
- *Members* are signed in. *Readers* are listed by the root in force as handler, investigator, authority, support or
  custodian; which case they may open depends on their grants and their declaration (K7, K8). *Leads* are in the last lead
  list; *administrators* and *auditors* are listed as such (A11).
- *Fresh*: the session must have seen a second factor within five minutes (A10). A grant to somebody outside the case's
  teams needs that too, and so do the acts `route` and `lift` (Q4).
- An act in the trail is written before it is done. One that is refused after that has a second row, with the code of the
  refusal. Acts marked * are written by the call itself, because only it learns whose they are; of failed sign-ins those of
  accounts that there are.

| call | who | fresh | act in the audit trail |
|---|---|---|---|
"
    .to_owned();
    for duty in TABLE {
        let act = match duty.audit {
            Audit::Nothing => String::new(),
            Audit::Before(act) => format!("`{act}`"),
            Audit::Itself(act) => format!("`{act}` *"),
        };
        let fresh = if duty.fresh { "yes" } else { "" };
        page += &format!(
            "| `{} {}` | {} | {fresh} | {act} |\n",
            duty.method,
            duty.address,
            said(duty.who)
        );
    }
    let commands = COMMANDS.map(|act| format!("`{act}`")).join(", ");
    page += &format!("\nActs on the command line, with nobody's id: {commands}.\n");
    page
}

#[test]
fn the_page_of_roles_is_made_from_the_table() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/roles.md");
    if std::env::var_os("RIGHTLINE_WRITE_DOCS").is_some() {
        std::fs::write(path, page()).unwrap();
    }
    let kept = std::fs::read_to_string(path).unwrap_or_default();
    assert_eq!(kept, page(), "write it again with RIGHTLINE_WRITE_DOCS=1");
}
