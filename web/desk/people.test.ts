import { expect, test } from "vitest";
import { addTeam, digest, emptyParties, history, sign, verifyDirectory } from "../protocol";
import type { MemberId, TeamId } from "../protocol";
import {
  genesis,
  leads,
  listed as listedLeads,
  rootPayload,
  teamDocument,
  teams,
} from "../protocol/sample";
import { openCase } from "./opening";
import { nameOf, peopleOf } from "./people";
import type { People } from "./people";
import { TEAMS, newcomer, published } from "./sample-ledger";
import { SERVICE, SampleCase, TODAY, custodian, handlers, readerOf, sampleHistory } from "./sample";
import { fill, words } from "./words";

const [first, second, third] = handlers;

async function people(sample: SampleCase): Promise<People> {
  const opened = await openCase(SERVICE, sample.served, readerOf(first), sampleHistory);
  return peopleOf(opened, sampleHistory, first.member, []);
}

test("first readers were let in by the reporter, later ones by a member", async () => {
  const sample = await SampleCase.file({ grantees: [first.member, second.member] });
  await sample.share(first, third);
  const found = await people(sample);
  expect(found.readers.map(({ label, by }) => ({ label, by }))).toEqual([
    { label: "Handler-1", by: null },
    { label: "Handler-2", by: null },
    { label: "Handler-3", by: "Handler-1" },
  ]);
  expect(found.readers[0]?.self).toBe(true);
  expect(found.readers[0]?.declared).toEqual({ conflict: false, day: "2026-11-23", free: null });
  expect(found.readers[1]?.declared).toBeNull();
  expect(found.warnings).toEqual([]);
  expect(found.proven).toBe(true);
});

test("a reader whom only the service vouches for is warned of", async () => {
  const sample = await SampleCase.file({ grantees: [first.member, second.member] });
  sample.served.grants.push({
    row: null,
    member: third.member,
    epoch: 0,
    live: true,
    sealed: null,
  });
  const found = await people(sample);
  expect(found.proven).toBe(false);
  expect(found.warnings).toEqual([fill(words.warning.grant_unproven, { label: "Handler-3" })]);
  expect(found.readers.find((one) => one.label === "Handler-3")?.by).toBe("");
});

test("a reader outside the directory is warned of and shown", async () => {
  const sample = await SampleCase.file({ grantees: [first.member, second.member] });
  const member = "ab".repeat(16) as MemberId;
  sample.served.grants.push({ row: null, member, epoch: 0, live: true, sealed: null });
  const found = await people(sample);
  expect(found.warnings).toHaveLength(2);
  expect(found.readers.find((one) => one.member === member)?.listed).toBe(false);
});

test("a first reader whom the service does not show is missed", async () => {
  const sample = await SampleCase.file();
  sample.served.grants.splice(2, 1);
  const found = await people(sample);
  expect(found.warnings).toEqual([fill(words.warning.grant_missing, { label: "Handler-3" })]);
  expect(found.former.map((one) => one.label)).toEqual(["Handler-3"]);
});

test("a declared conflict takes a reader out, and nobody lets them in again", async () => {
  const sample = await SampleCase.file();
  sample.declare(third, true);
  const served = sample.served.grants.find((one) => one.member === third.member);
  if (served !== undefined) served.live = false;
  const found = await people(sample);
  expect(found.warnings).toEqual([]);
  expect(found.former.map((one) => one.declared?.conflict)).toEqual([true]);
  expect(found.former.map((one) => one.declared?.free)).toEqual([null]);
  expect(found.team).toEqual([]);
});

test("whose bar was lifted can be let in again, and is missed by nobody; who is barred still cannot", async () => {
  const sample = await SampleCase.file();
  for (const one of sample.served.grants) if (one.member === third.member) one.live = false;
  const opened = await openCase(SERVICE, sample.served, readerOf(first), sampleHistory);
  const ever = new Set([third.member]);
  const at = (now: ReadonlySet<MemberId>): People =>
    peopleOf(opened, sampleHistory, first.member, [], { now, ever });
  const lifted = at(new Set());
  expect(lifted.warnings).toEqual([]);
  expect(lifted.former.map((one) => one.member)).toEqual([third.member]);
  expect(lifted.team.map((one) => [one.member.member, one.excluded])).toEqual([
    [third.member, false],
  ]);
  expect(at(ever).team.map((one) => one.excluded)).toEqual([true]);
  // As long as nobody knows who is barred, nobody is offered who was here.
  expect(peopleOf(opened, sampleHistory, first.member, []).team).toEqual([]);
  await sample.share(first, third);
  const again = await openCase(SERVICE, sample.served, readerOf(third), sampleHistory);
  const readers = peopleOf(again, sampleHistory, third.member, [], { now: new Set(), ever });
  expect(readers.warnings).toEqual([]);
  expect(readers.readers.map((one) => one.member)).toContain(third.member);
  expect(again.parties.content).not.toBeNull();
});

test("who found a conflict is shown with both that they declared, and whom they let in stays", async () => {
  const sample = await SampleCase.file({ grantees: [first.member, second.member] });
  sample.declare(second, false);
  await sample.share(second, third);
  sample.declare(second, true);
  const served = sample.served.grants.find((one) => one.member === second.member);
  if (served !== undefined) served.live = false;
  const found = await people(sample);
  expect(found.warnings).toEqual([]);
  expect(found.former.map((one) => [one.member, one.declared?.conflict])).toEqual([
    [second.member, true],
  ]);
  expect(found.former[0]?.declared?.free).toBe("2026-11-23");
  expect(found.readers.map((one) => one.member)).toContain(third.member);
});

test("who left is shown with the day, and what new keys keep from them", async () => {
  const gone = published(sampleHistory, { ...TEAMS, intake: [first.entry, second.entry] });
  const sample = await SampleCase.file();
  // The service has ended their grant; the signatures cannot.
  const served = sample.served.grants.find((one) => one.member === third.member);
  if (served !== undefined) served.live = false;
  const at = async (): Promise<People> => {
    const opened = await openCase(SERVICE, sample.served, readerOf(first), gone);
    return peopleOf(opened, gone, first.member, []);
  };
  const before = await at();
  expect(before.warnings).toEqual([]);
  expect(before.former.map((one) => one.left)).toEqual([{ day: "2026-11-23", locked: null }]);
  expect(before.readers.every((one) => one.left === null)).toBe(true);
  sample.renew(first);
  expect((await at()).former.map((one) => one.left)).toEqual([
    { day: "2026-11-23", locked: "2026-11-23" },
  ]);
});

test("readers of other teams are offered apart, and who replaces a reader is no outsider", async () => {
  const sample = await SampleCase.file({ grantees: [first.member, second.member] });
  const found = await people(sample);
  expect(found.others.map(({ member, outside }) => [member.label, outside])).toEqual([
    ["Independent-1", true],
    ["Independent-2", true],
  ]);
  expect(found.team.map((one) => one.outside)).toEqual([false]);
  expect(found.custodians.map((one) => one.outside)).toEqual([true]);
  const again = newcomer("Handler-2b", handlers[1]);
  const moved = published(sampleHistory, {
    ...TEAMS,
    intake: [first.entry, third.entry],
    independent: [again.entry],
  });
  const opened = await openCase(SERVICE, sample.served, readerOf(first), moved);
  const then = peopleOf(opened, moved, first.member, []);
  expect(then.others.map(({ member, outside }) => [member.label, outside])).toEqual([
    ["Handler-2b", false],
  ]);
});

test("one can share with readers of the team and with custodians, but not past the reporter", async () => {
  const parties = emptyParties();
  parties.exclude.members.push(third.member);
  const sample = await SampleCase.file({ grantees: [first.member], parties });
  const found = await people(sample);
  expect(found.team.map(({ member, excluded }) => [member.label, excluded])).toEqual([
    ["Handler-2", false],
    ["Handler-3", true],
  ]);
  expect(found.custodians.map(({ member }) => member.label)).toEqual([custodian.entry.label]);
  expect(found.warnings).toEqual([words.warning.few_readers]);
  expect(found.proven).toBe(true);
});

test("who has an excluded unit in any team is not let in, and the team is the one signed", async () => {
  const unit = "Area East";
  const east = teamDocument("independent", [{ ...third.entry, units: [unit] }]);
  const named = { ...teams, independent: east };
  const entries = Object.entries(named).map(([team, of]) => ({ team, digest: digest(of) }));
  const previous = sampleHistory.current.root.digest;
  const root = sign("root", rootPayload({ serial: 2, previous, teams: entries }), leads[0].signer);
  let now = verifyDirectory(SERVICE, genesis, [], root);
  for (const document of Object.values(named)) now = addTeam(now, document);
  const later = history(now, [sampleHistory.current]);
  const parties = emptyParties();
  parties.exclude.units.push(unit);
  const sample = await SampleCase.file({ grantees: [first.member], parties });
  sample.served.team = "independent" as TeamId;
  const opened = await openCase(SERVICE, sample.served, readerOf(first), later);
  const found = peopleOf(opened, later, first.member, []);
  expect(found.team.map(({ member, excluded }) => [member.label, excluded])).toEqual([
    ["Handler-2", false],
    ["Handler-3", true],
  ]);
});

test("leads are called as the lists of leads call them, also those who are leads no more", () => {
  const [one, two] = leads;
  expect(nameOf(sampleHistory, one.member)).toBe("Lead-1");
  const force = { name: "Sample Force", origin: "https://report.example", nonce: "00".repeat(16) };
  const next = { service: SERVICE, number: 1, previous: SERVICE, day: TODAY };
  const list = sign("leads", { ...force, ...next, leads: listedLeads.slice(0, 1) }, one.signer);
  const root = sign("root", rootPayload({ leads: digest(list) }), one.signer);
  const directory = verifyDirectory(SERVICE, genesis, [list], root);
  expect(directory.lists.at(-1)?.leads).toHaveLength(1);
  expect(nameOf(history(directory), two.member)).toBe("Lead-2");
});

test("whom nothing signed names is called by their account, and so marked, or by their id", () => {
  const member = "ab".repeat(16) as MemberId;
  const accounts = [
    { member, label: "Handler-9" },
    { member: first.member, label: "Another" },
  ];
  expect(nameOf(sampleHistory, member)).toBe("Unlisted reader abababab");
  expect(nameOf(sampleHistory, member, accounts)).toBe("Handler-9 (not in the directory)");
  expect(nameOf(sampleHistory, first.member, accounts)).toBe("Handler-1");
});
