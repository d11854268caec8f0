import { expect, test } from "vitest";
import {
  begun,
  changed,
  entriesAt,
  isLocked,
  movedEntry,
  putBack,
  withEntry,
  withoutEntry,
} from "./draft";
import type { Writing } from "./draft";
import { emptyContent, readContent } from "./content";
import { sampleCasework, sampleMembers, scenario } from "./sample";

const contents = scenario();
const writing: Writing = {
  me: sampleMembers.authority,
  label: "Authority-1",
  today: "2026-12-14",
  reference: "RL-7K3M-92QD",
  casework: sampleCasework,
  contents,
};

test("a record that is begun says what is known without asking, and no more", () => {
  expect(begun("reporter", writing)).toEqual({
    ...emptyContent("reporter"),
    reference: "RL-7K3M-92QD",
    recorder: "Authority-1",
    recorded_on: "2026-12-14",
  });
  expect(begun("failing", writing)).toEqual(emptyContent("failing"));
});

test("a new assessment is of the allegation that has none, by whoever writes it, today", () => {
  const before = { assessments: contents.severity.assessments.slice(0, 1) };
  const { content, id } = withEntry("severity", before, "assessments", writing);
  expect(content.assessments.at(-1)).toEqual({
    id,
    allegation: "a1000002",
    on: "2026-12-14",
    level: "",
    rationale: "",
    why_lower: "",
    by: sampleMembers.authority,
  });
  expect(content.assessments[0]).toBe(before.assessments[0]);
});

test("a new entry of Failing to Report names nobody and presumes nothing", () => {
  const { content, id } = withEntry("failing", emptyContent("failing"), "entries", writing);
  const [entry] = content.entries;
  expect(entry).toMatchObject({ id, who: "", is_reporter: "", reasons: [], decision: "" });
});

test("what is not touched stays the same object", () => {
  const path = ["entries", "fa000002", "rationale"];
  const after = changed("failing", contents.failing, path, "More.", sampleCasework);
  expect(after.entries[0]).toBe(contents.failing.entries[0]);
  expect(after.entries[1]?.knew).toBe(contents.failing.entries[1]?.knew);
  expect(after.entries[1]?.rationale).toBe("More.");
});

test("the routing table is asked again whenever the triage changes", () => {
  const path = ["subjects", "5b000001", "professional_standards"];
  const after = changed("triage", contents.triage, path, "yes", sampleCasework);
  expect(after.allegations[0]).toMatchObject({ suggested: "independent", team: "daso" });
  expect(after.allegations[2]).toBe(contents.triage.allegations[2]);
});

test("entries are removed, put back and moved", () => {
  const ids = (content: unknown): string[] => entriesAt(content, ["entries"]).map(({ id }) => id);
  const { failing } = contents;
  const [, second] = failing.entries;
  if (second === undefined) throw new Error("the scenario has entries");
  const path = ["entries", second.id];
  const without = withoutEntry(failing, path);
  expect(ids(without)).toEqual(["fa000001", "fa000003"]);
  expect(ids(putBack(without, ["entries"], second, 1))).toEqual(ids(failing));
  expect(ids(movedEntry(failing, path, -1))).toEqual(["fa000002", "fa000001", "fa000003"]);
  expect(ids(movedEntry(failing, path, 1))).toEqual(["fa000001", "fa000003", "fa000002"]);
  expect(movedEntry(failing, ["entries", "fa000001"], -1)).toBe(failing);
});

test("what was said in a list that may only be extended is locked, and what is blank is not", () => {
  const { referral, severity, failing } = contents;
  expect(isLocked("severity", severity, "assessments/5e000001/level")).toBe(true);
  expect(isLocked("severity", severity, "assessments/new/level")).toBe(false);
  expect(isLocked("severity", null, "assessments/5e000001/level")).toBe(false);
  expect(isLocked("referral", referral, "tests/7e000002/sent_on")).toBe(false);
  expect(isLocked("referral", referral, "tests/7e000001/sent_on")).toBe(true);
  expect(isLocked("referral", referral, "tests/7e000002/rationale")).toBe(true);
  // Any field: whichever was left out, or comes to be needed later.
  expect(isLocked("severity", severity, "assessments/5e000001/why_lower")).toBe(false);
  expect(isLocked("referral", referral, "tests/7e000002/criteria")).toBe(false);
  expect(isLocked("referral", referral, "tests/7e000001/criteria")).toBe(true);
  const [one, ...others] = severity.assessments;
  const blank = { assessments: [{ ...one, allegation: "", rationale: " " }, ...others] };
  const left = readContent("severity", blank);
  expect(isLocked("severity", left, "assessments/5e000001/allegation")).toBe(false);
  expect(isLocked("severity", left, "assessments/5e000001/rationale")).toBe(false);
  // The entry stays where it is, and is not removed.
  expect(isLocked("severity", left, "assessments/5e000001")).toBe(true);
  expect(isLocked("failing", failing, "entries/fa000001/rationale")).toBe(false);
});
