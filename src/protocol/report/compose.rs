//! The reporter's side of a report: contents in, container out.

use zeroize::Zeroizing;

use super::super::bytes::{Anchor, CaseId, Day, Digest, MemberId, ServiceId};
use super::super::container;
use super::super::directory::{Directory, Route};
use super::super::grant::Grant;
use super::super::hybrid::{CaseIdentity, Recipient, ReporterIdentity};
use super::super::sealing::{self, CannotSeal};
use super::super::signing::Signed;
use super::super::statement::{Grantee, PartDigests, Statement, anchor};
use super::super::token::Token;
use super::super::{framing, json};
use super::codes::{Characteristic, Concern, Mode};
use super::{Body, GREATEST_ACCOUNT, GREATEST_LIST, GREATEST_TEXT, IdentityContent, Parties};
use crate::secret::{CaseSecret, ExposeSecret as _, OpenSeed};

/// A report as written, before anything is sealed.
#[derive(Debug)]
pub struct Draft<'a> {
    /// The reporter's new token.
    pub token: &'a Token,
    /// The secret of the case's first epoch.
    pub secret: &'a CaseSecret,
    /// The verified directory, with the teams of its routes.
    pub directory: &'a Directory,
    /// The route that the reporter chose.
    pub route: Route,
    /// Those first readers of the route who may read it; the recovery is added to them.
    pub grantees: &'a [MemberId],
    /// Who is named; service and anchor are filled in.
    pub parties: Parties,
    /// Everything else; service and anchor are filled in.
    pub body: Body,
    /// Who the reporter is, given exactly when the mode is `confidential`.
    pub identity: Option<IdentityContent>,
    /// Random seeds, at least one and as many as there are custodians, for an identity file that
    /// nobody can open (R3).
    pub thrown_away: &'a [OpenSeed],
    /// Today.
    pub day: Day,
}

/// A report that is ready to send.
#[derive(Clone, Debug)]
pub struct Submission {
    /// The case id, for the address.
    pub case: CaseId,
    /// The signed statement.
    pub statement: Signed,
    /// The container (C1).
    pub bytes: Vec<u8>,
}

/// A report that cannot be sealed as it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CannotCompose {
    /// Nobody to read it, or somebody who is no first reader of the route (C6).
    #[error("the readers are not first readers of the route")]
    Readers,
    /// A code that R7 does not name.
    #[error("a code is unknown")]
    UnknownCode,
    /// A text or list that is longer than R4, R8 or F2 allow.
    #[error("a text is too long")]
    TooLong,
    /// Nothing is said about what happened (R5).
    #[error("what happened is empty")]
    Empty,
    /// A name in a mode that does not show it, or none where it is needed (R3, R5).
    #[error("the identity does not fit the mode")]
    Identity,
    /// The system gave no randomness.
    #[error(transparent)]
    Seal(#[from] CannotSeal),
}

/// Seals a report (R1–R6) and puts it into its container (C1).
///
/// # Errors
/// Refuses contents that break the rules of section 7.
pub fn compose(draft: Draft<'_>) -> Result<Submission, CannotCompose> {
    compose_with(draft, sealing::seal)
}

/// Seals a report by another sealer than [`sealing::seal`], so that test vectors can be repeated.
///
/// # Errors
/// Refuses contents that break the rules of section 7.
pub fn compose_with(
    draft: Draft<'_>,
    mut seal: impl FnMut(&[u8], &[Recipient]) -> Result<Vec<u8>, CannotSeal>,
) -> Result<Submission, CannotCompose> {
    check(&draft)?;
    let readers = grantees(&draft)?;
    let service = *draft.directory.service();
    let keys = draft.token.keys(&service);
    let signing_key = keys.signing_key();
    let (case, reporter) = (CaseIdentity::new(draft.secret), keys.identity());
    let anchor = anchor(
        &service,
        case.recipient(),
        reporter.recipient(),
        &signing_key.verifying_key(),
    );

    let to_identity = identity_recipients(&draft)?;
    let Draft {
        parties,
        body,
        identity,
        ..
    } = draft;
    let (parties, body, identity) = contents((service, anchor), parties, body, identity)?;
    let to_readers: Vec<Recipient> = readers
        .iter()
        .map(|(_, recipient)| (*recipient).clone())
        .collect();
    let parties = seal(&parties, &to_readers)?;
    let body = seal(&body, std::slice::from_ref(case.recipient()))?;
    let identity = seal(&identity, &to_identity)?;
    let mut grants = Vec::with_capacity(readers.len());
    for ((grantee, _), recipient) in readers.iter().zip(&to_readers) {
        let secret = CaseSecret::new(*draft.secret.expose_secret());
        let grant = Grant {
            anchor,
            epoch: 0,
            grantee: *grantee,
            secret,
        };
        grants.push(seal(&grant.plaintext(), std::slice::from_ref(recipient))?);
    }

    let statement = Statement {
        service,
        route: draft.route,
        case_recipient: case.recipient().clone(),
        reporter_recipient: reporter.recipient().clone(),
        reporter_key: signing_key.verifying_key(),
        lookup: keys.lookup.digest(),
        parts: PartDigests {
            parties: Digest::of(&parties),
            body: Digest::of(&body),
            identity: Digest::of(&identity),
        },
        grantees: readers
            .iter()
            .zip(&grants)
            .map(|((member, _), grant)| Grantee {
                member: *member,
                grant: Digest::of(grant),
            })
            .collect(),
        directory: draft.directory.pin(),
        day: draft.day,
    }
    .sign(&signing_key);

    let head = [statement.as_bytes(), &parties, &body, &identity];
    let sections: Vec<&[u8]> = head
        .into_iter()
        .chain(grants.iter().map(Vec::as_slice))
        .collect();
    let bytes = container::write(&sections).ok_or(CannotCompose::TooLong)?;
    Ok(Submission {
        case: CaseId::of(&statement),
        statement,
        bytes,
    })
}

type Framed = Zeroizing<Vec<u8>>;

/// The framed contents of the three parts, each bound to the service and the anchor (R3).
fn contents(
    (service, anchor): (ServiceId, Anchor),
    parties: Parties,
    body: Body,
    identity: Option<IdentityContent>,
) -> Result<(Framed, Framed, Framed), CannotCompose> {
    let too_long = |_| CannotCompose::TooLong;
    let parties = Parties {
        service,
        anchor,
        ..parties
    };
    let parties = framing::frame(&Zeroizing::new(json::write(&parties))).map_err(too_long)?;
    if parties.len() > framing::GREATEST_MESSAGE {
        return Err(CannotCompose::TooLong);
    }
    let body = Body {
        service,
        anchor,
        ..body
    };
    let body = framing::frame(&Zeroizing::new(json::write(&body))).map_err(too_long)?;
    let identity = identity.map(|content| {
        let content = IdentityContent {
            service,
            anchor,
            ..content
        };
        Zeroizing::new(json::write(&content))
    });
    let content = identity
        .as_ref()
        .map_or(&[][..], |content| content.as_slice());
    let identity = framing::frame_exact(content, framing::IDENTITY).map_err(too_long)?;
    Ok((parties, body, identity))
}

/// Those first readers who were chosen, and last the recovery, where there is one (C6).
fn grantees<'a>(draft: &Draft<'a>) -> Result<Vec<(MemberId, &'a Recipient)>, CannotCompose> {
    let first = draft.directory.first_readers(draft.route);
    let mut chosen: Vec<(MemberId, &Recipient)> = draft
        .grantees
        .iter()
        .filter_map(|id| first.iter().copied().find(|member| member.member == *id))
        .map(|member| (member.member, &member.recipient))
        .collect();
    let mut distinct: Vec<MemberId> = draft.grantees.to_vec();
    distinct.sort_unstable();
    distinct.dedup();
    let count = draft.grantees.len();
    let all = count >= 1 && chosen.len() == count && distinct.len() == count;
    let recovery = draft.directory.recovery();
    chosen.extend(recovery.map(|recovery| (recovery.id(), &recovery.recipient)));
    if all && chosen.len() <= container::GREATEST_GRANTEES {
        Ok(chosen)
    } else {
        Err(CannotCompose::Readers)
    }
}

/// The custodians for a confidential reporter, otherwise as many recipients that nobody has (R3).
fn identity_recipients(draft: &Draft<'_>) -> Result<Vec<Recipient>, CannotCompose> {
    let custodians = draft.directory.custodians();
    if draft.identity.is_some() {
        if custodians.is_empty() {
            return Err(CannotCompose::Identity);
        }
        return Ok(custodians
            .iter()
            .map(|member| member.recipient.clone())
            .collect());
    }
    let count = custodians.len().max(1);
    let seeds = draft
        .thrown_away
        .get(..count)
        .ok_or(CannotCompose::Identity)?;
    Ok(seeds
        .iter()
        .map(|seed| ReporterIdentity::new(seed).recipient().clone())
        .collect())
}

fn check(draft: &Draft<'_>) -> Result<(), CannotCompose> {
    let Draft {
        parties,
        body,
        identity,
        ..
    } = draft;
    if body.what_happened.trim().is_empty() {
        return Err(CannotCompose::Empty);
    }
    let known = parties.subjects.iter().all(|subject| {
        subject.kind.is_known()
            && subject.rank.is_known()
            && subject.relation.is_known()
            && subject.senior.is_known()
            && subject.reads_reports.is_known()
            && subject.probationer.is_known()
    }) && parties.others.iter().all(|other| other.rank.is_known())
        && body_codes_are_known(body);
    if !known {
        return Err(CannotCompose::UnknownCode);
    }
    let lists = [parties.subjects.len(), parties.others.len()];
    let long = |text: &String| text.chars().count() > GREATEST_TEXT;
    if lists.into_iter().any(|length| length > GREATEST_LIST)
        || body.what_happened.chars().count() > GREATEST_ACCOUNT
        || texts(parties, body, identity.as_ref())
            .into_iter()
            .any(long)
    {
        return Err(CannotCompose::TooLong);
    }
    let mode = body.mode.as_str();
    let confidential = Some(&body.mode) == Mode::known("confidential").as_ref();
    let named_only = mode == "named" || body.name.is_empty();
    if identity.is_some() == confidential && named_only {
        Ok(())
    } else {
        Err(CannotCompose::Identity)
    }
}

fn body_codes_are_known(body: &Body) -> bool {
    body.channel.is_known()
        && body.mode.is_known()
        && body.concerns.iter().all(Concern::is_known)
        && body.characteristics.iter().all(Characteristic::is_known)
        && body.pattern.is_known()
        && body.circumstances.on_duty.is_known()
        && body.circumstances.online.is_known()
        && body.circumstances.private_messages.is_known()
        && body.circumstances.described_as_banter.is_known()
        && body.basis.is_known()
        && body.evidence.at_risk.is_known()
        && body.danger.now.is_known()
        && body.support.wanted.is_known()
        && body.informed.is_known()
        && body.reporter.kind.is_known()
        && body.reporter.rank.is_known()
        && body.reporter.probationer.is_known()
        && body.reporter.role.is_known()
}

/// Every text to which the shorter limit of R8 applies.
fn texts<'a>(
    parties: &'a Parties,
    body: &'a Body,
    identity: Option<&'a IdentityContent>,
) -> Vec<&'a String> {
    let mut texts = vec![&parties.exclude.other];
    texts.extend(&parties.exclude.units);
    for subject in &parties.subjects {
        texts.extend([&subject.name, &subject.description, &subject.unit]);
    }
    for other in &parties.others {
        texts.extend([&other.who, &other.unit, &other.why, &other.reason]);
    }
    texts.extend([
        &body.language,
        &body.name,
        &body.contact,
        &body.when,
        &body.place,
        &body.basis_detail,
    ]);
    texts.extend([
        &body.evidence.what,
        &body.evidence.how,
        &body.told.whom,
        &body.told.outcome,
    ]);
    texts.extend([
        &body.danger.detail,
        &body.support.detail,
        &body.reporter.unit,
        &body.access_needs,
    ]);
    if let Some(identity) = identity {
        texts.extend([&identity.name, &identity.contact, &identity.unit]);
    }
    texts
}
