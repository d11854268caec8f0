import { check } from "../../text/en.json";
import type { MemberId } from "../protocol/bytes";
import { custodians, firstReaders, listed, routeTeam } from "../protocol/directory";
import type { Directory, Member, Route } from "../protocol/directory";
import { emptyBody, emptyIdentity, emptyParties, leavesOut, leftOut } from "../protocol/report";
import type { Body, IdentityContent, Mode, Parties } from "../protocol/report";
import { fill } from "../ui/text";

/** What has been typed so far: the members of R4 to R6 together, as nothing is yet sealed. */
export type Draft = Omit<Body, "mode"> &
  Parties & {
    readonly mode: Mode | "";
    readonly identity: IdentityContent;
    /** Units of the force to leave out that no first reader belongs to, as the page lists them. */
    readonly force_units: readonly string[];
    /** More of them, as they were typed, one on each line. */
    readonly other_units: string;
    readonly route: Route | "";
    /** Whether fewer than two readers were accepted. */
    readonly few_accepted: boolean;
  };

/** A draft in which nothing is answered. */
export function emptyDraft(): Draft {
  return {
    ...emptyBody("web"),
    language: "",
    ...emptyParties(),
    mode: "",
    identity: emptyIdentity(),
    force_units: [],
    other_units: "",
    route: "",
    few_accepted: false,
  };
}

/** The paths in `T` that lead to a `V`, such as `evidence.what` or `subjects.0.name`. */
export type PathTo<T, V> = {
  [K in keyof T & string]: T[K] extends V
    ? K
    : T[K] extends readonly (infer Entry)[]
      ? `${K}.${number}.${PathTo<Entry, V>}`
      : T[K] extends object
        ? `${K}.${PathTo<T[K], V>}`
        : never;
}[keyof T & string];

/** Where a text or a code stands in a draft. */
export type TextPath = PathTo<Draft, string>;

/** The text at a path. */
export function textAt(draft: Draft, path: TextPath): string {
  let at: unknown = draft;
  for (const name of path.split(".")) at = (at as Record<string, unknown>)[name];
  return at as string;
}

/** The draft with another text at a path. */
export function withText(draft: Draft, path: TextPath, value: string): Draft {
  return put(draft, path.split("."), value) as Draft;
}

function put(at: unknown, [name = "", ...rest]: readonly string[], value: string): unknown {
  const next = (part: unknown): unknown => (rest.length === 0 ? value : put(part, rest, value));
  if (Array.isArray(at)) {
    return at.map((part: unknown, place) => (place === Number(name) ? next(part) : part));
  }
  const whole = at as Record<string, unknown>;
  return { ...whole, [name]: next(whole[name]) };
}

/** The field's id in the page: its path with dots turned into dashes. */
export function fieldId(path: string): string {
  return path.replaceAll(".", "-");
}

/** The route that the report takes: intake, unless another was chosen. */
export function chosenRoute(draft: Draft): Route {
  return draft.route === "" ? "intake" : draft.route;
}

/** The mode of the report: anonymous, unless another was chosen. */
export function chosenMode(draft: Draft): Mode {
  return draft.mode === "" ? "anonymous" : draft.mode;
}

/** Whether the independent route exists and has readers. */
export function hasIndependent(directory: Directory): boolean {
  return firstReaders(directory, "independent").length > 0;
}

/** Whether somebody named may work where reports are read, and the usual route is still taken. */
export function proposesIndependent(draft: Draft): boolean {
  const near = draft.subjects.some((one) => one.reads_reports === "yes");
  return near && chosenRoute(draft) !== "independent";
}

/** The first readers of the chosen route who are not left out. */
export function readersLeft(draft: Draft, directory: Directory): Member[] {
  // Which team is whose professional standards unit is for the desk to know.
  const named = leavesOut(directory, { units: namedUnits(draft), members: [] }, []);
  return firstReaders(directory, chosenRoute(draft)).filter(
    ({ member }) => !leftOut(directory, draft.exclude, member) && !named(member),
  );
}

/** Who must not see the report: units are those that were chosen from either list, and those that were typed. */
export function excludeOf(draft: Draft): Parties["exclude"] {
  const { exclude } = draft;
  return { ...exclude, units: [...new Set([...exclude.units, ...namedUnits(draft)])] };
}

/** Units that may be of no first reader: a name here may be that of a team too. */
function namedUnits({ force_units: chosen, other_units: typed }: Draft): string[] {
  const lines = typed.split(/[\r\n;]/).map((line) => line.trim());
  return [...chosen, ...lines.filter((line) => line !== "")];
}

/** The units of the force that are listed besides: those of no first reader. */
export function otherUnitsOf(directory: Directory, force: readonly string[]): string[] {
  const first = unitsOf(directory);
  return force.filter((unit) => !first.includes(unit));
}

/** The units of the first readers, in whichever team they are listed with them, in order. */
export function unitsOf(directory: Directory): string[] {
  const units = allReaders(directory).flatMap(({ member }) =>
    listed(directory, member).flatMap((one) => one.member.units),
  );
  return [...new Set(units)].sort();
}

/** A first reader of some route, as a reporter sees them. */
export interface ReaderLine {
  readonly member: MemberId;
  readonly label: string;
  readonly team: string;
  readonly units: readonly string[];
}

/** The first readers of all routes, each once. */
export function allReaders(directory: Directory): ReaderLine[] {
  const lines = (["intake", "independent"] as const).flatMap((route) =>
    readerLines(directory, route, firstReaders(directory, route)),
  );
  return lines.filter(
    (line, place) => lines.findIndex((one) => one.member === line.member) === place,
  );
}

/** Readers of a route with the name of its team. */
export function readerLines(
  directory: Directory,
  route: Route,
  members: readonly Member[],
): ReaderLine[] {
  const team = routeTeam(directory, route)?.name ?? "";
  return members.map(({ member, label, units }) => ({ member, label, team, units }));
}

/** The custodians with the name of their team. */
export function custodianLines(directory: Directory): ReaderLine[] {
  const named = directory.root.routes.custodians;
  const team = named === "" ? "" : (directory.teams.get(named)?.name ?? "");
  return custodians(directory).map(({ member, label, units }) => ({ member, label, team, units }));
}

/** The characteristics that discrimination is about: none where it is not among the concerns. */
export function characteristicsOf(draft: Draft): Draft["characteristics"] {
  return draft.concerns.includes("discrimination") ? draft.characteristics : [];
}

/** The recovery that can read the report beside its readers, in words; null where there is none. */
export function recoveryLine(directory: Directory): string | null {
  const { recovery } = directory.root;
  if (recovery === null) return null;
  const { threshold, shares } = recovery;
  return fill(check.recovery_reader, { threshold, shares });
}

/** The parts of a report as they are sealed: only what fits the mode and the route. */
export function partsOf(draft: Draft): {
  readonly parties: Parties;
  readonly body: Body;
  readonly identity: IdentityContent;
} {
  const { subjects, others, identity, ...rest } = omit(
    draft,
    ...(["exclude", "force_units", "other_units", "route", "few_accepted"] as const),
  );
  const mode = chosenMode(draft);
  const named = mode === "named";
  return {
    parties: { subjects, others, exclude: excludeOf(draft) },
    body: {
      ...rest,
      mode,
      channel: "web",
      characteristics: characteristicsOf(draft),
      language: rest.language.trim() === "" ? "en" : rest.language,
      name: named ? rest.name : "",
      contact: named ? rest.contact : "",
    },
    identity: mode === "confidential" ? identity : emptyIdentity(),
  };
}

function omit<T extends object, K extends keyof T & string>(of: T, ...names: K[]): Omit<T, K> {
  const left = Object.entries(of).filter(([name]) => !names.includes(name as K));
  return Object.fromEntries(left) as Omit<T, K>;
}
