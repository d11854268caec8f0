import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import type { CaseOpening, Day, MemberId } from "../../protocol";
import { openingTexts } from "../openings";
import { words } from "../words";

const roles = readFileSync(new URL("../../../docs/roles.md", import.meta.url), "utf8");
const rows = roles.split("\n").filter((line) => line.startsWith("| `"));
const acts = rows.flatMap((line) => /\| `([a-z-]+)`[^|]*\|$/.exec(line)?.[1] ?? []);

it("has words for every act that the table of duties puts into the audit trail", () => {
  expect(acts).toContain("open-case");
  expect(acts.filter((act) => !Object.hasOwn(words.audit.acts, act))).toEqual([]);
});

const member = "ab".repeat(16) as MemberId;
const opening = (act: string, day: string): CaseOpening => ({ member, act, day: day as Day });

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
