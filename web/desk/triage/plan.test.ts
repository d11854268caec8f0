import { expect, test } from "vitest";
import { emptyParties, emptySubject } from "../../protocol";
import type { History, TeamId } from "../../protocol";
import { formBody } from "../../protocol/bodies";
import type { Procedure } from "../../protocol/work-calls";
import { excludedIn } from "../excluded";
import { openCase } from "../opening";
import { peopleOf } from "../people";
import type { OpenedCase } from "../opening";
import { emptyContent } from "../record/content";
import type { ContentOf } from "../record/content";
import { scenario } from "../record/sample";
import { SERVICE, SampleCase, custodian, handlers, readerOf, sampleHistory } from "../sample";
import { TEAMS, newcomer, published } from "../sample-ledger";
import { briefOf } from "./brief";
import {
  barsDue,
  isAnybodyUnknown,
  keysHeld,
  lettingIn,
  nearToLetIn,
  owners,
  teamsLeftOut,
  tooNear,
  unfitIn,
  unknownIn,
  worksOnCases,
} from "./plan";
import type { Says } from "./plan";

const [first, second, third] = handlers;
const unit = "Central West BCU";
const east = newcomer("East-1", second, { units: ["Area East"] });
const west = newcomer("West-1", third, { units: ["Central  west BCU"] });
const discrimination = "discrimination" as TeamId;
const now: History = published(sampleHistory, {
  ...TEAMS,
  [discrimination]: [east.entry, west.entry, custodian.entry],
});
const at = (change: Partial<Procedure> = {}): Procedure =>
  ({ teams: [discrimination], bars: [], ...change }) as Procedure;
const labels = (found: readonly { readonly member: { readonly label: string } }[]): string[] =>
  found.map((one) => one.member.label);
const empty = {
  triage: emptyContent("triage"),
  failing: emptyContent("failing"),
  reporter: emptyContent("reporter"),
};

async function opened(
  change: (sample: SampleCase) => Promise<void> = () => Promise.resolve(),
  parties = emptyParties(),
): Promise<OpenedCase> {
  const sample = await SampleCase.file({ grantees: [first.member, second.member], parties });
  await change(sample);
  return openCase(SERVICE, sample.served, readerOf(first), now);
}

function later(sample: SampleCase): Promise<void> {
  const says = {
    people: "Inspector Gray",
    units: ["central west bcu"],
    detail: "They share a car.",
  };
  return sample.ask(formBody("exclude", says), "exclude");
}

test("the teams that own an allegation are those of the record, once each", () => {
  const allegations = ["discrimination", "intake", "discrimination", "nowhere"].map((team) => ({
    ...scenario().triage.allegations[0],
    team,
  })) as ContentOf<"triage">["allegations"];
  const found = owners({ subjects: [], allegations }, now.current);
  expect([...found].sort()).toEqual(["discrimination", "intake"]);
});

test("the members of the team are let in, but for those who read it already or may not read", async () => {
  const found = lettingIn(await opened(), at(), now, [], empty);
  expect(labels(found.waiting)).toContain("East-1");
  expect(labels(found.waiting)).toContain("West-1");
  expect(found.leftOut).toBe(0);
  const none = lettingIn(await opened(), at({ teams: [] as TeamId[] }), now, [], empty);
  expect(none).toEqual({ waiting: [], leftOut: 0, held: [], shut: [] });
});

test("whom the reporter leaves out is not let in: in the report, later, or barred", async () => {
  const parties = emptyParties();
  parties.exclude.units.push(unit);
  const told = await opened(undefined, parties);
  const since = await opened(later);
  for (const one of [told, since]) {
    const found = lettingIn(one, at(), now, [], empty);
    expect(labels(found.waiting)).toContain("East-1");
    expect(labels(found.waiting)).not.toContain("West-1");
    expect(found.leftOut).toBe(1);
    expect(barsDue(empty, one, now.current, [], [])).toMatchObject([
      { member: west.member, reasons: [{ code: "excluded_unit" }] },
    ]);
    expect(barsDue(empty, one, now.current, [west.member], [])).toEqual([]);
  }
  const barred = lettingIn(await opened(), at({ bars: [east.member] }), now, [], empty);
  expect(labels(barred.waiting)).not.toContain("East-1");
  expect(barred.leftOut).toBe(1);
});

/** A confirmed subject of a unit, unless something else is said. */
function aboutSomebodyOf(unit: string, change: object = {}): Says {
  const [one] = scenario().triage.subjects;
  if (one === undefined) throw new Error("the scenario has subjects");
  const subjects = [{ ...one, unit, rank: "constable", confirmed: "yes", ...change }];
  return { ...empty, triage: { ...empty.triage, subjects } };
}

test("who is proposed to be barred is not let in with the others, until somebody has let them in", async () => {
  const held = lettingIn(await opened(), at(), now, [], aboutSomebodyOf(unit));
  expect(labels(held.waiting)).toContain("East-1");
  expect(labels(held.waiting)).not.toContain("West-1");
  expect(held.held).toMatchObject([
    { member: west.member, reasons: [{ code: "subject_unit", about: unit }] },
  ]);
  expect(held.leftOut).toBe(0);
  // Once they are barred they are left out as others are; of a subject who is not confirmed nobody is held back.
  const barred = lettingIn(
    await opened(),
    at({ bars: [west.member] }),
    now,
    [],
    aboutSomebodyOf(unit),
  );
  expect(barred).toMatchObject({ held: [], leftOut: 1 });
  const doubtful = aboutSomebodyOf(unit, { confirmed: "unknown" });
  expect(labels(lettingIn(await opened(), at(), now, [], doubtful).waiting)).toContain("West-1");
  const letIn = await opened((sample) => sample.share(first, west, false, 2));
  expect(lettingIn(letIn, at(), now, [], aboutSomebodyOf(unit))).toMatchObject({ held: [] });
});

test("a team of which everybody is proposed to be barred is told of, until one of them reads the case", async () => {
  const mine = "grievance" as TeamId;
  const psu: History = published(now, { ...TEAMS, [mine]: [west.entry] });
  const routed = at({ teams: [mine] });
  const says = aboutSomebodyOf(unit);
  const found = lettingIn(await opened(), routed, psu, [], says);
  expect(found).toMatchObject({ waiting: [], shut: [mine], held: [{ label: "West-1" }] });
  expect(lettingIn(await opened(), routed, psu, [], empty).shut).toEqual([]);
  const letIn = await opened((sample) => sample.share(first, west, false, 2));
  expect(lettingIn(letIn, routed, psu, [], says)).toMatchObject({ waiting: [], shut: [] });
});

test("who is let in by themselves is compared with subjects as the report tells of them, where no record does", async () => {
  const parties = emptyParties();
  parties.subjects.push({ ...emptySubject(), name: "Alan Marsh", unit: "Area East" });
  const told = await opened(undefined, parties);
  const codes = (says: Says, member = east.member): string[] =>
    nearToLetIn(says, told, now.current, member, []).map(({ code }) => code);
  expect(codes(empty)).toEqual(["subject_unit"]);
  expect(codes(empty, west.member)).toEqual([]);
  // The record says otherwise: it is somebody else.
  expect(codes(aboutSomebodyOf(unit))).toEqual([]);
  expect(codes(aboutSomebodyOf("Area East", { confirmed: "" }))).toEqual(["subject_unit"]);
  // Who is of the reporter's own unit may well read it.
  const { content } = told.body;
  if (content === null) throw new Error("the report opens");
  const reporter = { ...content.reporter, unit };
  const from = { ...told, body: { ...told.body, content: { ...content, reporter } } };
  expect(tooNear(empty, from, now.current, west.member, [])).toHaveLength(1);
  expect(nearToLetIn(empty, from, now.current, west.member, [])).toEqual([]);
});

test("who found a conflict or is barred is not let in under other keys", async () => {
  const again = newcomer("Handler-2b", second, { units: ["Area East"] });
  const replaced: History = published(now, {
    ...TEAMS,
    intake: [first.entry, third.entry],
    [discrimination]: [again.entry, west.entry],
  });
  const found = lettingIn(await opened(), at(), replaced, [], empty);
  expect(labels(found.waiting)).toEqual(["Handler-2b", "West-1"]);
  const find = (sample: SampleCase): Promise<void> => {
    for (const conflict of [false, true]) sample.declare(second, conflict);
    return Promise.resolve();
  };
  for (const lost of [
    lettingIn(await opened(find), at(), replaced, [], empty),
    lettingIn(await opened(), at({ bars: [second.member] }), replaced, [], empty),
  ]) {
    expect(labels(lost.waiting)).toEqual(["West-1"]);
    expect(lost.leftOut).toBe(1);
  }
});

test("a team is left out once all of its readers are, and not for one of them", async () => {
  const parties = emptyParties();
  parties.exclude.units.push(unit);
  expect(teamsLeftOut(await opened(undefined, parties), now.current, []).size).toBe(0);
  parties.exclude.units.push("area east");
  // The custodian is in the team too, and may read.
  expect(teamsLeftOut(await opened(undefined, parties), now.current, []).size).toBe(0);
  parties.exclude.members.push(custodian.member);
  expect([...teamsLeftOut(await opened(undefined, parties), now.current, [])]).toContain(
    discrimination,
  );
});

test("the standards team of a unit that the reporter left out is left out, whatever it is called", async () => {
  const standards = [{ name: "Area North BCU", team: discrimination }];
  for (const name of ["Area North BCU", "area north PSU", "Area North BCU PSU"]) {
    const parties = emptyParties();
    parties.exclude.units.push(name);
    const told = await opened(undefined, parties);
    expect([...teamsLeftOut(told, now.current, standards)], name).toContain(discrimination);
    expect(teamsLeftOut(told, now.current, []).size).toBe(0);
    expect(lettingIn(told, at(), now, standards, empty).waiting).toEqual([]);
    const due = barsDue(empty, told, now.current, [], standards);
    expect(due.map(({ label }) => label)).toEqual(
      expect.arrayContaining(["East-1", "West-1", custodian.entry.label]),
    );
    expect(due[0]?.reasons).toEqual([{ code: "excluded_standards", about: name }]);
    const near = tooNear(empty, told, now.current, east.member, standards);
    expect(near.map(({ code }) => code)).toEqual(["excluded_standards"]);
    const people = peopleOf(told, now, first.member, standards);
    const { others } = people;
    expect(others.find(({ member }) => member.label === "East-1")?.excluded).toBe(true);
    expect(others.find(({ member }) => member.label === "Handler-3")?.excluded ?? false).toBe(
      false,
    );
  }
});

test("a name that no team, unit or standards unit has is for a member to find out", async () => {
  const casework = {
    units: [{ name: "Area North BCU", team: "gone" }],
    force_units: ["Fleet"],
  };
  const of = async (units: readonly string[], other = ""): Promise<unknown> => {
    const parties = emptyParties();
    parties.exclude.units.push(...units);
    parties.exclude.other = other;
    const found = unknownIn(await opened(undefined, parties), now.current, casework);
    return isAnybodyUnknown(found) ? found : null;
  };
  const team = now.current.teams.get(discrimination)?.name ?? "";
  const known = [
    unit,
    "area EAST",
    team.toUpperCase(),
    "fleet",
    "Area North BCU",
    "Area North PSU",
  ];
  expect(await of(known)).toBeNull();
  for (const name of ["PSU", "my PSU", "Area North", "Central West PSU", "Fleet, Area East"]) {
    expect(await of([...known, name]), name).toEqual({ units: [name], other: "" });
  }
  expect(await of([], "The whole late shift")).toEqual({
    units: [],
    other: "The whole late shift",
  });
  expect(await of([" "], " ")).toBeNull();
  const since = unknownIn(await opened(later), now.current, casework);
  expect(since).toEqual({ units: [], other: "Inspector Gray\nThey share a car." });
});

test("a unit in the records that fits none of the force is told of, by whose it is", () => {
  const casework = { units: [{ name: "Area North BCU", team: "gone" }], force_units: ["Fleet"] };
  const [entry] = scenario().failing.entries;
  if (entry === undefined) throw new Error("the scenario has an entry");
  const of = (unit: string, change: object = {}, entered: object = {}): unknown[] => {
    const { triage } = aboutSomebodyOf(unit, { name: "Alan Marsh", ...change });
    const entries = [{ ...entry, who: "Tom Birch", rank: "", unit, is_reporter: "no", ...entered }];
    const says = { triage, failing: { ...empty.failing, entries } };
    return unfitIn(says, now.current, casework).map((one) => [one.record, one.who, one.unit]);
  };
  for (const known of [unit, "area  EAST", "fleet", "Area North BCU", "", "Unknown"]) {
    expect(of(known), known).toEqual([]);
  }
  const subject = expect.stringContaining("Alan Marsh") as string;
  for (const unknown of ["Central West", "Fleet, Area East", "Area North"]) {
    expect(of(unknown)).toEqual([
      ["triage", subject, unknown],
      ["failing", "Tom Birch", unknown],
    ]);
  }
  // Nobody is proposed to be barred for these, however their units are written.
  expect(of("Nowhere", { confirmed: "no" }, { is_reporter: "unknown" })).toEqual([]);
  expect(of("Nowhere", { rank: "commander" }, { rank: "commander" })).toEqual([]);
});

test("who works on cases looks into allegations", () => {
  expect(worksOnCases({ roles: ["investigator"] })).toBe(true);
  expect(worksOnCases({ roles: ["support", "handler"] })).toBe(true);
  for (const role of ["administrator", "auditor", "authority", "custodian", "support"] as const) {
    expect(worksOnCases({ roles: [role] }), role).toBe(false);
  }
});

test("what was told later stands beside what the report said, and other messages name nobody", async () => {
  const parties = emptyParties();
  parties.exclude.units.push("Area East");
  parties.exclude.other = "The whole late shift";
  const both = excludedIn(await opened(later, parties));
  expect(both.units).toEqual(["Area East", "central west bcu"]);
  expect(both.other).toBe("The whole late shift\nInspector Gray\nThey share a car.");
  const says = formBody("exclude", { people: "", units: [unit], detail: "" });
  const plain = await opened((sample) => sample.ask(says));
  expect(excludedIn(plain).units).toEqual([]);
});

test("who is barred and holds the latest keys makes new ones needed", async () => {
  const found = await opened();
  expect(keysHeld(found, { bars: [second.member, west.member] })).toEqual([second.member]);
  expect(keysHeld(found, { bars: [] })).toEqual([]);
});

test("who has opened the case and found a conflict makes new keys needed, until they are made", async () => {
  const never = await opened((sample) => {
    sample.declare(second, true);
    return Promise.resolve();
  });
  expect(keysHeld(never, { bars: [] })).toEqual([]);
  const find = (sample: SampleCase): void => {
    for (const conflict of [false, true]) sample.declare(second, conflict);
  };
  const found = await opened((sample) => {
    find(sample);
    return Promise.resolve();
  });
  expect(keysHeld(found, { bars: [] })).toEqual([second.member]);
  const renewed = await opened((sample) => {
    find(sample);
    sample.renew(first);
    return Promise.resolve();
  });
  expect(keysHeld(renewed, { bars: [] })).toEqual([]);
});

test("who is let in later is told of subjects, others, those who did not report, and who is left out", async () => {
  const parties = emptyParties();
  parties.subjects.push({ ...emptySubject(), name: "Alan Marsh", unit: "Area East" });
  parties.others.push({ who: "Tom Birch", rank: "", unit: "", why: "", reason: "" });
  const found = await opened(later, parties);
  const one = scenario().failing.entries[0];
  if (one === undefined) throw new Error("the scenario has an entry");
  const herself = { ...one, who: "Ana Reporter", is_reporter: "yes" };
  const doubtful = { ...herself, is_reporter: "unknown" };
  const entries = [one, one, herself, doubtful];
  const failing = { ...empty.failing, entries };
  const brief = briefOf(found, empty.triage, failing);
  expect(brief?.people.filter((person) => person.part === "subject")).toHaveLength(1);
  const others = brief?.people.filter((person) => person.part === "other") ?? [];
  expect(others.map((person) => person.who)).toEqual([
    expect.stringContaining("Tom Birch"),
    one.who,
  ]);
  expect(brief?.exclude.units).toEqual(["central west bcu"]);
  // Nothing is known by who cannot open the parties, before anything is written.
  const shut = { ...found, parties: { ...found.parties, content: null } };
  expect(briefOf(shut, empty.triage, empty.failing)).toBeNull();
  expect(briefOf(shut, empty.triage, failing)?.people).toContainEqual(
    expect.objectContaining({ who: one.who, part: "other" }),
  );
});

test("the units of who did not report bar their colleagues, once it is said that they did not", async () => {
  const found = await opened();
  const [one] = scenario().failing.entries;
  if (one === undefined) throw new Error("the scenario has an entry");
  const entered = { ...one, unit: "Area East", rank: "constable" };
  const says = (is_reporter: string): Parameters<typeof barsDue>[0] => ({
    ...empty,
    failing: { ...empty.failing, entries: [{ ...entered, is_reporter }] },
  });
  expect(barsDue(says("no"), found, now.current, [], [])).toMatchObject([
    { member: east.member, reasons: [{ code: "failing_unit", about: "Area East" }] },
  ]);
  expect(barsDue(says("no"), found, now.current, [east.member], [])).toEqual([]);
  expect(barsDue(says("unknown"), found, now.current, [], [])).toEqual([]);
});

test("who decides is compared with the reporter's unit as the record has it, or as it was told", async () => {
  const sample = await opened();
  const told = (unit: string): OpenedCase => {
    const { content } = sample.body;
    if (content === null) throw new Error("the report opens");
    const reporter = { ...content.reporter, unit, rank: "constable" as const };
    return { ...sample, body: { ...sample.body, content: { ...content, reporter } } };
  };
  const codes = (of: OpenedCase, unit = ""): string[] => {
    const says = { ...empty, reporter: { ...empty.reporter, unit } };
    return tooNear(says, of, now.current, west.member, []).map(({ code }) => code);
  };
  expect(codes(told("central west BCU"))).toEqual(["reporter_unit"]);
  expect(codes(told("Area East"))).toEqual([]);
  expect(codes(told("Area East"), unit)).toEqual(["reporter_unit"]);
  expect(codes(told(unit), "Area East")).toEqual([]);
  expect(codes(await opened(later))).toEqual(["excluded_unit"]);
});
