/** Sets several reports aside at once, each with the reason and a word to its reporter. */
import { writeToReporter } from "../../protocol";
import type { CaseId } from "../../protocol";
import { signAct } from "../../protocol/act";
import type { Desk } from "../desk";
import { loadMine } from "../lists";
import { fetchCase } from "../remembering";
import { forget, isSignedOut } from "../session";
import type { Session } from "../session";
import { signedBy, workTrouble } from "../work/work";
import type { Trouble } from "../trouble";

/** What is being chosen and done. */
export type SeveralView = {
  readonly chosen: ReadonlySet<CaseId>;
  readonly done: number;
  readonly total: number;
  readonly failed: number;
  readonly running: boolean;
  readonly trouble: Trouble | null;
};

export const emptySeveral: SeveralView = {
  chosen: new Set(),
  done: 0,
  total: 0,
  failed: 0,
  running: false,
  trouble: null,
};

/** One after the other; what fails stays chosen, and the rest goes on. */
export async function setAside(
  desk: Desk,
  session: Session,
  reason: string,
  word: string,
): Promise<void> {
  const { several } = desk.state;
  if (several === null || several.running || several.chosen.size === 0) return;
  const all = [...several.chosen];
  const left = new Set(all);
  let done = 0;
  let trouble: Trouble | null = null;
  const show = (running: boolean): void => {
    const failed = done - (all.length - left.size);
    const view = { chosen: new Set(left), done, total: all.length, failed, running, trouble };
    desk.change({ several: view });
  };
  show(true);
  for (const of of all) {
    try {
      await setOneAside(session, of, reason, word);
      left.delete(of);
    } catch (error) {
      if (session.isEnded()) return;
      if (isSignedOut(error)) {
        desk.signOut("ended");
        return;
      }
      trouble = workTrouble(error);
    }
    if (session.isEnded()) return;
    done++;
    show(true);
  }
  await loadMine(desk, session);
  if (session.isEnded()) return;
  if (left.size === 0) desk.change({ several: null });
  else show(false);
}

async function setOneAside(
  session: Session,
  of: CaseId,
  reason: string,
  word: string,
): Promise<void> {
  const { opened } = await fetchCase(session, of, true);
  try {
    const by = signedBy(session);
    const head = await session.work.procedure(of);
    const what = { do: "set_aside" as const };
    const made = await signAct(opened.record, head, what, reason.trim(), by);
    await session.work.act(of, made);
    if (word.trim() === "") return;
    const writing = { kind: "message" as const, body: word.trim() };
    const { heads } = opened.conversation;
    await session.api.send(of, await writeToReporter(opened.record, heads, writing, by));
  } finally {
    forget(opened);
  }
}
