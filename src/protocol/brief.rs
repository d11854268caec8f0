//! Briefs: what a member who is let in later needs in order to declare (section 13).

use serde::{Deserialize, Serialize};

use super::bytes::{CaseId, Day, MemberId, ServiceId};
use super::hybrid::{Identity, Recipient};
use super::report::Version;
use super::sealing::{self, CannotSeal};
use super::signing::{Context, Signed, SigningKey, VerifyingKey, sign};
use super::text::named;
use super::{Refused, ensure, framing};

/// The most people that a brief names (Q5).
pub const GREATEST_PEOPLE: usize = 100;
/// The most bytes of a brief's frame (Q5).
pub const GREATEST_FRAME: usize = 16_384;

named!(
    /// What somebody is in a report (Q5).
    Part, "part" {
        /// Somebody whom it is about.
        Subject = "subject",
        /// Somebody who knew or saw.
        Other = "other",
        /// The unit of whoever reported.
        ReporterUnit = "reporter_unit",
    }
);

/// Somebody whom a brief names (Q5).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "the members are those of Q5")]
pub struct Named {
    pub who: String,
    pub unit: String,
    pub part: Part,
}

/// Who must not see a report (Q5, R4).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "the members are those of R4")]
pub struct Exclude {
    pub units: Vec<String>,
    pub members: Vec<MemberId>,
    pub other: String,
}

/// The payload of a brief (Q5).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "the members are those of Q5")]
pub struct Brief {
    pub version: Version,
    pub service: ServiceId,
    pub case: CaseId,
    pub grantee: MemberId,
    pub grantor: MemberId,
    pub serial: u64,
    pub day: Day,
    pub people: Vec<Named>,
    pub exclude: Exclude,
}

/// A brief that cannot be written as it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CannotWrite {
    /// It is longer than Q5 allows.
    #[error("the brief is too long")]
    TooLong,
    /// The system gave no randomness.
    #[error(transparent)]
    Seal(#[from] CannotSeal),
}

impl Brief {
    /// Signs the brief and seals it to its grantee.
    ///
    /// # Errors
    /// Refuses one that is too long.
    pub fn seal(&self, key: &SigningKey, grantee: &Recipient) -> Result<Vec<u8>, CannotWrite> {
        self.seal_with(key, grantee, sealing::seal)
    }

    /// Seals by another sealer than [`sealing::seal`], so that test vectors can be repeated.
    ///
    /// # Errors
    /// Refuses one that is too long.
    pub fn seal_with(
        &self,
        key: &SigningKey,
        grantee: &Recipient,
        mut seal: impl FnMut(&[u8], &[Recipient]) -> Result<Vec<u8>, CannotSeal>,
    ) -> Result<Vec<u8>, CannotWrite> {
        let signed = sign(Context::Brief, key, self);
        let framed = framing::frame(signed.as_bytes()).map_err(|_| CannotWrite::TooLong)?;
        if framed.len() > GREATEST_FRAME || self.people.len() > GREATEST_PEOPLE {
            return Err(CannotWrite::TooLong);
        }
        Ok(seal(&framed, std::slice::from_ref(grantee))?)
    }

    /// Opens a brief as its grantee; `key` gives the key of a grantor at a serial.
    ///
    /// # Errors
    /// Names Q5 for a file that does not open, another's, or one that is not signed by its grantor.
    pub fn open<'k>(
        file: &[u8],
        identity: &Identity,
        service: &ServiceId,
        case: &CaseId,
        grantee: &MemberId,
        key: impl FnOnce(&MemberId, u64) -> Option<&'k VerifyingKey>,
    ) -> Result<Self, Refused> {
        let refused = Refused::by("Q5");
        let framed = sealing::open(file, identity).map_err(|_| refused)?;
        ensure(framed.len() <= GREATEST_FRAME, "Q5")?;
        let document = framing::unframe(&framed).map_err(|_| refused)?;
        let document = Signed::parse(document.to_vec()).map_err(|_| refused)?;
        let named: Self = document.unverified(Context::Brief).map_err(|_| refused)?;
        let key = key(&named.grantor, named.serial).ok_or(Refused::by("D9"))?;
        let brief: Self = document
            .verify_as(Context::Brief, key)
            .map_err(|_| refused)?;
        let own = brief.service == *service && brief.case == *case && brief.grantee == *grantee;
        ensure(own, "Q5")?;
        ensure(brief.people.len() <= GREATEST_PEOPLE, "Q5")?;
        Ok(brief)
    }
}
