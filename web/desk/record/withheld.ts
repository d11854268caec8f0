/** A record as it is given on without who reported: what tells of them, field by field, and their own words are left
 * out. What members wrote stands as they wrote it. Pure. */
import { shapes } from "./content";
import type { ContentOf, RecordName } from "./content";
import { isReprisal } from "./schema";
import type { Entry, Loose, Members } from "./shape";
import { recordWords } from "./words";

const { withheld: said } = recordWords.print;

/** Fields that say who reported, what they are to the others, or what they said in their own words. */
const FIELDS: Readonly<Partial<Record<RecordName, readonly string[]>>> = {
  reporter: [
    "mode",
    "category",
    "rank",
    "unit",
    "probationer",
    "involvement",
    "original",
    "basis",
    "basis_detail",
    "evidence",
    "identity_known_to",
    "detriment_risk",
    "detriment_why",
    "whistleblower",
  ],
};
/** The same in the entries of a list. */
const IN_ENTRIES: Readonly<
  Partial<Record<RecordName, Readonly<Record<string, readonly string[]>>>>
> = {
  triage: { subjects: ["description", "relation", "senior"] },
  // Who supports them may well be of their own unit.
  reporter: { earlier: ["what", "to_whom", "when", "result"], support: ["lead"] },
  failing: { entries: ["is_reporter"] },
};

/** The content with what is withheld said to be so. What was not answered stays that; what this desk does not know
 * may be anything, and goes. */
export function withheld<R extends RecordName>(record: R, content: ContentOf<R>): ContentOf<R> {
  return hiding(record, known(shapes[record], content)) as ContentOf<R>;
}

function hiding(record: RecordName, content: Loose): Loose {
  const made = hidden(content, FIELDS[record] ?? []);
  for (const [list, names] of Object.entries(IN_ENTRIES[record] ?? {})) {
    made[list] = entriesOf(content, list).map((one) => hidden(one, names));
  }
  if (record === "triage") {
    // What happened to them since is told in their words, or nearly.
    made["allegations"] = entriesOf(content, "allegations").map((one) =>
      isReprisal(one) ? hidden(one, ["summary"]) : one,
    );
  }
  return made;
}

function hidden(owner: Loose, names: readonly string[]): Record<string, unknown> {
  const found: Record<string, unknown> = { ...owner };
  for (const name of names) {
    const value = owner[name];
    if (typeof value === "string" && value !== "") found[name] = said;
  }
  return found;
}

/** Without what is not known, in the object and in what is in it. */
function known(members: Members, owner: Loose): Loose {
  const made = Object.entries(members).map(([name, shape]): readonly [string, unknown] => {
    const value = owner[name];
    if (shape.of === "group") return [name, known(shape.members, value as Loose)];
    if (shape.of !== "entries" || !Array.isArray(value)) return [name, value];
    const entries = value as readonly (Loose & Entry)[];
    return [name, entries.map((one) => ({ id: one.id, ...known(shape.members, one) }))];
  });
  return Object.fromEntries(made);
}

function entriesOf(content: Loose, list: string): readonly Loose[] {
  const value = content[list];
  return Array.isArray(value) ? (value as Loose[]) : [];
}
