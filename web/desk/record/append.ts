/** Lists that may only be extended: what a later revision dropped or changed of an earlier one. Pure. */
import { same } from "./compare";
import { APPEND_ONLY, FILLED_LATER } from "./content";
import type { ContentOf, RecordName, Revision } from "./content";
import type { Entry, Loose } from "./shape";

/** An entry that should be as it was. */
export type Alteration = {
  readonly record: RecordName;
  readonly place: string;
  readonly code: "dropped" | "altered" | "moved";
};

/** What `after` did to entries of `before` that it may not; nothing in records that have no such list. */
export function alterations<R extends RecordName>(
  record: R,
  before: ContentOf<R>,
  after: ContentOf<R>,
): Alteration[] {
  const list = appendOnly(record);
  if (list === null) return [];
  const [was, is] = [entriesOf(before, list), entriesOf(after, list)];
  const found: Alteration[] = [];
  for (const [position, one] of was.entries()) {
    const now = is.find(({ id }) => id === one.id);
    const place = `${list}/${one.id}`;
    if (now === undefined) found.push({ record, place, code: "dropped" });
    else if (!isFilled(one, now)) found.push({ record, place, code: "altered" });
    else if (is[position]?.id !== one.id && found.length === 0) {
      found.push({ record, place, code: "moved" });
    }
  }
  return found;
}

/** Whether a revision did to the one before what it may not. Where either does not open, nobody knows. */
export function alters(before: Revision | undefined, after: Revision): boolean {
  if (before === undefined || before.shut === true || after.shut === true) return false;
  return alterations(after.record, before.content, after.content).length > 0;
}

/** The list of a record that may only be extended; null where there is none. */
export function appendOnly(record: RecordName): string | null {
  return Object.hasOwn(APPEND_ONLY, record)
    ? APPEND_ONLY[record as keyof typeof APPEND_ONLY]
    : null;
}

/** Whether an entry is what it was, but for later dates where none stood. */
function isFilled(before: Loose, after: Loose): boolean {
  const names = new Set([...Object.keys(before), ...Object.keys(after)]);
  return [...names].every(
    (name) =>
      same(before[name], after[name]) || (FILLED_LATER.includes(name) && before[name] === ""),
  );
}

function entriesOf(content: unknown, list: string): readonly (Loose & Entry)[] {
  return (content as Readonly<Record<string, readonly (Loose & Entry)[]>>)[list] ?? [];
}
