//! Members: accounts, sign-in, sessions and rings.

pub mod store;
pub mod web;

use crate::protocol::Refused;
use crate::web::Problem;

/// How long a session lives, seconds.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Without a call.
    pub idle: i64,
    /// In any case.
    pub absolute: i64,
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

fn refused(rule: &'static str) -> Problem {
    Problem::Invalid(Refused::by(rule))
}

#[cfg(test)]
mod tests {
    use super::pause;

    #[test]
    fn the_first_tries_are_free_and_later_ones_wait_longer() {
        assert_eq!(pause(5), 0);
        assert_eq!(pause(6), 2);
        assert_eq!(pause(10), 32);
        assert_eq!(pause(1_000_000), 900);
    }
}
