//! Every secret type of the project.
//!
//! None of them can be cloned, serialised or printed. Equality takes the same time whatever the
//! values are. The bytes come out through [`ExposeSecret`] alone, so that uses can be counted.

use std::fmt;
use std::str::FromStr;

pub use secrecy::ExposeSecret;
use secrecy::{SecretBox, SecretString};
use serde::de::{Deserialize, Deserializer, Error as _};
use subtle::ConstantTimeEq as _;
use zeroize::{Zeroize as _, Zeroizing};

/// A text that is not the lower-case hex of a secret of this length.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a secret in lower-case hex")]
pub struct NotASecret;

macro_rules! secret {
    ($(#[$about:meta])* $name:ident, $length:literal) => {
        $(#[$about])*
        pub struct $name(SecretBox<[u8; $length]>);

        impl $name {
            /// Takes the bytes of the secret and wipes the copy that was passed.
            #[must_use]
            pub fn new(mut bytes: [u8; $length]) -> Self {
                let kept = Self(SecretBox::init_with_mut(|inside: &mut [u8; $length]| {
                    inside.copy_from_slice(&bytes);
                }));
                bytes.zeroize();
                kept
            }

            /// Writes the secret as lower-case hex, for the few places that must hand it on.
            #[must_use]
            pub fn to_hex(&self) -> Zeroizing<String> {
                Zeroizing::new(hex::encode(self.expose_secret()))
            }
        }

        impl ExposeSecret<[u8; $length]> for $name {
            fn expose_secret(&self) -> &[u8; $length] {
                self.0.expose_secret()
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(concat!(stringify!($name), "(…)"))
            }
        }

        impl PartialEq for $name {
            fn eq(&self, other: &Self) -> bool {
                self.expose_secret().ct_eq(other.expose_secret()).into()
            }
        }

        impl Eq for $name {}

        impl FromStr for $name {
            type Err = NotASecret;

            fn from_str(text: &str) -> Result<Self, NotASecret> {
                let mut bytes = [0; $length];
                decode_hex(text, &mut bytes)?;
                Ok(Self::new(bytes))
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = Zeroizing::new(String::deserialize(deserializer)?);
                text.parse().map_err(D::Error::custom)
            }
        }
    };
}

secret!(
    /// The 16 random bytes of a token (T1).
    Entropy,
    16
);
secret!(
    /// The seed of a case's age identity (R1), one for each epoch.
    CaseSecret,
    32
);
secret!(
    /// The seed of the age identity of a reporter or a member (T3, A1).
    OpenSeed,
    32
);
secret!(
    /// An Ed25519 seed (T3, A1).
    SignSeed,
    32
);
secret!(
    /// The seed of an identity that one file of evidence is sealed to (M8).
    EvidenceSeed,
    32
);
secret!(
    /// What a reporter's client shows to find its mailbox (T3); the service keeps its digest.
    Lookup,
    32
);
secret!(
    /// What a member's client shows to sign in (A2); the service keeps a keyed digest.
    Login,
    32
);
secret!(
    /// What the service adds to a member's passphrase after sign-in (A3).
    Pepper,
    32
);
secret!(
    /// The key from which every pepper is made (A3), a file outside the database.
    PepperSecret,
    32
);
secret!(
    /// What is split into the shares of a recovery (D12).
    RecoverySeed,
    32
);
secret!(
    /// What one share of a recovery holds of the seed.
    SharePart,
    32
);
secret!(
    /// What a passkey yields for a service (A6); it never leaves the browser.
    PrfOutput,
    32
);
secret!(
    /// What a link of enrolment carries; the service keeps its digest.
    InvitationSecret,
    32
);
secret!(
    /// What an app that shows codes shares with the service.
    TotpSecret,
    20
);

secret!(
    /// What the fragment of a link to enrol by holds; the service keeps a tag of it (A9).
    LinkSecret,
    32
);
secret!(
    /// What the browser that makes a newcomer's keys draws, so that nobody else who has the link can go on in
    /// its place; the service keeps a tag of it (A9).
    BrowserSecret,
    32
);

/// A passphrase as typed, before normalisation.
pub struct Passphrase(SecretString);

impl Passphrase {
    /// Takes a passphrase.
    #[must_use]
    pub fn new(text: String) -> Self {
        Self(SecretString::from(text))
    }
}

impl ExposeSecret<str> for Passphrase {
    fn expose_secret(&self) -> &str {
        self.0.expose_secret()
    }
}

impl fmt::Debug for Passphrase {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Passphrase(…)")
    }
}

fn decode_hex(text: &str, bytes: &mut [u8]) -> Result<(), NotASecret> {
    let lower = text
        .bytes()
        .all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
    if !lower {
        return Err(NotASecret);
    }
    hex::decode_to_slice(text, bytes).map_err(|_| NotASecret)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_never_shows_in_debug() {
        assert_eq!(format!("{:?}", Lookup::new([7; 32])), "Lookup(…)");
        assert_eq!(
            format!("{:?}", Passphrase::new("open sesame".into())),
            "Passphrase(…)"
        );
    }

    #[test]
    fn secrets_are_read_from_strict_hex_only() {
        let secret = Entropy::new([0xab; 16]);
        let text = secret.to_hex();
        assert_eq!(text.parse::<Entropy>(), Ok(secret));
        assert_eq!(text.to_uppercase().parse::<Entropy>(), Err(NotASecret));
        assert_eq!("ab".parse::<Entropy>(), Err(NotASecret));
    }
}
