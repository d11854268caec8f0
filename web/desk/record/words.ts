/** The words of the record: one file, text/record.en.json. */
import en from "../../../text/record.en.json";
import type { RecordName } from "./content";

export const recordWords = en;

/** The code of something that is lacking: it is known by its sentence. */
export type LackCode = keyof typeof en.lacks;

type Labelled = { readonly label: string; readonly hint?: string };

/** What a field is called, and what helps to fill it in; its name as it stands where it is not known. */
export function fieldWords(record: RecordName, field: string): Labelled {
  const known: Readonly<Record<string, Labelled>> = en.fields[record];
  return Object.hasOwn(known, field)
    ? (known[field] ?? { label: field })
    : { label: field.split(".").at(-1) ?? field };
}

/** The words of a list of entries. */
export type EntriesWords = {
  readonly one: string;
  readonly add: string;
  readonly none: string;
  readonly hint?: string;
};

export function entriesWords(record: RecordName, field: string): EntriesWords {
  const known: Readonly<Record<string, EntriesWords>> = en.entries;
  return known[`${record}.${field}`] ?? { one: field, add: field, none: "" };
}

export function sectionName(record: RecordName, section: string): string {
  const known: Readonly<Record<string, string>> = en.sections;
  return known[`${record}.${section}`] ?? section;
}
