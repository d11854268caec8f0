//! The directory: who leads, which teams there are and whose keys count (section 6).

mod checks;
mod verified;

use std::collections::HashSet;
use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::bytes::{Day, Digest, MemberId, Nonce, ServiceId, TeamId};
use super::hybrid::Recipient;
use super::signing::{Context, Signed, SigningKey, VerifyingKey, sign};
use super::text::{NotA, as_text, named, or_empty};
use super::token::{WORDS, key_words};
use super::{Refused, json, recovery};

pub use verified::Directory;

/// The most leads in a list (D2).
pub const GREATEST_LEADS: usize = 20;
/// The most members in a team (D4).
pub const GREATEST_TEAM: usize = 500;

/// A member's public name: 1 to 60 characters, never a person's name (D4).
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Label(String);

impl Label {
    /// The label as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for Label {
    type Err = NotA;

    fn from_str(text: &str) -> Result<Self, NotA> {
        if (1..=60).contains(&text.chars().count()) {
            Ok(Self(text.to_owned()))
        } else {
            Err(NotA("label"))
        }
    }
}

impl fmt::Display for Label {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

as_text!(Label);

named!(
    /// What a member may do (D4).
    Role, "role" {
        /// Takes in and sorts reports.
        Handler = "handler",
        /// Investigates.
        Investigator = "investigator",
        /// Decides as the appropriate authority.
        Authority = "authority",
        /// Looks after reporters and victims.
        Support = "support",
        /// Keeps the names of confidential reporters.
        Custodian = "custodian",
        /// Sees aggregates only.
        Analyst = "analyst",
        /// Sees the audit trail only.
        Auditor = "auditor",
        /// Files for callers and reads nothing.
        Caller = "caller",
        /// Looks after accounts and settings, and reads nothing.
        Administrator = "administrator",
    }
);

impl Role {
    /// Whether a member with this role may have no other (D5).
    #[must_use]
    pub const fn stands_alone(self) -> bool {
        matches!(
            self,
            Self::Administrator | Self::Auditor | Self::Analyst | Self::Caller
        )
    }

    /// Whether a member with this role may be granted a case (K4).
    #[must_use]
    pub const fn may_read(self) -> bool {
        matches!(
            self,
            Self::Handler | Self::Investigator | Self::Authority | Self::Custodian | Self::Support
        )
    }
}

named!(
    /// Which first readers a report goes to (S1).
    Route, "route" {
        /// The ordinary one.
        Intake = "intake",
        /// The one for reports about those who read the ordinary one.
        Independent = "independent",
    }
);

/// The payload of a lead list (D2).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "the members are those of D2")]
pub struct LeadList {
    pub service: ServiceId,
    pub number: u64,
    pub previous: Digest,
    pub name: String,
    pub origin: String,
    pub nonce: Nonce,
    pub day: Day,
    pub leads: Vec<Lead>,
}

/// One who signs the directory.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "the members are those of D2")]
pub struct Lead {
    pub member: MemberId,
    pub label: Label,
    pub key: VerifyingKey,
}

/// The payload of a root (D3).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "the members are those of D3")]
pub struct Root {
    pub service: ServiceId,
    pub serial: u64,
    pub previous: Digest,
    pub leads: Digest,
    pub issued: Day,
    pub good_until: Day,
    pub service_key: VerifyingKey,
    #[serde(deserialize_with = "json::required")]
    pub recovery: Option<Recovery>,
    pub routes: Routes,
    pub teams: Vec<TeamEntry>,
}

/// The recipient that can recover everything, split into shares (D6).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "the members are those of D3")]
pub struct Recovery {
    pub recipient: Recipient,
    pub key: VerifyingKey,
    pub threshold: u64,
    pub shares: u64,
    pub signatures: Vec<Signed>,
}

impl Recovery {
    /// The id by which grants name it (D12).
    #[must_use]
    pub fn id(&self) -> MemberId {
        recovery::id(&self.recipient)
    }

    /// The words by which people compare its keys (D13).
    #[must_use]
    pub fn words(&self) -> [&'static str; WORDS] {
        key_words(&self.key, &self.recipient)
    }
}

/// The payload of one lead's word for a recovery recipient (D6).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "the members are those of D6")]
pub struct RecoveryWord {
    pub service: ServiceId,
    pub recipient: Recipient,
    pub key: VerifyingKey,
    pub threshold: u64,
    pub shares: u64,
    pub day: Day,
}

/// Which team reads first on each route, and which keeps names (D3, D10).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "the members are those of D3")]
pub struct Routes {
    pub intake: TeamId,
    #[serde(with = "or_empty")]
    pub independent: Option<TeamId>,
    #[serde(with = "or_empty")]
    pub custodians: Option<TeamId>,
}

/// A team document that a root names.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "the members are those of D3")]
pub struct TeamEntry {
    pub team: TeamId,
    pub digest: Digest,
}

/// The payload of a team document (D4).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "the members are those of D4")]
pub struct Team {
    pub service: ServiceId,
    pub team: TeamId,
    pub name: String,
    pub members: Vec<Member>,
}

/// A member as a team lists them (D4).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "the members are those of D4")]
pub struct Member {
    pub member: MemberId,
    pub label: Label,
    pub roles: Vec<Role>,
    pub units: Vec<String>,
    pub recipient: Recipient,
    pub key: VerifyingKey,
    pub since: Day,
    #[serde(with = "or_empty")]
    pub replaces: Option<MemberId>,
}

impl Member {
    /// Whether the member has the role.
    #[must_use]
    pub fn has(&self, role: Role) -> bool {
        self.roles.contains(&role)
    }

    /// The words by which people compare the member's keys (D13).
    #[must_use]
    pub fn words(&self) -> [&'static str; WORDS] {
        key_words(&self.key, &self.recipient)
    }
}

/// Which root somebody remembers or seals by (D8, S1).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "the members are those of S1")]
pub struct Pin {
    pub serial: u64,
    pub digest: Digest,
}

/// What `GET /api/1/directory` answers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "the members are those of section 6")]
pub struct Served {
    pub genesis: Signed,
    pub leads: Vec<Signed>,
    pub root: Signed,
}

/// Signs a lead list (D2).
#[must_use]
pub fn sign_leads(key: &SigningKey, list: &LeadList) -> Signed {
    sign(Context::Leads, key, list)
}

/// Signs a root (D3).
#[must_use]
pub fn sign_root(key: &SigningKey, root: &Root) -> Signed {
    sign(Context::Root, key, root)
}

/// Signs a team document (D4).
#[must_use]
pub fn sign_team(key: &SigningKey, team: &Team) -> Signed {
    sign(Context::Team, key, team)
}

/// Signs a lead's word for a recovery recipient (D6).
#[must_use]
pub fn sign_recovery(key: &SigningKey, word: &RecoveryWord) -> Signed {
    sign(Context::Recovery, key, word)
}

/// Verifies the chain of lead lists from the genesis on, and gives all of them (D1, D2).
///
/// # Errors
/// Names D1 or D2.
pub fn verify_leads(
    service: &ServiceId,
    genesis: &Signed,
    leads: &[Signed],
) -> Result<Vec<LeadList>, Refused> {
    checks::verify_lists(service, genesis, leads).map(|(lists, _)| lists)
}

/// Whether nothing comes twice.
fn distinct<T: std::hash::Hash + Eq>(mut values: impl Iterator<Item = T>) -> bool {
    let mut seen = HashSet::new();
    values.all(|value| seen.insert(value))
}
