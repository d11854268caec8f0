//! Working days of England and Wales, and calendar months.

use std::collections::BTreeSet;

use jiff::ToSpan as _;
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

    /// Whether people work on a day.
    #[must_use]
    pub fn is_working(&self, day: Day) -> bool {
        let weekend = matches!(day.date().weekday(), Weekday::Saturday | Weekday::Sunday);
        !weekend && !self.0.contains(&day)
    }

    /// The day that so many working days after a day end; a report that comes at a weekend counts from its end.
    #[must_use]
    pub fn working_days_after(&self, day: Day, days: u16) -> Day {
        let mut end = day;
        for _ in 0..days {
            end = end.plus_days(1);
            while !self.is_working(end) {
                let next = end.plus_days(1);
                if next == end {
                    return end;
                }
                end = next;
            }
        }
        end
    }
}

/// The same day so many months later, or the last of that month.
pub(super) fn months_after(day: Day, months: u16) -> Day {
    Day::from(day.date().saturating_add(i64::from(months).months()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Day {
        text.parse().unwrap()
    }

    #[test]
    fn weekends_and_bank_holidays_are_skipped() {
        let calendar = Calendar::new([day("2026-12-25"), day("2026-12-28")]);
        for (from, days, to) in [
            ("2026-11-23", 0, "2026-11-23"),
            ("2026-11-23", 1, "2026-11-24"),
            ("2026-11-27", 1, "2026-11-30"),
            ("2026-11-28", 1, "2026-11-30"),
            ("2026-12-24", 1, "2026-12-29"),
            ("2026-12-23", 3, "2026-12-30"),
        ] {
            assert_eq!(calendar.working_days_after(day(from), days), day(to));
        }
    }

    #[test]
    fn a_month_that_has_no_such_day_ends_with_its_last() {
        assert_eq!(months_after(day("2026-11-30"), 3), day("2027-02-28"));
        assert_eq!(months_after(day("2026-11-23"), 12), day("2027-11-23"));
    }
}
