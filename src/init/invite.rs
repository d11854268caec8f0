//! Links for the first lead and the first administrator, whom nobody else could invite.

use std::fmt;

use zeroize::Zeroizing;

use crate::ambient::{Clock, Random};
use crate::audit::{DONE, note_command};
use crate::keys::Keys;
use crate::secret::LinkSecret;
use crate::settings::Settings;
use crate::staff::invitations::{GOOD_FOR, Purpose, invitation};
use crate::staff::store::invitations as store;
use crate::store::{Store, StoreError};

/// How long a link is good, hours.
pub const HOURS: i64 = GOOD_FOR / 3_600;

/// Why there is no other link.
#[derive(Debug, thiserror::Error, Clone, Copy, PartialEq, Eq)]
pub enum CannotInvite {
    /// The first lead has enrolled.
    #[error("the first lead has enrolled already: from now on people are invited from the desk")]
    Lead,
    /// The first administrator has enrolled.
    #[error(
        "the first administrator has enrolled already: from now on people are invited from the desk"
    )]
    Administrator,
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Whom the command line invites.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Founder {
    /// The first lead, who founds the service.
    Lead,
    /// The first administrator.
    Administrator,
}

impl Founder {
    const fn purpose(self) -> Purpose {
        match self {
            Self::Lead => Purpose::Lead,
            Self::Administrator => Purpose::Administrator,
        }
    }

    /// The label that is suggested to them.
    const fn label(self) -> &'static str {
        match self {
            Self::Lead => "Lead-1",
            Self::Administrator => "Administrator-1",
        }
    }
}

/// A link that one person may enrol by, once.
pub struct Link(Zeroizing<String>);

impl Link {
    /// The address, for the one who is to have it.
    #[must_use]
    pub fn address(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Link {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Link(…)")
    }
}

/// Makes another link while nobody has enrolled as such. Earlier links for the same stop working.
///
/// # Errors
/// When somebody has enrolled.
pub async fn invite(
    store: &Store,
    keys: &Keys,
    settings: &Settings,
    founder: Founder,
    clock: &Clock,
) -> Result<Link, CannotInvite> {
    if store::has_founded(store, founder.purpose().code()).await? {
        return Err(match founder {
            Founder::Lead => CannotInvite::Lead,
            Founder::Administrator => CannotInvite::Administrator,
        });
    }
    let now = clock.seconds();
    note_command(store, keys, now, "invite", DONE).await?;
    // All of them: until somebody has enrolled there are few.
    for earlier in store::invitations(store, now, &[], i64::MAX).await? {
        if earlier.purpose == founder.purpose().code()
            && let Some(beginning) = earlier.digest.first_chunk::<16>()
        {
            store::withdraw(store, beginning, now).await?;
        }
    }
    Ok(draw(store, keys, settings, founder, clock).await?)
}

/// Draws a link's secret and keeps its tag.
pub(super) async fn draw(
    store: &Store,
    keys: &Keys,
    settings: &Settings,
    founder: Founder,
    clock: &Clock,
) -> Result<Link, StoreError> {
    let secret = LinkSecret::new(Random.bytes());
    let now = clock.seconds();
    let new = invitation(keys, &secret, founder.purpose(), None, founder.label(), now);
    store::invite(store, &new, now).await?;
    let origin = &settings.service.origin;
    let address = format!("{origin}/enrol#{}", secret.to_hex().as_str());
    Ok(Link(Zeroizing::new(address)))
}
