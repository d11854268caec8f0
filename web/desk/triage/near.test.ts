import { expect, test } from "vitest";
import { emptyParties, emptySubject } from "../../protocol";
import { handlers, sampleHistory } from "../sample";
import { TEAMS, newcomer, published } from "../sample-ledger";
import { isCalled, nearSubjects, toldSubjects } from "./near";

const [first, second] = handlers;
const west = newcomer("West-1", second, { units: ["Central West BCU"] });
const { current } = published(sampleHistory, { ...TEAMS, west: [west.entry] });

test("a member is near to a subject of their own unit as the report names it, and to nobody else", () => {
  const parties = emptyParties();
  const near = (member = west.member): string[] =>
    nearSubjects(current, member, toldSubjects(parties)).map(({ code }) => code);
  parties.subjects.push({ ...emptySubject(), name: "Alan Marsh", unit: "Area East" });
  expect(near()).toEqual([]);
  parties.subjects.push({ ...emptySubject(), unit: "central west  bcu" });
  expect(near()).toEqual(["subject_unit"]);
  expect(near(first.member)).toEqual([]);
  expect(nearSubjects(current, west.member, toldSubjects(null))).toEqual([]);
});

test("the force, which is a chief officer's unit, makes nobody near", () => {
  const parties = emptyParties();
  const chief = { ...emptySubject(), rank: "commander" as const, unit: "Central West BCU" };
  parties.subjects.push(chief);
  expect(nearSubjects(current, west.member, toldSubjects(parties))).toEqual([]);
});

test("somebody is called as a member is by all of the words of either, and by no part of a word", () => {
  for (const name of ["ann fox", "Sergeant Ann Fox, Custody", "Fox", "ANN-FOX"]) {
    expect(isCalled("Ann Fox", [name]), name).toBe(true);
  }
  for (const name of ["Ann", "Handler-3"])
    expect(isCalled("Handler-3", [name])).toBe(name !== "Ann");
  for (const name of ["Ann Foxley", "An", "", " - "])
    expect(isCalled("Ann Fox", [name])).toBe(false);
  expect(isCalled("", ["Ann Fox"])).toBe(false);
  expect(isCalled("Ann Fox", [])).toBe(false);
  expect(isCalled("Ann Fox", ["Lee", "PS Ann Fox"])).toBe(true);
});
