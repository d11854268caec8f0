//! A member at the desk who speaks the protocol.

use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use reqwest::{Method, Response};
use rightline::protocol::directory::Directory;
use rightline::protocol::grant::{Declaration, Grant};
use rightline::protocol::hybrid::CaseIdentity;
use rightline::protocol::message::{
    Copy, Kind, Message, Place, Seen, Stage, Stub, Written, read, write_to_reporter,
};
use rightline::protocol::report::{Body, Part, Parties, open_part};
use rightline::protocol::signing::{Signed, VerifyingKey};
use rightline::protocol::statement::Case;
use rightline::protocol::vault::Vault;
use rightline::protocol::{CaseId, Digest};
use rightline::secret::CaseSecret;
use serde_json::{Value, json};

use super::{Session, Site};

/// A signed-in member.
pub struct Desk {
    pub vault: Vault,
    pub cookie: String,
    pub directory: Arc<Directory>,
}

/// A case as a member opened it.
pub struct OpenCase {
    pub view: Value,
    pub case: Case,
    pub secret: CaseSecret,
    pub body: Body,
    pub parties: Parties,
}

pub fn b64(bytes: &[u8]) -> String {
    STANDARD.encode(bytes)
}

pub fn bytes(value: &Value) -> Vec<u8> {
    STANDARD.decode(value.as_str().unwrap()).unwrap()
}

pub fn signed(value: &Value) -> Signed {
    Signed::parse(bytes(value)).unwrap()
}

/// A call of the desk's pages, with or without a session.
pub async fn call(
    site: &Site,
    cookie: &str,
    method: Method,
    path: &str,
    body: Option<Value>,
) -> Response {
    let mut request = site
        .http
        .request(method, site.url(path))
        .header("rightline-desk", "1")
        .header("origin", site.page_origin())
        .header("sec-fetch-site", "same-origin");
    if !cookie.is_empty() {
        request = request.header("cookie", cookie);
    }
    if let Some(body) = body {
        request = request.json(&body);
    }
    request.send().await.unwrap()
}

impl Desk {
    /// Signs in as the browser does, without a code; the refusal's answer otherwise.
    pub async fn sign_in(site: &Site, label: &str, passphrase: &str) -> Result<Self, Response> {
        let session = Session::open(site, site.id(), label, passphrase, "").await?;
        Ok(Self::of(site, session).await)
    }

    /// A session as a desk that knows the directory.
    pub async fn of(site: &Site, session: Session) -> Self {
        Self {
            vault: session.vault,
            cookie: session.cookie,
            directory: site.directory().await,
        }
    }

    pub async fn get(&self, site: &Site, path: &str) -> Response {
        call(site, &self.cookie, Method::GET, path, None).await
    }

    pub async fn post(&self, site: &Site, path: &str, body: Value) -> Response {
        call(site, &self.cookie, Method::POST, path, Some(body)).await
    }

    pub async fn list(&self, site: &Site, list: &str) -> Vec<Value> {
        let answer = self
            .get(site, &format!("/api/1/desk/cases?list={list}&limit=200"))
            .await;
        assert_eq!(answer.status(), 200);
        let listed: Value = answer.json().await.unwrap();
        listed["cases"].as_array().unwrap().clone()
    }

    pub fn declaration(&self, site: &Site, case: CaseId, conflict: bool) -> Signed {
        Declaration {
            service: site.id(),
            case,
            member: self.vault.member,
            conflict,
            serial: self.directory.root().serial,
            day: site.today(),
        }
        .sign(&self.vault.signing_key())
    }

    pub async fn declare(&self, site: &Site, case: CaseId, conflict: bool) -> Response {
        let signed = self.declaration(site, case, conflict);
        let path = format!("/api/1/desk/cases/{case}/declaration");
        self.post(site, &path, json!({ "signed": b64(signed.as_bytes()) }))
            .await
    }

    /// Opens a case after declaring no conflict.
    pub async fn open(&self, site: &Site, case: CaseId) -> OpenCase {
        assert_eq!(self.declare(site, case, false).await.status(), 200);
        self.read(site, case).await
    }

    /// Opens a case that was declared before, with every check of S4.
    pub async fn read(&self, site: &Site, case: CaseId) -> OpenCase {
        let answer = self.get(site, &format!("/api/1/desk/cases/{case}")).await;
        assert_eq!(answer.status(), 200);
        let view: Value = answer.json().await.unwrap();
        self.open_view(view, case)
    }

    pub fn open_view(&self, view: Value, id: CaseId) -> OpenCase {
        let case = Case::read(&bytes(&view["statement"])).unwrap();
        assert_eq!(case.id, id);
        let me = self.vault.member.to_string();
        let own = view["grants"]
            .as_array()
            .unwrap()
            .iter()
            .find(|grant| grant["member"] == me.as_str() && grant["sealed"].is_string());
        let sealed = bytes(&own.unwrap()["sealed"]);
        let anchor = case.statement.anchor();
        let recipient = &case.statement.case_recipient;
        let secret = Grant::open(
            &sealed,
            &self.vault.identity(),
            &anchor,
            0,
            &self.vault.member,
            recipient,
        )
        .unwrap();
        let (body, parties) = (bytes(&view["body"]), bytes(&view["parties"]));
        assert_eq!(Digest::of(&body), case.statement.parts.body);
        assert_eq!(Digest::of(&parties), case.statement.parts.parties);
        let service = &case.statement.service;
        let Part::Good(body) =
            open_part::<Body>(&body, &CaseIdentity::new(&secret), service, &anchor).unwrap()
        else {
            panic!("the body is not this case's")
        };
        let identity = self.vault.identity();
        // Parties are sealed to the first grantees only.
        let parties = match open_part::<Parties>(&parties, &identity, service, &anchor) {
            Ok(Part::Good(parties)) => parties,
            _ => Parties::default(),
        };
        OpenCase {
            view,
            case,
            secret,
            body,
            parties,
        }
    }

    /// Writes the next message to the reporter.
    pub fn write(&self, site: &Site, open: &OpenCase, stage: Option<Stage>, body: &str) -> Written {
        self.write_kind(site, open, stage, "message", body)
    }

    /// Writes the next message to the reporter, of a kind that M6 names.
    pub fn write_kind(
        &self,
        site: &Site,
        open: &OpenCase,
        stage: Option<Stage>,
        kind: &str,
        body: &str,
    ) -> Written {
        let message = Message {
            kind: Kind::known(kind).unwrap(),
            body: body.to_owned(),
            stage,
            ..Message::default()
        };
        self.write_message(site, open, &message)
    }

    /// Writes the next message to the reporter, whatever it says.
    pub fn write_message(&self, site: &Site, open: &OpenCase, message: &Message) -> Written {
        let messages = open.view["messages"].as_array().unwrap();
        let mut last = [(0, Digest::ZERO), (0, Digest::ZERO)];
        for message in messages {
            let stub = signed(&message["stub"]);
            let said: Value = serde_json::from_slice(stub.unverified_payload()).unwrap();
            let way = usize::from(said["direction"] == "from_reporter");
            last[way] = (said["sequence"].as_u64().unwrap(), stub.digest());
        }
        let place = Place {
            service: site.id(),
            case: open.case.id,
            epoch: 0,
            sequence: last[0].0 + 1,
            previous: last[0].1,
            seen: Seen {
                sequence: last[1].0,
                digest: last[1].1,
            },
            serial: self.directory.root().serial,
            day: site.today(),
        };
        write_to_reporter(
            &place,
            self.vault.member,
            &self.vault.signing_key(),
            &open.case.statement.case_recipient,
            &open.case.statement.reporter_recipient,
            message,
        )
        .unwrap()
    }

    /// What the reporter has written, in the order of arrival: kind and body.
    pub fn told(&self, open: &OpenCase, by: &VerifyingKey) -> Vec<(Kind, String)> {
        let identity = CaseIdentity::new(&open.secret);
        let messages = open.view["messages"].as_array().unwrap().iter();
        messages
            .filter_map(|message| {
                let stub = Stub::read(&signed(&message["stub"]), by).ok()?;
                let file = bytes(&message["file"]);
                let said = read(&stub, by, &file, Copy::Case, &identity).unwrap();
                Some((said.kind, said.body))
            })
            .collect()
    }

    /// Posts a written message.
    pub async fn send(&self, site: &Site, case: CaseId, written: &Written) -> Response {
        let body = json!({
            "stub": b64(written.stub.as_bytes()),
            "case_file": b64(&written.case_file),
            "reporter_file": b64(written.reporter_file.as_ref().unwrap()),
        });
        self.post(site, &format!("/api/1/desk/cases/{case}/messages"), body)
            .await
    }

    /// Writes and posts a message, and expects it to be accepted.
    pub async fn answer(&self, site: &Site, case: CaseId, stage: Option<Stage>, body: &str) {
        let open = self.read(site, case).await;
        let written = self.write(site, &open, stage, body);
        assert_eq!(self.send(site, case, &written).await.status(), 201);
    }
}
