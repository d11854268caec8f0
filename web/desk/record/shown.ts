/** Values of the record as they are read: by the words of their codes, names and dates. */
import type { MemberId } from "../../protocol";
import { date } from "../days";
import { oneLine } from "../text";
import { fill } from "../words";
import { labelOf, listed, own } from "./codes";
import type { Allegation, Contents, FailingEntry, RecordName, Subject } from "./content";
import { allegationName, failingName, numbered, subjectName } from "./naming";
import { same } from "./compare";
import type { OneTeam } from "./parts/props";
import type { EntriesField, Field, Leaf } from "./schema";
import type { Casework } from "./settings";
import { unknownOf } from "./shape";
import type { Entry, Loose, Members } from "./shape";
import { entriesWords, fieldWords, recordWords } from "./words";

const { names, codes, routing } = recordWords;

/** Something that has a name and is referred to by its id. */
export type Called = { readonly id: string; readonly name: string };

/** What values are looked up in. */
export type Lookup = {
  readonly casework: Casework;
  readonly subjects: readonly Called[];
  readonly allegations: readonly Called[];
  readonly members: readonly { readonly member: MemberId; readonly label: string }[];
  readonly teams: readonly OneTeam[];
};

/** What to look values up in; `before` again where nothing in it has changed. */
export function lookupOf(
  around: Omit<Lookup, "subjects" | "allegations">,
  { subjects, allegations }: Contents["triage"],
  before: Lookup | null = null,
): Lookup {
  const { casework, members, teams } = around;
  const now: Lookup = {
    casework,
    members,
    teams,
    subjects: subjects.map((one) => ({ id: one.id, name: subjectName(one) })),
    allegations: allegations.map((one) => ({ id: one.id, name: allegationName(one) })),
  };
  const unchanged =
    before?.casework === casework &&
    before.members === members &&
    before.teams === teams &&
    same(before.subjects, now.subjects) &&
    same(before.allegations, now.allegations);
  return unchanged ? before : now;
}

/** The value of a field as text; `""` where nothing was answered. */
export function valueText(field: Leaf, owner: Loose, lookup: Lookup): string {
  return textOf(field, owner[field.name], owner, lookup);
}

/** A value of a field as text, wherever it comes from. */
export function textOf(field: Leaf, value: unknown, owner: Loose, lookup: Lookup): string {
  if (value === undefined) return "";
  if (typeof value === "boolean") return value ? codes.answer.yes : "";
  if (Array.isArray(value)) {
    return value.map((one) => oneText(field, String(one), lookup)).join("; ");
  }
  if (typeof value !== "string") return JSON.stringify(value);
  if (field.kind === "suggestion") return suggestionText(owner, lookup);
  // A decision that names no allegation is about the whole case; elsewhere it is not said yet.
  return value === "" ? "" : oneText(field, value, lookup);
}

function oneText(field: Leaf, value: string, lookup: Lookup): string {
  switch (field.kind) {
    case "code":
    case "choice":
    case "codes":
      return labelOf(field.codes, value, lookup.casework);
    case "day":
      return date(value);
    case "team":
      return teamText(value, lookup);
    case "author":
      return memberText(value, lookup);
    case "allegation":
    case "allegations":
      return nameOf(lookup.allegations, value, names.gone);
    case "subjects":
      return nameOf(lookup.subjects, value, names.subject_gone);
    case "line":
    case "text":
    case "unit":
    case "flag":
    case "suggestion":
      return value;
  }
}

/** What the routing table says of an allegation. */
export function suggestionText(owner: Loose, lookup: Lookup): string {
  const { suggested, because, gravity, category } = owner;
  if (typeof suggested !== "string" || suggested === "") {
    if (category === "") return "";
    return gravity === "" ? routing.gravity : routing.none;
  }
  return fill(routing.suggests, {
    team: teamText(suggested, lookup),
    reason: typeof because === "string" ? because : "",
  });
}

export function teamText(team: string, { teams }: Pick<Lookup, "teams">): string {
  return teams.find((one) => one.team === team)?.name ?? team;
}

export function memberText(member: string, { members }: Pick<Lookup, "members">): string {
  return members.find((one) => one.member === member)?.label ?? member.slice(0, 8);
}

/** The line that an entry is known by, in its list and where it is referred to. */
export function entryTitle(
  record: RecordName,
  list: string,
  entry: Loose & Entry,
  lookup: Lookup,
): string {
  const text = (name: string): string => {
    const value = entry[name];
    return typeof value === "string" ? oneLine(value, 70) : "";
  };
  const about = (): string =>
    text("allegation") === ""
      ? record === "decisions"
        ? names.whole_case
        : ""
      : nameOf(lookup.allegations, text("allegation"), names.gone);
  const parts = ((): readonly string[] => {
    switch (`${record}.${list}`) {
      case "triage.subjects":
        return [subjectName(entry as unknown as Subject)];
      case "triage.allegations":
        return [allegationName(entry as unknown as Allegation)];
      case "failing.entries":
        return [failingName(entry as unknown as FailingEntry)];
      case "reporter.support":
        return [
          labelOf(listed("support"), text("what"), lookup.casework),
          labelOf(own("support_state"), text("state"), lookup.casework),
        ];
      case "severity.assessments":
        return [about(), labelOf(own("level"), text("level"), lookup.casework)];
      case "referral.tests":
        return [about()];
      case "decisions.decisions":
        return [about(), labelOf(own("decision"), text("decision"), lookup.casework)];
      case "outcome.outcomes":
        return [about(), labelOf(own("finding"), text("finding"), lookup.casework)];
      case "learning.items":
        return [text("theme")];
      case "notes.notes":
        return [date(text("on")), text("text")];
      default:
        return [text("on") === "" ? "" : date(text("on")), text("what")];
    }
  })();
  return parts.filter(Boolean).join(" · ") || names.untitled;
}

/** "Assessment 2", as buttons and headings name an entry beside its title. */
export function entryNumber(record: RecordName, list: string, place: number): string {
  return numbered(entriesWords(record, list).one, place + 1);
}

/** Whether a field is shown: always, or because of what is in it or beside it. */
export function isShown(field: Field, owner: Loose, lacks: ReadonlySet<string>): boolean {
  const value = owner[field.name];
  if (typeof value === "string" ? value !== "" : Array.isArray(value) && value.length > 0) {
    return true;
  }
  if (field.when !== undefined && !field.when(owner)) return false;
  return field.lacking === undefined || field.lacking.some((code) => lacks.has(code));
}

/** What is in an object that this desk does not know: names, and values as they stand. */
export function unknownRows(members: Members, owner: Loose): { label: string; text: string }[] {
  return unknownOf(members, owner).map(([label, value]) => ({
    label,
    text: typeof value === "string" ? value : JSON.stringify(value, null, 2),
  }));
}

/** The label of a field within its record. */
export function labelIn(record: RecordName, list: EntriesField | null, names: string): string {
  return fieldWords(record, list === null ? names : `${list.name}.${names}`).label;
}

function nameOf(list: readonly Called[], id: string, gone: string): string {
  return list.find((one) => one.id === id)?.name ?? gone;
}
