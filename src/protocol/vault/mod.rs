//! A member's vault, ring and sign-in secrets (section 12).

mod ring;

use std::fmt;

use argon2::{Algorithm, Argon2, Params};
use hmac::{Hmac, KeyInit as _, Mac as _};
use serde::{Deserialize, Serialize};
use sha2::Sha256;
use unicode_normalization::UnicodeNormalization as _;
use zeroize::{Zeroize as _, Zeroizing};

use super::bytes::{Digest, MemberId, ServiceId};
use super::directory::Label;
use super::hybrid::{MemberIdentity, Recipient, VaultIdentity};
use super::report::Version;
use super::sealing::{self, CannotSeal};
use super::signing::SigningKey;
use super::text::or_empty;
use super::token::derive;
use super::{Refused, ensure, framing, json};
use crate::secret::{
    ExposeSecret as _, Login, OpenSeed, Passphrase, Pepper, PepperSecret, PrfOutput, SignSeed,
};

pub use ring::{Ring, RingCase};

/// Argon2id's memory in KiB (A2).
pub const MEMORY: u32 = 65_536;
/// Argon2id's passes (A2).
pub const PASSES: u32 = 3;
/// Argon2id's lanes (A2).
pub const LANES: u32 = 1;

/// The most identities that a vault is sealed to (A1).
pub const GREATEST_UNLOCKS: usize = 9;

/// What a passphrase yields before the pepper is known (A2).
pub struct Stretched(Zeroizing<[u8; 32]>);

impl Stretched {
    /// Stretches a passphrase, which takes 64 MiB and a good part of a second.
    ///
    /// # Panics
    /// When 64 MiB cannot be had.
    #[must_use]
    pub fn new(passphrase: &Passphrase, salt: &[u8; 16]) -> Self {
        let normal: Zeroizing<String> = Zeroizing::new(passphrase.expose_secret().nfkc().collect());
        let params =
            Params::new(MEMORY, PASSES, LANES, Some(32)).expect("the parameters of A2 are allowed");
        let mut key = Zeroizing::new([0; 32]);
        Argon2::new(Algorithm::Argon2id, argon2::Version::V0x13, params)
            .hash_password_into(normal.as_bytes(), salt, key.as_mut())
            .expect("the lengths of A2 are allowed");
        Self(key)
    }

    /// The secret that goes to the service at sign-in.
    #[must_use]
    pub fn login(&self, service: &ServiceId) -> Login {
        Login::new(*derive(
            self.0.as_ref(),
            service,
            b"rightline/1/vault/login",
        ))
    }

    /// The identity that the vault is sealed to.
    #[must_use]
    pub fn identity(
        &self,
        service: &ServiceId,
        member: &MemberId,
        pepper: &Pepper,
    ) -> VaultIdentity {
        identity(&self.0, b"rightline/1/vault/open/", service, member, pepper)
    }
}

impl fmt::Debug for Stretched {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Stretched(…)")
    }
}

/// What a passkey is asked to evaluate, so that it yields the same for a service each time (A6).
#[must_use]
pub fn prf_input(service: &ServiceId) -> Digest {
    Digest::of(&[b"rightline/1/prf\0", service.as_bytes().as_slice()].concat())
}

/// The identity that a passkey opens the vault with (A6).
#[must_use]
pub fn passkey_identity(
    prf: &PrfOutput,
    service: &ServiceId,
    member: &MemberId,
    pepper: &Pepper,
) -> VaultIdentity {
    let label = b"rightline/1/vault/passkey/";
    identity(prf.expose_secret(), label, service, member, pepper)
}

fn identity(
    secret: &[u8; 32],
    label: &[u8],
    service: &ServiceId,
    member: &MemberId,
    pepper: &Pepper,
) -> VaultIdentity {
    let mut both = Zeroizing::new([0; 64]);
    both[..32].copy_from_slice(secret);
    both[32..].copy_from_slice(pepper.expose_secret());
    let label = [label, member.as_bytes()].concat();
    VaultIdentity::new(&OpenSeed::new(*derive(both.as_ref(), service, &label)))
}

/// The pepper of a member (A3).
#[must_use]
pub fn pepper(secret: &PepperSecret, member: &MemberId) -> Pepper {
    Pepper::new(keyed(secret, &[b"rightline/1/pepper\0", member.as_bytes()]))
}

/// What the service keeps of a member's login secret (A3).
#[must_use]
pub fn login_digest(secret: &PepperSecret, member: &MemberId, login: &Login) -> Digest {
    let parts: [&[u8]; 3] = [
        b"rightline/1/login\0",
        member.as_bytes(),
        login.expose_secret(),
    ];
    Digest::new(keyed(secret, &parts))
}

/// A member's own keys (A1).
#[expect(missing_docs, reason = "the members are those of A1")]
pub struct Vault {
    pub service: ServiceId,
    pub member: MemberId,
    pub label: Label,
    pub open: OpenSeed,
    pub sign: SignSeed,
    pub unlocks: Vec<Unlock>,
}

/// One of the identities that a vault is sealed to: the passphrase's, or a passkey's (A1).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Unlock {
    /// The digest of the passkey's credential id, none for the passphrase.
    #[serde(with = "or_empty")]
    pub id: Option<Digest>,
    /// The recipient of the identity.
    pub recipient: Recipient,
}

impl Unlock {
    /// The passphrase's.
    #[must_use]
    pub fn passphrase(identity: &VaultIdentity) -> Self {
        Self {
            id: None,
            recipient: identity.recipient().clone(),
        }
    }

    /// That of the passkey with this credential id.
    #[must_use]
    pub fn passkey(credential: &[u8], identity: &VaultIdentity) -> Self {
        Self {
            id: Some(Digest::of(credential)),
            recipient: identity.recipient().clone(),
        }
    }
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct VaultContent {
    version: Version,
    service: ServiceId,
    member: MemberId,
    label: Label,
    open: String,
    sign: String,
    unlocks: Vec<Unlock>,
}

impl Drop for VaultContent {
    fn drop(&mut self) {
        self.open.zeroize();
        self.sign.zeroize();
    }
}

impl Vault {
    /// Seals the vault to what unlocks it.
    ///
    /// # Errors
    /// Fails without randomness, and with no unlock.
    pub fn seal(&self) -> Result<Vec<u8>, CannotSeal> {
        sealing::seal(&self.framed()?, &self.recipients())
    }

    /// Whom the vault is sealed to, in their order.
    #[must_use]
    pub fn recipients(&self) -> Vec<Recipient> {
        let recipients = self.unlocks.iter().map(|unlock| unlock.recipient.clone());
        recipients.collect()
    }

    /// The framed content of the vault.
    ///
    /// # Errors
    /// Never for a label of at most 60 characters.
    pub fn framed(&self) -> Result<Zeroizing<Vec<u8>>, CannotSeal> {
        let content = VaultContent {
            version: Version,
            service: self.service,
            member: self.member,
            label: self.label.clone(),
            open: self.open.to_hex().to_string(),
            sign: self.sign.to_hex().to_string(),
            unlocks: self.unlocks.clone(),
        };
        let content = Zeroizing::new(json::write(&content));
        framing::frame(&content).map_err(|_| CannotSeal)
    }

    /// Opens a vault.
    ///
    /// # Errors
    /// Names A1 when it does not open, is malformed, is of another service or member, or is not sealed to
    /// what it says that unlocks it.
    pub fn open(
        file: &[u8],
        identity: &VaultIdentity,
        service: &ServiceId,
        member: &MemberId,
    ) -> Result<Self, Refused> {
        let refused = Refused::by("A1");
        let framed = sealing::open(file, identity).map_err(|_| refused)?;
        let content: VaultContent = framing::unframe(&framed)
            .ok()
            .and_then(|content| json::read(content).ok())
            .ok_or(refused)?;
        ensure(
            content.service == *service && content.member == *member,
            "A1",
        )?;
        check_unlocks(&content.unlocks, file, identity.recipient())?;
        Ok(Self {
            service: content.service,
            member: content.member,
            label: content.label.clone(),
            unlocks: content.unlocks.clone(),
            open: content.open.parse().map_err(|_| refused)?,
            sign: content.sign.parse().map_err(|_| refused)?,
        })
    }

    /// The identity that opens what is sealed to the member.
    #[must_use]
    pub fn identity(&self) -> MemberIdentity {
        MemberIdentity::new(&self.open)
    }

    /// The key that signs for the member.
    #[must_use]
    pub fn signing_key(&self) -> SigningKey {
        SigningKey::new(&self.sign)
    }
}

impl fmt::Debug for Vault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Vault(… of {})", self.member)
    }
}

/// Whether a vault is sealed to as many as it names, who opened it among them: the passphrase's first, then
/// one for each passkey.
fn check_unlocks(unlocks: &[Unlock], file: &[u8], opener: &Recipient) -> Result<(), Refused> {
    ensure((1..=GREATEST_UNLOCKS).contains(&unlocks.len()), "A1")?;
    let mut places = unlocks.iter().enumerate();
    ensure(
        places.all(|(place, unlock)| (place == 0) == unlock.id.is_none()),
        "A1",
    )?;
    let mut ids: Vec<&Digest> = unlocks
        .iter()
        .filter_map(|unlock| unlock.id.as_ref())
        .collect();
    ids.sort_unstable();
    ensure(ids.windows(2).all(|pair| pair[0] != pair[1]), "A1")?;
    ensure(
        unlocks.iter().any(|unlock| unlock.recipient == *opener),
        "A1",
    )?;
    let shape = sealing::shape(file).map_err(|_| Refused::by("A1"))?;
    ensure(shape.recipients == unlocks.len(), "A1")
}

fn keyed(secret: &PepperSecret, parts: &[&[u8]]) -> [u8; 32] {
    let mac = Hmac::<Sha256>::new_from_slice(secret.expose_secret())
        .expect("HMAC takes keys of any length");
    parts
        .iter()
        .fold(mac, hmac::Mac::chain_update)
        .finalize()
        .into_bytes()
        .into()
}
