/** Who may not have the case, or is too near to decide in it: by whom it is about, who knew and did not report,
 * and whom the reporter left out. Pure. */
import { anyMeans, meaningOf, meaningsOf, means, sameUnit } from "../../protocol";
import type { Meaning, Meanings, MemberId, StandardsTeams } from "../../protocol";
import type { ContentOf } from "./content";
import { isChiefOfficer } from "./ranks";

/** A member as the directory lists them. */
export type ListedMember = {
  readonly member: MemberId;
  readonly label: string;
  readonly team: string;
  readonly teamName: string;
  readonly units: readonly string[];
};

/** Whom the reporter left out (R5). */
export type Excluded = {
  readonly units: readonly string[];
  readonly members: readonly MemberId[];
};

/** Why somebody may not have it. Only readers see it: the act names members and no reasons. */
export type BarReason = {
  readonly code:
    | "subject_unit"
    | "subject_team"
    | "failing_unit"
    | "failing_team"
    | "reporter_unit"
    | "excluded_member"
    | "excluded_unit"
    | "excluded_standards";
  /** The unit or the team. */
  readonly about: string;
};

export type Barred = {
  readonly member: MemberId;
  readonly label: string;
  readonly team: string;
  readonly reasons: readonly BarReason[];
};

/** Whom a case names, as far as their units count. */
export type Named = {
  readonly subjects: ContentOf<"triage">["subjects"];
  /** Who is entered in Failing to Report. */
  readonly failing: ContentOf<"failing">["entries"];
  readonly excluded: Excluded;
  /** Which team is the standards unit of which unit: who leaves out a unit leaves out that team. */
  readonly standards: StandardsTeams;
};

/** The same, with what the names mean that the reporter gave. */
type Understood = Named & { readonly meant: readonly Meaning[]; readonly together: Meanings };

/**
 * The members to be barred, in the order of the directory: those of the own unit or team of a confirmed subject, or of
 * somebody who is entered in Failing to Report, and those whom the reporter left out by name or by unit.
 */
export function barredBy(named: Named, directory: readonly ListedMember[]): Barred[] {
  const confirmed = named.subjects.filter((one) => one.confirmed === "yes");
  // Unless everybody who is entered did not report, none of their units is barred: the one that is left would tell.
  const failing = named.failing.every((one) => one.is_reporter === "no") ? named.failing : [];
  const found = new Map<MemberId, { at: ListedMember; reasons: BarReason[] }>();
  const understood = understand({ ...named, subjects: confirmed, failing });
  for (const listed of directory) {
    const reasons = reasonsFor(listed, understood);
    if (reasons.length === 0) continue;
    const known = found.get(listed.member) ?? { at: listed, reasons: [] };
    found.set(listed.member, { ...known, reasons: withOthers(known.reasons, reasons) });
  }
  return [...found.values()].map(({ at: { member, label, team }, reasons }) => ({
    member,
    label,
    team,
    reasons,
  }));
}

/** Members who still are to be barred: those who are not yet. */
export function toBar(barred: readonly Barred[], bars: readonly MemberId[]): Barred[] {
  return barred.filter(({ member }) => !bars.includes(member));
}

/**
 * Why a member is near to whom the case is about or to the reporter, by units: for a warning beside who decides or
 * investigates. A subject counts unless somebody has found that it is not they.
 */
export function nearness(
  listings: readonly ListedMember[],
  named: Named,
  reporter: { readonly unit: string; readonly rank: string },
): BarReason[] {
  const subjects = named.subjects.filter((one) => one.confirmed !== "no");
  const understood = understand({ ...named, subjects });
  let found: BarReason[] = [];
  for (const listed of listings) {
    found = withOthers(found, reasonsFor(listed, understood));
    found = withOthers(found, near(listed, reporter, "reporter_unit", "reporter_unit"));
  }
  return found;
}

function understand(named: Named): Understood {
  const { units } = named.excluded;
  const meant = units.map((name) => meaningOf(name, named.standards));
  return { ...named, meant, together: meaningsOf(units, named.standards) };
}

/** Both, each reason once. */
function withOthers(known: readonly BarReason[], others: readonly BarReason[]): BarReason[] {
  const all: BarReason[] = [...known];
  for (const one of others) {
    if (!all.some(({ code, about }) => code === one.code && about === one.about)) all.push(one);
  }
  return all;
}

function reasonsFor(
  listed: ListedMember,
  { subjects, failing, excluded, meant, together }: Understood,
): BarReason[] {
  const reasons: BarReason[] = [];
  if (excluded.members.includes(listed.member)) {
    reasons.push({ code: "excluded_member", about: "" });
  }
  // Most are meant by nothing, and a report may name thousands of units.
  for (const one of anyMeans(together, listed) ? meant : []) {
    // Whoever names a standards unit as a unit means the team of that name.
    const how = means(one, listed);
    const code = how === "name" ? "excluded_unit" : "excluded_standards";
    if (how !== null) reasons.push({ code, about: one.name });
  }
  for (const one of subjects) reasons.push(...near(listed, one, "subject_unit", "subject_team"));
  for (const one of failing) reasons.push(...near(listed, one, "failing_unit", "failing_team"));
  return withOthers([], reasons);
}

/** Why a member is near to somebody: of their own unit, or of the team that is called so. */
function near(
  { units, teamName }: ListedMember,
  { unit, rank }: { readonly unit: string; readonly rank: string },
  ofUnit: BarReason["code"],
  ofTeam: BarReason["code"],
): BarReason[] {
  const found: BarReason[] = [];
  // A chief officer's unit is the force: their own unit would bar everybody.
  if (units.some((one) => sameUnit(one, unit)) && !isChiefOfficer(rank)) {
    found.push({ code: ofUnit, about: unit });
  }
  if (sameUnit(teamName, unit)) found.push({ code: ofTeam, about: teamName });
  return found;
}
