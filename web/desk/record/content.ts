/** What the eleven records of a case contain (Q3): their types, empty ones, and reading them. */
import type { CaseId, Day, MemberId } from "../../protocol";
import { RECORDS } from "../../protocol/record-file";
import type { RecordName } from "../../protocol/record-file";
import { emptyOf, entries, flag, group, readAs, text, texts } from "./shape";
import type { MadeOf, Members } from "./shape";

export { RECORDS };
export type { RecordName };

/** The members of each record. Codes and days are text: a reader keeps those that it does not know. */
export const shapes = {
  danger: { immediate: text, crime: text, action: text, passed_to: text, on: text },
  triage: {
    subjects: entries({
      name: text,
      description: text,
      kind: text,
      rank: text,
      acting: flag,
      unit: text,
      relation: text,
      senior: text,
      probationer: text,
      professional_standards: text,
      confirmed: text,
    }),
    allegations: entries({
      summary: text,
      subjects: texts,
      category: text,
      studios: text,
      additional: text,
      characteristics: texts,
      corruption: text,
      flags: texts,
      gravity: text,
      team: text,
      suggested: text,
      because: text,
      rationale: text,
    }),
  },
  reporter: {
    reference: text,
    recorder: text,
    recorded_on: text,
    mode: text,
    category: text,
    rank: text,
    unit: text,
    probationer: text,
    involvement: text,
    sanitised: text,
    original: text,
    basis: text,
    basis_detail: text,
    evidence: text,
    evidence_at_risk: text,
    earlier: entries({ what: text, to_whom: text, when: text, result: text }),
    identity_known_to: text,
    entitled: group({ asked: text, answer: text, interval: text }),
    support: entries({ what: text, state: text, on: text, lead: text }),
    detriment_risk: text,
    detriment_why: text,
    whistleblower: text,
  },
  failing: {
    none_considered: text,
    entries: entries({
      who: text,
      rank: text,
      unit: text,
      is_reporter: text,
      knew: group({ what: text, indicates: text, when: text }),
      came_to_light: text,
      allegations: texts,
      reasons: texts,
      reasons_detail: text,
      seniority: group({ outranked: text, supervised: text, consideration: text }),
      proportionality: text,
      decision: text,
      rationale: text,
      decided_on: text,
      learning: text,
    }),
  },
  severity: {
    assessments: entries({
      allegation: text,
      on: text,
      level: text,
      rationale: text,
      why_lower: text,
      by: text,
    }),
  },
  referral: {
    tests: entries({
      allegation: text,
      on: text,
      criteria: texts,
      mandatory: text,
      voluntary: text,
      grounds: text,
      rationale: text,
      clear_on: text,
      sent_on: text,
      mode: text,
      mode_on: text,
      returned_on: text,
    }),
  },
  decisions: {
    decisions: entries({
      on: text,
      allegation: text,
      decision: text,
      rationale: text,
      basis: text,
      by: text,
    }),
  },
  outcome: {
    outcomes: entries({
      allegation: text,
      finding: text,
      process: text,
      result: text,
      on: text,
      told_on: text,
      told: text,
    }),
  },
  learning: {
    none: text,
    items: entries({
      theme: text,
      finding: text,
      action: text,
      owner: text,
      due: text,
      audience: text,
      evidence: text,
      closed_on: text,
    }),
  },
  concerns: { encouraged: texts, prevented: texts, sources: texts, detail: text },
  notes: {
    chronology: entries({ on: text, what: text }),
    notes: entries({ on: text, by: text, text }),
    tasks: entries({ what: text, owner: text, due: text, done_on: text }),
  },
} as const satisfies Record<RecordName, Members>;

/** The content of a record. */
export type ContentOf<R extends RecordName> = MadeOf<(typeof shapes)[R]>;
/** The contents of all records of a case; empty where there is no revision yet. */
export type Contents = { readonly [R in RecordName]: ContentOf<R> };

export type Subject = ContentOf<"triage">["subjects"][number];
export type Allegation = ContentOf<"triage">["allegations"][number];
export type FailingEntry = ContentOf<"failing">["entries"][number];
export type Assessment = ContentOf<"severity">["assessments"][number];
export type ReferralTest = ContentOf<"referral">["tests"][number];
export type Decision = ContentOf<"decisions">["decisions"][number];
export type Outcome = ContentOf<"outcome">["outcomes"][number];

// The codes that the protocol fixes (Q3); those that a force edits come with the settings.
export const SUPPORT_STATES = ["offered", "accepted", "declined"] as const;
export const FLAGS = [
  "on_duty",
  "off_duty",
  "online",
  "private_messages",
  "described_as_banter",
  "prejudicial_improper",
] as const;
export const GRAVITIES = ["gross", "misconduct", "below"] as const;
export const RISKS = ["low", "medium", "high"] as const;
export const WHISTLEBLOWER = ["granted", "applied", "not_sought", "refused"] as const;
export const CAME_TO_LIGHT = ["reporter", "witness", "closing_report", "other"] as const;
export const SOURCES = ["reporter", "witness", "closing_report"] as const;
export const FAILING_DECISIONS = [
  "reflective_practice",
  "misconduct_investigation",
  "criminal_investigation",
  "no_action_learning",
  "support_only",
] as const;
export const LEVELS = [
  "gross_misconduct",
  "misconduct",
  "practice_requiring_improvement",
  "learning_through_reflection",
  "upp",
  "regulation_13",
  "vetting",
  "grievance",
  "criminal",
  "intelligence_only",
  "none",
] as const;
export const DECISIONS = [...LEVELS, "no_further_action", "return_for_facts", "refer"] as const;
export const REFERRAL_MODES = ["independent", "directed", "local", "returned", "none"] as const;
export const FINDINGS = ["case_to_answer", "no_case", "unproven", "intelligence"] as const;

/** The most characters of one text (Q3). */
export const LONGEST_TEXT = 20_000;
/** The lists that may only be extended between revisions. */
export const APPEND_ONLY = {
  severity: "assessments",
  referral: "tests",
  decisions: "decisions",
} as const;

/** The list of a record that may only be extended; null where there is none. */
export function appendOnly(record: RecordName): string | null {
  return Object.hasOwn(APPEND_ONLY, record)
    ? APPEND_ONLY[record as keyof typeof APPEND_ONLY]
    : null;
}

/** A record with nothing in it. */
export function emptyContent<R extends RecordName>(record: R): ContentOf<R> {
  return emptyOf(shapes[record]);
}

/** All records with nothing in them. */
export function emptyContents(): Contents {
  return Object.fromEntries(RECORDS.map((one) => [one, emptyContent(one)])) as Contents;
}

/**
 * The content of a record from what was sealed, as JSON values or as the protocol's reader gives them.
 * It goes back into the seal as it is: what this desk does not know is still in it.
 */
export function readContent<R extends RecordName>(record: R, sealed: unknown): ContentOf<R> {
  return readAs(shapes[record], sealed);
}

/** A new id for an entry: 8 random hex digits. */
export function newId(): string {
  return [...crypto.getRandomValues(new Uint8Array(4))]
    .map((byte) => byte.toString(16).padStart(2, "0"))
    .join("");
}

/** A revision of a record, as far as it opened. */
export type Revision<R extends RecordName = RecordName> = {
  readonly record: R;
  readonly revision: number;
  readonly author: MemberId;
  readonly day: Day;
  readonly content: ContentOf<R>;
  /** That it does not open: the content is an empty one, or that of an earlier revision. */
  readonly shut?: boolean;
  /** Where it does not open: the number of the revision whose content stands in its place, 0 where none opens. */
  readonly shows?: number;
  /** Sentences about what is not right with it. */
  readonly warnings: readonly string[];
};

/** What a record says by its latest revision; null where there is none, or none opens. */
export function saidIn<R extends RecordName>(latest: Revision<R> | null): ContentOf<R> | null {
  return latest === null || latest.shows === 0 ? null : latest.content;
}

/** Of which case the records are, as they are printed. */
export type CaseName = { readonly case: CaseId; readonly reference: string };
