//! Links to enrol by. Whoever holds one may enrol, once; the database keeps only its digest.

use super::store::invitations::Invitation;
use crate::keys::link_digest;
use crate::protocol::MemberId;
use crate::secret::LinkSecret;

/// How long a link is good, seconds: three days.
pub const GOOD_FOR: i64 = 72 * 3_600;

/// Who somebody is invited to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// The first to sign the directory.
    Lead,
    /// The first to look after accounts.
    Administrator,
    /// A member, whom the directory then gives roles.
    Member,
}

impl Purpose {
    /// How it is written.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Lead => "lead",
            Self::Administrator => "administrator",
            Self::Member => "member",
        }
    }

    /// What the account keeps of it.
    #[must_use]
    pub const fn founding(self) -> &'static str {
        match self {
            Self::Lead | Self::Administrator => self.code(),
            Self::Member => "",
        }
    }

    /// Reads what was written.
    #[must_use]
    pub fn read(code: &str) -> Option<Self> {
        [Self::Lead, Self::Administrator, Self::Member]
            .into_iter()
            .find(|purpose| purpose.code() == code)
    }
}

/// Makes an invitation of what was drawn: the link's secret and the id of whoever enrols by it.
#[must_use]
pub fn invitation(
    secret: &LinkSecret,
    member: MemberId,
    purpose: Purpose,
    label: &str,
    now: i64,
) -> Invitation {
    Invitation {
        digest: link_digest(secret).as_bytes().to_vec(),
        purpose: purpose.code().to_owned(),
        label: label.to_owned(),
        member: member.as_bytes().to_vec(),
        replaces: Vec::new(),
        invited_by: Vec::new(),
        until: now + GOOD_FOR,
    }
}
