import {
  conflictedBy,
  declaredBy,
  everybody,
  leavesOut,
  listed,
  mayRead,
  recoveryOf,
} from "../protocol";
import type {
  Day,
  Declaration,
  Directory,
  History,
  Listed,
  Member,
  MemberId,
  Role,
  StandardsTeams,
} from "../protocol";
import { date } from "./days";
import { excludedIn } from "./excluded";
import { leftOn, readersOf, succession, withHeirs } from "./handover";
import type { OpenedCase } from "./opening";
import { warningText } from "./warnings";
import { coded, fill, words } from "./words";

/** Somebody who can read a case, or could. */
export type ReaderView = {
  member: MemberId;
  label: string;
  team: string;
  roles: readonly Role[];
  self: boolean;
  /** No member, but the recovery. */
  recovery: boolean;
  /** Still in the directory in force. */
  listed: boolean;
  /** Who may read no more, by the directory in force: since when, "" where that is not known; and the
   * day of the lock that keeps from them what came after it. Null for everybody else. */
  left: { day: Day | ""; locked: Day | null } | null;
  /** Who let them in: null for the reporter, "" where nothing proves it. */
  by: string | null;
  day: Day | "";
  /** What counts of what they declared; with the day on which they had declared no conflict, if they found one. */
  declared: { conflict: boolean; day: Day; free: Day | null } | null;
};

/** The people of a case. */
export type People = {
  readers: readonly ReaderView[];
  former: readonly ReaderView[];
  /** Whom this member may let in: readers of the same team, then custodians, then readers of other
   * teams, without a grant. */
  team: readonly Candidate[];
  custodians: readonly Candidate[];
  others: readonly Candidate[];
  warnings: readonly string[];
  /** Signatures show who let every reader in, and nobody is missing. */
  proven: boolean;
};

/** Somebody who could be let in. Who is of another team than the case's, and stands in the place of
 * nobody who could read it, is `outside`: letting them in needs a second look. */
export type Candidate = { member: Member; team: string; excluded: boolean; outside: boolean };

/** Who is barred by what was signed, and who ever was. */
export type SignedBars = {
  readonly now: ReadonlySet<MemberId>;
  readonly ever: ReadonlySet<MemberId>;
};

/** Who can read a case, by the signatures and not by the service's word, and where both differ. */
export function peopleOf(
  opened: OpenedCase,
  history: History,
  self: MemberId,
  standards: StandardsTeams,
  barred: SignedBars | null = null,
): People {
  const { grants, record, served } = opened;
  const proven = grants.live;
  const servedLive = new Set(served.filter((one) => one.live).map((one) => one.member));
  const now = new Set(proven.filter((one) => servedLive.has(one.member)).map((one) => one.member));
  const everybodyEver = new Set<MemberId>([
    ...record.statement.grantees.map((one) => one.member),
    ...grants.rows.map((one) => one.grantee),
    ...served.map((one) => one.member),
    ...grants.declarations.map((one) => one.member),
  ]);
  const warnings = grants.warnings.map((one) => warningText("people", one));
  const view = (member: MemberId): ReaderView => readerView(member, opened, history, self);

  for (const member of servedLive) {
    const label = nameOf(history, member);
    if (!now.has(member)) warnings.push(fill(words.warning.grant_unproven, { label }));
    if (listed(history.current, member).length === 0) {
      warnings.push(fill(words.warning.grant_unlisted, { label }));
    }
  }
  const conflicted = conflictedBy(grants.declarations);
  const reading = readersOf(history.current);
  for (const member of new Set(proven.map((one) => one.member))) {
    const explained = conflicted.has(member) || barred?.ever.has(member) === true;
    if (servedLive.has(member) || explained || !reading.has(member)) continue;
    warnings.push(fill(words.warning.grant_missing, { label: nameOf(history, member) }));
  }
  const whole = warnings.length === 0;
  const recovery = recoveryOf(history.current)?.member;
  const people = [...now].filter((member) => reading.has(member) && member !== recovery);
  if (people.length === 1 && whole) warnings.push(words.warning.few_readers);

  const out = leavesOut(history.current, excludedIn(opened), standards);
  // Whose bar was lifted is let in anew; whose conflict stands is not.
  const back = (member: MemberId): boolean =>
    barred !== null && !servedLive.has(member) && !conflicted.has(member) && member !== self;
  const free = everybody(history.current).filter(
    ({ member }) => mayRead(member) && (!everybodyEver.has(member.member) || back(member.member)),
  );
  const line = succession(history);
  const heirsHere = new Set(withHeirs(everybodyEver, line));
  for (const member of everybodyEver) heirsHere.delete(member);
  const lost = withHeirs([...(barred?.now ?? []), ...conflicted], line);
  const candidate = ({ member, team }: Listed): Candidate => ({
    member,
    team: team.name,
    excluded: lost.has(member.member) || out(member.member),
    outside:
      lost.has(member.member) || (team.team !== opened.team && !heirsHere.has(member.member)),
  });
  const inTeam = free.filter(({ team }) => team.team === opened.team);
  const custodianTeam = history.current.root.routes.custodians;
  const custodians = free.filter(
    (one) =>
      one.team.team === custodianTeam &&
      one.member.roles.includes("custodian") &&
      !inTeam.includes(one),
  );
  const offered = new Set([...inTeam, ...custodians].map((one) => one.member.member));
  const others = new Map(
    free.filter((one) => !offered.has(one.member.member)).map((one) => [one.member.member, one]),
  );
  return {
    readers: [...everybodyEver].filter((member) => servedLive.has(member)).map(view),
    former: [...everybodyEver].filter((member) => !servedLive.has(member)).map(view),
    team: inTeam.map(candidate),
    custodians: custodians.map(candidate),
    others: [...others.values()].map(candidate),
    warnings: [...new Set(warnings)],
    proven: whole,
  };
}

/** The label of a member: by the directory in force, else by an earlier one, by the lists of leads,
 * or by their account, for which there is only the service's word. */
export function nameOf(history: History, member: MemberId, accounts: Labels = []): string {
  if (isRecovery(history, member)) return words.people.recovery;
  const signed = found(history, member)?.member.label ?? leadLabel(history, member);
  if (signed !== null) return signed;
  const account = accounts.find((one) => one.member === member);
  return account === undefined
    ? fill(words.people.unlisted_name, { member: member.slice(0, 8) })
    : fill(words.people.account_name, { label: account.label });
}

/** Accounts as far as they are named. */
export type Labels = readonly { readonly member: MemberId; readonly label: string }[];

/** The name of a team; its id where the directory does not list it, "" for no team. */
export function teamName(directory: Directory, team: string | null): string {
  if (team === null) return "";
  return [...directory.teams.values()].find((one) => one.team === team)?.name ?? team;
}

/** Where the service says of a case something else than what is signed: a sentence for each. */
export function differences(opened: OpenedCase, directory: Directory | undefined): string[] {
  const { told, conversation, receiptDay, route, team } = opened;
  const named = (of: string): string => (directory === undefined ? of : teamName(directory, of));
  const { stage: stages, route: routes } = words.codes;
  const all = [
    ["stage_differs", told.stage, conversation.stage, (of: string) => coded(stages, of)],
    ["route_differs", told.route, route, (of: string) => coded(routes, of)],
    ["team_differs", told.team, team, named],
    ["day_differs", told.day, receiptDay, date],
  ] as const;
  return all.flatMap(([key, served, signed, shown]) =>
    signed === null || served === signed
      ? []
      : [fill(words.warning[key], { served: shown(served), signed: shown(signed) })],
  );
}

function found(history: History, member: MemberId): Listed | undefined {
  for (const directory of [history.current, ...history.earlier.values()]) {
    const [first] = listed(directory, member);
    if (first !== undefined) return first;
  }
  return undefined;
}

/** The label of somebody who is or was a lead, by the latest list that names them. */
function leadLabel({ current }: History, member: MemberId): string | null {
  const leads = [...current.lists].reverse().flatMap((one) => one.leads);
  return leads.find((one) => one.member === member)?.label ?? null;
}

/** Whether a reader is no member, but the recovery of a directory (D12). */
export function isRecovery({ current, earlier }: History, member: MemberId): boolean {
  return [current, ...earlier.values()].some((one) => recoveryOf(one)?.member === member);
}

/** Since when a reader of the case is none any more, and what keeps from them what came after. */
function leftSince(
  history: History,
  { grants, record }: OpenedCase,
  member: MemberId,
): ReaderView["left"] {
  if (readersOf(history.current).has(member)) return null;
  if (conflictedBy(grants.declarations).has(member)) return null;
  const held = grants.live.filter((one) => one.member === member).map((one) => one.epoch);
  const locked = record.epochs[Math.max(0, ...held)]?.day ?? null;
  return { day: leftOn(history, member) ?? "", locked };
}

function answer(
  { member, conflict, day }: Declaration,
  all: readonly Declaration[],
): NonNullable<ReaderView["declared"]> {
  const free = all.find((one) => one.member === member && !one.conflict);
  return { conflict, day, free: conflict ? (free?.day ?? null) : null };
}

function readerView(
  member: MemberId,
  opened: OpenedCase,
  history: History,
  self: MemberId,
): ReaderView {
  const known = found(history, member);
  const { grants } = opened;
  const grant = grants.live.find((one) => one.member === member);
  const row = grants.rows.filter((one) => one.grantee === member && one.act === "grant").at(-1);
  const first = opened.record.statement.grantees.some((one) => one.member === member);
  const declared = declaredBy(grants.declarations, member);
  return {
    member,
    label: nameOf(history, member),
    team: known?.team.name ?? "",
    roles: known?.member.roles ?? [],
    self: member === self,
    listed: listed(history.current, member).length > 0 || readersOf(history.current).has(member),
    recovery: isRecovery(history, member),
    left: leftSince(history, opened, member),
    by: row !== undefined ? nameOf(history, row.grantor) : first ? null : "",
    day: row?.day ?? grant?.day ?? (first ? opened.record.statement.day : ""),
    declared: declared === undefined ? null : answer(declared, grants.declarations),
  };
}
