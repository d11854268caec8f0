//! From an empty database: a lead founds the service, an administrator enrols, a first root is published, and
//! whoever comes late is told so.

use reqwest::Response;
use rightline::protocol::directory::LeadList;
use rightline::protocol::signing::Context;
use rightline::protocol::{Digest, ServiceId};
use rightline::staff::invitations::Purpose;
use serde_json::{Value, json};

use crate::both;
use crate::support::enrol::{Newcomer, enrol, link};
use crate::support::member::b64;
use crate::support::refusal::{broken, refused};
use crate::support::{TestApp, sql};

const ME: &str = "/api/1/desk/me";

async fn ready(app: &TestApp, secret: &str, label: &str) -> Newcomer {
    let mut newcomer = Newcomer::open(app, secret, label).await.ok().unwrap();
    newcomer.set_keys(app).await;
    assert_eq!(newcomer.prove(app).await.status(), 204);
    newcomer
}

both!(a_lead_founds_the_service_and_then_others_enrol, |base| {
    let mut app = TestApp::unfounded(base).await;
    let first = link(&app, Purpose::Administrator).await;
    let early = Newcomer::open(&app, &first, "Administrator-1")
        .await
        .ok()
        .unwrap();
    assert_eq!(early.invited["service"], "");
    refused(
        early.ask(&app, "keys", early.keys()).await,
        404,
        "not-yet-open",
    )
    .await;

    let lead = ready(&app, &link(&app, Purpose::Lead).await, "Lead-1").await;
    let answer = lead.finish(&app).await;
    assert_eq!(answer.status(), 200);
    let finished: Value = answer.json().await.unwrap();
    let service = ServiceId::of(lead.genesis.as_ref().unwrap());
    assert_eq!(finished["service"], service.to_string());
    // Founded at once, without a restart; and after one too.
    let session = lead.sign_in(&app).await.ok().unwrap();
    let me = session.read(&app, ME).await;
    for (name, expected) in [
        ("lead", true),
        ("administrator", false),
        ("endorsed", true),
        ("pinned", false),
    ] {
        assert_eq!(me[name], expected, "{name}");
    }
    app.restart().await;
    assert_eq!(session.read(&app, ME).await["lead"], true);

    // The administrator's link waited; now it goes on, in the service that is there.
    let administrator = enrol(&app, &first, "Administrator-1").await;
    assert_eq!(administrator.vault.service, service);
    let session = administrator.sign_in(&app).await.ok().unwrap();
    let me = session.read(&app, ME).await;
    for (name, expected) in [
        ("lead", false),
        ("administrator", true),
        ("endorsed", false),
    ] {
        assert_eq!(me[name], expected, "{name}");
    }
    let state = session.read(&app, "/api/1/desk/service").await;
    assert_eq!(
        (&state["founded"], &state["pinned"]),
        (&json!(true), &json!(false))
    );
});

both!(one_of_two_founders_founds, |base| {
    let app = TestApp::unfounded(base).await;
    let (one, two) = (
        link(&app, Purpose::Lead).await,
        link(&app, Purpose::Lead).await,
    );
    let (one, two) = (
        ready(&app, &one, "Lead-1").await,
        ready(&app, &two, "Lead-2").await,
    );
    let (first, second) = futures_util::future::join(one.finish(&app), two.finish(&app)).await;
    let mut statuses = [first.status().as_u16(), second.status().as_u16()];
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 409]);
    assert_eq!(sql::count(app.store(), "documents").await, 1);
    assert_eq!(sql::count(app.store(), "installation").await, 1);
    // The other's link is still good: they begin again, in the service that is there.
    let late = if first.status() == 200 { &two } else { &one };
    let again = enrol(&app, &late.secret, &late.label).await;
    assert!(again.genesis.is_none());
    assert!(again.sign_in(&app).await.is_ok());
});

/// A genesis that says something else than it must.
async fn with(app: &TestApp, lead: &Newcomer, alter: impl FnOnce(&mut LeadList)) -> Response {
    let mut list: LeadList = lead
        .genesis
        .as_ref()
        .unwrap()
        .unverified(Context::Leads)
        .unwrap();
    alter(&mut list);
    let key = lead.vault.signing_key();
    let genesis = rightline::protocol::directory::sign_leads(&key, &list);
    let mut application = lead.application(app);
    application.service = ServiceId::of(&genesis);
    let body = json!({
        "application": b64(application.sign(&key).as_bytes()),
        "genesis": b64(genesis.as_bytes()),
    });
    lead.ask(app, "finish", body).await
}

both!(a_genesis_says_what_the_settings_say, |base| {
    let app = TestApp::unfounded(base).await;
    let lead = ready(&app, &link(&app, Purpose::Lead).await, "Lead-1").await;
    let day = app.today();
    broken(
        with(&app, &lead, |list| list.name = "Another".to_owned()).await,
        "D2",
    )
    .await;
    broken(
        with(&app, &lead, |list| {
            list.origin = "https://evil.example".to_owned()
        })
        .await,
        "D2",
    )
    .await;
    broken(with(&app, &lead, |list| list.number = 1).await, "D2").await;
    broken(
        with(&app, &lead, |list| list.previous = Digest::new([7; 32])).await,
        "D2",
    )
    .await;
    broken(
        with(&app, &lead, |list| list.day = day.plus_days(3)).await,
        "D2",
    )
    .await;
    broken(
        with(&app, &lead, |list| {
            list.leads[0].member = [7; 16].as_slice().try_into().unwrap()
        })
        .await,
        "D2",
    )
    .await;
    let genesis = lead.genesis.clone();
    let without = Newcomer {
        genesis: None,
        ..lead
    };
    refused(without.finish(&app).await, 404, "not-yet-open").await;
    assert_eq!(sql::count(app.store(), "documents").await, 0);
    let lead = Newcomer { genesis, ..without };
    assert_eq!(lead.finish(&app).await.status(), 200);
});
