//! How long each clock runs, and how it stands.

use std::collections::BTreeMap;

use super::calendar::{Calendar, months_after};
use crate::protocol::Day;
use crate::protocol::act::Clock;

/// How long each clock runs (Q9).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Clocks {
    /// Working days until the reporter is written to.
    pub acknowledgement: u16,
    /// Working days until somebody has looked for danger.
    pub danger: u16,
    /// Working days until allegations are split and routed.
    pub triage: u16,
    /// Working days until the severity is assessed.
    pub severity: u16,
    /// Working days from the triage to the referral test.
    pub referral: u16,
    /// Days between two messages to the reporter.
    pub update: u16,
    /// Months until the reporter is told what was done or is planned.
    pub feedback: u16,
    /// Months until it is explained why the case is still open.
    pub explanation: u16,
    /// Months from one explanation to the next.
    pub explanation_again: u16,
    /// A clock is due soon so many days ahead.
    pub due_soon: u16,
    /// Which days are no working days.
    pub calendar: Calendar,
}

impl Default for Clocks {
    fn default() -> Self {
        Self {
            acknowledgement: 1,
            danger: 0,
            triage: 1,
            severity: 5,
            referral: 1,
            update: 28,
            feedback: 3,
            explanation: 12,
            explanation_again: 6,
            due_soon: 7,
            calendar: Calendar::default(),
        }
    }
}

/// A clock that has started.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Running {
    /// When it started.
    pub started: Day,
    /// When it is due.
    pub due: Day,
    /// Since when it stands still.
    pub paused_on: Option<Day>,
    /// How many days it stood still so far.
    pub paused_days: i32,
    /// When what it waits for was done.
    pub done: Option<Day>,
}

impl Running {
    pub(super) const fn from(started: Day, due: Day) -> Self {
        Self {
            started,
            due,
            paused_on: None,
            paused_days: 0,
            done: None,
        }
    }
}

impl Clocks {
    /// The clocks that start with a report.
    #[must_use]
    pub fn begin(&self, received: Day) -> BTreeMap<Clock, Running> {
        let at_once = Clock::ALL.iter().filter(|clock| **clock != Clock::Referral);
        at_once
            .map(|clock| (*clock, Running::from(received, self.due(*clock, received))))
            .collect()
    }

    /// How long each runs, by the name of its setting.
    #[must_use]
    pub fn lengths(&self) -> [(&'static str, u16); 9] {
        [
            ("acknowledgement", self.acknowledgement),
            ("danger", self.danger),
            ("triage", self.triage),
            ("severity", self.severity),
            ("referral", self.referral),
            ("update", self.update),
            ("feedback", self.feedback),
            ("explanation", self.explanation),
            ("explanation_again", self.explanation_again),
        ]
    }

    /// When a clock is due that starts on a day.
    #[must_use]
    pub fn due(&self, clock: Clock, started: Day) -> Day {
        let working = |days| self.calendar.working_days_after(started, days);
        match clock {
            Clock::Acknowledgement => working(self.acknowledgement),
            Clock::Danger => working(self.danger),
            Clock::Triage => working(self.triage),
            Clock::Severity => working(self.severity),
            Clock::Referral => working(self.referral),
            Clock::Update => started.plus_days(i32::from(self.update)),
            Clock::Feedback => months_after(started, self.feedback),
            Clock::Explanation => months_after(started, self.explanation),
        }
    }

    /// When the explanation is due again after one was given.
    pub(super) fn explained_again(&self, on: Day) -> Day {
        months_after(on, self.explanation_again)
    }
}
