//! The recovery: a reader whose keys come from a seed that is split into shares and kept away from the
//! service (section 6).

use std::fmt;

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use super::bytes::{MemberId, ServiceId};
use super::hybrid::{Recipient, RecoveryIdentity};
use super::signing::{SigningKey, VerifyingKey};
use super::token::{WORDS, derive, key_words};
use crate::secret::{ExposeSecret as _, OpenSeed, RecoverySeed, SignSeed};

/// The most shares that a recovery is split into (D6).
pub const GREATEST_SHARES: u64 = 16;

/// What a recovery seed yields for one service (D12).
pub struct Keys {
    /// The seed of the recovery's age identity.
    pub open: OpenSeed,
    /// The seed of the recovery's signing key.
    pub sign: SignSeed,
}

impl Keys {
    /// Derives what a seed yields for a service.
    #[must_use]
    pub fn new(seed: &RecoverySeed, service: &ServiceId) -> Self {
        let derive = |label: &str| derive(seed.expose_secret(), service, label.as_bytes());
        Self {
            open: OpenSeed::new(*derive("rightline/1/recovery/open")),
            sign: SignSeed::new(*derive("rightline/1/recovery/sign")),
        }
    }

    /// The identity that opens what is sealed to the recovery.
    #[must_use]
    pub fn identity(&self) -> RecoveryIdentity {
        RecoveryIdentity::new(&self.open)
    }

    /// The key that signs grant rows for the recovery.
    #[must_use]
    pub fn signing_key(&self) -> SigningKey {
        SigningKey::new(&self.sign)
    }

    /// The half that leads vote for.
    #[must_use]
    pub fn public(&self, service: &ServiceId, threshold: u64, shares: u64) -> PublicHalf {
        PublicHalf {
            service: *service,
            recipient: self.identity().recipient().clone(),
            key: self.signing_key().verifying_key(),
            threshold,
            shares,
        }
    }
}

impl fmt::Debug for Keys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Keys(…)")
    }
}

/// What whoever makes a recovery hands to the leads, who vote for it (D12).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "the members are those of D12")]
pub struct PublicHalf {
    pub service: ServiceId,
    pub recipient: Recipient,
    pub key: VerifyingKey,
    pub threshold: u64,
    pub shares: u64,
}

impl PublicHalf {
    /// The words by which leads compare it with what was printed (D13).
    #[must_use]
    pub fn words(&self) -> [&'static str; WORDS] {
        key_words(&self.key, &self.recipient)
    }
}

/// The id by which grants name the recovery with that recipient (D12).
#[must_use]
pub fn id(recipient: &Recipient) -> MemberId {
    let hash = Sha256::new()
        .chain_update(b"rightline/1/recovery\0")
        .chain_update(recipient.as_str().as_bytes());
    let mut first = [0; 16];
    first.copy_from_slice(&hash.finalize()[..16]);
    MemberId::new(first)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_yields_the_same_keys_again_and_others_elsewhere() {
        let seed = RecoverySeed::new([7; 32]);
        let (here, there) = (ServiceId::new([1; 32]), ServiceId::new([2; 32]));
        let keys = Keys::new(&seed, &here);
        assert_eq!(
            keys.public(&here, 3, 5),
            Keys::new(&seed, &here).public(&here, 3, 5)
        );
        assert_ne!(keys.open, Keys::new(&seed, &there).open);
        assert_ne!(keys.sign, Keys::new(&seed, &there).sign);
        assert_ne!(keys.open.expose_secret(), keys.sign.expose_secret());
    }
}
