/** Collecting what is lacking in one record. */
import type { RecordName } from "../content";
import type { Lack } from "../rules";

/** The lacks of one record, as they are found. */
export class Found {
  readonly lacks: Lack[] = [];
  readonly #record: RecordName;

  constructor(record: RecordName) {
    this.#record = record;
  }

  lack(place: string, code: string, about = ""): void {
    this.lacks.push({ record: this.#record, place, code, about, weight: "lack" });
  }

  hint(place: string, code: string, about = ""): void {
    this.lacks.push({ record: this.#record, place, code, about, weight: "hint" });
  }

  /** A lack at each of these that is blank. Place and code are made of the name. */
  need(
    owner: object,
    names: readonly string[],
    { place = "", code, about = "" }: { place?: string; code: string; about?: string },
  ): void {
    const values = owner as Readonly<Record<string, unknown>>;
    for (const name of names) {
      if (isBlank(values[name])) this.lack(`${place}${name}`, `${code}_${name}`, about);
    }
  }
}

/** Whether nothing was answered. */
export function isBlank(value: unknown): boolean {
  if (typeof value === "string") return value.trim() === "";
  if (Array.isArray(value)) return value.length === 0;
  if (typeof value !== "object" || value === null) return false;
  return Object.values(value).every(isBlank);
}
