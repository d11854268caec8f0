//! What reporters' routes leave behind: counts per hour, rounded up, in the log. No line for any request.

use std::sync::atomic::{AtomicU64, Ordering};

/// Counts are published in steps of this size, so that an hour with one report looks like one with none
/// but a visitor.
const STEP: u64 = 10;

/// The counters of the running hour.
#[derive(Debug, Default)]
pub struct Counters {
    pages: AtomicU64,
    calls: AtomicU64,
    refusals: AtomicU64,
    faults: AtomicU64,
}

/// What is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Counted {
    /// A reporter's page.
    Page,
    /// A reporter's call, accepted.
    Call,
    /// A reporter's call, refused.
    Refusal,
    /// A fault of the service on a reporter's route.
    Fault,
}

impl Counters {
    /// Counts one.
    pub fn count(&self, what: Counted) {
        self.counter(what).fetch_add(1, Ordering::Relaxed);
    }

    fn counter(&self, what: Counted) -> &AtomicU64 {
        match what {
            Counted::Page => &self.pages,
            Counted::Call => &self.calls,
            Counted::Refusal => &self.refusals,
            Counted::Fault => &self.faults,
        }
    }

    /// Writes the hour's counts to the log, rounded up, and begins the next hour.
    pub fn close_hour(&self) {
        let take = |what| round_up(self.counter(what).swap(0, Ordering::Relaxed));
        tracing::info!(
            pages = take(Counted::Page),
            calls = take(Counted::Call),
            refusals = take(Counted::Refusal),
            faults = take(Counted::Fault),
            "counts of the hour, rounded up to tens"
        );
    }
}

fn round_up(count: u64) -> u64 {
    count.div_ceil(STEP) * STEP
}

#[cfg(test)]
mod tests {
    use super::round_up;

    #[test]
    fn counts_are_rounded_up_to_tens() {
        assert_eq!([0, 1, 9, 10, 11].map(round_up), [0, 10, 10, 10, 20]);
    }
}
