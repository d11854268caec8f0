import { describe, expect, it } from "vitest";
import { signer } from "../../protocol";
import type { Lead, LeadSignSeed, Role, TeamId } from "../../protocol";
import { custodian, handlers, leads, sampleMember, seed, serviceKey } from "../../protocol/sample";
import {
  changed,
  concerns,
  drafted,
  proposedChanges,
  teamIdOf,
  toggled,
  withChange,
} from "./changes";
import type { Change } from "./changes";
import { isOpen, placesOfMember, readersOf, startOf } from "./picture";
import type { Picture } from "./picture";
import type { ProblemCode } from "./problems";
import { CUSTODIANS, INTAKE, TOMORROW, UNTIL, newcomer, published, unpublished } from "./sample";

const facts = { goodUntil: UNTIL, serviceKey: serviceKey.key };
const start = startOf(published, facts);
const [first, second] = handlers;
const four = newcomer("Handler-4");

function endorse(roles: readonly Role[] = ["handler"], team: TeamId = INTAKE): Change {
  return { kind: "endorse", newcomer: four.newcomer, team, roles, units: [], replaces: "" };
}

function picture(changes: readonly Change[], from: Picture = start): Picture {
  const result = drafted(from, changes, TOMORROW);
  expect(result.changes.map((one) => one.problem)).toEqual(changes.map(() => null));
  return result.picture;
}

function problem(change: Change, from: Picture = start): ProblemCode | null {
  const result = changed(from, change, TOMORROW);
  return "problem" in result ? result.problem.code : null;
}

describe("a change", () => {
  it("lets a newcomer in, since that day", () => {
    const [place] = placesOfMember(picture([endorse()]), four.member);
    expect(place?.team.team).toBe(INTAKE);
    expect(place?.member).toMatchObject({
      label: "Handler-4",
      roles: ["handler"],
      since: TOMORROW,
    });
  });

  it("is about whom it names, as a member, a newcomer or a lead", () => {
    const [lead] = leads;
    const asLead = { member: lead.member, label: lead.label, key: lead.signer.key };
    expect(concerns(endorse(), four.member)).toBe(true);
    expect(concerns({ kind: "lead", lead: asLead }, lead.member)).toBe(true);
    expect(concerns({ kind: "remove", member: first.member }, first.member)).toBe(true);
    expect(concerns({ kind: "remove", member: first.member }, four.member)).toBe(false);
    expect(concerns({ kind: "close", team: INTAKE }, four.member)).toBe(false);
  });

  it("refuses a newcomer who is there, or whose label or key is somebody's", () => {
    expect(problem(endorse(), picture([endorse()]))).toBe("listed");
    const taken = { ...four.newcomer, label: "Handler-1" };
    expect(problem({ ...endorse(), newcomer: taken } as Change)).toBe("label_taken");
    const alike = { ...four.newcomer, label: "handler 1" };
    expect(problem({ ...endorse(), newcomer: alike } as Change)).toBe("label_taken");
    const unseen = { ...four.newcomer, label: "Handler-4\u200b" };
    expect(problem({ ...endorse(), newcomer: unseen } as Change)).toBe("label_unseen");
    const copied = { ...four.newcomer, key: first.signer.key };
    expect(problem({ ...endorse(), newcomer: copied } as Change)).toBe("key_taken");
    const nameless = { ...four.newcomer, label: "" };
    expect(problem({ ...endorse(), newcomer: nameless } as Change)).toBe("label_long");
  });

  it("lets a newcomer have the label of whom they replace", () => {
    const again = { ...four.newcomer, label: "Handler-1" };
    const replacing = { ...endorse(), newcomer: again, replaces: first.member } as Change;
    const next = picture([replacing, { kind: "remove", member: first.member }]);
    expect(placesOfMember(next, first.member)).toEqual([]);
    expect(placesOfMember(next, four.member)[0]?.member.replaces).toBe(first.member);
  });

  it("D5: refuses a role that stands alone beside another, here or in another team", () => {
    expect(problem(endorse([]))).toBe("no_role");
    expect(problem(endorse(["auditor", "handler"]))).toBe("alone");
    const join = { kind: "join", member: first.member, team: CUSTODIANS, units: [] } as const;
    expect(problem({ ...join, roles: ["auditor"] })).toBe("alone_elsewhere");
    expect(problem({ ...join, roles: ["custodian"] })).toBeNull();
    const audits = picture([endorse(["auditor"])]);
    const also = { ...join, member: four.member, roles: ["auditor"] } as const;
    expect(problem(also, audits)).toBeNull();
    expect(problem({ ...also, roles: ["handler"] }, audits)).toBe("alone_elsewhere");
  });

  it("D5: never makes an administrator a lead, nor a lead an administrator", () => {
    const asLead = sampleMember("Lead-1");
    const self = { ...four.newcomer, member: asLead.member, key: leads[0].signer.key };
    const administrator = { ...endorse(["administrator"]), newcomer: { ...self, label: "L" } };
    expect(problem(administrator as Change)).toBe("administrator_lead");
    const administers = picture([endorse(["administrator"])]);
    const { member, label, key } = four.newcomer;
    expect(problem({ kind: "lead", lead: { member, label, key } }, administers)).toBe(
      "lead_administrator",
    );
  });

  it("changes roles and units of a place, and says when nothing would change", () => {
    const place = { kind: "roles", member: first.member, team: INTAKE } as const;
    const next = picture([
      { ...place, roles: ["handler", "investigator"], units: [" West ", "West"] },
    ]);
    const [found] = placesOfMember(next, first.member);
    expect(found?.member).toMatchObject({ roles: ["handler", "investigator"], units: ["West"] });
    expect(problem({ ...place, roles: ["handler"], units: [] })).toBe("already");
    expect(problem({ ...place, roles: ["handler"], units: ["x".repeat(61)] })).toBe("unit_long");
    expect(problem({ ...place, member: custodian.member, roles: ["handler"], units: [] })).toBe(
      "gone",
    );
  });

  it("moves a member with their roles, and takes members out", () => {
    const move = { kind: "move", member: first.member, from: INTAKE, to: CUSTODIANS } as const;
    const moved = placesOfMember(picture([move]), first.member);
    expect(moved.map((one) => one.team.team)).toEqual([CUSTODIANS]);
    expect(moved[0]?.member).toMatchObject({ roles: ["handler"], since: TOMORROW });
    expect(problem({ ...move, to: INTAKE })).toBeNull();
    expect(problem({ ...move, to: "" as TeamId })).toBe("no_team");
    expect(problem({ ...move, to: CUSTODIANS, member: custodian.member })).toBe("gone");
    const out = picture([{ kind: "leave", member: first.member, team: INTAKE }]);
    expect(readersOf(out, "intake")).toBe(2);
    expect(problem({ kind: "remove", member: four.member })).toBe("gone");
  });

  it("D4: fills a team with 500 members and no more", () => {
    const many = Array.from({ length: 500 }, (_, place) => ({
      ...first.entry,
      member: place.toString(16).padStart(32, "0") as typeof first.member,
      label: `M-${place}`,
      key: place.toString(16).padStart(64, "0") as typeof first.entry.key,
    }));
    const filled = {
      ...start,
      teams: start.teams.map((one) => (one.team === CUSTODIANS ? { ...one, members: many } : one)),
    };
    expect(problem(endorse(["custodian"], CUSTODIANS), filled)).toBe("team_full");
  });

  it("makes, names and closes teams", () => {
    const team = { kind: "team", team: "west", name: "West" } as const;
    expect(picture([team]).teams.at(-1)).toEqual({ team: "west", name: "West", members: [] });
    expect(problem({ ...team, team: "" })).toBe("team_id");
    expect(problem({ ...team, name: " " })).toBe("team_name");
    expect(problem(team, picture([team]))).toBe("team_taken");
    expect(problem({ kind: "rename", team: INTAKE, name: "The custodians team" })).toBe(
      "team_taken",
    );
    expect(problem({ kind: "close", team: INTAKE })).toBe("team_members");
    const west = picture([team, { kind: "route", route: "independent", team: "west" as TeamId }]);
    expect(problem({ kind: "close", team: "west" as TeamId }, west)).toBe("team_route");
    expect(problem({ kind: "close", team: "west" as TeamId }, picture([team]))).toBeNull();
  });

  it("leads routes to teams that there are", () => {
    expect(problem({ kind: "route", route: "intake", team: "" })).toBe("no_intake");
    expect(problem({ kind: "route", route: "intake", team: "west" as TeamId })).toBe("no_team");
    expect(problem({ kind: "route", route: "intake", team: INTAKE })).toBe("already");
    const without = picture([{ kind: "route", route: "independent", team: "" }]);
    expect(without.routes.independent).toBe("");
  });

  it("refuses a day that is past", () => {
    expect(problem({ kind: "good_until", day: TOMORROW })).toBe("day_past");
    expect(picture([{ kind: "good_until", day: UNTIL }]).goodUntil).toBe(UNTIL);
  });

  it("D2: adds and removes leads, of whom one is left and at most 20 are there", () => {
    const { member, label, key } = four.newcomer;
    const lead: Lead = { member, label, key };
    const three = picture([{ kind: "lead", lead }]);
    expect(three.leads.map((one) => one.label)).toEqual(["Lead-1", "Lead-2", "Handler-4"]);
    expect(problem({ kind: "lead", lead }, three)).toBe("lead_already");
    const other = { ...lead, member: second.member, label: "Other" };
    expect(problem({ kind: "lead", lead: other }, three)).toBe("key_taken");
    expect(problem({ kind: "lead", lead: { ...lead, member: first.member } })).toBe("keys_differ");
    const one = picture([{ kind: "unlead", member: leads[1].member }]);
    expect(problem({ kind: "unlead", member: leads[1].member }, one)).toBe("gone");
    expect(problem({ kind: "unlead", member: leads[0].member }, one)).toBe("lead_last");
    const many = Array.from({ length: 20 }, (_, place) => ({
      member: place.toString(16).padStart(32, "0") as typeof member,
      label: `L-${place}`,
      key: signer(seed<LeadSignSeed>(`L-${place}`)).key,
    }));
    expect(problem({ kind: "lead", lead }, { ...start, leads: many })).toBe("leads_full");
  });
});

describe("a draft", () => {
  it("keeps what can be made and says what cannot", () => {
    const gone: Change = { kind: "remove", member: four.member };
    const { picture: next, changes } = drafted(start, [gone, endorse()], TOMORROW);
    expect(changes.map((one) => one.problem?.code ?? null)).toEqual(["gone", null]);
    expect(placesOfMember(next, four.member)).toHaveLength(1);
  });

  it("lets a later change about the same thing take the place of an earlier one", () => {
    const all = withChange(withChange([], endorse(["handler"])), endorse(["investigator"]));
    expect(all).toEqual([endorse(["investigator"])]);
    const both = withChange(all, { kind: "route", route: "independent", team: "" });
    expect(both).toHaveLength(2);
  });

  it("makes the first root's teams with the routes that are proposed for them", () => {
    const empty = startOf(unpublished, facts);
    expect(isOpen(empty)).toBe(false);
    const proposed = { team: INTAKE, name: "Intake", route: "intake" } as const;
    const next = picture(proposedChanges(empty, proposed), empty);
    expect(next.routes.intake).toBe(INTAKE);
    expect(proposedChanges(next, proposed)).toEqual([]);
    const another = { team: "west" as TeamId, name: "West", route: "intake" } as const;
    expect(proposedChanges(next, another)).toHaveLength(1);
  });
});

describe("the choice of roles", () => {
  it("puts others away for one that stands alone, and that one for others", () => {
    expect(toggled(["handler"], "auditor")).toEqual(["auditor"]);
    expect(toggled(["auditor"], "handler")).toEqual(["handler"]);
    expect(toggled(["handler"], "investigator")).toEqual(["handler", "investigator"]);
    expect(toggled(["handler"], "handler")).toEqual([]);
  });
});

describe("a team's id", () => {
  it("comes from its name", () => {
    expect(teamIdOf("Central West Unit")).toBe("central-west-unit");
    expect(teamIdOf("  Café (Nord)  ")).toBe("cafe-nord");
    expect(teamIdOf("!?")).toBe("");
    expect(teamIdOf("x".repeat(39) + " y")).toBe("x".repeat(39));
  });
});
