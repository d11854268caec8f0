//! Reports are taken once enough people read them, and not before.

use rightline::directory::store::note_installation;
use rightline::protocol::ServiceId;
use rightline::protocol::directory::{Role, Team};

use super::plain;
use crate::both;
use crate::support::refusal::refused;
use crate::support::reporter::{Report, put};
use crate::support::{Lead, Reporter, TestApp, sql};

const PLAIN: &str = "/report/without-javascript";

async fn page(app: &TestApp, path: &str) -> String {
    let answer = app.http.get(app.url(path)).send().await.unwrap();
    assert_eq!(answer.status(), 200, "{path}");
    answer.text().await.unwrap()
}

/// Whether the pages say that the service is not open.
async fn is_shut(app: &TestApp) -> bool {
    let title = "This service is not open yet";
    let mut shut = Vec::new();
    for path in ["/", "/before-you-start", "/report", PLAIN] {
        shut.push(page(app, path).await.contains(title));
    }
    shut.dedup();
    assert_eq!(shut.len(), 1, "the pages do not agree");
    shut[0]
}

/// Leaves so many first readers and custodians.
fn few(handlers: usize, custodians: usize) -> impl Fn(&mut Vec<Team>) {
    move |teams| {
        for team in teams {
            match team.team.as_str() {
                "intake" => team.members.truncate(handlers),
                "custodians" => team.members.truncate(custodians),
                _ => {}
            }
        }
    }
}

both!(
    reports_are_taken_when_two_read_and_one_keeps_names,
    |base| {
        let app = TestApp::start(base).await;
        assert!(!is_shut(&app).await);
        let all: Vec<Team> = app.directory().await.teams().cloned().collect();
        for (handlers, custodians, open) in [
            (2, 1, true),
            (1, 1, false),
            (2, 0, false),
            (0, 1, false),
            (3, 1, true),
        ] {
            let directory = Lead::of(&app)
                .publish(&app, |_, teams| {
                    teams.clone_from(&all);
                    few(handlers, custodians)(teams);
                })
                .await;
            assert_eq!(is_shut(&app).await, !open, "{handlers} and {custodians}");
            // The directory is served all the same, to whoever looks after it.
            if handlers > 0 {
                let report = Reporter::compose(&app, &directory, Report::saying("x"));
                let answer = put(&app, &report.submission).await;
                if open {
                    assert_eq!(answer.status(), 201);
                } else {
                    refused(answer, 403, "closed").await;
                }
            }
            // Neither does the route without scripts take one.
            let posted = plain::post(&app, PLAIN, &plain::fields(&[("action", "check")])).await;
            assert_eq!(posted.status == 403, !open);
        }
        assert_eq!(sql::count(app.store(), "cases").await, 2);
        // Who has another role is no first reader.
        Lead::of(&app)
            .publish(&app, |_, teams| {
                for member in teams.iter_mut().flat_map(|team| &mut team.members) {
                    if member.label.as_str().starts_with("Handler") {
                        member.roles = vec![Role::Investigator];
                    }
                }
            })
            .await;
        assert!(is_shut(&app).await);
    }
);

both!(a_service_that_is_not_founded_waits_until_it_is, |base| {
    let mut id = ServiceId::ZERO;
    let app = TestApp::start_with(base, |mut settings| {
        id = std::mem::replace(&mut settings.service.id, ServiceId::ZERO);
        settings
    })
    .await;
    assert!(is_shut(&app).await);
    let meta = |id: ServiceId| format!("<meta name=\"rightline-service\" content=\"{id}\">");
    assert!(page(&app, "/desk").await.contains(&meta(ServiceId::ZERO)));
    let words = "rl-service-words";
    assert!(!page(&app, "/privacy").await.contains(words));
    let directory = app.http.get(app.url("/api/1/directory"));
    refused(directory.send().await.unwrap(), 404, "not-yet-open").await;
    assert!(app.service.directories.leads(0).await.unwrap().is_empty());

    // Another node founds it: this one finds out without a restart.
    note_installation(app.store(), "service", &id.to_string())
        .await
        .unwrap();
    assert!(page(&app, "/desk").await.contains(&meta(id)));
    assert!(page(&app, "/privacy").await.contains(words));
    assert!(!is_shut(&app).await);
    assert_eq!(app.service.directories.service(), &id);
});
