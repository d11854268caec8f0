/** Differences between two revisions as rows that can be read: by field, within their entry. Pure. */
import { fill } from "../words";
import type { Conflict, Difference } from "./compare";
import { shapes } from "./content";
import type { RecordName } from "./content";
import { fieldOf, shapeAt } from "./paths";
import type { Path } from "./paths";
import { fieldNamed, schema } from "./schema";
import type { Field, Leaf } from "./schema";
import type { Entry, Loose } from "./shape";
import { entryTitle, textOf } from "./shown";
import type { Lookup } from "./shown";
import { entriesWords, fieldWords, recordWords } from "./words";

const said = recordWords.compare;

/** One row of a comparison. */
export type DifferenceRow = {
  readonly key: string;
  /** The entry that the field is in; "" for a field of the record itself. */
  readonly entry: string;
  readonly label: string;
  readonly before: string;
  readonly after: string;
  /** Of several codes: which came, and which went. */
  readonly added: readonly string[];
  readonly removed: readonly string[];
  readonly kind: Difference["kind"];
};

/** The rows of differences. `names` gives the entries of either revision by their path. */
export function rowsOfDifferences(
  record: RecordName,
  differences: readonly Difference[],
  lookup: Lookup,
  entryAt: (path: Path) => (Loose & Entry) | null,
): DifferenceRow[] {
  return differences.map((one) => {
    const key = `${one.kind} ${one.path.join("/")}`;
    const nothing = { added: [], removed: [], before: "", after: "" };
    if ("entry" in one) {
      const [list = ""] = one.path;
      const name = `${entriesWords(record, list).one} “${entryTitle(record, list, one.entry, lookup)}”`;
      const text = wholeText(record, list, one.entry, lookup);
      const [before, after] = one.kind === "added" ? ["", text] : [text, ""];
      return {
        ...nothing,
        key,
        entry: "",
        label: fill(said[one.kind], { name }),
        before,
        after,
        kind: one.kind,
      };
    }
    const entry = entryName(record, one.path, lookup, entryAt);
    if (one.kind === "moved") {
      return {
        ...nothing,
        key,
        entry,
        label: labelOfPath(record, one.path),
        kind: one.kind,
        after: said.moved,
      };
    }
    const { before, after } = one;
    const [was, is] = [before, after].map((value) => valueAt(record, one.path, value, lookup));
    const lists =
      Array.isArray(before) && Array.isArray(after) ? ([before, after] as string[][]) : null;
    const text = (code: string): string => valueAt(record, one.path, [code], lookup);
    return {
      key,
      entry,
      label: labelOfPath(record, one.path),
      before: was ?? "",
      after: is ?? "",
      added: lists?.[1]?.filter((code) => lists[0]?.includes(code) === false).map(text) ?? [],
      removed: lists?.[0]?.filter((code) => lists[1]?.includes(code) === false).map(text) ?? [],
      kind: one.kind,
    };
  });
}

/** What a field is called, with the group that it is in. */
export function labelOfPath(record: RecordName, path: Path): string {
  const named = fieldOf(shapes[record], path);
  const steps = named.split(".");
  const group = fieldNamed(record, steps.slice(0, -1).join("."));
  const { label } = fieldWords(record, named);
  if (group?.kind !== "group") return label;
  const above = fieldWords(record, steps.slice(0, -1).join(".")).label;
  return `${above}: ${label.toLowerCase()}`;
}

/** The entry that a path leads through, as its list calls it; "" where there is none. */
export function entryName(
  record: RecordName,
  path: Path,
  lookup: Lookup,
  entryAt: (path: Path) => (Loose & Entry) | null,
): string {
  const [list = "", id] = path;
  if (id === undefined || shapeAt(shapes[record], [list])?.of !== "entries") return "";
  const entry = entryAt([list, id]);
  return entry === null ? id : entryTitle(record, list, entry, lookup);
}

/** A value at a path as text. */
export function valueAt(record: RecordName, path: Path, value: unknown, lookup: Lookup): string {
  const field = fieldNamed(record, fieldOf(shapes[record], path));
  if (field !== undefined && isLeaf(field)) return textOf(field, value, {}, lookup);
  if (value === undefined || value === null) return "";
  if (typeof value === "object" && "id" in value) {
    return wholeText(record, path[0] ?? "", value as Loose & Entry, lookup);
  }
  return typeof value === "string" ? value : JSON.stringify(value, null, 2);
}

/** Whether both texts of a conflict can stand one after the other: long ones that both wrote. */
export function canBeBoth(record: RecordName, { path, mine, theirs }: Conflict): boolean {
  const field = fieldNamed(record, fieldOf(shapes[record], path));
  return field?.kind === "text" && mine !== "" && theirs !== "" && theirs !== null && mine !== null;
}

/** An entry with all its fields, a line each. */
function wholeText(record: RecordName, list: string, entry: Loose & Entry, lookup: Lookup): string {
  const field = schema[record].flatMap(({ fields }) => fields).find(({ name }) => name === list);
  if (field?.kind !== "entries") return "";
  const lines: string[] = [];
  for (const one of field.fields) {
    const leaves = one.kind === "group" ? one.fields : [one];
    const owner = (one.kind === "group" ? entry[one.name] : entry) as Loose;
    for (const leaf of leaves) {
      const text = textOf(leaf, owner[leaf.name], owner, lookup);
      if (text === "") continue;
      const path =
        one.kind === "group" ? [list, entry.id, one.name, leaf.name] : [list, entry.id, leaf.name];
      lines.push(`${labelOfPath(record, path)}: ${text}`);
    }
  }
  return lines.join("\n");
}

function isLeaf(field: Field): field is Leaf {
  return field.kind !== "group" && field.kind !== "entries";
}
