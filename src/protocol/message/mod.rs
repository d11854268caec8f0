//! Messages: stubs in clear and contents under seal (section 10).

mod bodies;
mod conversation;
mod write;

use serde::{Deserialize, Serialize};

use super::bytes::{CaseId, Day, Digest, EvidenceId, MemberId, ServiceId};
use super::hybrid::Identity;
use super::report::Version;
use super::signing::{Context, Signed, VerifyingKey};
use super::text::{as_text, named, or_empty};
use super::{Refused, ensure, framing, sealing};

pub use bodies::{CheckInAnswer, DETRIMENTS, Exclude, Form, Reveal, Scale, Survey, Treatment};
pub use conversation::{Conversation, Entry, Item, Signers, Warning, stage_in_force};
pub use write::{
    CannotWrite, Message, Place, Written, write_from_reporter, write_to_reporter, write_with,
};

/// The most characters of a message's body (M3).
pub const GREATEST_BODY: usize = 20_000;
/// The most characters of `next.what` (M3).
pub const GREATEST_NEXT: usize = 500;
/// The most pieces of evidence in a message (M8).
pub const GREATEST_EVIDENCE: usize = 50;
/// The most messages of one direction in a case (M1).
pub const GREATEST_MESSAGES: u64 = 1_000;
/// The most bytes of all that a reporter writes after the report, with its stubs (M1).
pub const GREATEST_WRITTEN: i64 = 16 * 1_048_576;
/// The most bytes of a stub (M2).
pub const GREATEST_STUB: usize = 2_048;

named!(
    /// Who writes to whom (M1).
    Direction, "direction" {
        /// Written by members.
        ToReporter = "to_reporter",
        /// Written by the reporter.
        FromReporter = "from_reporter",
    }
);

named!(
    /// How far a case has come (M7).
    Stage, "stage" {
        /// The report is in.
        Received = "received",
        /// Somebody has said so.
        Acknowledged = "acknowledged",
        /// It is being sorted.
        Triage = "triage",
        /// It is being assessed.
        Assessment = "assessment",
        /// A team works on it.
        WithTeam = "with_team",
        /// There is an outcome.
        Outcome = "outcome",
        /// It is closed.
        Closed = "closed",
    }
);

/// What kind of message it is (M6). A reader shows an unknown kind as `message`.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Kind(String);

impl Kind {
    /// The kinds that M6 names.
    pub const KNOWN: &[&str] = &[
        "message",
        "acknowledgement",
        "stage",
        "question",
        "decision",
        "check_in",
        "check_in_answer",
        "survey",
        "reveal",
        "exclude",
        "support",
    ];

    /// Takes a kind that M6 names.
    #[must_use]
    pub fn known(text: &str) -> Option<Self> {
        Self::KNOWN.contains(&text).then(|| Self(text.to_owned()))
    }

    /// The kind as a reader shows it.
    #[must_use]
    pub fn shown(&self) -> &str {
        if Self::KNOWN.contains(&self.0.as_str()) {
            &self.0
        } else {
            "message"
        }
    }
}

impl Default for Kind {
    fn default() -> Self {
        Self("message".to_owned())
    }
}

impl std::str::FromStr for Kind {
    type Err = std::convert::Infallible;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Ok(Self(text.to_owned()))
    }
}

impl std::fmt::Display for Kind {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

as_text!(Kind);

/// The last stub of the other direction that an author has seen (M2).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "the members are those of M2")]
pub struct Seen {
    pub sequence: u64,
    pub digest: Digest,
}

impl Seen {
    /// Nothing seen yet.
    pub const NOTHING: Self = Self {
        sequence: 0,
        digest: Digest::ZERO,
    };
}

/// The payload of a stub (M2).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "the members are those of M2")]
pub struct Stub {
    pub service: ServiceId,
    pub case: CaseId,
    pub epoch: u32,
    pub direction: Direction,
    pub sequence: u64,
    pub previous: Digest,
    pub seen: Seen,
    #[serde(with = "or_empty")]
    pub stage: Option<Stage>,
    #[serde(with = "or_empty")]
    pub author: Option<MemberId>,
    pub serial: u64,
    pub day: Day,
    pub files: Files,
}

/// The digests of a message's sealed files (M2).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "the members are those of M2")]
pub struct Files {
    pub case: Digest,
    pub reporter: Digest,
}

/// The payload of a message's content (M3).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "the members are those of M3")]
pub struct Content {
    pub version: Version,
    pub service: ServiceId,
    pub case: CaseId,
    pub epoch: u32,
    pub audience: Digest,
    pub direction: Direction,
    pub sequence: u64,
    pub previous: Digest,
    pub seen: Seen,
    #[serde(with = "or_empty")]
    pub stage: Option<Stage>,
    #[serde(with = "or_empty")]
    pub author: Option<MemberId>,
    pub serial: u64,
    pub day: Day,
    pub kind: Kind,
    pub body: String,
    pub next: Next,
    pub evidence: Vec<Evidence>,
}

/// What happens next, and by when (M3).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "the members are those of M3")]
pub struct Next {
    pub what: String,
    #[serde(with = "or_empty")]
    pub by: Option<Day>,
}

/// A file that belongs to a message (M8). Its seed is a secret; it is only ever written under seal.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "the members are those of M8")]
pub struct Evidence {
    pub id: EvidenceId,
    pub name: String,
    pub media_type: String,
    pub size: u64,
    pub digest: Digest,
    pub identity: EvidenceKey,
}

/// The seed of the identity that a file of evidence is sealed to, inside a message.
pub struct EvidenceKey(pub crate::secret::EvidenceSeed);

impl Clone for EvidenceKey {
    fn clone(&self) -> Self {
        use crate::secret::{EvidenceSeed, ExposeSecret as _};
        Self(EvidenceSeed::new(*self.0.expose_secret()))
    }
}

impl std::fmt::Debug for EvidenceKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("EvidenceKey(…)")
    }
}

impl PartialEq for EvidenceKey {
    fn eq(&self, other: &Self) -> bool {
        self.0 == other.0
    }
}

impl Eq for EvidenceKey {}

impl Serialize for EvidenceKey {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0.to_hex())
    }
}

impl<'de> Deserialize<'de> for EvidenceKey {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        crate::secret::EvidenceSeed::deserialize(deserializer).map(Self)
    }
}

impl Stub {
    /// Reads a stub whose signer is known.
    ///
    /// # Errors
    /// Names M4 when it is malformed or not signed by the key, M2 when a member is not as its
    /// direction asks.
    pub fn read(document: &Signed, key: &VerifyingKey) -> Result<Self, Refused> {
        let stub: Self = document
            .verify_as(Context::Stub, key)
            .map_err(|_| Refused::by("M4"))?;
        stub.check()?;
        Ok(stub)
    }

    /// Checks the members that depend on each other (M1, M2).
    pub(super) fn check(&self) -> Result<(), Refused> {
        ensure(self.sequence >= 1, "M1")?;
        ensure(
            (self.sequence == 1) == (self.previous == Digest::ZERO),
            "M2",
        )?;
        ensure(
            (self.seen.sequence == 0) == (self.seen.digest == Digest::ZERO),
            "M2",
        )?;
        match self.direction {
            Direction::ToReporter => ensure(self.author.is_some(), "M2"),
            Direction::FromReporter => ensure(
                self.author.is_none()
                    && self.stage.is_none()
                    && self.files.reporter == Digest::ZERO,
                "M2",
            ),
        }
    }

    /// The digest of the file that is sealed to the case or to the reporter.
    #[must_use]
    pub fn file(&self, copy: Copy) -> Digest {
        match copy {
            Copy::Case => self.files.case,
            Copy::Reporter => self.files.reporter,
        }
    }
}

/// Which of a message's two files is meant (M3).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Copy {
    /// The one sealed to the case.
    Case,
    /// The one sealed to the reporter.
    Reporter,
}

/// Opens one file of a message and checks it against its verified stub (M4).
///
/// # Errors
/// Names M4, or F2 when the frame is too long for a message.
pub fn read(
    stub: &Stub,
    key: &VerifyingKey,
    file: &[u8],
    copy: Copy,
    identity: &Identity,
) -> Result<Content, Refused> {
    let refused = Refused::by("M4");
    ensure(Digest::of(file) == stub.file(copy), "M4")?;
    let framed = sealing::open(file, identity).map_err(|_| refused)?;
    ensure(framed.len() <= framing::GREATEST_MESSAGE, "F2")?;
    let document = framing::unframe(&framed).map_err(|_| refused)?;
    let document = Signed::parse(document.to_vec()).map_err(|_| refused)?;
    let content: Content = document
        .verify_as(Context::Message, key)
        .map_err(|_| refused)?;
    let same = content.service == stub.service
        && content.case == stub.case
        && content.epoch == stub.epoch
        && content.direction == stub.direction
        && content.sequence == stub.sequence
        && content.previous == stub.previous
        && content.seen == stub.seen
        && content.stage == stub.stage
        && content.author == stub.author
        && content.serial == stub.serial
        && content.day == stub.day;
    ensure(
        same && content.audience == identity.recipient().digest(),
        "M4",
    )?;
    Ok(content)
}
