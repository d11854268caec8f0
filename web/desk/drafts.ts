import { LONGEST_MESSAGE, LONGEST_NEXT, characters, wellFormed } from "../protocol";
import type { Day, Stage, Writing } from "../protocol";
import { isDay } from "./days";
import type { Draft, DraftKind } from "./state";
import { words } from "./words";

/** A draft in which nothing is written. */
export const emptyDraft: Draft = {
  kind: "message",
  text: "",
  stage: "",
  next: "",
  by: "",
  sending: false,
  trouble: null,
};

/** The words that a kind of message begins with, where it has some. */
const begun: Readonly<
  Partial<Record<DraftKind, { readonly text: string; readonly next: string }>>
> = {
  acknowledgement: {
    text: words.reply.acknowledgement_text,
    next: words.reply.acknowledgement_next,
  },
  decision: { text: words.reply.decision_text, next: "" },
  support: { text: words.reply.support_text, next: "" },
  check_in: { text: words.reply.check_in_text, next: "" },
  survey: { text: words.reply.survey_text, next: "" },
};

/** The draft as another kind of message. Some begin with words that may be changed; words that nobody
 * changed go again with their kind. */
export function asKind(draft: Draft, kind: DraftKind): Draft {
  const before = begun[draft.kind] ?? { text: "", next: "" };
  const text = draft.text.trim() === before.text.trim() ? "" : draft.text;
  const next = draft.next.trim() === before.next.trim() ? "" : draft.next;
  const first = begun[kind] ?? { text: "", next: "" };
  return {
    ...draft,
    kind,
    text: text.trim() === "" ? first.text : text,
    next: next.trim() === "" ? first.next : next,
  };
}

/** Whether a draft would leave the reporter without a day to come back on. */
export function lacksDay({ by, kind, stage }: Draft): boolean {
  return by === "" && !(kind === "stage" && stage === "closed");
}

/** The draft with a day, and with what happens by then where nothing is said of it. */
export function withDay(draft: Draft, by: string): Draft {
  return { ...draft, by, next: draft.next.trim() === "" ? words.reply.next_proposed : draft.next };
}

/** A sentence for each field that is not right. */
export type DraftProblems = { text?: string; stage?: string; next?: string; by?: string };

/** True if some draft holds words that would be missed. */
export function anyWritten(drafts: ReadonlyMap<unknown, Draft>): boolean {
  return [...drafts.values()].some(({ text, next }) => text.trim() !== "" || next.trim() !== "");
}

/** What is still wrong with a draft, by field; nothing when it can be sent. `shut` says why its stage may not be
 * set, where it may not. */
export function problemsOf(draft: Draft, today: string, shut: string | null = null): DraftProblems {
  const { problem } = words.reply;
  const found: DraftProblems = {};
  if (draft.text.trim() === "") found.text = problem.empty;
  else if (isUnfinished(draft)) found.text = problem.unfinished;
  else if (length(draft.text) > LONGEST_MESSAGE) found.text = problem.long;
  if (draft.kind === "stage" && draft.stage === "") found.stage = problem.stage;
  else if (draft.kind === "stage" && shut !== null) found.stage = shut;
  if (length(draft.next) > LONGEST_NEXT) found.next = problem.next_long;
  else if (draft.by !== "" && draft.next.trim() === "") found.next = problem.next_missing;
  if (draft.by !== "" && !isDay(draft.by)) found.by = problem.by_day;
  else if (draft.by !== "" && draft.by < today) found.by = problem.by_past;
  return found;
}

/** Whether a message that begins with questions to the writer has none of their answers. */
function isUnfinished({ kind, text }: Draft): boolean {
  return (
    (kind === "decision" || kind === "support") && text.trim() === (begun[kind]?.text ?? "").trim()
  );
}

/** The message that a draft without problems becomes. */
export function writingOf(draft: Draft): Writing {
  const stage: Stage | "" =
    draft.kind === "acknowledgement" ? "acknowledged" : draft.kind === "stage" ? draft.stage : "";
  return {
    kind: draft.kind,
    body: draft.text.trim(),
    stage,
    next: { what: draft.next.trim(), by: draft.by as Day | "" },
  };
}

/** How many characters are left; negative when there are too many. */
export function left(text: string, most: number): number {
  return most - length(text);
}

function length(text: string): number {
  return characters(wellFormed(text));
}
