//! Hybrid recipients and identities: ML-KEM-768 with X25519 (E2).

use std::collections::HashSet;
use std::fmt;
use std::ops::Deref;
use std::str::FromStr;
use std::sync::Arc;

use age_core::format::{FileKey, Stanza};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use bech32::primitives::decode::CheckedHrpstring;
use bech32::{Bech32, Checksum, Hrp};
use curve25519_dalek::MontgomeryPoint;
use hpke::aead::ChaCha20Poly1305;
use hpke::kdf::HkdfSha256;
use hpke::kem::XWing;
use hpke::{Deserializable as _, Kem as _, OpModeR, OpModeS, Serializable as _};
use secrecy::SecretBox;
use zeroize::Zeroizing;

use super::bytes::Digest;
use super::text::{NotA, as_text};
use crate::secret::{CaseSecret, EvidenceSeed, ExposeSecret, OpenSeed};

/// The tag of the only kind of stanza (E2).
pub(super) const TAG: &str = "mlkem768x25519";
/// How long an encapsulated key is (E4).
pub(super) const ENCAPSULATED: usize = 1_120;
/// How many characters a recipient has (E2).
pub const RECIPIENT_LENGTH: usize = 1_959;

const INFO: &[u8] = b"age-encryption.org/mlkem768x25519";
const LABEL: &str = "postquantum";
const PUBLIC_KEY: usize = 1_216;
const ML_KEM_CIPHERTEXT: usize = 1_088;
const ML_KEM_KEY: usize = 1_184;
const ML_KEM_SEED: usize = 32;
const ML_KEM_MODULUS: u16 = 3_329;

type PublicKey = <XWing as hpke::Kem>::PublicKey;
type PrivateKey = <XWing as hpke::Kem>::PrivateKey;
type EncappedKey = <XWing as hpke::Kem>::EncappedKey;

/// Whom a file is sealed to: a well-formed `age1pq1…` (E2).
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Recipient(Arc<str>);

impl Recipient {
    /// The recipient as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The digest of the text, by which anchors and audiences name a recipient (R2, M3).
    #[must_use]
    pub fn digest(&self) -> Digest {
        Digest::of(self.0.as_bytes())
    }

    fn of(key: &PublicKey) -> Self {
        let text = bech32::encode_lower::<Unbounded>(Self::prefix(), &key.to_bytes())
            .expect("an unbounded code fits every key");
        Self(text.into())
    }

    fn key(&self) -> PublicKey {
        decode(&self.0)
            .and_then(|bytes| PublicKey::from_bytes(&bytes).ok())
            .expect("checked when it was parsed")
    }

    fn prefix() -> Hrp {
        Hrp::parse_unchecked("age1pq")
    }
}

impl FromStr for Recipient {
    type Err = NotA;

    /// Reads a recipient in lower case.
    ///
    /// # Errors
    /// Refuses another length, a bad checksum, a key that ML-KEM does not allow and an X25519 key
    /// with which every shared secret is zero.
    fn from_str(text: &str) -> Result<Self, NotA> {
        let bytes = decode(text).ok_or(NotA("recipient"))?;
        let (ml_kem, x25519) = bytes.split_at(ML_KEM_KEY);
        if is_reduced(ml_kem) && !is_small_order(x25519) {
            Ok(Self(text.into()))
        } else {
            Err(NotA("recipient"))
        }
    }
}

impl fmt::Display for Recipient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for Recipient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Recipient({:.16}…)", self.0)
    }
}

as_text!(Recipient);

impl age::Recipient for Recipient {
    fn wrap_file_key(
        &self,
        file_key: &FileKey,
    ) -> Result<(Vec<Stanza>, HashSet<String>), age::EncryptError> {
        let (encapsulated, body) = hpke::single_shot_seal::<ChaCha20Poly1305, HkdfSha256, XWing>(
            &OpModeS::Base,
            &self.key(),
            INFO,
            file_key.expose_secret(),
            b"",
        )
        .map_err(|_| {
            age::EncryptError::Io(std::io::Error::other("sealing to a recipient failed"))
        })?;
        let stanza = Stanza {
            tag: TAG.to_owned(),
            args: vec![STANDARD_NO_PAD.encode(encapsulated.to_bytes())],
            body,
        };
        Ok((vec![stanza], HashSet::from([LABEL.to_owned()])))
    }
}

/// What opens files: an age identity made from a 32-byte seed (E2).
///
/// Code names the role: [`CaseIdentity`], [`ReporterIdentity`], [`MemberIdentity`], [`VaultIdentity`],
/// [`RecoveryIdentity`] or [`EvidenceIdentity`], each of which derefs to this.
pub struct Identity {
    seed: SecretBox<[u8; 32]>,
    recipient: Recipient,
}

impl Identity {
    fn new(seed: &[u8; 32]) -> Self {
        let recipient = Recipient::of(&XWing::sk_to_pk(&private_key(seed)));
        let seed = SecretBox::init_with_mut(|inside: &mut [u8; 32]| inside.copy_from_slice(seed));
        Self { seed, recipient }
    }

    /// Reads an identity in upper case, `AGE-SECRET-KEY-PQ-1…`.
    ///
    /// # Errors
    /// Refuses another prefix, length or case, and a bad checksum.
    pub fn parse(text: &str) -> Result<Self, NotA> {
        let refused = NotA("identity");
        let lower = text.bytes().any(|byte| byte.is_ascii_lowercase());
        let checked = CheckedHrpstring::new::<Bech32>(text).map_err(|_| refused)?;
        if lower || !text.starts_with("AGE-SECRET-KEY-PQ-1") {
            return Err(refused);
        }
        let bytes = Zeroizing::new(checked.byte_iter().collect::<Vec<u8>>());
        let seed: &[u8; 32] = bytes.as_slice().try_into().map_err(|_| refused)?;
        Ok(Self::new(seed))
    }

    /// The recipient whose files this identity opens.
    #[must_use]
    pub fn recipient(&self) -> &Recipient {
        &self.recipient
    }

    fn unwrap(&self, stanza: &Stanza) -> Option<Result<FileKey, age::DecryptError>> {
        let [argument] = stanza.args.as_slice() else {
            return Some(Err(age::DecryptError::InvalidHeader));
        };
        let encapsulated = STANDARD_NO_PAD
            .decode(argument)
            .ok()
            .filter(|bytes| bytes.len() == ENCAPSULATED && stanza.body.len() == 32);
        let Some(encapsulated) = encapsulated else {
            return Some(Err(age::DecryptError::InvalidHeader));
        };
        if is_small_order(&encapsulated[ML_KEM_CIPHERTEXT..]) {
            return Some(Err(age::DecryptError::DecryptionFailed));
        }
        let opened = hpke::single_shot_open::<ChaCha20Poly1305, HkdfSha256, XWing>(
            &OpModeR::Base,
            &private_key(self.seed.expose_secret()),
            &EncappedKey::from_bytes(&encapsulated).ok()?,
            INFO,
            &stanza.body,
            b"",
        );
        let opened = Zeroizing::new(opened.ok()?);
        Some(FileKey::try_init_with_mut(|key| {
            if opened.len() != key.len() {
                return Err(age::DecryptError::DecryptionFailed);
            }
            key.copy_from_slice(&opened);
            Ok(())
        }))
    }
}

impl age::Identity for Identity {
    fn unwrap_stanza(&self, stanza: &Stanza) -> Option<Result<FileKey, age::DecryptError>> {
        if stanza.tag == TAG {
            self.unwrap(stanza)
        } else {
            None
        }
    }
}

impl fmt::Debug for Identity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Identity(… of {:?})", self.recipient)
    }
}

macro_rules! identity {
    ($(#[$about:meta])* $name:ident, $seed:ty) => {
        $(#[$about])*
        #[derive(Debug)]
        pub struct $name(Identity);

        impl $name {
            /// Makes the identity of a seed.
            #[must_use]
            pub fn new(seed: &$seed) -> Self {
                Self(Identity::new(seed.expose_secret()))
            }
        }

        impl Deref for $name {
            type Target = Identity;

            fn deref(&self) -> &Identity {
                &self.0
            }
        }
    };
}

identity!(
    /// What opens a case, one for each epoch (R1).
    CaseIdentity,
    CaseSecret
);
identity!(
    /// What opens the files sealed to a reporter (T3).
    ReporterIdentity,
    OpenSeed
);
identity!(
    /// What opens the files sealed to a member (A1).
    MemberIdentity,
    OpenSeed
);
identity!(
    /// What opens a member's vault (A2).
    VaultIdentity,
    OpenSeed
);
identity!(
    /// What opens the grants sealed to a recovery (D12).
    RecoveryIdentity,
    OpenSeed
);
identity!(
    /// What opens one file of evidence (M8).
    EvidenceIdentity,
    EvidenceSeed
);

/// Bech32 without the limit of length, which is about error correction that nobody uses here.
enum Unbounded {}

impl Checksum for Unbounded {
    type MidstateRepr = <Bech32 as Checksum>::MidstateRepr;
    const CODE_LENGTH: usize = usize::MAX;
    const CHECKSUM_LENGTH: usize = Bech32::CHECKSUM_LENGTH;
    const GENERATOR_SH: [Self::MidstateRepr; 5] = Bech32::GENERATOR_SH;
    const TARGET_RESIDUE: Self::MidstateRepr = Bech32::TARGET_RESIDUE;
}

fn decode(text: &str) -> Option<Vec<u8>> {
    if text.len() != RECIPIENT_LENGTH || !text.starts_with("age1pq1") {
        return None;
    }
    let checked = CheckedHrpstring::new::<Unbounded>(text).ok()?;
    // 1,216 bytes leave two bits of the last symbol over, which must be zero.
    let last = char::from(text.as_bytes()[RECIPIENT_LENGTH - Unbounded::CHECKSUM_LENGTH - 1]);
    if bech32::Fe32::from_char(last).ok()?.to_u8() & 0b11 != 0 {
        return None;
    }
    let bytes: Vec<u8> = checked.byte_iter().collect();
    (bytes.len() == PUBLIC_KEY).then_some(bytes)
}

fn private_key(seed: &[u8; 32]) -> PrivateKey {
    PrivateKey::from_bytes(seed).expect("a seed has 32 bytes")
}

/// Whether an ML-KEM-768 key passes the check of FIPS 203, section 7.2: every number in it is below the
/// modulus. The service asks this of every report, and reading the whole key takes fifty times as long.
fn is_reduced(key: &[u8]) -> bool {
    let numbers = key.len() - ML_KEM_SEED;
    key[..numbers].chunks_exact(3).all(|three| {
        let [one, two, three] = [three[0], three[1], three[2]].map(u16::from);
        let low = one | (two & 0x0f) << 8;
        let high = two >> 4 | three << 4;
        low < ML_KEM_MODULUS && high < ML_KEM_MODULUS
    })
}

/// Whether X25519 with this share is zero for every secret (E4): eight times exactly such a point is zero.
fn is_small_order(share: &[u8]) -> bool {
    let Ok(share) = share.try_into() else {
        return true;
    };
    MontgomeryPoint(share)
        .mul_bits_be([true, false, false, false].into_iter())
        .0
        == [0; 32]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn recipient() -> String {
        CaseIdentity::new(&CaseSecret::new([3; 32]))
            .recipient()
            .to_string()
    }

    #[test]
    fn a_recipient_is_read_back() {
        let text = recipient();
        assert_eq!(text.len(), RECIPIENT_LENGTH);
        assert!(text.starts_with("age1pq1"));
        assert_eq!(
            text.parse::<Recipient>().map(|read| read.to_string()),
            Ok(text)
        );
    }

    #[test]
    fn other_texts_are_no_recipients() {
        let text = recipient();
        let mut changed = text.clone().into_bytes();
        changed[500] = if changed[500] == b'q' { b'p' } else { b'q' };
        let classical = "age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p";
        let low_order = {
            let mut bytes = decode(&text).expect("a recipient");
            bytes[ML_KEM_KEY..].fill(0);
            bech32::encode_lower::<Unbounded>(Recipient::prefix(), &bytes).expect("encodes")
        };
        let not_reduced = {
            let mut bytes = decode(&text).expect("a recipient");
            bytes[..3].fill(0xff);
            bech32::encode_lower::<Unbounded>(Recipient::prefix(), &bytes).expect("encodes")
        };
        for wrong in [
            text.to_uppercase(),
            text[..1_958].to_owned(),
            format!("{text}q"),
            String::from_utf8(changed).expect("ASCII"),
            classical.to_owned(),
            low_order,
            not_reduced,
        ] {
            assert!(wrong.parse::<Recipient>().is_err(), "{wrong:.40}");
        }
    }

    #[test]
    fn a_key_is_reduced_when_the_library_reads_it() {
        let key = decode(&recipient()).expect("a recipient");
        assert!(is_reduced(&key[..ML_KEM_KEY]));
        for (place, number) in [
            (0, 3_328),
            (0, 3_329),
            (1, 3_328),
            (1, 3_329),
            (767, 3_329),
            (767, 4_095),
        ] {
            let mut changed = key.clone();
            let three = &mut changed[place / 2 * 3..][..3];
            let [low, high] = u16::to_le_bytes(number);
            if place % 2 == 0 {
                (three[0], three[1]) = (low, three[1] & 0xf0 | high);
            } else {
                (three[1], three[2]) = (three[1] & 0x0f | low << 4, low >> 4 | high << 4);
            }
            let read = PublicKey::from_bytes(&changed).is_ok();
            assert_eq!(
                is_reduced(&changed[..ML_KEM_KEY]),
                read,
                "{number} at {place}"
            );
            assert_eq!(read, number < ML_KEM_MODULUS);
        }
    }

    #[test]
    fn every_share_of_small_order_is_known() {
        // The points of order 4, 1, 2, 8 and 8, on the curve and its twist, and forms that are not reduced.
        let small = [
            "0000000000000000000000000000000000000000000000000000000000000000",
            "0100000000000000000000000000000000000000000000000000000000000000",
            "e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800",
            "5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157",
            "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
            "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
            "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        ];
        for share in small {
            let mut share = hex::decode(share).expect("hex");
            assert!(is_small_order(&share));
            // The highest bit does not count.
            share[31] |= 0x80;
            assert!(is_small_order(&share));
        }
        let mut other = [0; 32];
        for first in 2..=255 {
            other[0] = first;
            assert!(!is_small_order(&other), "{first}");
        }
    }
}
