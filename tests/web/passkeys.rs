//! Passkeys: made, shown, shown again where they must not be, and shown for somebody else.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use reqwest::{Method, Response};
use rightline::staff::invitations::Purpose;
use serde_json::{Value, json};

use crate::both;
use crate::support::authenticator::Passkey;
use crate::support::enrol::{Newcomer, link, member};
use crate::support::member::{bytes, call};
use crate::support::refusal::{refused, whole};
use crate::support::session::cookie;
use crate::support::{Session, TestApp, sql};

const OPTIONS: &str = "/api/1/desk/passkey/options";
const SIGN_IN: &str = "/api/1/desk/passkey/sign-in";
const ADD: &str = "/api/1/desk/factors/passkey";
const FRESH: &str = "/api/1/desk/fresh";

/// A ticket with its options.
async fn begun(answer: Response) -> (Value, Value) {
    assert_eq!(answer.status(), 200);
    let begun: Value = answer.json().await.unwrap();
    (begun["ticket"].clone(), begun["options"].clone())
}

async fn asking(app: &TestApp) -> (Value, Value) {
    begun(call(app, "", Method::POST, OPTIONS, Some(json!({}))).await).await
}

async fn making(app: &TestApp, session: &Session) -> (Value, Value) {
    begun(
        session
            .post(app, &format!("{ADD}/options"), json!({}))
            .await,
    )
    .await
}

/// Adds a passkey to an account.
async fn add(app: &TestApp, session: &Session) -> Passkey {
    let (ticket, options) = making(app, session).await;
    let (passkey, created) = Passkey::make(&options, app.page_origin());
    let body = json!({ "ticket": ticket, "name": "Key", "credential": created });
    assert_eq!(session.post(app, ADD, body).await.status(), 201);
    passkey
}

async fn sign_in(app: &TestApp, ticket: &Value, credential: &Value) -> Response {
    let body = json!({ "ticket": ticket, "credential": credential });
    call(app, "", Method::POST, SIGN_IN, Some(body)).await
}

both!(a_passkey_is_added_and_signs_in, |base| {
    let app = TestApp::start(base).await;
    let (newcomer, session) = member(&app, "Handler-8").await;
    let (ticket, options) = making(&app, &session).await;
    assert_eq!(options["authenticatorSelection"]["residentKey"], "required");
    assert_eq!(
        options["authenticatorSelection"]["requireResidentKey"],
        true
    );
    assert_eq!(
        options["authenticatorSelection"]["userVerification"],
        "required"
    );
    assert_eq!(options["attestation"], "none");
    assert_eq!(
        (&options["rp"]["id"], &options["user"]["name"]),
        (&json!("localhost"), &json!("Handler-8"))
    );
    let (mut passkey, created) = Passkey::make(&options, app.page_origin());
    assert_eq!(passkey.handle, newcomer.vault.member.as_bytes());
    let body = json!({ "ticket": ticket, "name": "Key", "credential": created });
    assert_eq!(session.post(&app, ADD, body.clone()).await.status(), 201);
    // A ticket is good once, and a credential for one factor.
    refused(session.post(&app, ADD, body).await, 409, "conflict").await;
    let (again, options) = making(&app, &session).await;
    assert_eq!(options["excludeCredentials"].as_array().unwrap().len(), 1);
    let body = json!({ "ticket": again, "name": "Key", "credential": passkey.created(&options) });
    let answer = session.post(&app, ADD, body).await;
    assert!([409, 422].contains(&answer.status().as_u16()));

    let (ticket, options) = asking(&app).await;
    assert_eq!(
        (&options["allowCredentials"], &options["userVerification"]),
        (&json!([]), &json!("required"))
    );
    let shown = passkey.asserted(&options);
    let answer = sign_in(&app, &ticket, &shown).await;
    assert_eq!(answer.status(), 200);
    let cookie = cookie(&answer);
    let opened: Value = answer.json().await.unwrap();
    assert_eq!(opened["salt"], hex::encode(newcomer.salt));
    assert_eq!(opened["label"], "Handler-8");
    assert!(!bytes(&opened["vault"]).is_empty());
    let me: Value = call(&app, &cookie, Method::GET, "/api/1/desk/me", None)
        .await
        .json()
        .await
        .unwrap();
    assert_eq!(
        (&me["label"], &me["fresh"]),
        (&json!("Handler-8"), &json!(true))
    );
    // The same once more lets nobody in.
    refused(sign_in(&app, &ticket, &shown).await, 401, "sign-in").await;
    let factors = session.read(&app, "/api/1/desk/factors").await;
    let kept = factors["factors"]
        .as_array()
        .unwrap()
        .iter()
        .find(|factor| factor["kind"] == "passkey");
    let digest = rightline::protocol::Digest::of(&passkey.id).to_string();
    assert_eq!(kept.unwrap()["credential"], digest);
});

both!(what_is_wrong_with_a_passkey_lets_nobody_in, |base| {
    let app = TestApp::start(base).await;
    let (_, session) = member(&app, "Handler-8").await;
    let (_, theirs) = member(&app, "Handler-9").await;
    let mut passkey = add(&app, &session).await;
    let mut other = add(&app, &theirs).await;
    let nobody = {
        let (ticket, options) = asking(&app).await;
        let (mut made, _) = Passkey::make(
            &json!({ "user": { "id": URL_SAFE_NO_PAD.encode([7; 16]) }, "rp": { "id": "localhost" }, "challenge": "" }),
            app.page_origin(),
        );
        whole(sign_in(&app, &ticket, &made.asserted(&options)).await).await
    };
    assert_eq!(nobody.0, 401);
    let alterations: [fn(&mut Passkey); 6] = [
        |passkey| passkey.verifies = false,
        |passkey| passkey.origin = "https://evil.example".to_owned(),
        |passkey| passkey.handle = vec![7; 16],
        |passkey| passkey.handle = Vec::new(),
        |passkey| passkey.id = vec![7; 32],
        // A copy of the key, whose counter went another way.
        |passkey| passkey.counter = 0,
    ];
    let (ticket, options) = asking(&app).await;
    passkey.counter = 10;
    let shown = passkey.asserted(&options);
    assert_eq!(sign_in(&app, &ticket, &shown).await.status(), 200);
    for alter in alterations {
        let before = (
            passkey.verifies,
            passkey.origin.clone(),
            passkey.handle.clone(),
            passkey.id.clone(),
            passkey.counter,
        );
        alter(&mut passkey);
        let (ticket, options) = asking(&app).await;
        let shown = passkey.asserted(&options);
        assert_eq!(whole(sign_in(&app, &ticket, &shown).await).await, nobody);
        (
            passkey.verifies,
            passkey.origin,
            passkey.handle,
            passkey.id,
            passkey.counter,
        ) = before;
    }
    // Another ticket's challenge, a ticket of another kind, one that is over, and one that was bent.
    let (first, options) = asking(&app).await;
    let (second, _) = asking(&app).await;
    assert_eq!(
        whole(sign_in(&app, &second, &passkey.asserted(&options)).await).await,
        nobody
    );
    let (making, _) = making(&app, &session).await;
    assert_eq!(
        whole(sign_in(&app, &making, &passkey.asserted(&options)).await).await,
        nobody
    );
    let mut bent = bytes(&first);
    bent[30] ^= 1;
    let bent = json!(crate::support::member::b64(&bent));
    assert_eq!(
        whole(sign_in(&app, &bent, &passkey.asserted(&options)).await).await,
        nobody
    );
    app.clock.turn(300);
    assert_eq!(
        whole(sign_in(&app, &first, &passkey.asserted(&options)).await).await,
        nobody
    );
    // What a colleague signed is not mine, and the other way round.
    let (ticket, options) = asking(&app).await;
    let mut mixed = passkey.asserted(&options);
    mixed["signature"] = other.asserted(&options)["signature"].clone();
    assert_eq!(whole(sign_in(&app, &ticket, &mixed).await).await, nobody);
    sql::execute(
        app.store(),
        "UPDATE members SET state = 'suspended' WHERE label = 'Handler-8'",
    )
    .await;
    let (ticket, options) = asking(&app).await;
    assert_eq!(
        whole(sign_in(&app, &ticket, &passkey.asserted(&options)).await).await,
        nobody
    );
});

both!(nothing_but_the_named_fields_is_taken, |base| {
    let app = TestApp::start(base).await;
    let (_, session) = member(&app, "Handler-8").await;
    let mut passkey = add(&app, &session).await;
    let (ticket, options) = asking(&app).await;
    let mut shown = passkey.asserted(&options);
    shown["extensions"] = json!({ "prf": { "results": { "first": "AAAA" } } });
    refused(sign_in(&app, &ticket, &shown).await, 400, "malformed").await;
    shown.as_object_mut().unwrap().remove("extensions");
    shown.as_object_mut().unwrap().remove("user_handle");
    refused(sign_in(&app, &ticket, &shown).await, 400, "malformed").await;
    let (ticket, options) = making(&app, &session).await;
    let (_, mut created) = Passkey::make(&options, app.page_origin());
    created["transports"] = json!(["usb"]);
    let body = json!({ "ticket": ticket, "name": "Key", "credential": created });
    refused(session.post(&app, ADD, body).await, 400, "malformed").await;
});

both!(a_passkey_makes_a_session_fresh_for_its_own_member, |base| {
    let app = TestApp::start(base).await;
    let (_, session) = member(&app, "Handler-8").await;
    let (_, theirs) = member(&app, "Handler-9").await;
    let mut passkey = add(&app, &session).await;
    let mut other = add(&app, &theirs).await;
    app.clock.turn(300);
    refused(
        session.get(&app, "/api/1/desk/vault").await,
        403,
        "second-factor",
    )
    .await;
    let (ticket, options) = asking(&app).await;
    let body = json!({ "ticket": ticket, "credential": other.asserted(&options) });
    refused(session.post(&app, FRESH, body).await, 401, "second-factor").await;
    let body = json!({ "ticket": ticket, "credential": passkey.asserted(&options) });
    assert_eq!(session.post(&app, FRESH, body.clone()).await.status(), 204);
    refused(session.post(&app, FRESH, body).await, 401, "second-factor").await;
    assert_eq!(session.get(&app, "/api/1/desk/vault").await.status(), 200);
    refused(
        theirs.get(&app, "/api/1/desk/vault").await,
        403,
        "second-factor",
    )
    .await;
});

both!(a_passkey_that_somebody_wrote_lets_nobody_in, |base| {
    let app = TestApp::start(base).await;
    let (_, session) = member(&app, "Handler-8").await;
    let (_, victim) = member(&app, "Handler-9").await;
    let mut passkey = add(&app, &session).await;
    let id = victim.vault.member;
    let moved = "UPDATE factors SET member = $1 WHERE kind = 'passkey'";
    assert_eq!(
        sql::execute_with(app.store(), moved, id.as_bytes()).await,
        1
    );
    let (ticket, options) = asking(&app).await;
    let mut shown = passkey.asserted(&options);
    for handle in [session.vault.member, id] {
        shown["user_handle"] = URL_SAFE_NO_PAD.encode(handle.as_bytes()).into();
        refused(sign_in(&app, &ticket, &shown).await, 401, "sign-in").await;
    }
    app.clock.turn(300);
    let body = json!({ "ticket": ticket, "credential": shown });
    refused(victim.post(&app, FRESH, body).await, 401, "second-factor").await;
});

both!(a_newcomer_enrols_with_a_passkey_alone, |base| {
    let app = TestApp::start(base).await;
    let (one, two) = (
        link(&app, Purpose::Member).await,
        link(&app, Purpose::Member).await,
    );
    let mut newcomer = Newcomer::open(&app, &one, "Handler-8").await.ok().unwrap();
    let mut other = Newcomer::open(&app, &two, "Handler-9").await.ok().unwrap();
    newcomer.set_keys(&app).await;
    other.set_keys(&app).await;
    let (ticket, options) = begun(newcomer.ask(&app, "passkey/options", json!({})).await).await;
    let (mut passkey, created) = Passkey::make(&options, app.page_origin());
    let body = json!({ "ticket": ticket, "name": "Key", "credential": created });
    // A ticket for one is none for another.
    refused(other.ask(&app, "passkey", body.clone()).await, 422, "code").await;
    refused(other.finish(&app).await, 409, "stale").await;
    assert_eq!(newcomer.ask(&app, "passkey", body).await.status(), 204);
    assert_eq!(newcomer.finish(&app).await.status(), 200);
    let (ticket, options) = asking(&app).await;
    let shown = passkey.asserted(&options);
    assert_eq!(sign_in(&app, &ticket, &shown).await.status(), 200);
    // Codes that were never proved let nobody in.
    refused(newcomer.sign_in(&app).await.err().unwrap(), 401, "sign-in").await;
    assert_eq!(
        sql::count(app.store(), "factors WHERE kind = 'totp' AND proved = 0").await,
        1
    );
});
