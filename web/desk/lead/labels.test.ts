import { expect, test } from "vitest";
import { isSeen, looksLike } from "./labels";

test("a label that looks like another is one that is taken", () => {
  for (const other of [
    "handler-1",
    "Handler 1",
    "Handler\u20111",
    "H\u00e0ndler-1",
    "Ｈandler-1",
  ]) {
    expect(looksLike("Handler-1", other), other).toBe(true);
  }
  for (const other of ["Handler-11", "Handler-2", "Handler", ""]) {
    expect(looksLike("Handler-1", other), other).toBe(false);
  }
  expect(looksLike("★", "★")).toBe(true);
  expect(looksLike("★", "☆")).toBe(false);
});

test("whatever cannot be seen in a label is found", () => {
  for (const label of ["Handler-1", "Swyddog Tŷ 4", "O’Neill (PSU)", "員工 7"]) {
    expect(isSeen(label), label).toBe(true);
  }
  for (const between of [
    "\u200b",
    "\u202e",
    "\u034f",
    "\u3164",
    "\u2800",
    "\u{e0041}",
    "\n",
    "\ufe0f",
  ]) {
    expect(isSeen(`Handler${between}-1`), between).toBe(false);
  }
  expect(isSeen(" Handler-1")).toBe(false);
});
