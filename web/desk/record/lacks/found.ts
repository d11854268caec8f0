/** Collecting what is lacking in one record. */
import type { RecordName } from "../content";
import type { Lack } from "../rules";
import type { LackCode } from "../words";

/** The names that make a code together with one before them: `kind` of `subject`, for `subject_kind`. */
type NameIn<P extends string, C = LackCode> = C extends `${P}_${infer N}` ? N : never;

/** The lacks of one record, as they are found. */
export class Found {
  readonly lacks: Lack[] = [];
  readonly #record: RecordName;

  constructor(record: RecordName) {
    this.#record = record;
  }

  lack(place: string, code: LackCode, about = ""): void {
    this.lacks.push({ record: this.#record, place, code, about, weight: "lack" });
  }

  hint(place: string, code: LackCode, about = ""): void {
    this.lacks.push({ record: this.#record, place, code, about, weight: "hint" });
  }

  /** A lack at each of these that is blank. Place and code are made of the name. */
  need<P extends string>(
    owner: object,
    names: readonly NameIn<P>[],
    { place = "", code, about = "" }: { place?: string; code: P; about?: string },
  ): void {
    const values = owner as Readonly<Record<string, unknown>>;
    for (const name of names) {
      if (isBlank(values[name])) {
        this.lack(`${place}${name}`, `${code}_${name}` as LackCode, about);
      }
    }
  }
}

/**
 * The entries that stand in a list that is only ever extended: the last one of each allegation. What came before them
 * stays as it was signed, and is not judged any more. One that names no allegation yet may come to stand for any.
 */
export function standing<T extends { readonly allegation: string }>(
  list: readonly T[],
  allegations: readonly { readonly id: string }[],
): T[] {
  const last = new Map(list.map((one) => [one.allegation, one]));
  const known = new Set(allegations.map(({ id }) => id));
  return list.filter(
    (one) =>
      one.allegation === "" || (known.has(one.allegation) && last.get(one.allegation) === one),
  );
}

/** Whether nothing was answered. */
export function isBlank(value: unknown): boolean {
  if (typeof value === "string") return value.trim() === "";
  if (Array.isArray(value)) return value.length === 0;
  if (typeof value !== "object" || value === null) return false;
  return Object.values(value).every(isBlank);
}
