/** From the triage record to who works on the case: owners, bars, and who is to be let in. Pure. */
import {
  conflictedBy,
  everybody,
  leavesOut,
  listed,
  mayRead,
  anyMeans,
  anyNames,
  meaningsOf,
  sameUnit,
} from "../../protocol";
import type {
  Directory,
  History,
  Listed,
  LiveGrant,
  Member,
  MemberId,
  StandardsTeams,
  TeamId,
} from "../../protocol";
import type { Procedure } from "../../protocol/work-calls";
import { excludedIn } from "../excluded";
import { succession, withHeirs } from "../handover";
import type { OpenedCase } from "../opening";
import { barredBy, nearness, toBar } from "../record/bars";
import type { BarReason, Barred, Named } from "../record/bars";
import type { ContentOf } from "../record/content";
import { failingName, subjectName } from "../record/naming";
import { isChiefOfficer } from "../record/ranks";
import type { Casework } from "../record/settings";
import { words } from "../words";
import { asListed, toldSubjects } from "./near";

/** The teams that own an allegation, as the directory has them, in its order. */
export function owners(triage: ContentOf<"triage">, directory: Directory): TeamId[] {
  const wanted = new Set(triage.allegations.map((one) => one.team));
  return [...directory.teams.values()].map(({ team }) => team).filter((team) => wanted.has(team));
}

/** Where the reporter says who must not see it. */
type Said = Pick<OpenedCase, "parties" | "conversation">;

/** What the records say of the people of a case. */
export type Says = {
  readonly triage: ContentOf<"triage">;
  readonly failing: ContentOf<"failing">;
  readonly reporter: ContentOf<"reporter">;
};

/** The teams that the reporter left out: by their name, as the standards unit of a unit, or because all of their readers
 * are. Nobody there may be let in, though the routing table may propose them. */
export function teamsLeftOut(
  opened: Said,
  directory: Directory,
  standards: StandardsTeams,
): ReadonlySet<string> {
  const exclude = excludedIn(opened);
  const out = leavesOut(directory, exclude, standards);
  const named = meaningsOf(exclude.units, standards);
  const found = [...directory.teams.values()].filter(({ team, name, members }) => {
    const readers = members.filter(mayRead);
    return (
      anyMeans(named, { team, teamName: name, units: [] }) ||
      (readers.length > 0 && readers.every(({ member }) => out(member)))
    );
  });
  return new Set(found.map(({ team }) => team));
}

/** Whether somebody looks into allegations: a team without anybody who does cannot own one. */
export function worksOnCases({ roles }: Pick<Member, "roles">): boolean {
  return roles.includes("handler") || roles.includes("investigator");
}

/** What the reporter said of who must not see it that fits nobody whom the desk could leave out by itself. */
export type Unknown = {
  /** Names of units that no unit, team or standards unit has. */
  readonly units: readonly string[];
  /** What they wrote of others, "" for nothing. It is for members to read. */
  readonly other: string;
};

/** Whom the reporter named and nobody knows yet: a member has to find out whom it means. */
export function unknownIn(
  opened: Said,
  directory: Directory,
  { units: standards, force_units }: Pick<Casework, "units" | "force_units">,
): Unknown {
  const { units, other } = excludedIn(opened);
  const known = meaningsOf(
    [
      ...knownUnits(directory, force_units),
      ...standards.flatMap(({ name }) => [name, `${name} PSU`]),
    ],
    [],
  );
  const fits = (unit: string): boolean => anyNames(known, [unit]);
  return { units: units.filter((unit) => unit.trim() !== "" && !fits(unit)), other };
}

/** The names of teams, of the units that members are listed with, and of the force's own. */
function knownUnits(directory: Directory, others: readonly string[]): string[] {
  const names = [
    ...[...directory.teams.values()].map(({ name }) => name),
    ...everybody(directory).flatMap(({ member }) => member.units),
    ...others,
  ];
  return [...new Set(names)];
}

/** Whether somebody whom the reporter named is not known yet. */
export function isAnybodyUnknown({ units, other }: Unknown): boolean {
  return units.length > 0 || other !== "";
}

/** A unit in a record that no unit or team of the force is called by. */
export type Unfit = {
  readonly record: "triage" | "failing";
  /** Whose unit it is. */
  readonly who: string;
  readonly unit: string;
};

/** The units of subjects, and of who did not report, that fit no unit or team: they bar nobody, and lead to no team. */
export function unfitIn(
  { triage, failing }: Pick<Says, "triage" | "failing">,
  directory: Directory,
  { units, force_units }: Pick<Casework, "units" | "force_units">,
): Unfit[] {
  const known = knownUnits(directory, [...force_units, ...units.map(({ name }) => name)]);
  const unknown = words.triage.unit_unknown.split("; ");
  const fits = ({ unit, rank }: { readonly unit: string; readonly rank: string }): boolean =>
    unit.trim() === "" ||
    isChiefOfficer(rank) ||
    [...known, ...unknown].some((name) => sameUnit(name, unit));
  const subjects = triage.subjects.filter((one) => one.confirmed !== "no" && !fits(one));
  const entries = failing.entries.filter((one) => one.is_reporter === "no" && !fits(one));
  return [
    ...subjects.map((one) => ({
      record: "triage" as const,
      who: subjectName(one),
      unit: one.unit,
    })),
    ...entries.map((one) => ({
      record: "failing" as const,
      who: failingName(one),
      unit: one.unit,
    })),
  ];
}

/** Members who may not have the case and are not barred yet, with the reasons that only readers see. */
export function barsDue(
  says: Says,
  opened: Said,
  directory: Directory,
  bars: readonly MemberId[],
  standards: StandardsTeams,
): Barred[] {
  const readers = everybody(directory).filter(({ member }) => mayRead(member));
  return toBar(barredBy(namedIn(says, opened, standards), readers.map(asListed)), bars);
}

/** Why a member is too near to decide or investigate in the case, by the units of the directory. */
export function tooNear(
  says: Says,
  opened: Pick<OpenedCase, "parties" | "body" | "conversation">,
  directory: Directory,
  member: MemberId,
  standards: StandardsTeams,
): BarReason[] {
  const listings = listed(directory, member).map(asListed);
  const written = namedIn(says, opened, standards);
  // As the record has it, or as it was told where nobody has written it.
  const subjects =
    written.subjects.length > 0 ? written.subjects : toldSubjects(opened.parties.content);
  const named = { ...written, subjects };
  const told = opened.body.content?.reporter;
  const unit = says.reporter.unit.trim() === "" ? (told?.unit ?? "") : says.reporter.unit;
  const rank = says.reporter.rank === "" ? (told?.rank ?? "") : says.reporter.rank;
  return nearness(listings, named, { unit, rank });
}

function namedIn({ triage, failing }: Says, opened: Said, standards: StandardsTeams): Named {
  const { subjects } = triage;
  return { subjects, failing: failing.entries, excluded: excludedIn(opened), standards };
}

/** Why somebody is too near to be let in, as {@link tooNear}: who knows the reporter may well read it. */
export function nearToLetIn(...of: Parameters<typeof tooNear>): BarReason[] {
  return tooNear(...of).filter(({ code }) => code !== "reporter_unit");
}

/** Whom routing lets in, and whom it does not. */
export type LettingIn = {
  readonly waiting: readonly Listed[];
  /** How many it leaves out for good: barred, left out by the reporter, or with a conflict. */
  readonly leftOut: number;
  /** Whom it holds back because they are proposed to be barred: one lets them in by themselves, or bars them. */
  readonly held: readonly Barred[];
  /** The teams of which nobody reads it and nobody is let in. */
  readonly shut: readonly TeamId[];
};

/** The members of the teams that the case is routed to who may read it and do not yet: less those
 * whom the reporter left out, those who are barred or declared a conflict, under whichever keys, and those who are
 * proposed to be barred. */
export function lettingIn(
  opened: Pick<OpenedCase, "conversation" | "grants" | "parties" | "record" | "served">,
  { teams, bars }: Pick<Procedure, "teams" | "bars">,
  history: History,
  standards: StandardsTeams,
  says: Says,
): LettingIn {
  const directory = history.current;
  const excluded = leavesOut(directory, excludedIn(opened), standards);
  const latest = opened.record.epochs.length;
  const lost = withHeirs(
    [...bars, ...conflictedBy(opened.grants.declarations)],
    succession(history),
  );
  const proposed = barsDue(says, opened, directory, bars, standards);
  const holds = (member: MemberId): boolean =>
    opened.grants.live.some((one) => one.member === member && one.epoch === latest);
  const readers = everybody(directory).filter(
    ({ member, team }) => teams.includes(team.team) && mayRead(member),
  );
  const waiting: Listed[] = [];
  const held = new Set<Barred>();
  const out = new Set<MemberId>();
  for (const one of readers) {
    const { member } = one.member;
    if (holds(member) || isIn(waiting, member)) continue;
    const due = proposed.find((other) => other.member === member);
    if (lost.has(member) || excluded(member)) out.add(member);
    else if (due !== undefined) held.add(due);
    else waiting.push(one);
  }
  const shut = teams.filter((team) => {
    const own = readers.filter((one) => one.team.team === team);
    return (
      own.length > 0 &&
      own.every(({ member: { member } }) => !holds(member) && !isIn(waiting, member))
    );
  });
  return { waiting, leftOut: out.size, held: [...held], shut };
}

function isIn(all: readonly Listed[], member: MemberId): boolean {
  return all.some((one) => one.member.member === member);
}

/** Members who may not have the case, because they are barred or found a conflict, and hold its latest keys: what
 * comes next needs new ones. */
export function keysHeld(
  { grants, record }: Pick<OpenedCase, "grants" | "record">,
  { bars }: Pick<Procedure, "bars">,
): MemberId[] {
  const latest = record.epochs.length;
  const holding = (all: readonly LiveGrant[]): MemberId[] =>
    all.filter((one) => one.epoch === latest).map((one) => one.member);
  const held = holding(grants.live);
  return [...bars.filter((member) => held.includes(member)), ...holding(grants.kept)];
}
