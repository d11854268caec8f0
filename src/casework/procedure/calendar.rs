//! Working days of England and Wales, and calendar months.

use std::collections::BTreeSet;

use jiff::civil::Weekday;

use crate::protocol::Day;

/// Which days are no working days, besides Saturdays and Sundays.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Calendar(BTreeSet<Day>);

impl Calendar {
    /// A calendar with these bank holidays.
    #[must_use]
    pub fn new(holidays: impl IntoIterator<Item = Day>) -> Self {
        Self(holidays.into_iter().collect())
    }

    /// The bank holidays, in order.
    pub fn holidays(&self) -> impl Iterator<Item = &Day> {
        self.0.iter()
    }

    /// Whether a day is a Saturday or a Sunday.
    #[must_use]
    pub fn is_weekend(day: Day) -> bool {
        matches!(day.date().weekday(), Weekday::Saturday | Weekday::Sunday)
    }

    /// Whether people work on a day.
    #[must_use]
    pub fn is_working(&self, day: Day) -> bool {
        !Self::is_weekend(day) && !self.0.contains(&day)
    }

    /// The first working day from a day on; the last day that there is, where none follows.
    fn working_from(&self, mut day: Day) -> Day {
        while !self.is_working(day) {
            let next = day.plus_days(1);
            if next == day {
                break;
            }
            day = next;
        }
        day
    }

    /// The day that so many working days after a day end. None is the same day, if that is a working day, or the
    /// next one; what comes at a weekend has one working day until Monday, as what comes on Friday has.
    #[must_use]
    pub fn working_days_after(&self, day: Day, days: u16) -> Day {
        if days == 0 {
            return self.working_from(day);
        }
        (0..days).fold(day, |end, _| self.working_from(end.plus_days(1)))
    }

    /// How many working days there are from a day on, before another.
    #[must_use]
    pub fn working_days_until(&self, from: Day, until: Day) -> u16 {
        let days = (0..until.days_since(from)).map(|ahead| from.plus_days(ahead));
        let working = days.filter(|day| self.is_working(*day)).count();
        u16::try_from(working).unwrap_or(u16::MAX)
    }
}

/// The same day so many months later, or the last of that month.
pub(super) fn months_after(day: Day, months: u16) -> Day {
    day.plus_months(months)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Day {
        text.parse().unwrap()
    }

    /// Easter, Christmas and the new year of 2027, as the sample of the settings has them.
    fn calendar() -> Calendar {
        let holidays = [
            "2026-12-25",
            "2026-12-28",
            "2027-01-01",
            "2027-03-26",
            "2027-03-29",
            "2027-12-27",
            "2027-12-28",
            "2028-01-03",
        ];
        Calendar::new(holidays.map(day))
    }

    #[test]
    fn weekends_and_bank_holidays_are_skipped() {
        for (from, days, to) in [
            ("2026-11-23", 1, "2026-11-24"),
            ("2026-11-23", 5, "2026-11-30"),
            ("2026-11-27", 1, "2026-11-30"),
            ("2026-11-28", 1, "2026-11-30"),
            ("2026-11-29", 1, "2026-11-30"),
            ("2026-11-29", 5, "2026-12-04"),
            // Boxing Day is a Saturday, and Monday is its substitute.
            ("2026-12-24", 1, "2026-12-29"),
            ("2026-12-23", 3, "2026-12-30"),
            ("2026-12-31", 1, "2027-01-04"),
            // From Maundy Thursday to the Tuesday after Easter.
            ("2027-03-25", 1, "2027-03-30"),
            ("2027-03-28", 1, "2027-03-30"),
            ("2027-03-22", 5, "2027-03-31"),
            // Christmas is a Saturday: Monday and Tuesday are substitutes.
            ("2027-12-24", 1, "2027-12-29"),
            ("2027-12-31", 1, "2028-01-04"),
        ] {
            let found = calendar().working_days_after(day(from), days);
            assert_eq!(found, day(to), "{days} after {from}");
        }
    }

    #[test]
    fn no_days_are_the_same_day_or_the_next_on_which_people_work() {
        for (from, to) in [
            ("2026-11-23", "2026-11-23"),
            ("2026-11-28", "2026-11-30"),
            ("2026-12-25", "2026-12-29"),
            ("2027-03-26", "2027-03-30"),
        ] {
            let found = calendar().working_days_after(day(from), 0);
            assert_eq!(found, day(to), "{from}");
        }
    }

    #[test]
    fn working_days_are_counted_from_a_day_on_and_before_another() {
        for (from, until, days) in [
            ("2026-11-25", "2026-11-25", 0),
            ("2026-11-25", "2026-11-26", 1),
            ("2026-11-25", "2026-11-30", 3),
            ("2026-11-28", "2026-11-30", 0),
            ("2026-11-27", "2026-11-29", 1),
            // Christmas Day, the weekend with Boxing Day, and its substitute.
            ("2026-12-24", "2026-12-29", 1),
            ("2026-12-25", "2026-12-29", 0),
            ("2026-11-26", "2026-11-25", 0),
        ] {
            let found = calendar().working_days_until(day(from), day(until));
            assert_eq!(found, days, "{from} until {until}");
        }
    }

    #[test]
    fn a_month_that_has_no_such_day_ends_with_its_last() {
        for (from, months, to) in [
            ("2026-11-30", 3, "2027-02-28"),
            ("2026-08-31", 6, "2027-02-28"),
            ("2027-08-31", 6, "2028-02-29"),
            ("2026-08-31", 1, "2026-09-30"),
            ("2028-02-29", 12, "2029-02-28"),
            ("2026-11-23", 12, "2027-11-23"),
            ("2026-12-31", 3, "2027-03-31"),
        ] {
            let found = months_after(day(from), months);
            assert_eq!(found, day(to), "{months} after {from}");
        }
    }

    #[test]
    fn the_end_of_the_calendar_is_an_end() {
        let last = day("9999-12-31");
        assert_eq!(last.plus_days(1), last);
        assert!(calendar().working_days_after(last, 60) <= last);
        assert_eq!(months_after(last, 24), last);
    }

    proptest::proptest! {
        #[test]
        fn working_days_end_on_one_and_count_no_other(from in 0i32..2_000, days in 0u16..70) {
            let calendar = calendar();
            let from = day("2026-01-01").plus_days(from);
            let end = calendar.working_days_after(from, days);
            proptest::prop_assert!(calendar.is_working(end) && end >= from);
            let between = (1..=end.days_since(from)).map(|ahead| from.plus_days(ahead));
            let counted = between.filter(|day| calendar.is_working(*day)).count();
            // No days lead to the next working day where the day itself is none.
            let expected = if days == 0 { usize::from(!calendar.is_working(from)) } else { days.into() };
            proptest::prop_assert_eq!(counted, expected);
        }
    }
}
