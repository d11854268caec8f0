/** Working days of England and Wales, by the bank holidays of the settings. */
import { daysAfter, daysBetween, isDay } from "../days";

function isWorkingDay(day: string, holidays: readonly string[]): boolean {
  const weekday = new Date(`${day}T00:00Z`).getUTCDay();
  return weekday !== 0 && weekday !== 6 && !holidays.includes(day);
}

/** The working day that is so many after a day. */
export function workingDaysAfter(day: string, count: number, holidays: readonly string[]): string {
  let found = day;
  for (let left = count; left > 0;) {
    found = daysAfter(found, 1);
    if (isWorkingDay(found, holidays)) left--;
  }
  return found;
}

/** True where both are days and the first is later. */
export function isAfter(one: string, other: string): boolean {
  return isDay(one) && isDay(other) && daysBetween(other, one) > 0;
}
