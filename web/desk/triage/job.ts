/** What triage does in several steps: letting members in, and new keys where somebody is barred. */
import { newEpoch, nextReaders, wipe } from "../../protocol";
import type { CaseId, Day } from "../../protocol";
import { letIn, reload } from "../casework";
import { today } from "../days";
import type { Desk } from "../desk";
import { isSignedOut } from "../session";
import type { Session } from "../session";
import { Troubled } from "../trouble";
import { words } from "../words";
import { setWork, workTrouble } from "../work/work";
import { lettingIn } from "./plan";
import type { LettingIn } from "./plan";
import { saysOf } from "./says";

/** How far letting in has come. */
export type LettingInView = {
  readonly done: number;
  readonly total: number;
  readonly failed: number;
  readonly paused: boolean;
};

/** Lets in, one after the other, who is still to be: whoever goes on after an interruption works out
 * from the case who that is. */
export async function letInAll(desk: Desk, session: Session, of: CaseId): Promise<void> {
  const waiting = waitingNow(desk, session, of);
  const { open } = desk.state;
  if (waiting === null || open?.work.acting !== null) return;
  const total = waiting.length;
  const view = { done: 0, total, failed: 0, paused: false };
  setWork(desk, of, { acting: "let_in", actTrouble: null, done: null, lettingIn: view });
  let failed = 0;
  for (const [at, { member }] of waiting.entries()) {
    const now = desk.state.open;
    if (session.isEnded() || now?.case !== of) return;
    if (now.work.lettingIn?.paused === true) break;
    // Who has been proposed to be barred since is not let in with the others.
    const still = waitingNow(desk, session, of)?.some((one) => one.member.member === member.member);
    try {
      if (still === true) await letIn(desk, session, of, member);
    } catch (error) {
      if (session.isEnded()) return;
      if (isSignedOut(error)) {
        desk.signOut("ended");
        return;
      }
      failed++;
      setWork(desk, of, { actTrouble: workTrouble(error) });
    }
    const shown = desk.state.open?.work.lettingIn;
    const paused = shown?.paused ?? false;
    setWork(desk, of, { lettingIn: { done: at + 1, total, failed, paused } });
    // The chain of grants has grown: the next row follows what is there now.
    await reload(desk, session, of);
  }
  if (!session.isEnded()) setWork(desk, of, { acting: null });
}

/** Who is to be let in as the case is now; null where it is not open, or its records are not there. */
function waitingNow(desk: Desk, session: Session, of: CaseId): LettingIn["waiting"] | null {
  const { open, casework } = desk.state;
  const { opened, roots } = session;
  const work = open?.case === of ? open.work.opened : null;
  if (opened?.case !== of || work === null) return null;
  const standards = casework?.units ?? [];
  return lettingIn(opened, work.procedure, roots.history, standards, saysOf(work)).waiting;
}

/** Pauses letting in after the one that is being let in. */
export function pauseLettingIn(desk: Desk, of: CaseId): void {
  const view = desk.state.open?.work.lettingIn ?? null;
  if (view !== null) setWork(desk, of, { lettingIn: { ...view, paused: true } });
}

/** Gives the case new keys that those who are barred do not have (K5). */
export async function renewKeys(desk: Desk, session: Session, of: CaseId): Promise<void> {
  const { open } = desk.state;
  const opened = session.opened;
  if (opened?.case !== of || open?.work.acting !== null) return;
  const bars = new Set(open.work.opened?.procedure.bars ?? []);
  setWork(desk, of, { acting: "keys", actTrouble: null, done: null });
  try {
    if (opened.locked) throw new Troubled("work_gone");
    const { vault, roots } = session;
    const { root } = roots.current;
    // Who was taken out by the service alone is left out as well: it would refuse them.
    const served = new Set(opened.served.filter((one) => one.live).map((one) => one.member));
    const without = new Set(
      opened.grants.live
        .map((one) => one.member)
        .filter((member) => bars.has(member) || !served.has(member)),
    );
    const made = await newEpoch(
      opened.record,
      opened.rows,
      {
        author: vault.member,
        grantees: nextReaders(opened.grants, roots.current, vault.member, without),
        serial: root.serial,
        reason: "exclusion",
        day: today() as Day,
      },
      vault.signer,
    );
    wipe(made.identity.seed);
    await desk.fresh(() => session.api.lock(of, { document: made.document, rows: made.rows }));
    await reload(desk, session, of);
    setWork(desk, of, { acting: null, done: words.triage.keys_done });
  } catch (error) {
    if (session.isEnded()) return;
    if (isSignedOut(error)) desk.signOut("ended");
    else setWork(desk, of, { acting: null, actTrouble: workTrouble(error) });
  }
}
