/**
 * What the report says, as the beginning of a record: for a member to read, correct and save. Whoever the
 * report says knew of it is not entered in Failing to Report: that is for a member to decide. Pure, but
 * for the ids of new entries.
 */
import type { Body, Parties } from "../../protocol";
import { begun } from "./draft";
import type { Writing } from "./draft";
import { newId } from "./content";
import type { Allegation, ContentOf, RecordName, Subject } from "./content";
import { withSuggestion } from "./routing";
import { isReprisal } from "./schema";

/** The report as far as it opened, and whether its reporter has said since who they are. */
export type Told = {
  readonly parties: Parties | null;
  readonly body: Body | null;
  readonly revealed: boolean;
};

/** The beginning of a record; null where the report says nothing for it. */
export function proposalFor<R extends RecordName>(
  record: R,
  told: Told,
  writing: Writing,
): ContentOf<R> | null {
  const made: Partial<{ [Name in RecordName]: () => ContentOf<Name> | null }> = {
    danger: () => danger(told, writing),
    triage: () => triage(told, writing),
    reporter: () => reporter(told, writing),
  };
  return made[record]?.() ?? null;
}

function danger({ body }: Told, writing: Writing): ContentOf<"danger"> | null {
  if (body === null) return null;
  return {
    ...begun("danger", writing),
    immediate: body.danger.now,
    action: "",
  };
}

/** Its subjects, and an allegation for each concern. */
function triage({ parties, body }: Told, { casework }: Writing): ContentOf<"triage"> | null {
  if (parties === null && body === null) return null;
  const subjects = (parties?.subjects ?? []).map((one): Subject => ({
    id: newId(),
    name: one.name,
    description: one.description,
    kind: one.kind,
    rank: one.rank,
    acting: one.acting,
    unit: one.unit,
    relation: one.relation,
    senior: one.senior,
    probationer: one.probationer,
    professional_standards: one.reads_reports,
    confirmed: "",
  }));
  const allegations = (body?.concerns ?? []).map((category) =>
    withSuggestion(
      {
        ...emptyAllegation(),
        id: newId(),
        category,
        // Whoever is named alone is who it is about; of several, a member says which.
        subjects: subjects.length === 1 ? subjects.map(({ id }) => id) : [],
        characteristics: category === "discrimination" ? (body?.characteristics ?? []) : [],
        flags: flagsOf(body),
      },
      subjects,
      casework,
    ),
  );
  return { subjects, allegations };
}

function flagsOf(body: Body | null): string[] {
  if (body === null) return [];
  const { on_duty, online, private_messages, described_as_banter } = body.circumstances;
  const flags: [string, boolean][] = [
    ["on_duty", on_duty === "yes"],
    ["off_duty", on_duty === "no"],
    ["online", online === "yes"],
    ["private_messages", private_messages === "yes"],
    ["described_as_banter", described_as_banter === "yes"],
  ];
  return flags.filter(([, set]) => set).map(([flag]) => flag);
}

function reporter({ body, revealed }: Told, writing: Writing): ContentOf<"reporter"> | null {
  if (body === null) return null;
  const { reporter: person, evidence, told } = body;
  const earlier = told.whom.trim() === "" && told.outcome.trim() === "";
  return {
    ...begun("reporter", writing),
    mode: revealed ? "named" : body.mode,
    category: person.kind,
    rank: person.rank,
    unit: person.unit,
    probationer: person.probationer,
    involvement: person.role,
    // The sanitised account is for a member to write: nothing of the original is taken over into it.
    original: body.what_happened,
    basis: body.basis,
    basis_detail: body.basis_detail,
    evidence: [evidence.what, evidence.how].filter(Boolean).join("\n"),
    evidence_at_risk: evidence.at_risk,
    earlier: earlier
      ? []
      : [{ id: newId(), what: "", to_whom: told.whom, when: "", result: told.outcome }],
    entitled: { asked: "", answer: "", interval: "" },
  };
}

/** The triage with an allegation of reprisal at its end, unless one says the same already; and its id. */
export function withReprisal(
  triage: ContentOf<"triage">,
  summary: string,
  casework: Writing["casework"],
): { content: ContentOf<"triage">; id: string } {
  const category = "reprisal";
  const there = triage.allegations.find((one) => isReprisal(one) && one.summary === summary);
  if (there !== undefined) return { content: triage, id: there.id };
  const id = newId();
  const made = { ...emptyAllegation(), id, category, summary };
  const allegation = withSuggestion(made, triage.subjects, casework);
  return { content: { ...triage, allegations: [...triage.allegations, allegation] }, id };
}

/** The notes with one at their end that begins so, unless one does already; and its id. */
export function withNote(
  notes: ContentOf<"notes">,
  begins: string,
  { me: by, today: on }: Pick<Writing, "me" | "today">,
): { content: ContentOf<"notes">; id: string } {
  const there = notes.notes.find(({ text }) => text.startsWith(begins));
  if (there !== undefined) return { content: notes, id: there.id };
  const id = newId();
  const made = { id, on, by, text: `${begins} ` };
  return { content: { ...notes, notes: [...notes.notes, made] }, id };
}

function emptyAllegation(): Omit<Allegation, "id"> {
  return {
    summary: "",
    subjects: [],
    category: "",
    studios: "",
    additional: "",
    characteristics: [],
    corruption: "",
    flags: [],
    gravity: "",
    team: "",
    suggested: "",
    because: "",
    rationale: "",
  };
}
