/** Changing a content that is not saved yet: fields, entries, and what follows from them. Pure, but for
 * the ids of new entries. */
import type { MemberId } from "../../protocol";
import { isUnsaid } from "./append";
import { appendOnly, emptyContent, newId, shapes } from "./content";
import type { ContentOf, Contents, RecordName } from "./content";
import { at, pathOf, put, shapeAt } from "./paths";
import type { Path } from "./paths";
import { withSuggestion } from "./routing";
import type { Casework } from "./settings";
import { emptyOf } from "./shape";
import type { Entry, Loose } from "./shape";

/** Who writes, when, and over what. */
export type Writing = {
  readonly me: MemberId;
  readonly label: string;
  readonly today: string;
  readonly reference: string;
  readonly casework: Casework;
  readonly contents: Contents;
};

/** The content with another value in a field. */
export function changed<R extends RecordName>(
  record: R,
  content: ContentOf<R>,
  path: Path,
  value: unknown,
  casework: Casework,
): ContentOf<R> {
  return derived(record, put(content, path, value), casework);
}

/** A record that is begun: what is known without asking is filled in. */
export function begun<R extends RecordName>(record: R, writing: Writing): ContentOf<R> {
  const content = emptyContent(record);
  const known: Partial<Record<RecordName, object>> = {
    danger: { on: writing.today },
    reporter: {
      reference: writing.reference,
      recorder: writing.label,
      recorded_on: writing.today,
    },
  };
  return { ...content, ...known[record] };
}

/** The content with a new entry at the end of a list, and its id. */
export function withEntry<R extends RecordName>(
  record: R,
  content: ContentOf<R>,
  list: string,
  writing: Writing,
): { content: ContentOf<R>; id: string } {
  const shape = shapeAt(shapes[record], [list]);
  if (shape?.of !== "entries") return { content, id: "" };
  const id = newId();
  const before = entriesAt(content, [list]);
  const entry = { id, ...emptyOf(shape.members), ...known(record, list, before, writing) };
  const whole = put(content, [list], [...before, entry]);
  return { content: derived(record, whole, writing.casework), id };
}

/** What a new entry says by itself: the day, who writes it, the allegation that is still without one. */
function known(
  record: RecordName,
  list: string,
  before: readonly Loose[],
  { me, today, contents }: Writing,
): object {
  const free = (): string =>
    contents.triage.allegations.find(
      ({ id }) => !before.some(({ allegation }) => allegation === id),
    )?.id ?? "";
  switch (`${record}.${list}`) {
    case "reporter.support":
      return { on: today };
    case "severity.assessments":
    case "decisions.decisions":
      return { allegation: free(), on: today, by: me };
    case "referral.tests":
      return { allegation: free(), on: today };
    case "outcome.outcomes":
      return { allegation: free(), on: today };
    case "notes.notes":
      return { on: today, by: me };
    default:
      return {};
  }
}

/** The content without an entry. */
export function withoutEntry<T>(content: T, path: Path): T {
  const list = path.slice(0, -1);
  const id = path.at(-1);
  return put(
    content,
    list,
    entriesAt(content, list).filter((one) => one.id !== id),
  );
}

/** The content with an entry at a place of its list. */
export function putBack<T>(content: T, list: Path, entry: Entry, place: number): T {
  const before = entriesAt(content, list);
  return put(content, list, [...before.slice(0, place), entry, ...before.slice(place)]);
}

/** The content with an entry one place further up or down; the same where it is at the end already. */
export function movedEntry<T>(content: T, path: Path, by: 1 | -1): T {
  const list = path.slice(0, -1);
  const entries = [...entriesAt(content, list)];
  const from = entries.findIndex(({ id }) => id === path.at(-1));
  const [one, other] = [entries[from], entries[from + by]];
  if (one === undefined || other === undefined) return content;
  [entries[from], entries[from + by]] = [other, one];
  return put(content, list, entries);
}

/** The entries of a list; none where there is no list. */
export function entriesAt(content: unknown, path: Path): readonly (Loose & Entry)[] {
  const found = at(content, path);
  return Array.isArray(found) ? (found as readonly (Loose & Entry)[]) : [];
}

/** Whether a field is as it was signed, and stays so: in a list that may only be extended, whatever was said before. What
 * is blank may still be filled in, whenever it turns out to be needed. An entry itself stays where it is. */
export function isLocked<R extends RecordName>(
  record: R,
  saved: ContentOf<R> | null,
  path: string,
): boolean {
  const [list = "", id = "", name] = pathOf(path);
  if (saved === null || list !== appendOnly(record)) return false;
  const entry = at(saved, [list, id]);
  if (entry === undefined) return false;
  return name === undefined || !isUnsaid((entry as Loose)[name]);
}

/** What follows from other fields: what the routing table says. */
function derived<R extends RecordName>(
  record: R,
  content: ContentOf<R>,
  casework: Casework,
): ContentOf<R> {
  if (record !== "triage") return content;
  const triage = content as ContentOf<"triage">;
  const allegations = triage.allegations.map((one) =>
    withSuggestion(one, triage.subjects, casework),
  );
  const same = allegations.every((one, place) => one === triage.allegations[place]);
  return (same ? triage : { ...triage, allegations }) as ContentOf<R>;
}
