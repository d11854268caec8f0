//! The records of a case, and their revisions (section 13): a stub in clear, the content under seal.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::bytes::{CaseId, Day, Digest, MemberId, ServiceId};
use super::hybrid::{Identity, Recipient};
use super::report::Version;
use super::sealing::{self, CannotSeal};
use super::signing::{Context, Signed, SigningKey, VerifyingKey, sign};
use super::text::named;
use super::{Refused, ensure, framing};

/// The most revisions of one record (Q1).
pub const GREATEST_REVISIONS: u64 = 1_000;

named!(
    /// A record, of which every case has all (Q1).
    Name, "record" {
        /// Danger and crime.
        Danger = "danger",
        /// Subjects and allegations, and who owns each.
        Triage = "triage",
        /// Reporter of Wrongdoing.
        Reporter = "reporter",
        /// Failing to Report.
        Failing = "failing",
        /// Severity assessments.
        Severity = "severity",
        /// Tests of whether to refer to the IOPC.
        Referral = "referral",
        /// Decisions of the authority.
        Decisions = "decisions",
        /// Outcomes of allegations.
        Outcome = "outcome",
        /// Organisational learning.
        Learning = "learning",
        /// What encouraged and what prevented reporting.
        Concerns = "concerns",
        /// Chronology, notes and tasks.
        Notes = "notes",
    }
);

impl Name {
    /// Whether the record is signed off on the way to the end of a case; all are but the notes.
    #[must_use]
    pub const fn is_checkpoint(self) -> bool {
        !matches!(self, Self::Notes)
    }

    /// The records that are signed off, in the order of the protocol.
    pub fn checkpoints() -> impl Iterator<Item = Self> {
        Self::ALL
            .iter()
            .copied()
            .filter(|name| name.is_checkpoint())
    }
}

/// The payload of a revision's stub (Q1).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "the members are those of Q1")]
pub struct Revision {
    pub service: ServiceId,
    pub case: CaseId,
    pub epoch: u32,
    pub record: Name,
    pub revision: u64,
    pub previous: Digest,
    pub author: MemberId,
    pub serial: u64,
    pub day: Day,
    pub file: Digest,
}

/// The payload of a revision's content (Q2).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    version: Version,
    service: ServiceId,
    case: CaseId,
    epoch: u32,
    audience: Digest,
    record: Name,
    revision: u64,
    previous: Digest,
    author: MemberId,
    serial: u64,
    day: Day,
    content: Map<String, Value>,
}

impl Revision {
    /// Reads a stub whose author's key is known.
    ///
    /// # Errors
    /// Names Q1 when it is malformed or not signed by the key.
    pub fn read(document: &Signed, key: &VerifyingKey) -> Result<Self, Refused> {
        let stub: Self = document
            .verify_as(Context::Record, key)
            .map_err(|_| Refused::by("Q1"))?;
        stub.check()?;
        Ok(stub)
    }

    fn check(&self) -> Result<(), Refused> {
        ensure((1..=GREATEST_REVISIONS).contains(&self.revision), "Q1")?;
        ensure(
            (self.revision == 1) == (self.previous == Digest::ZERO),
            "Q1",
        )
    }
}

/// Where a revision stands.
#[derive(Clone, Copy, Debug)]
#[expect(missing_docs, reason = "the members are those of Q1")]
pub struct Place {
    pub service: ServiceId,
    pub case: CaseId,
    pub epoch: u32,
    pub record: Name,
    pub revision: u64,
    pub previous: Digest,
    pub author: MemberId,
    pub serial: u64,
    pub day: Day,
}

/// A revision that is ready to send.
#[derive(Clone, Debug)]
pub struct Written {
    /// The signed stub.
    pub stub: Signed,
    /// The file sealed to the case.
    pub file: Vec<u8>,
}

/// A revision that cannot be written as it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CannotWrite {
    /// The content is longer than a frame holds (F2).
    #[error("the record is too long")]
    TooLong,
    /// The system gave no randomness.
    #[error(transparent)]
    Seal(#[from] CannotSeal),
}

/// Writes a revision, sealed to the case's recipient of its epoch (Q2).
///
/// # Errors
/// Refuses content that no frame holds.
pub fn write(
    place: &Place,
    key: &SigningKey,
    case: &Recipient,
    content: &Map<String, Value>,
) -> Result<Written, CannotWrite> {
    write_with(place, key, case, content, sealing::seal)
}

/// Writes a revision by another sealer than [`sealing::seal`], so that test vectors can be repeated.
///
/// # Errors
/// As [`write`].
pub fn write_with(
    place: &Place,
    key: &SigningKey,
    case: &Recipient,
    content: &Map<String, Value>,
    mut seal: impl FnMut(&[u8], &[Recipient]) -> Result<Vec<u8>, CannotSeal>,
) -> Result<Written, CannotWrite> {
    let entry = Entry {
        version: Version,
        service: place.service,
        case: place.case,
        epoch: place.epoch,
        audience: case.digest(),
        record: place.record,
        revision: place.revision,
        previous: place.previous,
        author: place.author,
        serial: place.serial,
        day: place.day,
        content: content.clone(),
    };
    let signed = sign(Context::Entry, key, &entry);
    let framed = framing::frame(signed.as_bytes()).map_err(|_| CannotWrite::TooLong)?;
    let file = seal(&framed, std::slice::from_ref(case))?;
    let stub = Revision {
        service: place.service,
        case: place.case,
        epoch: place.epoch,
        record: place.record,
        revision: place.revision,
        previous: place.previous,
        author: place.author,
        serial: place.serial,
        day: place.day,
        file: Digest::of(&file),
    };
    Ok(Written {
        stub: sign(Context::Record, key, &stub),
        file,
    })
}

/// Opens the content of a revision and checks it against its verified stub (Q2).
///
/// # Errors
/// Names Q2 for a file that is another's, does not open, or says otherwise than the stub.
pub fn read(
    stub: &Revision,
    key: &VerifyingKey,
    file: &[u8],
    identity: &Identity,
) -> Result<Map<String, Value>, Refused> {
    let refused = Refused::by("Q2");
    ensure(Digest::of(file) == stub.file, "Q2")?;
    let framed = sealing::open(file, identity).map_err(|_| refused)?;
    let document = framing::unframe(&framed).map_err(|_| refused)?;
    let document = Signed::parse(document.to_vec()).map_err(|_| refused)?;
    let entry: Entry = document
        .verify_as(Context::Entry, key)
        .map_err(|_| refused)?;
    let same = entry.service == stub.service
        && entry.case == stub.case
        && entry.epoch == stub.epoch
        && entry.record == stub.record
        && entry.revision == stub.revision
        && entry.previous == stub.previous
        && entry.author == stub.author
        && entry.serial == stub.serial
        && entry.day == stub.day;
    ensure(
        same && entry.audience == identity.recipient().digest(),
        "Q2",
    )?;
    Ok(entry.content)
}
