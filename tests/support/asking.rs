//! Requests to the mailbox that are not as they should be.

use reqwest::Response;
use rightline::protocol::Digest;
use rightline::protocol::bytes::Blob;
use rightline::protocol::mailbox::{Act, PATH, Payload, Request};
use rightline::protocol::signing::{Context, Signed, SigningKey, sign};
use rightline::secret::{ExposeSecret as _, Lookup};

use super::refusal::is_problem;
use super::reporter::{challenge, send};
use super::{Reporter, Site};

/// A request before it is signed.
pub struct Asking {
    pub lookup: [u8; 32],
    pub key: SigningKey,
    pub context: Context,
    pub payload: Payload,
    pub file: Option<Vec<u8>>,
}

impl Asking {
    /// What a reporter would send, with a fresh challenge.
    pub async fn of(site: &Site, reporter: &Reporter, act: Act, file: Option<Vec<u8>>) -> Self {
        let keys = reporter.keys();
        Self {
            lookup: *keys.lookup.expose_secret(),
            key: keys.signing_key(),
            context: Context::Mailbox,
            payload: Payload {
                service: site.id(),
                challenge: challenge(site).await,
                method: "POST".to_owned(),
                path: PATH.to_owned(),
                file: file.as_deref().map_or(Digest::ZERO, Digest::of),
                act,
            },
            file,
        }
    }

    /// What a reporter would send to open the mailbox.
    pub async fn opening(site: &Site, reporter: &Reporter) -> Self {
        Self::of(site, reporter, Act::Open { after: 0 }, None).await
    }

    pub fn with(mut self, change: impl FnOnce(&mut Self)) -> Self {
        change(&mut self);
        self
    }

    pub fn signed(&self) -> Signed {
        sign(self.context, &self.key, &self.payload)
    }

    /// The request's bytes, with the signed document bent as asked.
    pub fn bytes(&self, bend: impl FnOnce(&mut Vec<u8>)) -> Vec<u8> {
        let mut signed = self.signed().into_bytes();
        bend(&mut signed);
        let request = Request {
            lookup: Lookup::new(self.lookup),
            signed: Signed::parse(signed).unwrap(),
            file: self.file.clone().map(Blob),
        };
        request.write()
    }

    pub async fn send(&self, site: &Site) -> Response {
        send(site, self.bytes(|_| {})).await
    }
}

/// An answer of the mailbox, as bytes: everything but the date.
#[derive(Debug, PartialEq, Eq, Clone)]
pub struct Answer {
    pub status: u16,
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
}

impl Answer {
    /// Takes an answer in, and checks its padding (B3).
    pub async fn of(answer: Response) -> Self {
        let status = answer.status().as_u16();
        let headers = answer.headers().iter().filter(|(name, _)| *name != "date");
        let mut headers: Vec<(String, String)> = headers
            .map(|(name, value)| (name.to_string(), value.to_str().unwrap().to_owned()))
            .collect();
        headers.sort();
        let body = answer.bytes().await.unwrap().to_vec();
        assert!(!body.is_empty());
        assert_eq!(body.len() % 16_384, 0, "{}", String::from_utf8_lossy(&body));
        Self {
            status,
            headers,
            body,
        }
    }
}

/// Expects a padded refusal with this status and code, and says which rule it names.
pub async fn mailbox_refused(answer: Response, status: u16, code: &str) -> Option<String> {
    let headers = answer.headers().clone();
    let answer = Answer::of(answer).await;
    is_problem(
        answer.status,
        &headers,
        answer.body.trim_ascii_end(),
        (status, code),
    )
}

/// Expects a padded refusal that names this rule.
pub async fn mailbox_broken(answer: Response, rule: &str) {
    assert_eq!(
        mailbox_refused(answer, 422, "invalid").await.as_deref(),
        Some(rule)
    );
}
