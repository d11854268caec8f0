//! The service's own secrets, and the one file outside the protocol that hashes with them.

use std::path::Path;

use chacha20poly1305::aead::{Aead as _, KeyInit as _, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use hkdf::Hkdf;
use hmac::{Hmac, Mac as _};
use sha2::Sha256;
use subtle::ConstantTimeEq as _;
use zeroize::Zeroizing;

use crate::protocol::signing::SigningKey;
use crate::protocol::{Digest, MemberId, vault};
use crate::secret::{
    BrowserSecret, ExposeSecret as _, LinkSecret, Login, Pepper, PepperSecret, SignSeed,
};

/// Why the service's secrets cannot be used.
#[derive(Debug, thiserror::Error, Clone, Copy, PartialEq, Eq)]
pub enum KeyError {
    /// The file cannot be read.
    #[error("a secret file cannot be read")]
    Unreadable,
    /// The file is not 64 hex digits.
    #[error("a secret file does not hold 64 lower-case hex digits")]
    Malformed,
}

/// What the service seals for itself, each kind under a key of its own: one does not open as another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sealed {
    /// The secret of one-time codes, in the database.
    CodeSecret,
    /// A passkey's public half, in the database: one that the service did not write is none.
    Passkey,
    /// What a ceremony that makes a passkey remembers, with the page.
    MakingTicket,
    /// What a ceremony that asks for a passkey remembers, with the page.
    AskingTicket,
}

impl Sealed {
    const fn label(self) -> &'static [u8] {
        match self {
            Self::CodeSecret => b"rightline/1/sealed/code-secret",
            Self::Passkey => b"rightline/1/sealed/passkey",
            Self::MakingTicket => b"rightline/1/sealed/making-ticket",
            Self::AskingTicket => b"rightline/1/sealed/asking-ticket",
        }
    }
}

/// What an invitation says, as far as the id of whoever enrols by it depends on it.
#[derive(Debug, Clone, Copy)]
pub struct Invited<'a> {
    /// What they are invited to be, as it is written.
    pub purpose: &'a str,
    /// Whose place they take, or nothing.
    pub replaces: &'a [u8],
    /// Until when the link is good, Unix seconds.
    pub until: i64,
}

/// The bytes of a nonce, before what is sealed with it.
const NONCE: usize = 24;

/// The secrets of one installation.
#[derive(Debug)]
pub struct Keys {
    service: SigningKey,
    challenge: PepperSecret,
    audit: PepperSecret,
    pepper: PepperSecret,
}

impl Keys {
    /// Reads the secrets from their files.
    ///
    /// # Errors
    /// When a file is missing or not 64 hex digits.
    pub fn load(service_key: &Path, pepper: &Path) -> Result<Self, KeyError> {
        let seed: SignSeed = read(service_key)?
            .parse()
            .map_err(|_| KeyError::Malformed)?;
        let pepper: PepperSecret = read(pepper)?.parse().map_err(|_| KeyError::Malformed)?;
        Ok(Self::new(&seed, pepper))
    }

    /// Derives what the service signs and hashes with.
    ///
    /// # Panics
    /// Never: the lengths are fixed.
    #[must_use]
    pub fn new(seed: &SignSeed, pepper: PepperSecret) -> Self {
        let stretched = Hkdf::<Sha256>::new(None, seed.expose_secret());
        let derive = |info: &[u8]| {
            let mut key = [0; 32];
            stretched
                .expand(info, &mut key)
                .expect("32 bytes can be expanded");
            PepperSecret::new(key)
        };
        Self {
            service: SigningKey::new(seed),
            challenge: derive(b"rightline/1/challenge"),
            audit: derive(b"rightline/1/audit"),
            pepper,
        }
    }

    /// The key that signs receipts.
    #[must_use]
    pub fn service(&self) -> &SigningKey {
        &self.service
    }

    /// The tag of a challenge (B1).
    #[must_use]
    pub fn challenge_tag(&self, message: &[u8]) -> [u8; 32] {
        tag(&self.challenge, &[message])
    }

    /// The tag of the audit trail's head, which nobody can make who has the database alone (A8).
    #[must_use]
    pub fn audit_tag(&self, number: i64, digest: &[u8]) -> [u8; 32] {
        tag(&self.audit, &[&number.to_be_bytes(), digest])
    }

    /// A member's pepper (A3).
    #[must_use]
    pub fn pepper(&self, member: &MemberId) -> Pepper {
        vault::pepper(&self.pepper, member)
    }

    /// What the service keeps of a login secret (A3).
    #[must_use]
    pub fn login(&self, member: &MemberId, login: &Login) -> Digest {
        vault::login_digest(&self.pepper, member, login)
    }

    /// A stable decoy for a label that nobody has: member id and salt.
    #[must_use]
    pub fn decoy(&self, label: &str) -> ([u8; 16], [u8; 16]) {
        let bytes = tag(&self.pepper, &[b"rightline/1/decoy\0", label.as_bytes()]);
        let mut member = [0; 16];
        let mut salt = [0; 16];
        member.copy_from_slice(&bytes[..16]);
        salt.copy_from_slice(&bytes[16..]);
        (member, salt)
    }

    /// The tag by which a link to enrol by is found (A9).
    #[must_use]
    pub fn link(&self, secret: &LinkSecret) -> [u8; 32] {
        let parts: [&[u8]; 2] = [b"rightline/1/link\0", secret.expose_secret()];
        tag(&self.pepper, &parts)
    }

    /// The member id of whoever enrols by a link. All that an invitation says is in it, so that nobody with the
    /// database alone can make one, or turn one that they hold into another's.
    #[must_use]
    pub fn invited(&self, secret: &LinkSecret, to: Invited<'_>) -> MemberId {
        let parts: [&[u8]; 6] = [
            b"rightline/1/invited\0",
            to.purpose.as_bytes(),
            &[0],
            secret.expose_secret(),
            &to.until.to_be_bytes(),
            to.replaces,
        ];
        let bytes = tag(&self.pepper, &parts);
        let mut member = [0; 16];
        member.copy_from_slice(&bytes[..16]);
        MemberId::new(member)
    }

    /// What is kept of the secret of the browser in which a newcomer makes their keys (A9).
    #[must_use]
    pub fn browser(&self, member: &MemberId, secret: &BrowserSecret) -> [u8; 32] {
        let label = b"rightline/1/browser\0";
        let parts: [&[u8]; 3] = [label, member.as_bytes(), secret.expose_secret()];
        tag(&self.pepper, &parts)
    }

    /// The cookie of a new session: whose it is, and 32 random bytes.
    #[must_use]
    pub fn cookie(member: &MemberId, drawn: &[u8; 32]) -> String {
        format!("{member}{}", hex::encode(drawn))
    }

    /// Whose session a cookie says it is, and the tag by which the session is found: nobody with the database
    /// alone can make one, or turn their own into another's. Nothing for what is no cookie.
    #[must_use]
    pub fn session(&self, cookie: &str) -> Option<(MemberId, [u8; 32])> {
        let member: MemberId = cookie.get(..32)?.parse().ok()?;
        let found = tag(&self.pepper, &[b"rightline/1/session\0", cookie.as_bytes()]);
        Some((member, found))
    }

    /// What a browser keeps to show that this member signed in there before: 16 random bytes and a tag.
    #[must_use]
    pub fn acquaintance(&self, member: &MemberId, drawn: &[u8; 16]) -> String {
        let tag = self.acquaintance_tag(member, drawn);
        format!("{}{}", hex::encode(drawn), hex::encode(tag))
    }

    /// The name under which wrong tries from a browser that knows this member are counted, if it does.
    #[must_use]
    pub fn acquainted(&self, member: &MemberId, shown: &str) -> Option<[u8; 32]> {
        let bytes: [u8; 48] = hex::decode(shown).ok()?.try_into().ok()?;
        let (drawn, shown) = bytes.split_first_chunk::<16>()?;
        let tag = self.acquaintance_tag(member, drawn);
        bool::from(tag.as_slice().ct_eq(shown)).then_some(tag)
    }

    fn acquaintance_tag(&self, member: &MemberId, drawn: &[u8; 16]) -> [u8; 32] {
        let parts: [&[u8]; 3] = [b"rightline/1/acquaintance\0", member.as_bytes(), drawn];
        tag(&self.pepper, &parts)
    }

    /// One of a few names under which wrong tries for labels that nobody has are counted, so that they fill
    /// no table.
    #[must_use]
    pub fn unknown_label(&self, label: &str) -> [u8; 32] {
        let bucket = self.label(label)[0];
        tag(&self.pepper, &[b"rightline/1/unknown\0", &[bucket]])
    }

    /// The name under which a member's tries to show a second factor in a session are counted: apart from
    /// sign-in, so that nobody without a session can slow them down.
    #[must_use]
    pub fn showing(&self, member: &MemberId) -> [u8; 32] {
        tag(&self.pepper, &[b"rightline/1/showing\0", member.as_bytes()])
    }

    /// Seals something of the service's own, about somebody or something that must be named to open it.
    ///
    /// # Panics
    /// Never: what is sealed here is short.
    #[must_use]
    pub fn seal(&self, kind: Sealed, about: &[u8], drawn: &[u8; NONCE], value: &[u8]) -> Vec<u8> {
        let payload = Payload {
            msg: value,
            aad: about,
        };
        let sealed = self
            .sealer(kind)
            .encrypt(&XNonce::from(*drawn), payload)
            .expect("what is sealed here is short");
        [drawn.as_slice(), &sealed].concat()
    }

    /// Opens what was sealed as this kind and about the same; nothing where it was not.
    #[must_use]
    pub fn open(&self, kind: Sealed, about: &[u8], sealed: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
        let (drawn, sealed) = sealed.split_first_chunk::<NONCE>()?;
        let payload = Payload {
            msg: sealed,
            aad: about,
        };
        let opened = self.sealer(kind).decrypt(&XNonce::from(*drawn), payload);
        opened.ok().map(Zeroizing::new)
    }

    fn sealer(&self, kind: Sealed) -> XChaCha20Poly1305 {
        let key = Zeroizing::new(tag(&self.pepper, &[kind.label(), &[0]]));
        XChaCha20Poly1305::new(&(*key).into())
    }

    /// The name under which a label's failed sign-ins are counted.
    #[must_use]
    pub fn label(&self, label: &str) -> [u8; 32] {
        tag(&self.pepper, &[b"rightline/1/label\0", label.as_bytes()])
    }
}

fn read(path: &Path) -> Result<Zeroizing<String>, KeyError> {
    let text = Zeroizing::new(std::fs::read_to_string(path).map_err(|_| KeyError::Unreadable)?);
    Ok(Zeroizing::new(text.trim().to_owned()))
}

fn tag(key: &PepperSecret, parts: &[&[u8]]) -> [u8; 32] {
    let mut mac = Hmac::<Sha256>::new_from_slice(key.expose_secret()).expect("any length will do");
    for part in parts {
        mac.update(part);
    }
    mac.finalize().into_bytes().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_sealed_opens_as_the_same_kind_about_the_same_only() {
        let keys = Keys::new(&SignSeed::new([1; 32]), PepperSecret::new([2; 32]));
        let other = Keys::new(&SignSeed::new([1; 32]), PepperSecret::new([3; 32]));
        let sealed = keys.seal(Sealed::CodeSecret, b"one", &[7; 24], b"value");
        let opened = keys.open(Sealed::CodeSecret, b"one", &sealed);
        assert_eq!(
            opened.as_deref().map(Vec::as_slice),
            Some(b"value".as_slice())
        );
        assert!(keys.open(Sealed::CodeSecret, b"two", &sealed).is_none());
        assert!(keys.open(Sealed::MakingTicket, b"one", &sealed).is_none());
        assert!(other.open(Sealed::CodeSecret, b"one", &sealed).is_none());
        for place in 0..sealed.len() {
            let mut bent = sealed.clone();
            bent[place] ^= 1;
            assert!(
                keys.open(Sealed::CodeSecret, b"one", &bent).is_none(),
                "byte {place}"
            );
            assert!(
                keys.open(Sealed::CodeSecret, b"one", &sealed[..place])
                    .is_none()
            );
        }
    }
}
