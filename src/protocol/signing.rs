//! Signed documents (section 2 of the protocol).

use std::fmt;
use std::str::FromStr;

use ed25519_dalek::Signer as _;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::bytes::{Digest, KeyId};
use super::text::{Blob, NotA, as_text, named};
use super::{framing, json};
use crate::secret::{ExposeSecret as _, SignSeed};

const VERSION: u8 = 1;
const KEY_ID: std::ops::Range<usize> = 1..33;
const SIGNATURE: std::ops::Range<usize> = 33..97;

/// How many bytes come before the payload of a signed document (G3).
pub const PREFIX: usize = 97;

named!(
    /// What a signature is for (G4).
    Context, "context" {
        /// A lead list.
        Leads = "leads",
        /// A directory root.
        Root = "root",
        /// A team document.
        Team = "team",
        /// A lead's word for a recovery recipient.
        Recovery = "recovery",
        /// A report's statement.
        Statement = "statement",
        /// A grant row.
        Grant = "grant",
        /// A new case recipient.
        Epoch = "epoch",
        /// A message in clear outline.
        Stub = "stub",
        /// A message's content.
        Message = "message",
        /// A request to the mailbox.
        Mailbox = "mailbox",
        /// A change of words.
        ChangeWords = "change-words",
        /// The service's receipt.
        Receipt = "receipt",
        /// A declaration of conflict.
        Declaration = "declaration",
        /// A reporter's proof that they reported.
        Attest = "attest",
        /// A newcomer's application.
        Enrol = "enrol",
        /// An auditor's word for the audit trail.
        Head = "head",
        /// What a member has opened and seen so far.
        Ring = "ring",
        /// A record's revision in clear outline.
        Record = "record",
        /// A record's content.
        Entry = "entry",
        /// What a member did in a case's procedure.
        Act = "act",
        /// What a member who is let in later needs in order to declare.
        Brief = "brief",
        /// The kind of a declared conflict.
        Conflict = "conflict",
    }
);

impl Context {
    /// The most bytes that a signed document of this context has (G5).
    #[must_use]
    pub const fn greatest(self) -> usize {
        match self {
            Self::Leads | Self::Root => 262_144,
            Self::Team => 2_097_152,
            Self::Statement => 32_768,
            Self::Mailbox | Self::Act => 16_384,
            Self::Entry => framing::GREATEST - framing::LENGTH,
            Self::Message | Self::Brief => framing::GREATEST_MESSAGE - framing::LENGTH,
            Self::Ring => framing::GREATEST_RING - framing::LENGTH,
            Self::Recovery
            | Self::Grant
            | Self::Epoch
            | Self::Stub
            | Self::ChangeWords
            | Self::Receipt
            | Self::Declaration
            | Self::Attest
            | Self::Enrol
            | Self::Head
            | Self::Record
            | Self::Conflict => 8_192,
        }
    }

    fn message(self, payload: &[u8]) -> Vec<u8> {
        [b"rightline/1/", self.as_str().as_bytes(), &[0], payload].concat()
    }
}

/// A signature that is not good, for whatever cause (G1).
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the signature is not good")]
pub struct BadSignature;

/// A signed document that could not be read: its signature is bad, or its payload malformed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unreadable {
    /// The signature is not good.
    #[error(transparent)]
    Signature(#[from] BadSignature),
    /// The payload is not of its format.
    #[error(transparent)]
    Payload(#[from] json::Malformed),
}

/// A key that signs, made from its seed.
pub struct SigningKey(ed25519_dalek::SigningKey);

impl SigningKey {
    /// Makes the key of a seed.
    #[must_use]
    pub fn new(seed: &SignSeed) -> Self {
        Self(ed25519_dalek::SigningKey::from_bytes(seed.expose_secret()))
    }

    /// The key that verifies what this one signs.
    #[must_use]
    pub fn verifying_key(&self) -> VerifyingKey {
        VerifyingKey(self.0.verifying_key())
    }
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SigningKey(…)")
    }
}

/// A key that verifies: canonical and not of small order (G1).
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct VerifyingKey(ed25519_dalek::VerifyingKey);

impl VerifyingKey {
    /// Reads a key.
    ///
    /// # Errors
    /// Refuses what is no point, not canonical or of small order.
    pub fn from_bytes(bytes: &[u8; 32]) -> Result<Self, NotA> {
        let key =
            ed25519_dalek::VerifyingKey::from_bytes(bytes).map_err(|_| NotA("verifying key"))?;
        let canonical = key.to_edwards().compress().to_bytes() == *bytes;
        if canonical && !key.is_weak() {
            Ok(Self(key))
        } else {
            Err(NotA("verifying key"))
        }
    }

    /// The key's 32 bytes.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8; 32] {
        self.0.as_bytes()
    }

    /// The id by which signed documents name the key (G3).
    #[must_use]
    pub fn id(&self) -> KeyId {
        KeyId::new(*Digest::of(self.as_bytes()).as_bytes())
    }
}

impl fmt::Display for VerifyingKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hex::encode(self.as_bytes()))
    }
}

impl fmt::Debug for VerifyingKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "VerifyingKey({self})")
    }
}

impl FromStr for VerifyingKey {
    type Err = NotA;

    fn from_str(text: &str) -> Result<Self, NotA> {
        let digits: Digest = text.parse().map_err(|_| NotA("verifying key"))?;
        Self::from_bytes(digits.as_bytes())
    }
}

as_text!(VerifyingKey);

/// A signed document (G3), of which only the layout is known to be right.
///
/// In JSON it is base64.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Signed(Vec<u8>);

impl Signed {
    /// Takes bytes that have the layout of a signed document.
    ///
    /// # Errors
    /// Refuses bytes that are too short or of another version.
    pub fn parse(bytes: Vec<u8>) -> Result<Self, NotA> {
        check_layout(&bytes)?;
        Ok(Self(bytes))
    }

    /// The document's bytes.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// Gives up the document's bytes.
    #[must_use]
    pub fn into_bytes(self) -> Vec<u8> {
        self.0
    }

    /// The id of the key that claims to have signed.
    #[must_use]
    pub fn key_id(&self) -> KeyId {
        key_id(&self.0)
    }

    /// The digest of the whole document (N7).
    #[must_use]
    pub fn digest(&self) -> Digest {
        Digest::of(&self.0)
    }

    /// The payload before anybody has verified it, for finding the key that must have signed.
    #[must_use]
    pub fn unverified_payload(&self) -> &[u8] {
        &self.0[PREFIX..]
    }

    /// Reads the payload before anybody has verified it, for finding the key that must have signed.
    ///
    /// # Errors
    /// Refuses a document that is too long for the context (G5), and a payload that is not of the format.
    pub fn unverified<T: DeserializeOwned>(&self, context: Context) -> Result<T, json::Malformed> {
        unverified(context, &self.0)
    }

    /// Verifies the signature and gives the payload.
    ///
    /// # Errors
    /// Refuses another key, another context, a bad signature or too many bytes (G1–G5).
    pub fn verify(&self, context: Context, key: &VerifyingKey) -> Result<&[u8], BadSignature> {
        verify(context, &self.0, key)
    }

    /// Verifies the signature and reads the payload.
    ///
    /// # Errors
    /// Refuses as [`Self::verify`] does, and a payload that is not of the format.
    pub fn verify_as<T: DeserializeOwned>(
        &self,
        context: Context,
        key: &VerifyingKey,
    ) -> Result<T, Unreadable> {
        Ok(json::read(self.verify(context, key)?)?)
    }

    /// Verifies the signature by the key among those given that the document names, and reads the payload.
    ///
    /// # Errors
    /// Refuses as [`Self::verify_as`] does, and a document by none of the keys.
    pub fn verify_by_any<'k, T: DeserializeOwned>(
        &self,
        context: Context,
        keys: impl IntoIterator<Item = &'k VerifyingKey>,
    ) -> Result<(T, &'k VerifyingKey), Unreadable> {
        let id = self.key_id();
        let key = keys
            .into_iter()
            .find(|key| key.id() == id)
            .ok_or(BadSignature)?;
        Ok((self.verify_as(context, key)?, key))
    }
}

impl fmt::Debug for Signed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Signed({} bytes)", self.0.len())
    }
}

impl AsRef<[u8]> for Signed {
    fn as_ref(&self) -> &[u8] {
        &self.0
    }
}

impl TryFrom<Vec<u8>> for Signed {
    type Error = NotA;

    fn try_from(bytes: Vec<u8>) -> Result<Self, NotA> {
        Self::parse(bytes)
    }
}

impl Serialize for Signed {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        use base64::Engine as _;
        serializer.serialize_str(&base64::engine::general_purpose::STANDARD.encode(&self.0))
    }
}

impl<'de> Deserialize<'de> for Signed {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let Blob(bytes) = Blob::deserialize(deserializer)?;
        Self::parse(bytes).map_err(serde::de::Error::custom)
    }
}

/// Signs a payload that is a JSON document.
#[must_use]
pub fn sign<T: Serialize>(context: Context, key: &SigningKey, payload: &T) -> Signed {
    sign_bytes(context, key, &json::write(payload))
}

/// Signs the bytes of a payload.
#[must_use]
pub fn sign_bytes(context: Context, key: &SigningKey, payload: &[u8]) -> Signed {
    let signature = key.0.sign(&context.message(payload));
    let id = key.verifying_key().id();
    Signed(
        [
            &[VERSION],
            id.as_bytes().as_slice(),
            &signature.to_bytes(),
            payload,
        ]
        .concat(),
    )
}

/// Verifies a signed document in place and gives its payload.
///
/// # Errors
/// Refuses as [`Signed::verify`] does, and bytes of another layout.
pub fn verify<'a>(
    context: Context,
    document: &'a [u8],
    key: &VerifyingKey,
) -> Result<&'a [u8], BadSignature> {
    check_layout(document).map_err(|_| BadSignature)?;
    if document.len() > context.greatest() {
        return Err(BadSignature);
    }
    // The signature is checked even under another key's id, so that a mailbox's refusals all cost the same (B3).
    let same_key = key_id(document) == key.id();
    let (prefix, payload) = document.split_at(PREFIX);
    let signature =
        ed25519_dalek::Signature::from_slice(&prefix[SIGNATURE]).map_err(|_| BadSignature)?;
    let verified = key.0.verify_strict(&context.message(payload), &signature);
    if same_key && verified.is_ok() {
        Ok(payload)
    } else {
        Err(BadSignature)
    }
}

/// Reads the payload of a signed document in place, before anybody has verified it.
///
/// # Errors
/// Refuses as [`Signed::unverified`] does, and bytes of another layout.
pub fn unverified<T: DeserializeOwned>(
    context: Context,
    document: &[u8],
) -> Result<T, json::Malformed> {
    check_layout(document).map_err(|_| json::Malformed)?;
    if document.len() > context.greatest() {
        return Err(json::Malformed);
    }
    json::read(&document[PREFIX..])
}

fn check_layout(document: &[u8]) -> Result<(), NotA> {
    if document.len() < PREFIX || document[0] != VERSION {
        return Err(NotA("signed document"));
    }
    Ok(())
}

fn key_id(document: &[u8]) -> KeyId {
    let mut id = [0; 32];
    id.copy_from_slice(&document[KEY_ID]);
    KeyId::new(id)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(byte: u8) -> SigningKey {
        SigningKey::new(&SignSeed::new([byte; 32]))
    }

    #[test]
    fn a_document_verifies_in_its_context_by_its_key_only() {
        let signed = sign(Context::Stub, &key(1), &"hello");
        let own = key(1).verifying_key();
        assert_eq!(
            signed.verify(Context::Stub, &own),
            Ok(br#""hello""#.as_slice())
        );
        assert_eq!(signed.verify(Context::Message, &own), Err(BadSignature));
        assert_eq!(
            signed.verify(Context::Stub, &key(2).verifying_key()),
            Err(BadSignature)
        );
    }

    #[test]
    fn no_byte_can_be_changed() {
        let signed = sign(Context::Root, &key(1), &1).into_bytes();
        let own = key(1).verifying_key();
        for place in 0..signed.len() {
            let mut changed = signed.clone();
            changed[place] ^= 1;
            assert_eq!(
                verify(Context::Root, &changed, &own),
                Err(BadSignature),
                "byte {place}"
            );
        }
    }

    #[test]
    fn no_document_is_longer_than_its_context_allows() {
        let own = key(1).verifying_key();
        for context in Context::ALL {
            let mut payload = vec![b' '; context.greatest() - PREFIX];
            payload[0] = b'1';
            let longest = sign_bytes(*context, &key(1), &payload);
            assert_eq!(longest.verify_as(*context, &own), Ok(1), "{context}");
            assert_eq!(longest.unverified(*context), Ok(1), "{context}");
            payload.push(b' ');
            let longer = sign_bytes(*context, &key(1), &payload);
            assert_eq!(longer.verify(*context, &own), Err(BadSignature));
            assert_eq!(longer.unverified::<u64>(*context), Err(json::Malformed));
        }
    }

    #[test]
    fn short_and_foreign_layouts_are_refused() {
        let signed = sign_bytes(Context::Root, &key(1), b"");
        assert!(Signed::parse(signed.as_bytes().to_vec()).is_ok());
        assert!(Signed::parse(signed.as_bytes()[..96].to_vec()).is_err());
        let mut second = signed.into_bytes();
        second[0] = 2;
        assert!(Signed::parse(second).is_err());
    }

    #[test]
    fn weak_and_non_canonical_keys_are_refused() {
        let mut one = [0; 32];
        one[0] = 1;
        assert!(VerifyingKey::from_bytes(&one).is_err());
        assert!(VerifyingKey::from_bytes(&[0; 32]).is_err());
        // y = p + 3 is a point written beyond the field.
        let mut beyond = [0xff; 32];
        beyond[0] = 0xf0;
        beyond[31] = 0x7f;
        assert!(VerifyingKey::from_bytes(&beyond).is_err());
    }
}
