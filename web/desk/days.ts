import { fill, words } from "./words";

const millisecondsOfADay = 86_400_000;

/** The day it is now, in UTC (N4). */
export function today(now: number = Date.now()): string {
  return new Date(now).toISOString().slice(0, 10);
}

/** Whole days from one day to another; negative when `to` is earlier. */
export function daysBetween(from: string, to: string): number {
  return Math.round(
    (Date.parse(`${to}T00:00Z`) - Date.parse(`${from}T00:00Z`)) / millisecondsOfADay,
  );
}

/** The day that is so many days after another. */
export function daysAfter(day: string, days: number): string {
  return today(Date.parse(`${day}T00:00Z`) + days * millisecondsOfADay);
}

/** True if the text is a date that exists, as `YYYY-MM-DD`. */
export function isDay(text: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return false;
  const time = Date.parse(`${text}T00:00Z`);
  return !Number.isNaN(time) && today(time) === text;
}

/** A day as a list shows it: "today", "Mon" within a week, "12 Nov", "12 Nov 2025". */
export function briefDay(day: string, now: string): string {
  if (!isDay(day)) return day;
  const away = daysBetween(now, day);
  if (away === 0) return words.days.today;
  if (away === -1) return words.days.yesterday;
  if (away === 1) return words.days.tomorrow;
  if (Math.abs(away) < 7) return written(day, { weekday: "short" });
  if (day.slice(0, 4) === now.slice(0, 4)) return written(day, { day: "numeric", month: "short" });
  return written(day, { day: "numeric", month: "short", year: "numeric" });
}

/** A day in full, as a document shows it: "Thursday 3 December 2026". */
export function fullDay(day: string): string {
  if (!isDay(day)) return day;
  return written(day, {
    weekday: "long",
    day: "numeric",
    month: "long",
    year: "numeric",
  }).replace(",", "");
}

/** A day as a date among others: "23 Nov 2026". */
export function date(day: string): string {
  return isDay(day) ? written(day, { day: "numeric", month: "short", year: "numeric" }) : day;
}

/** When something is due, in words: "today", "in 3 days", "2 days late". */
export function due(day: string, now: string): string {
  const away = daysBetween(now, day);
  if (away === 0) return words.days.today;
  if (away === 1) return words.days.tomorrow;
  if (away > 1) return fill(words.days.in, { days: away });
  return away === -1 ? words.days.late_one : fill(words.days.late, { days: -away });
}

function written(day: string, format: Intl.DateTimeFormatOptions): string {
  return new Intl.DateTimeFormat("en-GB", { ...format, timeZone: "UTC" }).format(
    Date.parse(`${day}T00:00Z`),
  );
}
