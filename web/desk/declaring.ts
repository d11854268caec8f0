/** Declaring whether there is a conflict: before a case is opened, or once one is found in it (K8, Q6). */
import { caseRecipient, signDeclaration, wipe } from "../protocol";
import type { CaseId, Day, Recipient } from "../protocol";
import { makeConflict } from "../protocol/conflict";
import type { ConflictKind } from "../protocol/conflict";
import { Refusal } from "./api";
import { today } from "./days";
import type { Desk } from "./desk";
import { showFresh, showMine } from "./lists";
import { without } from "./ring";
import { asMine, forget, isSignedOut } from "./session";
import type { Session } from "./session";
import type { NewRow } from "./state";
import { troubleOf } from "./trouble";
import type { Trouble } from "./trouble";
import { setWork, signedBy } from "./work/work";
import { fill, words } from "./words";

/** What a member says of their conflict: the kinds, and more about it. */
type Says = { readonly kinds: readonly ConflictKind[]; readonly detail: string };

/** Signs and sends what a member declares about a new case (K8). */
export async function declare(desk: Desk, of: CaseId, says: Says): Promise<void> {
  const { session } = desk;
  const row = session?.fresh.get(of);
  if (session === null || row === undefined || row.declaring) return;
  const set = (part: Partial<NewRow>): void => {
    const now = session.fresh.get(of);
    if (now === undefined) return;
    session.fresh.set(of, { ...now, ...part });
    showFresh(desk, session);
  };
  set({ declaring: true, trouble: null });
  let stranded = false;
  try {
    // Without a good statement nobody knows what to seal to; the declaration stands by itself.
    stranded = await sent(session, of, row.recipient, says);
  } catch (error) {
    if (session.isEnded()) return;
    if (isSignedOut(error)) desk.signOut("ended");
    else set({ declaring: false, trouble: declaredTrouble(error) });
    return;
  }
  if (session.isEnded()) return;
  session.fresh.delete(of);
  showFresh(desk, session);
  if (isConflict(says)) {
    session.explained.add(of);
    session.conflicted.add(of);
    tell(desk, of, row.reference, stranded);
    return;
  }
  session.cases.set(of, asMine(row.served));
  showMine(desk, session);
  desk.openCase(of);
}

/** Signs and sends that a member has found a conflict with the case that is open, and lets go of all that they have of
 * it: its keys, its text and what they were writing. */
export async function declareFound(
  desk: Desk,
  session: Session,
  of: CaseId,
  says: Says,
): Promise<void> {
  const { open } = desk.state;
  const { opened } = session;
  if (!isConflict(says) || opened?.case !== of || open?.work.acting !== null) return;
  setWork(desk, of, { acting: "conflict", actTrouble: null, done: null });
  let stranded = false;
  try {
    stranded = await sent(session, of, caseRecipient(opened.record, 0), says);
  } catch (error) {
    if (session.isEnded()) return;
    if (isSignedOut(error)) desk.signOut("ended");
    else setWork(desk, of, { acting: null, actTrouble: declaredTrouble(error) });
    return;
  }
  if (session.isEnded()) return;
  letGo(desk, session, of);
  tell(desk, of, open.reference, stranded);
  // Now, so that no copy of its key waits at the service.
  await session.keeper.save();
}

/** Forgets a case: in memory, in the ring and on the page. */
function letGo(desk: Desk, session: Session, of: CaseId): void {
  session.explained.add(of);
  session.conflicted.add(of);
  if (session.opened?.case === of) {
    forget(session.opened);
    session.opened = null;
  }
  for (const known of [session.cases, session.texts, session.signed, session.attempts]) {
    known.delete(of);
  }
  for (const known of [session.owed, session.looked, session.failed, session.broken]) {
    known.delete(of);
  }
  const kept = session.keeper.ring.cases.find((entry) => entry.case === of);
  session.keeper.change((ring) => without(ring, (entry) => entry.case === of));
  if (kept !== undefined) wipe(kept.secret);
  const drafts = new Map(desk.state.drafts);
  const recordDrafts = new Map(desk.state.recordDrafts);
  drafts.delete(of);
  recordDrafts.delete(of);
  desk.change({ drafts, recordDrafts });
  if (desk.state.open?.case === of) {
    desk.closeCase();
    desk.show("new");
  }
  showMine(desk, session);
}

/** Sends a declaration, with what kind of conflict there is sealed to the case. Gives whether nobody is left. */
async function sent(
  session: Session,
  of: CaseId,
  recipient: Recipient | null,
  says: Says,
): Promise<boolean> {
  const { service, vault, roots } = session;
  const { serial } = roots.current.root;
  const conflict = isConflict(says);
  const document = { service, case: of, member: vault.member, conflict, serial };
  const signed = signDeclaration({ ...document, day: today() as Day }, vault.signer);
  const said = { kinds: [...says.kinds], detail: says.detail.trim() };
  const file =
    recipient === null ? null : await makeConflict(document, recipient, said, signedBy(session));
  return (await session.api.declare(of, signed, file)).stranded;
}

function isConflict({ kinds }: Says): boolean {
  return !kinds.includes("none");
}

/** What was declared elsewhere, or has gone meanwhile, is told in the same words. */
function declaredTrouble(error: unknown): Trouble {
  const elsewhere =
    error instanceof Refusal && ["conflict", "not-found"].includes(error.problem.code);
  return elsewhere ? { code: "declared" } : troubleOf(error);
}

function tell(desk: Desk, of: CaseId, reference: string, stranded: boolean): void {
  const text = fill(stranded ? words.inbox.stranded : words.inbox.gone, { reference });
  desk.notice(stranded ? "warning" : "calm", text, `gone ${of}`);
}
