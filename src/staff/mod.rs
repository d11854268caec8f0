//! Members: accounts, enrolment, sign-in, second factors, sessions and rings.

pub mod invitations;
pub mod passkeys;
pub mod store;
pub mod totp;
pub mod web;

use crate::protocol::directory::Role;
use crate::protocol::{Refused, framing, sealing};
use crate::web::Problem;

/// How long a session lives, seconds, and what it asks for.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Without a call.
    pub idle: i64,
    /// In any case.
    pub absolute: i64,
    /// Whether an account without a second factor is let in nowhere; only a demonstration does without.
    pub second_factor: bool,
}

/// How long a second factor counts as just shown, seconds.
pub const FRESH: i64 = 300;
/// The most second factors of one member: with eight passkeys and the passphrase a vault has nine recipients.
pub const GREATEST_FACTORS: i64 = 10;
/// The longest name of a second factor, characters.
const GREATEST_NAME: usize = 60;
/// The most recipients of a vault (A1).
const GREATEST_UNLOCKS: usize = 9;

/// What the directory makes of a member.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Standing {
    /// The roles that the directory in force gives.
    pub roles: Vec<Role>,
    /// Whether the last lead list has them.
    pub lead: bool,
    /// Whether they look after accounts.
    pub administrator: bool,
}

/// Wrong tries that cost nothing.
const FREE_TRIES: i64 = 5;
/// The longest pause between tries, seconds.
const LONGEST_PAUSE: i64 = 900;

/// The pause after so many wrong tries in a row, seconds: none for the first five, then doubling.
#[must_use]
pub fn pause(failed: i64) -> i64 {
    if failed <= FREE_TRIES {
        return 0;
    }
    let doublings = u32::try_from(failed - FREE_TRIES)
        .unwrap_or(u32::MAX)
        .min(10);
    (1_i64 << doublings).min(LONGEST_PAUSE)
}

/// Checks what a member calls a second factor.
///
/// # Errors
/// [`Problem::Malformed`] when it is empty, long or has control characters.
pub fn factor_name(name: &str) -> Result<&str, Problem> {
    let name = name.trim();
    let plain = !name.is_empty() && !name.chars().any(char::is_control);
    if plain && name.chars().count() <= GREATEST_NAME {
        Ok(name)
    } else {
        Err(Problem::Malformed)
    }
}

/// Checks that a file has the form of a vault: sealed to between one and nine recipients, holding a frame.
///
/// # Errors
/// Names A1.
pub fn vault_file(file: &[u8]) -> Result<(), Refused> {
    let refused = Refused::by("A1");
    let shape = sealing::shape(file).map_err(|_| refused)?;
    let size = usize::try_from(shape.plaintext).unwrap_or(usize::MAX);
    let fits = (1..=GREATEST_UNLOCKS).contains(&shape.recipients)
        && size <= framing::GREATEST_MESSAGE
        && framing::is_frame_size(size);
    if fits { Ok(()) } else { Err(refused) }
}

fn refused(rule: &'static str) -> Problem {
    Problem::Invalid(Refused::by(rule))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_tries_are_free_and_later_ones_wait_longer() {
        assert_eq!(pause(5), 0);
        assert_eq!(pause(6), 2);
        assert_eq!(pause(10), 32);
        assert_eq!(pause(1_000_000), 900);
    }

    #[test]
    fn a_factor_has_a_name_that_can_be_read() {
        assert_eq!(factor_name(" My phone "), Ok("My phone"));
        for wrong in ["", "  ", "a\u{0}b", "a\nb", &"x".repeat(61)] {
            assert_eq!(factor_name(wrong), Err(Problem::Malformed), "{wrong:?}");
        }
    }
}
