//! Forms as browsers post them without scripts, read into memory that is wiped.

use std::collections::HashSet;

use actix_web::HttpRequest;
use actix_web::web::{Bytes, Payload};
use zeroize::{Zeroize as _, Zeroizing};

use crate::web::{Problem, body, expect_type};

/// The most bytes of a form: the longest report that the protocol allows (R8) in the longest spelling
/// of its characters.
pub const GREATEST: usize = 1_048_576;
/// The most fields of a form, far above those of forty people.
const GREATEST_COUNT: usize = 2_000;

/// A posted form: names and values in their order.
#[derive(Default)]
pub struct Form(Vec<(Zeroizing<String>, Zeroizing<String>)>);

impl Form {
    /// Reads the form of a request.
    ///
    /// # Errors
    /// [`Problem::UnsupportedMediaType`], [`Problem::TooLarge`], and [`Problem::Malformed`] for
    /// anything but UTF-8.
    pub async fn receive(request: &HttpRequest, payload: Payload) -> Result<Self, Problem> {
        expect_type(request.headers(), "application/x-www-form-urlencoded")?;
        let bytes = body(request.headers(), payload, GREATEST).await?;
        let form = Self::parse(&bytes);
        wipe(bytes);
        form
    }

    /// Reads `name=value&name=value`.
    ///
    /// # Errors
    /// [`Problem::Malformed`] for anything but UTF-8.
    pub fn parse(bytes: &[u8]) -> Result<Self, Problem> {
        let pairs = bytes
            .split(|byte| *byte == b'&')
            .filter(|pair| !pair.is_empty());
        if pairs.clone().count() > GREATEST_COUNT {
            return Err(Problem::TooLarge);
        }
        let pairs = pairs.map(|pair| {
            let at = pair
                .iter()
                .position(|byte| *byte == b'=')
                .unwrap_or(pair.len());
            Ok((
                decode(&pair[..at])?,
                decode(pair.get(at + 1..).unwrap_or_default())?,
            ))
        });
        pairs.collect::<Result<_, Problem>>().map(Self)
    }

    /// The value of a field, `""` if it is not there.
    #[must_use]
    pub fn value(&self, name: &str) -> &str {
        self.all(name).next().unwrap_or_default()
    }

    /// Every value of a field.
    pub fn all(&self, name: &str) -> impl Iterator<Item = &str> {
        self.pairs()
            .filter(move |(named, _)| *named == name)
            .map(|(_, value)| value)
    }

    /// Every field.
    pub fn pairs(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// Puts one value in the place of all that a field has.
    pub fn set(&mut self, name: &str, value: &str) {
        self.0.retain(|(named, _)| named.as_str() != name);
        self.add(name, value);
    }

    /// Adds a value to a field.
    pub fn add(&mut self, name: &str, value: &str) {
        self.0.push((
            Zeroizing::new(name.to_owned()),
            Zeroizing::new(value.to_owned()),
        ));
    }
}

/// Takes away `+` and `%XX`, and the carriage returns that browsers put before line breaks.
fn decode(encoded: &[u8]) -> Result<Zeroizing<String>, Problem> {
    let mut decoded = Zeroizing::new(Vec::with_capacity(encoded.len()));
    let mut rest = encoded.iter().copied();
    let hex = |rest: &mut std::iter::Copied<std::slice::Iter<'_, u8>>| {
        char::from(rest.next()?)
            .to_digit(16)
            .and_then(|digit| u8::try_from(digit).ok())
    };
    while let Some(byte) = rest.next() {
        let byte = match byte {
            b'+' => b' ',
            b'%' => {
                let (high, low) = hex(&mut rest)
                    .zip(hex(&mut rest))
                    .ok_or(Problem::Malformed)?;
                high << 4 | low
            }
            other => other,
        };
        match byte {
            b'\n' if decoded.last() == Some(&b'\r') => {
                decoded.pop();
                decoded.push(b'\n');
            }
            _ => decoded.push(byte),
        }
    }
    if std::str::from_utf8(&decoded).is_err() {
        return Err(Problem::Malformed);
    }
    String::from_utf8(std::mem::take(&mut *decoded))
        .map(Zeroizing::new)
        .map_err(|_| Problem::Malformed)
}

fn wipe(bytes: Bytes) {
    if let Ok(mut bytes) = bytes.try_into_mut() {
        bytes.as_mut().zeroize();
    }
}

/// What a list offers, and after it what was chosen from it and is offered no longer: its box stays in sight, to be
/// cleared.
pub fn with_chosen<'a>(
    offered: impl Iterator<Item = &'a str>,
    chosen: impl Iterator<Item = &'a str>,
) -> Vec<String> {
    let mut seen = HashSet::new();
    let listed = offered.chain(chosen).filter(|one| seen.insert(*one));
    listed.map(ToOwned::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_values_are_decoded() {
        let form = Form::parse(b"a=1+2&b%2E0=%E2%82%AC%0D%0A!&a=&c&&=x").unwrap();
        let pairs: Vec<_> = form.pairs().collect();
        assert_eq!(
            pairs,
            [
                ("a", "1 2"),
                ("b.0", "€\n!"),
                ("a", ""),
                ("c", ""),
                ("", "x")
            ]
        );
        assert_eq!((form.value("a"), form.value("none")), ("1 2", ""));
    }

    #[test]
    fn what_is_not_utf_8_is_refused() {
        for wrong in [
            &b"a=%ff"[..],
            b"a=\xff",
            b"%C3=1",
            b"a=%E2%82",
            b"a=%4",
            b"a=%",
            b"a=%zz",
            b"a=%+1",
        ] {
            assert!(Form::parse(wrong).is_err(), "{wrong:?}");
        }
    }

    #[test]
    fn a_form_of_too_many_fields_is_refused() {
        assert!(Form::parse(&b"a=1&".repeat(2_000)).is_ok());
        assert!(matches!(
            Form::parse(&b"a=1&".repeat(2_001)),
            Err(Problem::TooLarge)
        ));
    }

    #[test]
    fn a_value_is_replaced_wherever_it_stood() {
        let mut form = Form::parse(b"a=1&b=2&a=3").unwrap();
        form.set("a", "4");
        assert_eq!(form.pairs().collect::<Vec<_>>(), [("b", "2"), ("a", "4")]);
    }
}
