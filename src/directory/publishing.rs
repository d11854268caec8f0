//! Publishing: what leads signed is checked as every client will check it, and only then kept.

use std::collections::{BTreeMap, BTreeSet};

use super::store::{self, Document, Kind, Publication};
use super::{Directories, DirectoryError, Published};
use crate::protocol::container::GREATEST_GRANTEES;
use crate::protocol::directory::{Directory, Lead, LeadList, Recovery, Role, Route, verify_leads};
use crate::protocol::signing::{Context, Signed, VerifyingKey};
use crate::protocol::{Digest, MemberId, Refused, TeamId, directory, ensure};
use crate::store::{Store, StoreError};
use crate::web::Problem;

/// New documents, as a lead sends them.
#[derive(Debug)]
pub struct Offer {
    /// The lead lists that follow those published.
    pub leads: Vec<Signed>,
    /// The team documents that are new.
    pub teams: Vec<Signed>,
    /// The next root; none only to extend the lead lists before the first.
    pub root: Option<Signed>,
}

/// Why an offer is not published.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CannotPublish {
    /// It breaks a rule.
    Broken(Refused),
    /// Another lead published first.
    Stale,
    /// The directory that is there cannot be read.
    Directory(DirectoryError),
}

impl From<Refused> for CannotPublish {
    fn from(refused: Refused) -> Self {
        Self::Broken(refused)
    }
}

impl From<DirectoryError> for CannotPublish {
    fn from(error: DirectoryError) -> Self {
        Self::Directory(error)
    }
}

impl From<StoreError> for CannotPublish {
    fn from(error: StoreError) -> Self {
        Self::Directory(error.into())
    }
}

impl From<CannotPublish> for Problem {
    fn from(error: CannotPublish) -> Self {
        match error {
            CannotPublish::Broken(refused) => Self::Invalid(refused),
            CannotPublish::Stale => Self::Stale,
            CannotPublish::Directory(error) => error.into(),
        }
    }
}

/// What there is before anything is published.
struct Before {
    signed: Vec<Signed>,
    lists: Vec<LeadList>,
    current: Option<std::sync::Arc<Published>>,
}

/// Checks an offer, and says what is to be kept of it and what follows from it; nothing when all of it is
/// published already.
///
/// # Errors
/// [`CannotPublish`]; whichever of several broken rules.
pub async fn check(
    directories: &Directories,
    store: &Store,
    service_key: &VerifyingKey,
    offer: &Offer,
    now: i64,
) -> Result<Option<Publication>, CannotPublish> {
    let current = directories.current(now).await?;
    let (signed, lists) = directories.lists().await?;
    let before = Before {
        signed,
        lists,
        current,
    };
    let Some(root) = &offer.root else {
        return extend(directories, store, &before, offer).await;
    };
    let named: directory::Root = root
        .unverified(Context::Root)
        .map_err(|_| Refused::by("D3"))?;
    let pin = before
        .current
        .as_ref()
        .map(|current| current.directory.pin());
    if let Some(pin) = pin.filter(|pin| named.serial <= pin.serial) {
        return if pin.serial == named.serial && pin.digest == root.digest() {
            Ok(None)
        } else {
            Err(CannotPublish::Stale)
        };
    }
    let new_lists = follow(&before, &offer.leads)?;
    let mut chain = before.signed.clone();
    chain.extend(new_lists.iter().map(|list| (*list).clone()));
    let (genesis, later) = chain.split_first().ok_or(Refused::by("D1"))?;
    let next = Directory::verify(directories.service(), genesis, later, root)?;
    let next = with_teams(store, next, &offer.teams).await?;
    next.succeeds(before.current.as_ref().map(|current| &current.directory))?;
    check_votes(&before, &next)?;
    check_first_readers(&next)?;
    if next.root().service_key != *service_key {
        return Err(Refused::by("D3").into());
    }
    if !lists_an_administrator(&next) {
        ensure_no_founding_administrator(store, &next.leads().leads).await?;
    }
    let first = before.lists.len();
    let mut documents = numbered(first, &new_lists);
    documents.extend(
        offer
            .teams
            .iter()
            .map(|team| Document::new(Kind::Team, 0, team)),
    );
    let serial = i64::try_from(named.serial).map_err(|_| Refused::by("D3"))?;
    documents.push(Document::new(Kind::Root, serial, root));
    let old = before.current.as_ref().map(|current| &current.directory);
    Ok(Some(Publication {
        documents,
        lists: count(first),
        roots: serial - 1,
        signed_out: signed_out(old, before.lists.last(), &next),
        readers: Some((readers(&next), named.issued)),
        recovery_settled: old.and_then(Directory::recovery) != next.recovery(),
    }))
}

/// Checks that a new recovery has the votes of two who were leads before this root (D6).
fn check_votes(before: &Before, next: &Directory) -> Result<(), Refused> {
    let current = before.current.as_ref().map(|current| &current.directory);
    let Some(recovery) = next.recovery() else {
        return Ok(());
    };
    if current.and_then(Directory::recovery).map(Recovery::id) == Some(recovery.id()) {
        return Ok(());
    }
    let leads = before.lists.last().map_or(&[][..], |list| &list.leads);
    let signed = |lead: &&Lead| {
        let mut votes = recovery.signatures.iter();
        votes.any(|vote| vote.key_id() == lead.key.id())
    };
    ensure(leads.iter().filter(signed).count() >= 2, "D6")
}

/// Checks that a report can be granted to all first readers of each route and the recovery (C6, D10).
fn check_first_readers(next: &Directory) -> Result<(), Refused> {
    let recovery = usize::from(next.recovery().is_some());
    let few = |route| next.first_readers(route).len() + recovery <= GREATEST_GRANTEES;
    ensure(few(Route::Intake) && few(Route::Independent), "D10")
}

/// Checks an offer of lead lists alone, which only a service without a root takes.
async fn extend(
    directories: &Directories,
    store: &Store,
    before: &Before,
    offer: &Offer,
) -> Result<Option<Publication>, CannotPublish> {
    if before.current.is_some() || !offer.teams.is_empty() {
        return Err(Refused::by("D3").into());
    }
    let new_lists = follow(before, &offer.leads)?;
    if new_lists.is_empty() {
        return if offer.leads.is_empty() {
            Err(Refused::by("D2").into())
        } else {
            Ok(None)
        };
    }
    let mut chain = before.signed.clone();
    chain.extend(new_lists.iter().map(|list| (*list).clone()));
    let (genesis, later) = chain.split_first().ok_or(Refused::by("D1"))?;
    let lists = verify_leads(directories.service(), genesis, later)?;
    let last = lists.last().ok_or(Refused::by("D2"))?;
    ensure_no_founding_administrator(store, &last.leads).await?;
    let first = before.lists.len();
    Ok(Some(Publication {
        documents: numbered(first, &new_lists),
        lists: count(first),
        roots: 0,
        signed_out: left(before.lists.last(), &last.leads).collect(),
        readers: None,
        recovery_settled: false,
    }))
}

/// The offered lists that are new; the others must be those that are published.
fn follow<'a>(before: &Before, offered: &'a [Signed]) -> Result<Vec<&'a Signed>, CannotPublish> {
    let mut new = Vec::new();
    for list in offered {
        let named: LeadList = list
            .unverified(Context::Leads)
            .map_err(|_| Refused::by("D2"))?;
        let number = usize::try_from(named.number).map_err(|_| Refused::by("D2"))?;
        match before.signed.get(number) {
            None => new.push(list),
            Some(published) if published == list => {}
            Some(_) => return Err(CannotPublish::Stale),
        }
    }
    Ok(new)
}

fn numbered(first: usize, lists: &[&Signed]) -> Vec<Document> {
    let places = first..;
    places
        .zip(lists)
        .map(|(number, list)| Document::new(Kind::Leads, count(number), list))
        .collect()
}

fn count(lists: usize) -> i64 {
    i64::try_from(lists).unwrap_or(i64::MAX)
}

/// Adds every team that the root names, from the offer or from what is published, and none besides.
async fn with_teams(
    store: &Store,
    mut next: Directory,
    offered: &[Signed],
) -> Result<Directory, CannotPublish> {
    let mut new: BTreeMap<Digest, &Signed> =
        offered.iter().map(|team| (team.digest(), team)).collect();
    for entry in next.root().teams.clone() {
        next = if let Some(team) = new.remove(&entry.digest) {
            next.with_team(team)?
        } else {
            let published = store::document(store, entry.digest.as_bytes()).await?;
            let published = Signed::parse(published.unwrap_or_default());
            let team = published.map_err(|_| Refused::by("D3"))?;
            if team.digest() != entry.digest {
                return Err(Refused::by("D3").into());
            }
            next.with_team(&team)?
        };
    }
    if new.is_empty() {
        Ok(next)
    } else {
        Err(Refused::by("D3").into())
    }
}

fn lists_an_administrator(directory: &Directory) -> bool {
    let mut members = directory.teams().flat_map(|team| &team.members);
    members.any(|member| member.has(Role::Administrator))
}

/// While no root lists an administrator the account that was founded as one is it, and so is no lead (D5).
async fn ensure_no_founding_administrator(
    store: &Store,
    leads: &[Lead],
) -> Result<(), CannotPublish> {
    for id in store::founding_administrators(store).await? {
        if leads.iter().any(|lead| lead.member.as_bytes()[..] == id) {
            return Err(Refused::by("D5").into());
        }
    }
    Ok(())
}

/// Whoever may be granted a case under a root.
fn readers(directory: &Directory) -> BTreeSet<MemberId> {
    let members = directory.teams().flat_map(|team| &team.members);
    members
        .map(|member| member.member)
        .chain(directory.recovery().map(directory::Recovery::id))
        .filter(|id| directory.may_read(id))
        .collect()
}

/// Leads of a list who are not in the next one with the same key.
fn left<'a>(
    before: Option<&'a LeadList>,
    after: &'a [Lead],
) -> impl Iterator<Item = MemberId> + 'a {
    let before = before.into_iter().flat_map(|list| &list.leads);
    let stays = |lead: &Lead| {
        let mut after = after.iter();
        after.any(|other| other.member == lead.member && other.key == lead.key)
    };
    before
        .filter(move |lead| !stays(lead))
        .map(|lead| lead.member)
}

/// Whose sessions end: whoever left, and whoever is listed with other roles or keys than before.
fn signed_out(
    old: Option<&Directory>,
    leads: Option<&LeadList>,
    next: &Directory,
) -> BTreeSet<MemberId> {
    let members = old.into_iter().flat_map(Directory::teams);
    let listed: BTreeSet<MemberId> = members
        .flat_map(|team| &team.members)
        .map(|member| member.member)
        .collect();
    listed
        .into_iter()
        .filter(|id| old.is_some_and(|old| stands(old, id) != stands(next, id)))
        .chain(left(leads, &next.leads().leads))
        .collect()
}

/// What a directory makes of a member.
#[derive(PartialEq, Eq)]
struct Place<'a> {
    roles: BTreeSet<(&'a TeamId, Role)>,
    keys: Option<(&'a VerifyingKey, &'a str)>,
}

fn stands<'a>(directory: &'a Directory, id: &MemberId) -> Place<'a> {
    let listings = directory.listings(id);
    let roles =
        listings.flat_map(|(team, member)| member.roles.iter().map(move |role| (team, *role)));
    let keys = directory
        .member(id)
        .map(|member| (&member.key, member.recipient.as_str()));
    Place {
        roles: roles.collect(),
        keys,
    }
}
