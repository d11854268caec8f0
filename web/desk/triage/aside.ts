/** Setting a report aside: what is said to its readers and to its reporter, who is told first. */
import { LONGEST_MESSAGE, characters, wellFormed, writeToReporter } from "../../protocol";
import type { CaseId } from "../../protocol";
import { LONGEST_WORDS, signAct } from "../../protocol/act";
import { Refusal } from "../calling";
import { reload, unable } from "../casework";
import type { Desk } from "../desk";
import type { OpenedCase } from "../opening";
import { fetchCase } from "../remembering";
import { forget } from "../session";
import type { Session } from "../session";
import { Troubled } from "../trouble";
import { words } from "../words";
import { whyNot } from "../work/procedure";
import { failed, loadWork, setWork, signedBy } from "../work/work";

const texts = words.aside;

/** What kind of report is set aside. */
export type AsideWhy = keyof typeof texts.whys;
export const ASIDE_WHYS = Object.keys(texts.whys) as AsideWhy[];

/** What is being written before something is set aside. */
export type AsideDraft = {
  readonly why: AsideWhy | "";
  /** Why, for the readers. */
  readonly reason: string;
  /** The words to the reporter. */
  readonly word: string;
};

/** Kinds whose first words ask the writer something: they are no message as they stand. */
const UNFINISHED: readonly (AsideWhy | "")[] = ["other_body", "other"];

export const emptyAside: AsideDraft = { why: "", reason: "", word: "" };

/** The draft for another kind: its first words stand where nobody has written others. */
export function asWhy(draft: AsideDraft, why: AsideWhy): AsideDraft {
  const own = draft.word.trim() !== "" && !isBegun(draft);
  return { ...draft, why, word: own ? draft.word : texts.begun[why] };
}

/** A sentence for each field that is not right. */
export type AsideProblems = { why?: string; reason?: string; word?: string };

/** What is still wrong with a draft, by field; nothing when it can be done. */
export function problemsOf(draft: AsideDraft): AsideProblems {
  const found: AsideProblems = {};
  if (draft.why === "") found.why = texts.problem.why;
  if (draft.reason.trim() === "") found.reason = words.procedure.reason_needed;
  else if (count(reasonOf(draft)) > LONGEST_WORDS) found.reason = texts.problem.reason_long;
  if (draft.word.trim() === "") found.word = texts.problem.empty;
  else if (isBegun(draft) && UNFINISHED.includes(draft.why)) {
    found.word = words.reply.problem.unfinished;
  } else if (count(draft.word) > LONGEST_MESSAGE) found.word = words.reply.problem.long;
  return found;
}

/** What the readers see of why. */
export function reasonOf({ why, reason }: AsideDraft): string {
  return why === "" ? reason.trim() : `${texts.whys[why]}: ${reason.trim()}`;
}

/**
 * Tells a case's reporter and then sets it aside. Nothing is set aside of which its reporter was not told: where
 * the message does not arrive, nothing else is done. Where the act then fails, the same message is sent again
 * with the next attempt, and counts once.
 */
export async function setOneAside(session: Session, of: CaseId, draft: AsideDraft): Promise<void> {
  let told = false;
  for (let attempt = 0; ; attempt++) {
    const { opened } = await fetchCase(session, of, true);
    try {
      const head = await session.work.procedure(of);
      // Somebody else did it meanwhile, or this member did and the answer was lost.
      if (head.aside) return;
      const why = whyNot(head, "set_aside") ?? unable(opened, session.me);
      if (why !== null) throw new Troubled("procedure", { why });
      if (!told) await tell(session, opened, head.acts, draft.word.trim());
      told = true;
      const what = { do: "set_aside" as const };
      const made = await signAct(opened.record, head, what, reasonOf(draft), signedBy(session));
      await session.work.act(of, made);
      session.attempts.delete(of);
      return;
    } catch (error) {
      const taken = error instanceof Refusal && error.problem.code === "sequence";
      if (!taken || attempt >= 3) throw error;
    } finally {
      forget(opened);
    }
  }
}

/** Sends the words to the reporter. The same bytes are sent again after a failure: they count once. */
async function tell(
  session: Session,
  opened: OpenedCase,
  acts: number,
  body: string,
): Promise<void> {
  const of = opened.case;
  const writing = JSON.stringify(["set_aside", acts, body]);
  let attempt = session.attempts.get(of);
  if (attempt?.writing !== writing) {
    const { record, conversation } = opened;
    const says = { kind: "message" as const, body };
    const message = await writeToReporter(record, conversation.heads, says, signedBy(session));
    attempt = { writing, message };
    session.attempts.set(of, attempt);
  }
  try {
    await session.api.send(of, attempt.message);
  } catch (error) {
    if (error instanceof Refusal) session.attempts.delete(of);
    throw error;
  }
}

/** Sets the open case aside. True when it was done. */
export async function setOpenAside(
  desk: Desk,
  session: Session,
  of: CaseId,
  draft: AsideDraft,
): Promise<boolean> {
  if (desk.state.open?.work.acting !== null) return false;
  setWork(desk, of, { acting: "set_aside", actTrouble: null, done: null });
  try {
    await setOneAside(session, of, draft);
    await reload(desk, session, of);
    await loadWork(desk, session, of);
    setWork(desk, of, { acting: null, done: words.work.done.set_aside });
    return true;
  } catch (error) {
    failed(desk, session, error, (trouble) =>
      setWork(desk, of, { acting: null, actTrouble: trouble }),
    );
    return false;
  }
}

/** Whether the words to the reporter are those that the kind begins with. */
function isBegun({ why, word }: AsideDraft): boolean {
  return why !== "" && word.trim() === texts.begun[why].trim();
}

function count(text: string): number {
  return characters(wellFormed(text));
}
