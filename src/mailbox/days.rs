//! The days that a reporter can hold the force to, and those on which it asks how they are treated. Reckoned from
//! the receipt, the messages, and lengths that are the same for every case.

use crate::casework::procedure::Clocks;
use crate::protocol::Day;
use crate::protocol::act::Clock;
use crate::protocol::message::Stage;

/// What is promised for a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Duty {
    /// Word, even if there is nothing new.
    Update,
    /// What was done or will be.
    Feedback,
    /// An explanation to others of why the case is open still.
    Explanation,
}

/// A day that is promised.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Promised {
    /// What for.
    pub duty: Duty,
    /// The day.
    pub day: Day,
    /// Whether it is over.
    pub passed: bool,
}

/// What is known of a case.
#[derive(Clone, Copy, Debug)]
pub struct Known {
    /// When the report was received.
    pub received: Day,
    /// When the reporter was last written to.
    pub written: Option<Day>,
    /// The stage in force.
    pub stage: Stage,
    /// Whether a message ever named the stage of the outcome, or closed the case: what was done is told then, whatever
    /// stage came after.
    pub told: bool,
    /// Whether it is set aside.
    pub aside: bool,
    /// Today.
    pub today: Day,
}

/// The days that are promised now, the nearest duty first. A closed case has none, nor
/// has one that is set aside: nobody works on it.
#[must_use]
pub fn promised(known: Known, clocks: &Clocks) -> Vec<Promised> {
    let Known {
        received,
        written,
        stage,
        told,
        aside,
        today,
    } = known;
    if aside || stage == Stage::Closed {
        return Vec::new();
    }
    let update = written.map(|day| (Duty::Update, clocks.due(Clock::Update, day)));
    let feedback = (!told).then(|| (Duty::Feedback, clocks.due(Clock::Feedback, received)));
    let explanation = Some((Duty::Explanation, explained_by(received, today, clocks)));
    [update, feedback, explanation]
        .into_iter()
        .flatten()
        .map(|(duty, day)| Promised {
            duty,
            day,
            passed: day < today,
        })
        .collect()
}

/// The day of the next explanation, as the clock has it: so long after the receipt, then so long after each such day.
fn explained_by(received: Day, today: Day, clocks: &Clocks) -> Day {
    clocks.explained_from(clocks.due(Clock::Explanation, received), today)
}

/// A day on which the force asks how the reporter is treated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CheckIn {
    /// Which of them, such as `days_30`.
    pub which: &'static str,
    /// The day.
    pub day: Day,
}

/// So many days a check-in is asked for, unless the next has come.
const ASKED_FOR: i32 = 30;

/// The check-in that is due, and the next: 30, 60 and 90 days and 6 and 12 months after the receipt.
#[must_use]
pub fn check_ins(received: Day, today: Day) -> (Option<CheckIn>, Option<CheckIn>) {
    let all = [
        ("days_30", received.plus_days(30)),
        ("days_60", received.plus_days(60)),
        ("days_90", received.plus_days(90)),
        ("months_6", received.plus_months(6)),
        ("months_12", received.plus_months(12)),
    ]
    .map(|(which, day)| CheckIn { which, day });
    let due = all.iter().rfind(|one| one.day <= today);
    let due = due.filter(|one| today <= one.day.plus_days(ASKED_FOR));
    let next = all.iter().find(|one| one.day > today);
    (due.copied(), next.copied())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Day {
        Day::parse(text).unwrap()
    }

    fn on(today: &str, written: Option<&str>, stage: Stage) -> Vec<(Duty, String, bool)> {
        let told = matches!(stage, Stage::Outcome | Stage::Closed);
        of(told, today, written, stage)
    }

    fn of(
        told: bool,
        today: &str,
        written: Option<&str>,
        stage: Stage,
    ) -> Vec<(Duty, String, bool)> {
        let known = Known {
            received: day("2026-11-23"),
            written: written.map(day),
            stage,
            told,
            aside: false,
            today: day(today),
        };
        promised(known, &Clocks::default())
            .into_iter()
            .map(|one| (one.duty, one.day.to_string(), one.passed))
            .collect()
    }

    #[test]
    fn word_an_answer_and_an_explanation_are_promised_until_it_is_closed() {
        use Duty::{Explanation, Feedback, Update};
        assert_eq!(
            on("2026-12-29", Some("2026-11-30"), Stage::WithTeam),
            [
                (Update, "2026-12-28".to_owned(), true),
                (Feedback, "2027-02-23".to_owned(), false),
                (Explanation, "2027-11-23".to_owned(), false),
            ]
        );
        let duties = |stage| -> Vec<Duty> {
            let all = on("2026-12-01", None, stage).into_iter();
            all.map(|(duty, ..)| duty).collect()
        };
        assert_eq!(duties(Stage::Received), [Feedback, Explanation]);
        assert_eq!(duties(Stage::Outcome), [Explanation]);
        assert_eq!(duties(Stage::Closed), []);
    }

    #[test]
    fn no_day_is_missed_for_what_was_told_before_the_case_was_opened_again() {
        use Duty::{Explanation, Feedback, Update};
        let again = |told| of(told, "2027-05-25", Some("2027-05-24"), Stage::Assessment);
        let update = (Update, "2027-06-21".to_owned(), false);
        let explanation = (Explanation, "2027-11-23".to_owned(), false);
        assert_eq!(again(true), [update.clone(), explanation.clone()]);
        let feedback = (Feedback, "2027-02-23".to_owned(), true);
        assert_eq!(again(false), [update, feedback, explanation]);
    }

    #[test]
    fn nothing_is_promised_for_what_is_set_aside() {
        for stage in [Stage::Received, Stage::WithTeam, Stage::Outcome] {
            let known = Known {
                received: day("2026-11-23"),
                written: Some(day("2026-11-24")),
                stage,
                told: false,
                aside: true,
                today: day("2026-11-25"),
            };
            assert_eq!(promised(known, &Clocks::default()), []);
            let again = Known {
                aside: false,
                ..known
            };
            assert_ne!(promised(again, &Clocks::default()), []);
        }
    }

    #[test]
    fn explanations_come_again_every_six_months() {
        let last = |today| on(today, None, Stage::Outcome).remove(0).1;
        assert_eq!(last("2027-11-23"), "2027-11-23");
        assert_eq!(last("2027-11-24"), "2028-05-23");
        assert_eq!(last("2028-05-24"), "2028-11-23");
        let known = |received, today| {
            explained_by(day(received), day(today), &Clocks::default()).to_string()
        };
        // A month that has no such day ends with its last, and the next one goes on from there, as the clock does.
        assert_eq!(known("2026-08-31", "2027-09-01"), "2028-02-29");
        assert_eq!(known("2026-08-31", "2028-03-01"), "2028-08-29");
        // Whatever the clock says, it ends.
        assert!(!on("9999-12-31", None, Stage::Outcome).is_empty());
    }

    #[test]
    fn check_ins_are_asked_for_on_their_days_and_a_month_after() {
        let on = |today| {
            let (due, next) = check_ins(day("2026-08-31"), day(today));
            let shown = |one: CheckIn| format!("{} {}", one.which, one.day);
            (
                due.map(shown).unwrap_or_default(),
                next.map(shown).unwrap_or_default(),
            )
        };
        let pair = |due: &str, next: &str| (due.to_owned(), next.to_owned());
        assert_eq!(on("2026-08-31"), pair("", "days_30 2026-09-30"));
        let second = pair("days_60 2026-10-30", "days_90 2026-11-29");
        assert_eq!(on("2026-10-30"), second);
        assert_eq!(on("2026-12-30"), pair("", "months_6 2027-02-28"));
        let last = pair("months_6 2027-02-28", "months_12 2027-08-31");
        assert_eq!(on("2027-03-01"), last);
        assert_eq!(on("2027-08-31"), pair("months_12 2027-08-31", ""));
        assert_eq!(on("2028-01-01"), pair("", ""));
    }
}
