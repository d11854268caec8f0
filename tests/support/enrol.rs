//! Somebody who enrols by a link, as the page does it.

use std::cell::Cell;

use reqwest::{Method, Response};
use rightline::protocol::directory::{Label, Lead, LeadList, sign_leads};
use rightline::protocol::enrolment::Application;
use rightline::protocol::hybrid::MemberIdentity;
use rightline::protocol::signing::Signed;
use rightline::protocol::vault::{Unlock, Vault};
use rightline::protocol::{Digest, MemberId, Nonce, ServiceId};
use rightline::secret::{LinkSecret, OpenSeed, SignSeed};
use rightline::staff::invitations::{Purpose, invitation};
use rightline::staff::store::invitations::invite;
use rightline::staff::totp;
use serde_json::{Value, json};

use super::member::{b64, call};
use super::session::{Session, stretched};
use super::{Site, TestApp};

/// Draws bytes.
pub fn drawn<const N: usize>() -> [u8; N] {
    rightline::ambient::Random.bytes()
}

/// A link to enrol by, as the command line makes one; its fragment.
pub async fn link(app: &TestApp, purpose: Purpose) -> String {
    let secret = LinkSecret::new(drawn());
    let now = app.clock.seconds();
    let keys = &app.service.keys;
    let new = invitation(keys, &secret, purpose, None, "Newcomer", now);
    invite(app.store(), &new, now).await.unwrap();
    secret.to_hex().to_string()
}

/// An authenticator: what it was shown, and the last step that it made a code of.
pub struct Codes {
    secret: [u8; totp::SECRET],
    last: Cell<i64>,
}

impl Codes {
    /// Scans what the page shows.
    pub fn scan(shown: &Value) -> Self {
        let text = shown["secret"].as_str().unwrap();
        let uri = shown["uri"].as_str().unwrap();
        assert!(uri.contains(&format!("?secret={text}&")), "{uri}");
        let secret = totp_rs::Secret::try_from_base32(text).unwrap();
        Self {
            secret: secret.as_bytes().try_into().unwrap(),
            last: Cell::new(0),
        }
    }

    /// The code of a moment.
    pub fn at(&self, seconds: i64) -> String {
        totp::code(&self.secret, seconds)
    }

    /// A code that was not used before; turns the clock on where it must.
    pub fn next(&self, site: &Site) -> String {
        let mut step = site.clock.seconds() / totp::STEP;
        if step <= self.last.get() {
            site.clock.turn(totp::STEP);
            step = self.last.get() + 1;
        }
        self.last.set(step);
        self.at(step * totp::STEP)
    }
}

/// Somebody with an open link, and the keys that they make.
pub struct Newcomer {
    pub secret: String,
    /// The secret of the browser in which they enrol.
    pub browser: String,
    pub invited: Value,
    pub label: String,
    pub passphrase: String,
    pub salt: [u8; 16],
    pub vault: Vault,
    pub codes: Option<Codes>,
    pub genesis: Option<Signed>,
    pub login: String,
}

fn text<T: std::str::FromStr<Err: std::fmt::Debug>>(value: &Value) -> T {
    value.as_str().unwrap().parse().unwrap()
}

/// A call of the page that enrols, with the link's secret in it.
pub async fn ask(site: &Site, path: &str, secret: &str, mut body: Value) -> Response {
    body["secret"] = secret.into();
    call(
        site,
        "",
        Method::POST,
        &format!("/api/1/enrol/{path}"),
        Some(body),
    )
    .await
}

impl Newcomer {
    /// Opens a link and makes keys; the refusal's answer otherwise.
    pub async fn open(site: &Site, secret: &str, label: &str) -> Result<Self, Response> {
        let answer = ask(site, "open", secret, json!({})).await;
        if answer.status() != 200 {
            return Err(answer);
        }
        let invited: Value = answer.json().await.unwrap();
        let member: MemberId = text(&invited["member"]);
        let sign = SignSeed::new(drawn());
        let key = rightline::protocol::signing::SigningKey::new(&sign);
        let genesis = (invited["service"] == "").then(|| {
            let list = LeadList {
                service: ServiceId::ZERO,
                number: 0,
                previous: Digest::ZERO,
                name: text(&invited["force"]),
                origin: text(&invited["origin"]),
                nonce: Nonce::new(drawn()),
                day: site.today(),
                leads: vec![Lead {
                    member,
                    label: label.parse().unwrap(),
                    key: key.verifying_key(),
                }],
            };
            sign_leads(&key, &list)
        });
        let service = match &genesis {
            Some(genesis) => ServiceId::of(genesis),
            None => text(&invited["service"]),
        };
        let passphrase = format!("six words of {label}");
        let salt = [label.len().try_into().unwrap_or(0); 16];
        let stretched = stretched(&passphrase, &salt);
        let identity = stretched.identity(&service, &member, &text(&invited["pepper"]));
        let vault = Vault {
            service,
            member,
            label: label.parse::<Label>().unwrap(),
            open: OpenSeed::new(drawn()),
            sign,
            unlocks: vec![Unlock::passphrase(&identity)],
        };
        Ok(Self {
            secret: secret.to_owned(),
            browser: hex::encode(drawn::<32>()),
            label: label.to_owned(),
            login: stretched.login(&service).to_hex().to_string(),
            passphrase,
            salt,
            vault,
            codes: None,
            genesis,
            invited,
        })
    }

    /// A call of the browser that makes the keys.
    pub async fn ask(&self, site: &Site, path: &str, mut body: Value) -> Response {
        body["browser"] = self.browser.clone().into();
        ask(site, path, &self.secret, body).await
    }

    /// What the page posts of new keys.
    pub fn keys(&self) -> Value {
        json!({
            "label": self.label,
            "salt": hex::encode(self.salt),
            "login": self.login,
            "vault": b64(&self.vault.seal().unwrap()),
        })
    }

    /// Hands the keys in, and scans the codes that come back.
    pub async fn set_keys(&mut self, site: &Site) {
        let answer = self.ask(site, "keys", self.keys()).await;
        assert_eq!(answer.status(), 200);
        let shown: Value = answer.json().await.unwrap();
        self.codes = Some(Codes::scan(&shown["totp"]));
    }

    pub fn code(&self, site: &Site) -> String {
        self.codes.as_ref().unwrap().next(site)
    }

    /// Shows a first code.
    pub async fn prove(&self, site: &Site) -> Response {
        let code = self.code(site);
        self.ask(site, "totp", json!({ "code": code })).await
    }

    /// What the newcomer signs at last.
    pub fn application(&self, site: &Site) -> Application {
        let replaces = self.invited["replaces"].as_str().unwrap();
        Application {
            service: self.vault.service,
            member: self.vault.member,
            label: self.vault.label.clone(),
            recipient: MemberIdentity::new(&self.vault.open).recipient().clone(),
            key: self.vault.signing_key().verifying_key(),
            replaces: (!replaces.is_empty()).then(|| replaces.parse().unwrap()),
            day: site.today(),
        }
    }

    /// Hands the application in.
    pub async fn finish_with(&self, site: &Site, application: &Application) -> Response {
        let signed = application.sign(&self.vault.signing_key());
        let body = json!({
            "application": b64(signed.as_bytes()),
            "genesis": self.genesis.as_ref().map(|genesis| b64(genesis.as_bytes())),
        });
        self.ask(site, "finish", body).await
    }

    pub async fn finish(&self, site: &Site) -> Response {
        self.finish_with(site, &self.application(site)).await
    }

    /// Signs in with a code; the refusal's answer otherwise.
    pub async fn sign_in(&self, site: &Site) -> Result<Session, Response> {
        let code = self.code(site);
        Session::open(
            site,
            self.vault.service,
            &self.label,
            &self.passphrase,
            &code,
        )
        .await
    }
}

/// Enrols somebody by a link, to the end.
pub async fn enrol(site: &Site, secret: &str, label: &str) -> Newcomer {
    let mut newcomer = Newcomer::open(site, secret, label).await.ok().unwrap();
    newcomer.set_keys(site).await;
    assert_eq!(newcomer.prove(site).await.status(), 204);
    let answer = newcomer.finish(site).await;
    assert_eq!(answer.status(), 200);
    let finished: Value = answer.json().await.unwrap();
    assert_eq!(finished["service"], newcomer.vault.service.to_string());
    newcomer
}

/// Enrols a member by a link of their own, and signs them in.
pub async fn member(app: &TestApp, label: &str) -> (Newcomer, Session) {
    let link = link(app, Purpose::Member).await;
    let newcomer = enrol(app, &link, label).await;
    let session = newcomer.sign_in(app).await.ok().unwrap();
    (newcomer, session)
}
