//! Between the rows of the database and the state by which the procedure goes.

use std::collections::BTreeMap;
use std::str::FromStr;

use crate::casework::procedure::{self, Assignment, Checkpoint, Head, Running, State, View, Why};
use crate::casework::store::facts::{self, ClockRow, Facts};
use crate::casework::store::ruling::{NewRevision, Ruling};
use crate::protocol::act::Act;
use crate::protocol::directory::{Directory, Role};
use crate::protocol::message::Stage;
use crate::protocol::{Day, Digest, MemberId};
use crate::store::StoreError;

/// Reads what was written by this service: anything else means that the database is not what it was.
fn read<T: FromStr>(text: &str) -> Result<T, StoreError> {
    text.parse().map_err(|_| StoreError::Unavailable)
}

fn read_or_none<T: FromStr>(text: &str) -> Result<Option<T>, StoreError> {
    if text.is_empty() {
        Ok(None)
    } else {
        read(text).map(Some)
    }
}

fn id<'a, T: TryFrom<&'a [u8]>>(bytes: &'a [u8]) -> Result<T, StoreError> {
    bytes.try_into().map_err(|_| StoreError::Unavailable)
}

fn whole(number: i64) -> Result<u64, StoreError> {
    u64::try_from(number).map_err(|_| StoreError::Unavailable)
}

fn number(whole: u64) -> Result<i64, StoreError> {
    i64::try_from(whole).map_err(|_| StoreError::Unavailable)
}

fn text<T: ToString>(value: Option<T>) -> String {
    value.map(|value| value.to_string()).unwrap_or_default()
}

impl Facts {
    /// Whether a member has a live grant and has declared no conflict.
    #[must_use]
    pub fn is_reader(&self, member: &[u8]) -> bool {
        self.readers.iter().any(|reader| reader == member)
    }

    /// The last revision of a record and its digest: 0 and zeros before the first.
    #[must_use]
    pub fn head(&self, record: &str) -> (i64, &[u8]) {
        const NONE: &[u8] = &[0; 32];
        let head = self.heads.iter().find(|head| head.record == record);
        head.map_or((0, NONE), |head| (head.revision, &head.digest))
    }

    /// The state that these facts are, by a directory. Who can read it no more has no part in it either.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] for rows that this service did not write.
    pub fn state(&self, directory: &Directory, today: Day) -> Result<State, StoreError> {
        let mut readers: BTreeMap<MemberId, Vec<Role>> = BTreeMap::new();
        for reader in &self.readers {
            let member: MemberId = id(reader)?;
            let roles: Vec<Role> = directory
                .listings(&member)
                .flat_map(|(_, listed)| listed.roles.iter().copied())
                .collect();
            if roles.iter().any(|role| role.may_read()) {
                readers.insert(member, roles);
            }
        }
        let mut assignments = Vec::with_capacity(self.assignments.len());
        for row in &self.assignments {
            let member = id(&row.member)?;
            let until = read_or_none(&row.until)?;
            assignments.push(Assignment {
                member,
                part: read(&row.part)?,
                since: read(&row.since)?,
                until: until.or_else(|| (!readers.contains_key(&member)).then_some(today)),
            });
        }
        let mut heads = BTreeMap::new();
        for row in &self.heads {
            let head = Head {
                revision: whole(row.revision)?,
                digest: id(&row.digest)?,
            };
            heads.insert(read(&row.record)?, head);
        }
        let mut checkpoints = BTreeMap::new();
        for row in &self.checkpoints {
            let second = (!row.second.is_empty()).then(|| id(&row.second));
            let checkpoint = Checkpoint {
                revision: whole(row.revision)?,
                digest: id(&row.digest)?,
                by: id(&row.member)?,
                second: second.transpose()?,
            };
            checkpoints.insert(read(&row.record)?, checkpoint);
        }
        let mut clocks = BTreeMap::new();
        for row in &self.clocks {
            clocks.insert(read(&row.clock)?, running(row)?);
        }
        Ok(State {
            stage: read(&self.case.stage)?,
            closed: self.case.closed == 1,
            aside: self.case.aside == 1,
            told: self.case.to_reporter > 0,
            teams: self
                .teams
                .iter()
                .map(|team| read(team))
                .collect::<Result<_, _>>()?,
            bars: self
                .bars
                .iter()
                .map(|bar| id(bar))
                .collect::<Result<_, _>>()?,
            conflicted: self
                .conflicted
                .iter()
                .map(|member| id(member))
                .collect::<Result<_, _>>()?,
            assignments,
            heads,
            checkpoints,
            clocks,
            readers,
            known_teams: directory.teams().map(|team| team.team.clone()).collect(),
            known_members: directory
                .teams()
                .flat_map(|team| team.members.iter().map(|member| member.member))
                .collect(),
        })
    }

    /// The facts that a state is.
    fn after(&self, state: &State) -> Result<Self, StoreError> {
        let mut checkpoints = Vec::with_capacity(state.checkpoints.len());
        for (record, signed) in &state.checkpoints {
            checkpoints.push(facts::Checkpoint {
                record: record.as_str().to_owned(),
                revision: number(signed.revision)?,
                digest: signed.digest.as_bytes().to_vec(),
                member: signed.by.as_bytes().to_vec(),
                second: signed
                    .second
                    .map(|second| second.as_bytes().to_vec())
                    .unwrap_or_default(),
            });
        }
        Ok(Self {
            case: facts::CaseRow {
                stage: state.stage.as_str().to_owned(),
                closed: i64::from(state.closed),
                aside: i64::from(state.aside),
                ..self.case.clone()
            },
            teams: state.teams.iter().map(ToString::to_string).collect(),
            bars: state
                .bars
                .iter()
                .map(|bar| bar.as_bytes().to_vec())
                .collect(),
            conflicted: self.conflicted.clone(),
            assignments: state
                .assignments
                .iter()
                .map(|one| facts::Assignment {
                    member: one.member.as_bytes().to_vec(),
                    part: one.part.as_str().to_owned(),
                    since: one.since.to_string(),
                    until: text(one.until),
                })
                .collect(),
            checkpoints,
            heads: self.heads.clone(),
            clocks: state
                .clocks
                .iter()
                .map(|(clock, running)| row_of(clock.as_str(), running))
                .collect(),
            readers: self.readers.clone(),
        })
    }
}

/// A clock's row as the procedure has it.
fn running(row: &ClockRow) -> Result<Running, StoreError> {
    Ok(Running {
        started: read(&row.started)?,
        due: read(&row.due)?,
        paused_on: read_or_none(&row.paused_on)?,
        paused_days: i32::try_from(row.paused_days).map_err(|_| StoreError::Unavailable)?,
        done: read_or_none(&row.done)?,
    })
}

/// A clock as its row has it.
pub(crate) fn row_of(clock: &str, running: &Running) -> ClockRow {
    ClockRow {
        clock: clock.to_owned(),
        started: running.started.to_string(),
        due: running.due.to_string(),
        paused_on: text(running.paused_on),
        paused_days: i64::from(running.paused_days),
        done: text(running.done),
    }
}

/// The facts after something that may happen, or why it may not.
type Ruled = Result<Result<Facts, Why>, StoreError>;

impl Ruling<'_> {
    /// Rules on an act.
    pub(crate) fn act(&self, before: &Facts, act: &Act) -> Ruled {
        let state = before.state(self.directory, self.today)?;
        if let Err(why) = procedure::may_act(&state, self.member, act) {
            return Ok(Err(why));
        }
        let state = procedure::acted(state, self.member, act, self.today, self.clocks);
        before.after(&state).map(Ok)
    }

    /// Rules on the next revision of a record.
    pub(crate) fn write(&self, before: &Facts, new: &NewRevision<'_>) -> Ruled {
        let state = before.state(self.directory, self.today)?;
        if let Err(why) = procedure::may_write(&state, self.member, new.revision.record) {
            return Ok(Err(why));
        }
        let head = Head {
            revision: new.revision.revision,
            digest: *new.digest,
        };
        let state = procedure::wrote(state, new.revision.record, head);
        before.after(&state).map(Ok)
    }

    /// Rules on a message to the reporter.
    pub(crate) fn tell(&self, before: &Facts, to: Option<Stage>) -> Ruled {
        let state = before.state(self.directory, self.today)?;
        if let Err(why) = procedure::may_stage(&state, self.member, to) {
            return Ok(Err(why));
        }
        let state = procedure::told(state, to, self.today, self.clocks);
        before.after(&state).map(Ok)
    }

    /// How the procedure stands for whoever asks.
    ///
    /// # Errors
    /// As [`Facts::state`].
    pub fn view(&self, facts: &Facts) -> Result<View, StoreError> {
        let state = facts.state(self.directory, self.today)?;
        let digest: Digest = id(&facts.case.acts_digest)?;
        let acts = whole(facts.case.acts_number)?;
        Ok(procedure::view(&state, self.member, acts, digest))
    }
}
