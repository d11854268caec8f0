//! `/api/1/desk/stranded`: cases that nobody is left to work on.

use std::collections::BTreeSet;

use rightline::protocol::CaseId;
use rightline::protocol::directory::Role;
use serde_json::{Value, json};

use crate::both;
use crate::support::cast::{listed, session_of};
use crate::support::member::call;
use crate::support::refusal::refused;
use crate::support::working::route;
use crate::support::{Desk, Lead, Reporter, TestApp, sql};

const STRANDED: &str = "/api/1/desk/stranded";

/// Signs somebody in who looks after accounts, whom the directory lists beside everybody else.
async fn administrator(app: &TestApp) -> String {
    let member = listed("Administrator-9", Role::Administrator, app);
    Lead::of(app)
        .publish(app, |_, teams| {
            let team = teams
                .iter_mut()
                .find(|team| team.team.as_str() == "administration");
            team.unwrap().members.push(member.clone());
        })
        .await;
    app.clock.turn(5);
    session_of(app, member.member).await
}

async fn stranded(app: &TestApp, cookie: &str, query: &str) -> Value {
    let path = format!("{STRANDED}{query}");
    let answer = call(app, cookie, reqwest::Method::GET, &path, None).await;
    assert_eq!(answer.status(), 200);
    answer.json().await.unwrap()
}

/// The cases that are listed.
async fn all(app: &TestApp, cookie: &str) -> BTreeSet<String> {
    let listed = stranded(app, cookie, "").await;
    assert_eq!(listed["next"], Value::Null);
    let cases = listed["cases"].as_array().unwrap().iter();
    cases
        .map(|row| row["case"].as_str().unwrap().to_owned())
        .collect()
}

async fn declared(app: &TestApp, desk: &Desk, case: CaseId, conflict: bool) -> Value {
    let answer = desk.declare(app, case, conflict).await;
    assert_eq!(answer.status(), 200);
    answer.json().await.unwrap()
}

both!(
    a_case_whose_every_reader_has_a_conflict_is_told_to_who_can_help,
    |base| {
        let app = TestApp::start(base).await;
        let cookie = administrator(&app).await;
        let case = Reporter::file(&app, "x").await.submission.case;
        let other = Reporter::file(&app, "y").await.submission.case;
        let mut desks = Vec::new();
        for label in ["Handler-1", "Handler-2", "Handler-3"] {
            desks.push(app.desk(label).await);
        }
        for (place, desk) in desks.iter().enumerate() {
            assert!(all(&app, &cookie).await.is_empty());
            let last = place + 1 == desks.len();
            let said = json!({ "conflict": true, "stranded": last });
            assert_eq!(declared(&app, desk, case, true).await, said);
        }
        // Said again it stays said, and tells nobody what has become of the case since.
        let said = json!({ "conflict": true, "stranded": false });
        assert_eq!(declared(&app, &desks[0], case, true).await, said);
        // Whoever has none is nobody's last.
        let said = json!({ "conflict": false, "stranded": false });
        assert_eq!(declared(&app, &desks[0], other, false).await, said);
        assert_eq!(all(&app, &cookie).await, [case.to_string()].into());
        let listed = stranded(&app, &cookie, "").await;
        assert_eq!(listed["cases"][0]["day"], "2026-11-23");
        // No reader learns of it from the list, and nobody else.
        refused(desks[1].get(&app, STRANDED).await, 403, "not-allowed").await;
    }
);

both!(
    whoever_has_left_or_only_investigates_is_nobodys_last_and_who_is_suspended_is,
    |base| {
        let app = TestApp::start(base).await;
        let cookie = administrator(&app).await;
        let case = Reporter::file(&app, "x").await.submission.case;
        let closed = Reporter::file(&app, "y").await.submission.case;
        let (one, two, three) = (
            app.desk("Handler-1").await,
            app.desk("Handler-2").await,
            app.desk("Handler-3").await,
        );
        for case in [case, closed] {
            declared(&app, &one, case, true).await;
            declared(&app, &two, case, true).await;
        }
        sql::execute_with(
            app.store(),
            "UPDATE cases SET closed = 1 WHERE id = $1",
            closed.as_bytes(),
        )
        .await;
        let both = [case.to_string()].into();
        assert!(all(&app, &cookie).await.is_empty());

        // Whoever suspends an account must not learn by it which cases its member reads.
        let suspended = "UPDATE members SET state = 'suspended' WHERE id = $1";
        let member = three.vault.member;
        sql::execute_with(app.store(), suspended, member.as_bytes()).await;
        assert!(all(&app, &cookie).await.is_empty());

        let change = async |role: Option<Role>| {
            Lead::of(&app)
                .publish(&app, |_, teams| {
                    for team in teams {
                        team.members.retain_mut(|member| {
                            let is = member.member == three.vault.member;
                            if let (true, Some(role)) = (is, role) {
                                member.roles = vec![role];
                            }
                            !is || role.is_some()
                        });
                    }
                })
                .await;
            app.clock.turn(5);
        };
        change(Some(Role::Investigator)).await;
        assert_eq!(all(&app, &cookie).await, both);
        change(Some(Role::Authority)).await;
        assert!(all(&app, &cookie).await.is_empty());
        change(None).await;
        assert_eq!(all(&app, &cookie).await, both);
    }
);

both!(stranded_cases_are_served_in_pages, |base| {
    let app = TestApp::start(base).await;
    let cookie = administrator(&app).await;
    let mut cases = BTreeSet::new();
    for _ in 0..5 {
        cases.insert(Reporter::file(&app, "x").await.submission.case.to_string());
    }
    sql::execute(app.store(), "UPDATE grants SET live = 0").await;
    assert_eq!(all(&app, &cookie).await, cases);
    let mut found = BTreeSet::new();
    let mut after = String::new();
    loop {
        let page = stranded(&app, &cookie, &format!("?limit=2{after}")).await;
        let rows = page["cases"].as_array().unwrap();
        assert!(rows.len() <= 2);
        for row in rows {
            assert!(found.insert(row["case"].as_str().unwrap().to_owned()));
        }
        match page["next"].as_str() {
            Some(next) => after = format!("&after={next}"),
            None => break,
        }
    }
    assert_eq!(found, cases);
    for wrong in ["?after=x", "?limit=-1", "?team=intake"] {
        let path = format!("{STRANDED}{wrong}");
        let answer = call(&app, &cookie, reqwest::Method::GET, &path, None).await;
        refused(answer, 400, "malformed").await;
    }
});

both!(what_is_due_follows_from_grants_cases_and_clocks, |base| {
    let app = TestApp::start(base).await;
    let case = Reporter::file(&app, "x").await.submission.case;
    let one = app.desk("Handler-1").await;
    let two = app.desk("Handler-2").await;
    let listed = async || sql::due_of(app.store()).await;
    assert!(listed().await.is_empty());
    let open = one.open(&app, case).await;
    assert_eq!(listed().await.len(), 7);
    two.open(&app, case).await;
    assert_eq!(listed().await.len(), 14);
    one.answer(&app, case, None, "Thank you.").await;
    let answered = listed().await;
    assert!(answered.len() < 14 && !answered.is_empty());
    // Routed, it is listed for other teams.
    let of =
        async |team: &str| sql::count(app.store(), &format!("due WHERE team = '{team}'")).await;
    let before = of("intake").await;
    assert!(before > 0);
    one.does(&app, &open, route(&["independent"])).await;
    listed().await;
    assert_eq!(of("intake").await, 0);
    assert!(of("independent").await >= before);
    // Routed again, no clock changes.
    one.does(&app, &open, route(&["intake"])).await;
    listed().await;
    assert!(of("intake").await >= before);
});
