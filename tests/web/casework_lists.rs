//! `/api/1/desk/due`, `/api/1/desk/cases/open` and what the list of own cases says of clocks and teams.

use std::collections::BTreeSet;

use rightline::protocol::act::{Act, Clock};
use rightline::protocol::message::Stage;
use rightline::protocol::record::Name;
use rightline::protocol::{CaseId, MemberId};
use serde_json::{Value, json};

use crate::both;
use crate::support::cast::session_of;
use crate::support::member::call;
use crate::support::refusal::refused;
use crate::support::working::{Office, route};
use crate::support::{Desk, Reporter, TestApp, sql};

async fn due(app: &TestApp, desk: &Desk, query: &str) -> Value {
    let answer = desk.get(app, &format!("/api/1/desk/due?{query}")).await;
    assert_eq!(answer.status(), 200, "{query}");
    answer.json().await.unwrap()
}

fn rows(listed: &Value) -> Vec<(String, String, String)> {
    let rows = listed["rows"].as_array().unwrap().iter();
    let text = |row: &Value, name: &str| row[name].as_str().unwrap().to_owned();
    rows.map(|row| (text(row, "due"), text(row, "case"), text(row, "clock")))
        .collect()
}

both!(what_is_due_is_paged_by_day_and_nothing_is_lost, |base| {
    let app = TestApp::start(base).await;
    let office = Office::open(&app).await;
    let desk = &office.handler;
    let mut cases = Vec::new();
    for _ in 0..5 {
        let case = Reporter::file(&app, "x").await.submission.case;
        // Before the declaration nothing of it is listed.
        let before = rows(&due(&app, desk, "list=mine&within=3000&limit=200").await);
        assert!(
            before
                .iter()
                .all(|(_, listed, _)| *listed != case.to_string())
        );
        cases.push(desk.open(&app, case).await);
    }
    let whole = due(&app, desk, "list=mine&within=3000&limit=200").await;
    let all = rows(&whole);
    assert_eq!(all.len(), 5 * 7);
    assert!(all.is_sorted());
    assert_eq!(
        (&whole["overdue"], &whole["soon"], &whole["next"]),
        (&0.into(), &35.into(), &Value::Null)
    );
    let mut paged = Vec::new();
    let mut after = String::new();
    loop {
        let page = due(&app, desk, &format!("list=mine&within=3000&limit=4{after}")).await;
        assert_eq!((&page["overdue"], &page["soon"]), (&0.into(), &35.into()));
        paged.extend(rows(&page));
        match page["next"].as_str() {
            Some(next) => after = format!("&after={next}"),
            None => break,
        }
    }
    assert_eq!(paged, all);
    // Within a few days, and once they are over.
    assert_eq!(rows(&due(&app, desk, "list=mine&within=0").await).len(), 5);
    assert_eq!(rows(&due(&app, desk, "list=mine&within=1").await).len(), 15);
    assert_eq!(rows(&due(&app, desk, "list=mine").await).len(), 20);
    app.clock.turn(2 * 86_400);
    let desk = &app.desk("Handler-1").await;
    let late = due(&app, desk, "list=mine&within=1").await;
    assert_eq!((&late["overdue"], &late["soon"]), (&15.into(), &0.into()));

    // What is done, stands still, is closed or set aside does not run.
    let first = &cases[0];
    let of = async |open: &crate::support::member::OpenCase| {
        let id = open.case.id.to_string();
        let listed = rows(&due(&app, desk, "list=mine&within=3000&limit=200").await);
        let clocks = listed.into_iter().filter(|(_, case, _)| *case == id);
        clocks.map(|(_, _, clock)| clock).collect::<BTreeSet<_>>()
    };
    desk.answer(
        &app,
        first.case.id,
        Some(Stage::Acknowledged),
        "We have it.",
    )
    .await;
    desk.completes(&app, first, Name::Danger).await;
    desk.does(
        &app,
        first,
        Act::Pause {
            clock: Clock::Triage,
        },
    )
    .await;
    let runs = of(first).await;
    assert_eq!(
        runs.into_iter().collect::<Vec<_>>(),
        ["explanation", "feedback", "severity", "update"]
    );
    let mine = desk.list(&app, "mine").await;
    let row = |id: CaseId| {
        mine.iter()
            .find(|row| row["case"] == id.to_string().as_str())
            .unwrap()
    };
    assert_eq!(
        (&row(first.case.id)["clock"], &row(first.case.id)["due"]),
        (&"severity".into(), &"2026-11-30".into())
    );
    assert_eq!(row(cases[1].case.id)["clock"], "danger");
    desk.does(&app, &cases[1], Act::SetAside {}).await;
    assert!(of(&cases[1]).await.is_empty());
    let mine = desk.list(&app, "mine").await;
    let aside = mine.iter().find(|row| row["aside"] == true).unwrap();
    assert_eq!(
        (&aside["case"], &aside["clock"], &aside["due"]),
        (
            &cases[1].case.id.to_string().as_str().into(),
            &"".into(),
            &"".into()
        )
    );
    desk.does(&app, &cases[1], Act::TakeUp {}).await;
    assert_eq!(of(&cases[1]).await.len(), 7);
    sql::due_of(app.store()).await;
    // What is listed is shown by the grant alone.
    sql::execute_with(
        app.store(),
        "UPDATE grants SET live = 0 WHERE case_id = $1",
        cases[2].case.id.as_bytes(),
    )
    .await;
    assert!(of(&cases[2]).await.is_empty());
});

both!(
    a_teams_list_has_what_was_routed_to_it_and_the_member_can_read,
    |base| {
        let app = TestApp::start(base).await;
        let office = Office::open(&app).await;
        let (one, two) = (
            Reporter::file(&app, "x").await.submission.case,
            Reporter::file(&app, "y").await.submission.case,
        );
        let (desk, colleague) = (&office.handler, &office.second_handler);
        let open = desk.open(&app, one).await;
        desk.open(&app, two).await;
        colleague.open(&app, two).await;
        desk.does(&app, &open, route(&["independent", "custodians"]))
            .await;
        let of = async |desk: &Desk, team: &str| {
            let listed = due(&app, desk, &format!("list=team&team={team}&within=1")).await;
            let cases: BTreeSet<String> =
                rows(&listed).into_iter().map(|(_, case, _)| case).collect();
            assert_eq!(listed["soon"].as_u64().unwrap(), 3 * cases.len() as u64);
            cases.into_iter().collect::<Vec<_>>()
        };
        assert_eq!(of(desk, "independent").await, [one.to_string()]);
        assert_eq!(of(desk, "custodians").await, [one.to_string()]);
        assert_eq!(of(desk, "intake").await, [two.to_string()]);
        assert!(of(desk, "nowhere").await.is_empty());
        assert!(of(colleague, "independent").await.is_empty());
        assert_eq!(of(colleague, "intake").await, [two.to_string()]);
        let listed = due(&app, desk, "list=team&team=independent&within=1").await;
        assert_eq!(
            listed["rows"][0]["teams"],
            json!(["custodians", "independent"])
        );
        assert_eq!(listed["rows"][0]["team"], "intake");
        let mine = desk.list(&app, "mine").await;
        let row = mine
            .iter()
            .find(|row| row["case"] == one.to_string().as_str())
            .unwrap();
        assert_eq!(row["teams"], json!(["custodians", "independent"]));
        for wrong in [
            "",
            "list=all",
            "list=team",
            "list=mine&team=intake",
            "list=team&team=A",
            "list=mine&within=-1",
            "list=mine&after=x",
            "list=mine&after=2026-11-23.ab.danger",
            "list=mine&other=1",
        ] {
            let answer = desk.get(&app, &format!("/api/1/desk/due?{wrong}")).await;
            refused(answer, 400, "malformed").await;
        }
    }
);

both!(
    several_cases_are_opened_at_once_and_each_is_in_the_trail,
    |base| {
        let app = TestApp::start(base).await;
        let office = Office::open(&app).await;
        let desk = &office.handler;
        let mut cases = Vec::new();
        for number in 0..13 {
            cases.push(
                Reporter::file(&app, &format!("It was {number}."))
                    .await
                    .submission
                    .case,
            );
        }
        for case in (0..13).filter(|case| *case != 2) {
            desk.open(&app, cases[case]).await;
        }
        let path = "/api/1/desk/cases/open";
        let before = sql::acts_of(app.store(), desk.vault.member.as_bytes())
            .await
            .len();
        // One is not declared, one is not there, one is asked for twice.
        let asked =
            json!({ "cases": [cases[1], cases[2], CaseId::new([7; 32]), cases[0], cases[1]] });
        let answer = desk.post(&app, path, asked).await;
        assert_eq!(
            (
                answer.status().as_u16(),
                answer.headers()["content-type"].to_str().unwrap()
            ),
            (200, "application/json")
        );
        let answer: Value = answer.json().await.unwrap();
        let opened = answer["cases"].as_array().unwrap();
        assert_eq!(opened.len(), 2);
        let rows = sql::acts_of(app.store(), desk.vault.member.as_bytes()).await;
        let done = ("open-case".to_owned(), "done".to_owned());
        assert_eq!(rows[before..], [done.clone(), done]);
        for (view, case) in opened.iter().zip([cases[1], cases[0]]) {
            assert_eq!(*view, desk.read(&app, case).await.view);
        }
        assert_eq!(
            desk.open_view(opened[1].clone(), cases[0])
                .body
                .what_happened,
            "It was 0."
        );
        // More than are read at once.
        let all: Vec<CaseId> = cases
            .iter()
            .copied()
            .filter(|case| *case != cases[2])
            .collect();
        let answer = desk.post(&app, path, json!({ "cases": all })).await;
        let answer: Value = answer.json().await.unwrap();
        let opened = answer["cases"].as_array().unwrap().iter();
        let opened: Vec<&str> = opened.map(|view| view["case"].as_str().unwrap()).collect();
        assert_eq!(
            opened,
            all.iter().map(CaseId::to_string).collect::<Vec<_>>()
        );
        // None of them.
        let answer: Value = desk
            .post(&app, path, json!({ "cases": [cases[2]] }))
            .await
            .json()
            .await
            .unwrap();
        assert_eq!(answer, json!({ "cases": [] }));
        let many = |count: usize| json!({ "cases": vec![cases[0]; count] });
        for wrong in [many(0), many(51), json!({ "cases": ["x"] }), json!({})] {
            refused(desk.post(&app, path, wrong).await, 400, "malformed").await;
        }
        refused(desk.get(&app, path).await, 405, "method").await;
        let stranger = session_of(&app, MemberId::new([3; 16])).await;
        let answer = call(&app, &stranger, reqwest::Method::POST, path, Some(many(1))).await;
        refused(answer, 404, "not-found").await;
        // The trail holds.
        let verdict =
            rightline::audit::verify(app.store(), &app.service.keys, &app.service.directories);
        assert!(matches!(
            verdict.await,
            Ok(rightline::audit::Verdict::Intact(_))
        ));
    }
);
