import { expect, test } from "vitest";
import type { MemberId } from "../../protocol";
import { barredBy, nearness, toBar } from "./bars";
import type { ListedMember, Named } from "./bars";
import { scenario } from "./sample";

const id = (digit: string): MemberId => digit.repeat(32) as MemberId;
const directory: readonly ListedMember[] = [
  { member: id("a"), label: "A", team: "intake", teamName: "Intake", units: [] },
  { member: id("b"), label: "B", team: "intake", teamName: "Intake", units: ["Central West"] },
  { member: id("c"), label: "C", team: "cw-psu", teamName: "Central West PSU", units: [] },
  { member: id("d"), label: "D", team: "daso", teamName: "DASO", units: ["East Area"] },
  {
    member: id("d"),
    label: "D",
    team: "cw-psu",
    teamName: "Central West PSU",
    units: ["East Area"],
  },
];
const nobody = { units: [], members: [] };
const { triage, failing } = scenario();
const named = (change: Partial<Named>): Named => ({
  ...{ subjects: [], failing: [], excluded: nobody, standards: [] },
  ...change,
});
const { subjects } = triage;

test("members of a confirmed subject's unit may not have the case", () => {
  expect(barredBy(named({ subjects }), directory)).toEqual([
    {
      member: id("b"),
      label: "B",
      team: "intake",
      reasons: [{ code: "subject_unit", about: "Central West" }],
    },
  ]);
});

test("a subject who is not confirmed bars nobody", () => {
  const doubtful = subjects.map((one) => ({ ...one, confirmed: "unknown" }));
  expect(barredBy(named({ subjects: doubtful }), directory)).toEqual([]);
});

test("whom the reporter left out may not have it: by name, by unit, and by the team so called", () => {
  const excluded = { units: ["Central West PSU", "east area"], members: [id("a")] };
  const found = barredBy(named({ excluded }), directory);
  expect(found.map(({ label }) => label)).toEqual(["A", "C", "D"]);
  expect(found[2]?.reasons).toEqual([
    { code: "excluded_unit", about: "east area" },
    { code: "excluded_unit", about: "Central West PSU" },
  ]);
});

test("whoever leaves out a unit leaves out its standards unit, by the unit's name or by what it is called in short", () => {
  const standards = [{ name: "East Area BCU", team: "cw-psu" }];
  const of = (...units: string[]): unknown =>
    barredBy(named({ excluded: { units, members: [] }, standards }), directory).map(
      ({ label, reasons }) => [label, ...reasons.map(({ code, about }) => `${code} ${about}`)],
    );
  for (const unit of ["East Area BCU", "East Area PSU"]) {
    const because = `excluded_standards ${unit}`;
    expect(of(unit)).toEqual([
      ["C", because],
      ["D", because],
    ]);
  }
  expect(of("Central West BCU professional standards unit")).toEqual([
    ["C", "excluded_unit Central West BCU professional standards unit"],
    ["D", "excluded_unit Central West BCU professional standards unit"],
  ]);
  for (const unit of ["PSU", "my PSU", "East BCU", ""]) expect(of(unit)).toEqual([]);
});

test("a subject of a standards unit bars that team; a chief officer's unit bars not the force", () => {
  const [first] = subjects;
  if (first === undefined) throw new Error("the scenario has subjects");
  const ofTeam = [{ ...first, unit: "Central West PSU" }];
  expect(barredBy(named({ subjects: ofTeam }), directory).map(({ label }) => label)).toEqual([
    "C",
    "D",
  ]);
  const chief = [{ ...first, rank: "assistant_commissioner" }];
  expect(barredBy(named({ subjects: chief }), directory)).toEqual([]);
});

test("who is barred already is not barred again", () => {
  const found = barredBy(named({ subjects }), directory);
  expect(toBar(found, [])).toHaveLength(1);
  expect(toBar(found, [id("b")])).toEqual([]);
});

/** Somebody entered in Failing to Report. */
function entered(change: Partial<Named["failing"][number]>): Named["failing"] {
  const [one] = failing.entries;
  if (one === undefined) throw new Error("the scenario has entries");
  return [{ ...one, rank: "constable", is_reporter: "no", ...change }];
}

test("members of the unit or the team of somebody who knew and did not report may not have it", () => {
  const of = (change: Parameters<typeof entered>[0]): unknown =>
    barredBy(named({ failing: entered(change) }), directory).map(({ label, reasons }) => [
      label,
      ...reasons,
    ]);
  expect(of({ unit: "east  AREA" })).toEqual([
    ["D", { code: "failing_unit", about: "east  AREA" }],
  ]);
  const team = { code: "failing_team", about: "Central West PSU" };
  expect(of({ unit: "Central West PSU" })).toEqual([
    ["C", team],
    ["D", team],
  ]);
  expect(of({ unit: "" })).toEqual([]);
  expect(of({ unit: "East Area", rank: "commander" })).toEqual([]);
});

test("whoever may have reported bars nobody: their unit would tell who did", () => {
  for (const is_reporter of ["yes", "unknown", ""]) {
    const found = entered({ unit: "East Area", is_reporter });
    expect(barredBy(named({ failing: found }), directory)).toEqual([]);
    // Nor is anybody else's unit, or the one that is left would be theirs.
    const others = [...entered({ unit: "East Area" }), ...entered({ unit: "Fleet", is_reporter })];
    expect(barredBy(named({ failing: others }), directory)).toEqual([]);
  }
});

test("who decides is near to a subject unless it is not they, to the reporter, and to whom they left out", () => {
  const of = (digit: string): ListedMember[] =>
    directory.filter(({ member }) => member === id(digit));
  const elsewhere = { unit: "Fleet", rank: "" };
  const codes = (digit: string, change: Partial<Named>, reporter = elsewhere): string[] =>
    nearness(of(digit), named(change), reporter).map(({ code }) => code);
  const [first] = subjects;
  if (first === undefined) throw new Error("the scenario has subjects");
  for (const confirmed of ["yes", "unknown", ""]) {
    expect(codes("b", { subjects: [{ ...first, confirmed }] })).toEqual(["subject_unit"]);
  }
  expect(codes("b", { subjects: [{ ...first, confirmed: "no" }] })).toEqual([]);
  expect(codes("a", { subjects })).toEqual([]);
  // Of somebody in two teams a reason is given once.
  expect(codes("d", {}, { unit: "East Area", rank: "sergeant" })).toEqual(["reporter_unit"]);
  expect(codes("d", { failing: entered({ unit: "East Area" }) })).toEqual(["failing_unit"]);
  const excluded = { units: ["Central West PSU"], members: [] };
  expect(codes("c", { excluded })).toEqual(["excluded_unit"]);
  expect(codes("c", {})).toEqual([]);
});
