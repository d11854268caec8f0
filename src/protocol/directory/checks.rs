//! What the documents of a directory must say, each by its own rule.

use super::super::bytes::{Digest, ServiceId};
use super::super::recovery::GREATEST_SHARES;
use super::super::signing::{Context, Signed, VerifyingKey};
use super::super::{Refused, ensure};
use super::{GREATEST_LEADS, LeadList, RecoveryWord, Root, distinct};

/// The keys of those who lead by a list.
pub(super) fn keys(list: &LeadList) -> impl Iterator<Item = &VerifyingKey> {
    list.leads.iter().map(|lead| &lead.key)
}

/// Verifies the chain of lead lists from the genesis on (D1, D2).
pub(super) fn verify_lists(
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

/// Checks what a root says of itself (D3).
pub(super) fn check_root(service: &ServiceId, root: &Root) -> Result<(), Refused> {
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

/// Checks that two leads or more agree about the recovery (D6).
pub(super) fn check_recovery(
    service: &ServiceId,
    root: &Root,
    list: &LeadList,
) -> Result<(), Refused> {
    let Some(recovery) = &root.recovery else {
        return Ok(());
    };
    // Nobody opens everything alone.
    ensure((2..=recovery.shares).contains(&recovery.threshold), "D6")?;
    ensure(recovery.shares <= GREATEST_SHARES, "D6")?;
    let (mut signers, mut days) = (Vec::new(), Vec::new());
    for document in &recovery.signatures {
        let (word, key) = document
            .verify_by_any::<RecoveryWord>(Context::Recovery, keys(list))
            .map_err(|_| Refused::by("D6"))?;
        let same = word.service == *service
            && word.recipient == recovery.recipient
            && word.key == recovery.key
            && word.threshold == recovery.threshold
            && word.shares == recovery.shares;
        ensure(same, "D6")?;
        signers.push(*key);
        days.push(word.day);
    }
    ensure(days.windows(2).all(|pair| pair[0] == pair[1]), "D6")?;
    ensure(signers.len() >= 2 && distinct(signers.iter()), "D6")
}
