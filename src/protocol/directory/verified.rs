//! A directory whose signatures have been verified.

use std::collections::BTreeMap;

use super::super::bytes::{Day, Digest, MemberId, ServiceId, TeamId};
use super::super::signing::{Context, Signed, VerifyingKey};
use super::super::{Refused, ensure};
use super::{
    GREATEST_LEADS, GREATEST_TEAM, Lead, LeadList, Member, Pin, RecoveryWord, Role, Root, Route,
    Team, distinct,
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

    fn with_role(&self, team: Option<&TeamId>, role: Role) -> Vec<&Member> {
        let team = team.and_then(|team| self.teams.get(team));
        team.into_iter()
            .flat_map(|team| &team.members)
            .filter(|member| member.has(role))
            .collect()
    }

    /// Checks one member against the leads and against the teams that were added before (D4, D5).
    fn check_member(&self, member: &Member) -> Result<(), Refused> {
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

fn keys(list: &LeadList) -> impl Iterator<Item = &VerifyingKey> {
    list.leads.iter().map(|lead| &lead.key)
}

fn verify_lists(
    service: &ServiceId,
    genesis: &Signed,
    leads: &[Signed],
) -> Result<(Vec<LeadList>, Vec<Digest>), Refused> {
    ensure(ServiceId::of(genesis) == *service, "D1")?;
    let unverified: LeadList = genesis
        .unverified(Context::Leads)
        .map_err(|_| Refused::by("D2"))?;
    let (first, _) = genesis
        .verify_by_any::<LeadList>(Context::Leads, keys(&unverified))
        .map_err(|_| Refused::by("D1"))?;
    ensure(first.service == ServiceId::ZERO, "D2")?;
    check_list(&first, 0, Digest::ZERO)?;
    let (mut lists, mut digests) = (vec![first], vec![genesis.digest()]);
    for (number, document) in (1_u64..).zip(leads) {
        let signers = keys(&lists[lists.len() - 1]);
        let (list, _) = document
            .verify_by_any::<LeadList>(Context::Leads, signers)
            .map_err(|_| Refused::by("D2"))?;
        ensure(list.service == *service, "D2")?;
        check_list(&list, number, digests[digests.len() - 1])?;
        lists.push(list);
        digests.push(document.digest());
    }
    Ok((lists, digests))
}

fn check_list(list: &LeadList, number: u64, previous: Digest) -> Result<(), Refused> {
    ensure(list.number == number && list.previous == previous, "D2")?;
    ensure((1..=GREATEST_LEADS).contains(&list.leads.len()), "D2")?;
    ensure(distinct(list.leads.iter().map(|lead| lead.member)), "D2")?;
    ensure(distinct(list.leads.iter().map(|lead| lead.key)), "D2")
}

fn check_root(service: &ServiceId, root: &Root) -> Result<(), Refused> {
    ensure(root.service == *service && root.serial >= 1, "D3")?;
    ensure((root.serial == 1) == (root.previous == Digest::ZERO), "D3")?;
    ensure(distinct(root.teams.iter().map(|entry| &entry.team)), "D3")?;
    let routes = &root.routes;
    let mut named = std::iter::once(&routes.intake)
        .chain(&routes.independent)
        .chain(&routes.custodians);
    ensure(
        named.all(|team| root.teams.iter().any(|entry| entry.team == *team)),
        "D3",
    )
}

fn check_recovery(service: &ServiceId, root: &Root, list: &LeadList) -> Result<(), Refused> {
    let Some(recovery) = &root.recovery else {
        return Ok(());
    };
    ensure((1..=recovery.shares).contains(&recovery.threshold), "D6")?;
    let (mut signers, mut days) = (Vec::new(), Vec::new());
    for document in &recovery.signatures {
        let (word, key) = document
            .verify_by_any::<RecoveryWord>(Context::Recovery, keys(list))
            .map_err(|_| Refused::by("D6"))?;
        let same = word.service == *service
            && word.recipient == recovery.recipient
            && word.threshold == recovery.threshold
            && word.shares == recovery.shares;
        ensure(same, "D6")?;
        signers.push(*key);
        days.push(word.day);
    }
    ensure(days.windows(2).all(|pair| pair[0] == pair[1]), "D6")?;
    ensure(signers.len() >= 2 && distinct(signers.iter()), "D6")
}
