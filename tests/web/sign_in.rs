//! `/api/1/desk`: signing in and out, sessions, and requests from elsewhere.

use reqwest::{Method, Response};
use rightline::duties;
use serde_json::{Value, json};

use crate::both;
use crate::support::member::call;
use crate::support::refusal::{refused, strict, whole};
use crate::support::{Base, Desk, TestApp, sql};

/// Every call of the desk and of enrolment, with made-up names where an address has places.
pub(crate) fn calls() -> Vec<(Method, String)> {
    let named = |address: &str| {
        address
            .replace("{case}", &"0".repeat(64))
            .replace("{member}", &"0".repeat(32))
            .replace("{record}", "notes")
            .replace("{id}", &"0".repeat(32))
    };
    let calls = duties::TABLE.iter();
    calls
        .map(|duty| (duty.method.parse().unwrap(), named(duty.address)))
        .collect()
}

const PARAMETERS: &str = "/api/1/desk/parameters";
const SIGN_IN: &str = "/api/1/desk/sign-in";
const ME: &str = "/api/1/desk/me";

async fn post(app: &TestApp, path: &str, body: Value) -> Response {
    call(app, "", Method::POST, path, Some(body)).await
}

async fn parameters(app: &TestApp, label: &str) -> Value {
    let answer = post(app, PARAMETERS, json!({ "label": label })).await;
    assert_eq!(answer.status(), 200);
    strict(answer.headers());
    answer.json().await.unwrap()
}

/// A try with a wrong passphrase.
async fn wrong(app: &TestApp, label: &str) -> Response {
    post(
        app,
        SIGN_IN,
        json!({ "label": label, "login": "ab".repeat(32), "code": "" }),
    )
    .await
}

both!(a_label_that_nobody_has_looks_like_any_other, |base| {
    let app = TestApp::start(base).await;
    let known = parameters(&app, "Handler-1").await;
    let unknown = parameters(&app, "Handler-99").await;
    assert_eq!(parameters(&app, "Handler-99").await, unknown);
    let names = |value: &Value| {
        value
            .as_object()
            .unwrap()
            .keys()
            .cloned()
            .collect::<Vec<_>>()
    };
    assert_eq!(names(&known), names(&unknown));
    for (name, length) in [("member", 32), ("salt", 32)] {
        assert_eq!(unknown[name].as_str().unwrap().len(), length);
        assert_ne!(unknown[name], known[name]);
        assert_ne!(unknown[name], parameters(&app, "Handler-98").await[name]);
    }
    for name in ["memory", "passes", "lanes"] {
        assert_eq!(unknown[name], known[name]);
    }
    assert_eq!(
        (
            known["memory"].as_u64(),
            known["passes"].as_u64(),
            known["lanes"].as_u64()
        ),
        (Some(65_536), Some(3), Some(1))
    );
    for strange in [
        "",
        "\u{0}",
        "Handler-1\u{0}",
        "\u{202e}",
        &"x".repeat(3_000),
        "' OR 1=1 --",
    ] {
        parameters(&app, strange).await;
        refused(wrong(&app, strange).await, 401, "sign-in").await;
    }
});

both!(
    a_wrong_label_and_a_wrong_passphrase_get_the_same_bytes,
    |base| {
        let app = TestApp::start(base).await;
        let known = whole(wrong(&app, "Handler-1").await).await;
        assert_eq!(known.0, 401);
        assert!(known.1.iter().all(|(name, _)| name != "set-cookie"));
        for label in ["Handler-99", "handler-1", "", "Custodian-1"] {
            assert_eq!(whole(wrong(&app, label).await).await, known, "{label}");
        }
        // Another member's passphrase is as wrong.
        let theirs = app.person("Handler-2").passphrase.to_string();
        let refusal = Desk::sign_in(&app, "Handler-1", &theirs)
            .await
            .err()
            .unwrap();
        assert_eq!(whole(refusal).await, known);
        assert_eq!(sql::count(app.store(), "sessions").await, 0);
    }
);

async fn retry_after(answer: Response) -> u64 {
    let seconds = answer.headers()["retry-after"]
        .to_str()
        .unwrap()
        .parse()
        .unwrap();
    refused(answer, 429, "slow-down").await;
    seconds
}

both!(many_wrong_tries_slow_one_label_down_and_no_other, |base| {
    let app = TestApp::start(base).await;
    let session = app.desk("Handler-1").await;
    for label in ["Handler-1", "Handler-99"] {
        for _ in 0..6 {
            refused(wrong(&app, label).await, 401, "sign-in").await;
        }
        assert_eq!(retry_after(wrong(&app, label).await).await, 2);
    }
    // Waiting is for everybody who uses the label; those who are signed in stay so.
    let right = app.person("Handler-1").passphrase.to_string();
    let refusal = Desk::sign_in(&app, "Handler-1", &right)
        .await
        .err()
        .unwrap();
    assert_eq!(retry_after(refusal).await, 2);
    assert_eq!(session.get(&app, ME).await.status(), 200);
    app.desk("Handler-2").await;

    // Tries during the pause lengthen nothing; the next wrong one doubles it.
    app.clock.turn(1);
    assert_eq!(retry_after(wrong(&app, "Handler-1").await).await, 1);
    app.clock.turn(1);
    refused(wrong(&app, "Handler-1").await, 401, "sign-in").await;
    assert_eq!(retry_after(wrong(&app, "Handler-1").await).await, 4);
    app.clock.turn(4);
    app.desk("Handler-1").await;
    // The right passphrase forgets the wrong ones.
    for _ in 0..5 {
        refused(wrong(&app, "Handler-1").await, 401, "sign-in").await;
    }
    app.desk("Handler-1").await;
    // No pause is longer than a quarter of an hour.
    for _ in 0..20 {
        wrong(&app, "Handler-99").await;
        app.clock.turn(900);
    }
    wrong(&app, "Handler-99").await;
    assert_eq!(retry_after(wrong(&app, "Handler-99").await).await, 900);
});

both!(a_pause_outlives_a_restart, |base| {
    let mut app = TestApp::start(base).await;
    for _ in 0..7 {
        wrong(&app, "Handler-1").await;
    }
    app.restart().await;
    retry_after(wrong(&app, "Handler-1").await).await;
});

#[tokio::test(flavor = "multi_thread")]
async fn the_cookie_can_be_set_by_nobody_else_and_read_by_no_script() {
    let app = TestApp::start(Base::Sqlite).await;
    let person = app.person("Handler-1");
    let (label, passphrase) = (person.label.clone(), person.passphrase.to_string());
    let desk = Desk::sign_in(&app, &label, &passphrase).await.unwrap();
    let (name, value) = desk.cookie.split_once('=').unwrap();
    assert_eq!((name, value.len()), ("__Host-rightline", 96));
    // The database holds its tag alone.
    let (member, tag) = app.service.keys.session(value).unwrap();
    assert_eq!(member, desk.vault.member);
    let plain = rightline::protocol::Digest::of(value.as_bytes()).to_string();
    for (kept, times) in [(hex::encode(tag), 1), (plain, 0), (value.to_owned(), 0)] {
        let rows = format!("sessions WHERE digest = x'{kept}'");
        assert_eq!(sql::count(app.store(), &rows).await, times);
    }

    let out = desk.post(&app, "/api/1/desk/sign-out", json!({})).await;
    assert_eq!(out.status(), 204);
    let removal = out.headers()["set-cookie"].to_str().unwrap().to_owned();
    assert!(
        removal.starts_with("__Host-rightline=;") && removal.contains("Max-Age=0"),
        "{removal}"
    );
    let again = desk_cookie(&app, &label, &passphrase).await;
    for set in [&removal, &again] {
        let mut attributes: Vec<&str> = set.split("; ").skip(1).collect();
        attributes.retain(|attribute| {
            !attribute.starts_with("Max-Age") && !attribute.starts_with("Expires")
        });
        attributes.sort_unstable();
        assert_eq!(
            attributes,
            ["HttpOnly", "Path=/", "SameSite=Strict", "Secure"],
            "{set}"
        );
    }
    // A session of the browser: it ends with it.
    assert!(!again.contains("Max-Age") && !again.contains("Expires"));
}

/// The `Set-Cookie` of a sign-in.
async fn desk_cookie(app: &TestApp, label: &str, passphrase: &str) -> String {
    use rightline::protocol::vault::Stretched;
    let salt = parameters(app, label).await["salt"]
        .as_str()
        .unwrap()
        .to_owned();
    let salt: [u8; 16] = hex::decode(salt).unwrap().try_into().unwrap();
    let passphrase = rightline::secret::Passphrase::new(passphrase.to_owned());
    let login = Stretched::new(&passphrase, &salt).login(&app.id()).to_hex();
    let answer = post(
        app,
        SIGN_IN,
        json!({ "label": label, "login": login.as_str(), "code": "" }),
    )
    .await;
    assert_eq!(answer.status(), 200);
    strict(answer.headers());
    answer.headers()["set-cookie"].to_str().unwrap().to_owned()
}

both!(
    a_session_ends_when_it_is_idle_or_old_or_signed_out,
    |base| {
        let app = TestApp::start(base).await;
        let desk = app.desk("Handler-1").await;
        let me: Value = desk.get(&app, ME).await.json().await.unwrap();
        assert_eq!(
            me,
            json!({
                "member": desk.vault.member.to_string(),
                "label": "Handler-1",
                "idle_minutes": 20,
                "roles": ["handler"],
                "lead": false,
                "administrator": false,
                "endorsed": true,
                "fresh": true,
                "pinned": true,
                "demonstration": true,
            })
        );
        // Used every nineteen minutes it goes on, but not for ever.
        let mut minutes = 0;
        while desk.get(&app, ME).await.status() == 200 {
            app.clock.turn(19 * 60);
            minutes += 19;
        }
        assert!((12 * 60..12 * 60 + 19).contains(&minutes), "{minutes}");
        refused(desk.get(&app, ME).await, 401, "signed-out").await;

        let idle = app.desk("Handler-1").await;
        app.clock.turn(19 * 60 + 59);
        assert_eq!(idle.get(&app, ME).await.status(), 200);
        app.clock.turn(20 * 60);
        refused(idle.get(&app, ME).await, 401, "signed-out").await;

        // One signs out; the other browser of the same member stays in.
        let (one, other) = (app.desk("Handler-1").await, app.desk("Handler-1").await);
        assert_eq!(
            one.post(&app, "/api/1/desk/sign-out", json!({}))
                .await
                .status(),
            204
        );
        refused(one.get(&app, ME).await, 401, "signed-out").await;
        refused(
            one.post(&app, "/api/1/desk/sign-out", json!({})).await,
            401,
            "signed-out",
        )
        .await;
        assert_eq!(other.get(&app, ME).await.status(), 200);
    }
);

#[tokio::test(flavor = "multi_thread")]
async fn no_other_cookie_opens_a_session() {
    let app = TestApp::start(Base::Sqlite).await;
    let desk = app.desk("Handler-1").await;
    let value = desk.cookie.split_once('=').unwrap().1.to_owned();
    let mut bent = value.clone().into_bytes();
    bent[40] = if bent[40] == b'0' { b'1' } else { b'0' };
    let bent = String::from_utf8(bent).unwrap();
    let custodian = app.desk("Custodian-1").await.vault.member.to_string();
    for cookie in [
        format!("rightline={value}"),
        format!("__Host-rightline={bent}"),
        format!("__Host-rightline={}", value.to_uppercase()),
        format!("__Host-rightline={}", &value[1..]),
        format!("__Host-rightline={}", &value[32..]),
        format!("__Host-rightline={custodian}{}", &value[32..]),
        "__Host-rightline=".to_owned(),
        "__Host-rightline=%00".to_owned(),
        "__Host-rightline=' OR ''='".to_owned(),
    ] {
        refused(
            call(&app, &cookie, Method::GET, ME, None).await,
            401,
            "signed-out",
        )
        .await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn bodies_of_another_form_are_refused() {
    let app = TestApp::start(Base::Sqlite).await;
    let login = "ab".repeat(32);
    for body in [
        json!({}),
        json!({ "label": "Handler-1" }),
        json!({ "label": "Handler-1", "login": login }),
        json!({ "label": "Handler-1", "login": "ab", "code": "" }),
        json!({ "label": "Handler-1", "login": login.to_uppercase(), "code": "" }),
        json!({ "label": "Handler-1", "login": login, "code": "", "more": 1 }),
        json!({ "label": "Handler-1", "login": login, "code": 123_456 }),
        json!({ "label": "Handler-1", "login": login, "code": null }),
        json!({ "label": 7, "login": login, "code": "" }),
        json!([]),
    ] {
        refused(post(&app, SIGN_IN, body).await, 400, "malformed").await;
    }
    let long = json!({ "label": "x".repeat(5_000), "login": login, "code": "" });
    refused(post(&app, SIGN_IN, long.clone()).await, 413, "too-large").await;
    refused(post(&app, PARAMETERS, long).await, 413, "too-large").await;
    assert_eq!(sql::count(app.store(), "failures").await, 0);
    let form = app
        .http
        .post(app.url(SIGN_IN))
        .header("rightline-desk", "1");
    let form = form
        .header("content-type", "application/x-www-form-urlencoded")
        .body("label=x");
    refused(form.send().await.unwrap(), 415, "unsupported-media-type").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn requests_of_other_sites_are_refused_on_every_call() {
    let app = TestApp::start(Base::Sqlite).await;
    let desk = app.desk("Handler-1").await;
    let own = app.page_origin().to_owned();
    let other_port = format!("{own}0");
    let foreign: [&[(&str, &str)]; 11] = [
        &[],
        &[("rightline-desk", "0")],
        &[("rightline-desk", "")],
        &[("origin", own.as_str()), ("sec-fetch-site", "same-origin")],
        &[("rightline-desk", "1"), ("origin", "https://evil.example")],
        &[("rightline-desk", "1"), ("origin", "null")],
        &[("rightline-desk", "1"), ("origin", other_port.as_str())],
        &[("rightline-desk", "1"), ("sec-fetch-site", "cross-site")],
        &[("rightline-desk", "1"), ("sec-fetch-site", "same-site")],
        &[("rightline-desk", "1"), ("sec-fetch-site", "none")],
        &[
            ("rightline-desk", "1"),
            ("origin", own.as_str()),
            ("sec-fetch-site", "cross-site"),
        ],
    ];
    let before = sql::counts(app.store()).await;
    for (method, path) in calls() {
        for headers in foreign {
            let mut request = app.http.request(method.clone(), app.url(&path));
            request = request.header("cookie", &desk.cookie);
            for (name, value) in headers {
                request = request.header(*name, *value);
            }
            let body = json!({ "label": "Handler-1", "login": "ab".repeat(32), "code": "" });
            refused(request.json(&body).send().await.unwrap(), 403, "foreign").await;
        }
    }
    // No try was counted, and the session was not ended.
    assert_eq!(sql::counts(app.store()).await, before);
    assert_eq!(desk.get(&app, ME).await.status(), 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn other_methods_and_addresses_are_refused() {
    let app = TestApp::start(Base::Sqlite).await;
    let desk = app.desk("Handler-1").await;
    let all = calls();
    for (method, path) in &all {
        for other in [Method::GET, Method::POST, Method::PUT] {
            if !all.contains(&(other.clone(), path.clone())) {
                let answer = call(&app, &desk.cookie, other, path, None).await;
                refused(answer, 405, "method").await;
            }
        }
        assert_ne!(*method, Method::DELETE);
        let deleted = call(&app, &desk.cookie, Method::DELETE, path, None).await;
        refused(deleted, 405, "method").await;
    }
    for path in [
        "/api/1/desk",
        "/api/1/desk/",
        "/api/1/desk/nothing",
        "/api/1/desk/me/x",
        "/api/2/desk/me",
        "/api/1/desk//me",
        "/api/1/desk/%6de",
        "/api/1/desk/cases/%30",
        "/api/1/enrol",
        "/api/1/enrol/",
        "/api/1/enrol/nothing",
    ] {
        refused(desk.get(&app, path).await, 404, "not-found").await;
    }
}
