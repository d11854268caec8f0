/** What changed from one root to the next, in order of weight. Pure. */
import type { Day, Lead, Member, MemberId, Role } from "../../protocol";
import { labelIn, placesOf, placesOfMember, routeNames, teamIn, teamNameIn } from "./picture";
import type { Picture, PicturedTeam, Recovery, RouteName } from "./picture";

export type Difference =
  /** Somebody's keys are others than before: whoever signed this let another pair of keys in. */
  | { readonly kind: "keys"; readonly label: string }
  | { readonly kind: "lead_keys"; readonly label: string }
  | { readonly kind: "lead" | "unlead"; readonly label: string }
  | ({ readonly kind: "listed" | "joined" } & Placed)
  | ({ readonly kind: "moved"; readonly from: string } & Placed)
  | { readonly kind: "left"; readonly label: string; readonly team: string }
  /** In no team any more. */
  | { readonly kind: "removed"; readonly label: string; readonly team: string }
  | {
      readonly kind: "roles";
      readonly label: string;
      readonly team: string;
      readonly roles: readonly Role[];
      readonly before: readonly Role[];
    }
  | {
      readonly kind: "units";
      readonly label: string;
      readonly team: string;
      readonly units: readonly string[];
    }
  | { readonly kind: "label"; readonly label: string; readonly before: string }
  | { readonly kind: "team"; readonly team: string }
  | { readonly kind: "team_gone"; readonly team: string }
  | { readonly kind: "team_name"; readonly team: string; readonly before: string }
  | {
      readonly kind: "route";
      readonly route: RouteName;
      readonly team: string;
      readonly before: string;
    }
  | { readonly kind: "recovery"; readonly recovery: Recovery; readonly first: boolean }
  | { readonly kind: "recovery_gone" }
  | { readonly kind: "recovery_votes"; readonly count: number }
  | { readonly kind: "service_key" }
  | { readonly kind: "good_until"; readonly day: Day };

type Placed = {
  readonly label: string;
  readonly team: string;
  readonly roles: readonly Role[];
  readonly units: readonly string[];
  /** The label of whom they replace, "" for nobody. */
  readonly replaces: string;
};

/** What is otherwise in `after`; everything, where there was nothing before. Other keys come first, and
 * a team before those who are in it. */
export function differencesOf(before: Picture | null, after: Picture): Difference[] {
  const start = before ?? emptied(after);
  const members = memberDifferences(start, after);
  return [
    ...leadDifferences(start.leads, after.leads),
    ...members.filter(isGrave),
    ...teamDifferences(start, after),
    ...members.filter((one) => !isGrave(one)),
    ...restDifferences(start, after),
  ];
}

/** Whether a difference is one that a lead should look at twice. */
export function isGrave({ kind }: Difference): boolean {
  return kind === "keys" || kind === "lead_keys" || kind === "service_key" || kind === "recovery";
}

/** Whether anything changed but the day until which the root is good. */
export function isRenewal(differences: readonly Difference[]): boolean {
  return differences.every(({ kind }) => kind === "good_until");
}

function emptied(after: Picture): Picture {
  const routes = { intake: "", independent: "", custodians: "" } as const;
  return { ...after, teams: [], routes, recovery: null, goodUntil: "" as Day };
}

function leadDifferences(before: readonly Lead[], after: readonly Lead[]): Difference[] {
  const found: Difference[] = [];
  for (const { member, label, key } of after) {
    const old = before.find((one) => one.member === member);
    if (old === undefined) found.push({ kind: "lead", label });
    else if (old.key !== key) found.push({ kind: "lead_keys", label });
    else if (old.label !== label) found.push({ kind: "label", label, before: old.label });
  }
  for (const { member, label } of before) {
    if (!after.some((one) => one.member === member)) found.push({ kind: "unlead", label });
  }
  return found;
}

function memberDifferences(before: Picture, after: Picture): Difference[] {
  const found: Difference[] = [];
  const seen = new Set<MemberId>();
  for (const { member } of [...placesOf(after), ...placesOf(before)].map((one) => one.member)) {
    if (seen.has(member)) continue;
    seen.add(member);
    found.push(...differencesOfMember(member, before, after));
  }
  return found;
}

function differencesOfMember(member: MemberId, before: Picture, after: Picture): Difference[] {
  const was = placesOfMember(before, member);
  const is = placesOfMember(after, member);
  const found: Difference[] = [];
  const [old] = was;
  const [now] = is;
  if (old !== undefined && now !== undefined) {
    const sameKeys =
      old.member.key === now.member.key && old.member.recipient === now.member.recipient;
    if (!sameKeys) found.push({ kind: "keys", label: now.member.label });
    if (old.member.label !== now.member.label) {
      found.push({ kind: "label", label: now.member.label, before: old.member.label });
    }
  }
  const left = was.filter(({ team }) => !is.some((one) => one.team.team === team.team));
  const joined = is.filter(({ team }) => !was.some((one) => one.team.team === team.team));
  // One left and one joined, as they are, is a move.
  const moved = left.length === 1 && joined.length === 1;
  for (const { member: entry, team } of joined) {
    const placed = placedOf(entry, team, before, after);
    const [from] = left;
    if (moved && from !== undefined) found.push({ kind: "moved", from: from.team.name, ...placed });
    else found.push({ kind: was.length === 0 ? "listed" : "joined", ...placed });
  }
  for (const { member: entry, team } of moved ? [] : left) {
    const { label } = entry;
    found.push({ kind: is.length === 0 ? "removed" : "left", label, team: team.name });
  }
  for (const { member: entry, team } of is) {
    const same = was.find((one) => one.team.team === team.team)?.member;
    if (same !== undefined) found.push(...placeDifferences(same, entry, team.name));
  }
  return found;
}

function placeDifferences(before: Member, after: Member, team: string): Difference[] {
  const { label, roles, units } = after;
  const found: Difference[] = [];
  if (!sameSet(before.roles, roles)) {
    found.push({ kind: "roles", label, team, roles, before: before.roles });
  }
  if (!sameSet(before.units, units)) found.push({ kind: "units", label, team, units });
  return found;
}

function placedOf(entry: Member, team: PicturedTeam, before: Picture, after: Picture): Placed {
  const { label, roles, units, replaces } = entry;
  const replaced = replaces === "" ? "" : (labelIn(before, replaces) ?? labelIn(after, replaces));
  return { label, team: team.name, roles, units, replaces: replaced ?? replaces.slice(0, 8) };
}

function teamDifferences(before: Picture, after: Picture): Difference[] {
  const found: Difference[] = [];
  for (const { team, name } of after.teams) {
    const old = teamIn(before, team);
    if (old === null) found.push({ kind: "team", team: name });
    else if (old.name !== name) found.push({ kind: "team_name", team: name, before: old.name });
  }
  for (const { team, name } of before.teams) {
    if (teamIn(after, team) === null) found.push({ kind: "team_gone", team: name });
  }
  return found;
}

function restDifferences(before: Picture, after: Picture): Difference[] {
  const found: Difference[] = [];
  for (const route of routeNames) {
    const [was, is] = [before.routes[route], after.routes[route]];
    if (was === is) continue;
    const [old, now] = [teamNameIn(before, was), teamNameIn(after, is)];
    found.push({ kind: "route", route, team: now, before: old });
  }
  const { recovery } = after;
  if (recovery === null) {
    if (before.recovery !== null) found.push({ kind: "recovery_gone" });
  } else if (!sameRecovery(before.recovery, recovery)) {
    found.push({ kind: "recovery", recovery, first: before.recovery === null });
  } else if (before.recovery?.signatures.length !== recovery.signatures.length) {
    found.push({ kind: "recovery_votes", count: recovery.signatures.length });
  }
  if (before.serviceKey !== after.serviceKey) found.push({ kind: "service_key" });
  if (before.goodUntil !== after.goodUntil)
    found.push({ kind: "good_until", day: after.goodUntil });
  return found;
}

function sameRecovery(one: Recovery | null, other: Recovery): boolean {
  return (
    one !== null &&
    one.recipient === other.recipient &&
    one.key === other.key &&
    one.threshold === other.threshold &&
    one.shares === other.shares
  );
}

function sameSet(one: readonly string[], other: readonly string[]): boolean {
  return one.length === other.length && one.every((item) => other.includes(item));
}
