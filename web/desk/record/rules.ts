/**
 * What is still missing in the records, of what only a reader can see: the service knows the procedure,
 * never the substance. Pure.
 */
import { RECORDS } from "./content";
import type { Contents, RecordName } from "./content";
import { danger, concerns, learning, notes } from "./lacks/brief";
import { failing } from "./lacks/failing";
import { decisions, outcome, referral } from "./lacks/after";
import { reporter } from "./lacks/reporter";
import { severity } from "./lacks/severity";
import { triage } from "./lacks/triage";
import { invalid } from "./lacks/invalid";
import type { Casework } from "./settings";
import type { LackCode } from "./words";

/** Something that is missing or not as it should be, and where. */
export type Lack = {
  readonly record: RecordName;
  /** The path of the field or entry as one text, `""` for the record as a whole. */
  readonly place: string;
  /** The code of its sentence, under `lacks` of the words. */
  readonly code: LackCode;
  /** What the sentence names: an allegation, a person. */
  readonly about: string;
  /** A lack keeps the record from being complete; a hint is worth a look. */
  readonly weight: "lack" | "hint";
};

/** What the rules look at: all records, the settings, the day it is, and what came after the report. */
export type Seen = {
  readonly contents: Contents;
  readonly casework: Casework;
  readonly today: string;
  /** The reporter has said since who they are. */
  readonly revealed?: boolean;
};

/** What is lacking in one record, in the order of its fields. */
export function lacksIn(record: RecordName, seen: Seen): Lack[] {
  return [...rules[record](seen), ...invalid(record, seen.contents[record])];
}

/** What is lacking in all of them. */
export function lacksOf(seen: Seen): Lack[] {
  return RECORDS.flatMap((record) => lacksIn(record, seen));
}

/** Whether nothing is missing. Hints do not count. */
export function isComplete(lacks: readonly Lack[]): boolean {
  return lacks.every(({ weight }) => weight === "hint");
}

const rules: Readonly<Record<RecordName, (seen: Seen) => Lack[]>> = {
  danger,
  triage,
  reporter,
  failing,
  severity,
  referral,
  decisions,
  outcome,
  learning,
  concerns,
  notes,
};
