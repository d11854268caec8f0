//! `/api/1/desk/sessions`: one's own, and nobody else's.

use reqwest::Method;
use serde_json::{Value, json};

use crate::both;
use crate::support::enrol::member;
use crate::support::member::call;
use crate::support::refusal::refused;
use crate::support::session::{cookie, derived};
use crate::support::{Session, TestApp, sql};

const ME: &str = "/api/1/desk/me";
const SESSIONS: &str = "/api/1/desk/sessions";

async fn sessions(app: &TestApp, session: &Session) -> Vec<Value> {
    session.read(app, SESSIONS).await["sessions"]
        .as_array()
        .unwrap()
        .clone()
}

fn id(session: &Value) -> String {
    session["id"].as_str().unwrap().to_owned()
}

both!(a_member_sees_and_ends_their_sessions, |base| {
    let app = TestApp::start(base).await;
    let (newcomer, one) = member(&app, "Handler-8").await;
    let two = newcomer.sign_in(&app).await.ok().unwrap();
    let (_, colleague) = member(&app, "Handler-9").await;
    let seen = sessions(&app, &one).await;
    assert_eq!(seen.len(), 2);
    let own: Vec<bool> = seen.iter().map(|session| session["own"] == true).collect();
    assert_eq!(own, [false, true]);
    assert!(seen[0]["opened"].as_i64() > seen[1]["opened"].as_i64());
    // Neither a cookie nor its digest is in it.
    let text = serde_json::to_string(&seen).unwrap();
    let value = two.cookie.split_once('=').unwrap().1;
    let digest = rightline::protocol::Digest::of(value.as_bytes()).to_string();
    assert!(!text.contains(value) && !text.contains(&digest));

    // A colleague cannot end it, nor learn that it is there.
    let end = |id: &str| format!("{SESSIONS}/{id}/end");
    for foreign in [
        id(&seen[0]),
        id(&seen[1]),
        "0".repeat(32),
        "x".to_owned(),
        digest,
    ] {
        refused(
            colleague.post(&app, &end(&foreign), json!({})).await,
            404,
            "not-found",
        )
        .await;
    }
    assert_eq!(two.get(&app, ME).await.status(), 200);
    assert_eq!(
        one.post(&app, &end(&id(&seen[0])), json!({}))
            .await
            .status(),
        204
    );
    refused(two.get(&app, ME).await, 401, "signed-out").await;
    refused(
        one.post(&app, &end(&id(&seen[0])), json!({})).await,
        404,
        "not-found",
    )
    .await;
    assert_eq!(sessions(&app, &one).await.len(), 1);

    let three = newcomer.sign_in(&app).await.ok().unwrap();
    let others = format!("{SESSIONS}/end-others");
    assert_eq!(three.post(&app, &others, json!({})).await.status(), 204);
    refused(one.get(&app, ME).await, 401, "signed-out").await;
    assert_eq!(three.get(&app, ME).await.status(), 200);
    assert_eq!(colleague.get(&app, ME).await.status(), 200);
});

both!(a_cookie_that_was_there_before_is_never_adopted, |base| {
    let app = TestApp::start(base).await;
    let (newcomer, victim) = member(&app, "Handler-8").await;
    let (_, attacker) = member(&app, "Handler-9").await;
    let (_, _, login) = derived(&app, app.id(), "Handler-8", &newcomer.passphrase).await;
    let planted = format!("__Host-rightline={}", "ab".repeat(32));
    for before in [planted, attacker.cookie.clone(), victim.cookie.clone()] {
        app.clock.turn(60);
        let body = json!({ "label": "Handler-8", "login": login, "code": newcomer.code(&app) });
        let path = "/api/1/desk/sign-in";
        let answer = call(&app, &before, Method::POST, path, Some(body)).await;
        assert_eq!(answer.status(), 200);
        assert_ne!(cookie(&answer), before);
    }
    // What was planted opens nothing, and the attacker is who they were.
    let planted = format!("__Host-rightline={}", "ab".repeat(32));
    refused(
        call(&app, &planted, Method::GET, ME, None).await,
        401,
        "signed-out",
    )
    .await;
    assert_eq!(attacker.read(&app, ME).await["label"], "Handler-9");
});

both!(a_session_that_somebody_wrote_is_none, |base| {
    let app = TestApp::start(base).await;
    let (_, victim) = member(&app, "Handler-8").await;
    let (_, attacker) = member(&app, "Handler-9").await;
    let now = app.clock.seconds();
    let id = victim.vault.member;
    // Under the digest of a cookie, as one who does not have the service's secrets can work it out.
    let drawn = hex::encode([7; 32]);
    for cookie in [drawn.clone(), format!("{id}{drawn}")] {
        let digest = rightline::protocol::Digest::of(cookie.as_bytes());
        let made = format!(
            "INSERT INTO sessions SELECT $1, id, {now}, {now}, {now} FROM members WHERE label = 'Handler-8'"
        );
        sql::execute_with(app.store(), &made, digest.as_bytes()).await;
        let cookie = format!("__Host-rightline={cookie}");
        let answer = call(&app, &cookie, Method::GET, ME, None).await;
        refused(answer, 401, "signed-out").await;
    }
    // One's own, made somebody else's.
    assert_eq!(attacker.get(&app, ME).await.status(), 200);
    sql::execute_with(
        app.store(),
        "UPDATE sessions SET member = $1",
        id.as_bytes(),
    )
    .await;
    refused(attacker.get(&app, ME).await, 401, "signed-out").await;
    let own = attacker.vault.member.to_string();
    let turned = attacker.cookie.replace(&own, &id.to_string());
    assert_ne!(turned, attacker.cookie);
    let answer = call(&app, &turned, Method::GET, ME, None).await;
    refused(answer, 401, "signed-out").await;
    assert_eq!(victim.get(&app, ME).await.status(), 200);
});

both!(another_site_signs_nobody_out, |base| {
    let app = TestApp::start(base).await;
    let (_, session) = member(&app, "Handler-8").await;
    for (name, value) in [
        ("origin", "https://evil.example"),
        ("sec-fetch-site", "cross-site"),
    ] {
        let request = app.http.post(app.url("/api/1/desk/sign-out"));
        let request = request
            .header("cookie", &session.cookie)
            .header("rightline-desk", "1");
        refused(
            request.header(name, value).send().await.unwrap(),
            403,
            "foreign",
        )
        .await;
    }
    // As a form would: without the header that only the desk's own page can send.
    let request = app.http.post(app.url("/api/1/desk/sign-out"));
    let request = request.header("cookie", &session.cookie);
    let request = request.header("content-type", "application/x-www-form-urlencoded");
    refused(request.body("a=b").send().await.unwrap(), 403, "foreign").await;
    assert_eq!(session.get(&app, ME).await.status(), 200);
    assert_eq!(
        sql::count(app.store(), "audit WHERE act = 'sign-out'").await,
        0
    );
});
