//! The pages that the server renders.

use crate::support::{Base, TestApp, refusal, sql};
use crate::web::plain::{Page, fetch};

const PAGES: [&str; 11] = [
    "/",
    "/before-you-start",
    "/report",
    "/report/without-javascript",
    "/return",
    "/return/without-javascript",
    "/privacy",
    "/accessibility",
    "/lost-words",
    "/desk",
    "/enrol",
];

fn strict(page: &Page) {
    let header = |name: &str| page.headers.get(name).map_or("", String::as_str);
    for (name, value) in [
        ("content-type", "text/html; charset=utf-8"),
        ("cache-control", "no-store"),
        ("cross-origin-opener-policy", "same-origin"),
        ("cross-origin-embedder-policy", "require-corp"),
        ("cross-origin-resource-policy", "same-origin"),
        ("referrer-policy", "no-referrer"),
        ("x-content-type-options", "nosniff"),
        ("x-frame-options", "DENY"),
    ] {
        assert_eq!(header(name), value, "{name}");
    }
    let policy = header("content-security-policy");
    for part in [
        "default-src 'none'",
        "frame-ancestors 'none'",
        "require-trusted-types-for 'script'",
    ] {
        assert!(policy.contains(part), "{policy}");
    }
    assert!(!policy.contains("unsafe-inline") && !page.headers.contains_key("set-cookie"));
}

#[tokio::test(flavor = "multi_thread")]
async fn every_page_is_there_with_the_services_words_and_strict_headers() {
    let app = TestApp::start(Base::Sqlite).await;
    let service_words = app.id().words().join(" ");
    for path in PAGES {
        let page = fetch(&app, path).await;
        assert_eq!(page.status, 200, "{path}");
        strict(&page);
        assert!(page.shows("This is a demonstration."), "{path}");
        assert!(page.shows(&app.id().to_string()), "{path}");
        assert!(page.html.starts_with("<!DOCTYPE html>"), "{path}");
        assert!(
            !page.shows("style=\"") && !page.shows("onclick") && !page.shows("{{"),
            "{path}"
        );
        if !["/desk", "/enrol"].contains(&path) {
            assert!(page.shows(&service_words), "{path}");
            assert!(
                page.shows("id=\"exit-this-page\"") && page.shows("/assets/exit.js"),
                "{path}"
            );
        }
    }
    assert!(fetch(&app, "/").await.shows("0800 085 0000"));
}

#[tokio::test(flavor = "multi_thread")]
async fn only_plain_forms_may_post() {
    let app = TestApp::start(Base::Sqlite).await;
    for (path, form_action) in [
        ("/report", "form-action 'none'"),
        ("/return", "form-action 'none'"),
        ("/desk", "form-action 'none'"),
        ("/enrol", "form-action 'none'"),
        ("/report/without-javascript", "form-action 'self'"),
        ("/return/without-javascript", "form-action 'self'"),
    ] {
        let page = fetch(&app, path).await;
        assert!(
            page.headers["content-security-policy"].contains(form_action),
            "{path}"
        );
        assert_eq!(page.shows("<form"), form_action.contains("self"), "{path}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn only_members_pages_may_run_web_assembly() {
    let app = TestApp::start(Base::Sqlite).await;
    for path in PAGES {
        let page = fetch(&app, path).await;
        let may = page.headers["content-security-policy"].contains("wasm-unsafe-eval");
        assert_eq!(may, ["/desk", "/enrol"].contains(&path), "{path}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_there_is_said_on_a_page() {
    let app = TestApp::start(Base::Sqlite).await;
    for path in [
        "/nowhere",
        "/report/x",
        "/index.php?x=%3Cscript%3E",
        "/privacy/",
    ] {
        let page = fetch(&app, path).await;
        assert_eq!(page.status, 404, "{path}");
        assert!(page.shows("Page not found") && !page.shows("<script>"));
        strict(&page);
    }
    let data = fetch(&app, "/api/1/nowhere").await;
    assert_eq!(
        (data.status, data.headers["content-type"].as_str()),
        (404, "application/problem+json")
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn heads_are_answered_and_other_methods_refused() {
    let app = TestApp::start(Base::Sqlite).await;
    for path in PAGES {
        let head = Page::of(app.http.head(app.url(path)).send().await.unwrap()).await;
        assert_eq!((head.status, head.html.as_str()), (200, ""), "{path}");
        strict(&head);
        let page = Page::of(app.http.delete(app.url(path)).send().await.unwrap()).await;
        assert_eq!(page.status, 405, "{path}");
        assert!(page.shows("This page cannot be used like that."), "{path}");
        strict(&page);
    }
    let page = Page::of(app.http.post(app.url("/nowhere")).send().await.unwrap()).await;
    assert_eq!(page.status, 405);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_closed_service_says_so_where_reports_are_taken() {
    let app = TestApp::start_with(Base::Sqlite, |mut settings| {
        settings.service.open = false;
        settings.service.demonstration = false;
        settings
    })
    .await;
    for path in PAGES {
        let page = fetch(&app, path).await;
        assert_eq!(page.status, 200);
        let taking = [
            "/",
            "/before-you-start",
            "/report",
            "/report/without-javascript",
        ];
        let closed = page.shows("Reports are not being taken here now");
        assert_eq!(closed, taking.contains(&path), "{path}");
        assert!(!page.shows("This is a demonstration."), "{path}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn before_a_directory_is_published_the_service_is_not_open() {
    let mut app = TestApp::start(Base::Sqlite).await;
    sql::execute(app.store(), "DELETE FROM documents").await;
    app.restart().await;
    for path in [
        "/",
        "/before-you-start",
        "/report",
        "/report/without-javascript",
    ] {
        assert!(
            fetch(&app, path)
                .await
                .shows("This service is not open yet"),
            "{path}"
        );
    }
    assert_eq!(fetch(&app, "/privacy").await.status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_database_pages_say_so() {
    let app = TestApp::start(Base::Sqlite).await;
    app.store().close().await;
    app.clock.turn(60);
    let page = fetch(&app, "/report").await;
    assert_eq!(page.status, 503);
    assert!(page.shows("The service cannot answer at this moment"));
    strict(&page);
    assert_eq!(fetch(&app, "/privacy").await.status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn there_is_no_icon_that_could_betray_a_tab() {
    let app = TestApp::start(Base::Sqlite).await;
    let answer = app.http.get(app.url("/favicon.ico")).send().await.unwrap();
    assert_eq!(answer.status(), 204);
    refusal::strict(answer.headers());
    assert!(answer.bytes().await.unwrap().is_empty());
    for path in PAGES {
        assert!(!fetch(&app, path).await.shows("rel=\"icon\""), "{path}");
    }
}
