//! `/api/1/desk/accounts`, `/invitations` and `/service`: what those who look after accounts can do, and what
//! they cannot.

use reqwest::{Method, Response};
use rightline::protocol::directory::{Member, Role, Team};
use rightline::protocol::enrolment::Application;
use rightline::staff::invitations::{GOOD_FOR, Purpose};
use serde_json::{Value, json};

use crate::both;
use crate::support::cast::{listed, session_of};
use crate::support::enrol::{Newcomer, ask, enrol, link};
use crate::support::member::call;
use crate::support::refusal::refused;
use crate::support::{Base, Lead, Session, TestApp, sql};

const ACCOUNTS: &str = "/api/1/desk/accounts";
const INVITATIONS: &str = "/api/1/desk/invitations";
const ME: &str = "/api/1/desk/me";

/// Somebody in a session who posts with a cookie.
struct Caller(String);

impl Caller {
    async fn post(&self, app: &TestApp, path: &str, body: Value) -> Response {
        call(app, &self.0, Method::POST, path, Some(body)).await
    }

    async fn read(&self, app: &TestApp, path: &str) -> Value {
        let answer = call(app, &self.0, Method::GET, path, None).await;
        assert_eq!(answer.status(), 200, "{path}");
        answer.json().await.unwrap()
    }
}

/// Publishes a root that lists these, as administrators or whatever they are.
async fn list(app: &TestApp, members: Vec<Member>) {
    let publish = |team: &str, members: Vec<Member>| Team {
        service: app.id(),
        team: team.parse().unwrap(),
        name: team.to_owned(),
        members,
    };
    let team = publish("newly-listed", members);
    Lead::of(app)
        .publish(app, |_, teams| {
            // Those of the demonstration administer nothing here.
            let administers = |team: &Team| {
                let mut members = team.members.iter();
                members.any(|member| member.has(Role::Administrator))
            };
            teams.retain(|other| !administers(other) && other.team != team.team);
            teams.push(team);
        })
        .await;
    app.clock.turn(5);
}

async fn administrators(app: &TestApp) -> (Caller, Member, Caller, Member) {
    let one = listed("Administrator-8", Role::Administrator, app);
    let two = listed("Administrator-9", Role::Administrator, app);
    list(app, vec![one.clone(), two.clone()]).await;
    let first = Caller(session_of(app, one.member).await);
    let second = Caller(session_of(app, two.member).await);
    (first, one, second, two)
}

both!(an_administrator_invites_and_takes_it_back, |base| {
    let app = TestApp::start(base).await;
    let (administrator, own, ..) = administrators(&app).await;
    let invite = async |label: &str, replaces: &str| {
        let body = json!({ "label": label, "replaces": replaces });
        administrator.post(&app, INVITATIONS, body).await
    };
    let answer = invite("Investigator-9", "").await;
    assert_eq!(answer.status(), 201);
    let invited: Value = answer.json().await.unwrap();
    assert_eq!(invited["until"], app.clock.seconds() + GOOD_FOR);
    let secret = invited["secret"].as_str().unwrap();
    let open: Value = ask(&app, "open", secret, json!({}))
        .await
        .json()
        .await
        .unwrap();
    assert_eq!(
        (&open["label"], &open["purpose"]),
        (&json!("Investigator-9"), &json!("member"))
    );
    let listed = administrator.read(&app, INVITATIONS).await;
    assert_eq!(listed["next"], Value::Null);
    let row = &listed["invitations"][0];
    assert_eq!(
        (&row["label"], &row["by"]),
        (&json!("Investigator-9"), &json!(own.member.to_string()))
    );
    // What is listed does not open anything.
    let id = row["id"].as_str().unwrap();
    assert!(!listed.to_string().contains(secret));
    refused(
        ask(&app, "open", &id.repeat(2), json!({})).await,
        404,
        "invitation",
    )
    .await;

    // Withdrawn while somebody is at it: what they began is gone.
    let mut newcomer = Newcomer::open(&app, secret, "Investigator-9")
        .await
        .ok()
        .unwrap();
    newcomer.set_keys(&app).await;
    let path = format!("{INVITATIONS}/{id}/withdraw");
    assert_eq!(
        administrator.post(&app, &path, json!({})).await.status(),
        204
    );
    refused(
        administrator.post(&app, &path, json!({})).await,
        404,
        "not-found",
    )
    .await;
    refused(newcomer.prove(&app).await, 404, "invitation").await;
    assert_eq!(
        sql::count(app.store(), "members WHERE state = 'enrolling'").await,
        0
    );
    assert_eq!(sql::count(app.store(), "factors").await, 0);

    refused(invite("", "").await, 400, "malformed").await;
    refused(invite(&"x".repeat(61), "").await, 400, "malformed").await;
    refused(invite("Investigator-9", "x").await, 400, "malformed").await;
    refused(
        invite("Investigator-9", &"0".repeat(32)).await,
        404,
        "not-found",
    )
    .await;
    let replaced = app.desk("Handler-3").await.vault.member.to_string();
    let answer: Value = invite("Handler-3b", &replaced).await.json().await.unwrap();
    let secret = answer["secret"].as_str().unwrap();
    let newcomer = enrol(&app, secret, "Handler-3b").await;
    assert_eq!(
        newcomer.application(&app).replaces.unwrap().to_string(),
        replaced
    );
    let listed = administrator.read(&app, ACCOUNTS).await;
    let rows = listed["accounts"].as_array().unwrap();
    let row = rows
        .iter()
        .find(|row| row["label"] == "Handler-3b")
        .unwrap();
    assert_eq!(row["replaces"], replaced.as_str());
});

fn row<'a>(listed: &'a Value, label: &str) -> &'a Value {
    let rows = listed["accounts"].as_array().unwrap();
    rows.iter().find(|row| row["label"] == label).unwrap()
}

both!(
    whoever_is_endorsed_is_listed_with_the_key_they_applied_with,
    |base| {
        let app = TestApp::start(base).await;
        let (_, one, _, two) = administrators(&app).await;
        let newcomer = enrol(&app, &link(&app, Purpose::Member).await, "Handler-8").await;
        let session = newcomer.sign_in(&app).await.ok().unwrap();
        let administrator = Caller(session_of(&app, one.member).await);
        let listed = administrator.read(&app, ACCOUNTS).await;
        let account = row(&listed, "Handler-8");
        assert_eq!(
            (
                &account["state"],
                &account["endorsed"],
                &account["factors"],
                &account["sessions"]
            ),
            (&json!("enrolled"), &json!(false), &json!(1), &json!(1))
        );
        assert_eq!(account["created"], app.today().to_string());
        let signed = crate::support::member::signed(&account["application"]);
        let applied = Application::read(&signed, &app.id()).unwrap();
        assert_eq!(applied.member, newcomer.vault.member);
        let demonstrated = row(&listed, "Handler-1");
        assert_eq!(
            (
                &demonstrated["endorsed"],
                &demonstrated["roles"],
                &demonstrated["teams"],
                &demonstrated["lead"]
            ),
            (
                &json!(true),
                &json!(["handler"]),
                &json!(["intake"]),
                &json!(false)
            )
        );

        // Listed, but with another key: somebody else's words were endorsed.
        let mut as_applied = crate::support::cast::listed("Handler-8", Role::Handler, &app);
        as_applied.member = newcomer.vault.member;
        list(&app, vec![one.clone(), two.clone(), as_applied.clone()]).await;
        assert_eq!(session.read(&app, ME).await["endorsed"], false);
        as_applied.key = applied.key;
        as_applied.recipient = applied.recipient;
        list(&app, vec![one.clone(), two.clone(), as_applied]).await;
        let session = newcomer.sign_in(&app).await.ok().unwrap();
        let me = session.read(&app, ME).await;
        assert_eq!(
            (&me["endorsed"], &me["roles"]),
            (&json!(true), &json!(["handler"]))
        );
        let administrator = Caller(session_of(&app, one.member).await);
        assert_eq!(
            row(&administrator.read(&app, ACCOUNTS).await, "Handler-8")["endorsed"],
            true
        );
    }
);

async fn suspend(app: &TestApp, who: &Caller, member: &Member) -> Response {
    who.post(
        app,
        &format!("{ACCOUNTS}/{}/suspend", member.member),
        json!({}),
    )
    .await
}

both!(
    a_suspended_member_is_out_until_they_are_let_in_again,
    |base| {
        let app = TestApp::start(base).await;
        let (administrator, ..) = administrators(&app).await;
        let newcomer = enrol(&app, &link(&app, Purpose::Member).await, "Handler-8").await;
        let session = newcomer.sign_in(&app).await.ok().unwrap();
        let account = format!("{ACCOUNTS}/{}", newcomer.vault.member);
        let act = async |what: &str| {
            administrator
                .post(&app, &format!("{account}/{what}"), json!({}))
                .await
        };
        assert_eq!(act("end-sessions").await.status(), 204);
        refused(session.get(&app, ME).await, 401, "signed-out").await;
        let session = newcomer.sign_in(&app).await.ok().unwrap();
        assert_eq!(act("suspend").await.status(), 204);
        refused(session.get(&app, ME).await, 401, "signed-out").await;
        refused(newcomer.sign_in(&app).await.err().unwrap(), 401, "sign-in").await;
        assert_eq!(
            row(&administrator.read(&app, ACCOUNTS).await, "Handler-8")["state"],
            "suspended"
        );
        assert_eq!(act("suspend").await.status(), 204);
        assert_eq!(act("restore").await.status(), 204);
        assert!(newcomer.sign_in(&app).await.is_ok());
        // Who does not exist, and who has not enrolled yet.
        let mut begun = Newcomer::open(&app, &link(&app, Purpose::Member).await, "Handler-9")
            .await
            .ok()
            .unwrap();
        begun.set_keys(&app).await;
        for member in [
            begun.vault.member.to_string(),
            "0".repeat(32),
            "x".to_owned(),
        ] {
            for what in ["suspend", "restore", "end-sessions"] {
                let path = format!("{ACCOUNTS}/{member}/{what}");
                refused(
                    administrator.post(&app, &path, json!({})).await,
                    404,
                    "not-found",
                )
                .await;
            }
        }
    }
);

both!(
    an_administrator_is_left_whatever_they_do_to_each_other,
    |base| {
        let app = TestApp::start(base).await;
        let (first, one, second, two) = administrators(&app).await;
        refused(suspend(&app, &first, &one).await, 403, "not-allowed").await;
        let (there, back) =
            futures_util::future::join(suspend(&app, &first, &two), suspend(&app, &second, &one))
                .await;
        let mut statuses = [there.status().as_u16(), back.status().as_u16()];
        statuses.sort_unstable();
        // Whoever came second was suspended already, or would have been the last.
        assert!([[204, 401], [204, 409]].contains(&statuses), "{statuses:?}");
        let left = "members WHERE state = 'enrolled' AND label LIKE 'Played-%'";
        assert_eq!(sql::count(app.store(), left).await, 1);
    }
);

both!(
    the_founding_administrator_is_one_while_the_directory_lists_none,
    |base| {
        let app = TestApp::start(base).await;
        Lead::of(&app)
            .publish(&app, |_, teams| {
                teams.retain(|team| {
                    !team
                        .members
                        .iter()
                        .any(|member| member.has(Role::Administrator))
                });
            })
            .await;
        app.clock.turn(5);
        let founder = enrol(
            &app,
            &link(&app, Purpose::Administrator).await,
            "Administrator-8",
        )
        .await;
        let session = founder.sign_in(&app).await.ok().unwrap();
        assert_eq!(session.read(&app, ME).await["administrator"], true);
        assert_eq!(session.get(&app, ACCOUNTS).await.status(), 200);
        list(
            &app,
            vec![listed("Administrator-9", Role::Administrator, &app)],
        )
        .await;
        let session: Session = founder.sign_in(&app).await.ok().unwrap();
        assert_eq!(session.read(&app, ME).await["administrator"], false);
        refused(session.get(&app, ACCOUNTS).await, 403, "not-allowed").await;
    }
);

both!(the_state_of_the_service_is_counted, |base| {
    let app = TestApp::start(base).await;
    let (administrator, ..) = administrators(&app).await;
    crate::support::Reporter::file(&app, "x").await;
    let state = administrator.read(&app, "/api/1/desk/service").await;
    assert_eq!(
        state["database"],
        if base == Base::Sqlite {
            "sqlite"
        } else {
            "postgres"
        }
    );
    assert!(state["database_bytes"].as_i64() > Some(50_000));
    assert_eq!(state["free_bytes"].is_u64(), base == Base::Sqlite);
    assert_eq!(state["version"], env!("CARGO_PKG_VERSION"));
    let counts = &state["counts"];
    assert_eq!(counts["cases"], 1);
    for (name, table) in [
        ("members", "members"),
        ("sessions", "sessions"),
        ("audit", "audit"),
    ] {
        assert_eq!(counts[name], sql::count(app.store(), table).await, "{name}");
    }
    assert_eq!(
        (&state["founded"], &state["pinned"]),
        (&json!(true), &json!(true))
    );
    let teams = state["teams"].as_array().unwrap();
    let intake = teams.iter().find(|team| team["team"] == "intake").unwrap();
    assert_eq!(
        (&intake["route"], &intake["published"], &intake["readers"]),
        (&json!("intake"), &json!(true), &json!(3))
    );
    assert!(!state["units"].as_array().unwrap().is_empty());
});

both!(accounts_and_invitations_are_served_in_pages, |base| {
    let app = TestApp::start(base).await;
    let (administrator, ..) = administrators(&app).await;
    for place in 0..5 {
        let body = json!({ "label": format!("Investigator-{}", 20 + place), "replaces": "" });
        assert_eq!(
            administrator.post(&app, INVITATIONS, body).await.status(),
            201
        );
    }
    for (path, name, id) in [
        (ACCOUNTS, "accounts", "member"),
        (INVITATIONS, "invitations", "id"),
    ] {
        let ids = |page: &Value| -> Vec<String> {
            let rows = page[name].as_array().unwrap().iter();
            rows.map(|row| row[id].as_str().unwrap().to_owned())
                .collect()
        };
        let whole = administrator.read(&app, path).await;
        assert_eq!(whole["next"], Value::Null);
        let whole = ids(&whole);
        assert!(whole.len() >= 5 && whole.is_sorted(), "{name}");
        let mut found = Vec::new();
        let mut after = String::new();
        loop {
            let page = administrator
                .read(&app, &format!("{path}?limit=2{after}"))
                .await;
            let rows = ids(&page);
            assert!(rows.len() <= 2, "{name}");
            found.extend(rows);
            match page["next"].as_str() {
                Some(next) => after = format!("&after={next}"),
                None => break,
            }
        }
        assert_eq!(found, whole, "{name}");
        for wrong in ["?after=x", "?limit=x", "?label=x"] {
            let answer = call(
                &app,
                &administrator.0,
                Method::GET,
                &format!("{path}{wrong}"),
                None,
            )
            .await;
            refused(answer, 400, "malformed").await;
        }
    }
});
