//! What kind of conflict a member declares: for readers of the case, never for the service (section 13).

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::bytes::{CaseId, Day, MemberId, ServiceId};
use super::hybrid::{Identity, Recipient};
use super::report::Version;
use super::sealing::{self, CannotSeal};
use super::signing::{Context, Signed, SigningKey, VerifyingKey, sign};
use super::text::named;
use super::{Refused, ensure, framing};

/// The bytes of every conflict file's frame (Q6).
pub const FRAME: usize = 4_096;
/// The most characters of its detail (Q6).
pub const GREATEST_DETAIL: usize = 1_000;

named!(
    /// A kind of conflict (Q6).
    Kind, "kind of conflict" {
        /// There is none.
        None = "none",
        /// Named in the report.
        Named = "named",
        /// Reported it.
        Reporter = "reporter",
        /// In the same chain of command.
        Command = "command",
        /// In the same team within two years.
        Team = "team",
        /// Of the family.
        Family = "family",
        /// In an intimate relationship, now or before.
        Intimate = "intimate",
        /// A friend.
        Friend = "friend",
        /// Of the same unit, or its leadership.
        Unit = "unit",
        /// Dealt with it, or with an earlier complaint.
        Handled = "handled",
        /// Another.
        Other = "other",
    }
);

/// The payload of a conflict file (Q6).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "the members are those of Q6")]
pub struct Conflict {
    pub version: Version,
    pub service: ServiceId,
    pub case: CaseId,
    pub member: MemberId,
    pub serial: u64,
    pub day: Day,
    pub kinds: Vec<Kind>,
    pub detail: String,
}

/// A conflict file that cannot be written as it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CannotWrite {
    /// It is longer than Q6 allows.
    #[error("the conflict is too long")]
    TooLong,
    /// It names no kind, one twice, or none beside others.
    #[error("the conflict names no kind, or kinds that exclude each other")]
    Kinds,
    /// The system gave no randomness.
    #[error(transparent)]
    Seal(#[from] CannotSeal),
}

impl Conflict {
    /// Signs the file and seals it to the case.
    ///
    /// # Errors
    /// Refuses one that is too long.
    pub fn seal(&self, key: &SigningKey, case: &Recipient) -> Result<Vec<u8>, CannotWrite> {
        self.seal_with(key, case, sealing::seal)
    }

    /// Seals by another sealer than [`sealing::seal`], so that test vectors can be repeated.
    ///
    /// # Errors
    /// Refuses one that is too long.
    pub fn seal_with(
        &self,
        key: &SigningKey,
        case: &Recipient,
        mut seal: impl FnMut(&[u8], &[Recipient]) -> Result<Vec<u8>, CannotSeal>,
    ) -> Result<Vec<u8>, CannotWrite> {
        let signed = sign(Context::Conflict, key, self);
        let framed =
            framing::frame_exact(signed.as_bytes(), FRAME).map_err(|_| CannotWrite::TooLong)?;
        if self.detail.chars().count() > GREATEST_DETAIL {
            return Err(CannotWrite::TooLong);
        }
        if !self.names_kinds() {
            return Err(CannotWrite::Kinds);
        }
        Ok(seal(&framed, std::slice::from_ref(case))?)
    }

    /// Opens a member's conflict file as a reader of the case; `key` gives the member's key at a serial.
    ///
    /// # Errors
    /// Names Q6 for a file that does not open, another's, or one that its member did not sign.
    pub fn open<'k>(
        file: &[u8],
        identity: &Identity,
        service: &ServiceId,
        case: &CaseId,
        member: &MemberId,
        key: impl FnOnce(&MemberId, u64) -> Option<&'k VerifyingKey>,
    ) -> Result<Self, Refused> {
        let refused = Refused::by("Q6");
        let framed = sealing::open(file, identity).map_err(|_| refused)?;
        ensure(framed.len() == FRAME, "Q6")?;
        let document = framing::unframe(&framed).map_err(|_| refused)?;
        let document = Signed::parse(document.to_vec()).map_err(|_| refused)?;
        let named: Self = document
            .unverified(Context::Conflict)
            .map_err(|_| refused)?;
        let key = key(&named.member, named.serial).ok_or(Refused::by("D9"))?;
        let found: Self = document
            .verify_as(Context::Conflict, key)
            .map_err(|_| refused)?;
        let own = found.service == *service && found.case == *case && found.member == *member;
        let short = found.detail.chars().count() <= GREATEST_DETAIL;
        ensure(own && short && found.names_kinds(), "Q6")?;
        Ok(found)
    }

    /// Whether the kinds are those of a declaration (K8) with or without a conflict: `none` exactly without.
    #[must_use]
    pub fn agrees(&self, conflict: bool) -> bool {
        self.kinds.contains(&Kind::None) != conflict
    }

    /// Whether it names at least one kind, none twice, and `none` alone.
    fn names_kinds(&self) -> bool {
        let apart: BTreeSet<&Kind> = self.kinds.iter().collect();
        let alone = !apart.contains(&Kind::None) || apart.len() == 1;
        !apart.is_empty() && apart.len() == self.kinds.len() && alone
    }
}
