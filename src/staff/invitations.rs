//! Links to enrol by. Whoever holds one may enrol, once; the database keeps only a tag of it.

use super::store::invitations::Invitation;
use crate::keys::{Invited, Keys};
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

/// Makes an invitation by a link's secret, perhaps to take somebody's place.
#[must_use]
pub fn invitation(
    keys: &Keys,
    secret: &LinkSecret,
    purpose: Purpose,
    replaces: Option<MemberId>,
    label: &str,
    now: i64,
) -> Invitation {
    let mut new = Invitation {
        digest: keys.link(secret).to_vec(),
        purpose: purpose.code().to_owned(),
        label: label.to_owned(),
        member: Vec::new(),
        replaces: replaces.map_or_else(Vec::new, |replaced| replaced.as_bytes().to_vec()),
        invited_by: Vec::new(),
        until: now + GOOD_FOR,
    };
    new.member = new.member_by(keys, secret).as_bytes().to_vec();
    new
}

impl Invitation {
    /// The id of whoever enrols by the link with this secret; another one than it names when somebody altered it.
    #[must_use]
    pub fn member_by(&self, keys: &Keys, secret: &LinkSecret) -> MemberId {
        let to = Invited {
            purpose: &self.purpose,
            replaces: &self.replaces,
            until: self.until,
        };
        keys.invited(secret, to)
    }
}
