//! What a desk is told of the procedure: how the case stands, what is missing, and what the asking member may do.

use serde::Serialize;

use super::rules::{may_give, may_sign_off, may_sign_with};
use super::{State, Why, may_act, may_stage, may_write};
use crate::protocol::act::{Act, Clock, Part};
use crate::protocol::message::Stage;
use crate::protocol::record::Name;
use crate::protocol::{Day, Digest, MemberId, TeamId};

/// Something without which a case cannot be closed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Missing {
    /// `acknowledge`, `sign`, `again`, `second`, `authority` or `team`.
    pub what: &'static str,
    /// Of which record; empty where it is of none.
    pub of: &'static str,
}

/// What is missing before a case can be closed, in the order of the protocol.
#[must_use]
pub fn missing(state: &State) -> Vec<Missing> {
    let of = |what, record: Name| Missing {
        what,
        of: record.as_str(),
    };
    let whole = |what| Missing { what, of: "" };
    let mut missing = Vec::new();
    if !state.told {
        missing.push(whole("acknowledge"));
    }
    for record in Name::checkpoints() {
        if !state.checkpoints.contains_key(&record) {
            missing.push(of("sign", record));
        }
    }
    for record in Name::checkpoints() {
        if state.checkpoints.contains_key(&record) && state.signature(record).is_none() {
            missing.push(of("again", record));
        }
    }
    if !state.is_done(Name::Failing) {
        missing.push(of("second", Name::Failing));
    }
    if !state.has_authority() {
        missing.push(whole("authority"));
    }
    if state.teams.is_empty() {
        missing.push(whole("team"));
    }
    missing
}

/// How the procedure of a case stands, for one member.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[expect(missing_docs, reason = "the members are those of section 12")]
pub struct View {
    pub stage: Stage,
    pub closed: bool,
    pub aside: bool,
    pub acts: u64,
    pub acts_digest: Digest,
    pub teams: Vec<TeamId>,
    pub bars: Vec<MemberId>,
    pub assigned: Vec<Assigned>,
    pub checkpoints: Vec<CheckpointView>,
    pub clocks: Vec<ClockView>,
    pub missing: Vec<Missing>,
    pub may: Vec<MayView>,
}

/// Somebody with a part.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Assigned {
    pub member: MemberId,
    #[serde(rename = "as")]
    pub part: Part,
    pub since: Day,
}

/// A record that is signed off, or to be.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CheckpointView {
    pub record: Name,
    pub revision: u64,
    pub signed: u64,
    pub by: String,
    pub second: String,
    pub done: bool,
}

/// A clock.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ClockView {
    pub clock: Clock,
    pub started: String,
    pub due: String,
    pub paused: bool,
    pub done: String,
}

/// Whether the asking member may do something.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct MayView {
    #[serde(rename = "do")]
    pub deed: String,
    pub why: &'static str,
}

fn text<T: ToString>(value: Option<T>) -> String {
    value.map(|value| value.to_string()).unwrap_or_default()
}

/// How the procedure stands, after so many acts of which the last has that digest.
#[must_use]
pub fn view(state: &State, actor: &MemberId, acts: u64, acts_digest: Digest) -> View {
    let assigned = state.assignments.iter().filter(|one| one.until.is_none());
    View {
        stage: state.stage,
        closed: state.closed,
        aside: state.aside,
        acts,
        acts_digest,
        teams: state.teams.iter().cloned().collect(),
        bars: state.bars.iter().copied().collect(),
        assigned: assigned
            .map(|one| Assigned {
                member: one.member,
                part: one.part,
                since: one.since,
            })
            .collect(),
        checkpoints: Name::checkpoints()
            .map(|record| {
                let checkpoint = state.checkpoints.get(&record);
                CheckpointView {
                    record,
                    revision: state.heads.get(&record).map_or(0, |head| head.revision),
                    signed: checkpoint.map_or(0, |signed| signed.revision),
                    by: text(checkpoint.map(|signed| signed.by)),
                    second: text(checkpoint.and_then(|signed| signed.second)),
                    done: state.is_done(record),
                }
            })
            .collect(),
        clocks: Clock::ALL
            .iter()
            .map(|clock| {
                let running = state.clocks.get(clock);
                ClockView {
                    clock: *clock,
                    started: text(running.map(|clock| clock.started)),
                    due: text(running.map(|clock| clock.due)),
                    paused: running.is_some_and(|clock| clock.paused_on.is_some()),
                    done: text(running.and_then(|clock| clock.done)),
                }
            })
            .collect(),
        missing: missing(state),
        may: may(state, actor),
    }
}

fn may(state: &State, actor: &MemberId) -> Vec<MayView> {
    let mut all = Vec::new();
    let mut add = |deed: String, may: Result<(), Why>| {
        let why = may.err().map_or("", Why::code);
        all.push(MayView { deed, why });
    };
    // Acts in general: whether anybody or anything could be named for whom they hold.
    let open = if state.closed {
        Err(Why::Closed)
    } else {
        Ok(())
    };
    let handling = may_give(state, actor, Part::Support);
    let lift = may_act(
        state,
        actor,
        &Act::Lift {
            members: Vec::new(),
        },
    );
    let lift = lift.and(if state.bars.is_empty() {
        Err(Why::NotThere)
    } else {
        Ok(())
    });
    add("bar".to_owned(), open.and(handling));
    add("lift".to_owned(), lift);
    add("route".to_owned(), open.and(handling));
    for part in Part::ALL {
        add(
            format!("assign:{part}"),
            open.and(may_give(state, actor, *part)),
        );
    }
    for record in Name::checkpoints() {
        let may = open.and(may_sign_off(state, actor, record));
        let may = may.and(match state.heads.get(&record) {
            None => Err(Why::NoRecord),
            Some(_) if !state.awaits_signature(record) => Err(Why::Already),
            Some(_) => Ok(()),
        });
        add(format!("sign:{record}"), may);
    }
    add(
        "second:failing".to_owned(),
        open.and(may_sign_with(state, actor, Name::Failing)),
    );
    for record in Name::ALL {
        add(format!("write:{record}"), may_write(state, actor, *record));
    }
    for stage in [Stage::WithTeam, Stage::Outcome, Stage::Closed] {
        add(
            format!("stage:{}", stage.as_str()),
            may_stage(state, actor, Some(stage)),
        );
    }
    for act in [Act::SetAside {}, Act::TakeUp {}, Act::Reopen {}] {
        add(act.code().to_owned(), may_act(state, actor, &act));
    }
    let working = may_act(
        state,
        actor,
        &Act::Done {
            clock: Clock::Explanation,
        },
    );
    let pause = match working {
        Err(why @ (Why::Role | Why::Barred | Why::NotReader)) => Err(why),
        _ => Ok(()),
    };
    add("pause".to_owned(), open.and(pause));
    all
}
