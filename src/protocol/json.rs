//! JSON documents, read as strictly as N5 says.

use std::collections::HashSet;
use std::fmt;

use serde::de::{DeserializeOwned, Error as _, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize};

/// The greatest integer that a document may hold.
pub const GREATEST: u64 = (1 << 53) - 1;

/// A document that is not the JSON that its format asks for (N5).
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a document of this format")]
pub struct Malformed;

/// Reads a document.
///
/// # Errors
/// Refuses whatever N5 refuses. Formats name their members with `deny_unknown_fields`.
pub fn read<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Malformed> {
    serde_json::from_slice::<Strict>(bytes).map_err(|_| Malformed)?;
    serde_json::from_slice(bytes).map_err(|_| Malformed)
}

/// Writes a document.
///
/// # Panics
/// Never for the formats of this protocol: they have text keys and whole numbers only.
#[must_use]
pub fn write<T: Serialize>(document: &T) -> Vec<u8> {
    serde_json::to_vec(document).expect("formats have text keys and whole numbers only")
}

/// Reads a member that may be `null` but must be there (N6).
pub(crate) fn required<'de, D: Deserializer<'de>, T: Deserialize<'de>>(
    deserializer: D,
) -> Result<Option<T>, D::Error> {
    Option::deserialize(deserializer)
}

/// Any JSON value, kept only long enough to see that N5 allows it.
struct Strict;

impl<'de> Deserialize<'de> for Strict {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Strict)
    }
}

impl<'de> Visitor<'de> for Strict {
    type Value = Self;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value without fractions or duplicate members")
    }

    fn visit_bool<E>(self, _: bool) -> Result<Self, E> {
        Ok(self)
    }

    fn visit_unit<E>(self) -> Result<Self, E> {
        Ok(self)
    }

    fn visit_str<E>(self, _: &str) -> Result<Self, E> {
        Ok(self)
    }

    fn visit_u64<E: serde::de::Error>(self, number: u64) -> Result<Self, E> {
        if number <= GREATEST {
            Ok(self)
        } else {
            Err(E::custom("too great"))
        }
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut values: A) -> Result<Self, A::Error> {
        while values.next_element::<Strict>()?.is_some() {}
        Ok(self)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Self, A::Error> {
        let mut seen = HashSet::new();
        while let Some(name) = members.next_key::<String>()? {
            if !seen.insert(name) {
                return Err(A::Error::custom("a member twice"));
            }
            members.next_value::<Strict>()?;
        }
        Ok(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, Deserialize, PartialEq)]
    #[serde(deny_unknown_fields)]
    struct Sample {
        count: u64,
        text: String,
        any: serde_json::Value,
        #[serde(deserialize_with = "required")]
        maybe: Option<bool>,
    }

    fn sample(count: &str, text: &str, any: &str) -> String {
        format!(r#"{{"count":{count},"text":{text},"any":{any},"maybe":null}}"#)
    }

    #[test]
    fn a_plain_document_is_read() {
        let read: Sample =
            read(sample("9007199254740991", r#""\ud83d\ude00""#, "[{}]").as_bytes()).expect("good");
        assert_eq!(
            (read.count, read.text.as_str(), read.maybe),
            (GREATEST, "😀", None)
        );
    }

    #[test]
    fn what_the_protocol_forbids_is_refused() {
        let good = sample("1", r#""""#, "{}");
        let bad = [
            sample("1.0", r#""""#, "{}"),
            sample("1e0", r#""""#, "{}"),
            sample("-0", r#""""#, "{}"),
            sample("-1", r#""""#, "{}"),
            sample("01", r#""""#, "{}"),
            sample("9007199254740992", r#""""#, "{}"),
            sample("1", r#""\ud800""#, "{}"),
            sample("1", r#""\udc00\ud800""#, "{}"),
            sample("1", r#""""#, "0.5"),
            sample("1", r#""""#, "9007199254740992"),
            sample("1", r#""""#, r#"{"a":1,"\u0061":1}"#),
            sample("1", r#""""#, r#"[{"a":[{"b":1,"b":1}]}]"#),
            good.replace(r#","maybe":null"#, ""),
            good.replace("}", r#","more":1}"#),
            good.replace("null", "nul"),
            format!("\u{feff}{good}"),
            format!("{good} 1"),
            "[".repeat(100_000),
        ];
        assert!(read::<Sample>(good.as_bytes()).is_ok());
        assert!(read::<Sample>(format!(" {good}\n").as_bytes()).is_ok());
        for document in bad {
            assert_eq!(
                read::<Sample>(document.as_bytes()),
                Err(Malformed),
                "{document:.80}"
            );
        }
        let mut not_utf8 = good.into_bytes();
        not_utf8[20] = 0xff;
        assert_eq!(read::<Sample>(&not_utf8), Err(Malformed));
    }
}
