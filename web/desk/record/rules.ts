/** What is still missing in the records, of what only a reader can see. Pure. */
import type { RecordName } from "./content";

/** Something that is missing or not as it should be, and where. */
export type Lack = {
  readonly record: RecordName;
  /** The path of the field or entry as one text, `""` for the record as a whole. */
  readonly place: string;
  /** The code of its sentence, under `lacks` of the words. */
  readonly code: string;
  /** What the sentence names: an allegation, a person. */
  readonly about: string;
  /** A lack keeps the record from being complete; a hint is worth a look. */
  readonly weight: "lack" | "hint";
};
