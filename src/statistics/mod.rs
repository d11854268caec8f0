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
    use std::fmt::Debug;
    use std::sync::{Arc, Mutex};

    use tracing::Subscriber;
    use tracing::field::{Field, Visit};
    use tracing_subscriber::layer::{Context, Layer, SubscriberExt as _};

    use super::{Counted, Counters, round_up};

    /// Everything that is written to the log: the names of fields, and their values as text.
    #[derive(Clone, Default)]
    struct Log(Arc<Mutex<Vec<(String, String)>>>);

    impl Visit for Log {
        fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
            let written = (field.name().to_owned(), format!("{value:?}"));
            self.0.lock().unwrap().push(written);
        }
    }

    impl<S: Subscriber> Layer<S> for Log {
        fn on_event(&self, event: &tracing::Event<'_>, _: Context<'_, S>) {
            event.record(&mut self.clone());
        }
    }

    /// What the end of an hour writes, its words first.
    fn closed(counters: &Counters) -> Vec<(String, String)> {
        let log = Log::default();
        let subscriber = tracing_subscriber::registry().with(log.clone());
        tracing::subscriber::with_default(subscriber, || counters.close_hour());
        let mut written = log.0.lock().unwrap().clone();
        written.sort_by_key(|(name, _)| name != "message");
        written
    }

    fn line(counts: [&str; 4]) -> Vec<(String, String)> {
        let said = "counts of the hour, rounded up to tens";
        let names = ["message", "pages", "calls", "refusals", "faults"];
        let values = [&[said][..], &counts].concat();
        let fields = names.into_iter().zip(values);
        fields
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .collect()
    }

    #[test]
    fn an_hour_writes_rounded_counts_and_nothing_else() {
        let counters = Counters::default();
        for (what, times) in [
            (Counted::Page, 1),
            (Counted::Call, 10),
            (Counted::Refusal, 11),
        ] {
            for _ in 0..times {
                counters.count(what);
            }
        }
        assert_eq!(closed(&counters), line(["10", "10", "20", "0"]));
        // The next hour begins with nothing.
        assert_eq!(closed(&counters), line(["0", "0", "0", "0"]));
    }

    #[test]
    fn counts_are_rounded_up_to_tens() {
        assert_eq!([0, 1, 9, 10, 11].map(round_up), [0, 10, 10, 10, 20]);
    }
}
