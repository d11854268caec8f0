/** How each record is laid out: its sections and the fields in them, in the order of reading. The same
 * for the screen, for editing, for the comparison and for print. */
import { listed, own, shared } from "./codes";
import type { CodeList } from "./codes";
import type { RecordName } from "./content";
import type { Loose } from "./shape";
import type { LackCode } from "./words";

type Named = {
  readonly name: string;
  /** The field is shown only where this holds, or where something is in it. */
  readonly when?: (owner: Loose) => boolean;
  /** The field is shown only where one of these lacks is at it, or where something is in it. */
  readonly lacking?: readonly LackCode[];
  /** Changes nothing but this field's look: two columns of long texts stand beside each other. */
  readonly beside?: boolean;
};

/** A field that holds one value. */
export type Leaf = Named &
  (
    | { readonly kind: "line" | "day" | "flag" | "team" | "author" | "unit" | "suggestion" }
    | { readonly kind: "text"; readonly rows: number }
    | { readonly kind: "code" | "choice" | "codes"; readonly codes: CodeList }
    | { readonly kind: "allegation" | "allegations" | "subjects" }
  );
export type GroupField = Named & { readonly kind: "group"; readonly fields: readonly Leaf[] };
export type EntriesField = Named & {
  readonly kind: "entries";
  readonly fields: readonly (Leaf | GroupField)[];
  /** Entries of a few short fields, which are shown whole. */
  readonly brief?: boolean;
};
export type Field = Leaf | GroupField | EntriesField;
export type Section = { readonly name: string; readonly fields: readonly Field[] };

const line = (name: string, more: Partial<Named> = {}): Leaf => ({ ...more, name, kind: "line" });
const day = (name: string, more: Partial<Named> = {}): Leaf => ({ ...more, name, kind: "day" });
const unit = (name: string): Leaf => ({ name, kind: "unit" });
const long = (name: string, rows = 3, more: Partial<Named> = {}): Leaf => ({
  ...more,
  name,
  kind: "text",
  rows,
});
/** One of many, from a list that drops down. */
const code = (name: string, codes: CodeList, more: Partial<Named> = {}): Leaf => ({
  ...more,
  name,
  kind: "code",
  codes,
});
/** One of a few, all of them in sight. */
const choice = (name: string, codes: CodeList, more: Partial<Named> = {}): Leaf => ({
  ...more,
  name,
  kind: "choice",
  codes,
});
const answer = (name: string, more: Partial<Named> = {}): Leaf => choice(name, own("answer"), more);
const codes = (name: string, from: CodeList, more: Partial<Named> = {}): Leaf => ({
  ...more,
  name,
  kind: "codes",
  codes: from,
});
const group = (name: string, fields: readonly Leaf[]): GroupField => ({
  name,
  kind: "group",
  fields,
});
const entries = (
  name: string,
  fields: readonly (Leaf | GroupField)[],
  more: { brief?: boolean } = {},
): EntriesField => ({ ...more, name, kind: "entries", fields });
const allegation: Leaf = { name: "allegation", kind: "allegation" };
const author: Leaf = { name: "by", kind: "author" };

const isYes =
  (...names: readonly string[]) =>
  (owner: Loose): boolean =>
    names.some((name) => owner[name] === "yes");
const isAbout =
  (...wanted: readonly string[]) =>
  (owner: Loose): boolean =>
    ["category", "additional"].some((name) => wanted.includes(String(owner[name])));

/** Whether an allegation is of reprisal, by either of its categories. */
export const isReprisal = isAbout("reprisal");

export const schema: Readonly<Record<RecordName, readonly Section[]>> = {
  danger: [
    {
      name: "danger",
      fields: [answer("immediate"), answer("crime"), long("action"), line("passed_to"), day("on")],
    },
  ],
  triage: [
    {
      name: "subjects",
      fields: [
        entries("subjects", [
          line("name"),
          line("description"),
          code("rank", shared("rank")),
          { name: "acting", kind: "flag" },
          code("kind", shared("kind")),
          unit("unit"),
          code("relation", shared("relation")),
          answer("senior"),
          answer("probationer"),
          answer("professional_standards"),
          answer("confirmed"),
        ]),
      ],
    },
    {
      name: "allegations",
      fields: [
        entries("allegations", [
          long("summary", 2),
          { name: "subjects", kind: "subjects" },
          code("category", shared("concern")),
          code("studios", listed("studios")),
          code("additional", listed("additional")),
          codes("characteristics", listed("characteristics"), {
            when: isAbout("discrimination", "harassment", "sexual_harassment", "bullying"),
          }),
          code("corruption", listed("corruption")),
          codes("flags", own("flag")),
          choice("gravity", own("gravity")),
          { name: "suggested", kind: "suggestion" },
          { name: "team", kind: "team" },
          long("rationale", 2, {
            when: ({ team, suggested }) => team !== "" && team !== suggested,
          }),
        ]),
      ],
    },
  ],
  reporter: [
    {
      name: "made",
      fields: [line("reference"), line("recorder"), day("recorded_on")],
    },
    {
      name: "person",
      fields: [
        choice("mode", shared("mode")),
        code("category", shared("kind")),
        code("rank", shared("rank")),
        unit("unit"),
        answer("probationer"),
        choice("involvement", shared("involvement")),
      ],
    },
    {
      name: "account",
      fields: [
        long("sanitised", 10, { beside: true }),
        long("original", 10, { beside: true }),
        choice("basis", shared("basis")),
        long("basis_detail", 2),
      ],
    },
    {
      name: "evidence",
      fields: [
        long("evidence"),
        answer("evidence_at_risk"),
        entries("earlier", [line("what"), line("to_whom"), line("when"), line("result")], {
          brief: true,
        }),
      ],
    },
    {
      name: "identity",
      fields: [
        long("identity_known_to", 2),
        group("entitled", [
          answer("asked"),
          answer("answer", { when: isYes("asked") }),
          line("interval", { when: isYes("answer") }),
        ]),
      ],
    },
    {
      name: "support",
      fields: [
        entries(
          "support",
          [
            code("what", listed("support")),
            choice("state", own("support_state")),
            day("on"),
            line("lead"),
          ],
          { brief: true },
        ),
        choice("detriment_risk", own("risk")),
        long("detriment_why", 2),
        choice("whistleblower", own("whistleblower")),
      ],
    },
  ],
  failing: [
    {
      name: "entries",
      fields: [
        entries("entries", [
          line("who"),
          code("rank", shared("rank")),
          unit("unit"),
          answer("is_reporter"),
          group("knew", [long("what", 2), long("indicates", 2), line("when")]),
          choice("came_to_light", own("came_to_light")),
          { name: "allegations", kind: "allegations" },
          codes("reasons", listed("reasons")),
          long("reasons_detail", 2),
          group("seniority", [answer("outranked"), answer("supervised"), long("consideration", 2)]),
          long("proportionality", 3),
          code("decision", own("failing_decision")),
          long("rationale", 3),
          day("decided_on"),
          long("learning", 2),
        ]),
        long("none_considered", 2, { when: ({ entries: all }) => isNone(all) }),
      ],
    },
  ],
  severity: [
    {
      name: "assessments",
      fields: [
        entries("assessments", [
          allegation,
          day("on"),
          code("level", own("level")),
          long("rationale", 3),
          long("why_lower", 2, { lacking: ["severity_why_lower"] }),
          author,
        ]),
      ],
    },
  ],
  referral: [
    {
      name: "tests",
      fields: [
        entries("tests", [
          allegation,
          day("on"),
          codes("criteria", listed("referral_criteria")),
          answer("mandatory"),
          answer("voluntary"),
          long("grounds", 2, { when: isYes("voluntary") }),
          long("rationale", 3),
          day("clear_on", { when: isYes("mandatory", "voluntary") }),
          day("sent_on", { when: isYes("mandatory", "voluntary") }),
          choice("mode", own("referral_mode"), { when: ({ sent_on }) => sent_on !== "" }),
          day("mode_on", { when: ({ mode }) => mode !== "" }),
          day("returned_on", { when: ({ mode }) => mode === "returned" }),
        ]),
      ],
    },
  ],
  decisions: [
    {
      name: "decisions",
      fields: [
        entries("decisions", [
          allegation,
          day("on"),
          code("decision", own("decision")),
          long("rationale", 3),
          long("basis", 2),
          author,
        ]),
      ],
    },
  ],
  outcome: [
    {
      name: "outcomes",
      fields: [
        entries("outcomes", [
          allegation,
          choice("finding", own("finding")),
          line("process"),
          long("result", 2),
          day("on"),
          day("told_on"),
          long("told", 2, { when: ({ told_on }) => told_on !== "" }),
        ]),
      ],
    },
  ],
  learning: [
    {
      name: "items",
      fields: [
        entries("items", [
          line("theme"),
          long("finding", 2),
          long("action", 2),
          line("owner"),
          day("due"),
          line("audience"),
          long("evidence", 2),
          day("closed_on"),
        ]),
        long("none", 2, { when: ({ items }) => isNone(items) }),
      ],
    },
  ],
  concerns: [
    {
      name: "concerns",
      fields: [
        codes("encouraged", listed("encouraged")),
        codes("prevented", listed("prevented")),
        codes("sources", own("source")),
        long("detail", 3),
      ],
    },
  ],
  notes: [
    {
      name: "chronology",
      fields: [entries("chronology", [day("on"), long("what", 2)], { brief: true })],
    },
    {
      name: "notes",
      fields: [entries("notes", [day("on"), long("text", 3), author], { brief: true })],
    },
    {
      name: "tasks",
      fields: [
        entries("tasks", [line("what"), line("owner"), day("due"), day("done_on")], {
          brief: true,
        }),
      ],
    },
  ],
};

/** All fields of a record. */
export function fieldsOf(record: RecordName): Field[] {
  return schema[record].flatMap(({ fields }) => fields);
}

/** The field that is called so, `entries.knew.what`; undefined for what is not known. */
export function fieldNamed(record: RecordName, field: string): Field | undefined {
  let known: readonly Field[] = fieldsOf(record);
  let found: Field | undefined;
  for (const name of field.split(".")) {
    found = known.find((one) => one.name === name);
    if (found === undefined) return undefined;
    known = "fields" in found ? found.fields : [];
  }
  return found;
}

function isNone(list: unknown): boolean {
  return Array.isArray(list) && list.length === 0;
}
