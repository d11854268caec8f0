/** Sets several reports aside at once, each after its reporter was told. */
import { reference } from "../../protocol";
import type { CaseId } from "../../protocol";
import type { Desk } from "../desk";
import { loadMine } from "../lists";
import { isSignedOut } from "../session";
import type { Session } from "../session";
import { workTrouble } from "../work/work";
import { troubleText } from "../trouble";
import type { Trouble } from "../trouble";
import { fill, words } from "../words";
import { ToldInVain, putRight, setOneAside } from "./aside";
import type { AsideDraft } from "./aside";

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
export async function setAside(desk: Desk, session: Session, draft: AsideDraft): Promise<void> {
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
      await setOneAside(session, of, draft);
      left.delete(of);
    } catch (error) {
      if (session.isEnded()) return;
      if (isSignedOut(error)) {
        desk.signOut("ended");
        return;
      }
      trouble = workTrouble(error);
      if (error instanceof ToldInVain) {
        putRight(desk, of, error);
        const values = { reference: reference(of), why: troubleText(trouble) };
        desk.notice("warning", fill(words.mine.several.told, values));
      }
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
