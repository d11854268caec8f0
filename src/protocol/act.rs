//! Acts: what members do in a case's procedure, one chain for each case (section 13).

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::bytes::{CaseId, Day, Digest, MemberId, ServiceId, TeamId};
use super::hybrid::{Identity, Recipient};
use super::record::Name;
use super::report::Version;
use super::sealing::{self, CannotSeal};
use super::signing::{Context, Signed, SigningKey, VerifyingKey, sign};
use super::text::named;
use super::{Refused, ensure, framing, json};

/// The most acts of a case (Q4).
pub const GREATEST_ACTS: u64 = 2_000;
/// The most members that one act bars (Q4).
pub const GREATEST_BARRED: usize = 400;
/// The most teams that work on a case (Q4).
pub const GREATEST_TEAMS: usize = 10;
/// The most bytes of the frame of an act's words (Q4).
pub const GREATEST_WORDS: usize = 16_384;
/// The most characters of an act's words (Q4).
pub const GREATEST_TEXT: usize = 4_000;

named!(
    /// What somebody is in a case (Q4).
    Part, "part" {
        /// Decides.
        Authority = "authority",
        /// Finds out.
        Investigator = "investigator",
        /// Looks after the reporter.
        Support = "support",
    }
);

named!(
    /// A clock that runs in every case (Q9).
    Clock, "clock" {
        /// Until the reporter is written to.
        Acknowledgement = "acknowledgement",
        /// Until somebody has looked for danger.
        Danger = "danger",
        /// Until allegations are split and routed.
        Triage = "triage",
        /// Until the severity is assessed.
        Severity = "severity",
        /// Until the referral test is made.
        Referral = "referral",
        /// Until the reporter is told how it goes.
        Update = "update",
        /// Until the reporter is told what was done or is planned.
        Feedback = "feedback",
        /// Until it is explained why the case is still open.
        Explanation = "explanation",
    }
);

/// What a member does (Q4).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "do", rename_all = "snake_case", deny_unknown_fields)]
#[expect(missing_docs, reason = "the members are those of Q4")]
pub enum Act {
    /// These members may not have the case.
    Bar { members: Vec<MemberId> },
    /// These members may have it after all.
    Lift { members: Vec<MemberId> },
    /// These teams work on it from now on.
    Route { teams: Vec<TeamId> },
    /// A member takes a part.
    Assign {
        #[serde(rename = "as")]
        part: Part,
        member: MemberId,
    },
    /// A member gives up a part.
    Release {
        #[serde(rename = "as")]
        part: Part,
        member: MemberId,
    },
    /// A record's revision is signed off.
    Sign {
        record: Name,
        revision: u64,
        digest: Digest,
    },
    /// A second authority signs the same.
    Second {
        record: Name,
        revision: u64,
        digest: Digest,
    },
    /// A clock stands still.
    Pause { clock: Clock },
    /// It goes on.
    Resume { clock: Clock },
    /// What a clock waits for was done.
    Done { clock: Clock },
    /// The report is set aside.
    SetAside {},
    /// It is taken up again.
    TakeUp {},
    /// A closed case is opened again.
    Reopen {},
}

impl Act {
    /// Its code, the member `do`.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Bar { .. } => "bar",
            Self::Lift { .. } => "lift",
            Self::Route { .. } => "route",
            Self::Assign { .. } => "assign",
            Self::Release { .. } => "release",
            Self::Sign { .. } => "sign",
            Self::Second { .. } => "second",
            Self::Pause { .. } => "pause",
            Self::Resume { .. } => "resume",
            Self::Done { .. } => "done",
            Self::SetAside {} => "set_aside",
            Self::TakeUp {} => "take_up",
            Self::Reopen {} => "reopen",
        }
    }

    fn check(&self) -> Result<(), Refused> {
        let good = match self {
            Self::Bar { members } | Self::Lift { members } => {
                (1..=GREATEST_BARRED).contains(&members.len()) && apart(members)
            }
            Self::Route { teams } => (1..=GREATEST_TEAMS).contains(&teams.len()) && apart(teams),
            Self::Sign {
                record, revision, ..
            } => record.is_checkpoint() && *revision >= 1,
            Self::Second {
                record, revision, ..
            } => *record == Name::Failing && *revision >= 1,
            Self::Done { clock } => matches!(clock, Clock::Feedback | Clock::Explanation),
            _ => true,
        };
        ensure(good, "Q4")
    }
}

fn apart<T: Ord>(all: &[T]) -> bool {
    all.iter().collect::<BTreeSet<_>>().len() == all.len()
}

/// The payload of an act (Q4).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "the members are those of Q4")]
pub struct ActRow {
    pub service: ServiceId,
    pub case: CaseId,
    pub number: u64,
    pub previous: Digest,
    pub member: MemberId,
    pub serial: u64,
    pub day: Day,
    pub file: Digest,
    pub act: Act,
}

impl ActRow {
    /// Signs the act with its member's key.
    #[must_use]
    pub fn sign(&self, key: &SigningKey) -> Signed {
        sign(Context::Act, key, self)
    }

    /// Reads an act whose member's key is known.
    ///
    /// # Errors
    /// Names Q4 when it is malformed or not signed by the key.
    pub fn read(document: &Signed, key: &VerifyingKey) -> Result<Self, Refused> {
        let row: Self = document
            .verify_as(Context::Act, key)
            .map_err(|_| Refused::by("Q4"))?;
        ensure((1..=GREATEST_ACTS).contains(&row.number), "Q4")?;
        row.act.check()?;
        Ok(row)
    }
}

/// The words that come with an act, under seal; empty where nothing is said (Q4).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "the members are those of Q4")]
pub struct Words {
    pub version: Version,
    pub service: ServiceId,
    pub case: CaseId,
    pub number: u64,
    pub text: String,
}

/// Words that cannot be sealed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CannotWrite {
    /// They are longer than Q4 allows.
    #[error("the text is too long")]
    TooLong,
    /// The system gave no randomness.
    #[error(transparent)]
    Seal(#[from] CannotSeal),
}

impl Words {
    /// Seals the words to the case.
    ///
    /// # Errors
    /// Refuses a text that is too long.
    pub fn seal(&self, case: &Recipient) -> Result<Vec<u8>, CannotWrite> {
        self.seal_with(case, sealing::seal)
    }

    /// Seals the words by another sealer than [`sealing::seal`], so that test vectors can be repeated.
    ///
    /// # Errors
    /// Refuses a text that is too long.
    pub fn seal_with(
        &self,
        case: &Recipient,
        mut seal: impl FnMut(&[u8], &[Recipient]) -> Result<Vec<u8>, CannotSeal>,
    ) -> Result<Vec<u8>, CannotWrite> {
        if self.is_too_long() {
            return Err(CannotWrite::TooLong);
        }
        let framed = framing::frame(&json::write(self)).map_err(|_| CannotWrite::TooLong)?;
        if framed.len() > GREATEST_WORDS {
            return Err(CannotWrite::TooLong);
        }
        Ok(seal(&framed, std::slice::from_ref(case))?)
    }

    /// Whether there are more of them than Q4 allows; a reader shows them all the same.
    #[must_use]
    pub fn is_too_long(&self) -> bool {
        self.text.chars().count() > GREATEST_TEXT
    }

    /// Opens the words of a verified act.
    ///
    /// # Errors
    /// Names Q4 for a file that is another's, does not open, or is of no known format.
    pub fn open(row: &ActRow, file: &[u8], identity: &Identity) -> Result<Self, Refused> {
        let refused = Refused::by("Q4");
        ensure(Digest::of(file) == row.file, "Q4")?;
        let framed = sealing::open(file, identity).map_err(|_| refused)?;
        ensure(framed.len() <= GREATEST_WORDS, "Q4")?;
        let document = framing::unframe(&framed).map_err(|_| refused)?;
        let words: Self = json::read(document).map_err(|_| refused)?;
        let own =
            words.service == row.service && words.case == row.case && words.number == row.number;
        ensure(own, "Q4")?;
        Ok(words)
    }
}
