/** Who may not have the case, by whom it is about and whom the reporter left out. Pure. */
import { sameUnit } from "../../protocol";
import type { MemberId } from "../../protocol";
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
  readonly code: "subject_unit" | "subject_team" | "excluded_member" | "excluded_unit";
  /** The unit, the team, or the subject. */
  readonly about: string;
};

export type Barred = {
  readonly member: MemberId;
  readonly label: string;
  readonly team: string;
  readonly reasons: readonly BarReason[];
};

/**
 * The members to be barred, in the order of the directory: those of a confirmed subject's own unit or
 * team, and those whom the reporter left out by name or by unit.
 */
export function barredBy(
  { subjects }: Pick<ContentOf<"triage">, "subjects">,
  excluded: Excluded,
  directory: readonly ListedMember[],
): Barred[] {
  const confirmed = subjects.filter((one) => one.confirmed === "yes");
  const found = new Map<MemberId, { at: ListedMember; reasons: BarReason[] }>();
  for (const listed of directory) {
    const reasons = reasonsFor(listed, confirmed, excluded);
    if (reasons.length === 0) continue;
    const known = found.get(listed.member) ?? { at: listed, reasons: [] };
    for (const one of reasons) {
      if (!known.reasons.some(({ code, about }) => code === one.code && about === one.about)) {
        known.reasons.push(one);
      }
    }
    found.set(listed.member, known);
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

function reasonsFor(
  { member, units, teamName }: ListedMember,
  confirmed: readonly ContentOf<"triage">["subjects"][number][],
  excluded: Excluded,
): BarReason[] {
  const reasons: BarReason[] = [];
  if (excluded.members.includes(member)) reasons.push({ code: "excluded_member", about: "" });
  for (const unit of excluded.units) {
    // Whoever names a standards unit as a unit means the team of that name.
    if (units.some((one) => sameUnit(one, unit)) || sameUnit(teamName, unit)) {
      reasons.push({ code: "excluded_unit", about: unit });
    }
  }
  for (const { unit, rank } of confirmed) {
    // A chief officer's unit is the force: their own unit would bar everybody.
    if (units.some((one) => sameUnit(one, unit)) && !isChiefOfficer(rank)) {
      reasons.push({ code: "subject_unit", about: unit });
    }
    if (sameUnit(teamName, unit)) reasons.push({ code: "subject_team", about: teamName });
  }
  return reasons;
}
