//! What no sequence of acts leads to, whoever tries what: thousands of random ones, kept by a second account of what
//! happened that knows nothing of the rules.

#![expect(clippy::unwrap_used, reason = "a test may stop where it stands")]

use std::cell::Cell;
use std::collections::{BTreeMap, BTreeSet};

use proptest::collection::vec;
use proptest::prelude::any;
use proptest::prop_assert;
use proptest::test_runner::{Config, TestCaseError, TestRunner};

use rightline::casework::procedure::{
    Clocks, Head, State, Why, acted, may_act, may_stage, may_write, missing, told, view, wrote,
};
use rightline::protocol::act::{Act, Clock, Part};
use rightline::protocol::directory::Role;
use rightline::protocol::message::Stage;
use rightline::protocol::record::Name;
use rightline::protocol::{Day, Digest, MemberId, TeamId};

/// Who is there: people with one role, and those with several, of whom the rules have the most to say.
const PEOPLE: [&[Role]; 9] = [
    &[Role::Handler],
    &[Role::Handler, Role::Authority],
    &[Role::Authority],
    &[Role::Authority, Role::Investigator],
    &[Role::Investigator],
    &[Role::Support],
    &[
        Role::Handler,
        Role::Investigator,
        Role::Authority,
        Role::Support,
    ],
    &[Role::Custodian],
    &[Role::Authority],
];
const TEAMS: [&str; 3] = ["discrimination", "domestic-abuse", "nowhere"];
/// What only an authority signs.
const DECIDED: [Name; 5] = [
    Name::Severity,
    Name::Referral,
    Name::Decisions,
    Name::Outcome,
    Name::Failing,
];

/// Somebody tries something.
#[derive(Debug, Clone)]
enum Try {
    Act(Act),
    Write(Name),
    Tell(Option<Stage>),
}

/// What was done, as somebody wrote it down who only watched.
#[derive(Debug, Default)]
struct Witness {
    /// Who signed the last revision of each record, first and second.
    signed: BTreeMap<Name, Vec<MemberId>>,
    decided: BTreeSet<MemberId>,
    investigated: BTreeSet<MemberId>,
    barred: BTreeSet<MemberId>,
    conflicted: BTreeSet<MemberId>,
    /// The clocks that wait for a signature.
    waiting: BTreeSet<Clock>,
    /// The revision of the triage that was signed last.
    triaged: Option<u64>,
    told: bool,
    /// How many signatures fell because of who gave them.
    fallen: u32,
}

impl Witness {
    /// Whether a record is signed by as many as it takes, all of whom may still have the case.
    fn is_done(&self, record: Name) -> bool {
        let needed = if record == Name::Failing { 2 } else { 1 };
        self.signed.get(&record).is_some_and(|signers| {
            let kept_out =
                |member| self.barred.contains(member) || self.conflicted.contains(member);
            signers.len() >= needed && !signers.iter().any(kept_out)
        })
    }

    /// Somebody may not have the case any more: nothing that they signed stands.
    fn lose(&mut self, member: &MemberId) {
        for (record, signers) in &self.signed {
            if signers.contains(member) {
                self.fallen += 1;
                self.waiting.extend(clock_of(*record));
            }
        }
    }
}

/// The clock that waits for a record's signature.
fn clock_of(record: Name) -> Option<Clock> {
    match record {
        Name::Danger => Some(Clock::Danger),
        Name::Triage => Some(Clock::Triage),
        Name::Severity => Some(Clock::Severity),
        Name::Referral => Some(Clock::Referral),
        _ => None,
    }
}

struct World {
    state: State,
    witness: Witness,
    people: Vec<(MemberId, Vec<Role>)>,
    clocks: Clocks,
    today: Day,
    written: u32,
}

fn team(name: &str) -> TeamId {
    name.parse().unwrap()
}

impl World {
    fn new() -> Self {
        let clocks = Clocks::default();
        let today: Day = "2026-11-23".parse().unwrap();
        let people: Vec<(MemberId, Vec<Role>)> = (1u8..)
            .zip(PEOPLE)
            .map(|(id, roles)| (MemberId::new([id; 16]), roles.to_vec()))
            .collect();
        let state = State {
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
            clocks: clocks.begin(today),
            readers: people.iter().cloned().collect(),
            known_teams: TEAMS[..2].iter().map(|name| team(name)).collect(),
            known_members: people.iter().map(|(member, _)| *member).collect(),
        };
        Self {
            state,
            witness: Witness {
                waiting: BTreeSet::from([Clock::Danger, Clock::Triage, Clock::Severity]),
                ..Witness::default()
            },
            people,
            clocks,
            today,
            written: 0,
        }
    }

    fn may(&self, actor: &MemberId, what: &Try) -> Result<(), Why> {
        match what {
            Try::Act(act) => may_act(&self.state, actor, act),
            Try::Write(record) => may_write(&self.state, actor, *record),
            Try::Tell(stage) => may_stage(&self.state, actor, *stage),
        }
    }

    /// Does it, if it may be done.
    fn attempt(&mut self, actor: &MemberId, what: &Try) -> Result<bool, TestCaseError> {
        if self.may(actor, what).is_err() {
            return Ok(false);
        }
        prop_assert!(
            !self.witness.barred.contains(actor) && !self.witness.conflicted.contains(actor),
            "somebody who is kept out acted: {what:?}"
        );
        prop_assert!(
            self.state.readers.contains_key(actor),
            "a stranger acted: {what:?}"
        );
        let late = matches!(
            what,
            Try::Write(Name::Notes)
                | Try::Tell(None)
                | Try::Act(Act::Reopen {} | Act::Done { .. } | Act::TakeUp {})
        );
        prop_assert!(late || !self.state.closed, "after the end: {what:?}");
        if let Try::Tell(Some(Stage::Closed)) = what {
            let decided = self.people.iter().any(|(member, _)| self.decides(member));
            prop_assert!(decided, "closed without an authority");
            for record in Name::checkpoints() {
                prop_assert!(self.witness.is_done(record), "closed without {record}");
            }
        }
        self.note(actor, what);
        let state = self.state.clone();
        self.state = match what {
            Try::Act(act) => acted(state, actor, act, self.today, &self.clocks),
            Try::Write(record) => {
                self.written += 1;
                let head = Head {
                    revision: state.heads.get(record).map_or(1, |head| head.revision + 1),
                    digest: Digest::of(&self.written.to_be_bytes()),
                };
                wrote(state, *record, head)
            }
            Try::Tell(to) => told(state, *to, self.today, &self.clocks),
        };
        Ok(true)
    }

    /// Whether somebody has the authority's part, and the role for it still.
    fn decides(&self, member: &MemberId) -> bool {
        let roles = self.state.readers.get(member);
        let may = roles.is_some_and(|roles| roles.contains(&Role::Authority));
        may && self.state.is(member, Part::Authority)
    }

    fn note(&mut self, actor: &MemberId, what: &Try) {
        let witness = &mut self.witness;
        match what {
            Try::Write(record) => {
                witness.signed.remove(record);
                witness.waiting.extend(clock_of(*record));
                if *record == Name::Decisions {
                    witness.decided.insert(*actor);
                }
            }
            Try::Tell(_) => witness.told = true,
            Try::Act(Act::Sign {
                record, revision, ..
            }) => {
                witness.signed.insert(*record, vec![*actor]);
                if let Some(clock) = clock_of(*record) {
                    witness.waiting.remove(&clock);
                }
                if *record == Name::Triage {
                    let before = witness.triaged.replace(*revision);
                    if before.is_some_and(|before| before < *revision) {
                        witness.waiting.extend([Clock::Severity, Clock::Referral]);
                    } else if before.is_none() && !witness.is_done(Name::Referral) {
                        witness.waiting.insert(Clock::Referral);
                    }
                }
                if DECIDED.contains(record) {
                    witness.decided.insert(*actor);
                }
            }
            Try::Act(Act::Second { record, .. }) => {
                witness.signed.entry(*record).or_default().push(*actor);
                witness.decided.insert(*actor);
            }
            Try::Act(Act::Assign { part, member }) => {
                let whom = match part {
                    Part::Authority => &mut witness.decided,
                    Part::Investigator => &mut witness.investigated,
                    Part::Support => return,
                };
                whom.insert(*member);
            }
            Try::Act(Act::Bar { members }) => {
                for member in members {
                    if witness.barred.insert(*member) {
                        witness.lose(member);
                    }
                }
            }
            Try::Act(Act::Lift { members }) => {
                witness.barred.retain(|barred| !members.contains(barred));
            }
            Try::Act(_) => {}
        }
    }

    /// What must hold after anything.
    fn check(&self) -> Result<(), TestCaseError> {
        let (state, witness) = (&self.state, &self.witness);
        let both = witness.decided.intersection(&witness.investigated).next();
        prop_assert!(both.is_none(), "an authority investigated");
        for (record, signers) in &witness.signed {
            let apart: BTreeSet<_> = signers.iter().collect();
            prop_assert!(
                apart.len() == signers.len(),
                "one person signed {record} twice"
            );
        }
        for record in Name::checkpoints() {
            prop_assert!(
                state.is_done(record) == witness.is_done(record),
                "{record} is done or not"
            );
        }
        prop_assert!(
            witness.told || !state.closed,
            "closed without a word to the reporter"
        );
        prop_assert!(state.bars == witness.barred, "the bars are others");
        let decided = self.people.iter().any(|(member, _)| self.decides(member));
        for (member, roles) in &state.readers {
            let handles = roles.contains(&Role::Handler) || roles.contains(&Role::Authority);
            let now = handles && !state.closed && !state.aside;
            prop_assert!(
                may_act(state, member, &Act::SetAside {}).is_ok()
                    == (now && (!decided || self.decides(member))),
                "the authority ends it, and everybody who handles it while there is none"
            );
        }
        for one in state.assignments.iter().filter(|one| one.until.is_none()) {
            prop_assert!(
                !state.bars.contains(&one.member),
                "somebody who is barred has a part"
            );
        }
        self.check_clocks()
    }

    fn check_clocks(&self) -> Result<(), TestCaseError> {
        for clock in Name::checkpoints().filter_map(clock_of) {
            let waits = self.witness.waiting.contains(&clock);
            if let Some(running) = self.state.clocks.get(&clock) {
                prop_assert!(running.done.is_none() == waits, "{clock} runs or not");
            } else {
                prop_assert!(clock == Clock::Referral, "{clock} has not started");
                prop_assert!(
                    self.witness.triaged.is_none(),
                    "the referral waits for a triage that was signed"
                );
            }
        }
        for (clock, running) in &self.state.clocks {
            let stands = running.paused_on.is_some();
            prop_assert!(
                running.due >= running.started,
                "{clock} was due before it started"
            );
            prop_assert!(
                !(stands && running.done.is_some()),
                "{clock} is done and stands"
            );
        }
        let acknowledged = self.state.clocks[&Clock::Acknowledgement].done.is_some();
        prop_assert!(acknowledged == self.witness.told, "the acknowledgement");
        Ok(())
    }

    /// What a desk is told agrees with what the service would say.
    fn check_view(&self, actor: &MemberId) -> Result<(), TestCaseError> {
        let told = view(&self.state, actor, 0, Digest::ZERO);
        for one in &told.may {
            let parts = one.deed.split_once(':').unwrap_or((&one.deed, ""));
            let named = |record: Name| {
                let head = self.state.heads.get(&record);
                head.map(|head| (record, head.revision, head.digest))
            };
            let may = match parts {
                ("write", record) => self.may(actor, &Try::Write(record.parse().unwrap())),
                ("stage", stage) => self.may(actor, &Try::Tell(Some(stage.parse().unwrap()))),
                ("sign", record) => match named(record.parse().unwrap()) {
                    None => continue,
                    Some((record, revision, digest)) => {
                        let act = Act::Sign {
                            record,
                            revision,
                            digest,
                        };
                        may_act(&self.state, actor, &act)
                    }
                },
                ("second", _) => match named(Name::Failing) {
                    None => continue,
                    Some((record, revision, digest)) => {
                        let act = Act::Second {
                            record,
                            revision,
                            digest,
                        };
                        may_act(&self.state, actor, &act)
                    }
                },
                ("set_aside", _) => may_act(&self.state, actor, &Act::SetAside {}),
                ("take_up", _) => may_act(&self.state, actor, &Act::TakeUp {}),
                ("reopen", _) => may_act(&self.state, actor, &Act::Reopen {}),
                // These depend on whom or what they name.
                _ => continue,
            };
            prop_assert!(
                one.why.is_empty() == may.is_ok(),
                "{}: the desk is told {:?}, the service says {may:?}",
                one.deed,
                one.why
            );
        }
        Ok(())
    }

    /// Something of what is missing, that somebody may do.
    fn helpful(&self, dice: [u8; 3]) -> Option<(MemberId, Try)> {
        let wanted = missing(&self.state);
        let mut tries = Vec::new();
        let Some(first) = wanted.get(usize::from(dice[0]) % wanted.len().max(1)) else {
            return self.somebody(&Try::Tell(Some(Stage::Closed)), dice[1]);
        };
        if self.state.aside {
            tries.push(Try::Act(Act::TakeUp {}));
        }
        match (first.what, first.of.parse::<Name>().ok()) {
            ("acknowledge", _) => tries.push(Try::Tell(None)),
            ("team", _) => tries.push(Try::Act(Self::route(dice[1]))),
            ("authority", _) => tries.push(Try::Act(self.assign(Part::Authority, dice[2]))),
            ("second", _) => tries.extend(self.over(Name::Failing, true)),
            (_, Some(record)) => {
                tries.extend(self.over(record, false));
                if !self.state.heads.contains_key(&record) {
                    tries.push(Try::Write(record));
                }
            }
            _ => {}
        }
        tries.push(Try::Act(self.assign(Part::Authority, dice[2])));
        tries.iter().find_map(|what| self.somebody(what, dice[1]))
    }

    /// Somebody who may do it.
    fn somebody(&self, what: &Try, dice: u8) -> Option<(MemberId, Try)> {
        let able: Vec<&MemberId> = self
            .people
            .iter()
            .map(|(member, _)| member)
            .filter(|member| self.may(member, what).is_ok())
            .collect();
        let chosen = usize::from(dice) % able.len().max(1);
        able.get(chosen).map(|member| (**member, what.clone()))
    }

    fn person(&self, dice: u8) -> MemberId {
        self.people[usize::from(dice) % self.people.len()].0
    }

    fn route(dice: u8) -> Act {
        let from = usize::from(dice) % TEAMS.len();
        Act::Route {
            teams: TEAMS[from.min(1)..=from]
                .iter()
                .map(|name| team(name))
                .collect(),
        }
    }

    fn assign(&self, part: Part, dice: u8) -> Act {
        Act::Assign {
            part,
            member: self.person(dice),
        }
    }

    /// A signature over the last revision of a record.
    fn over(&self, record: Name, second: bool) -> Option<Try> {
        let Head { revision, digest } = *self.state.heads.get(&record)?;
        Some(Try::Act(if second {
            Act::Second {
                record,
                revision,
                digest,
            }
        } else {
            Act::Sign {
                record,
                revision,
                digest,
            }
        }))
    }

    /// Anything at all.
    fn anything(&self, [kind, one, other]: [u8; 3]) -> Try {
        let record = Name::ALL[usize::from(one) % Name::ALL.len()];
        let clock = Clock::ALL[usize::from(one) % Clock::ALL.len()];
        let part = Part::ALL[usize::from(one) % Part::ALL.len()];
        let member = self.person(other);
        let stale = Head {
            revision: 1,
            digest: Digest::of(&[other]),
        };
        let head = *self
            .state
            .heads
            .get(&record)
            .filter(|_| other > 40)
            .unwrap_or(&stale);
        let Head { revision, digest } = head;
        Try::Act(match kind % 17 {
            0..=2 => return Try::Write(record),
            3 => return Try::Tell(Some(Stage::ALL[usize::from(other) % Stage::ALL.len()])),
            4 => return Try::Tell(None),
            5 => Act::Sign {
                record,
                revision,
                digest,
            },
            6 => {
                return self
                    .over(Name::Failing, true)
                    .unwrap_or(Try::Write(Name::Failing));
            }
            7 => Act::Second {
                record: Name::Failing,
                revision,
                digest,
            },
            8 => Act::Bar {
                members: vec![member, self.person(one)],
            },
            9 => Act::Lift {
                members: vec![member],
            },
            10 => Self::route(one),
            11 => Act::Assign { part, member },
            12 => Act::Release { part, member },
            13 => Act::Pause { clock },
            14 => Act::Resume { clock },
            15 => Act::Done { clock },
            _ => match one % 3 {
                0 => Act::SetAside {},
                1 => Act::TakeUp {},
                _ => Act::Reopen {},
            },
        })
    }

    /// The directory and the grants change: somebody is a reader no more, or is again, with other roles.
    /// Somebody may also find a conflict.
    fn unrest(&mut self, [one, other, roles]: [u8; 3]) {
        let member = self.person(one);
        let reads = self.state.readers.contains_key(&member);
        if reads && other % 16 == 0 {
            self.conflict(member);
        }
        let kept_out = self.state.bars.contains(&member) || self.state.conflicted.contains(&member);
        if other % 2 == 0 || kept_out {
            self.state.readers.remove(&member);
            // As the store reads it: who can read a case no more has no part in it.
            for own in &mut self.state.assignments {
                if own.member == member {
                    own.until = own.until.or(Some(self.today));
                }
            }
        } else {
            let roles = PEOPLE[usize::from(roles) % PEOPLE.len()];
            self.state.readers.insert(member, roles.to_vec());
        }
    }

    /// As the store keeps a declaration: the clocks run again that the member's signatures stopped.
    fn conflict(&mut self, member: MemberId) {
        self.state.conflicted.insert(member);
        let signed = self.state.checkpoints.iter();
        let theirs = signed.filter(|(_, checkpoint)| checkpoint.by == member);
        for clock in theirs.filter_map(|(record, _)| clock_of(*record)) {
            if let Some(running) = self.state.clocks.get_mut(&clock) {
                running.done = None;
            }
        }
        self.witness.conflicted.insert(member);
        self.witness.lose(&member);
    }
}

/// Plays one sequence, and says how often the case was closed, opened again, and refused something, and how often a
/// signature fell.
fn play(steps: &[[u8; 5]]) -> Result<[u32; 4], TestCaseError> {
    let mut world = World::new();
    let [mut closed, mut reopened, mut refused] = [0; 3];
    for &[kind, who, one, two, three] in steps {
        let before = world.state.closed;
        match kind % 16 {
            0 => world.today = world.today.plus_days(i32::from(one)),
            1 => world.unrest([who, one, two]),
            2..=11 => {
                if let Some((actor, what)) = world.helpful([one, two, three]) {
                    let done = world.attempt(&actor, &what)?;
                    prop_assert!(done, "what may be done is done");
                }
            }
            _ => {
                let what = world.anything([one, two, three]);
                refused += u32::from(!world.attempt(&world.person(who), &what)?);
            }
        }
        world.check()?;
        if one % 8 == 0 {
            world.check_view(&world.person(who))?;
        }
        closed += u32::from(!before && world.state.closed);
        reopened += u32::from(before && !world.state.closed);
    }
    Ok([closed, reopened, refused, world.witness.fallen])
}

#[test]
fn no_sequence_of_acts_gets_around_the_procedure() {
    let config = Config {
        cases: 4_000,
        failure_persistence: None,
        ..Config::default()
    };
    let totals = [(); 4].map(|()| Cell::new(0));
    TestRunner::new(config)
        .run(&vec(any::<[u8; 5]>(), 0..250), |steps| {
            for (total, more) in totals.iter().zip(play(&steps)?) {
                total.set(total.get() + more);
            }
            Ok(())
        })
        .unwrap();
    // What never happens proves nothing.
    let [closed, reopened, refused, fallen] = totals.map(|total| total.get());
    assert!(closed > 400, "only {closed} cases were closed");
    assert!(reopened > 40, "only {reopened} cases were opened again");
    assert!(refused > 10_000, "only {refused} things were refused");
    assert!(fallen > 1_000, "only {fallen} signatures fell");
}

#[test]
fn desks_have_words_for_all_that_can_be_missing_and_for_nothing_else() {
    let mut world = World::new();
    let handler = world.people[1].0;
    let mut codes = BTreeSet::new();
    let mut look = |world: &World| {
        codes.extend(missing(&world.state).iter().map(|one| one.what.to_owned()));
    };
    look(&world);
    // Signed, and written again.
    world.attempt(&handler, &Try::Write(Name::Danger)).unwrap();
    let sign = world.over(Name::Danger, false).unwrap();
    assert!(world.attempt(&handler, &sign).unwrap());
    world.attempt(&handler, &Try::Write(Name::Danger)).unwrap();
    look(&world);
    let text = concat!(env!("CARGO_MANIFEST_DIR"), "/text/desk.en.json");
    let text: serde_json::Value =
        serde_json::from_str(&std::fs::read_to_string(text).unwrap()).unwrap();
    let named = text["work"]["missing"].as_object().unwrap();
    assert_eq!(codes, named.keys().cloned().collect());
}

/// Does something that may be done.
fn does(world: &mut World, actor: &MemberId, what: &Try) {
    assert!(world.attempt(actor, what).unwrap(), "{what:?}");
    world.check().unwrap();
}

/// Writes a record and signs it.
fn completes(world: &mut World, actor: &MemberId, record: Name) {
    does(world, actor, &Try::Write(record));
    let sign = world.over(record, false).unwrap();
    does(world, actor, &sign);
}

fn due(world: &World, clock: Clock) -> (String, bool) {
    let running = world.state.clocks[&clock];
    (running.due.to_string(), running.done.is_some())
}

/// A world in which the triage, the severity and the referral test are signed, and who decides.
fn assessed() -> (World, MemberId) {
    let mut world = World::new();
    let member = world.people[1].0;
    let part = Part::Authority;
    does(&mut world, &member, &Try::Act(Act::Assign { part, member }));
    for record in [Name::Triage, Name::Severity, Name::Referral] {
        completes(&mut world, &member, record);
    }
    (world, member)
}

#[test]
fn what_a_later_triage_alleges_is_assessed_and_tested_in_its_time() {
    let (mut world, member) = assessed();
    world.today = "2027-01-11".parse().unwrap();
    // Written again and not signed again, it alleges nothing yet.
    does(&mut world, &member, &Try::Write(Name::Triage));
    assert!(due(&world, Clock::Severity).1 && due(&world, Clock::Referral).1);
    // What is due anyway keeps its day, paused or not.
    does(&mut world, &member, &Try::Write(Name::Referral));
    let pause = Act::Pause {
        clock: Clock::Referral,
    };
    does(&mut world, &member, &Try::Act(pause));
    let referral = world.state.clocks[&Clock::Referral];
    let sign = world.over(Name::Triage, false).unwrap();
    does(&mut world, &member, &sign);
    assert_eq!(world.state.clocks[&Clock::Referral], referral);
    assert_eq!(
        due(&world, Clock::Severity),
        ("2027-01-18".to_owned(), false)
    );
    // Nothing is to be signed for closing that was not before, and what holds as it stands is signed once more.
    let severity = Name::Severity.as_str();
    assert!(world.state.is_done(Name::Severity));
    assert!(missing(&world.state).iter().all(|one| one.of != severity));
    world.check_view(&member).unwrap();
    let sign = world.over(Name::Severity, false).unwrap();
    does(&mut world, &member, &sign);
    assert!(due(&world, Clock::Severity).1);
    assert_eq!(
        world.may(&member, &sign),
        Err(Why::Already),
        "but not twice"
    );
}

#[test]
fn a_bar_opens_clocks_with_their_old_day_and_what_is_lifted_is_signed_once_more() {
    let (mut world, member) = assessed();
    let other = world.people[6].0;
    world.today = "2027-01-11".parse().unwrap();
    let members = vec![member];
    let bar = Act::Bar {
        members: members.clone(),
    };
    does(&mut world, &other, &Try::Act(bar));
    let again: Vec<&str> = missing(&world.state)
        .iter()
        .filter(|one| one.what == "again")
        .map(|one| one.of)
        .collect();
    assert_eq!(again, ["triage", "severity", "referral"]);
    assert_eq!(
        due(&world, Clock::Severity),
        ("2026-11-30".to_owned(), false)
    );
    let part = Part::Authority;
    let member = other;
    does(&mut world, &other, &Try::Act(Act::Assign { part, member }));
    does(&mut world, &other, &Try::Act(Act::Lift { members }));
    assert!(world.state.is_done(Name::Severity), "it stands again");
    assert!(!due(&world, Clock::Severity).1, "and its clock runs on");
    let sign = world.over(Name::Severity, false).unwrap();
    does(&mut world, &other, &sign);
    assert!(due(&world, Clock::Severity).1);
}

#[test]
fn who_has_the_role_no_more_is_no_authority_and_holds_nobody_up() {
    let (mut world, authority) = assessed();
    let handler = world.people[0].0;
    let aside = Act::SetAside {};
    assert_eq!(
        may_act(&world.state, &handler, &aside),
        Err(Why::NotAssigned)
    );
    world.state.readers.insert(authority, vec![Role::Handler]);
    assert!(world.state.is(&authority, Part::Authority));
    assert!(
        missing(&world.state)
            .iter()
            .any(|one| one.what == "authority")
    );
    assert_eq!(may_act(&world.state, &handler, &aside), Ok(()));
    // And is a handler like others once somebody else decides.
    let (part, member) = (Part::Authority, world.people[2].0);
    does(
        &mut world,
        &handler,
        &Try::Act(Act::Assign { part, member }),
    );
    assert_eq!(
        may_act(&world.state, &authority, &aside),
        Err(Why::NotAssigned)
    );
    assert_eq!(may_act(&world.state, &member, &aside), Ok(()));
}

#[test]
fn a_case_that_is_open_again_goes_on_with_the_next_explanation() {
    let clocks = Clocks::default();
    let closed =
        |state: State, day: &str| told(state, Some(Stage::Closed), day.parse().unwrap(), &clocks);
    let reopened = |day: &str| {
        let world = World::new();
        let actor = world.people[0].0;
        let state = closed(world.state, "2027-05-23");
        assert!(state.clocks[&Clock::Feedback].done.is_some(), "it was told");
        acted(
            state,
            &actor,
            &Act::Reopen {},
            day.parse().unwrap(),
            &clocks,
        )
    };
    for (day, due) in [
        // Six months after the receipt, on the day itself, and after days on which it was closed.
        ("2027-06-01", "2027-11-23"),
        ("2027-11-23", "2027-11-23"),
        ("2027-11-24", "2028-05-23"),
        ("2028-12-01", "2029-05-23"),
    ] {
        let state = reopened(day);
        let explanation = state.clocks[&Clock::Explanation];
        assert_eq!(explanation.due.to_string(), due, "opened again on {day}");
        let feedback = state.clocks[&Clock::Feedback];
        assert!(feedback.done.is_some(), "what was told stays told");
        let update = state.clocks[&Clock::Update];
        assert_eq!(update.started.to_string(), day);
    }
    // One that stands still stands still.
    let mut world = World::new();
    let actor = world.people[0].0;
    let clock = Clock::Explanation;
    does(&mut world, &actor, &Try::Act(Act::Pause { clock }));
    let paused = world.state.clocks[&clock];
    let state = closed(world.state, "2027-05-23");
    let later = "2028-12-01".parse().unwrap();
    let state = acted(state, &actor, &Act::Reopen {}, later, &clocks);
    assert_eq!(state.clocks[&clock], paused);
}
