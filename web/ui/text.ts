import { common } from "../../text/en.json";

/** Fills the `{placeholders}` of a sentence. */
export function fill(sentence: string, values: Readonly<Record<string, string | number>>): string {
  return sentence.replace(/\{(\w+)\}/g, (whole, name: string) => {
    const value = values[name];
    return value === undefined ? whole : String(value);
  });
}

/** The sentence for this many: `one` when there is one, else `many`, with `{count}` filled. */
export function counted(one: string, many: string, count: number): string {
  return fill(count === 1 ? one : many, { count });
}

/** A day such as `2026-12-03` in words: Thursday 3 December. */
export function dayInWords(day: string): string {
  const [year = 0, month = 1, date = 1] = day.split("-").map(Number);
  const weekday = new Date(Date.UTC(year, month - 1, date)).getUTCDay();
  return fill(common.day, {
    weekday: entry(common.weekdays, String(weekday)),
    day: date,
    month: entry(common.months, String(month)),
  });
}

/** The day so many days after another. */
export function daysAfter(day: string, days: number): string {
  const [year = 0, month = 1, date = 1] = day.split("-").map(Number);
  return new Date(Date.UTC(year, month - 1, date + days)).toISOString().slice(0, 10);
}

/** The same day so many months later, or the last of that month. */
export function monthsAfter(day: string, months: number): string {
  const [year = 0, month = 1, date = 1] = day.split("-").map(Number);
  const last = new Date(Date.UTC(year, month + months, 0)).getUTCDate();
  const found = new Date(Date.UTC(year, month - 1 + months, Math.min(date, last)));
  return found.toISOString().slice(0, 10);
}

/** A day in words, with its year where that is not today's. */
export function farDay(day: string, today: string): string {
  const year = day.slice(0, 4);
  if (year === today.slice(0, 4)) return dayInWords(day);
  return fill(common.day_of_year, { day: dayInWords(day), year });
}

/** The words for a code, or the code as it stands where there are none (R8). */
export function entry(list: Readonly<Record<string, string>>, code: string): string {
  return Object.hasOwn(list, code) ? (list[code] ?? code) : code;
}
