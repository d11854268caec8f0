//! The audit trail: rows chained by digests, and heads that auditors sign (section 12).

use serde::{Deserialize, Serialize};

use super::bytes::{CaseId, Day, Digest, MemberId, ServiceId};
use super::directory::{Directory, Role};
use super::signing::{Context, Signed, SigningKey, sign};
use super::text::{named, or_empty};
use super::{Refused, ensure, json};

/// The most bytes that a row has (A8).
pub const GREATEST_ROW: usize = 1_024;

named!(
    /// By what way an act was asked for (A8).
    By, "way" {
        /// Somebody at a desk, or on the way to one.
        Member = "member",
        /// The command line of the service.
        Command = "command",
    }
);

/// One row of the audit trail (A8).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "the members are those of A8")]
pub struct Row {
    pub number: u64,
    pub previous: Digest,
    pub time: u64,
    #[serde(with = "or_empty")]
    pub who: Option<MemberId>,
    pub by: By,
    pub act: String,
    #[serde(with = "or_empty")]
    pub case: Option<CaseId>,
    #[serde(with = "or_empty")]
    pub about: Option<MemberId>,
    pub outcome: String,
}

impl Row {
    /// The bytes that are kept, and digested.
    #[must_use]
    pub fn bytes(&self) -> Vec<u8> {
        json::write(self)
    }
}

/// Where a trail has got to: the number of its last row and that row's digest (A4, A8).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "the members are those of A4")]
pub struct Mark {
    pub number: u64,
    pub digest: Digest,
}

impl Mark {
    /// Before the first row.
    pub const START: Self = Self {
        number: 0,
        digest: Digest::ZERO,
    };

    /// Goes on by the next row as it is kept.
    ///
    /// # Errors
    /// Names A8 when the row is malformed, too long or does not follow.
    pub fn add(&mut self, bytes: &[u8]) -> Result<Row, Refused> {
        let refused = Refused::by("A8");
        ensure(bytes.len() <= GREATEST_ROW, "A8")?;
        let row: Row = json::read(bytes).map_err(|_| refused)?;
        ensure(
            Some(row.number) == self.number.checked_add(1) && row.previous == self.digest,
            "A8",
        )?;
        *self = Self {
            number: row.number,
            digest: Digest::of(bytes),
        };
        Ok(row)
    }
}

/// The payload by which an auditor says what trail they have verified (A7).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "the members are those of A7")]
pub struct Head {
    pub service: ServiceId,
    pub number: u64,
    pub digest: Digest,
    pub member: MemberId,
    pub serial: u64,
    pub day: Day,
}

impl Head {
    /// Signs the head with the auditor's key.
    #[must_use]
    pub fn sign(&self, key: &SigningKey) -> Signed {
        sign(Context::Head, key, self)
    }

    /// Reads a head, verified under the directory whose serial it names.
    ///
    /// # Errors
    /// Names D9 when the directory is another or does not list the member, A7 when the head is malformed,
    /// of another service, of no row, or by somebody who is no auditor.
    pub fn read(document: &Signed, directory: &Directory) -> Result<Self, Refused> {
        let refused = Refused::by("A7");
        let named: Self = document.unverified(Context::Head).map_err(|_| refused)?;
        ensure(named.serial == directory.root().serial, "D9")?;
        let key = directory.key_of(&named.member).ok_or(Refused::by("D9"))?;
        let head: Self = document
            .verify_as(Context::Head, key)
            .map_err(|_| refused)?;
        let auditor = directory.has_role(&head.member, |role| role == Role::Auditor);
        ensure(
            auditor && head.service == *directory.service() && head.number >= 1,
            "A7",
        )?;
        Ok(head)
    }

    /// What the head says of the trail.
    #[must_use]
    pub fn mark(&self) -> Mark {
        Mark {
            number: self.number,
            digest: self.digest,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(after: Mark, act: &str) -> Row {
        Row {
            number: after.number + 1,
            previous: after.digest,
            time: 1_795_478_400,
            who: Some(MemberId::new([1; 16])),
            by: By::Member,
            act: act.to_owned(),
            case: None,
            about: None,
            outcome: "done".to_owned(),
        }
    }

    #[test]
    fn a_row_follows_the_one_before_it_and_no_other() {
        let mut mark = Mark::START;
        let first = row(mark, "sign-in");
        assert_eq!(mark.add(&first.bytes()), Ok(first.clone()));
        let second = row(mark, "sign-out");
        assert_eq!(mark.add(&first.bytes()), Err(Refused::by("A8")));
        let mut skipped = second.clone();
        skipped.number += 1;
        assert_eq!(mark.add(&skipped.bytes()), Err(Refused::by("A8")));
        let mut changed = second.clone();
        changed.previous = Digest::ZERO;
        assert_eq!(mark.add(&changed.bytes()), Err(Refused::by("A8")));
        assert_eq!(mark.number, 1);
        assert!(mark.add(&second.bytes()).is_ok());
        assert_eq!(mark.digest, Digest::of(&second.bytes()));
    }

    #[test]
    fn a_row_has_a_greatest_length() {
        let mut mark = Mark::START;
        let bytes = row(mark, "sign-in").bytes();
        let spaced = |length: usize| [&bytes[..], &vec![b' '; length - bytes.len()]].concat();
        assert!(mark.clone().add(&spaced(GREATEST_ROW)).is_ok());
        assert_eq!(mark.add(&spaced(GREATEST_ROW + 1)), Err(Refused::by("A8")));
    }
}
