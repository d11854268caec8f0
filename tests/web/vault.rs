//! `/api/1/desk/vault`: putting another vault, and another passphrase, in the place of the one there.

use rightline::protocol::vault::{Stretched, Unlock, Vault, login_digest, pepper};
use rightline::protocol::{Digest, MemberId};
use rightline::secret::{Passphrase, Pepper, PepperSecret};
use rightline::staff::store::account;
use serde_json::{Value, json};

use crate::both;
use crate::support::enrol::{drawn, member};
use crate::support::member::{b64, bytes};
use crate::support::refusal::{broken, refused};
use crate::support::session::{derived, stretched};
use crate::support::{Session, TestApp};

const VAULT: &str = "/api/1/desk/vault";

/// What the desk puts to re-seal a vault under the same passphrase.
fn same(before: &[u8], vault: &[u8]) -> Value {
    json!({
        "replaces": Digest::of(before).to_string(),
        "vault": b64(vault),
        "salt": "",
        "login": "",
        "current": "",
    })
}

both!(a_vault_is_replaced_by_whoever_read_it_last, |base| {
    let app = TestApp::start(base).await;
    let (_, session) = member(&app, "Handler-8").await;
    let kept = session.read(&app, VAULT).await;
    let before = bytes(&kept["vault"]);
    let after = session.vault.seal().unwrap();
    for bad in [&b"age"[..], &after[..after.len() - 1], &[]] {
        broken(session.put(&app, VAULT, same(&before, bad)).await, "A1").await;
    }
    let mut half = same(&before, &after);
    half["salt"] = hex::encode([7; 16]).into();
    refused(session.put(&app, VAULT, half).await, 400, "malformed").await;
    refused(
        session.put(&app, VAULT, same(&after, &after)).await,
        409,
        "stale",
    )
    .await;
    assert_eq!(
        session
            .put(&app, VAULT, same(&before, &after))
            .await
            .status(),
        204
    );
    let again = session.vault.seal().unwrap();
    refused(
        session.put(&app, VAULT, same(&before, &again)).await,
        409,
        "stale",
    )
    .await;
    assert_eq!(bytes(&session.read(&app, VAULT).await["vault"]), after);
    // It gives away what opens a vault but for the passphrase: not in a session that was left alone.
    app.clock.turn(300);
    refused(session.get(&app, VAULT).await, 403, "second-factor").await;
    refused(
        session.put(&app, VAULT, same(&after, &again)).await,
        403,
        "second-factor",
    )
    .await;
});

both!(
    a_new_passphrase_needs_the_old_one_and_ends_other_sessions,
    |base| {
        let app = TestApp::start(base).await;
        let (mut newcomer, session) = member(&app, "Handler-8").await;
        let other = newcomer.sign_in(&app).await.ok().unwrap();
        let (member, _, current) = derived(&app, app.id(), "Handler-8", &newcomer.passphrase).await;
        let kept = session.read(&app, VAULT).await;
        let before = bytes(&kept["vault"]);
        let salt = drawn::<16>();
        let passphrase = "another passphrase altogether";
        let stretched = Stretched::new(&Passphrase::new(passphrase.to_owned()), &salt);
        let pepper = kept["pepper"].as_str().unwrap().parse().unwrap();
        let identity = stretched.identity(&app.id(), &member, &pepper);
        let mut vault = session.vault;
        vault.unlocks = vec![Unlock::passphrase(&identity)];
        let mut body = same(&before, &vault.seal().unwrap());
        body["salt"] = hex::encode(salt).into();
        body["login"] = stretched.login(&app.id()).to_hex().as_str().into();
        body["current"] = "ab".repeat(32).into();
        let session = Session {
            vault,
            cookie: session.cookie,
        };
        refused(session.put(&app, VAULT, body.clone()).await, 401, "sign-in").await;
        assert_eq!(other.get(&app, "/api/1/desk/me").await.status(), 200);
        body["current"] = current.into();
        assert_eq!(session.put(&app, VAULT, body.clone()).await.status(), 204);
        refused(session.put(&app, VAULT, body).await, 409, "stale").await;

        // This session goes on; the others ended; the old passphrase is worth nothing.
        assert_eq!(session.get(&app, "/api/1/desk/me").await.status(), 200);
        refused(other.get(&app, "/api/1/desk/me").await, 401, "signed-out").await;
        refused(newcomer.sign_in(&app).await.err().unwrap(), 401, "sign-in").await;
        newcomer.passphrase = passphrase.to_owned();
        let again = newcomer.sign_in(&app).await.ok().unwrap();
        assert_eq!(again.vault.member, member);
    }
);

both!(guessing_the_passphrase_in_a_session_is_slowed, |base| {
    let app = TestApp::start(base).await;
    let (_, session) = member(&app, "Handler-8").await;
    let before = bytes(&session.read(&app, VAULT).await["vault"]);
    let mut body = same(&before, &session.vault.seal().unwrap());
    for name in ["login", "current"] {
        body[name] = "ab".repeat(32).into();
    }
    body["salt"] = "ab".repeat(16).into();
    for _ in 0..6 {
        refused(session.put(&app, VAULT, body.clone()).await, 401, "sign-in").await;
    }
    refused(session.put(&app, VAULT, body).await, 429, "slow-down").await;
});

both!(a_stolen_database_opens_nothing_without_the_pepper, |base| {
    let app = TestApp::start(base).await;
    // Whoever has the database has guessed the passphrase too.
    let guessed = &app.person("Handler-1").passphrase;
    let found = account(app.store(), "Handler-1").await.unwrap().unwrap();
    let stolen = found.account;
    let (service, member) = (app.id(), MemberId::try_from(stolen.id.as_slice()).unwrap());
    let stretched = stretched(guessed, &stolen.salt.as_slice().try_into().unwrap());
    let opens = |pepper: &Pepper| {
        let identity = stretched.identity(&service, &member, pepper);
        Vault::open(&stolen.vault, &identity, &service, &member).is_ok()
    };
    let other = PepperSecret::new(drawn());
    assert!(!opens(&Pepper::new([0; 32])));
    assert!(!opens(&pepper(&other, &member)));
    let colleague = app.desk("Handler-2").await.vault.member;
    assert!(!opens(&app.service.keys.pepper(&colleague)));
    // What is kept of the login secret does not say either that the guess was right.
    let login = stretched.login(&service);
    let by_other = login_digest(&other, &member, &login);
    assert_ne!(by_other.as_bytes().as_slice(), stolen.login.as_slice());

    assert!(opens(&app.service.keys.pepper(&member)));
    let by_own = app.service.keys.login(&member, &login);
    assert_eq!(by_own.as_bytes().as_slice(), stolen.login.as_slice());
});
