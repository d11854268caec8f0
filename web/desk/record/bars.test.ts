import { expect, test } from "vitest";
import type { MemberId } from "../../protocol";
import { barredBy, toBar } from "./bars";
import type { ListedMember } from "./bars";
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
const { triage } = scenario();

test("members of a confirmed subject's unit may not have the case", () => {
  expect(barredBy(triage, nobody, directory)).toEqual([
    {
      member: id("b"),
      label: "B",
      team: "intake",
      reasons: [{ code: "subject_unit", about: "Central West" }],
    },
  ]);
});

test("a subject who is not confirmed bars nobody", () => {
  const subjects = triage.subjects.map((one) => ({ ...one, confirmed: "unknown" }));
  expect(barredBy({ subjects }, nobody, directory)).toEqual([]);
});

test("whom the reporter left out may not have it: by name, by unit, and by the team so called", () => {
  const excluded = { units: ["Central West PSU", "east area"], members: [id("a")] };
  const found = barredBy({ subjects: [] }, excluded, directory);
  expect(found.map(({ label }) => label)).toEqual(["A", "C", "D"]);
  expect(found[2]?.reasons).toEqual([
    { code: "excluded_unit", about: "east area" },
    { code: "excluded_unit", about: "Central West PSU" },
  ]);
});

test("a subject of a standards unit bars that team; a chief officer's unit bars not the force", () => {
  const [first] = triage.subjects;
  if (first === undefined) throw new Error("the scenario has subjects");
  const ofTeam = [{ ...first, unit: "Central West PSU" }];
  expect(barredBy({ subjects: ofTeam }, nobody, directory).map(({ label }) => label)).toEqual([
    "C",
    "D",
  ]);
  const chief = [{ ...first, rank: "assistant_commissioner" }];
  expect(barredBy({ subjects: chief }, nobody, directory)).toEqual([]);
});

test("who is barred already is not barred again", () => {
  const found = barredBy(triage, nobody, directory);
  expect(toBar(found, [])).toHaveLength(1);
  expect(toBar(found, [id("b")])).toEqual([]);
});
