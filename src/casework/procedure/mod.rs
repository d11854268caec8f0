//! The procedure of a case: what may happen next, why not, and what it makes of the case (rules Q7 to Q12).
//! Pure: the caller brings the state, the directory's roles and the day, and writes what it is given back.
//!
//! A [`State`] is made of these rows, and of nothing else: of `cases` its `stage`, `closed`, `aside` and whether a
//! message went to the reporter; all its rows of `routed` (`teams`), `bars`, `assignments`, `record_heads`
//! (`heads`), `checkpoints` and `clocks`; of `declarations` who has a conflict (`conflicted`); and of the directory in
//! force which of the members with a live, declared grant have which roles, and which teams there are. Of substance there is nothing: a record is a number and a digest.
//!
//! [`may_act`], [`may_write`] and [`may_stage`] say whether something may happen, or [`Why`] not; [`acted`],
//! [`wrote`] and [`told`] give the state after it. They are asked in pairs, within one transaction. [`missing`]
//! and [`view`] tell a desk how it stands, from the same rules. docs/procedure.md says of each rule who keeps it;
//! tests/procedure.rs looks for ways around them.

mod calendar;
mod clocks;
mod effects;
mod rules;
mod view;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use crate::protocol::act::{Clock, Part};
use crate::protocol::directory::Role;
use crate::protocol::message::Stage;
use crate::protocol::record::Name;
use crate::protocol::{Day, Digest, MemberId, TeamId};

pub use calendar::Calendar;
pub use clocks::{Clocks, Running};
pub use effects::{acted, since, told, wrote};
pub use rules::{HANDLING, may_act, may_stage, may_write};
pub use view::{Missing, View, missing, view};

/// Why something may not happen (Q8).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "each is named by its code")]
pub enum Why {
    Role,
    NotAssigned,
    AuthorityInvestigates,
    SamePerson,
    Barred,
    NotReader,
    StaleRevision,
    NoRecord,
    Unsigned,
    Closed,
    NotClosed,
    Aside,
    NotAside,
    Missing,
    LastReader,
    OwnBar,
    Unlisted,
    Already,
    NotThere,
    Paused,
    NotPaused,
    UnknownTeam,
    UnknownClock,
}

impl Why {
    /// The code by which the protocol names it.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Role => "role",
            Self::NotAssigned => "not-assigned",
            Self::AuthorityInvestigates => "authority-investigates",
            Self::SamePerson => "same-person",
            Self::Barred => "barred",
            Self::NotReader => "not-reader",
            Self::StaleRevision => "stale-revision",
            Self::NoRecord => "no-record",
            Self::Unsigned => "unsigned",
            Self::Closed => "closed",
            Self::NotClosed => "not-closed",
            Self::Aside => "aside",
            Self::NotAside => "not-aside",
            Self::Missing => "missing",
            Self::LastReader => "last-reader",
            Self::OwnBar => "own-bar",
            Self::Unlisted => "unlisted",
            Self::Already => "already",
            Self::NotThere => "not-there",
            Self::Paused => "paused",
            Self::NotPaused => "not-paused",
            Self::UnknownTeam => "unknown-team",
            Self::UnknownClock => "unknown-clock",
        }
    }
}

impl fmt::Display for Why {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

/// A part that somebody has or had.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Assignment {
    /// Who.
    pub member: MemberId,
    /// Which part.
    pub part: Part,
    /// The first day.
    pub since: Day,
    /// The last day; none while they have it.
    pub until: Option<Day>,
}

/// The last revision of a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Head {
    /// Its number.
    pub revision: u64,
    /// The digest of its stub.
    pub digest: Digest,
}

/// The last signature over a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Checkpoint {
    /// The revision that was signed.
    pub revision: u64,
    /// The digest of its stub.
    pub digest: Digest,
    /// Who signed.
    pub by: MemberId,
    /// Who signed with them.
    pub second: Option<MemberId>,
}

/// Where a case stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct State {
    /// The stage in force.
    pub stage: Stage,
    /// Whether it is closed.
    pub closed: bool,
    /// Whether it is set aside.
    pub aside: bool,
    /// Whether the reporter has been written to.
    pub told: bool,
    /// The teams that work on it.
    pub teams: BTreeSet<TeamId>,
    /// Who may not have it.
    pub bars: BTreeSet<MemberId>,
    /// Who has declared a conflict with it, at first or later.
    pub conflicted: BTreeSet<MemberId>,
    /// Who has or had which part.
    pub assignments: Vec<Assignment>,
    /// The last revisions.
    pub heads: BTreeMap<Name, Head>,
    /// The last signatures.
    pub checkpoints: BTreeMap<Name, Checkpoint>,
    /// The clocks that have started.
    pub clocks: BTreeMap<Clock, Running>,
    /// Who can read it, with the roles that the directory in force gives them.
    pub readers: BTreeMap<MemberId, Vec<Role>>,
    /// The teams of the directory in force.
    pub known_teams: BTreeSet<TeamId>,
    /// Whom they list.
    pub known_members: BTreeSet<MemberId>,
}

impl State {
    /// Whether a reader has the role now.
    #[must_use]
    pub fn has_role(&self, member: &MemberId, roles: &[Role]) -> bool {
        self.readers
            .get(member)
            .is_some_and(|own| own.iter().any(|role| roles.contains(role)))
    }

    /// Whether a member has the part now.
    #[must_use]
    pub fn is(&self, member: &MemberId, part: Part) -> bool {
        self.assignments
            .iter()
            .any(|one| one.member == *member && one.part == part && one.until.is_none())
    }

    /// Whether a member has the part, or had it at any time.
    #[must_use]
    pub fn ever(&self, member: &MemberId, part: Part) -> bool {
        self.assignments
            .iter()
            .any(|one| one.member == *member && one.part == part)
    }

    /// Whether a member decides the case now: they have the authority's part, and still the role for it.
    #[must_use]
    pub fn decides(&self, member: &MemberId) -> bool {
        self.is(member, Part::Authority) && self.has_role(member, &[Role::Authority])
    }

    /// Whether anybody decides the case now.
    #[must_use]
    pub fn has_authority(&self) -> bool {
        self.readers.keys().any(|member| self.decides(member))
    }

    /// The signature over a record, if it stands: it is over the last revision, and nobody who gave it has a conflict
    /// with the case or is barred from it.
    #[must_use]
    pub fn signature(&self, record: Name) -> Option<&Checkpoint> {
        let head = self.heads.get(&record)?;
        let kept_out =
            |member: &MemberId| self.bars.contains(member) || self.conflicted.contains(member);
        self.checkpoints
            .get(&record)
            .filter(|checkpoint| checkpoint.digest == head.digest)
            .filter(|checkpoint| !kept_out(&checkpoint.by))
            .filter(|checkpoint| !checkpoint.second.as_ref().is_some_and(kept_out))
    }

    /// Whether a record as it stands is to be signed: no signature over it stands, or its clock was started again
    /// since.
    #[must_use]
    pub fn awaits_signature(&self, record: Name) -> bool {
        let clock = effects::clock_of(record).and_then(|clock| self.clocks.get(&clock));
        self.signature(record).is_none() || clock.is_some_and(|clock| clock.done.is_none())
    }

    /// Whether nothing more is to be signed of a record as it stands.
    #[must_use]
    pub fn is_done(&self, record: Name) -> bool {
        self.signature(record)
            .is_some_and(|signature| record != Name::Failing || signature.second.is_some())
    }
}
