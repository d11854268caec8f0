import { expect, test } from "vitest";
import { alterations, alters } from "./append";
import { RECORDS, appendOnly, emptyContent, readContent } from "./content";
import type { ReferralTest, Revision } from "./content";
import { scenario } from "./sample";

const { severity, referral, notes } = scenario();

test("three records have a list that may only be extended", () => {
  expect(RECORDS.filter((one) => appendOnly(one) !== null)).toEqual([
    "severity",
    "referral",
    "decisions",
  ]);
});

test("an entry that is added is no alteration", () => {
  const [first] = severity.assessments;
  if (first === undefined) throw new Error("the scenario has assessments");
  const after = { assessments: [...severity.assessments, { ...first, id: "new" }] };
  expect(alterations("severity", severity, after)).toEqual([]);
});

test("an entry that is dropped, altered or moved is found", () => {
  const [first, second, third] = severity.assessments;
  if (first === undefined || second === undefined || third === undefined) throw new Error("three");
  expect(alterations("severity", severity, { assessments: [first, third] })).toEqual([
    { record: "severity", place: "assessments/5e000002", code: "dropped" },
  ]);
  const lower = { assessments: [{ ...first, level: "none" }, second, third] };
  expect(alterations("severity", severity, lower)).toEqual([
    { record: "severity", place: "assessments/5e000001", code: "altered" },
  ]);
  const moved = { assessments: [second, first, third] };
  expect(alterations("severity", severity, moved).map(({ code }) => code)).toEqual(["moved"]);
});

test("whatever is blank in an entry may be filled in, and is not changed or emptied afterwards", () => {
  const [first, second, third] = referral.tests as [ReferralTest, ReferralTest, ReferralTest];
  const blank = { ...second, allegation: "", rationale: " \n", criteria: [], clear_on: "" };
  const given = {
    ...second,
    rationale: "Now it is there.",
    criteria: ["discrimination_aggravated"],
    clear_on: "2026-12-01",
  };
  const [before, after] = [blank, given].map((one) => ({ tests: [first, one, third] }));
  if (before === undefined || after === undefined) throw new Error("two");
  expect(alterations("referral", before, after)).toEqual([]);
  // The other way round everything that was said is emptied.
  const altered = [{ record: "referral", place: "tests/7e000002", code: "altered" }];
  expect(alterations("referral", after, before)).toEqual(altered);
  for (const name of ["allegation", "rationale", "criteria", "clear_on", "on"] as const) {
    const [emptied, other] = name === "criteria" ? [[], ["serious_assault"]] : ["", "other"];
    for (const value of [emptied, other]) {
      const changed = { tests: [first, { ...given, [name]: value }, third] };
      expect(alterations("referral", after, changed), name).toEqual(altered);
    }
  }
  // What a later version says besides is filled in too, and stays from then on.
  const more = readContent("referral", { tests: [first, { ...given, later: "x" }, third] });
  expect(alterations("referral", after, more)).toEqual([]);
  expect(alterations("referral", more, after)).toEqual(altered);
  const changed = { tests: referral.tests.map((one) => ({ ...one, sent_on: "2026-12-24" })) };
  expect(alterations("referral", referral, changed)).toEqual([
    { record: "referral", place: "tests/7e000001", code: "altered" },
  ]);
  const criteria = { tests: referral.tests.map((one) => ({ ...one, criteria: [] })) };
  expect(alterations("referral", referral, criteria)).toHaveLength(1);
});

test("notes may be written anew", () => {
  expect(alterations("notes", notes, { ...notes, notes: [] })).toEqual([]);
});

test("a revision is held against the last one before it that opened", () => {
  const of = (revision: number, content: Revision["content"], shut = false): Revision => ({
    record: "severity",
    revision,
    author: "00".repeat(16) as Revision["author"],
    day: "2026-11-23" as Revision["day"],
    content,
    shut,
    warnings: [],
  });
  const [first] = severity.assessments;
  if (first === undefined) throw new Error("the scenario has assessments");
  const cut = { assessments: [first] };
  expect(alters([], of(1, severity))).toBe(false);
  expect(alters([of(1, cut)], of(2, severity))).toBe(false);
  expect(alters([of(1, severity)], of(2, cut))).toBe(true);
  expect(alters([of(1, severity), of(2, cut)], of(3, cut))).toBe(false);
  const none = emptyContent("severity");
  expect(alters([of(1, severity)], of(2, none, true))).toBe(false);
  expect(alters([of(1, none, true)], of(2, cut))).toBe(false);
  // One in between that does not open hides nothing.
  expect(alters([of(1, severity), of(2, none, true)], of(3, cut))).toBe(true);
});
