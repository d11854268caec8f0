//! What the case is after something happened that may.

use std::collections::{BTreeMap, BTreeSet};

use super::{Assignment, Checkpoint, Clocks, Head, Running, State};
use crate::protocol::act::{Act, Clock, Part};
use crate::protocol::message::Stage;
use crate::protocol::record::Name;
use crate::protocol::{Day, MemberId};

/// The clock that a record's signature stops.
pub(super) const fn clock_of(record: Name) -> Option<Clock> {
    match record {
        Name::Danger => Some(Clock::Danger),
        Name::Triage => Some(Clock::Triage),
        Name::Severity => Some(Clock::Severity),
        Name::Referral => Some(Clock::Referral),
        _ => None,
    }
}

impl State {
    fn stop(&mut self, clock: Clock, today: Day, clocks: &Clocks) {
        self.resume(clock, today, clocks);
        if let Some(running) = self.clocks.get_mut(&clock) {
            running.done = running.done.or(Some(today));
        }
    }

    fn resume(&mut self, clock: Clock, today: Day, clocks: &Clocks) {
        if let Some(running) = self.clocks.get_mut(&clock)
            && let Some(since) = running.paused_on.take()
        {
            let stood = today.days_since(since).max(0);
            running.paused_days = running.paused_days.saturating_add(stood);
            running.due = clocks.due_after_pause(clock, running.due, since, today);
        }
    }

    fn explained(&mut self, today: Day, clocks: &Clocks) {
        self.resume(Clock::Explanation, today, clocks);
        if let Some(running) = self.clocks.get_mut(&Clock::Explanation) {
            *running = Running::from(today, clocks.explained_again(running.due, today));
        }
    }

    /// What was to be explained while the case was closed is not explained any more: the next day is.
    fn explain_on(&mut self, today: Day, clocks: &Clocks) {
        if let Some(running) = self.clocks.get_mut(&Clock::Explanation)
            && running.paused_on.is_none()
        {
            running.due = clocks.explained_from(running.due, today);
        }
    }

    /// Whoever signs the triage says what is alleged. The referral test waits for that, and so do it and the severity
    /// for what a later revision alleges, unless they are due anyway.
    fn triaged(&mut self, later: bool, today: Day, clocks: &Clocks) {
        if !self.clocks.contains_key(&Clock::Referral) {
            self.start(Clock::Referral, today, clocks);
            // A referral that was signed before the triage has nothing to wait for.
            if self.signature(Name::Referral).is_some() {
                self.stop(Clock::Referral, today, clocks);
            }
        } else if later {
            for clock in [Clock::Severity, Clock::Referral] {
                if self
                    .clocks
                    .get(&clock)
                    .is_some_and(|one| one.done.is_some())
                {
                    self.start(clock, today, clocks);
                }
            }
        }
    }

    /// Opens the clocks of records whose signature does not stand.
    fn open_void(&mut self) {
        for record in Name::checkpoints() {
            if self.signature(record).is_none()
                && let Some(clock) = clock_of(record)
                && let Some(clock) = self.clocks.get_mut(&clock)
            {
                clock.done = None;
            }
        }
    }

    fn start(&mut self, clock: Clock, today: Day, clocks: &Clocks) {
        let running = Running::from(today, clocks.due(clock, today));
        self.clocks.insert(clock, running);
    }

    fn release(&mut self, today: Day, fits: impl Fn(&Assignment) -> bool) {
        for one in &mut self.assignments {
            if one.until.is_none() && fits(one) {
                one.until = Some(today);
            }
        }
    }
}

/// The clocks of a case that was received on a day, after messages to its reporter on these days with the stages
/// that they named.
#[must_use]
pub fn since(
    received: Day,
    messages: &[(Day, Option<Stage>)],
    clocks: &Clocks,
) -> BTreeMap<Clock, Running> {
    let mut state = State {
        stage: Stage::Received,
        closed: false,
        aside: false,
        told: false,
        teams: BTreeSet::new(),
        bars: BTreeSet::new(),
        conflicted: BTreeSet::new(),
        assignments: Vec::new(),
        heads: BTreeMap::new(),
        checkpoints: BTreeMap::new(),
        clocks: clocks.begin(received),
        readers: BTreeMap::new(),
        known_teams: BTreeSet::new(),
        known_members: BTreeSet::new(),
    };
    for (day, stage) in messages {
        state = told(state, *stage, *day, clocks);
    }
    state.clocks
}

/// The case after an act that may happen.
#[must_use]
pub fn acted(mut state: State, actor: &MemberId, act: &Act, today: Day, clocks: &Clocks) -> State {
    match act {
        Act::Bar { members } => {
            state.bars.extend(members);
            state.readers.retain(|reader, _| !members.contains(reader));
            state.release(today, |one| members.contains(&one.member));
            state.open_void();
        }
        Act::Lift { members } => state.bars.retain(|barred| !members.contains(barred)),
        Act::Route { teams } => state.teams = teams.iter().cloned().collect(),
        Act::Assign { part, member } => {
            state
                .assignments
                .retain(|one| (one.member, one.part) != (*member, *part));
            state.assignments.push(Assignment {
                member: *member,
                part: *part,
                since: today,
                until: None,
            });
        }
        Act::Release { part, member } => {
            state.release(today, |one| (one.member, one.part) == (*member, *part));
        }
        Act::Sign {
            record,
            revision,
            digest,
        } => {
            let checkpoint = Checkpoint {
                revision: *revision,
                digest: *digest,
                by: *actor,
                second: None,
            };
            let before = state.checkpoints.insert(*record, checkpoint);
            if let Some(clock) = clock_of(*record) {
                state.stop(clock, today, clocks);
            }
            if *record == Name::Triage {
                let later = before.is_some_and(|before| before.revision < *revision);
                state.triaged(later, today, clocks);
            }
        }
        Act::Second { record, .. } => {
            if let Some(checkpoint) = state.checkpoints.get_mut(record) {
                checkpoint.second = Some(*actor);
            }
            // Whoever signs with another has acted as an authority that day, and never investigates the case.
            if !state.ever(actor, Part::Authority) {
                state.assignments.push(Assignment {
                    member: *actor,
                    part: Part::Authority,
                    since: today,
                    until: Some(today),
                });
            }
        }
        Act::Pause { clock } => {
            if let Some(clock) = state.clocks.get_mut(clock) {
                clock.paused_on = Some(today);
            }
        }
        Act::Resume { clock } => state.resume(*clock, today, clocks),
        Act::Done {
            clock: Clock::Explanation,
        } => state.explained(today, clocks),
        Act::Done { clock } => state.stop(*clock, today, clocks),
        Act::SetAside {} => state.aside = true,
        Act::TakeUp {} => state.aside = false,
        Act::Reopen {} => {
            state.closed = false;
            state.start(Clock::Update, today, clocks);
            state.explain_on(today, clocks);
        }
    }
    state
}

/// The case after a revision that may be written: what was signed before does not hold for it.
#[must_use]
pub fn wrote(mut state: State, record: Name, head: Head) -> State {
    state.heads.insert(record, head);
    if let Some(clock) = clock_of(record)
        && let Some(clock) = state.clocks.get_mut(&clock)
    {
        clock.done = None;
    }
    state
}

/// The case after a message to the reporter that may be sent.
#[must_use]
pub fn told(mut state: State, to: Option<Stage>, today: Day, clocks: &Clocks) -> State {
    state.told = true;
    state.stop(Clock::Acknowledgement, today, clocks);
    state.start(Clock::Update, today, clocks);
    if let Some(to) = to {
        state.stage = to;
        if matches!(to, Stage::Outcome | Stage::Closed) {
            state.stop(Clock::Feedback, today, clocks);
        }
        if to == Stage::Closed {
            state.closed = true;
            state.aside = false;
        }
    }
    state
}
