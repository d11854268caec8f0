//! JSON documents, read as strictly as N5 says.

use std::fmt;

use serde::de::value::{MapDeserializer, SeqDeserializer};
use serde::de::{DeserializeOwned, Error as _, IntoDeserializer, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::{Map, Value};

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
    let Strict(value) = serde_json::from_slice(bytes).map_err(|_| Malformed)?;
    from_value(&value)
}

/// Reads a document that was parsed before.
pub(crate) fn from_value<T: DeserializeOwned>(value: &Value) -> Result<T, Malformed> {
    T::deserialize(Plain(value)).map_err(|_| Malformed)
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

/// A JSON value that N5 allows.
struct Strict(Value);

impl<'de> Deserialize<'de> for Strict {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(StrictVisitor).map(Strict)
    }
}

struct StrictVisitor;

impl<'de> Visitor<'de> for StrictVisitor {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value without fractions or duplicate members")
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_str<E>(self, text: &str) -> Result<Value, E> {
        Ok(Value::String(text.to_owned()))
    }

    fn visit_string<E>(self, text: String) -> Result<Value, E> {
        Ok(Value::String(text))
    }

    fn visit_u64<E: serde::de::Error>(self, number: u64) -> Result<Value, E> {
        if number <= GREATEST {
            Ok(number.into())
        } else {
            Err(E::custom("too great"))
        }
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut values: A) -> Result<Value, A::Error> {
        let mut list = Vec::new();
        while let Some(Strict(value)) = values.next_element()? {
            list.push(value);
        }
        Ok(Value::Array(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Value, A::Error> {
        let mut object = Map::new();
        while let Some((name, Strict(value))) = members.next_entry::<String, Strict>()? {
            if object.insert(name, value).is_some() {
                return Err(A::Error::custom("a member twice"));
            }
        }
        Ok(Value::Object(object))
    }
}

/// Reads structures from objects only and names from strings only.
///
/// Serde would also take an array for a structure, and an object for a name.
struct Plain<'a>(&'a Value);

impl<'de> Deserializer<'de> for Plain<'de> {
    type Error = serde_json::Error;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Self::Error> {
        match self.0 {
            Value::Null => visitor.visit_unit(),
            Value::Bool(value) => visitor.visit_bool(*value),
            Value::Number(number) => visitor.visit_u64(number.as_u64().unwrap_or(u64::MAX)),
            Value::String(text) => visitor.visit_borrowed_str(text),
            Value::Array(list) => {
                let mut values = SeqDeserializer::new(list.iter().map(Plain));
                let read = visitor.visit_seq(&mut values)?;
                values.end().map(|()| read)
            }
            Value::Object(object) => {
                let members = object
                    .iter()
                    .map(|(name, value)| (name.as_str(), Plain(value)));
                let mut members = MapDeserializer::new(members);
                let read = visitor.visit_map(&mut members)?;
                members.end().map(|()| read)
            }
        }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Self::Error> {
        if self.0.is_null() {
            visitor.visit_none()
        } else {
            visitor.visit_some(self)
        }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, Self::Error> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Self::Error> {
        if self.0.is_object() {
            self.deserialize_any(visitor)
        } else {
            Err(Self::Error::custom("no object"))
        }
    }

    serde::forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit
        unit_struct seq tuple tuple_struct map enum identifier ignored_any
    }
}

impl<'de> IntoDeserializer<'de, serde_json::Error> for Plain<'de> {
    type Deserializer = Self;

    fn into_deserializer(self) -> Self {
        self
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
            good.replace('}', r#","more":1}"#),
            good.replace("null", "nul"),
            format!("\u{feff}{good}"),
            format!("{good} 1"),
            "[".repeat(100_000),
            r#"[1,"",{},null]"#.to_owned(),
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
