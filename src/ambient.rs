//! The clock and the generator: the one place that asks the machine for either.

use std::convert::Infallible;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use rand::rand_core::{TryCryptoRng, TryRng};

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
    pub fn bytes<const N: usize>(self) -> [u8; N] {
        let mut bytes = [0; N];
        Self::fill(&mut bytes);
        bytes
    }

    #[expect(
        clippy::disallowed_methods,
        reason = "this is the generator that is handed in"
    )]
    #[expect(
        clippy::expect_used,
        reason = "without randomness nothing here may go on"
    )]
    fn fill(bytes: &mut [u8]) {
        getrandom::fill(bytes).expect("the operating system gives randomness");
    }
}

/// The generator as libraries are handed it.
impl TryRng for Random {
    type Error = Infallible;

    fn try_next_u32(&mut self) -> Result<u32, Infallible> {
        Ok(u32::from_ne_bytes(self.bytes()))
    }

    fn try_next_u64(&mut self) -> Result<u64, Infallible> {
        Ok(u64::from_ne_bytes(self.bytes()))
    }

    fn try_fill_bytes(&mut self, bytes: &mut [u8]) -> Result<(), Infallible> {
        Self::fill(bytes);
        Ok(())
    }
}

impl TryCryptoRng for Random {}
