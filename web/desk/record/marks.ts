/** How far each record has come, and the sentences of what it lacks. Pure. */
import { counted, fill } from "../words";
import { RECORDS } from "./content";
import type { RecordName } from "./content";
import { isComplete } from "./rules";
import type { Lack } from "./rules";
import { recordWords } from "./words";

const { marks, lacks: sentences, about: withAbout } = recordWords;

/** How a record or a section of one stands. */
export type Mark = {
  readonly state: "empty" | "lacking" | "complete" | "signed";
  readonly missing: number;
  readonly text: string;
};

/** The mark of a record. One that was signed and lacks something since is not done. */
export function markOf(lacks: readonly Lack[], written: boolean, signed: boolean): Mark {
  const missing = lacks.filter(({ weight }) => weight === "lack").length;
  if (signed) {
    return missing === 0
      ? { state: "signed", missing, text: marks.signed }
      : { state: "lacking", missing, text: counted(marks.since, missing) };
  }
  if (!written) return { state: "empty", missing, text: marks.empty };
  if (isComplete(lacks)) return { state: "complete", missing: 0, text: marks.complete };
  return { state: "lacking", missing, text: counted(marks.lacking, missing) };
}

/** The sentence of a lack. */
export function lackText({ code, about }: Pick<Lack, "code" | "about">): string {
  const known: Readonly<Record<string, string>> = sentences;
  const sentence = Object.hasOwn(known, code) ? (known[code] ?? code) : code;
  return fill(sentence, { about });
}

/** The same where it stands by itself, with what it is about. */
export function lackLine(lack: Pick<Lack, "code" | "about">): string {
  const text = lackText(lack);
  return lack.about === "" || text.includes(lack.about)
    ? text
    : fill(withAbout, { about: lack.about, text });
}

/** Lacks by record, in the order of the records. */
export function byRecord(lacks: readonly Lack[]): Map<RecordName, Lack[]> {
  return new Map(
    RECORDS.map((record) => [record, lacks.filter((one) => one.record === record)] as const),
  );
}

/** The lacks at a place or within it. */
export function lacksAt(lacks: readonly Lack[], place: string): Lack[] {
  return lacks.filter((one) => one.place === place || one.place.startsWith(`${place}/`));
}
