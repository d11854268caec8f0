//! `/api/1/enrol`: links that work once, for one person, and codes that prove what they are of.

use reqwest::Response;
use rightline::protocol::enrolment::Application;
use rightline::protocol::{Day, MemberId};
use rightline::staff::invitations::{GOOD_FOR, Purpose};
use rightline::staff::totp;
use serde_json::{Value, json};

use crate::both;
use crate::support::enrol::{Codes, Newcomer, ask, enrol, link, member};
use crate::support::member::b64;
use crate::support::refusal::{broken, refused, whole};
use crate::support::{Session, TestApp, sql};

const ME: &str = "/api/1/desk/me";

/// Every call of a link, with a body that would do.
async fn every(app: &TestApp, newcomer: &Newcomer, secret: &str) -> Vec<Response> {
    let vault = b64(&newcomer.vault.seal().unwrap());
    let application = newcomer
        .application(app)
        .sign(&newcomer.vault.signing_key());
    let application = b64(application.as_bytes());
    let credential = json!({ "id": "AA", "client_data": "AA", "attestation": "AA" });
    let mut answers = Vec::new();
    for (path, body) in [
        ("open", json!({})),
        ("keys", newcomer.keys()),
        ("totp", json!({ "code": "000000" })),
        ("passkey/options", json!({})),
        (
            "passkey",
            json!({ "ticket": "AA==", "name": "Key", "credential": credential }),
        ),
        ("vault", json!({ "vault": vault })),
        ("vault/open", json!({})),
        (
            "finish",
            json!({ "application": application, "genesis": null }),
        ),
    ] {
        let mut body = body;
        if path != "open" {
            body["browser"] = newcomer.browser.clone().into();
        }
        answers.push(ask(app, path, secret, body).await);
    }
    answers
}

/// Expects that a link is none, in the same bytes whatever the cause and the call.
async fn is_no_link(app: &TestApp, newcomer: &Newcomer, secret: &str) -> (u16, Vec<u8>) {
    let mut found = Vec::new();
    for answer in every(app, newcomer, secret).await {
        let (status, _, body) = whole(answer).await;
        found.push((status, body));
    }
    found.dedup();
    assert_eq!(found.len(), 1, "{found:?}");
    assert_eq!(found[0].0, 404);
    assert!(String::from_utf8_lossy(&found[0].1).contains("urn:rightline:problem:invitation"));
    found.pop().unwrap()
}

both!(somebody_enrols_by_a_link_and_signs_in_with_a_code, |base| {
    let app = TestApp::start(base).await;
    let secret = link(&app, Purpose::Member).await;
    let mut newcomer = Newcomer::open(&app, &secret, "Investigator-17")
        .await
        .ok()
        .unwrap();
    let invited = newcomer.invited.clone();
    assert_eq!(
        (&invited["purpose"], &invited["label"], &invited["replaces"]),
        (&json!("member"), &json!("Newcomer"), &json!(""))
    );
    assert_eq!(invited["service"], app.id().to_string());
    assert_eq!(invited["origin"], app.page_origin());
    assert!(invited["genesis"].is_string());
    newcomer.set_keys(&app).await;
    // Nobody signs in before it is finished, whatever they know.
    let early = newcomer.sign_in(&app).await.err().unwrap();
    refused(early, 401, "sign-in").await;
    refused(newcomer.finish(&app).await, 409, "stale").await;
    assert_eq!(newcomer.prove(&app).await.status(), 204);
    // The vault comes back as it was handed in, and another can take its place.
    let kept: Value = newcomer
        .ask(&app, "vault/open", json!({}))
        .await
        .json()
        .await
        .unwrap();
    assert_eq!(kept["salt"], hex::encode(newcomer.salt));
    let again = b64(&newcomer.vault.seal().unwrap());
    assert_ne!(kept["vault"], again);
    let put = newcomer.ask(&app, "vault", json!({ "vault": again })).await;
    assert_eq!(put.status(), 204);
    assert_eq!(newcomer.finish(&app).await.status(), 200);

    let session = newcomer.sign_in(&app).await.ok().unwrap();
    assert_eq!(session.vault.member, newcomer.vault.member);
    let me = session.read(&app, ME).await;
    assert_eq!(
        (&me["label"], &me["roles"], &me["endorsed"], &me["fresh"]),
        (
            &json!("Investigator-17"),
            &json!([]),
            &json!(false),
            &json!(true)
        )
    );
    // The database holds neither the link's secret nor that of the codes.
    let tag = hex::encode(app.service.keys.link(&secret.parse().ok().unwrap()));
    let there = format!("invitations WHERE used = 1 AND digest = x'{tag}'");
    if base == crate::support::Base::Sqlite {
        assert_eq!(sql::count(app.store(), &there).await, 1);
    }
    // Without a role nothing of any case is there.
    refused(
        session.get(&app, "/api/1/desk/cases?list=new").await,
        404,
        "not-found",
    )
    .await;
});

both!(a_link_is_good_once_and_for_three_days, |base| {
    let app = TestApp::start(base).await;
    let secret = link(&app, Purpose::Member).await;
    let used = enrol(&app, &secret, "Handler-8").await;
    let none = is_no_link(&app, &used, &secret).await;
    // Unknown, expired and withdrawn are the same.
    assert_eq!(is_no_link(&app, &used, &"ab".repeat(32)).await, none);
    let late = link(&app, Purpose::Member).await;
    app.clock.turn(GOOD_FOR - 1);
    assert_eq!(ask(&app, "open", &late, json!({})).await.status(), 200);
    app.clock.turn(1);
    assert_eq!(is_no_link(&app, &used, &late).await, none);
    for wrong in ["", "ab", &secret.to_uppercase(), &format!("{secret}00")] {
        refused(ask(&app, "open", wrong, json!({})).await, 400, "malformed").await;
    }
    // What was enrolled by it stays.
    assert!(used.sign_in(&app).await.is_ok());
});

both!(whoever_else_has_the_link_sees_and_adds_nothing, |base| {
    let app = TestApp::start(base).await;
    let secret = link(&app, Purpose::Member).await;
    let mut newcomer = Newcomer::open(&app, &secret, "Handler-8")
        .await
        .ok()
        .unwrap();
    newcomer.set_keys(&app).await;
    // Whoever made the link goes on beside the newcomer, in another browser.
    let mut other = Newcomer::open(&app, &secret, "Handler-8")
        .await
        .ok()
        .unwrap();
    assert_ne!(other.browser, newcomer.browser);
    let vault = b64(&other.vault.seal().unwrap());
    for (path, body) in [
        ("vault/open", json!({})),
        ("passkey/options", json!({})),
        ("totp", json!({ "code": newcomer.code(&app) })),
        ("vault", json!({ "vault": vault })),
    ] {
        refused(other.ask(&app, path, body).await, 409, "stale").await;
    }
    let signed = newcomer
        .application(&app)
        .sign(&newcomer.vault.signing_key());
    let body = json!({ "application": b64(signed.as_bytes()), "genesis": null });
    refused(other.ask(&app, "finish", body).await, 409, "stale").await;
    app.clock.turn(60);
    assert_eq!(newcomer.prove(&app).await.status(), 204);
    assert_eq!(
        sql::count(app.store(), "factors WHERE proved = 1").await,
        1,
        "nobody else's"
    );
    // Beginning again takes everything from the first, who notices.
    other.set_keys(&app).await;
    refused(newcomer.finish(&app).await, 409, "stale").await;
    refused(
        newcomer.ask(&app, "vault/open", json!({})).await,
        409,
        "stale",
    )
    .await;
    // Each look through the link is in the trail.
    let acts = sql::acts_of(app.store(), newcomer.vault.member.as_bytes()).await;
    let opened = acts.iter().filter(|(act, _)| act == "enrol-open");
    assert_eq!(opened.count(), 2);
});

both!(an_invitation_that_somebody_altered_is_none, |base| {
    let app = TestApp::start(base).await;
    let (victim, _) = member(&app, "Handler-9").await;
    let id = victim.vault.member;
    let used = enrol(&app, &link(&app, Purpose::Member).await, "Handler-7").await;
    for change in [
        "member = $1",
        "replaces = $1",
        "purpose = 'administrator', label = CASE WHEN $1 = digest THEN '' ELSE label END",
        "until = until + 60, label = CASE WHEN $1 = digest THEN '' ELSE label END",
    ] {
        let secret = link(&app, Purpose::Member).await;
        let statement = format!("UPDATE invitations SET {change} WHERE used = 0");
        let changed = sql::execute_with(app.store(), &statement, id.as_bytes()).await;
        assert_eq!(changed, 1, "{change}");
        is_no_link(&app, &used, &secret).await;
        sql::execute(app.store(), "DELETE FROM invitations WHERE used = 0").await;
    }
    // And one that somebody made, whose secret they know.
    let secret = [7_u8; 32];
    let digest = rightline::protocol::Digest::of(&secret);
    let made = "INSERT INTO invitations \
                SELECT $1, 'member', 'x', id, replaces, replaces, 9999999999, 0 FROM members \
                WHERE label = 'Handler-9'";
    sql::execute_with(app.store(), made, digest.as_bytes()).await;
    is_no_link(&app, &used, &hex::encode(secret)).await;
});

both!(two_who_race_on_one_link_do_not_both_enrol, |base| {
    let app = TestApp::start(base).await;
    let secret = link(&app, Purpose::Member).await;
    // Whoever hands in keys last has the account; what the other proved before is gone.
    let mut one = Newcomer::open(&app, &secret, "Handler-8")
        .await
        .ok()
        .unwrap();
    one.set_keys(&app).await;
    assert_eq!(one.prove(&app).await.status(), 204);
    let mut two = Newcomer::open(&app, &secret, "Handler-9")
        .await
        .ok()
        .unwrap();
    two.set_keys(&app).await;
    refused(one.prove(&app).await, 409, "stale").await;
    refused(two.finish(&app).await, 409, "stale").await;
    assert_eq!(two.prove(&app).await.status(), 204);
    // The other's application is not of the account that is there.
    refused(one.finish(&app).await, 409, "stale").await;
    one.browser.clone_from(&two.browser);
    broken(one.finish(&app).await, "A5").await;
    let (first, second) = futures_util::future::join(two.finish(&app), two.finish(&app)).await;
    let mut statuses = [first.status().as_u16(), second.status().as_u16()];
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 404]);
    assert!(two.sign_in(&app).await.is_ok());
    refused(one.sign_in(&app).await.err().unwrap(), 401, "sign-in").await;
    assert_eq!(
        sql::count(app.store(), "members WHERE label = 'Handler-8'").await,
        0
    );
    assert_eq!(
        sql::count(app.store(), "members WHERE state = 'enrolling'").await,
        0
    );
});

both!(a_half_used_link_goes_on_where_it_was_left, |base| {
    let app = TestApp::start(base).await;
    let secret = link(&app, Purpose::Member).await;
    let mut newcomer = Newcomer::open(&app, &secret, "Handler-8")
        .await
        .ok()
        .unwrap();
    for (path, body) in [
        ("totp", json!({ "code": "123456" })),
        ("passkey/options", json!({})),
        (
            "vault",
            json!({ "vault": b64(&newcomer.vault.seal().unwrap()) }),
        ),
        ("vault/open", json!({})),
    ] {
        refused(newcomer.ask(&app, path, body).await, 409, "stale").await;
    }
    newcomer.set_keys(&app).await;
    // Begun again, with other keys under the same label.
    let mut again = Newcomer::open(&app, &secret, "Handler-8")
        .await
        .ok()
        .unwrap();
    again.set_keys(&app).await;
    assert_eq!(again.prove(&app).await.status(), 204);
    assert_eq!(again.finish(&app).await.status(), 200);
    assert_eq!(
        sql::count(app.store(), "members WHERE label = 'Handler-8'").await,
        1
    );
});

both!(a_label_is_taken_by_one_account, |base| {
    let app = TestApp::start(base).await;
    let first = link(&app, Purpose::Member).await;
    let taken = Newcomer::open(&app, &first, "Handler-1")
        .await
        .ok()
        .unwrap();
    refused(taken.ask(&app, "keys", taken.keys()).await, 409, "label").await;
    let mut begun = Newcomer::open(&app, &first, "Handler-8")
        .await
        .ok()
        .unwrap();
    begun.set_keys(&app).await;
    let second = link(&app, Purpose::Member).await;
    let other = Newcomer::open(&app, &second, "Handler-8")
        .await
        .ok()
        .unwrap();
    refused(other.ask(&app, "keys", other.keys()).await, 409, "label").await;
    // Once the first can no longer finish, the label is free again.
    app.clock.turn(GOOD_FOR);
    let third = link(&app, Purpose::Member).await;
    let mut third = Newcomer::open(&app, &third, "Handler-8")
        .await
        .ok()
        .unwrap();
    third.set_keys(&app).await;
    for label in [
        "",
        " Handler-9",
        "Handler-9 ",
        "Hand\u{0}ler",
        "Hand\nler",
        &"x".repeat(61),
    ] {
        let mut keys = third.keys();
        keys["label"] = label.into();
        refused(third.ask(&app, "keys", keys).await, 400, "malformed").await;
    }
});

both!(a_code_proves_what_it_is_of_and_nothing_else, |base| {
    let app = TestApp::start(base).await;
    let (one, two) = (
        link(&app, Purpose::Member).await,
        link(&app, Purpose::Member).await,
    );
    let mut one = Newcomer::open(&app, &one, "Handler-8").await.ok().unwrap();
    let mut two = Newcomer::open(&app, &two, "Handler-9").await.ok().unwrap();
    one.set_keys(&app).await;
    two.set_keys(&app).await;
    let (first, now) = (one.code(&app), app.clock.seconds());
    // Somebody else's code, a code from too long ago, and what is no code at all.
    let codes = one.codes.as_ref().unwrap();
    for code in [
        two.code(&app),
        codes.at(now - 3 * totp::STEP),
        codes.at(now + 3 * totp::STEP),
        String::new(),
        "123".to_owned(),
    ] {
        refused(
            one.ask(&app, "totp", json!({ "code": code })).await,
            422,
            "code",
        )
        .await;
    }
    refused(
        two.ask(&app, "totp", json!({ "code": first })).await,
        422,
        "code",
    )
    .await;
    refused(two.finish(&app).await, 409, "stale").await;
    // A secret that was moved to another row proves nothing there.
    let moved = "UPDATE factors SET secret = (SELECT secret FROM factors WHERE member = $1) WHERE member <> $1";
    sql::execute_with(app.store(), moved, one.vault.member.as_bytes()).await;
    refused(
        two.ask(&app, "totp", json!({ "code": first })).await,
        422,
        "code",
    )
    .await;
    assert_eq!(
        one.ask(&app, "totp", json!({ "code": first }))
            .await
            .status(),
        204
    );
    refused(
        one.ask(&app, "totp", json!({ "code": first })).await,
        422,
        "code",
    )
    .await;
});

both!(an_application_is_of_whoever_holds_the_link, |base| {
    let app = TestApp::start(base).await;
    let secret = link(&app, Purpose::Member).await;
    let mut newcomer = Newcomer::open(&app, &secret, "Handler-8")
        .await
        .ok()
        .unwrap();
    newcomer.set_keys(&app).await;
    assert_eq!(newcomer.prove(&app).await.status(), 204);
    let good = newcomer.application(&app);
    let alterations: [fn(&mut Application); 6] = [
        |applied| applied.member = MemberId::new([7; 16]),
        |applied| applied.label = "Handler-9".parse().unwrap(),
        |applied| applied.replaces = Some(MemberId::new([7; 16])),
        |applied| applied.service = rightline::protocol::ServiceId::new([7; 32]),
        |applied| applied.day = Day::plus_days(applied.day, 2),
        |applied| applied.day = Day::plus_days(applied.day, -2),
    ];
    for alter in alterations {
        let mut bad = good.clone();
        alter(&mut bad);
        broken(newcomer.finish_with(&app, &bad).await, "A5").await;
    }
    // The link is not used up by what was refused.
    assert_eq!(newcomer.finish_with(&app, &good).await.status(), 200);
    let kept = "members WHERE label = 'Handler-8' AND state = 'enrolled' AND founding = ''";
    assert_eq!(sql::count(app.store(), kept).await, 1);
});

both!(nobody_founds_what_is_founded, |base| {
    let app = TestApp::start(base).await;
    let secret = link(&app, Purpose::Lead).await;
    let mut newcomer = Newcomer::open(&app, &secret, "Lead-8").await.ok().unwrap();
    assert!(newcomer.genesis.is_none());
    newcomer.set_keys(&app).await;
    assert_eq!(newcomer.prove(&app).await.status(), 204);
    let genesis = newcomer.invited["genesis"].clone();
    let signed = newcomer
        .application(&app)
        .sign(&newcomer.vault.signing_key());
    let body = json!({ "application": b64(signed.as_bytes()), "genesis": genesis });
    refused(newcomer.ask(&app, "finish", body).await, 409, "stale").await;
    assert_eq!(newcomer.finish(&app).await.status(), 200);
    // An invitation makes no lead: a lead list does.
    let me = newcomer
        .sign_in(&app)
        .await
        .ok()
        .unwrap()
        .read(&app, ME)
        .await;
    assert_eq!(
        (&me["lead"], &me["administrator"]),
        (&json!(false), &json!(false))
    );
});

both!(what_is_no_vault_is_not_kept, |base| {
    let app = TestApp::start(base).await;
    let secret = link(&app, Purpose::Member).await;
    let mut newcomer = Newcomer::open(&app, &secret, "Handler-8")
        .await
        .ok()
        .unwrap();
    let vault = newcomer.vault.seal().unwrap();
    for bad in [
        Vec::new(),
        b"age".to_vec(),
        vault[..vault.len() - 1].to_vec(),
    ] {
        let mut keys = newcomer.keys();
        keys["vault"] = b64(&bad).into();
        broken(newcomer.ask(&app, "keys", keys).await, "A1").await;
    }
    newcomer.set_keys(&app).await;
    broken(
        newcomer
            .ask(&app, "vault", json!({ "vault": "AA==" }))
            .await,
        "A1",
    )
    .await;
});

both!(enrolment_is_in_the_audit_trail, |base| {
    let app = TestApp::start(base).await;
    let secret = link(&app, Purpose::Member).await;
    let newcomer = enrol(&app, &secret, "Handler-8").await;
    newcomer.sign_in(&app).await.ok().unwrap();
    let refusal = Session::open(&app, app.id(), "Handler-8", &newcomer.passphrase, "000000").await;
    refused(refusal.err().unwrap(), 401, "sign-in").await;
    let acts = crate::support::sql::acts_of(app.store(), newcomer.vault.member.as_bytes()).await;
    let acts: Vec<(&str, &str)> = acts
        .iter()
        .map(|(act, outcome)| (act.as_str(), outcome.as_str()))
        .collect();
    assert_eq!(
        acts,
        [
            ("enrol-open", "done"),
            ("enrol-keys", "done"),
            ("enrol-factor", "done"),
            ("enrol", "done"),
            ("sign-in", "done"),
            ("sign-in", "sign-in"),
        ]
    );
});

both!(codes_can_be_scanned_once_only, |base| {
    let app = TestApp::start(base).await;
    let secret = link(&app, Purpose::Member).await;
    let newcomer = Newcomer::open(&app, &secret, "Handler-8")
        .await
        .ok()
        .unwrap();
    let scan = async || {
        let answer = newcomer.ask(&app, "keys", newcomer.keys()).await;
        let shown: Value = answer.json().await.unwrap();
        Codes::scan(&shown["totp"])
    };
    let (first, second) = (scan().await, scan().await);
    let old = first.next(&app);
    refused(
        newcomer.ask(&app, "totp", json!({ "code": old })).await,
        422,
        "code",
    )
    .await;
    let new = second.next(&app);
    assert_eq!(
        newcomer
            .ask(&app, "totp", json!({ "code": new }))
            .await
            .status(),
        204
    );
});
