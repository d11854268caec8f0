//! A session at the desk, with or without a directory to go by.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, OnceLock};

use reqwest::{Method, Response};
use rightline::demo::Drawn;
use rightline::protocol::vault::{Stretched, Vault};
use rightline::protocol::{MemberId, ServiceId};
use rightline::secret::Passphrase;
use serde_json::{Value, json};

use super::Site;
use super::member::{bytes, call};

/// Who is signed in, with their keys.
pub struct Session {
    pub vault: Vault,
    pub cookie: String,
}

/// Stretches a passphrase, each only once: it is what tests would spend most of their time on.
pub fn stretched(passphrase: &str, salt: &[u8; 16]) -> Arc<Stretched> {
    type Known = BTreeMap<(String, [u8; 16]), Arc<OnceLock<Arc<Stretched>>>>;
    static KNOWN: Mutex<Known> = Mutex::new(BTreeMap::new());
    let mut known = KNOWN.lock().unwrap();
    let place = known.entry((passphrase.to_owned(), *salt)).or_default();
    let place = Arc::clone(place);
    drop(known);
    let stretch = || Stretched::new(&Passphrase::new(passphrase.to_owned()), salt);
    Arc::clone(place.get_or_init(|| Arc::new(stretch())))
}

/// Passphrases for a demonstration, the same for each.
pub fn passphrases() -> impl FnMut() -> Drawn {
    let mut places = 0_u8..;
    move || {
        let place = places.next().unwrap();
        let (passphrase, salt) = (format!("correct horse battery staple {place}"), [place; 16]);
        Drawn {
            stretched: stretched(&passphrase, &salt),
            passphrase: passphrase.into(),
            salt,
        }
    }
}

/// What a browser derives to sign in: member, stretched passphrase and login secret.
pub async fn derived(
    site: &Site,
    service: ServiceId,
    label: &str,
    passphrase: &str,
) -> (MemberId, Arc<Stretched>, String) {
    let asked = Some(json!({ "label": label }));
    let answer = call(site, "", Method::POST, "/api/1/desk/parameters", asked).await;
    let parameters: Value = answer.json().await.unwrap();
    let member: MemberId = parameters["member"].as_str().unwrap().parse().unwrap();
    let salt = hex::decode(parameters["salt"].as_str().unwrap()).unwrap();
    let salt: [u8; 16] = salt.try_into().unwrap();
    let stretched = stretched(passphrase, &salt);
    let login = stretched.login(&service).to_hex().to_string();
    (member, stretched, login)
}

/// The value of a cookie that an answer sets, as a browser sends it back.
pub fn cookie(answer: &Response) -> String {
    let set = answer.headers()["set-cookie"].to_str().unwrap();
    set.split(';').next().unwrap().to_owned()
}

impl Session {
    /// Signs in as the browser does; the refusal's answer otherwise.
    pub async fn open(
        site: &Site,
        service: ServiceId,
        label: &str,
        passphrase: &str,
        code: &str,
    ) -> Result<Self, Response> {
        let (member, stretched, login) = derived(site, service, label, passphrase).await;
        let asked = Some(json!({ "label": label, "login": login, "code": code }));
        let answer = call(site, "", Method::POST, "/api/1/desk/sign-in", asked).await;
        if answer.status() != 200 {
            return Err(answer);
        }
        let cookie = cookie(&answer);
        let opened: Value = answer.json().await.unwrap();
        let pepper = opened["pepper"].as_str().unwrap().parse().unwrap();
        let identity = stretched.identity(&service, &member, &pepper);
        let vault = Vault::open(&bytes(&opened["vault"]), &identity, &service, &member).unwrap();
        Ok(Self { vault, cookie })
    }

    pub async fn get(&self, site: &Site, path: &str) -> Response {
        call(site, &self.cookie, Method::GET, path, None).await
    }

    pub async fn post(&self, site: &Site, path: &str, body: Value) -> Response {
        call(site, &self.cookie, Method::POST, path, Some(body)).await
    }

    pub async fn put(&self, site: &Site, path: &str, body: Value) -> Response {
        call(site, &self.cookie, Method::PUT, path, Some(body)).await
    }

    /// What a call answers that is allowed.
    pub async fn read(&self, site: &Site, path: &str) -> Value {
        let answer = self.get(site, path).await;
        assert_eq!(answer.status(), 200, "{path}");
        answer.json().await.unwrap()
    }

    /// Shows a code again, for what needs one.
    pub async fn refresh(&self, site: &Site, code: &str) {
        let answer = self
            .post(site, "/api/1/desk/fresh", json!({ "code": code }))
            .await;
        assert_eq!(answer.status(), 204);
    }
}
