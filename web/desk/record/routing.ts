/** The routing table applied to an allegation: which team should have it, and why. Pure. */
import { sameUnit } from "../../protocol";
import type { Allegation, Subject } from "./content";
import { isChiefOfficer, outranks } from "./ranks";
import type { Casework, RoutingRule, When } from "./settings";

/** What the table says. */
export type Suggestion =
  | { readonly kind: "team"; readonly team: string; readonly reason: string }
  /** Which rule fits depends on the gravity, which nobody has stated yet. */
  | { readonly kind: "gravity" }
  /** No rule fits, or the one that does leads to a unit without a standards unit. */
  | { readonly kind: "none" };

/** The standards unit of the first subject who has one: what such a rule gives as its team. */
export const SUBJECT_UNIT = "subject-unit";

/** The first rule that fits. */
export function suggestionFor(
  allegation: Allegation,
  subjects: readonly Subject[],
  { routing, units }: Pick<Casework, "routing" | "units">,
): Suggestion {
  const about = subjects.filter(({ id }) => allegation.subjects.includes(id));
  for (const rule of routing) {
    const fits = fitness(rule.when, allegation, about, units);
    if (fits === "no") continue;
    if (fits === "open") return { kind: "gravity" };
    const team = teamOf(rule, about, units);
    // The standards unit of a subject who has none: the next rule is asked.
    if (team !== null) return { kind: "team", team, reason: rule.reason };
  }
  return { kind: "none" };
}

/** The allegation with what the table says of it; its team stays as it is. */
export function withSuggestion(
  allegation: Allegation,
  subjects: readonly Subject[],
  casework: Pick<Casework, "routing" | "units">,
): Allegation {
  const found = suggestionFor(allegation, subjects, casework);
  const suggested = found.kind === "team" ? found.team : "";
  const because = found.kind === "team" ? found.reason : "";
  return suggested === allegation.suggested && because === allegation.because
    ? allegation
    : { ...allegation, suggested, because };
}

function fitness(
  when: When,
  allegation: Allegation,
  about: readonly Subject[],
  units: Casework["units"],
): "yes" | "no" | "open" {
  const { categories = [], gravity = "", rank_from = "", rank_to = "" } = when;
  const named = [allegation.category, allegation.additional].filter(Boolean);
  const rest =
    (categories.length === 0 || categories.some((one) => named.includes(one))) &&
    (when.characteristics !== true || allegation.characteristics.length > 0) &&
    (when.professional_standards !== true || about.some(isProfessionalStandards)) &&
    (rank_from === "" || about.some((one) => isConfirmedFrom(one, rank_from))) &&
    (rank_to === "" || !about.some(({ rank }) => outranks(rank, rank_to))) &&
    (when.unknown_subject !== true || (about.length > 0 && about.every(isUnknown))) &&
    (when.no_subject !== true || about.length === 0) &&
    (when.bcu !== true || about.some((one) => standardsUnit(one, units) !== null));
  if (!rest) return "no";
  if (gravity === "") return "yes";
  if (allegation.gravity === "") return "open";
  return (gravity === "gross") === (allegation.gravity === "gross") ? "yes" : "no";
}

function teamOf(
  { team }: RoutingRule,
  about: readonly Subject[],
  units: Casework["units"],
): string | null {
  if (team !== SUBJECT_UNIT) return team;
  for (const one of about) {
    const found = standardsUnit(one, units);
    if (found !== null) return found;
  }
  return null;
}

/** A chief officer goes the same way as somebody of professional standards: neither is for a team
 * that they may lead. */
function isProfessionalStandards(subject: Subject): boolean {
  return subject.professional_standards === "yes" || isChiefOfficer(subject.rank);
}

/** Somebody has checked that it is they, and their rank is that or a higher one. */
function isConfirmedFrom({ confirmed, rank }: Subject, from: string): boolean {
  return confirmed === "yes" && (rank === from || outranks(rank, from));
}

/** Nobody knows who it is: no name, and nobody has confirmed them by their description. */
function isUnknown(subject: Subject): boolean {
  return subject.name.trim() === "" && subject.confirmed !== "yes";
}

function standardsUnit(subject: Subject, units: Casework["units"]): string | null {
  return units.find(({ name }) => sameUnit(name, subject.unit))?.team ?? null;
}
