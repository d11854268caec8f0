/** What the second authority answers for each entry in Failing to Report: whether they are a reporter of this. It is kept
 * under seal, at the head of the words of the second signature (Q4). Pure. */
import type { Day, MemberId } from "../../protocol";
import { LONGEST_WORDS } from "../../protocol/act";
import type { OpenedAct } from "../../protocol/act";
import { characters, wellFormed } from "../../protocol/json";
import type { ContentOf, FailingEntry } from "../record/content";

export const SECOND_ANSWERS = ["yes", "no", "unknown"] as const;
export type SecondAnswer = (typeof SECOND_ANSWERS)[number];

/** An answer for each entry, by its id. */
export type Answers = ReadonlyMap<string, SecondAnswer>;

// An id is what whoever wrote the record made it: it stands there so that it is one word.
const asWord = (id: string): string => encodeURIComponent(wellFormed(id));

const LINE = /^is_reporter (yes|no|unknown):((?: \S+)*)$/;

/**
 * The words of a second signature: a line for each answer with the ids that it is given for, then the note. All three
 * lines are there, so that the words are as long whatever was answered: their size shows in the seal's.
 */
export function secondWords(answers: Answers, note: string): string {
  const said = note.trim();
  if (answers.size === 0) return said;
  const lines = SECOND_ANSWERS.map((answer) => {
    const ids = [...answers]
      .filter(([, given]) => given === answer)
      .map(([id]) => ` ${asWord(id)}`);
    return `is_reporter ${answer}:${ids.join("")}`;
  });
  return [...lines, "", said].join("\n");
}

/** How long a note may be beside answers for these entries, whatever they are. */
export function roomForNote(ids: readonly string[]): number {
  return Math.max(
    0,
    LONGEST_WORDS - characters(secondWords(new Map(ids.map((id) => [id, "no"])), "")),
  );
}

/** The answers and the note in the words of a second signature. Whoever has two answers has none that counts. */
export function readSecond(text: string): { readonly answers: Answers; readonly note: string } {
  const answers = new Map<string, SecondAnswer>();
  const lines = text.split("\n");
  let at = 0;
  for (; at < lines.length; at++) {
    const found = LINE.exec(lines[at] ?? "");
    if (found === null) break;
    const [, answer = "", ids = ""] = found;
    for (const word of ids.split(" ").filter(Boolean)) {
      const id = idOf(word);
      answers.set(id, answers.has(id) ? "unknown" : (answer as SecondAnswer));
    }
  }
  return { answers, note: lines.slice(at).join("\n").trim() };
}

function idOf(word: string): string {
  try {
    return decodeURIComponent(word);
  } catch {
    return word;
  }
}

/** The last second signature over Failing to Report, as far as it opened. */
export type Seconded = {
  readonly by: MemberId;
  readonly day: Day;
  readonly revision: number;
  /** Null where the words do not open. */
  readonly answers: Answers | null;
};

export function secondedBy(acts: readonly OpenedAct[]): Seconded | null {
  for (const { row, words } of [...acts].reverse()) {
    if (row?.act.do !== "second") continue;
    const { member: by, day } = row;
    const answers = words === null ? null : readSecond(words).answers;
    return { by, day, revision: row.act.revision, answers };
  }
  return null;
}

/** Entries of which the record and the second authority say different things. */
export function differing(
  entries: readonly FailingEntry[],
  answers: Answers,
): { readonly entry: FailingEntry; readonly second: SecondAnswer }[] {
  return entries.flatMap((entry) => {
    const second = answers.get(entry.id);
    return second === undefined || second === entry.is_reporter ? [] : [{ entry, second }];
  });
}

/** Failing to Report as both say: somebody did not report only if nobody who has answered says otherwise. What does not
 * open may say so of anybody. */
export function asBothSay(
  failing: ContentOf<"failing">,
  acts: readonly OpenedAct[],
): ContentOf<"failing"> {
  const seconded = secondedBy(acts);
  if (seconded === null) return failing;
  const { answers } = seconded;
  const entries = failing.entries.map((one) => {
    const second = answers === null ? "unknown" : answers.get(one.id);
    return second === undefined || one.is_reporter !== "no" ? one : { ...one, is_reporter: second };
  });
  return { ...failing, entries };
}
