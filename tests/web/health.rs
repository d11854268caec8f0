//! `/health`.

use std::time::Duration;

use rightline::store::Store;

use crate::both;
use crate::support::postgres::Server;
use crate::support::refusal::{refused, strict};
use crate::support::reporter::{Report, put};
use crate::support::{Base, Reporter, TestApp};

async fn health(app: &TestApp) -> (u16, String) {
    let answer = app.http.get(app.url("/health")).send().await.unwrap();
    strict(answer.headers());
    assert_eq!(answer.headers()["content-type"], "application/json");
    (answer.status().as_u16(), answer.text().await.unwrap())
}

fn well() -> (u16, String) {
    (200, "{\"status\":\"ok\"}".to_owned())
}

fn unwell() -> (u16, String) {
    (503, "{\"status\":\"unavailable\"}".to_owned())
}

both!(a_service_says_whether_it_can_take_reports, |base| {
    let app = TestApp::start(base).await;
    assert_eq!(health(&app).await, well());
    app.service.drain();
    assert_eq!(health(&app).await, unwell());
});

both!(without_a_database_it_cannot, |base| {
    let app = TestApp::start(base).await;
    app.store().close().await;
    assert_eq!(health(&app).await, unwell());
});

#[tokio::test(flavor = "multi_thread")]
async fn it_goes_on_when_the_database_comes_back() {
    let mut server = Server::start(&["-c", "log_min_messages=fatal"]);
    let url = server.database().await;
    let app = TestApp::start_at(Some(url), |settings| settings).await;
    let reporter = Reporter::compose(&app, &app.directory().await, Report::saying("x"));
    assert_eq!(health(&app).await, well());
    server.order("stop");
    wait_for(&app, 503).await;
    refused(put(&app, &reporter.submission).await, 503, "unavailable").await;
    server.order("start");
    wait_for(&app, 200).await;
    assert_eq!(put(&app, &reporter.submission).await.status(), 201);
    reporter.open(&app).await;
}

async fn wait_for(app: &TestApp, status: u16) {
    for _ in 0..1_200 {
        if health(app).await.0 == status {
            return;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    panic!("the health never became {status}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lost_connection_is_not_a_lost_database() {
    let app = TestApp::start(Base::Postgres).await;
    let reporter = Reporter::compose(&app, &app.directory().await, Report::saying("x"));
    let Store::Postgres(pool) = app.store() else {
        panic!("this is PostgreSQL")
    };
    // As a server that shuts down, or a firewall that forgets.
    let ended = sqlx::query_scalar::<_, i64>(
        "SELECT COUNT(pg_terminate_backend(pid)) FROM pg_stat_activity \
         WHERE datname = current_database() AND pid <> pg_backend_pid()",
    );
    ended.fetch_one(pool).await.unwrap();
    assert_eq!(put(&app, &reporter.submission).await.status(), 201);
    assert_eq!(health(&app).await, well());
}
