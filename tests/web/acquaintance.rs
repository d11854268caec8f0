//! `POST /api/1/desk/sign-in`: nobody can lock a colleague out of a browser they have used before.

use reqwest::{Method, Response};
use rightline::protocol::vault::Stretched;
use rightline::secret::Passphrase;
use serde_json::{Value, json};

use crate::both;
use crate::support::TestApp;
use crate::support::member::call;
use crate::support::refusal::refused;

const SIGN_IN: &str = "/api/1/desk/sign-in";

async fn login(app: &TestApp, label: &str) -> String {
    let asked = Some(json!({ "label": label }));
    let answer = call(app, "", Method::POST, "/api/1/desk/parameters", asked).await;
    let parameters: Value = answer.json().await.unwrap();
    let salt: [u8; 16] = hex::decode(parameters["salt"].as_str().unwrap())
        .unwrap()
        .try_into()
        .unwrap();
    let passphrase = Passphrase::new(app.person(label).passphrase.to_string());
    Stretched::new(&passphrase, &salt)
        .login(&app.id())
        .to_hex()
        .to_string()
}

async fn sign_in(app: &TestApp, cookie: &str, label: &str, login: &str) -> Response {
    let body = json!({ "label": label, "login": login, "code": "" });
    call(app, cookie, Method::POST, SIGN_IN, Some(body)).await
}

/// The cookie by which the browser is known afterwards, with its attributes.
fn known(answer: &Response) -> (String, Vec<String>) {
    assert_eq!(answer.status(), 200);
    let cookies = answer.headers().get_all("set-cookie").iter();
    let mut cookies = cookies.map(|cookie| cookie.to_str().unwrap());
    let known = cookies
        .find(|cookie| cookie.starts_with("__Secure-rightline-known="))
        .unwrap();
    let mut parts = known.split("; ").map(str::to_owned);
    let value = parts.next().unwrap();
    let mut attributes: Vec<String> = parts.collect();
    attributes.sort();
    (value, attributes)
}

both!(strangers_tries_do_not_lock_out_a_known_browser, |base| {
    let app = TestApp::start(base).await;
    let (right, wrong) = (login(&app, "Handler-1").await, "0".repeat(64));
    let answer = sign_in(&app, "", "Handler-1", &right).await;
    let (cookie, attributes) = known(&answer);
    assert_eq!(
        attributes,
        [
            "HttpOnly",
            "Max-Age=15552000",
            "Path=/api/1/desk/sign-in",
            "SameSite=Strict",
            "Secure"
        ]
    );
    for _ in 0..6 {
        refused(sign_in(&app, "", "Handler-1", &wrong).await, 401, "sign-in").await;
    }
    refused(
        sign_in(&app, "", "Handler-1", &right).await,
        429,
        "slow-down",
    )
    .await;
    // From the browser that has been there before, it goes on; and it is known by a new name.
    let again = sign_in(&app, &cookie, "Handler-1", &right).await;
    assert_ne!(known(&again).0, cookie);
    // Which neither ends the strangers' pause nor makes it longer.
    refused(
        sign_in(&app, "", "Handler-1", &right).await,
        429,
        "slow-down",
    )
    .await;

    // A known browser is slowed by its own wrong tries, and by those alone.
    for _ in 0..6 {
        refused(
            sign_in(&app, &cookie, "Handler-1", &wrong).await,
            401,
            "sign-in",
        )
        .await;
    }
    refused(
        sign_in(&app, &cookie, "Handler-1", &right).await,
        429,
        "slow-down",
    )
    .await;
    assert_eq!(
        sign_in(&app, &known(&again).0, "Handler-1", &right)
            .await
            .status(),
        200
    );
});

both!(
    a_browser_is_known_for_one_member_and_by_nothing_made_up,
    |base| {
        let app = TestApp::start(base).await;
        let (right, wrong) = (login(&app, "Handler-1").await, "0".repeat(64));
        let (cookie, _) = known(&sign_in(&app, "", "Handler-1", &right).await);
        let colleague = login(&app, "Handler-2").await;
        let (theirs, _) = known(&sign_in(&app, "", "Handler-2", &colleague).await);
        for _ in 0..6 {
            sign_in(&app, "", "Handler-1", &wrong).await;
        }
        let value = cookie.split_once('=').unwrap().1;
        let bent = format!(
            "{}{}",
            if value.starts_with('0') { "1" } else { "0" },
            &value[1..]
        );
        for made_up in [
            theirs,
            format!("__Secure-rightline-known={bent}"),
            format!("__Secure-rightline-known={}", "0".repeat(96)),
            "__Secure-rightline-known=".to_owned(),
            "__Secure-rightline-known=x".to_owned(),
            format!("rightline-known={value}"),
        ] {
            refused(
                sign_in(&app, &made_up, "Handler-1", &right).await,
                429,
                "slow-down",
            )
            .await;
        }
        // It opens nothing by itself.
        refused(
            call(&app, &cookie, Method::GET, "/api/1/desk/me", None).await,
            401,
            "signed-out",
        )
        .await;
        assert_eq!(
            sign_in(&app, &cookie, "Handler-1", &right).await.status(),
            200
        );
    }
);
