//! The rightline protocol, version 1, as `docs/protocol.md` numbers it.
//!
//! Nothing here reads a file, a socket or a clock. Randomness comes in as arguments, with one
//! exception: [`sealing::seal`] lets the age and HPKE crates draw file keys, nonces and
//! encapsulation randomness from the operating system.

pub mod act;
pub mod audit;
pub mod brief;
pub mod bytes;
pub mod conflict;
pub mod container;
pub mod directory;
pub mod enrolment;
pub mod epoch;
pub mod framing;
pub mod grant;
pub mod hybrid;
pub mod json;
pub mod mailbox;
pub mod message;
pub mod receipt;
pub mod record;
pub mod recovery;
pub mod report;
pub mod sealing;
pub mod signing;
pub mod statement;
mod text;
pub mod token;
pub mod vault;
pub mod words;

pub use bytes::{
    Anchor, CaseId, Day, Digest, EvidenceId, KeyId, MemberId, Nonce, Reference, ServiceId, TeamId,
};

/// A document or file broke a rule of the protocol, and this is the rule's number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("rule {0} of the protocol is broken")]
pub struct Refused(&'static str);

impl Refused {
    /// Names the rule that was broken.
    #[must_use]
    pub const fn by(rule: &'static str) -> Self {
        Self(rule)
    }

    /// The number of the rule, such as `C4`.
    #[must_use]
    pub const fn rule(self) -> &'static str {
        self.0
    }
}

/// Checks that something holds, or refuses by the rule named.
pub(crate) fn ensure(holds: bool, rule: &'static str) -> Result<(), Refused> {
    if holds { Ok(()) } else { Err(Refused(rule)) }
}
