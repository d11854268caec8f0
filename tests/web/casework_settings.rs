//! What a force sets for its casework: as desks are given it, and as it may not change while cases are open.

use std::path::Path;
use std::process::Command;

use rightline::app::{Service, StartError};
use rightline::casework::store::codes;
use rightline::settings::{Mistake, Settings};
use serde_json::{Value, json};

use crate::both;
use crate::support::{Reporter, TestApp, sql};

const LISTED: &str = "    { code = \"grass\", label = \"Feared being labelled a “grass”\" },\n";

both!(desks_are_given_clocks_codes_and_the_routing_table, |base| {
    let app = TestApp::start(base).await;
    let desk = app.desk("Handler-1").await;
    let answer = desk.get(&app, "/api/1/desk/casework").await;
    assert_eq!(answer.status(), 200);
    let told: Value = answer.json().await.unwrap();
    assert_eq!(
        told["clocks"],
        json!({
            "acknowledgement": 1,
            "danger": 0,
            "triage": 1,
            "severity": 5,
            "referral": 1,
            "update": 28,
            "feedback": 3,
            "explanation": 12,
            "explanation_again": 6,
        })
    );
    assert_eq!(told["due_soon"], 7);
    assert_eq!(told["bank_holidays"].as_array().unwrap().len(), 24);
    assert_eq!(told["lists"].as_object().unwrap().len(), 9);
    assert_eq!(
        told["lists"]["support"][0],
        json!({ "code": "trim", "label": "TRiM trauma support", "retired": false })
    );
    let routing = told["routing"].as_array().unwrap();
    assert_eq!(routing[0]["when"]["rank_from"], "commander");
    assert_eq!(
        routing[1]["when"],
        json!({
            "categories": [],
            "gravity": "",
            "characteristics": false,
            "professional_standards": true,
            "rank_from": "",
            "rank_to": "",
            "unknown_subject": false,
            "no_subject": false,
            "bcu": false,
        })
    );
    assert_eq!(routing[0]["team"], "independent");
    let own = |rule: &&Value| rule["team"] == "subject-unit";
    let own = routing.iter().find(own).unwrap();
    assert_eq!(own["when"]["rank_to"], "inspector");
    assert_eq!(
        told["units"][3],
        json!({ "name": "Central West BCU", "team": "bcu-central-west" })
    );
    assert_eq!(
        told["force_units"].as_array().unwrap().len(),
        app.settings.units.len()
    );
    for label in ["Lead-1", "Administrator-1", "Auditor-1"] {
        let desk = app.desk(label).await;
        let answer = desk.get(&app, "/api/1/desk/casework").await;
        assert_eq!(answer.status(), 403, "{label}");
    }
});

/// The settings as they stand in the folder now.
fn settings(app: &TestApp) -> Settings {
    let mut settings = Settings::load(&app.dir().join("rightline.toml")).unwrap();
    settings.server.listen.truncate(1);
    settings
}

/// What serving these settings says against them.
async fn serving(app: &TestApp) -> Option<Mistake> {
    match Service::prepare(settings(app), app.clock.clone()).await {
        Ok(service) => {
            service.store.close().await;
            None
        }
        Err(StartError::Settings(mistake)) => Some(mistake),
        Err(other) => panic!("{other}"),
    }
}

/// What `rightline check` says against them.
fn checking(config: &Path) -> Option<String> {
    let program = env!("CARGO_BIN_EXE_rightline");
    let mut command = Command::new(program);
    let output = command.arg("check").arg("--config").arg(config).output();
    let output = output.unwrap();
    (!output.status.success()).then(|| String::from_utf8(output.stderr).unwrap())
}

both!(a_code_that_a_case_may_hold_cannot_vanish, |base| {
    let mut app = TestApp::start(base).await;
    let served = codes(app.store()).await.unwrap();
    assert!(served.iter().any(|code| code.code == "safety_planning"));
    Reporter::file(&app, "x").await;
    app.stop().await;
    let config = app.dir().join("rightline.toml");
    let file = app.dir().join("casework.toml");
    let good = std::fs::read_to_string(&file).unwrap();
    let from = good.find("\nreasons = [").unwrap();
    let line = 2 + good[..from].matches('\n').count();
    assert_eq!((serving(&app).await, checking(&config)), (None, None));

    std::fs::write(&file, good.replacen(LISTED, "", 1)).unwrap();
    let mistake = serving(&app).await.unwrap();
    assert_eq!((&mistake.file, mistake.line), (&file, line));
    assert!(mistake.message.contains("\"grass\" is gone from reasons"));
    let complaint = checking(&config).unwrap();
    assert_eq!(complaint, format!("{mistake}\n"));
    // Nobody is refused twice for what was refused once.
    std::fs::write(&file, &good).unwrap();
    assert_eq!((serving(&app).await, checking(&config)), (None, None));

    let retired = LISTED.replace(" }", ", retired = true }");
    std::fs::write(&file, good.replacen(LISTED, &retired, 1)).unwrap();
    assert_eq!((serving(&app).await, checking(&config)), (None, None));

    // A closed case may be opened again; only where there is none it may go.
    std::fs::write(&file, good.replacen(LISTED, "", 1)).unwrap();
    let store = rightline::store::Store::open(&app.settings.database)
        .await
        .unwrap();
    sql::execute(&store, "UPDATE cases SET closed = 1").await;
    assert_eq!(serving(&app).await.unwrap(), mistake);
    assert_eq!(checking(&config).unwrap(), complaint);
    sql::execute(&store, "DELETE FROM cases").await;
    assert_eq!((serving(&app).await, checking(&config)), (None, None));
    let left = codes(&store).await.unwrap();
    store.close().await;
    let grass = |code: &&rightline::casework::store::Code| code.code == "grass";
    let lists: Vec<&str> = left.iter().filter(grass).map(|c| c.list.as_str()).collect();
    assert_eq!(lists, ["prevented"]);
});

const UNIT: &str = "    \"North Area BCU\",\n";
const TEAM: &str = "[[teams]]\nid = \"learning\"\nname = \"Organisational Learning\"\n";

/// The casework without the standards unit of the unit that goes, and without the team that goes.
fn without_both(casework: &str) -> String {
    let own = "[[units]]\nname = \"North Area BCU\"\nteam = \"bcu-north-area\"\n";
    let without = casework.replacen(own, "", 1);
    assert_ne!(without, casework);
    without.replace("team = \"learning\"", "team = \"intake\"")
}

both!(a_unit_or_team_that_a_case_may_name_cannot_vanish, |base| {
    let mut app = TestApp::start(base).await;
    let served = codes(app.store()).await.unwrap();
    for (list, code, label) in [
        ("units", "North Area BCU", "North Area BCU"),
        ("teams", "learning", "Organisational Learning"),
    ] {
        let found = served
            .iter()
            .find(|one| one.list == list && one.code == code);
        assert_eq!(found.unwrap().label, label);
    }
    Reporter::file(&app, "x").await;
    app.stop().await;
    let config = app.dir().join("rightline.toml");
    let casework = app.dir().join("casework.toml");
    let good = std::fs::read_to_string(&config).unwrap();
    let changed = without_both(&std::fs::read_to_string(&casework).unwrap());
    std::fs::write(&casework, changed).unwrap();
    assert_eq!((serving(&app).await, checking(&config)), (None, None));
    let line =
        |text: &str, place: &str| 1 + text[..text.find(place).unwrap()].matches('\n').count();
    for (gone, place, says, kept) in [
        (
            UNIT,
            "units = [",
            "\"North Area BCU\" is gone from units",
            "    { name = \"North Area BCU\", retired = true },\n".to_owned(),
        ),
        (
            TEAM,
            "id = \"intake\"",
            "\"learning\" is gone from teams",
            format!("{TEAM}retired = true\n"),
        ),
    ] {
        assert_eq!(good.matches(gone).count(), 1);
        let without = good.replacen(gone, "", 1);
        std::fs::write(&config, &without).unwrap();
        let mistake = serving(&app).await.unwrap();
        assert_eq!(
            (&mistake.file, mistake.line),
            (&config, line(&without, place))
        );
        assert!(mistake.message.starts_with(says), "{}", mistake.message);
        assert_eq!(checking(&config).unwrap(), format!("{mistake}\n"));
        std::fs::write(&config, good.replacen(gone, &kept, 1)).unwrap();
        assert_eq!((serving(&app).await, checking(&config)), (None, None));
    }
    let store = rightline::store::Store::open(&app.settings.database)
        .await
        .unwrap();
    let without = good.replacen(UNIT, "", 1).replacen(TEAM, "", 1);
    std::fs::write(&config, without).unwrap();
    sql::execute(&store, "DELETE FROM cases").await;
    assert_eq!((serving(&app).await, checking(&config)), (None, None));
    let left = codes(&store).await.unwrap();
    store.close().await;
    let gone = ["North Area BCU", "learning"];
    assert!(left.iter().all(|one| !gone.contains(&one.code.as_str())));
});

/// What desks are told of units and teams, with one of each retired.
#[tokio::test(flavor = "multi_thread")]
async fn what_is_retired_is_offered_to_nobody() {
    let app = TestApp::start_with(crate::support::Base::Sqlite, |mut settings| {
        let unit = settings
            .units
            .iter_mut()
            .find(|unit| unit.name == "North Area BCU");
        unit.unwrap().retired = true;
        for team in &mut settings.teams {
            // The directory has the one still, and not the other.
            team.retired = ["independent", "learning"].contains(&team.id.as_str());
        }
        settings
    })
    .await;
    let desk = app.desk("Handler-1").await;
    let answer = desk.get(&app, "/api/1/desk/casework").await;
    let told: Value = answer.json().await.unwrap();
    let units = told["force_units"].as_array().unwrap();
    assert_eq!(units.len(), app.settings.units.len() - 1);
    assert!(!units.contains(&json!("North Area BCU")));
    let lead = app.desk("Lead-1").await;
    let answer = lead.get(&app, "/api/1/desk/service").await;
    let told: Value = answer.json().await.unwrap();
    assert_eq!(&told["units"], &json!(units));
    let teams = told["teams"].as_array().unwrap().iter();
    let teams: Vec<&str> = teams.map(|team| team["team"].as_str().unwrap()).collect();
    assert!(teams.contains(&"independent") && !teams.contains(&"learning"));
    assert_eq!(teams.len(), app.settings.teams.len() - 1);
}

both!(checking_settings_writes_nothing_to_the_database, |base| {
    let mut app = TestApp::start(base).await;
    app.stop().await;
    let config = app.dir().join("rightline.toml");
    assert_eq!(checking(&config), None);
    let data = app.dir().join("data/rightline.sqlite");
    if data.exists() {
        let before = std::fs::read(&data).unwrap();
        assert_eq!(checking(&config), None);
        assert!(before == std::fs::read(&data).unwrap());
        // None is made where there is none yet.
        std::fs::remove_file(&data).unwrap();
        assert_eq!(checking(&config), None);
        assert!(!data.exists());
    }
});
