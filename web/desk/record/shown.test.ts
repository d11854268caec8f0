import { expect, test } from "vitest";
import { lackLine, markOf } from "./marks";
import { lacksOf } from "./rules";
import { sampleAround, scenario } from "./sample";
import { fieldNamed } from "./schema";
import type { Leaf } from "./schema";
import type { Loose } from "./shape";
import { shapes } from "./content";
import { entryTitle, isShown, lookupOf, unknownRows, valueText } from "./shown";

const contents = scenario();
const around = sampleAround(contents);
const lookup = lookupOf(around, contents.triage);
const leaf = (record: Parameters<typeof fieldNamed>[0], name: string): Leaf =>
  fieldNamed(record, name) as Leaf;

test("values are shown by their words, names and dates", () => {
  const [allegation] = contents.triage.allegations;
  const shown = (name: string): string =>
    valueText(leaf("triage", `allegations.${name}`), allegation as Loose, lookup);
  expect(shown("category")).toBe("Sexual harassment");
  expect(shown("subjects")).toBe("Sergeant Alan Marsh");
  expect(shown("flags")).toBe("On duty; In private messages; Described as banter");
  expect(shown("team")).toBe("Domestic Abuse and Sexual Offences");
  expect(shown("suggested")).toContain("Domestic abuse and sexual offences go to DASO.");
  const [assessment] = contents.severity.assessments;
  const by = valueText(leaf("severity", "assessments.by"), assessment as Loose, lookup);
  expect(by).toBe("Authority-1");
});

test("what is not known is shown as it stands", () => {
  const odd = { rank: "grand_wizard", studios: "organised_crime_old", subjects: ["gone"] };
  expect(valueText(leaf("triage", "subjects.rank"), odd, lookup)).toBe("grand_wizard");
  expect(valueText(leaf("triage", "allegations.studios"), odd, lookup)).toBe(
    "Organised crime (until 2025)",
  );
  expect(valueText(leaf("triage", "allegations.subjects"), odd, lookup)).toBe(
    "A subject who is no longer there",
  );
  expect(unknownRows(shapes.danger, { ...contents.danger, later: { a: 1 } })).toEqual([
    { label: "later", text: '{\n  "a": 1\n}' },
  ]);
});

test("every entry has a line that it is known by", () => {
  const [test1] = contents.referral.tests;
  const [decided] = contents.decisions.decisions;
  if (test1 === undefined || decided === undefined) throw new Error("the scenario has both");
  expect(entryTitle("referral", "tests", test1, lookup)).toMatch(/^Sexual remarks about/);
  expect(entryTitle("decisions", "decisions", { ...decided, allegation: "" }, lookup)).toBe(
    "The whole case · Gross misconduct",
  );
  expect(entryTitle("learning", "items", { id: "x", theme: "" }, lookup)).toBe(
    "Nothing entered yet",
  );
});

test("a field that waits for another is shown once it is asked for, or has something in it", () => {
  const why = leaf("severity", "assessments.why_lower");
  expect(isShown(why, { why_lower: "" }, new Set())).toBe(false);
  expect(isShown(why, { why_lower: "" }, new Set(["severity_why_lower"]))).toBe(true);
  expect(isShown(why, { why_lower: "Said." }, new Set())).toBe(true);
  const rationale = leaf("triage", "allegations.rationale");
  expect(isShown(rationale, { team: "a", suggested: "a", rationale: "" }, new Set())).toBe(false);
  expect(isShown(rationale, { team: "a", suggested: "b", rationale: "" }, new Set())).toBe(true);
});

test("the lookup stays the same object while nothing in it changes", () => {
  expect(lookupOf(around, structuredClone(contents.triage), lookup)).toBe(lookup);
  const other = { ...contents.triage, subjects: [] };
  expect(lookupOf(around, other, lookup)).not.toBe(lookup);
});

test("a mark counts what is missing, and a sentence names what it is about", () => {
  const bare = { ...contents, severity: { assessments: [] } };
  const lacks = lacksOf({ contents: bare, casework: around.casework, today: around.today });
  const severity = lacks.filter(({ record }) => record === "severity");
  expect(markOf(severity, true, false)).toEqual({
    state: "lacking",
    missing: 3,
    text: "3 missing",
  });
  expect(markOf([], true, false).text).toBe("Complete");
  expect(markOf(severity, false, false).text).toBe("Not begun");
  expect(markOf([], true, true).state).toBe("signed");
  const since = markOf(severity, true, true);
  expect(since.state).toBe("lacking");
  expect(since.text).toBe(`Signed off; ${String(since.missing)} missing since`);
  expect(severity.map(lackLine)[0]).toMatch(/^Sexual remarks .*: Not assessed yet\.$/);
});
