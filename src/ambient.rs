//! The clock and the generator: the one place that asks the machine for either.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use crate::protocol::Day;

/// The time, as everything here is told it.
#[derive(Clone, Debug)]
pub struct Clock(Source);

#[derive(Clone, Debug)]
enum Source {
    Machine,
    Hand(Arc<AtomicI64>),
}

impl Clock {
    /// The machine's clock.
    #[must_use]
    pub fn machine() -> Self {
        Self(Source::Machine)
    }

    /// A clock that stands still until it is turned; for tests.
    #[must_use]
    pub fn by_hand(unix_seconds: i64) -> Self {
        Self(Source::Hand(Arc::new(AtomicI64::new(unix_seconds))))
    }

    /// Turns a clock made by hand; the machine's stays as it is.
    pub fn turn(&self, seconds: i64) {
        if let Source::Hand(time) = &self.0 {
            time.fetch_add(seconds, Ordering::SeqCst);
        }
    }

    /// Seconds since 1970 in UTC.
    #[must_use]
    pub fn seconds(&self) -> i64 {
        match &self.0 {
            #[expect(
                clippy::disallowed_methods,
                reason = "this is the clock that is handed in"
            )]
            Source::Machine => jiff::Timestamp::now().as_second(),
            Source::Hand(time) => time.load(Ordering::SeqCst),
        }
    }

    /// Today's date in UTC.
    #[must_use]
    pub fn day(&self) -> Day {
        Day::of_second(self.seconds())
    }
}

/// The generator of the operating system.
#[derive(Clone, Copy, Debug, Default)]
pub struct Random;

impl Random {
    /// Draws bytes.
    ///
    /// # Panics
    /// When the operating system has no randomness to give, which leaves nothing safe to do.
    #[must_use]
    #[expect(
        clippy::disallowed_methods,
        reason = "this is the generator that is handed in"
    )]
    #[expect(
        clippy::expect_used,
        reason = "without randomness nothing here may go on"
    )]
    pub fn bytes<const N: usize>(self) -> [u8; N] {
        let mut bytes = [0; N];
        getrandom::fill(&mut bytes).expect("the operating system gives randomness");
        bytes
    }
}
