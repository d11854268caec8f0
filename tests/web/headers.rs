//! The headers of every kind of answer.

use reqwest::header::{ACCEPT_ENCODING, CONTENT_ENCODING, HeaderMap};
use reqwest::{Method, Response};
use serde_json::json;

use crate::support::member::call;
use crate::support::refusal::strict;
use crate::support::reporter::{Report, put};
use crate::support::{Base, Reporter, TestApp};

/// One answer of every kind and status that there is, by what it is.
async fn every_kind(app: &TestApp) -> Vec<(String, Response)> {
    let mut answers: Vec<(String, Response)> = Vec::new();
    let accepting = |method: Method, path: &str| {
        app.http
            .request(method, app.url(path))
            .header(ACCEPT_ENCODING, "gzip, deflate, br, zstd")
    };
    let get = |path: &'static str| accepting(Method::GET, path).send();
    for path in [
        "/",
        "/report",
        "/return",
        "/desk",
        "/enrol",
        "/privacy",
        "/report/without-javascript",
        "/return/without-javascript",
        "/nowhere",
        "/favicon.ico",
        "/robots.txt",
        "/health",
        "/assets/exit.js",
        "/assets/nothing.js",
        "/assets/manifest",
        "/api/1/directory",
        "/api/1/directory/roots/1",
        "/api/1/directory/roots/9",
        "/api/1/mailbox",
        "/api/1/cases/x",
        "/api/1/desk/me",
        "/api/1/nothing",
        "/api/2",
    ] {
        answers.push((format!("GET {path}"), get(path).await.unwrap()));
    }
    for path in [
        "/",
        "/report",
        "/api/1/directory",
        "/health",
        "/assets/exit.js",
    ] {
        let answer = accepting(Method::DELETE, path).send().await.unwrap();
        answers.push((format!("DELETE {path}"), answer));
        let answer = accepting(Method::HEAD, path).send().await.unwrap();
        answers.push((format!("HEAD {path}"), answer));
    }
    let reporter = Reporter::compose(app, &app.directory().await, Report::saying("x"));
    answers.push(("a new report".into(), put(app, &reporter.submission).await));
    answers.push((
        "a report again".into(),
        put(app, &reporter.submission).await,
    ));
    let other =
        crate::support::reporter::put_bytes(app, &reporter.submission.case.to_string(), vec![1])
            .await;
    answers.push(("other bytes".into(), other));
    let broken = crate::support::reporter::put_bytes(app, &"0".repeat(64), vec![1]).await;
    answers.push(("a broken report".into(), broken));
    let challenge = accepting(Method::POST, "/api/1/mailbox/challenge")
        .send()
        .await
        .unwrap();
    answers.push(("a challenge".into(), challenge));
    let act = rightline::protocol::mailbox::Act::Open { after: 0 };
    answers.push(("a mailbox".into(), reporter.act(app, act, None).await));
    answers.extend(of_the_desk(app).await);
    app.service.drain();
    answers.push(("a draining service".into(), get("/health").await.unwrap()));
    app.store().close().await;
    app.clock.turn(60);
    answers.push((
        "a page without a database".into(),
        get("/report").await.unwrap(),
    ));
    answers.push((
        "data without a database".into(),
        get("/api/1/directory").await.unwrap(),
    ));
    answers
}

/// The desk's answers.
async fn of_the_desk(app: &TestApp) -> Vec<(String, Response)> {
    let mut answers = Vec::new();
    let desk = app.desk("Handler-1").await;
    for (method, path, body) in [
        (Method::GET, "/api/1/desk/me", None),
        (Method::GET, "/api/1/desk/ring", None),
        (Method::GET, "/api/1/desk/cases?list=new", None),
        (Method::GET, "/api/1/desk/cases?list=x", None),
        (
            Method::POST,
            "/api/1/desk/parameters",
            Some(json!({ "label": "x" })),
        ),
        (
            Method::POST,
            "/api/1/desk/sign-in",
            Some(json!({ "label": "x", "login": "0".repeat(64), "code": "" })),
        ),
        (Method::POST, "/api/1/desk/sign-in", Some(json!({}))),
        (Method::POST, "/api/1/desk/sign-out", Some(json!({}))),
        (Method::GET, "/api/1/desk/me", None),
    ] {
        answers.push((
            format!("{method} {path}"),
            call(app, &desk.cookie, method, path, body).await,
        ));
    }
    for _ in 0..7 {
        let body = json!({ "label": "y", "login": "0".repeat(64), "code": "" });
        let answer = call(app, "", Method::POST, "/api/1/desk/sign-in", Some(body)).await;
        answers.push(("a try".into(), answer));
    }
    answers
}

fn is_asset(headers: &HeaderMap) -> bool {
    headers
        .get("content-type")
        .is_some_and(|kind| kind.to_str().unwrap().starts_with("text/javascript"))
}

#[tokio::test(flavor = "multi_thread")]
async fn every_answer_is_strict_and_nothing_dynamic_is_compressed() {
    let app = TestApp::start(Base::Sqlite).await;
    let mut statuses = Vec::new();
    for (what, answer) in every_kind(&app).await {
        println!("{what}: {}", answer.status());
        let headers = answer.headers();
        strict(headers);
        statuses.push(answer.status().as_u16());
        // HSTS on a plain origin would shut out a demonstration on localhost.
        assert!(!headers.contains_key("strict-transport-security"));
        assert!(!headers.contains_key("access-control-allow-origin"));
        if is_asset(headers) {
            assert_eq!(headers[CONTENT_ENCODING], "br");
            assert_eq!(headers["vary"], "Accept-Encoding");
        } else {
            assert!(!headers.contains_key(CONTENT_ENCODING), "{what}");
        }
        let kind = headers
            .get("content-type")
            .map_or("", |kind| kind.to_str().unwrap());
        if answer.status().is_client_error() && what.contains("/api/") {
            assert_eq!(kind, "application/problem+json", "{what}");
        }
    }
    statuses.sort_unstable();
    statuses.dedup();
    assert_eq!(
        statuses,
        [200, 201, 204, 400, 401, 403, 404, 405, 409, 422, 429, 503]
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn an_https_origin_is_kept_to_https() {
    let app = TestApp::start_with(Base::Sqlite, |mut settings| {
        settings.service.origin = settings.service.origin.replace("http://", "https://");
        settings
    })
    .await;
    // As behind a proxy that ends TLS.
    for path in [
        "/",
        "/nowhere",
        "/api/1/directory",
        "/api/1/nothing",
        "/assets/exit.js",
        "/health",
    ] {
        let url = app.url(path).replace("https://", "http://");
        let answer = app.http.get(url).send().await.unwrap();
        let value = answer.headers()["strict-transport-security"]
            .to_str()
            .unwrap();
        assert_eq!(value, "max-age=63072000; includeSubDomains", "{path}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn assets_are_those_that_were_built_in() {
    let app = TestApp::start(Base::Sqlite).await;
    for path in [
        "/assets/",
        "/assets/..",
        "/assets/../Cargo.toml",
        "/assets/%2e%2e/Cargo.toml",
        "/assets/%2e%2e%2fCargo.toml",
        "/assets/..%5cCargo.toml",
        "/assets/exit.js%00.txt",
        "/assets/exit.js.br",
        "/assets/exit.js/x",
        "/assets//etc/passwd",
    ] {
        // As it stands: a client library would tidy the path.
        let request = format!("GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n");
        let answer = crate::support::raw::raw(&app, request.as_bytes()).await;
        assert_eq!(crate::support::raw::status(&answer), 404, "{path}");
        assert!(
            !String::from_utf8_lossy(&answer).contains("[package]"),
            "{path}"
        );
    }
    // The plain file where nothing else is accepted.
    let plain = app
        .http
        .get(app.url("/assets/exit.js"))
        .send()
        .await
        .unwrap();
    assert!(!plain.headers().contains_key(CONTENT_ENCODING));
    let gzip = app
        .http
        .get(app.url("/assets/exit.js"))
        .header(ACCEPT_ENCODING, "gzip")
        .send();
    assert_eq!(gzip.await.unwrap().headers()[CONTENT_ENCODING], "gzip");
}

#[tokio::test(flavor = "multi_thread")]
async fn requests_that_are_no_http_are_answered_without_a_fault() {
    let app = TestApp::start(Base::Sqlite).await;
    for request in [
        "GET / HTTP/1.1\r\nHost: localhost\r\nContent-Length: x\r\n\r\n",
        "GET / HTTP/9.9\r\n\r\n",
        "\u{0}\u{1}\u{2}\r\n\r\n",
        "POST /api/1/mailbox HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\nContent-Type: application/json\r\n\r\nzz\r\n",
    ] {
        let answer = crate::support::raw::raw(&app, request.as_bytes()).await;
        if !answer.is_empty() {
            assert!(
                (400..500).contains(&crate::support::raw::status(&answer)),
                "{request}"
            );
        }
    }
    let long = format!("GET /{} HTTP/1.1\r\nHost: x\r\n\r\n", "x".repeat(200_000));
    let answer = crate::support::raw::raw(&app, long.as_bytes()).await;
    assert!(answer.is_empty() || crate::support::raw::status(&answer) >= 400);
    assert_eq!(
        app.http
            .get(app.url("/health"))
            .send()
            .await
            .unwrap()
            .status(),
        200
    );
}
