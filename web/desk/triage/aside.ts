/** Setting a report aside: what is said to its readers and to its reporter, who is told first. */
import { LONGEST_MESSAGE, characters, digest, wellFormed, writeToReporter } from "../../protocol";
import type { CaseId } from "../../protocol";
import { LONGEST_WORDS, signAct } from "../../protocol/act";
import { Refusal, refusedWith } from "../calling";
import { reload, setDraft, unable } from "../casework";
import type { Desk } from "../desk";
import type { OpenedCase } from "../opening";
import { fetchCase } from "../remembering";
import { forget } from "../session";
import type { Session } from "../session";
import { Troubled, troubleText } from "../trouble";
import { words } from "../words";
import { whyNot } from "../work/procedure";
import { failed, loadWork, setWork, signedBy, workTrouble } from "../work/work";

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

/** The reporter was told that nobody works on it, and then it was not to be set aside. */
export class ToldInVain extends Troubled {
  /** Whether this member can still write to the reporter, as far as is known. */
  readonly writable: boolean;

  constructor(cause: unknown) {
    const writable = !refusedWith(cause, "not-found");
    super(writable ? "told_in_vain" : "told_and_gone", { why: troubleText(workTrouble(cause)) });
    this.writable = writable;
  }
}

/**
 * Tells a case's reporter and then sets it aside. Nothing is set aside of which its reporter was not told: where
 * the message does not arrive, nothing else is done. Where the act then fails, the same message is sent again
 * with the next attempt, and counts once; where it is refused for good, {@link ToldInVain} is thrown.
 */
export async function setOneAside(session: Session, of: CaseId, draft: AsideDraft): Promise<void> {
  const progress = { told: false };
  try {
    await tellAndSetAside(session, of, draft, progress);
  } catch (error) {
    if (!progress.told || !isFinal(error)) throw error;
    session.attempts.delete(of);
    throw new ToldInVain(error);
  }
}

/** Notes in `progress` whether its reporter was told: now, or when this member tried before. */
async function tellAndSetAside(
  session: Session,
  of: CaseId,
  draft: AsideDraft,
  progress: { told: boolean },
): Promise<void> {
  let sent = false;
  for (let attempt = 0; ; attempt++) {
    const { opened } = await fetchCase(session, of, true);
    try {
      progress.told ||= wasTold(session, opened);
      const head = await session.work.procedure(of);
      // Somebody else did it meanwhile, or this member did and the answer was lost.
      if (head.aside) {
        session.attempts.delete(of);
        return;
      }
      const why = whyNot(head, "set_aside") ?? unable(opened, session.me);
      if (why !== null) throw new Troubled("procedure", { why });
      if (!sent) await tell(session, opened, head.acts, draft.word.trim());
      sent = progress.told = true;
      const what = { do: "set_aside" as const };
      const made = await signAct(opened.record, head, what, reasonOf(draft), signedBy(session));
      await session.work.act(of, made);
      session.attempts.delete(of);
      return;
    } catch (error) {
      if (!refusedWith(error, "sequence") || attempt >= 3) throw error;
    } finally {
      forget(opened);
    }
  }
}

/** Whether trying again leads nowhere. */
function isFinal(error: unknown): boolean {
  const refused = refusedWith(error, "procedure") || refusedWith(error, "not-found");
  return refused || (error instanceof Troubled && error.trouble.code === "procedure");
}

const SETS_ASIDE = "set_aside";

/** Whether the words of an attempt before this one have arrived. */
function wasTold({ attempts }: Session, { case: of, conversation }: OpenedCase): boolean {
  const before = attempts.get(of);
  if (before?.writing.startsWith(`["${SETS_ASIDE}",`) !== true) return false;
  const stub = digest(before.message.stub);
  return conversation.items.some((item) => item.digest === stub);
}

/** Sends the words to the reporter. The same bytes are sent again after a failure: they count once. */
async function tell(
  session: Session,
  opened: OpenedCase,
  acts: number,
  body: string,
): Promise<void> {
  const of = opened.case;
  const writing = JSON.stringify([SETS_ASIDE, acts, body]);
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
    if (error instanceof ToldInVain && !session.isEnded()) {
      putRight(desk, of, error);
      await reload(desk, session, of);
    }
    failed(desk, session, error, (trouble) =>
      setWork(desk, of, { acting: null, actTrouble: trouble }),
    );
    return false;
  }
}

/** Begins the message that tells the reporter otherwise, before whatever this member was writing to them. */
export function putRight(desk: Desk, of: CaseId, { writable }: ToldInVain): void {
  if (!writable) return;
  const { text } = desk.draft(of);
  const begun = texts.put_right;
  if (text.trim() === "") setDraft(desk, of, { kind: "message", text: begun });
  else if (!text.includes(begun)) setDraft(desk, of, { text: `${begun}\n\n${text}` });
}

/** Whether the words to the reporter are those that the kind begins with. */
function isBegun({ why, word }: AsideDraft): boolean {
  return why !== "" && word.trim() === texts.begun[why].trim();
}

function count(text: string): number {
  return characters(wellFormed(text));
}
