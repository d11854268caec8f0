//! Requests to the mailbox and its answers (section 11).

use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Value;

use super::bytes::{CaseId, Day, Digest, ServiceId};
use super::message::Stage;
use super::signing::{Context, Signed, SigningKey, VerifyingKey, sign};
use super::text::Blob;
use super::{Refused, ensure, json};
use crate::secret::Lookup;

/// The most bytes of a challenge (B1).
pub const GREATEST_CHALLENGE: usize = 128;
/// The most bytes of a request (B2).
pub const GREATEST_REQUEST: usize = 262_144;
/// What every answer's length is a multiple of (B3).
pub const ANSWER_STEP: usize = 16_384;
/// The most files in one answer (B4).
pub const GREATEST_FILES: usize = 50;
/// Where requests go (B2).
pub const PATH: &str = "/api/1/mailbox";

const METHOD: &str = "POST";

/// What a request looks like on the wire (B2).
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Request {
    /// What finds the mailbox.
    pub lookup: Lookup,
    /// The signed payload.
    pub signed: Signed,
    /// A file sent along.
    #[serde(deserialize_with = "json::required")]
    pub file: Option<Blob>,
}

impl Request {
    /// Writes the request, as a reporter's client sends it.
    #[must_use]
    pub fn write(&self) -> Vec<u8> {
        #[derive(Serialize)]
        struct Wire<'a> {
            lookup: &'a str,
            signed: &'a Signed,
            file: &'a Option<Blob>,
        }
        let lookup = self.lookup.to_hex();
        json::write(&Wire {
            lookup: &lookup,
            signed: &self.signed,
            file: &self.file,
        })
    }
}

/// The payload of a request (B2).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "the members are those of B2")]
pub struct Payload {
    pub service: ServiceId,
    pub challenge: Blob,
    pub method: String,
    pub path: String,
    pub file: Digest,
    pub act: Act,
}

/// What a request asks for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "do", rename_all = "snake_case")]
pub enum Act {
    /// Show the mailbox (B4).
    Open {
        /// The last sequence whose file the client has.
        after: u64,
    },
    /// Post a message (B5).
    Post {
        /// Its stub.
        stub: Signed,
    },
    /// Forget the files sealed to the reporter (B6).
    Delete {
        /// Up to this sequence.
        up_to: u64,
    },
    /// Change the words (B7).
    ChangeWords {
        /// The signed change.
        change: Signed,
    },
}

impl<'de> Deserialize<'de> for Act {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(deny_unknown_fields)]
        struct Open {
            after: u64,
        }
        #[derive(Deserialize)]
        #[serde(deny_unknown_fields)]
        struct Post {
            stub: Signed,
        }
        #[derive(Deserialize)]
        #[serde(deny_unknown_fields)]
        struct Delete {
            up_to: u64,
        }
        #[derive(Deserialize)]
        #[serde(deny_unknown_fields)]
        struct ChangeWords {
            change: Signed,
        }
        let refused = |_| serde::de::Error::custom("not an act");
        let mut members = serde_json::Map::deserialize(deserializer)?;
        let name = members.remove("do");
        let rest = Value::Object(members);
        match name.as_ref().and_then(Value::as_str) {
            Some("open") => json::from_value(&rest)
                .map(|Open { after }| Self::Open { after })
                .map_err(refused),
            Some("post") => json::from_value(&rest)
                .map(|Post { stub }| Self::Post { stub })
                .map_err(refused),
            Some("delete") => json::from_value(&rest)
                .map(|Delete { up_to }| Self::Delete { up_to })
                .map_err(refused),
            Some("change_words") => json::from_value(&rest)
                .map(|ChangeWords { change }| Self::ChangeWords { change })
                .map_err(refused),
            _ => Err(refused(json::Malformed)),
        }
    }
}

/// Makes a request (B2).
#[must_use]
pub fn request(
    service: &ServiceId,
    lookup: Lookup,
    key: &SigningKey,
    challenge: &Blob,
    act: Act,
    file: Option<Vec<u8>>,
) -> Request {
    let payload = Payload {
        service: *service,
        challenge: challenge.clone(),
        method: METHOD.to_owned(),
        path: PATH.to_owned(),
        file: file.as_deref().map_or(Digest::ZERO, Digest::of),
        act,
    };
    Request {
        lookup,
        signed: sign(Context::Mailbox, key, &payload),
        file: file.map(Blob),
    }
}

/// Reads a request's payload before anything is verified, to look at the challenge first (B3).
///
/// # Errors
/// Names B2.
pub fn unverified(signed: &Signed) -> Result<Payload, Refused> {
    let payload: Payload = signed
        .unverified(Context::Mailbox)
        .map_err(|_| Refused::by("B2"))?;
    ensure(payload.challenge.0.len() <= GREATEST_CHALLENGE, "B1")?;
    Ok(payload)
}

/// Verifies a request by the mailbox's key (B2).
///
/// # Errors
/// Names B2 when the signature is bad, or it is of another service, address or file.
pub fn verify(
    request: &Request,
    service: &ServiceId,
    key: &VerifyingKey,
) -> Result<Payload, Refused> {
    let refused = Refused::by("B2");
    let payload: Payload = request
        .signed
        .verify_as(Context::Mailbox, key)
        .map_err(|_| refused)?;
    let file = request
        .file
        .as_ref()
        .map_or(Digest::ZERO, |file| Digest::of(&file.0));
    let fits = payload.service == *service
        && payload.method == METHOD
        && payload.path == PATH
        && payload.file == file;
    if fits { Ok(payload) } else { Err(refused) }
}

/// Pads an answer with spaces to the next step (B3).
#[must_use]
pub fn pad(mut answer: Vec<u8>) -> Vec<u8> {
    let length = answer.len().max(1).next_multiple_of(ANSWER_STEP);
    answer.resize(length, b' ');
    answer
}

/// The answer to a call for a challenge (B1).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "the members are those of B1")]
pub struct Challenge {
    pub challenge: Blob,
}

/// The answer to `open` (B4).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "the members are those of B4")]
pub struct Opened {
    pub case: CaseId,
    pub day: Day,
    pub stage: Stage,
    pub aside: bool,
    pub statement: Signed,
    pub receipt: Signed,
    pub changes: Vec<Changed>,
    pub epochs: Vec<Signed>,
    pub rows: Vec<Signed>,
    pub to_reporter: Vec<Served>,
    pub from_reporter: Vec<Signed>,
    pub more: bool,
}

/// A change of words as served (B4).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "the members are those of B4")]
pub struct Changed {
    pub signed: Signed,
    pub keep: Blob,
}

/// A message to the reporter as served (B4).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "the members are those of B4")]
pub struct Served {
    pub stub: Signed,
    #[serde(deserialize_with = "json::required")]
    pub file: Option<Blob>,
}

/// The answer to `post` (B5).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "the members are those of B5")]
pub struct Posted {
    pub sequence: u64,
}

/// The answer to `delete` (B6).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "the members are those of B6")]
pub struct Deleted {
    pub deleted: u64,
}

/// The answer to `change_words` (B7).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "the members are those of B7")]
pub struct ChangedWords {
    pub number: u64,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn acts_are_read_strictly() {
        assert_eq!(
            json::read(br#"{"do":"open","after":3}"#),
            Ok(Act::Open { after: 3 })
        );
        assert_eq!(
            json::read(br#"{"up_to":0,"do":"delete"}"#),
            Ok(Act::Delete { up_to: 0 })
        );
        assert_eq!(
            json::write(&Act::Open { after: 3 }),
            br#"{"do":"open","after":3}"#
        );
        for wrong in [
            r#"{"do":"open"}"#,
            r#"{"do":"open","after":3,"more":1}"#,
            r#"{"after":3}"#,
            r#"{"do":"shut","after":3}"#,
            r#"["open",3]"#,
            r#""open""#,
        ] {
            assert_eq!(
                json::read::<Act>(wrong.as_bytes()),
                Err(json::Malformed),
                "{wrong}"
            );
        }
    }

    #[test]
    fn answers_are_padded_to_whole_steps() {
        assert_eq!(pad(Vec::new()).len(), ANSWER_STEP);
        assert_eq!(pad(vec![b'1'; ANSWER_STEP]).len(), ANSWER_STEP);
        let padded = pad(vec![b'1'; ANSWER_STEP + 1]);
        assert_eq!(
            (padded.len(), padded[padded.len() - 1]),
            (2 * ANSWER_STEP, b' ')
        );
    }
}
