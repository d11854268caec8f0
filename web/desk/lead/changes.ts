/** The changes that a lead collects for the next root, and what comes of each. Pure. */
import { ALONE, characters } from "../../protocol";
import type {
  Day,
  Lead,
  Member,
  MemberId,
  Recipient,
  Role,
  TeamId,
  VerifyingKey,
} from "../../protocol";
import { isSeen, looksLike } from "./labels";
import { labelIn, placesOf, placesOfMember, teamIn } from "./picture";
import type { Picture, PicturedTeam, Recovery, RouteName } from "./picture";
import { Refusal, refuse } from "./problems";
import type { Problem } from "./problems";

/** Somebody whose application a lead has checked (A5). */
export type Newcomer = {
  readonly member: MemberId;
  readonly label: string;
  readonly recipient: Recipient;
  readonly key: VerifyingKey;
};

/** Where somebody is to stand. */
type Place = {
  readonly team: TeamId;
  readonly roles: readonly Role[];
  readonly units: readonly string[];
};

export type Change =
  | ({
      readonly kind: "endorse";
      readonly newcomer: Newcomer;
      readonly replaces: MemberId | "";
    } & Place)
  | ({ readonly kind: "join" | "roles"; readonly member: MemberId } & Place)
  | { readonly kind: "move"; readonly member: MemberId; readonly from: TeamId; readonly to: TeamId }
  | { readonly kind: "leave"; readonly member: MemberId; readonly team: TeamId }
  | { readonly kind: "remove"; readonly member: MemberId }
  | { readonly kind: "team" | "rename"; readonly team: string; readonly name: string }
  | { readonly kind: "close"; readonly team: TeamId }
  | { readonly kind: "route"; readonly route: RouteName; readonly team: TeamId | "" }
  | { readonly kind: "good_until"; readonly day: Day }
  | { readonly kind: "recovery"; readonly recovery: Recovery | null }
  | { readonly kind: "lead"; readonly lead: Lead }
  | { readonly kind: "unlead"; readonly member: MemberId };

const longest = 60;
const mostMembers = 500;
const mostLeads = 20;

/** What comes of one change: the next picture, or why not. */
export function changed(
  before: Picture,
  change: Change,
  today: Day,
): { readonly picture: Picture } | { readonly problem: Problem } {
  try {
    return { picture: after(before, change, today) };
  } catch (error) {
    if (error instanceof Refusal) return { problem: error.problem };
    throw error;
  }
}

/** A change of a draft, and why it cannot be made on the root in force, if it cannot. */
export type Drafted = { readonly change: Change; readonly problem: Problem | null };

/** The picture that a draft leads to. A change that cannot be made is passed over, and said. */
export function drafted(
  start: Picture,
  changes: readonly Change[],
  today: Day,
): { readonly picture: Picture; readonly changes: readonly Drafted[] } {
  let picture = start;
  const all = changes.map((change): Drafted => {
    const result = changed(picture, change, today);
    if ("problem" in result) return { change, problem: result.problem };
    picture = result.picture;
    return { change, problem: null };
  });
  return { picture, changes: all };
}

/** A draft with one more change, which takes the place of an earlier one about the same thing. */
export function withChange(changes: readonly Change[], change: Change): Change[] {
  const about = subjectOf(change);
  return [...changes.filter((one) => subjectOf(one) !== about), change];
}

/** Whether a change is about a member. */
export function concerns(change: Change, member: MemberId): boolean {
  if (change.kind === "endorse") return change.newcomer.member === member;
  if (change.kind === "lead") return change.lead.member === member;
  return "member" in change && change.member === member;
}

/** What makes a proposed team part of a draft: the team, and the route it is proposed for, where none
 * leads anywhere yet. Nothing where the draft has the team. */
export function proposedChanges(
  picture: Picture,
  proposed: { readonly team: TeamId; readonly name: string; readonly route: RouteName | "" },
): Change[] {
  const { team, name, route } = proposed;
  if (teamIn(picture, team) !== null) return [];
  const made: Change[] = [{ kind: "team", team, name }];
  if (route !== "" && picture.routes[route] === "") made.push({ kind: "route", route, team });
  return made;
}

/** What a change is about: of two about the same, the later counts. */
export function subjectOf(change: Change): string {
  switch (change.kind) {
    case "endorse":
      return `endorse ${change.newcomer.member}`;
    case "join":
    case "roles":
    case "leave":
      return `place ${change.member} ${change.team}`;
    case "move":
      return `place ${change.member} ${change.from}`;
    case "remove":
      return `remove ${change.member}`;
    case "team":
    case "rename":
      return `team ${change.team}`;
    case "close":
      return `close ${change.team}`;
    case "route":
      return `route ${change.route}`;
    case "lead":
      return `lead ${change.lead.member}`;
    case "unlead":
      return `lead ${change.member}`;
    case "good_until":
    case "recovery":
      return change.kind;
  }
}

function after(before: Picture, change: Change, today: Day): Picture {
  switch (change.kind) {
    case "endorse":
      return endorsed(before, change, today);
    case "join":
      return joined(before, change, today);
    case "roles":
      return withRoles(before, change);
    case "move":
      return moved(before, change, today);
    case "leave":
      return left(before, change.member, change.team);
    case "remove": {
      if (placesOfMember(before, change.member).length === 0) refuse("label", "gone");
      return everywhere(before, (team) => without(team, change.member));
    }
    case "team":
      return withTeam(before, change);
    case "rename":
      return renamed(before, change);
    case "close":
      return closed(before, change.team);
    case "route":
      return routed(before, change);
    case "good_until":
      if (change.day <= today) refuse("day", "day_past");
      return { ...before, goodUntil: change.day };
    case "recovery":
      return { ...before, recovery: change.recovery };
    case "lead":
      return withLead(before, change.lead);
    case "unlead":
      return withoutLead(before, change.member);
  }
}

function endorsed(
  before: Picture,
  change: Extract<Change, { kind: "endorse" }>,
  today: Day,
): Picture {
  const { newcomer, replaces } = change;
  const { member, label, recipient, key } = newcomer;
  if (characters(label) < 1 || characters(label) > longest) refuse("label", "label_long");
  if (!isSeen(label)) refuse("label", "label_unseen", { label });
  if (placesOfMember(before, member).length > 0) refuse("label", "listed", { label });
  const lead = before.leads.find((one) => one.member === member);
  if (lead !== undefined && lead.key !== key) refuse("label", "keys_differ", { label });
  for (const { member: other } of placesOf(before)) {
    if (other.key === key) refuse("label", "key_taken", { label: other.label });
    if (looksLike(other.label, label) && other.member !== replaces)
      refuse("label", "label_taken", { label: other.label });
  }
  const entry = { member, label, recipient, key, since: today, replaces };
  return placed(before, change, { ...entry, roles: [], units: [] });
}

function joined(
  before: Picture,
  change: Extract<Change, { kind: "join" | "roles" }>,
  today: Day,
): Picture {
  const [known] = placesOfMember(before, change.member);
  if (known === undefined) refuse("label", "gone");
  return placed(before, change, { ...known.member, since: today });
}

/** Puts a member into a team with roles and units (D4, D5). */
function placed(before: Picture, place: Place, who: Member): Picture {
  const team = teamIn(before, place.team) ?? refuse("team", "no_team");
  if (team.members.some((one) => one.member === who.member)) {
    refuse("team", "in_team", { label: who.label, team: team.name });
  }
  if (team.members.length >= mostMembers) refuse("team", "team_full", { team: team.name });
  const entry = { ...who, roles: [...place.roles], units: unitsOf(place.units) };
  checkRoles(before, entry, team.team);
  return inTeam(before, team.team, (members) => [...members, entry]);
}

function withRoles(before: Picture, change: Extract<Change, { kind: "join" | "roles" }>): Picture {
  const { team, entry } = placeIn(before, change.member, change.team);
  const next = { ...entry, roles: [...change.roles], units: unitsOf(change.units) };
  checkRoles(before, next, team.team);
  if (same(entry.roles, next.roles) && same(entry.units, next.units)) refuse("roles", "already");
  return inTeam(before, team.team, (members) =>
    members.map((one) => (one.member === next.member ? next : one)),
  );
}

function moved(before: Picture, change: Extract<Change, { kind: "move" }>, today: Day): Picture {
  const { entry } = placeIn(before, change.member, change.from);
  const { roles, units } = entry;
  const gone = left(before, change.member, change.from);
  return placed(gone, { team: change.to, roles, units }, { ...entry, since: today });
}

function left(before: Picture, member: MemberId, team: TeamId): Picture {
  placeIn(before, member, team);
  return inTeam(before, team, (members) => members.filter((one) => one.member !== member));
}

function withTeam(before: Picture, change: { team: string; name: string }): Picture {
  const name = change.name.trim();
  if (!/^[a-z0-9-]{1,40}$/.test(change.team)) refuse("name", "team_id");
  if (characters(name) < 1 || characters(name) > longest) refuse("name", "team_name");
  if (teamIn(before, change.team) !== null) refuse("name", "team_taken");
  if (before.teams.some((one) => one.name === name)) refuse("name", "team_taken");
  const team: PicturedTeam = { team: change.team as TeamId, name, members: [] };
  return { ...before, teams: [...before.teams, team] };
}

function renamed(before: Picture, change: { team: string; name: string }): Picture {
  const name = change.name.trim();
  const team = teamIn(before, change.team) ?? refuse("team", "no_team");
  if (characters(name) < 1 || characters(name) > longest) refuse("name", "team_name");
  if (before.teams.some((one) => one.name === name && one !== team)) refuse("name", "team_taken");
  if (team.name === name) refuse("name", "already");
  return { ...before, teams: before.teams.map((one) => (one === team ? { ...one, name } : one)) };
}

function closed(before: Picture, wanted: TeamId): Picture {
  const team = teamIn(before, wanted) ?? refuse("team", "no_team");
  const { name } = team;
  if (team.members.length > 0) refuse("team", "team_members", { team: name });
  if (Object.values(before.routes).includes(wanted)) refuse("team", "team_route", { team: name });
  return { ...before, teams: before.teams.filter((one) => one !== team) };
}

function routed(before: Picture, { route, team }: Extract<Change, { kind: "route" }>): Picture {
  if (team === "" && route === "intake") refuse("route", "no_intake");
  if (team !== "" && teamIn(before, team) === null) refuse("route", "no_team");
  if (before.routes[route] === team) refuse("route", "already");
  return { ...before, routes: { ...before.routes, [route]: team } };
}

function withLead(before: Picture, lead: Lead): Picture {
  const { member, key, label } = lead;
  if (before.leads.some((one) => one.member === member)) {
    refuse("leads", "lead_already", { label });
  }
  if (before.leads.length >= mostLeads) refuse("leads", "leads_full");
  for (const other of before.leads) {
    if (other.key === key) refuse("leads", "key_taken", { label: other.label });
    if (looksLike(other.label, label)) refuse("leads", "label_taken", { label: other.label });
  }
  for (const { member: one } of placesOf(before)) {
    if (one.member !== member && one.key !== key) continue;
    if (one.roles.includes("administrator")) refuse("leads", "lead_administrator", { label });
    if (one.member !== member) refuse("leads", "key_taken", { label: one.label });
    if (one.key !== key) refuse("leads", "keys_differ", { label });
  }
  return { ...before, leads: [...before.leads, lead] };
}

/** Takes a lead off the list. Their vote for the recovery goes with them (D6). */
function withoutLead(before: Picture, member: MemberId): Picture {
  const label = labelIn(before, member) ?? "";
  if (!before.leads.some((one) => one.member === member)) refuse("leads", "gone");
  if (before.leads.length === 1) refuse("leads", "lead_last", { label });
  return { ...before, leads: before.leads.filter((one) => one.member !== member) };
}

function placeIn(
  of: Picture,
  member: MemberId,
  wanted: TeamId,
): { readonly team: PicturedTeam; readonly entry: Member } {
  const found = placesOfMember(of, member).find(({ team }) => team.team === wanted);
  if (found === undefined) refuse("label", "gone");
  return { team: found.team, entry: found.member };
}

/** D5: roles that stand alone, in this team and beside those of other teams; and no lead administers. */
function checkRoles(of: Picture, entry: Member, team: TeamId): void {
  const { roles, member, key, label } = entry;
  if (roles.length === 0) refuse("roles", "no_role");
  if (roles.length > 1 && roles.some(isAlone)) refuse("roles", "alone");
  for (const place of placesOfMember(of, member)) {
    if (place.team.team === team) continue;
    const other = place.member.roles;
    const alone = [...roles, ...other].some(isAlone);
    if (alone && !(roles.length === 1 && same(roles, other))) {
      refuse("roles", "alone_elsewhere", { label, team: place.team.name });
    }
  }
  if (!roles.includes("administrator")) return;
  const lead = of.leads.some((one) => one.member === member || one.key === key);
  if (lead) refuse("roles", "administrator_lead", { label });
}

export function isAlone(role: Role): boolean {
  return ALONE.includes(role);
}

/** Roles with one taken or given: one that stands alone puts the others away, and they it. */
export function toggled(roles: readonly Role[], role: Role): Role[] {
  if (roles.includes(role)) return roles.filter((one) => one !== role);
  return isAlone(role) ? [role] : [...roles.filter((one) => !isAlone(one)), role];
}

/** A team id out of a name: "Central West Unit" becomes "central-west-unit". */
export function teamIdOf(name: string): string {
  return name
    .normalize("NFKD")
    .replace(/\p{Mark}/gu, "")
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-+|-+$/g, "")
    .slice(0, 40)
    .replace(/-+$/, "");
}

function unitsOf(units: readonly string[]): string[] {
  const found = [...new Set(units.map((one) => one.trim()).filter((one) => one !== ""))];
  if (found.some((one) => characters(one) > longest)) refuse("units", "unit_long");
  return found;
}

function everywhere(of: Picture, how: (team: PicturedTeam) => PicturedTeam): Picture {
  return { ...of, teams: of.teams.map(how) };
}

function without(team: PicturedTeam, member: MemberId): PicturedTeam {
  return { ...team, members: team.members.filter((one) => one.member !== member) };
}

function inTeam(
  of: Picture,
  team: TeamId,
  how: (members: readonly Member[]) => readonly Member[],
): Picture {
  return everywhere(of, (one) => (one.team === team ? { ...one, members: how(one.members) } : one));
}

function same(one: readonly string[], other: readonly string[]): boolean {
  return one.length === other.length && one.every((item) => other.includes(item));
}
