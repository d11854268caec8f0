import { expect, test } from "vitest";
import { briefDay, date, daysAfter, due, fullDay, isDay, today } from "./days";

const now = "2026-11-23";

test("near days have names and far ones dates", () => {
  expect(briefDay("2026-11-23", now)).toBe("today");
  expect(briefDay("2026-11-22", now)).toBe("yesterday");
  expect(briefDay("2026-11-24", now)).toBe("tomorrow");
  expect(briefDay("2026-11-19", now)).toBe("Thu");
  expect(briefDay("2026-11-02", now)).toBe("2 Nov");
  expect(briefDay("2025-11-02", now)).toBe("2 Nov 2025");
});

test("a day in full reads like a letter's", () => {
  expect(fullDay("2026-12-03")).toBe("Thursday 3 December 2026");
  expect(date("2026-12-03")).toBe("3 Dec 2026");
});

test("what is due says how long there is", () => {
  expect(due("2026-11-23", now)).toBe("today");
  expect(due("2026-11-26", now)).toBe("in 3 days");
  expect(due("2026-11-21", now)).toBe("2 days late");
  expect(due("2026-11-22", now)).toBe("1 day late");
});

test("a day that does not exist is no day, and is shown as it stands", () => {
  expect(isDay("2026-02-29")).toBe(false);
  expect(isDay("2028-02-29")).toBe(true);
  expect(isDay("tomorrow")).toBe(false);
  expect(fullDay("soon")).toBe("soon");
  expect(briefDay("", now)).toBe("");
});

test("days follow each other across months and summer time", () => {
  expect(daysAfter("2026-02-28", 1)).toBe("2026-03-01");
  expect(daysAfter("2026-10-24", 2)).toBe("2026-10-26");
  expect(today(Date.UTC(2026, 10, 23, 23, 59))).toBe(now);
});
