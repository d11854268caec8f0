//! How values of fixed shape are written as text (N3, N6).

use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A text that is not a value of the type that was asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a {0}")]
pub struct NotA(pub &'static str);

/// Serialises a type as its text, and reads it back by its own rules.
macro_rules! as_text {
    ($name:ty) => {
        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                $crate::protocol::text::parse_text(deserializer)
            }
        }
    };
}
pub(crate) use as_text;

/// Reads a string and parses it as `T`.
pub(crate) fn parse_text<'de, D: Deserializer<'de>, T: FromStr<Err: fmt::Display>>(
    deserializer: D,
) -> Result<T, D::Error> {
    Cow::<'de, str>::deserialize(deserializer)?
        .parse()
        .map_err(serde::de::Error::custom)
}

/// An enum whose values are fixed words in documents, read from strings only.
macro_rules! named {
    (
        $(#[$about:meta])*
        $name:ident, $what:literal {
            $($(#[$one:meta])* $variant:ident = $text:literal,)+
        }
    ) => {
        $(#[$about])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum $name {
            $($(#[$one])* $variant,)+
        }

        impl $name {
            /// Every value, in the order of the protocol.
            pub const ALL: &[Self] = &[$(Self::$variant),+];

            /// The value as documents name it.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => $text,)+
                }
            }
        }

        impl std::str::FromStr for $name {
            type Err = $crate::protocol::text::NotA;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                match text {
                    $($text => Ok(Self::$variant),)+
                    _ => Err($crate::protocol::text::NotA($what)),
                }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.as_str())
            }
        }

        $crate::protocol::text::as_text!($name);
    };
}
pub(crate) use named;

/// Reads and writes `""` for *none*, as several formats do (N6).
pub(crate) mod or_empty {
    use super::{Cow, Deserialize as _, Deserializer, FromStr, Serializer, fmt};

    #[expect(clippy::ref_option, reason = "serde hands the member over so")]
    pub(crate) fn serialize<S: Serializer, T: fmt::Display>(
        value: &Option<T>,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        match value {
            Some(value) => serializer.collect_str(value),
            None => serializer.serialize_str(""),
        }
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>, T: FromStr<Err: fmt::Display>>(
        deserializer: D,
    ) -> Result<Option<T>, D::Error> {
        let text = Cow::<'de, str>::deserialize(deserializer)?;
        if text.is_empty() {
            return Ok(None);
        }
        text.parse().map(Some).map_err(serde::de::Error::custom)
    }
}

/// A byte string of any length, as strict base64 in JSON (N3).
#[derive(Clone, PartialEq, Eq, Hash, Default)]
pub struct Blob(pub Vec<u8>);

impl fmt::Debug for Blob {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Blob({} bytes)", self.0.len())
    }
}

impl AsRef<[u8]> for Blob {
    fn as_ref(&self) -> &[u8] {
        &self.0
    }
}

impl From<Vec<u8>> for Blob {
    fn from(bytes: Vec<u8>) -> Self {
        Self(bytes)
    }
}

impl FromStr for Blob {
    type Err = NotA;

    fn from_str(text: &str) -> Result<Self, NotA> {
        STANDARD
            .decode(text)
            .map(Self)
            .map_err(|_| NotA("base64 text"))
    }
}

impl Serialize for Blob {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&STANDARD.encode(&self.0))
    }
}

impl<'de> Deserialize<'de> for Blob {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        parse_text(deserializer)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base64_is_padded_standard_and_canonical() {
        assert_eq!("AA==".parse(), Ok(Blob(vec![0])));
        for wrong in ["AA", "AB==", "A-==", "AA==\n", " AA=="] {
            assert!(wrong.parse::<Blob>().is_err(), "{wrong:?}");
        }
    }
}
