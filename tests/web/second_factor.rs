//! Second factors: what is asked for at sign-in and before what matters, and what a member does with them.

use reqwest::{Method, Response};
use rightline::staff::totp;
use serde_json::{Value, json};

use crate::both;
use crate::support::enrol::{Codes, Newcomer, member};
use crate::support::member::call;
use crate::support::refusal::{refused, whole};
use crate::support::session::derived;
use crate::support::{Session, TestApp, sql};

const FACTORS: &str = "/api/1/desk/factors";
const FRESH: &str = "/api/1/desk/fresh";
const SIGN_IN: &str = "/api/1/desk/sign-in";

/// A try to sign in with a login secret that was derived before.
async fn attempt(app: &TestApp, cookie: &str, label: &str, login: &str, code: &str) -> Response {
    let body = json!({ "label": label, "login": login, "code": code });
    call(app, cookie, Method::POST, SIGN_IN, Some(body)).await
}

async fn login(app: &TestApp, newcomer: &Newcomer) -> String {
    derived(app, app.id(), &newcomer.label, &newcomer.passphrase)
        .await
        .2
}

both!(
    whatever_is_wrong_at_sign_in_the_bytes_are_the_same,
    |base| {
        let app = TestApp::start(base).await;
        let (newcomer, _) = member(&app, "Handler-8").await;
        let right = login(&app, &newcomer).await;
        let codes = newcomer.codes.as_ref().unwrap();
        let (other, _) = member(&app, "Handler-9").await;
        let good = newcomer.code(&app);
        let now = app.clock.seconds();
        let wrong = "ab".repeat(32);
        let refusal = whole(attempt(&app, "", "Nobody", &wrong, "").await).await;
        assert_eq!(refusal.0, 401);
        for (login, code) in [
            (&wrong, good.clone()),
            (&wrong, String::new()),
            (&right, String::new()),
            (&right, "000000".to_owned()),
        ] {
            let answer = attempt(&app, "", "Handler-8", login, &code).await;
            assert_eq!(whole(answer).await, refusal, "{code}");
        }
        app.clock.turn(60);
        for code in [
            other.code(&app),
            codes.at(now - 60),
            codes.at(now + 60 + 3 * totp::STEP),
            format!(" {good}"),
        ] {
            let answer = attempt(&app, "", "Handler-8", &right, &code).await;
            assert_eq!(whole(answer).await, refusal, "{code}");
            app.clock.turn(900);
            sql::execute(app.store(), "DELETE FROM failures").await;
        }
        // A wrong passphrase uses no code up.
        let code = newcomer.code(&app);
        assert_eq!(
            whole(attempt(&app, "", "Handler-8", &wrong, &code).await).await,
            refusal
        );
        assert_eq!(
            attempt(&app, "", "Handler-8", &right, &code).await.status(),
            200
        );
        // But a code that let somebody in does not do it again.
        let again = attempt(&app, "", "Handler-8", &right, &code).await;
        assert_eq!(whole(again).await, refusal);
        let text = "UPDATE members SET state = 'suspended' WHERE label = 'Handler-8'";
        sql::execute(app.store(), text).await;
        let code = newcomer.code(&app);
        let suspended = attempt(&app, "", "Handler-8", &right, &code).await;
        assert_eq!(whole(suspended).await, refusal);
    }
);

both!(a_code_from_a_clock_that_is_a_minute_off_is_taken, |base| {
    let app = TestApp::start(base).await;
    let (newcomer, _) = member(&app, "Handler-8").await;
    let login = login(&app, &newcomer).await;
    let codes = newcomer.codes.as_ref().unwrap();
    app.clock.turn(600);
    for apart in [-60, 0, 60] {
        app.clock.turn(300);
        let code = codes.at(app.clock.seconds() + apart);
        assert_eq!(
            attempt(&app, "", "Handler-8", &login, &code).await.status(),
            200,
            "{apart}"
        );
    }
    // After a code of the next minute, none of this one.
    let code = codes.at(app.clock.seconds() + 30);
    refused(
        attempt(&app, "", "Handler-8", &login, &code).await,
        401,
        "sign-in",
    )
    .await;
});

both!(one_code_lets_one_in_of_many_at_once, |base| {
    let app = TestApp::start(base).await;
    let (newcomer, _) = member(&app, "Handler-8").await;
    let login = login(&app, &newcomer).await;
    app.clock.turn(60);
    let code = newcomer.code(&app);
    let tries = (0..4).map(|_| attempt(&app, "", "Handler-8", &login, &code));
    let answers = futures_util::future::join_all(tries).await;
    let mut statuses: Vec<u16> = answers
        .iter()
        .map(|answer| answer.status().as_u16())
        .collect();
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 401, 401, 401]);
});

both!(wrong_codes_are_slowed_as_wrong_passphrases_are, |base| {
    let app = TestApp::start(base).await;
    let (newcomer, session) = member(&app, "Handler-8").await;
    let right = login(&app, &newcomer).await;
    app.clock.turn(60);
    let code = newcomer.code(&app);
    let answer = attempt(&app, "", "Handler-8", &right, &code).await;
    let cookies = answer.headers().get_all("set-cookie").iter();
    let mut known = cookies.map(|cookie| {
        cookie
            .to_str()
            .unwrap()
            .split(';')
            .next()
            .unwrap()
            .to_owned()
    });
    let known = known
        .find(|cookie| cookie.starts_with("__Secure-"))
        .unwrap();
    let code = newcomer.code(&app);
    for _ in 0..6 {
        refused(
            attempt(&app, "", "Handler-8", &right, "000000").await,
            401,
            "sign-in",
        )
        .await;
    }
    refused(
        attempt(&app, "", "Handler-8", &right, &code).await,
        429,
        "slow-down",
    )
    .await;
    // A colleague cannot be locked out: not from where they were before, and not out of their session.
    assert_eq!(
        attempt(&app, &known, "Handler-8", &right, &code)
            .await
            .status(),
        200
    );
    let code = newcomer.code(&app);
    session.refresh(&app, &code).await;
});

both!(a_second_factor_is_fresh_for_five_minutes, |base| {
    let app = TestApp::start(base).await;
    let (newcomer, session) = member(&app, "Handler-8").await;
    let add = || session.post(&app, "/api/1/desk/factors/totp", json!({ "name": "Phone" }));
    assert_eq!(add().await.status(), 201);
    app.clock.turn(299);
    assert_eq!(add().await.status(), 201);
    app.clock.turn(1);
    refused(add().await, 403, "second-factor").await;
    assert_eq!(session.read(&app, "/api/1/desk/me").await["fresh"], false);
    // A wrong code and one that was used change nothing; the right one lets the call through.
    let code = newcomer.code(&app);
    for wrong in ["000000", ""] {
        let answer = session.post(&app, FRESH, json!({ "code": wrong })).await;
        refused(answer, 401, "second-factor").await;
    }
    refused(add().await, 403, "second-factor").await;
    session.refresh(&app, &code).await;
    assert_eq!(add().await.status(), 201);
    let again = session.post(&app, FRESH, json!({ "code": code })).await;
    refused(again, 401, "second-factor").await;
    // It is the session that is fresh, not the member.
    let other = newcomer.sign_in(&app).await.ok().unwrap();
    app.clock.turn(400);
    session.refresh(&app, &newcomer.code(&app)).await;
    assert_eq!(other.read(&app, "/api/1/desk/me").await["fresh"], false);
    for body in [
        json!({}),
        json!({ "code": 1 }),
        json!({ "code": "1", "more": 1 }),
        json!([]),
    ] {
        refused(session.post(&app, FRESH, body).await, 400, "malformed").await;
    }
});

both!(
    wrong_codes_in_a_session_are_slowed_for_their_member_alone,
    |base| {
        let app = TestApp::start(base).await;
        let (newcomer, session) = member(&app, "Handler-8").await;
        let (other, theirs) = member(&app, "Handler-9").await;
        for _ in 0..6 {
            let answer = session.post(&app, FRESH, json!({ "code": "000000" })).await;
            refused(answer, 401, "second-factor").await;
        }
        let code = newcomer.code(&app);
        let answer = session.post(&app, FRESH, json!({ "code": code })).await;
        refused(answer, 429, "slow-down").await;
        theirs.refresh(&app, &other.code(&app)).await;
        app.clock.turn(2);
        session.refresh(&app, &newcomer.code(&app)).await;
    }
);

async fn factors(app: &TestApp, session: &Session) -> Vec<Value> {
    session.read(app, FACTORS).await["factors"]
        .as_array()
        .unwrap()
        .clone()
}

async fn add(app: &TestApp, session: &Session, name: &str) -> (String, Codes) {
    let answer = session
        .post(app, "/api/1/desk/factors/totp", json!({ "name": name }))
        .await;
    assert_eq!(answer.status(), 201);
    let shown: Value = answer.json().await.unwrap();
    (
        shown["id"].as_str().unwrap().to_owned(),
        Codes::scan(&shown),
    )
}

async fn act(app: &TestApp, session: &Session, id: &str, act: &str, body: Value) -> Response {
    session
        .post(app, &format!("{FACTORS}/{id}/{act}"), body)
        .await
}

both!(factors_are_added_proved_named_and_removed, |base| {
    let app = TestApp::start(base).await;
    let (newcomer, session) = member(&app, "Handler-8").await;
    let first = factors(&app, &session).await;
    assert_eq!(first.len(), 1);
    assert_eq!(
        (&first[0]["kind"], &first[0]["credential"]),
        (&json!("totp"), &json!(""))
    );
    assert_eq!(first[0]["used"], app.today().to_string());
    let old = first[0]["id"].as_str().unwrap();
    refused(
        act(&app, &session, old, "remove", json!({})).await,
        409,
        "last-factor",
    )
    .await;

    // What is not proved counts for nothing.
    let (id, codes) = add(&app, &session, "New phone").await;
    assert_eq!(factors(&app, &session).await.len(), 1);
    refused(
        act(&app, &session, old, "remove", json!({})).await,
        409,
        "last-factor",
    )
    .await;
    let unproved = codes.next(&app);
    let answer = session.post(&app, FRESH, json!({ "code": unproved })).await;
    refused(answer, 401, "second-factor").await;
    let wrong = newcomer.code(&app);
    refused(
        act(&app, &session, &id, "prove", json!({ "code": wrong })).await,
        422,
        "code",
    )
    .await;
    let code = codes.next(&app);
    assert_eq!(
        act(&app, &session, &id, "prove", json!({ "code": code }))
            .await
            .status(),
        204
    );
    let again = codes.next(&app);
    refused(
        act(&app, &session, &id, "prove", json!({ "code": again })).await,
        404,
        "not-found",
    )
    .await;
    let name = json!({ "name": "Work phone" });
    assert_eq!(act(&app, &session, &id, "name", name).await.status(), 204);
    let both = factors(&app, &session).await;
    assert!(
        both.iter()
            .any(|factor| factor["name"] == "Work phone" && factor["id"] == id.as_str())
    );
    for bad in ["", " ", "a\nb", &"x".repeat(61)] {
        let answer = act(&app, &session, &id, "name", json!({ "name": bad })).await;
        refused(answer, 400, "malformed").await;
    }

    // The old one goes, and its codes with it.
    assert_eq!(
        act(&app, &session, old, "remove", json!({})).await.status(),
        204
    );
    refused(
        act(&app, &session, old, "remove", json!({})).await,
        404,
        "not-found",
    )
    .await;
    refused(newcomer.sign_in(&app).await.err().unwrap(), 401, "sign-in").await;
    let code = codes.next(&app);
    let passphrase = &newcomer.passphrase;
    assert!(
        Session::open(&app, app.id(), "Handler-8", passphrase, &code)
            .await
            .is_ok()
    );
    refused(
        act(&app, &session, &id, "remove", json!({})).await,
        409,
        "last-factor",
    )
    .await;
});

both!(two_removals_at_once_leave_a_factor, |base| {
    let app = TestApp::start(base).await;
    let (_, session) = member(&app, "Handler-8").await;
    let (id, codes) = add(&app, &session, "New phone").await;
    let code = codes.next(&app);
    assert_eq!(
        act(&app, &session, &id, "prove", json!({ "code": code }))
            .await
            .status(),
        204
    );
    let ids: Vec<String> = factors(&app, &session)
        .await
        .iter()
        .map(|factor| factor["id"].as_str().unwrap().to_owned())
        .collect();
    let removals = ids
        .iter()
        .map(|id| act(&app, &session, id, "remove", json!({})));
    let answers = futures_util::future::join_all(removals).await;
    let mut statuses: Vec<u16> = answers
        .iter()
        .map(|answer| answer.status().as_u16())
        .collect();
    statuses.sort_unstable();
    assert_eq!(statuses, [204, 409]);
    assert_eq!(factors(&app, &session).await.len(), 1);
});

both!(nobody_touches_a_colleagues_factors, |base| {
    let app = TestApp::start(base).await;
    let (_, session) = member(&app, "Handler-8").await;
    let (_, theirs) = member(&app, "Handler-9").await;
    let (unproved, codes) = add(&app, &theirs, "Phone").await;
    let proved = factors(&app, &theirs).await[0]["id"]
        .as_str()
        .unwrap()
        .to_owned();
    let counts = async || {
        let mut counts = sql::counts(app.store()).await;
        counts.retain(|(table, _)| *table != "audit");
        counts
    };
    let before = counts().await;
    let code = codes.next(&app);
    for id in [unproved.as_str(), &proved, &"0".repeat(32), "x"] {
        for (what, body) in [
            ("prove", json!({ "code": code })),
            ("name", json!({ "name": "Mine" })),
            ("remove", json!({})),
        ] {
            refused(act(&app, &session, id, what, body).await, 404, "not-found").await;
        }
    }
    assert_eq!(counts().await, before);
    // It is still theirs to prove.
    assert_eq!(
        act(&app, &theirs, &unproved, "prove", json!({ "code": code }))
            .await
            .status(),
        204
    );
    assert!(
        factors(&app, &theirs)
            .await
            .iter()
            .all(|factor| factor["name"] != "Mine")
    );
});
