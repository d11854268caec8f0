//! Enrolment: how a newcomer's keys reach those who sign the directory (section 12).

use serde::{Deserialize, Serialize};

use super::bytes::{Day, MemberId, ServiceId};
use super::directory::{Label, Member};
use super::hybrid::Recipient;
use super::signing::{Context, Signed, SigningKey, VerifyingKey, sign};
use super::text::or_empty;
use super::token::{WORDS, key_words};
use super::{Refused, ensure};

/// The payload of an application (A5).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "the members are those of A5")]
pub struct Application {
    pub service: ServiceId,
    pub member: MemberId,
    pub label: Label,
    pub recipient: Recipient,
    pub key: VerifyingKey,
    #[serde(with = "or_empty")]
    pub replaces: Option<MemberId>,
    pub day: Day,
}

impl Application {
    /// Signs the application with the newcomer's key.
    #[must_use]
    pub fn sign(&self, key: &SigningKey) -> Signed {
        sign(Context::Enrol, key, self)
    }

    /// Reads an application to a service, which verifies under the key that it names.
    ///
    /// # Errors
    /// Names A5 when it is malformed, of another service, not signed by its own key, or says that a member
    /// replaces themselves.
    pub fn read(document: &Signed, service: &ServiceId) -> Result<Self, Refused> {
        let refused = Refused::by("A5");
        let named: Self = document.unverified(Context::Enrol).map_err(|_| refused)?;
        ensure(document.verify(Context::Enrol, &named.key).is_ok(), "A5")?;
        ensure(
            named.service == *service && named.replaces != Some(named.member),
            "A5",
        )?;
        Ok(named)
    }

    /// Whether a team lists the newcomer as they applied: with this id, recipient and key.
    #[must_use]
    pub fn is_listed_as(&self, member: &Member) -> bool {
        self.member == member.member && self.recipient == member.recipient && self.key == member.key
    }

    /// The words that the newcomer and who endorses them compare (D13).
    #[must_use]
    pub fn words(&self) -> [&'static str; WORDS] {
        key_words(&self.key, &self.recipient)
    }
}
