//! Tests that need a process of their own, because they listen to everything that it traces.

use std::fmt::Write as _;
use std::process::Command;
use std::sync::{Arc, Mutex, PoisonError};

use tracing::field::{Field, Visit};
use tracing_subscriber::layer::{Context, Layer, SubscriberExt as _};
use tracing_subscriber::util::SubscriberInitExt as _;

const INSIDE: &str = "RIGHTLINE_TEST_ALONE";

/// Whether this process runs this one test; if not, runs it in a process where it does, and waits.
pub fn alone(test: &str) -> bool {
    if std::env::var(INSIDE).is_ok_and(|inside| inside == test) {
        return true;
    }
    let outcome = Command::new(std::env::current_exe().unwrap())
        .args([test, "--exact", "--nocapture"])
        .env(INSIDE, test)
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&outcome.stdout);
    let complained = String::from_utf8_lossy(&outcome.stderr);
    assert!(outcome.status.success(), "{said}\n{complained}");
    assert!(
        said.contains("1 passed"),
        "{test} is not the name of a test: {said}"
    );
    false
}

/// What was traced: for each event its target, and its fields as text.
#[derive(Clone, Default)]
pub struct Traces(Arc<Mutex<Vec<(String, String)>>>);

impl Traces {
    /// Listens to the whole process from now on.
    pub fn listen() -> Self {
        let traces = Self::default();
        tracing_subscriber::registry().with(traces.clone()).init();
        traces
    }

    /// What came since the last time.
    pub fn take(&self) -> Vec<(String, String)> {
        std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl<S: tracing::Subscriber> Layer<S> for Traces {
    fn on_event(&self, event: &tracing::Event<'_>, _: Context<'_, S>) {
        let mut fields = Fields(String::new());
        event.record(&mut fields);
        let target = event.metadata().target().to_owned();
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push((target, fields.0));
    }
}

struct Fields(String);

impl Visit for Fields {
    fn record_debug(&mut self, field: &Field, value: &dyn std::fmt::Debug) {
        let _ = write!(self.0, "{}={value:?};", field.name());
    }
}
