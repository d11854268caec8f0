/** How a record looks when it is drawn: what is unfolded, what is written in, where the focus goes. */
import { compare, same } from "../compare";
import type { ContentOf, RecordName } from "../content";
import { emptyContent } from "../content";
import { entriesAt } from "../draft";
import type { Lack } from "../rules";
import { fieldsOf, schema } from "../schema";
import type { EntriesField, GroupField, Leaf, Section } from "../schema";
import type { Entry, Loose } from "../shape";

/** So many entries of a list are shown whole. */
export const SHOWN_WHOLE = 3;

/** An entry that was removed and can be put back. */
export type Removed = {
  readonly path: string;
  readonly entry: Loose & Entry;
  readonly place: number;
  readonly name: string;
};

/** Whether the entries of a list are short ones, written all at once. */
export function isBrief(record: RecordName, list: string): boolean {
  return fieldsOf(record).some(
    (one) => one.kind === "entries" && one.name === list && one.brief === true,
  );
}

/** The fields of a section in their order, lists apart from what stands between them. */
export function inOrder(
  { fields }: Section,
  shown: readonly (Leaf | GroupField)[],
): (EntriesField | readonly (Leaf | GroupField)[])[] {
  const parts: (EntriesField | (Leaf | GroupField)[])[] = [];
  for (const field of fields) {
    if (field.kind === "entries") parts.push(field);
    else if (shown.includes(field)) {
      const last = parts.at(-1);
      if (Array.isArray(last)) last.push(field);
      else parts.push([field]);
    }
  }
  return parts;
}

/** What a draft that is taken up again was written in: sections, and the first entry. */
export function takenUp<R extends RecordName>(
  record: R,
  saved: ContentOf<R> | null,
  draft: ContentOf<R> | null,
): { sections: ReadonlySet<string>; entry: string | null } {
  if (draft === null) return { sections: new Set(), entry: null };
  const names = schema[record].map(({ name }) => name);
  if (saved === null) return { sections: new Set(names), entry: null };
  const paths = compare(record, saved, draft).map(({ path }) => path);
  const entry = paths.find(([list = "", id]) => id !== undefined && !isBrief(record, list));
  const sections = schema[record].filter(({ fields }) =>
    paths.some(([first = "", id]) =>
      fields.some(({ name }) => name === first && (id === undefined || isBrief(record, first))),
    ),
  );
  return {
    sections: new Set(sections.map(({ name }) => name)),
    entry: entry === undefined ? null : entry.slice(0, 2).join("/"),
  };
}

/** The entries that are shown whole at first: those of short lists. */
export function shownWhole<R extends RecordName>(
  record: R,
  content: ContentOf<R> | null,
): ReadonlySet<string> {
  const whole = content ?? emptyContent(record);
  return new Set(
    fieldsOf(record)
      .filter(({ kind }) => kind === "entries")
      .flatMap(({ name }) => {
        const all = entriesAt(whole, [name]);
        return all.length > SHOWN_WHOLE ? [] : all.map(({ id }) => `${name}/${id}`);
      }),
  );
}

/** Lacks by the path of the entry they are in; the same lists as before where they say the same. */
export function lacksByEntry(
  lacks: readonly Lack[],
  before: ReadonlyMap<string, readonly Lack[]> | null,
): ReadonlyMap<string, readonly Lack[]> {
  const now = new Map<string, Lack[]>();
  for (const one of lacks) {
    const steps = one.place.split("/");
    if (steps.length < 2) continue;
    const path = steps.slice(0, 2).join("/");
    const list = now.get(path) ?? [];
    list.push(one);
    now.set(path, list);
  }
  return new Map(
    [...now].map(([path, list]) => {
      const known = before?.get(path);
      return [path, known !== undefined && same(known, list) ? known : list] as const;
    }),
  );
}

/** Moves to an element, or to one by its id; with `first` before it, to the first field behind that heading. */
export function focusOn(wanted: string | HTMLElement): void {
  if (typeof wanted !== "string") {
    wanted.focus();
    return;
  }
  const [first, id] = wanted.startsWith("first ") ? [true, wanted.slice(6)] : [false, wanted];
  const element = document.getElementById(id);
  if (element === null) return;
  const around = first ? element.closest(".rec-entry, .rec-section") : null;
  const field = around?.querySelector<HTMLElement>(
    ".rec-row input, .rec-row select, .rec-row textarea, .rec-row button, .rec-add",
  );
  const found = field ?? element;
  // Of a group of answers, the one that is chosen takes the focus.
  const chosen =
    found instanceof HTMLInputElement && found.type === "radio"
      ? found.closest(".rec-choices")?.querySelector<HTMLElement>("input:checked")
      : null;
  (chosen ?? found).focus({ preventScroll: true });
  (found.closest(".rec-row") ?? found).scrollIntoView({ block: "nearest" });
}
