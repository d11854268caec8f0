//! One-time codes by time (RFC 6238): SHA-1, six digits, thirty seconds, as every authenticator makes them.

use std::fmt::Write as _;

use totp_rs::{Algorithm, Builder, Secret, Totp};
use zeroize::Zeroizing;

/// How long a code is good, seconds.
pub const STEP: i64 = 30;
/// How many steps a member's clock may be apart, either way.
const DRIFT: i64 = 2;
/// The bytes of a secret.
pub const SECRET: usize = 20;

/// The steps, near this moment, whose code this is; none where it is none.
///
/// Every step near is looked at, whichever fits.
#[must_use]
pub fn steps_of(secret: &[u8; SECRET], code: &str, now: i64) -> Vec<i64> {
    let made = codes(secret);
    let origin = now.div_euclid(STEP);
    (origin - DRIFT..=origin + DRIFT)
        .filter(|step| {
            let time = u64::try_from(*step * STEP).unwrap_or(0);
            made.check(code, time).is_some()
        })
        .collect()
}

/// The code of a moment, as an authenticator would show it.
#[must_use]
pub fn code(secret: &[u8; SECRET], now: i64) -> String {
    codes(secret)
        .generate(u64::try_from(now).unwrap_or(0))
        .to_string()
}

fn codes(secret: &[u8; SECRET]) -> Totp {
    Builder::new()
        .with_algorithm(Algorithm::SHA1)
        .with_digits(6)
        .with_skew(0)
        .with_step_duration(STEP.unsigned_abs())
        .with_secret(secret.as_slice())
        .build_noncompliant()
}

/// A secret as people type it in.
#[must_use]
pub fn base32(secret: &[u8; SECRET]) -> Zeroizing<String> {
    Zeroizing::new(Secret::from(secret.as_slice()).to_base32())
}

/// A secret as authenticators take it from a picture.
#[must_use]
pub fn uri(secret: &[u8; SECRET], force: &str, label: &str) -> Zeroizing<String> {
    let issuer = escaped(&format!("Rightline, {force}"));
    Zeroizing::new(format!(
        "otpauth://totp/{issuer}:{}?secret={}&issuer={issuer}&algorithm=SHA1&digits=6&period={STEP}",
        escaped(label),
        base32(secret).as_str()
    ))
}

/// Percent-encodes everything but letters, digits and `-._~`.
fn escaped(text: &str) -> String {
    let mut written = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            written.push(char::from(byte));
        } else {
            let _ = write!(written, "%{byte:02X}");
        }
    }
    written
}

#[cfg(test)]
mod tests {
    use super::*;

    const SEED: &[u8; SECRET] = b"12345678901234567890";

    #[test]
    fn codes_are_those_of_the_rfc() {
        // RFC 6238, appendix B, the last six digits.
        for (time, expected) in [
            (59, "287082"),
            (1_111_111_109, "081804"),
            (1_111_111_111, "050471"),
            (1_234_567_890, "005924"),
            (2_000_000_000, "279037"),
        ] {
            assert_eq!(code(SEED, time), expected);
            assert_eq!(steps_of(SEED, expected, time), [time / STEP]);
        }
    }

    #[test]
    fn a_clock_may_be_a_minute_apart_and_no_more() {
        let now = 1_795_435_200;
        for steps in -4..=4_i64 {
            let shown = code(SEED, now + steps * STEP);
            let found = steps_of(SEED, &shown, now);
            assert_eq!(found.is_empty(), steps.abs() > 2, "{steps}");
            assert!(found.iter().all(|step| *step == now / STEP + steps));
        }
    }

    #[test]
    fn nothing_but_six_digits_is_a_code() {
        let now = 59;
        for wrong in [
            "", "28708", "2870820", "+87082", "287 082", "２87082", "28708a",
        ] {
            assert!(steps_of(SEED, wrong, now).is_empty(), "{wrong:?}");
        }
    }

    #[test]
    fn a_picture_names_force_and_label_whatever_they_are() {
        let uri = uri(SEED, "Police & Crime: é", "a:b?c");
        assert_eq!(
            uri.as_str(),
            "otpauth://totp/Rightline%2C%20Police%20%26%20Crime%3A%20%C3%A9:a%3Ab%3Fc\
             ?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Rightline%2C%20Police%20%26%20Crime%3A%20%C3%A9\
             &algorithm=SHA1&digits=6&period=30"
        );
    }
}
