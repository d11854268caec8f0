import { describe, expect, it } from "vitest";
import {
  Refused,
  addTeam,
  digest,
  followPin,
  recoveryKeys,
  signRecoveryVote,
  signTeam,
  signer,
  verifyDirectory,
  verifyRoot,
} from "../../protocol";
import type { LeadSignSeed, RecoverySeed, TeamId } from "../../protocol";
import {
  SERVICE,
  TODAY,
  genesis,
  handlers,
  leads,
  root as sampleRoot,
  seed,
  serviceKey,
  teams,
} from "../../protocol/sample";
import { drafted } from "./changes";
import type { Change } from "./changes";
import { concernsOf } from "./concerns";
import { isChanged, signNext } from "./next";
import type { Signed } from "./next";
import { pictureOf, startOf } from "./picture";
import type { Picture, Published } from "./picture";
import { named, proposalsOf, voteFor } from "./recovery";
import { INTAKE, TOMORROW, UNTIL, newcomer, published, unpublished } from "./sample";

const facts = { goodUntil: UNTIL, serviceKey: serviceKey.key };
const documents = { genesis, leads: [] };
const [first] = handlers;
const four = newcomer("Handler-4");
const five = newcomer("Handler-5");
const asLead = { member: four.member, label: "Handler-4", key: four.signer.key };
const endorse: Change = {
  kind: "endorse",
  newcomer: four.newcomer,
  team: INTAKE,
  roles: ["handler"],
  units: ["West"],
  replaces: "",
};

function next(of: Published, changes: readonly Change[]): { picture: Picture; signed: Signed } {
  const { picture, changes: made } = drafted(startOf(of, facts), changes, TOMORROW);
  expect(made.every((one) => one.problem === null)).toBe(true);
  const how = { by: leads[0].signer, day: TOMORROW, nonce: "01".repeat(16) };
  return { picture, signed: signNext(of, documents, picture, how) };
}

/** Verified as any client does that remembers the sample's root. */
function seenByAll({ leads: lists, teams: signed, root }: Signed): Picture {
  if (root === null) throw new Error("there is no root");
  let whole = verifyDirectory(SERVICE, genesis, lists, root);
  for (const bytes of [...Object.values(teams), ...signed]) {
    const there = whole.root.teams.some((one) => one.digest === digest(bytes));
    if (there) whole = addTeam(whole, bytes);
  }
  expect(whole.teams.size).toBe(whole.root.teams.length);
  return pictureOf(whole);
}

describe("the next documents", () => {
  it("say what the draft says, and follow from the root in force (D8)", () => {
    const { picture, signed } = next(published, [endorse]);
    expect(seenByAll(signed)).toEqual({ ...picture, goodUntil: UNTIL });
    const { directory } = signed;
    expect(directory?.root.serial).toBe(2);
    if (directory === null) throw new Error("there is no root");
    const pin = published.directory?.root;
    if (pin === undefined) throw new Error("there is no root");
    followPin(directory, { serial: 1, digest: pin.digest, leads: pin.leads }, []);
  });

  it("sign only the teams that change", () => {
    expect(next(published, [endorse]).signed.teams).toHaveLength(1);
    expect(next(published, []).signed.teams).toHaveLength(0);
    expect(next(published, []).signed.leads).toHaveLength(0);
  });

  it("extend the list of leads together with the root that names it (D2, D3)", () => {
    const { signed } = next(published, [{ kind: "lead", lead: asLead }]);
    const { leads: lists, root } = signed;
    expect(lists).toHaveLength(1);
    expect(seenByAll(signed).leads).toHaveLength(3);
    // Without the new list, the root is nobody's.
    const alone = (): unknown => verifyDirectory(SERVICE, genesis, [], root ?? genesis);
    expect(alone).toThrow(Refused);
  });

  it("extend the list of leads alone before the first root", () => {
    const { signed } = next(unpublished, [{ kind: "lead", lead: asLead }]);
    expect(signed).toMatchObject({ root: null, teams: [], directory: null });
    expect(signed.leads).toHaveLength(1);
  });

  it("found the first root", () => {
    const custodians = "custodians" as TeamId;
    const { signed } = next(unpublished, [
      { kind: "team", team: "intake", name: "Intake" },
      { kind: "route", route: "intake", team: INTAKE },
      { kind: "team", team: "custodians", name: "Custodians" },
      { kind: "route", route: "custodians", team: custodians },
      endorse,
      { ...endorse, newcomer: five.newcomer },
    ]);
    expect(signed.directory?.root).toMatchObject({ serial: 1, issued: TOMORROW });
    expect(seenByAll(signed).teams.map((one) => one.members.length)).toEqual([2, 0]);
  });

  it("are not signed by somebody who is no lead", () => {
    const stranger = signer(seed<LeadSignSeed>("stranger"));
    const { picture } = next(published, [endorse]);
    const how = { by: stranger, day: TOMORROW, nonce: "01".repeat(16) };
    expect(() => signNext(published, documents, picture, how)).toThrow(Refused);
  });

  it("are refused where they would say something else than the draft", () => {
    // The root in force is not the one that the draft was made upon: a team is missing.
    const { directory } = published;
    if (directory === null) throw new Error("there is no root");
    const other = { ...published, directory: { ...directory, teams: new Map() } };
    const picture = startOf(published, facts);
    const how = { by: leads[0].signer, day: TOMORROW, nonce: "01".repeat(16) };
    expect(signNext(other, documents, picture, how).teams).toHaveLength(3);
  });

  it("keep a team as the root in force names it, whoever signed it", () => {
    const elsewhere = signTeam(
      { service: SERVICE, team: INTAKE, name: "The intake team", members: [first.entry] },
      leads[1].signer,
    );
    expect(digest(elsewhere)).not.toBe(digest(teams.intake));
    const { signed } = next(published, []);
    const named = signed.directory?.root.teams.find((one) => one.team === INTAKE);
    expect(named?.digest).toBe(digest(teams.intake));
  });
});

describe("whether anything changed", () => {
  it("leaves a later day out of account", () => {
    const start = startOf(published, facts);
    expect(isChanged(published, start, { ...start, goodUntil: TOMORROW })).toBe(false);
    expect(isChanged(published, start, next(published, [endorse]).picture)).toBe(true);
    const empty = startOf(unpublished, facts);
    expect(isChanged(unpublished, empty, empty)).toBe(false);
  });
});

describe("the recovery", () => {
  const keys = recoveryKeys(seed<RecoverySeed>("recovery"), SERVICE);
  const file = {
    recipient: keys.identity.recipient,
    key: keys.signer.key,
    threshold: 3,
    shares: 5,
  };
  const votes = leads.map(({ member, signer: by }) => ({
    lead: member,
    signed: signRecoveryVote(voteFor(SERVICE, file, [], TODAY), by),
  }));
  const list = startOf(published, facts).leads;

  it("goes into a root when two leads have voted for the same one on one day (D6)", () => {
    const [one] = votes;
    const alone = proposalsOf(SERVICE, list, one === undefined ? [] : [one]);
    expect(alone.proposals.map(named)).toEqual([null]);
    const { proposals, bad } = proposalsOf(SERVICE, list, votes);
    expect(bad).toBe(0);
    const [both] = proposals;
    if (both === undefined) throw new Error("there is no proposal");
    const { signed } = next(published, [{ kind: "recovery", recovery: named(both) }]);
    expect(seenByAll(signed).recovery).toMatchObject(file);
  });

  it("is voted for on the day of the vote that is there", () => {
    const { proposals } = proposalsOf(SERVICE, list, votes.slice(0, 1));
    expect(voteFor(SERVICE, file, proposals, TOMORROW).day).toBe(TODAY);
    expect(voteFor(SERVICE, { ...file, shares: 6 }, proposals, TOMORROW).day).toBe(TOMORROW);
    // The service takes no vote of so long ago.
    expect(voteFor(SERVICE, file, proposals, UNTIL).day).toBe(UNTIL);
  });

  it("counts no vote of anybody else, and none twice", () => {
    const stranger = signer(seed<LeadSignSeed>("stranger"));
    const forged = signRecoveryVote(voteFor(SERVICE, file, [], TODAY), stranger);
    const [one] = votes;
    if (one === undefined) throw new Error("there is no vote");
    const all = [one, one, { lead: leads[1].member, signed: forged }];
    const { proposals, bad } = proposalsOf(SERVICE, list, all);
    expect(bad).toBe(1);
    expect(proposals[0]?.by).toHaveLength(1);
  });

  it("falls with a lead whose vote it needs, which is said before anything is signed", () => {
    const [both] = proposalsOf(SERVICE, list, votes).proposals;
    if (both === undefined) throw new Error("there is no proposal");
    const recovery = { kind: "recovery", recovery: named(both) } as const;
    const without = [recovery, { kind: "unlead", member: leads[1].member }] as const;
    const { picture } = drafted(startOf(published, facts), without, TOMORROW);
    const concerns = concernsOf(picture, null, leads[0].member);
    expect(concerns.map((one) => one.code)).toContain("recovery_votes");
    const how = { by: leads[0].signer, day: TOMORROW, nonce: "01".repeat(16) };
    expect(() => signNext(published, documents, picture, how)).toThrow(Refused);
  });
});

it("the sample's own root verifies by its lists alone", () => {
  const { service, lists } = published;
  expect(verifyRoot({ service, lists }, sampleRoot).root.serial).toBe(1);
});
