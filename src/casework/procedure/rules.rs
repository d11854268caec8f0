//! What may happen next, and why not.

use super::{State, Why, missing};
use crate::protocol::MemberId;
use crate::protocol::act::{Act, Clock, Part};
use crate::protocol::directory::Role;
use crate::protocol::message::Stage;
use crate::protocol::record::Name;
use crate::protocol::{Digest, TeamId};

/// Who takes a case forward: one of them is left to each that is not closed (Q12).
pub const HANDLING: &[Role] = &[Role::Handler, Role::Authority];
const WORKING: &[Role] = &[Role::Handler, Role::Investigator, Role::Authority];

type May = Result<(), Why>;

fn ensure(holds: bool, why: Why) -> May {
    if holds { Ok(()) } else { Err(why) }
}

impl State {
    fn ensure_role(&self, actor: &MemberId, roles: &[Role]) -> May {
        ensure(self.has_role(actor, roles), Why::Role)
    }

    /// An assigned authority who never investigated the case.
    fn ensure_deciding(&self, actor: &MemberId) -> May {
        self.ensure_role(actor, &[Role::Authority])?;
        ensure(
            !self.ever(actor, Part::Investigator),
            Why::AuthorityInvestigates,
        )?;
        ensure(self.is(actor, Part::Authority), Why::NotAssigned)
    }
}

/// Whether a reader may do something in the procedure.
///
/// # Errors
/// Says why not.
pub fn may_act(state: &State, actor: &MemberId, act: &Act) -> May {
    ensure(!state.bars.contains(actor), Why::Barred)?;
    ensure(state.readers.contains_key(actor), Why::NotReader)?;
    let after_closing = matches!(act, Act::Reopen {} | Act::Done { .. } | Act::TakeUp {});
    ensure(!state.closed || after_closing, Why::Closed)?;
    match act {
        Act::Bar { members } => may_bar(state, actor, members),
        Act::Lift { members } => {
            state.ensure_deciding(actor)?;
            ensure(
                members.iter().all(|member| state.bars.contains(member)),
                Why::NotThere,
            )
        }
        Act::Route { teams } => may_route(state, actor, teams),
        Act::Assign { part, member } => may_assign(state, actor, *part, member),
        Act::Release { part, member } => {
            if actor != member {
                may_give(state, actor, *part)?;
            }
            ensure(state.is(member, *part), Why::NotThere)
        }
        Act::Sign {
            record,
            revision,
            digest,
        } => may_sign(state, actor, *record, *revision, digest),
        Act::Second {
            record,
            revision,
            digest,
        } => may_second(state, actor, *record, *revision, digest),
        Act::Pause { clock } => {
            state.ensure_role(actor, WORKING)?;
            let clock = state.clocks.get(clock).ok_or(Why::UnknownClock)?;
            ensure(clock.done.is_none(), Why::Already)?;
            ensure(clock.paused_on.is_none(), Why::Paused)
        }
        Act::Resume { clock } => {
            state.ensure_role(actor, WORKING)?;
            let clock = state.clocks.get(clock).ok_or(Why::UnknownClock)?;
            ensure(clock.paused_on.is_some(), Why::NotPaused)
        }
        Act::Done { clock } => {
            state.ensure_role(actor, WORKING)?;
            // The others wait for something that the service sees by itself.
            let told = matches!(clock, Clock::Feedback | Clock::Explanation);
            ensure(told, Why::UnknownClock)?;
            let clock = state.clocks.get(clock).ok_or(Why::UnknownClock)?;
            ensure(clock.done.is_none(), Why::Already)
        }
        Act::SetAside {} => {
            state.ensure_role(actor, HANDLING)?;
            ensure(!state.aside, Why::Aside)?;
            // Once somebody decides the case, it is theirs to end it.
            ensure(
                !state.has_authority() || state.decides(actor),
                Why::NotAssigned,
            )
        }
        Act::TakeUp {} => {
            state.ensure_role(actor, HANDLING)?;
            ensure(state.aside, Why::NotAside)
        }
        Act::Reopen {} => {
            state.ensure_role(actor, HANDLING)?;
            ensure(state.closed, Why::NotClosed)
        }
    }
}

fn may_bar(state: &State, actor: &MemberId, members: &[MemberId]) -> May {
    state.ensure_role(actor, HANDLING)?;
    ensure(!members.contains(actor), Why::OwnBar)?;
    // The recovery is in no team: it is what is left where a case has nobody.
    let is_known = |member: &MemberId| state.known_members.contains(member);
    ensure(
        members
            .iter()
            .all(|member| is_known(member) || state.bars.contains(member)),
        Why::Unlisted,
    )?;
    ensure(
        members.iter().any(|member| !state.bars.contains(member)),
        Why::Already,
    )?;
    let stays = |member: &MemberId| !members.contains(member) && state.has_role(member, HANDLING);
    ensure(state.readers.keys().any(stays), Why::LastReader)
}

fn may_route(state: &State, actor: &MemberId, teams: &[TeamId]) -> May {
    state.ensure_role(actor, HANDLING)?;
    ensure(
        teams.iter().all(|team| state.known_teams.contains(team)),
        Why::UnknownTeam,
    )?;
    let same =
        teams.len() == state.teams.len() && teams.iter().all(|team| state.teams.contains(team));
    ensure(!same, Why::Already)
}

/// Whether a reader may give somebody a part, or take it.
pub(super) fn may_give(state: &State, actor: &MemberId, part: Part) -> May {
    state.ensure_role(actor, HANDLING)?;
    ensure(
        part != Part::Authority || !state.ever(actor, Part::Investigator),
        Why::AuthorityInvestigates,
    )
}

fn may_assign(state: &State, actor: &MemberId, part: Part, member: &MemberId) -> May {
    may_give(state, actor, part)?;
    ensure(!state.bars.contains(member), Why::Barred)?;
    ensure(state.readers.contains_key(member), Why::NotReader)?;
    let (roles, other): (&[Role], _) = match part {
        Part::Authority => (&[Role::Authority], Some(Part::Investigator)),
        Part::Investigator => (&[Role::Investigator, Role::Handler], Some(Part::Authority)),
        Part::Support => (&[Role::Support], None),
    };
    state.ensure_role(member, roles)?;
    ensure(
        other.is_none_or(|other| !state.ever(member, other)),
        Why::AuthorityInvestigates,
    )?;
    ensure(!state.is(member, part), Why::Already)
}

/// Whether a reader may sign a record at all.
pub(super) fn may_sign_off(state: &State, actor: &MemberId, record: Name) -> May {
    match record {
        Name::Danger | Name::Triage => state.ensure_role(actor, HANDLING),
        Name::Reporter => {
            state.ensure_role(actor, &[Role::Handler, Role::Authority, Role::Support])
        }
        Name::Learning | Name::Concerns => state.ensure_role(actor, WORKING),
        Name::Severity | Name::Referral | Name::Decisions | Name::Outcome | Name::Failing => {
            state.ensure_deciding(actor)
        }
        Name::Notes => Err(Why::NoRecord),
    }
}

fn ensure_current(state: &State, record: Name, revision: u64, digest: &Digest) -> May {
    let head = state.heads.get(&record).ok_or(Why::NoRecord)?;
    ensure(
        head.revision == revision && head.digest == *digest,
        Why::StaleRevision,
    )
}

fn may_sign(state: &State, actor: &MemberId, record: Name, revision: u64, digest: &Digest) -> May {
    may_sign_off(state, actor, record)?;
    ensure_current(state, record, revision, digest)?;
    ensure(state.awaits_signature(record), Why::Already)
}

/// Whether a reader may sign a record with the one who signed it.
pub(super) fn may_sign_with(state: &State, actor: &MemberId, record: Name) -> May {
    state.ensure_role(actor, &[Role::Authority])?;
    ensure(
        !state.ever(actor, Part::Investigator),
        Why::AuthorityInvestigates,
    )?;
    ensure(state.heads.contains_key(&record), Why::NoRecord)?;
    let signature = state.signature(record).ok_or(Why::Unsigned)?;
    ensure(signature.by != *actor, Why::SamePerson)?;
    ensure(signature.second.is_none(), Why::Already)
}

fn may_second(
    state: &State,
    actor: &MemberId,
    record: Name,
    revision: u64,
    digest: &Digest,
) -> May {
    state.ensure_role(actor, &[Role::Authority])?;
    ensure_current(state, record, revision, digest)?;
    may_sign_with(state, actor, record)
}

/// Whether a reader may write the next revision of a record.
///
/// # Errors
/// Says why not.
pub fn may_write(state: &State, actor: &MemberId, record: Name) -> May {
    ensure(!state.bars.contains(actor), Why::Barred)?;
    ensure(state.readers.contains_key(actor), Why::NotReader)?;
    ensure(!state.closed || record == Name::Notes, Why::Closed)?;
    ensure(!state.aside || record == Name::Notes, Why::Aside)?;
    match record {
        Name::Notes => Ok(()),
        Name::Decisions => state.ensure_deciding(actor),
        Name::Reporter => state.ensure_role(
            actor,
            &[
                Role::Handler,
                Role::Investigator,
                Role::Authority,
                Role::Support,
            ],
        ),
        _ => state.ensure_role(actor, WORKING),
    }
}

/// Whether a message may name a stage; one that names none is always possible.
///
/// # Errors
/// Says why not.
pub fn may_stage(state: &State, actor: &MemberId, to: Option<Stage>) -> May {
    ensure(!state.bars.contains(actor), Why::Barred)?;
    ensure(state.readers.contains_key(actor), Why::NotReader)?;
    let Some(to) = to else { return Ok(()) };
    state.ensure_role(actor, WORKING)?;
    ensure(!state.closed, Why::Closed)?;
    let complete = match to {
        Stage::WithTeam => state.is_done(Name::Triage) && !state.teams.is_empty(),
        Stage::Outcome => [Name::Severity, Name::Referral, Name::Decisions]
            .into_iter()
            .all(|record| state.is_done(record)),
        Stage::Closed => missing(state).is_empty(),
        _ => true,
    };
    ensure(complete, Why::Missing)
}
