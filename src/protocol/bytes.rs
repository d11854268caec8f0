//! Identifiers, digests, days and references.

use std::fmt;
use std::str::FromStr;

use jiff::ToSpan as _;
use jiff::civil::Date;
use sha2::{Digest as _, Sha256};

use super::signing::Signed;
use super::text::as_text;
pub use super::text::{Blob, NotA};

macro_rules! fixed {
    ($(#[$about:meta])* $name:ident, $length:literal, $words:literal) => {
        $(#[$about])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name([u8; $length]);

        impl $name {
            /// All zeros, which formats use for *none*.
            pub const ZERO: Self = Self([0; $length]);

            /// Wraps the bytes.
            #[must_use]
            pub const fn new(bytes: [u8; $length]) -> Self {
                Self(bytes)
            }

            /// The bytes.
            #[must_use]
            pub const fn as_bytes(&self) -> &[u8; $length] {
                &self.0
            }
        }

        impl Default for $name {
            fn default() -> Self {
                Self::ZERO
            }
        }

        impl TryFrom<&[u8]> for $name {
            type Error = NotA;

            fn try_from(bytes: &[u8]) -> Result<Self, NotA> {
                bytes.try_into().map(Self).map_err(|_| NotA($words))
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!(stringify!($name), "({})"), self)
            }
        }

        impl FromStr for $name {
            type Err = NotA;

            /// Reads lower-case hex (N3).
            fn from_str(text: &str) -> Result<Self, NotA> {
                let mut bytes = [0; $length];
                let lower = text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
                if !lower || hex::decode_to_slice(text, &mut bytes).is_err() {
                    return Err(NotA($words));
                }
                Ok(Self(bytes))
            }
        }

        as_text!($name);
    };
}

fixed!(
    /// The SHA-256 of a document or file (N7).
    Digest,
    32,
    "digest"
);
fixed!(
    /// The digest of a service's genesis (D1).
    ServiceId,
    32,
    "service id"
);
fixed!(
    /// The digest of a case's statement (S2).
    CaseId,
    32,
    "case id"
);
fixed!(
    /// The digest of a verifying key (G3).
    KeyId,
    32,
    "key id"
);
fixed!(
    /// What every sealed part of a report repeats (R2).
    Anchor,
    32,
    "anchor"
);
fixed!(
    /// A member's id (N8).
    MemberId,
    16,
    "member id"
);
fixed!(
    /// The id of a piece of evidence (M8).
    EvidenceId,
    16,
    "evidence id"
);
fixed!(
    /// The random bytes that make a lead list unlike any other (D2).
    Nonce,
    16,
    "nonce"
);

impl Digest {
    /// Digests bytes.
    #[must_use]
    pub fn of(bytes: &[u8]) -> Self {
        Self(Sha256::digest(bytes).into())
    }
}

impl ServiceId {
    /// The id of the service that this genesis begins (D1).
    #[must_use]
    pub fn of(genesis: &Signed) -> Self {
        Self(genesis.digest().0)
    }
}

impl CaseId {
    /// The id of the case that this statement begins (S2).
    #[must_use]
    pub fn of(statement: &Signed) -> Self {
        Self(statement.digest().0)
    }

    /// The reference that members see (S3).
    #[must_use]
    pub fn reference(&self) -> Reference {
        const CROCKFORD: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
        let bits = self.0[..5]
            .iter()
            .fold(0_u64, |bits, byte| bits << 8 | u64::from(*byte));
        let mut text = String::from("RL-");
        for place in 0..8_usize {
            if place == 4 {
                text.push('-');
            }
            let index = usize::try_from(bits >> (35 - 5 * place) & 31).unwrap_or_default();
            text.push(char::from(CROCKFORD[index]));
        }
        Reference(text)
    }
}

impl From<Digest> for CaseId {
    fn from(digest: Digest) -> Self {
        Self(digest.0)
    }
}

impl From<CaseId> for Digest {
    fn from(case: CaseId) -> Self {
        Self(case.0)
    }
}

impl From<Digest> for ServiceId {
    fn from(digest: Digest) -> Self {
        Self(digest.0)
    }
}

/// A case's short name for people (S3), such as `RL-7K3M-92QD`.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Reference(String);

impl fmt::Display for Reference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A team's id: 1 to 40 of `a`–`z`, `0`–`9` and `-` (N8).
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct TeamId(String);

impl TeamId {
    /// The id as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for TeamId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for TeamId {
    type Err = NotA;

    fn from_str(text: &str) -> Result<Self, NotA> {
        let plain = text
            .bytes()
            .all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-'));
        if plain && (1..=40).contains(&text.len()) {
            Ok(Self(text.to_owned()))
        } else {
            Err(NotA("team id"))
        }
    }
}

as_text!(TeamId);

/// A date in UTC, the only kind of time in a document (N4).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Day(Date);

impl Day {
    /// Reads `YYYY-MM-DD`.
    ///
    /// # Errors
    /// Refuses every other way to write a date.
    pub fn parse(text: &str) -> Result<Self, NotA> {
        let shape = text.len() == 10
            && text.bytes().enumerate().all(|(place, byte)| match place {
                4 | 7 => byte == b'-',
                _ => byte.is_ascii_digit(),
            });
        if !shape {
            return Err(NotA("day"));
        }
        let date: Date = text.parse().map_err(|_| NotA("day"))?;
        if date.year() < 1 {
            return Err(NotA("day"));
        }
        Ok(Self(date))
    }

    /// The date of a moment, given in seconds since 1970 in UTC; the first or last day there is, beyond them.
    #[must_use]
    pub fn of_second(seconds: i64) -> Self {
        let days = seconds.div_euclid(86_400).clamp(-719_162, 4_000_000);
        Self(jiff::civil::date(1970, 1, 1).saturating_add(days.days()))
    }

    /// The day that many days later, or earlier when negative; the ends of the calendar hold.
    #[must_use]
    pub fn plus_days(self, days: i32) -> Self {
        // No span is longer than the calendar.
        let days = i64::from(days).clamp(-4_000_000, 4_000_000);
        let day = self.0.saturating_add(days.days());
        Self(day.max(jiff::civil::date(1, 1, 1)))
    }

    /// The same day so many months later, or the last of that month; the end of the calendar holds.
    #[must_use]
    pub fn plus_months(self, months: u16) -> Self {
        Self(self.0.saturating_add(i64::from(months).months()))
    }

    /// How many days lie between this day and an earlier one; negative when it is later.
    #[must_use]
    pub fn days_since(self, earlier: Self) -> i32 {
        let seconds = self.0.duration_since(earlier.0).as_secs();
        i32::try_from(seconds / 86_400).unwrap_or(i32::MAX)
    }

    /// The calendar date.
    #[must_use]
    pub fn date(self) -> Date {
        self.0
    }
}

impl From<Date> for Day {
    fn from(date: Date) -> Self {
        Self(date)
    }
}

impl FromStr for Day {
    type Err = NotA;

    fn from_str(text: &str) -> Result<Self, NotA> {
        Self::parse(text)
    }
}

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{:04}-{:02}-{:02}",
            self.0.year(),
            self.0.month(),
            self.0.day()
        )
    }
}

as_text!(Day);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hex_is_lower_case_and_of_its_length() {
        let digest = Digest::of(b"");
        assert_eq!(digest.to_string().parse(), Ok(digest));
        assert!(digest.to_string().to_uppercase().parse::<Digest>().is_err());
        assert!("00".parse::<Digest>().is_err());
    }

    #[test]
    fn a_day_is_written_in_one_way_only() {
        assert_eq!(
            Day::parse("2026-02-28").map(|day| day.to_string()),
            Ok("2026-02-28".into())
        );
        for wrong in [
            "2026-02-29",
            "20260228",
            "2026-2-28",
            "+02026-02",
            "2026-02-28T00:00",
            "0000-12-31",
            "",
        ] {
            assert!(Day::parse(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_moment_falls_on_its_day_in_utc() {
        for (second, day) in [
            (0, "1970-01-01"),
            (-1, "1969-12-31"),
            (86_399, "1970-01-01"),
            (1_795_478_400, "2026-11-24"),
            (i64::MAX, "9999-12-31"),
            (i64::MIN, "0001-01-01"),
        ] {
            assert_eq!(Day::of_second(second).to_string(), day);
        }
    }

    #[test]
    fn days_are_counted_across_months() {
        let day = Day::parse("2024-02-28").expect("a day");
        assert_eq!(day.plus_days(2).to_string(), "2024-03-01");
        assert_eq!(day.plus_days(-60).days_since(day), -60);
        assert_eq!(day.plus_days(i32::MIN).to_string(), "0001-01-01");
    }

    #[test]
    fn a_reference_has_the_first_forty_bits() {
        let mut bytes = [0xff; 32];
        bytes[..5].copy_from_slice(&[0b0000_0000, 0b0100_0100, 0b0011_0010, 0, 0b0001_1111]);
        assert_eq!(CaseId::new(bytes).reference().to_string(), "RL-0123-400Z");
    }

    #[test]
    fn team_ids_are_short_and_plain() {
        assert!("intake-2".parse::<TeamId>().is_ok());
        for wrong in ["", "Intake", "a b", &"a".repeat(41)] {
            assert!(wrong.parse::<TeamId>().is_err(), "{wrong:?}");
        }
    }
}
