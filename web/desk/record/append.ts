/** Lists that may only be extended: what a later revision dropped or changed of an earlier one. Pure. */
import { same } from "./compare";
import { appendOnly } from "./content";
import type { ContentOf, RecordName, Revision } from "./content";
import { isBlank } from "./lacks/found";
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

/** Whether a revision did what it may not to the last one before it that opened. Of one that does not open itself,
 * nobody knows. */
export function alters(before: readonly Revision[], after: Revision): boolean {
  const last = before.filter(({ shut }) => shut !== true).at(-1);
  if (last === undefined || after.shut === true) return false;
  return alterations(after.record, last.content, after.content).length > 0;
}

/** Whether nothing was said there, so that it may still be filled in; nor was it in a member that is not there. */
export function isUnsaid(value: unknown): boolean {
  return value === undefined || isBlank(value);
}

/** Whether an entry says all that it said: what was blank may be filled in. */
function isFilled(before: Loose, after: Loose): boolean {
  return Object.entries(before).every(([name, said]) => isUnsaid(said) || same(said, after[name]));
}

function entriesOf(content: unknown, list: string): readonly (Loose & Entry)[] {
  return (content as Readonly<Record<string, readonly (Loose & Entry)[]>>)[list] ?? [];
}
