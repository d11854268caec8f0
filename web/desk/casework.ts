import { Refused, digest, grant, identity, reference, wipe, writeToReporter } from "../protocol";
import type { CaseId, CaseSecret, Day, Member, MemberId } from "../protocol";
import { makeBrief } from "../protocol/brief";
import { Refusal } from "./api";
import { today } from "./days";
import type { Desk } from "./desk";
import { emptyDraft, writingOf } from "./drafts";
import { readersOf } from "./handover";
import { showMine } from "./lists";
import { fetchCase, noteOpened } from "./remembering";
import type { OpenedCase } from "./opening";
import { nameOf, peopleOf } from "./people";
import { withRead } from "./ring";
import { asMine, forget, isSignedOut } from "./session";
import type { Session } from "./session";
import type { CaseView, Draft, Me, Tab } from "./state";
import { openingsOf } from "./openings";
import { troubleOf } from "./trouble";
import type { Trouble } from "./trouble";
import { emptyWork, nothingSaid } from "./work/state";
import { briefOf } from "./triage/brief";
import { asBothSay } from "./work/second";
import { contentOf, loadWork, signedBy, workTrouble } from "./work/work";
import { fill, words } from "./words";

/** Fetches, opens and shows a case. */
export async function showCase(desk: Desk, session: Session, of: CaseId): Promise<void> {
  const row = desk.state.mine.rows.find((one) => one.case === of);
  forget(session.opened);
  session.opened = null;
  const readBefore = readOf(session, of);
  desk.change({
    selected: of,
    open: {
      case: of,
      reference: reference(of),
      tab: row !== undefined && row.unread > 0 && row.line !== null ? "conversation" : "report",
      rail: false,
      opened: null,
      people: null,
      readBefore,
      trouble: null,
      done: null,
      sharing: null,
      shareTrouble: null,
      openings: null,
      openingsTrouble: null,
      work: emptyWork,
      printing: false,
    },
  });
  await reload(desk, session, of);
}

/** Fetches the open case again; what is on the page stays until the new is there. */
export async function reload(desk: Desk, session: Session, of: CaseId): Promise<boolean> {
  try {
    const { served, opened } = await fetchCase(session, of, true);
    if (session.isEnded() || !isOpen(desk, of)) {
      forget(opened);
      return false;
    }
    forget(session.opened);
    session.opened = opened;
    const listed = session.cases.get(of);
    session.cases.set(of, {
      ...asMine({ ...served, epoch: opened.record.epochs.length }),
      ...listed,
      stage: opened.conversation.stage,
      epoch: opened.record.epochs.length,
      to_reporter: opened.conversation.heads.to_reporter.sequence,
      from_reporter: opened.conversation.heads.from_reporter.sequence,
    });
    noteOpened(session, opened);
    await lookBack(session, opened);
    if (session.isEnded() || !isOpen(desk, of)) return false;
    const standards = desk.state.casework?.units ?? [];
    const people = peopleOf(opened, session.roots.history, session.vault.member, standards);
    setOpen(desk, of, { opened, people, trouble: null });
    if (desk.state.open?.tab === "conversation") markRead(desk, session, of);
    if (desk.state.open?.tab === "people") void fetchOpenings(desk, session, of);
    showMine(desk, session);
    void loadWork(desk, session, of);
    return true;
  } catch (error) {
    if (session.isEnded()) return false;
    if (isSignedOut(error)) desk.signOut("ended");
    else setOpen(desk, of, { trouble: caseTrouble(error) });
    return false;
  }
}

/** Fetches the roots that say since when somebody with a key to the case is no reader any more. Where
 * they cannot be had, the day is left out. */
async function lookBack(session: Session, { grants, served }: OpenedCase): Promise<void> {
  const reading = readersOf(session.roots.current);
  const ever = [...grants.live, ...served].map((one) => one.member);
  const gone = new Set(ever.filter((member) => !reading.has(member)));
  try {
    if (gone.size > 0) await session.lookBack([...gone]);
  } catch (error) {
    if (isSignedOut(error)) throw error;
  }
}

/** So many of what was done with a case are asked for at once. */
const OPENINGS = 1_000;

/** Fetches who has opened the case. */
async function fetchOpenings(desk: Desk, session: Session, of: CaseId): Promise<void> {
  try {
    const openings = await openingsOf((after) => session.api.openings(of, after, OPENINGS));
    if (!session.isEnded()) setOpen(desk, of, { openings, openingsTrouble: null });
  } catch (error) {
    if (session.isEnded()) return;
    if (isSignedOut(error)) desk.signOut("ended");
    else setOpen(desk, of, { openingsTrouble: troubleOf(error) });
  }
}

/** Shows another part of the open case. */
export function showTab(desk: Desk, session: Session, tab: Tab): void {
  const { open } = desk.state;
  if (open === null) return;
  setOpen(desk, open.case, { tab, done: null, work: { ...open.work, ...nothingSaid } });
  if (tab === "people") void fetchOpenings(desk, session, open.case);
  if (tab === "conversation" && open.opened !== null) markRead(desk, session, open.case);
}

/** Looks after the open case when the lists have been fetched again. */
export async function followLists(desk: Desk, session: Session): Promise<void> {
  const { open } = desk.state;
  const opened = open?.opened;
  if (open === null || opened === null || opened === undefined || open.sharing !== null) return;
  const listed = session.cases.get(open.case);
  const { heads } = opened.conversation;
  const same =
    listed?.to_reporter === heads.to_reporter.sequence &&
    listed.from_reporter === heads.from_reporter.sequence;
  if (!same) await reload(desk, session, open.case);
}

/** Signs, seals and sends what was written. Whatever goes wrong, the text stays. */
export async function send(desk: Desk, session: Session, of: CaseId): Promise<void> {
  const draft = desk.state.drafts.get(of);
  const opened = session.opened;
  if (draft === undefined || draft.sending || opened?.case !== of) return;
  if (unable(opened, session.me) !== null) return;
  setDraft(desk, of, { sending: true, trouble: null });
  setOpen(desk, of, { done: null });
  const writing = writingOf(draft);
  const written = JSON.stringify(writing);
  try {
    let attempt = session.attempts.get(of);
    if (attempt?.writing !== written) {
      const { vault, roots } = session;
      const by = {
        member: vault.member,
        signer: vault.signer,
        serial: roots.current.root.serial,
        day: today() as Day,
      };
      const { heads } = opened.conversation;
      const message = await writeToReporter(opened.record, heads, writing, by);
      attempt = { writing: written, message };
      // The same bytes are sent again when the answer was lost: they count once.
      session.attempts.set(of, attempt);
    }
    await session.api.send(of, attempt.message);
    if (!session.isEnded()) await sentWell(desk, session, of);
  } catch (error) {
    if (session.isEnded()) return;
    if (isSignedOut(error)) {
      desk.signOut("ended");
      return;
    }
    if (error instanceof Refusal) {
      const stub = session.attempts.get(of)?.message.stub;
      session.attempts.delete(of);
      if (error.problem.code === "sequence") return overtaken(desk, session, of, stub);
    }
    setDraft(desk, of, { sending: false, trouble: sendTrouble(error) });
  }
}

/** Lets somebody read the case: one grant for each lock that this member has the key to (K3). */
export async function share(
  desk: Desk,
  session: Session,
  of: CaseId,
  grantee: Member,
): Promise<void> {
  if (session.opened?.case !== of || desk.state.open?.sharing !== null) return;
  setOpen(desk, of, { sharing: grantee.member, shareTrouble: null, done: null });
  try {
    await letIn(desk, session, of, grantee);
    if (session.isEnded()) return;
    const label = nameOf(session.roots.history, grantee.member);
    await reload(desk, session, of);
    setOpen(desk, of, { sharing: null, done: fill(words.people.shared, { label }) });
  } catch (error) {
    if (session.isEnded()) return;
    if (isSignedOut(error)) {
      desk.signOut("ended");
      return;
    }
    setOpen(desk, of, { sharing: null, shareTrouble: sendTrouble(error) });
  }
}

/** Changes the draft of a case. */
export function setDraft(desk: Desk, of: CaseId, part: Partial<Draft>): void {
  const drafts = new Map(desk.state.drafts);
  drafts.set(of, { ...(drafts.get(of) ?? emptyDraft), ...part });
  desk.change({ drafts });
}

/** Lets somebody in: one grant for each lock that this member has the key to, with a brief by which they
 * can declare. Throws what goes wrong. */
export async function letIn(
  desk: Desk,
  session: Session,
  of: CaseId,
  grantee: Member,
): Promise<void> {
  for (let attempt = 0; ; attempt++) {
    try {
      await grantAll(desk, session, of, grantee);
      return;
    } catch (error) {
      // Somebody else's row took the place: the chain is fetched and the grant made again.
      const taken = error instanceof Refusal && error.problem.code === "sequence";
      if (!taken || attempt >= 3 || !(await reload(desk, session, of))) throw error;
    }
  }
}

async function grantAll(desk: Desk, session: Session, of: CaseId, grantee: Member): Promise<void> {
  const { vault, roots, opened } = session;
  if (opened?.case !== of) return;
  const work = desk.state.open?.work.opened ?? null;
  const failing = asBothSay(contentOf(work, "failing"), work?.acts ?? []);
  const says = briefOf(opened, contentOf(work, "triage"), failing);
  const brief =
    says === null ? null : await makeBrief(opened.record, grantee, says, signedBy(session));
  let rows = opened.rows;
  // Copies: the case may be fetched again, and its secrets overwritten, while this waits.
  const secrets = [...opened.secrets].map(
    ([epoch, { seed }]) => [epoch, identity(seed.slice() as Uint8Array as CaseSecret)] as const,
  );
  for (const [epoch, secret] of secrets) {
    // By the signatures, and by what is served: a bar takes what was granted, and leaves the signatures.
    const isIts = (one: { member: MemberId; epoch: number }): boolean =>
      one.member === grantee.member && one.epoch === epoch;
    const held =
      opened.grants.live.some(isIts) && opened.served.some((one) => one.live && isIts(one));
    if (held) continue;
    const made = await grant(
      opened.record,
      rows,
      {
        epoch,
        secret,
        grantee,
        grantor: vault.member,
        serial: roots.current.root.serial,
        day: today() as Day,
      },
      vault.signer,
    );
    wipe(secret.seed);
    // Somebody outside the case's team is let in with a fresh second factor only.
    await desk.fresh(() => session.api.share(of, made, brief));
    rows = [...rows, made.row];
  }
}

async function sentWell(desk: Desk, session: Session, of: CaseId): Promise<void> {
  session.attempts.delete(of);
  const drafts = new Map(desk.state.drafts);
  drafts.delete(of);
  desk.change({ drafts });
  setOpen(desk, of, { done: words.reply.sent });
  await reload(desk, session, of);
}

/** The place in the conversation was taken. Perhaps by this very message, whose answer was lost. */
async function overtaken(
  desk: Desk,
  session: Session,
  of: CaseId,
  stub: Uint8Array | undefined,
): Promise<void> {
  const fetched = await reload(desk, session, of);
  if (session.isEnded()) return;
  const ours = stub === undefined ? null : digest(stub);
  const arrived = session.opened?.conversation.items.some((item) => item.digest === ours) ?? false;
  if (fetched && arrived) return sentWell(desk, session, of);
  setDraft(desk, of, { sending: false, trouble: "overtaken" });
}

function markRead(desk: Desk, session: Session, of: CaseId): void {
  const last = session.opened?.conversation.heads.from_reporter.sequence ?? 0;
  session.keeper.change((ring) => withRead(ring, of, last));
  showMine(desk, session);
}

function readOf(session: Session, of: CaseId): number {
  return session.keeper.ring.cases.find((entry) => entry.case === of)?.read ?? 0;
}

function isOpen(desk: Desk, of: CaseId): boolean {
  return desk.state.open?.case === of;
}

function setOpen(desk: Desk, of: CaseId, part: Partial<CaseView>): void {
  const { open } = desk.state;
  if (open?.case === of) desk.change({ open: { ...open, ...part } });
}

function caseTrouble(error: unknown): Trouble {
  if (error instanceof Refusal && error.problem.code === "declare-first") {
    return { code: "declare_first" };
  }
  return error instanceof Refused ? { code: "statement" } : troubleOf(error);
}

function sendTrouble(error: unknown): Trouble {
  return workTrouble(error);
}

/** Why this member cannot write in the case; null when they can. */
export function unable(opened: OpenedCase, me: Pick<Me, "listed">): string | null {
  if (me.listed === null) return words.trouble.unlisted_self;
  if (opened.locked) return words.reply.unable_locked;
  return opened.secrets.has(opened.record.epochs.length) ? null : words.reply.unable_epoch;
}
