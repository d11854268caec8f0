//! `/api/1/mailbox`: an unknown lookup costs what a known one with a bad signature does (B3).

use rightline::protocol::mailbox::Act;

use crate::support::alone::{Traces, alone};
use crate::support::asking::{Answer, Asking};
use crate::support::{Base, Reporter, TestApp};

/// The statements that ran, without what differs from run to run, and how many signatures were checked.
fn work(traces: &Traces) -> (Vec<String>, usize) {
    let all = traces.take();
    let statements = all.iter().filter(|(target, _)| target.starts_with("sqlx"));
    let statements = statements.map(|(_, fields)| {
        let kept = fields
            .split(';')
            .filter(|field| !field.starts_with("elapsed"));
        let kept: Vec<&str> = kept.filter(|field| !field.starts_with("rows")).collect();
        kept.join(";")
    });
    let checks = all
        .iter()
        .filter(|(_, fields)| fields.contains("mailbox: a signature was checked"));
    (statements.collect(), checks.count())
}

async fn the_same_work(base: Base) {
    let traces = Traces::listen();
    let app = TestApp::start(base).await;
    let reporter = Reporter::file(&app, "Hidden.").await;
    let other = Reporter::file(&app, "Another.").await;
    reporter.open(&app).await;
    let acts = || {
        let stub = reporter.submission.statement.clone();
        [
            (Act::Open { after: 0 }, None),
            (Act::Delete { up_to: 3 }, None),
            (Act::Post { stub: stub.clone() }, Some(vec![7; 6_000])),
            (Act::ChangeWords { change: stub }, Some(vec![7; 1_740])),
        ]
    };
    for (act, file) in acts() {
        let mut seen: Vec<(Answer, (Vec<String>, usize))> = Vec::new();
        for known in [true, false, true, false] {
            let asking = Asking::of(&app, &reporter, act.clone(), file.clone()).await;
            let asking = asking.with(|asking| {
                asking.key = other.keys().signing_key();
                if !known {
                    asking.lookup = [0x77; 32];
                }
            });
            traces.take();
            let answer = Answer::of(asking.send(&app).await).await;
            seen.push((answer, work(&traces)));
        }
        let (answer, (statements, checks)) = &seen[0];
        assert_eq!((answer.status, *checks), (404, 1));
        assert!(
            statements
                .iter()
                .any(|statement| statement.contains("lookup")),
            "{statements:?}"
        );
        for other in &seen[1..] {
            assert_eq!(other, &seen[0], "{act:?}");
        }
    }
    // A right one does more: what is compared above is worth comparing.
    traces.take();
    reporter.open(&app).await;
    assert!(work(&traces).0.len() > 3);
}

#[test]
fn on_sqlite() {
    if alone("web::equal_work::on_sqlite") {
        tokio::runtime::Runtime::new()
            .unwrap()
            .block_on(the_same_work(Base::Sqlite));
    }
}

#[test]
fn on_postgres() {
    if alone("web::equal_work::on_postgres") {
        tokio::runtime::Runtime::new()
            .unwrap()
            .block_on(the_same_work(Base::Postgres));
    }
}
