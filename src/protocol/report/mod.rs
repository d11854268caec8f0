//! The contents of a report (section 7).

pub mod codes;
mod compose;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use zeroize::Zeroizing;

use super::bytes::{Anchor, MemberId, ServiceId};
use super::hybrid::Identity;
use super::sealing::{self, CannotOpen};
use super::{framing, json};
use codes::{
    Answer, Basis, Channel, Characteristic, Concern, Involvement, Kind, Mode, Pattern, Rank,
    Relation,
};

pub use compose::{CannotCompose, Draft, Submission, compose, compose_with};

/// The most subjects, and the most others, in a report (R4).
pub const GREATEST_LIST: usize = 40;
/// The most characters of `what_happened` (R8).
pub const GREATEST_ACCOUNT: usize = 50_000;
/// The most characters of any other text (R8).
pub const GREATEST_TEXT: usize = 5_000;

/// The version that a content names: always 1.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Version;

impl Serialize for Version {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_u64(1)
    }
}

impl<'de> Deserialize<'de> for Version {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match u64::deserialize(deserializer)? {
            1 => Ok(Self),
            _ => Err(serde::de::Error::custom("another version")),
        }
    }
}

/// Who is named, and who must not see it (R4).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "the members are those of R4")]
pub struct Parties {
    pub version: Version,
    pub service: ServiceId,
    pub anchor: Anchor,
    pub subjects: Vec<Subject>,
    pub others: Vec<Other>,
    pub exclude: Exclude,
}

/// Somebody who is reported (R4).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "the members are those of R4")]
pub struct Subject {
    pub name: String,
    pub description: String,
    pub kind: Kind,
    pub rank: Rank,
    pub acting: bool,
    pub unit: String,
    pub relation: Relation,
    pub senior: Answer,
    pub reads_reports: Answer,
    pub probationer: Answer,
}

/// Somebody who knew and did not report (R4).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "the members are those of R4")]
pub struct Other {
    pub who: String,
    pub rank: Rank,
    pub unit: String,
    pub why: String,
    pub reason: String,
}

/// Who must not see the report (R4).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "the members are those of R4")]
pub struct Exclude {
    pub units: Vec<String>,
    pub members: Vec<MemberId>,
    pub other: String,
}

/// Everything else that is reported (R5).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "the members are those of R5")]
pub struct Body {
    pub version: Version,
    pub service: ServiceId,
    pub anchor: Anchor,
    pub channel: Channel,
    pub language: String,
    pub mode: Mode,
    pub name: String,
    pub contact: String,
    pub concerns: Vec<Concern>,
    pub characteristics: Vec<Characteristic>,
    pub what_happened: String,
    pub when: String,
    #[serde(rename = "where")]
    pub place: String,
    pub pattern: Pattern,
    pub circumstances: Circumstances,
    pub basis: Basis,
    pub basis_detail: String,
    pub evidence: Evidence,
    pub told: Told,
    pub danger: Danger,
    pub support: Support,
    pub informed: Answer,
    pub reporter: Reporter,
    pub access_needs: String,
}

/// In which circumstances it happened (R5).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "the members are those of R5")]
pub struct Circumstances {
    pub on_duty: Answer,
    pub online: Answer,
    pub private_messages: Answer,
    pub described_as_banter: Answer,
}

/// Evidence that exists and may be lost (R5).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "the members are those of R5")]
pub struct Evidence {
    pub what: String,
    pub at_risk: Answer,
    pub how: String,
}

/// Whom the reporter told before (R5).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "the members are those of R5")]
pub struct Told {
    pub whom: String,
    pub outcome: String,
}

/// Whether anybody is in danger now (R5).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "the members are those of R5")]
pub struct Danger {
    pub now: Answer,
    pub detail: String,
}

/// Whether the reporter wants support (R5).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "the members are those of R5")]
pub struct Support {
    pub wanted: Answer,
    pub detail: String,
}

/// What the reporter says of themselves (R5).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "the members are those of R5")]
pub struct Reporter {
    pub kind: Kind,
    pub rank: Rank,
    pub unit: String,
    pub probationer: Answer,
    pub role: Involvement,
}

/// Who a confidential reporter is, for the custodians alone (R6).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "the members are those of R6")]
pub struct IdentityContent {
    pub version: Version,
    pub service: ServiceId,
    pub anchor: Anchor,
    pub name: String,
    pub contact: String,
    pub unit: String,
}

/// What came out of a sealed part (R9).
#[derive(Debug, PartialEq, Eq)]
pub enum Part<T> {
    /// The content, of this case.
    Good(T),
    /// A content of another service or case: shown with a warning.
    Foreign(T),
    /// Not of the format: shown with a warning.
    Unreadable(Zeroizing<Vec<u8>>),
}

/// A content that names the service and anchor of its case.
pub trait Anchored {
    /// The service and anchor that the content names.
    fn names(&self) -> (&ServiceId, &Anchor);
}

macro_rules! anchored {
    ($($content:ty),+) => {
        $(impl Anchored for $content {
            fn names(&self) -> (&ServiceId, &Anchor) {
                (&self.service, &self.anchor)
            }
        })+
    };
}

anchored!(Parties, Body, IdentityContent);

/// Opens a framed part and reads its content (R9).
///
/// # Errors
/// Fails when the file does not open at all.
pub fn open_part<T: DeserializeOwned + Anchored>(
    file: &[u8],
    identity: &Identity,
    service: &ServiceId,
    anchor: &Anchor,
) -> Result<Part<T>, CannotOpen> {
    let framed = sealing::open(file, identity)?;
    let content = framing::unframe(&framed).ok();
    match content.and_then(|content| json::read::<T>(content).ok()) {
        Some(read) if read.names() == (service, anchor) => Ok(Part::Good(read)),
        Some(read) => Ok(Part::Foreign(read)),
        None => Ok(Part::Unreadable(framed)),
    }
}
