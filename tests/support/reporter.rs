//! A reporter who speaks the protocol.

use std::sync::Arc;

use rightline::ambient::Random;
use rightline::protocol::bytes::Blob;
use rightline::protocol::directory::{Directory, Route};
use rightline::protocol::mailbox::{Act, Challenge, Opened, request};
use rightline::protocol::message::{Message, Place, Seen, write_from_reporter};
use rightline::protocol::report::codes::{Channel, Mode};
use rightline::protocol::report::{Body, Draft, IdentityContent, Parties, Submission, compose};
use rightline::protocol::signing::Signed;
use rightline::protocol::statement::Case;
use rightline::protocol::token::{Token, TokenKeys};
use rightline::protocol::{Digest, MemberId, ServiceId, json};
use rightline::secret::{CaseSecret, Entropy, ExposeSecret as _, Lookup, OpenSeed};

use super::Site;

/// A reporter with a token, and the report they composed.
pub struct Reporter {
    pub service: ServiceId,
    pub token: Token,
    pub submission: Submission,
    pub directory: Arc<Directory>,
}

/// What a report says, with defaults that are enough to send.
pub struct Report {
    pub route: Route,
    pub grantees: Option<Vec<MemberId>>,
    pub parties: Parties,
    pub body: Body,
    pub identity: Option<IdentityContent>,
    pub entropy: [u8; 16],
}

impl Report {
    pub fn saying(what_happened: &str) -> Self {
        Self {
            route: Route::Intake,
            grantees: None,
            parties: Parties::default(),
            body: Body {
                channel: Channel::known("web").unwrap(),
                mode: Mode::known("anonymous").unwrap(),
                language: "en".to_owned(),
                what_happened: what_happened.to_owned(),
                ..Body::default()
            },
            identity: None,
            entropy: Random.bytes(),
        }
    }
}

impl Reporter {
    /// Composes a report without sending it.
    pub fn compose(site: &Site, directory: &Arc<Directory>, report: Report) -> Self {
        let service = site.id();
        let token = Token::from_entropy(Entropy::new(report.entropy));
        let all = || {
            directory
                .first_readers(report.route)
                .iter()
                .map(|member| member.member)
                .collect()
        };
        let grantees: Vec<MemberId> = report.grantees.unwrap_or_else(all);
        let thrown_away: Vec<OpenSeed> = (0..directory.custodians().len().max(1))
            .map(|_| OpenSeed::new(Random.bytes()))
            .collect();
        let submission = compose(Draft {
            token: &token,
            secret: &CaseSecret::new(Random.bytes()),
            directory,
            route: report.route,
            grantees: &grantees,
            parties: report.parties,
            body: report.body,
            identity: report.identity,
            thrown_away: &thrown_away,
            day: site.today(),
        })
        .unwrap();
        Self {
            service,
            token,
            submission,
            directory: Arc::clone(directory),
        }
    }

    /// Composes and sends a report, and expects it to be accepted.
    pub async fn file(site: &Site, what_happened: &str) -> Self {
        let directory = site.directory().await;
        let reporter = Self::compose(site, &directory, Report::saying(what_happened));
        let answer = put(site, &reporter.submission).await;
        assert_eq!(answer.status(), 201);
        reporter
    }

    pub fn keys(&self) -> TokenKeys {
        self.token.keys(&self.service)
    }

    /// The address of the report.
    pub fn path(&self) -> String {
        format!("/api/1/cases/{}", self.submission.case)
    }

    /// Sends a mailbox request.
    pub async fn act(&self, site: &Site, act: Act, file: Option<Vec<u8>>) -> reqwest::Response {
        let challenge = challenge(site).await;
        let keys = self.keys();
        let lookup = Lookup::new(*keys.lookup.expose_secret());
        let request = request(
            &self.service,
            lookup,
            &keys.signing_key(),
            &challenge,
            act,
            file,
        );
        send(site, request.write()).await
    }

    /// Opens the mailbox.
    pub async fn open(&self, site: &Site) -> Opened {
        let answer = self.act(site, Act::Open { after: 0 }, None).await;
        assert_eq!(answer.status(), 200);
        let bytes = answer.bytes().await.unwrap();
        assert_eq!(bytes.len() % 16_384, 0);
        json::read(bytes.trim_ascii_end()).unwrap()
    }

    /// Writes a message: its stub and its file.
    pub fn write(&self, site: &Site, opened: &Opened, body: &str) -> (Signed, Vec<u8>) {
        let case = Case::read(opened.statement.as_bytes()).unwrap();
        let last = opened.to_reporter.last();
        let place = Place {
            service: self.service,
            case: case.id,
            epoch: 0,
            sequence: opened.from_reporter.len() as u64 + 1,
            previous: opened
                .from_reporter
                .last()
                .map_or(Digest::ZERO, Signed::digest),
            seen: last.map_or(Seen::NOTHING, |last| Seen {
                sequence: opened.to_reporter.len() as u64,
                digest: last.stub.digest(),
            }),
            serial: self.directory.root().serial,
            day: site.today(),
        };
        let message = Message {
            body: body.to_owned(),
            ..Message::default()
        };
        let written = write_from_reporter(
            &place,
            &self.keys().signing_key(),
            &case.statement.case_recipient,
            &message,
        )
        .unwrap();
        (written.stub, written.case_file)
    }

    /// Writes and posts a message, and expects it to be accepted.
    pub async fn post(&self, site: &Site, body: &str) {
        let opened = self.open(site).await;
        let (stub, file) = self.write(site, &opened, body);
        let answer = self.act(site, Act::Post { stub }, Some(file)).await;
        assert_eq!(answer.status(), 200);
    }
}

/// Sends a submission to its address.
pub async fn put(site: &Site, submission: &Submission) -> reqwest::Response {
    put_bytes(site, &submission.case.to_string(), submission.bytes.clone()).await
}

pub async fn put_bytes(site: &Site, case: &str, bytes: Vec<u8>) -> reqwest::Response {
    site.http
        .put(site.url(&format!("/api/1/cases/{case}")))
        .header("content-type", "application/octet-stream")
        .body(bytes)
        .send()
        .await
        .unwrap()
}

pub async fn challenge(site: &Site) -> Blob {
    let answer = site
        .http
        .post(site.url("/api/1/mailbox/challenge"))
        .send()
        .await
        .unwrap();
    let challenge: Challenge = json::read(&answer.bytes().await.unwrap()).unwrap();
    challenge.challenge
}

pub async fn send(site: &Site, request: Vec<u8>) -> reqwest::Response {
    site.http
        .post(site.url("/api/1/mailbox"))
        .header("content-type", "application/json")
        .body(request)
        .send()
        .await
        .unwrap()
}
