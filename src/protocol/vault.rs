//! A member's vault, ring and sign-in secrets (section 12).

use std::fmt;

use argon2::{Algorithm, Argon2, Params};
use hmac::{Hmac, KeyInit as _, Mac as _};
use serde::{Deserialize, Serialize};
use sha2::Sha256;
use unicode_normalization::UnicodeNormalization as _;
use zeroize::{Zeroize as _, Zeroizing};

use super::bytes::{CaseId, Digest, MemberId, ServiceId};
use super::directory::{Label, Pin};
use super::hybrid::{MemberIdentity, Recipient, VaultIdentity};
use super::report::Version;
use super::sealing::{self, CannotSeal};
use super::signing::SigningKey;
use super::token::derive;
use super::{Refused, ensure, framing, json};
use crate::secret::{
    CaseSecret, ExposeSecret as _, Login, OpenSeed, Passphrase, Pepper, PepperSecret, SignSeed,
};

/// Argon2id's memory in KiB (A2).
pub const MEMORY: u32 = 65_536;
/// Argon2id's passes (A2).
pub const PASSES: u32 = 3;
/// Argon2id's lanes (A2).
pub const LANES: u32 = 1;

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
        let mut both = Zeroizing::new([0; 64]);
        both[..32].copy_from_slice(self.0.as_ref());
        both[32..].copy_from_slice(pepper.expose_secret());
        let label = [b"rightline/1/vault/open/", member.as_bytes().as_slice()].concat();
        VaultIdentity::new(&OpenSeed::new(*derive(both.as_ref(), service, &label)))
    }
}

impl fmt::Debug for Stretched {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Stretched(…)")
    }
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
}

impl Drop for VaultContent {
    fn drop(&mut self) {
        self.open.zeroize();
        self.sign.zeroize();
    }
}

impl Vault {
    /// Seals the vault to its identity.
    ///
    /// # Errors
    /// Fails without randomness.
    pub fn seal(&self, recipient: &Recipient) -> Result<Vec<u8>, CannotSeal> {
        sealing::seal(&self.framed()?, std::slice::from_ref(recipient))
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
        };
        let content = Zeroizing::new(json::write(&content));
        framing::frame(&content).map_err(|_| CannotSeal)
    }

    /// Opens a vault.
    ///
    /// # Errors
    /// Names A1 when it does not open, is malformed, or is of another service or member.
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
        Ok(Self {
            service: content.service,
            member: content.member,
            label: content.label.clone(),
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

/// What a member has opened so far (A4).
#[derive(Debug)]
#[expect(missing_docs, reason = "the members are those of A4")]
pub struct Ring {
    pub service: ServiceId,
    pub member: MemberId,
    pub directory: Pin,
    pub cases: Vec<RingCase>,
}

/// One case in a ring (A4).
#[derive(Debug)]
#[expect(missing_docs, reason = "the members are those of A4")]
pub struct RingCase {
    pub case: CaseId,
    pub epoch: u32,
    pub secret: CaseSecret,
    pub summary: String,
    pub read: u64,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct RingContent {
    version: Version,
    service: ServiceId,
    member: MemberId,
    directory: Pin,
    cases: Vec<RingCaseContent>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct RingCaseContent {
    case: CaseId,
    epoch: u32,
    secret: String,
    summary: String,
    read: u64,
}

impl Drop for RingCaseContent {
    fn drop(&mut self) {
        self.secret.zeroize();
        self.summary.zeroize();
    }
}

impl Ring {
    /// Seals the ring to its member.
    ///
    /// # Errors
    /// Fails without randomness, and when the ring outgrows a frame.
    pub fn seal(&self, recipient: &Recipient) -> Result<Vec<u8>, CannotSeal> {
        sealing::seal(&self.framed()?, std::slice::from_ref(recipient))
    }

    /// The framed content of the ring.
    ///
    /// # Errors
    /// Fails when the ring outgrows a frame.
    pub fn framed(&self) -> Result<Zeroizing<Vec<u8>>, CannotSeal> {
        let cases = self.cases.iter().map(|case| RingCaseContent {
            case: case.case,
            epoch: case.epoch,
            secret: case.secret.to_hex().to_string(),
            summary: case.summary.clone(),
            read: case.read,
        });
        let content = RingContent {
            version: Version,
            service: self.service,
            member: self.member,
            directory: self.directory,
            cases: cases.collect(),
        };
        framing::frame_ring(&Zeroizing::new(json::write(&content))).map_err(|_| CannotSeal)
    }

    /// Opens a ring.
    ///
    /// # Errors
    /// Names A4 when it does not open, is malformed, or is of another service or member.
    pub fn open(
        file: &[u8],
        identity: &MemberIdentity,
        service: &ServiceId,
        member: &MemberId,
    ) -> Result<Self, Refused> {
        let refused = Refused::by("A4");
        let framed = sealing::open(file, identity).map_err(|_| refused)?;
        let content: RingContent = framing::unframe_ring(&framed)
            .ok()
            .and_then(|content| json::read(content).ok())
            .ok_or(refused)?;
        ensure(
            content.service == *service && content.member == *member,
            "A4",
        )?;
        let mut cases = Vec::with_capacity(content.cases.len());
        for case in &content.cases {
            cases.push(RingCase {
                case: case.case,
                epoch: case.epoch,
                secret: case.secret.parse().map_err(|_| refused)?,
                summary: case.summary.clone(),
                read: case.read,
            });
        }
        Ok(Self {
            service: content.service,
            member: content.member,
            directory: content.directory,
            cases,
        })
    }
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
