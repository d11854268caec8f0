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
    /// How many days it stood still so far, whether or not people work on them.
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

    /// When a clock is due that stood still from a day until another: so many working days later if it is set in
    /// those, and so many days later if not.
    pub(super) fn due_after_pause(&self, clock: Clock, due: Day, since: Day, until: Day) -> Day {
        if !is_in_working_days(clock) {
            return due.plus_days(until.days_since(since).max(0));
        }
        match self.calendar.working_days_until(since, until) {
            0 => due,
            stood => self.calendar.working_days_after(due, stood),
        }
    }

    /// When the explanation is due that was due on a day, once the days before another are over.
    #[must_use]
    pub fn explained_from(&self, due: Day, today: Day) -> Day {
        let mut day = due;
        while day < today {
            let next = months_after(day, self.explanation_again);
            // The last day that there is has none after it.
            if next <= day {
                break;
            }
            day = next;
        }
        day
    }

    /// When the explanation is due again that was due on a day and given on another: from one due day to the next, or
    /// from the day on which it was given if the next would be over.
    #[must_use]
    pub fn explained_again(&self, due: Day, given: Day) -> Day {
        let next = months_after(due, self.explanation_again);
        if next < given {
            months_after(given, self.explanation_again)
        } else {
            next
        }
    }
}

/// Whether the settings say in working days how long a clock runs.
const fn is_in_working_days(clock: Clock) -> bool {
    match clock {
        Clock::Acknowledgement
        | Clock::Danger
        | Clock::Triage
        | Clock::Severity
        | Clock::Referral => true,
        Clock::Update | Clock::Feedback | Clock::Explanation => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Day {
        text.parse().unwrap()
    }

    #[test]
    fn a_clock_that_stood_still_is_due_so_many_of_its_own_days_later() {
        let holidays = ["2026-12-25", "2026-12-28", "2027-01-01"];
        let clocks = Clocks {
            calendar: Calendar::new(holidays.map(day)),
            ..Clocks::default()
        };
        for (clock, due, since, until, then) in [
            // Wednesday, Thursday and Friday; the weekend is nobody's.
            (
                Clock::Severity,
                "2026-11-30",
                "2026-11-25",
                "2026-11-30",
                "2026-12-03",
            ),
            (
                Clock::Severity,
                "2026-11-30",
                "2026-11-28",
                "2026-11-30",
                "2026-11-30",
            ),
            (
                Clock::Triage,
                "2026-11-30",
                "2026-11-27",
                "2026-11-28",
                "2026-12-01",
            ),
            // Over Christmas two days stood still, and New Year's Day is none of those after it.
            (
                Clock::Severity,
                "2026-12-30",
                "2026-12-23",
                "2026-12-29",
                "2027-01-04",
            ),
            (
                Clock::Referral,
                "2026-12-29",
                "2026-12-25",
                "2026-12-28",
                "2026-12-29",
            ),
            // Overdue already.
            (
                Clock::Danger,
                "2026-11-23",
                "2026-11-25",
                "2026-11-26",
                "2026-11-24",
            ),
            // Days and months are those of the calendar.
            (
                Clock::Update,
                "2026-12-21",
                "2026-11-25",
                "2026-11-30",
                "2026-12-26",
            ),
            (
                Clock::Feedback,
                "2027-02-23",
                "2026-12-24",
                "2026-12-29",
                "2027-02-28",
            ),
            (
                Clock::Update,
                "2026-12-21",
                "2026-11-25",
                "2026-11-24",
                "2026-12-21",
            ),
        ] {
            let found = clocks.due_after_pause(clock, day(due), day(since), day(until));
            assert_eq!(found, day(then), "{clock}: {since} to {until}");
        }
    }

    #[test]
    fn an_explanation_follows_the_day_on_which_the_last_one_was_due() {
        let clocks = Clocks::default();
        for (due, given, next) in [
            // Early, on its day, late, and on the day of the next one.
            ("2027-11-23", "2026-11-26", "2028-05-23"),
            ("2027-11-23", "2027-11-23", "2028-05-23"),
            ("2027-11-23", "2028-05-22", "2028-05-23"),
            ("2027-11-23", "2028-05-23", "2028-05-23"),
            // Later than the next one.
            ("2027-11-23", "2028-05-24", "2028-11-24"),
            ("2027-08-31", "2027-08-31", "2028-02-29"),
        ] {
            let found = clocks.explained_again(day(due), day(given));
            assert_eq!(found, day(next), "{due}, given on {given}");
        }
    }
}
