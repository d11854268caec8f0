import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import type { CaseOpening, Day, MemberId } from "../../protocol";
import { openingTexts, openingsOf } from "../openings";
import { words } from "../words";

const roles = readFileSync(new URL("../../../docs/roles.md", import.meta.url), "utf8");
const rows = roles.split("\n").filter((line) => line.startsWith("| `"));
const acts = rows.flatMap((line) => /\| `([a-z-]+)`[^|]*\|$/.exec(line)?.[1] ?? []);

it("has words for every act that the table of duties puts into the audit trail", () => {
  expect(acts).toContain("open-case");
  expect(acts.filter((act) => !Object.hasOwn(words.audit.acts, act))).toEqual([]);
});

const member = "ab".repeat(16) as MemberId;
const opening = (act: string, day: string, done = true): CaseOpening => ({
  member,
  act,
  day: day as Day,
  done,
});

it("has the same words for every act in the list of who has opened a case", () => {
  for (const act of acts) {
    const [text = ""] = openingTexts([opening(act, "2026-11-23")], () => "Lead-1");
    const said = (words.audit.acts as Record<string, string>)[act] ?? "nothing";
    expect(text).toBe(`Lead-1: ${said}, 23 Nov 2026`);
  }
});

it("counts what somebody did more than once", () => {
  const days = ["2026-11-24", "2026-11-23", "2026-11-25"];
  const all = [...days.map((day) => opening("write", day)), opening("declare", "2026-11-23")];
  expect(openingTexts(all, () => "Handler-1")).toEqual([
    "Handler-1: Wrote to a reporter, 3 times from 23 Nov 2026 to 25 Nov 2026",
    "Handler-1: Declared whether there is a conflict, 23 Nov 2026",
  ]);
});

it("counts a day once, and what was refused not at all", () => {
  const all = [
    opening("open-case", "2026-11-23"),
    opening("open-case", "2026-11-23"),
    opening("grant", "2026-11-23"),
    opening("grant", "2026-11-23", false),
    opening("write", "2026-11-23"),
    opening("write", "2026-11-24"),
    opening("write", "2026-11-24", false),
    opening("open-case", "2026-11-25"),
    // Refused again on a day on which it was done before.
    opening("open-case", "2026-11-25"),
    opening("open-case", "2026-11-25", false),
  ];
  expect(openingTexts(all, () => "Handler-1")).toEqual([
    `Handler-1: ${words.audit.acts["open-case"]}, 2 times from 23 Nov 2026 to 25 Nov 2026`,
    "Handler-1: Wrote to a reporter, 23 Nov 2026",
  ]);
});

it("fetches page after page, until there is no more", async () => {
  const all = Array.from({ length: 25 }, () => opening("open-case", "2026-11-23"));
  const asked: number[] = [];
  const found = await openingsOf((after) => {
    asked.push(after);
    const next = after + 10 <= all.length ? after + 10 : null;
    return Promise.resolve({ openings: all.slice(after, after + 10), next });
  });
  expect(found).toHaveLength(25);
  expect(asked).toEqual([0, 10, 20]);
});
