//! Who is what, by the directory in force and the last lead list.

use std::sync::Arc;

use crate::directory::{Directories, Published};
use crate::protocol::directory::{Directory, Lead, Role, Team};
use crate::protocol::signing::VerifyingKey;
use crate::protocol::{MemberId, TeamId};
use crate::staff::Standing;
use crate::web::Problem;

/// The order of things at a moment.
#[derive(Debug)]
pub struct Order {
    current: Option<Arc<Published>>,
    leads: Vec<Lead>,
    /// Whether the directory in force lists anybody to look after accounts.
    has_administrators: bool,
}

impl Order {
    /// Reads the order of things now.
    ///
    /// # Errors
    /// When the stored documents do not verify; the store's.
    pub async fn now(directories: &Directories, now: i64) -> Result<Self, Problem> {
        let current = directories.current(now).await?;
        let leads = directories.leads(now).await?;
        let has_administrators = current.as_ref().is_some_and(|published| {
            let mut members = published.directory.teams().flat_map(|team| &team.members);
            members.any(|member| member.has(Role::Administrator))
        });
        Ok(Self {
            current,
            leads,
            has_administrators,
        })
    }

    /// What the directory makes of a member, who was enrolled to found what this says.
    #[must_use]
    pub fn standing(&self, member: &MemberId, founding: &str) -> Standing {
        Standing {
            roles: self.roles(member),
            lead: self.is_lead(member),
            administrator: self.is_administrator(member, founding),
        }
    }

    /// The roles that the directory in force gives a member.
    #[must_use]
    pub fn roles(&self, member: &MemberId) -> Vec<Role> {
        let listings = self.directory().into_iter();
        let mut roles: Vec<Role> = listings
            .flat_map(|directory| directory.listings(member))
            .flat_map(|(_, listed)| listed.roles.iter().copied())
            .collect();
        roles.sort_unstable();
        roles.dedup();
        roles
    }

    /// The teams that list a member.
    #[must_use]
    pub fn teams(&self, member: &MemberId) -> Vec<TeamId> {
        let listings = self.directory().into_iter();
        listings
            .flat_map(|directory| directory.listings(member))
            .map(|(team, _)| team.clone())
            .collect()
    }

    /// Whether the last lead list has a member.
    #[must_use]
    pub fn is_lead(&self, member: &MemberId) -> bool {
        self.leads.iter().any(|lead| lead.member == *member)
    }

    /// Whether a member looks after accounts.
    #[must_use]
    pub fn is_administrator(&self, member: &MemberId, founding: &str) -> bool {
        if self.has_administrators {
            self.roles(member).contains(&Role::Administrator)
        } else {
            founding == "administrator"
        }
    }

    /// Everybody who looks after accounts, of those who were enrolled to found that.
    #[must_use]
    pub fn administrators(&self, founding: Vec<Vec<u8>>) -> Vec<Vec<u8>> {
        if !self.has_administrators {
            return founding;
        }
        let members = self.directory().into_iter();
        let mut listed: Vec<Vec<u8>> = members
            .flat_map(Directory::teams)
            .flat_map(|team| &team.members)
            .filter(|member| member.has(Role::Administrator))
            .map(|member| member.member.as_bytes().to_vec())
            .collect();
        listed.sort_unstable();
        listed.dedup();
        listed
    }

    /// Whether the directory or the last lead list has a member, with this key if it is known.
    #[must_use]
    pub fn endorses(&self, member: &MemberId, key: Option<&VerifyingKey>) -> bool {
        let lead = self.leads.iter().find(|lead| lead.member == *member);
        let listed = self
            .directory()
            .and_then(|directory| directory.key_of(member));
        let keys = listed.into_iter().chain(lead.map(|lead| &lead.key));
        keys.into_iter()
            .any(|listed| key.is_none_or(|key| key == listed))
    }

    /// A team of the directory in force.
    #[must_use]
    pub fn team(&self, team: &TeamId) -> Option<&Team> {
        self.directory().and_then(|directory| directory.team(team))
    }

    fn directory(&self) -> Option<&Directory> {
        self.current.as_ref().map(|published| &published.directory)
    }
}
