import { describe, expect, it } from "vitest";
import type { RecoverySeed, TeamId } from "../../protocol";
import { history, recoveryKeys, sign } from "../../protocol";
import {
  SERVICE,
  custodian,
  handlers,
  leads,
  rootPayload,
  sampleDirectory,
  seed,
  serviceKey,
  teamDocument,
  teams,
} from "../../protocol/sample";
import { addTeam, digest, verifyDirectory, verifyRoot } from "../../protocol";
import type { Directory, Member } from "../../protocol";
import { genesis } from "../../protocol/sample";
import { drafted } from "./changes";
import type { Change } from "./changes";
import { concernsOf } from "./concerns";
import { differencesOf, isGrave, isRenewal } from "./differences";
import { endorsementOf, formerOf, stepsOf } from "./history";
import { pictureOf, startOf } from "./picture";
import type { Picture } from "./picture";
import { CUSTODIANS, INTAKE, TOMORROW, UNTIL, newcomer, published, unpublished } from "./sample";
import { changeTexts, concernText, differenceText } from "./sentences";

const facts = { goodUntil: UNTIL, serviceKey: serviceKey.key };
const start = startOf(published, facts);
const [first, second, third] = handlers;
const four = newcomer("Handler-4");

function after(...changes: Change[]): Picture {
  return drafted(start, changes, TOMORROW).picture;
}

function texts(...changes: Change[]): string[] {
  return changeTexts(start, after(...changes));
}

const endorse: Change = {
  kind: "endorse",
  newcomer: four.newcomer,
  team: INTAKE,
  roles: ["handler", "investigator"],
  units: ["West", "East"],
  replaces: second.member,
};

describe("what changes, in sentences", () => {
  it("says who is let in, as what, for what and in whose place", () => {
    expect(texts(endorse)).toEqual([
      "Handler-4 is let into The intake team as handler and investigator, for West and East. They take the place of Handler-2.",
    ]);
  });

  it("says who moves, leaves and is taken out", () => {
    const { member } = first;
    expect(texts({ kind: "move", member, from: INTAKE, to: CUSTODIANS })).toEqual([
      "Handler-1 moves from The intake team to The custodians team, as handler.",
    ]);
    expect(texts({ kind: "remove", member })).toEqual([
      "Handler-1 leaves The intake team and is in no team any more. They can read nothing new.",
    ]);
    const join = { kind: "join", member, team: CUSTODIANS, units: [] } as const;
    expect(texts({ ...join, roles: ["custodian"] })).toEqual([
      "Handler-1 is also in The custodians team, as identity custodian.",
    ]);
  });

  it("says roles and units now and before", () => {
    const place = { kind: "roles", member: first.member, team: INTAKE } as const;
    expect(texts({ ...place, roles: ["authority"], units: ["West"] })).toEqual([
      "Handler-1 is authority in The intake team; before, handler.",
      "Handler-1 in The intake team is for West now.",
    ]);
  });

  it("says what becomes of teams, routes and leads", () => {
    expect(
      texts(
        { kind: "team", team: "west", name: "West" },
        { kind: "route", route: "independent", team: "west" as TeamId },
        { kind: "rename", team: INTAKE, name: "Intake" },
        { kind: "unlead", member: leads[1].member },
      ),
    ).toEqual([
      "Lead-2 is no lead any more and can sign no further root.",
      "The team The intake team is called Intake.",
      "There is a new team, West.",
      "Reports about professional standards: West, no longer The independent team.",
    ]);
  });

  it("shows new keys under an old name as something to look at twice", () => {
    const swapped: Picture = {
      ...start,
      teams: start.teams.map((team) => ({
        ...team,
        members: team.members.map((one): Member =>
          one.member === first.member ? { ...one, key: four.signer.key } : one,
        ),
      })),
    };
    const [found] = differencesOf(start, swapped);
    expect(found).toEqual({ kind: "keys", label: "Handler-1" });
    expect(found !== undefined && isGrave(found)).toBe(true);
  });

  it("names a recovery by its words", () => {
    const keys = recoveryKeys(seed<RecoverySeed>("recovery"), SERVICE);
    const { recipient } = keys.identity;
    const recovery = { recipient, key: keys.signer.key, threshold: 3, shares: 5, signatures: [] };
    const [text = ""] = texts({ kind: "recovery", recovery });
    expect(text).toMatch(
      /^New reports can also .* 3 of 5 shares together\. Key words: (\w+ ?){12}\.$/,
    );
  });

  it("knows a renewal", () => {
    const later = { ...start, goodUntil: TOMORROW };
    expect(isRenewal(differencesOf(start, later))).toBe(true);
    expect(isRenewal(differencesOf(start, after(endorse)))).toBe(false);
    expect(differencesOf(start, later).map(differenceText)).toEqual([
      "The root is good until Tuesday 24 November 2026.",
    ]);
  });

  it("says everything where there was nothing before", () => {
    const all = differencesOf(null, start).map((one) => one.kind);
    expect(all.filter((kind) => kind === "listed")).toHaveLength(6);
    expect(all.filter((kind) => kind === "route")).toHaveLength(3);
  });

  it("names a team before those who are in it", () => {
    const all = differencesOf(null, start).map((one) => one.kind);
    expect(all.lastIndexOf("team")).toBeLessThan(all.indexOf("listed"));
  });
});

describe("concerns", () => {
  const codes = (picture: Picture): string[] =>
    concernsOf(picture, start, leads[0].member).map((one) => one.code);

  it("warn of fewer than two readers of a route, and of few custodians", () => {
    expect(codes(start)).toEqual(["few_custodians"]);
    const one = after(
      { kind: "remove", member: first.member },
      { kind: "remove", member: second.member },
    );
    const found = concernsOf(one, start, leads[0].member);
    expect(found.map((it) => it.code)).toEqual(["few_readers", "few_custodians", "not_open"]);
    const [few, custodians] = found;
    expect(custodians === undefined ? "" : concernText(custodians, one)).toMatch(
      /^The custodians team would have fewer than two custodians\./,
    );
    expect(few === undefined ? "" : concernText(few, one)).toMatch(
      /^Only 1 handler in The intake team/,
    );
    const none = after(...handlers.map(({ member }) => ({ kind: "remove", member }) as const));
    expect(codes(none)).toContain("no_readers");
  });

  it("warn of routes that lead to one team, of no custodians, and of one lead", () => {
    expect(codes(after({ kind: "route", route: "independent", team: INTAKE }))).toContain(
      "same_team",
    );
    expect(codes(after({ kind: "route", route: "custodians", team: "" }))).toEqual([
      "no_custodians",
      "not_open",
    ]);
    expect(codes(after({ kind: "unlead", member: leads[1].member }))).toContain("one_lead");
  });

  it("warn a lead who signs for themselves", () => {
    const self = { ...four.newcomer };
    const own = after({ ...endorse, newcomer: self });
    const found = concernsOf(own, start, four.member).map((one) => one.code);
    expect(found).toContain("yourself");
    expect(codes(own)).not.toContain("yourself");
  });

  it("are problems where the protocol refuses", () => {
    const empty = startOf(unpublished, facts);
    const { picture } = drafted(empty, [{ kind: "team", team: "west", name: "West" }], TOMORROW);
    const found = concernsOf(picture, null, leads[0].member);
    expect(found[0]).toMatchObject({ kind: "problem", code: "no_intake" });
  });
});

describe("history", () => {
  /** Root 2, signed by the second lead: Handler-1 is out, Handler-4 is in. */
  function twoRoots(): { now: Directory; before: Directory } {
    const before = sampleDirectory();
    const members = [second.entry, third.entry, four.entry];
    const intake = teamDocument("intake", members, leads[1].signer);
    const kept = { independent: teams.independent, custodians: teams.custodians };
    const documents = { intake, ...kept };
    const payload = rootPayload({
      serial: 2,
      previous: before.root.digest,
      issued: TOMORROW,
      teams: Object.entries(documents).map(([team, bytes]) => ({ team, digest: digest(bytes) })),
    });
    let now = verifyDirectory(SERVICE, genesis, [], sign("root", payload, leads[1].signer));
    for (const bytes of Object.values(documents)) now = addTeam(now, bytes);
    return { now, before };
  }

  it("says of each root what changed, who signed it and when", () => {
    const { now, before } = twoRoots();
    const [latest, oldest] = stepsOf(history(now, [before]));
    expect(latest).toMatchObject({ serial: 2, day: TOMORROW, by: "Lead-2" });
    expect(latest?.differences?.map((one) => one.kind).sort()).toEqual(["listed", "removed"]);
    expect(oldest).toMatchObject({ serial: 1, by: "Lead-1" });
    expect(oldest?.differences?.length).toBeGreaterThan(6);
  });

  it("says that it does not know what changed since a root that is not there", () => {
    const { now } = twoRoots();
    expect(stepsOf(history(now))).toMatchObject([{ serial: 2, differences: null }]);
  });

  it("says who signed for a member, and by which root", () => {
    const { now, before } = twoRoots();
    const whole = history(now, [before]);
    expect(endorsementOf(whole, four.member)).toEqual({ by: "Lead-2", day: TOMORROW, serial: 2 });
    expect(endorsementOf(whole, custodian.member)).toMatchObject({ by: "Lead-1", serial: 1 });
    expect(endorsementOf(whole, first.member)).toBeNull();
    expect(endorsementOf(history(now), custodian.member)).toBe("unknown");
    expect(formerOf(whole)).toEqual(new Set([first.member]));
  });

  it("counts an endorsement from the keys that they have now", () => {
    const { now, before } = twoRoots();
    const other = pictureOf(before);
    expect(other.leads).toHaveLength(2);
    const swapped = { ...first.entry, key: four.signer.key, recipient: four.identity.recipient };
    const intake = teamDocument("intake", [swapped, second.entry, third.entry], leads[1].signer);
    const payload = rootPayload({
      serial: 2,
      previous: before.root.digest,
      teams: [{ team: "intake", digest: digest(intake) }],
      routes: { intake: "intake", independent: "", custodians: "" },
    });
    const next = addTeam(verifyRoot(now, sign("root", payload, leads[1].signer)), intake);
    const found = endorsementOf(history(next, [before]), first.member);
    expect(found).toMatchObject({ by: "Lead-2", serial: 2 });
  });
});
