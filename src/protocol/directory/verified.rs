//! A directory whose signatures have been verified.

use std::collections::BTreeMap;

use super::super::bytes::{Day, Digest, MemberId, ServiceId, TeamId};
use super::super::hybrid::Recipient;
use super::super::signing::{Context, Signed, VerifyingKey};
use super::super::{Refused, ensure};
use super::checks::{check_recovery, check_root, keys, verify_lists};
use super::{
    GREATEST_TEAM, Lead, LeadList, Member, Pin, Recovery, Role, Root, Route, Team, distinct,
};

/// A root that verifies back to the genesis, and those of its teams that were added.
#[derive(Clone, Debug)]
pub struct Directory {
    lists: Vec<LeadList>,
    digests: Vec<Digest>,
    /// The place of the list that the root names.
    list: usize,
    root: Root,
    digest: Digest,
    teams: BTreeMap<TeamId, Team>,
}

impl Directory {
    /// Verifies the current root back to the genesis of a service.
    ///
    /// # Errors
    /// Names the rule among D1 to D6 that is broken; D3 when the root does not name the last lead list, by
    /// which a lead who was removed could go on signing.
    pub fn verify(
        service: &ServiceId,
        genesis: &Signed,
        leads: &[Signed],
        root: &Signed,
    ) -> Result<Self, Refused> {
        let directory = Self::verify_earlier(service, genesis, leads, root)?;
        ensure(directory.list == leads.len(), "D3")?;
        Ok(directory)
    }

    /// Verifies a root that may be an earlier one, by any list of the chain (D9).
    ///
    /// Whether the current root links back to it is the caller's to check (D8).
    ///
    /// # Errors
    /// Names the rule among D1 to D6 that is broken.
    pub fn verify_earlier(
        service: &ServiceId,
        genesis: &Signed,
        leads: &[Signed],
        root: &Signed,
    ) -> Result<Self, Refused> {
        let (lists, digests) = verify_lists(service, genesis, leads)?;
        let named: Root = root
            .unverified(Context::Root)
            .map_err(|_| Refused::by("D3"))?;
        let list = digests.iter().position(|digest| *digest == named.leads);
        let list = list.ok_or(Refused::by("D3"))?;
        let (root_read, _) = root
            .verify_by_any::<Root>(Context::Root, keys(&lists[list]))
            .map_err(|_| Refused::by("D3"))?;
        check_root(service, &root_read)?;
        check_recovery(service, &root_read, &lists[list])?;
        Ok(Self {
            lists,
            digests,
            list,
            root: root_read,
            digest: root.digest(),
            teams: BTreeMap::new(),
        })
    }

    /// Adds the document of a team that the root names.
    ///
    /// # Errors
    /// Names the rule among D3 to D5 that is broken.
    pub fn with_team(mut self, document: &Signed) -> Result<Self, Refused> {
        let digest = document.digest();
        let entry = self.root.teams.iter().find(|entry| entry.digest == digest);
        let entry = entry.ok_or(Refused::by("D3"))?;
        let signers = self.lists[..=self.list].iter().flat_map(keys);
        let (team, _) = document
            .verify_by_any::<Team>(Context::Team, signers)
            .map_err(|_| Refused::by("D4"))?;
        ensure(
            team.service == self.root.service && team.team == entry.team,
            "D4",
        )?;
        ensure(team.members.len() <= GREATEST_TEAM, "D4")?;
        ensure(
            distinct(team.members.iter().map(|member| member.member)),
            "D4",
        )?;
        ensure(distinct(team.members.iter().map(|member| member.key)), "D4")?;
        for member in &team.members {
            ensure(distinct(member.roles.iter()), "D4")?;
            self.check_member(member)?;
        }
        self.teams.insert(team.team.clone(), team);
        Ok(self)
    }

    /// Checks that this root may be published after the current one, or as the first (D8).
    ///
    /// # Errors
    /// Refuses another serial or `previous` than the next, an older lead list, and a directory without all
    /// its teams.
    pub fn succeeds(&self, current: Option<&Self>) -> Result<(), Refused> {
        let (serial, digest) = current.map_or((0, Digest::ZERO), |current| {
            (current.root.serial, current.digest)
        });
        ensure(self.is_complete(), "D3")?;
        ensure(
            serial.checked_add(1) == Some(self.root.serial) && self.root.previous == digest,
            "D8",
        )?;
        let older = current.is_some_and(|current| {
            self.place(&current.root)
                .is_none_or(|place| place > self.list)
        });
        ensure(!older, "D3")
    }

    /// Checks this root against the one that a client remembers, given the roots from that one on (D8).
    ///
    /// # Errors
    /// Names D8 for an older root, a fork, and one that does not link back; D3 for one after which an
    /// older lead list was named.
    pub fn follows(&self, pin: &Pin, roots: &[Signed]) -> Result<(), Refused> {
        if self.root.serial == pin.serial {
            return ensure(self.digest == pin.digest, "D8");
        }
        let (mut serial, mut previous) = (self.root.serial, self.root.previous);
        let mut list = self.list;
        ensure(serial > pin.serial, "D8")?;
        let known: BTreeMap<Digest, &Signed> =
            roots.iter().map(|root| (root.digest(), root)).collect();
        while serial > pin.serial {
            let document = known.get(&previous).ok_or(Refused::by("D8"))?;
            let root: Root = document
                .unverified(Context::Root)
                .map_err(|_| Refused::by("D8"))?;
            serial -= 1;
            ensure(
                root.serial == serial && root.service == self.root.service,
                "D8",
            )?;
            ensure(serial > pin.serial || previous == pin.digest, "D8")?;
            let place = self.place(&root).filter(|place| *place <= list);
            list = place.ok_or(Refused::by("D3"))?;
            previous = root.previous;
        }
        Ok(())
    }

    /// The place in the chain of the lead list that a root names.
    fn place(&self, root: &Root) -> Option<usize> {
        self.digests.iter().position(|digest| *digest == root.leads)
    }

    /// The service that this directory is of.
    #[must_use]
    pub fn service(&self) -> &ServiceId {
        &self.root.service
    }

    /// The verified root.
    #[must_use]
    pub fn root(&self) -> &Root {
        &self.root
    }

    /// The root's serial and digest.
    #[must_use]
    pub fn pin(&self) -> Pin {
        Pin {
            serial: self.root.serial,
            digest: self.digest,
        }
    }

    /// The lead list that the root names.
    #[must_use]
    pub fn leads(&self) -> &LeadList {
        &self.lists[self.list]
    }

    /// The lead list that the genesis is.
    #[must_use]
    pub fn genesis(&self) -> &LeadList {
        &self.lists[0]
    }

    /// Whether a client should warn that the root is past its day (D7).
    #[must_use]
    pub fn is_stale(&self, today: Day) -> bool {
        today > self.root.good_until
    }

    /// Whether every team that the root names has been added.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        self.teams.len() == self.root.teams.len()
    }

    /// The teams that the routes name, each once, in the order of the root (D11).
    pub fn route_teams(&self) -> impl Iterator<Item = &super::TeamEntry> {
        let routes = &self.root.routes;
        self.root.teams.iter().filter(move |entry| {
            entry.team == routes.intake
                || Some(&entry.team) == routes.independent.as_ref()
                || Some(&entry.team) == routes.custodians.as_ref()
        })
    }

    /// The teams that were added.
    pub fn teams(&self) -> impl Iterator<Item = &Team> {
        self.teams.values()
    }

    /// A team that was added.
    #[must_use]
    pub fn team(&self, team: &TeamId) -> Option<&Team> {
        self.teams.get(team)
    }

    /// The team of a route.
    #[must_use]
    pub fn route_team(&self, route: Route) -> Option<&TeamId> {
        match route {
            Route::Intake => Some(&self.root.routes.intake),
            Route::Independent => self.root.routes.independent.as_ref(),
        }
    }

    /// The first readers of a route (D10); none while its team has not been added.
    #[must_use]
    pub fn first_readers(&self, route: Route) -> Vec<&Member> {
        self.with_role(self.route_team(route), Role::Handler)
    }

    /// The identity custodians (D10); none while their team has not been added.
    #[must_use]
    pub fn custodians(&self) -> Vec<&Member> {
        self.with_role(self.root.routes.custodians.as_ref(), Role::Custodian)
    }

    /// A member, as the first of the teams that list them does.
    #[must_use]
    pub fn member(&self, id: &MemberId) -> Option<&Member> {
        self.listings(id).next().map(|(_, member)| member)
    }

    /// Every team that lists a member, with what it says of them.
    pub fn listings(&self, id: &MemberId) -> impl Iterator<Item = (&TeamId, &Member)> {
        self.teams.values().flat_map(move |team| {
            let listed = team
                .members
                .iter()
                .filter(move |member| member.member == *id);
            listed.map(move |member| (&team.team, member))
        })
    }

    /// The key with which a member's signatures are good (D9).
    #[must_use]
    pub fn key_of(&self, id: &MemberId) -> Option<&VerifyingKey> {
        self.member(id).map(|member| &member.key)
    }

    /// Whether any team gives the member that role.
    #[must_use]
    pub fn has_role(&self, id: &MemberId, fits: impl Fn(Role) -> bool) -> bool {
        self.listings(id)
            .any(|(_, member)| member.roles.iter().any(|role| fits(*role)))
    }

    /// The recovery that the root names (D6).
    #[must_use]
    pub fn recovery(&self) -> Option<&Recovery> {
        self.root.recovery.as_ref()
    }

    /// Whether that id is the recovery's under this root (D12).
    #[must_use]
    pub fn is_recovery(&self, id: &MemberId) -> bool {
        self.recovery_by(id).is_some()
    }

    /// Whether a case may be granted to somebody: to a member with a role that reads, or to the recovery (K4).
    #[must_use]
    pub fn may_read(&self, id: &MemberId) -> bool {
        self.has_role(id, Role::may_read) || self.is_recovery(id)
    }

    /// The key with which somebody's grant rows are good: a member's, or the recovery's (K4).
    #[must_use]
    pub fn grantor_key(&self, id: &MemberId) -> Option<&VerifyingKey> {
        let recovery = || self.recovery_by(id).map(|recovery| &recovery.key);
        self.key_of(id).or_else(recovery)
    }

    /// The recipient that grants to somebody are sealed to: a member's, or the recovery's (K4).
    #[must_use]
    pub fn recipient_of(&self, id: &MemberId) -> Option<&Recipient> {
        let recovery = || self.recovery_by(id).map(|recovery| &recovery.recipient);
        let member = self.member(id).map(|member| &member.recipient);
        member.or_else(recovery)
    }

    fn recovery_by(&self, id: &MemberId) -> Option<&Recovery> {
        self.recovery().filter(|recovery| recovery.id() == *id)
    }

    fn with_role(&self, team: Option<&TeamId>, role: Role) -> Vec<&Member> {
        let team = team.and_then(|team| self.teams.get(team));
        team.into_iter()
            .flat_map(|team| &team.members)
            .filter(|member| member.has(role))
            .collect()
    }

    /// Checks one member against the leads, the recovery and the teams that were added before (D4, D5).
    fn check_member(&self, member: &Member) -> Result<(), Refused> {
        if let Some(recovery) = self.recovery() {
            ensure(
                member.member != recovery.id() && member.key != recovery.key,
                "D4",
            )?;
        }
        let mut roles: Vec<Role> = member.roles.clone();
        for other in self.teams.values().flat_map(|team| &team.members) {
            if other.member == member.member {
                ensure(
                    other.key == member.key && other.recipient == member.recipient,
                    "D4",
                )?;
                roles.extend(&other.roles);
            } else {
                ensure(other.key != member.key, "D4")?;
            }
        }
        roles.sort_unstable();
        roles.dedup();
        ensure(
            roles.len() <= 1 || !roles.iter().any(|role| role.stands_alone()),
            "D5",
        )?;
        let is_lead = |lead: &Lead| lead.member == member.member || lead.key == member.key;
        ensure(
            !roles.contains(&Role::Administrator) || !self.leads().leads.iter().any(is_lead),
            "D5",
        )
    }
}
