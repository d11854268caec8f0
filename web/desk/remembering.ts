/** Opening cases and what stays of it: their text for search, and their line and words in the ring. */
import { conflictedBy } from "../protocol";
import type { CaseId, DeskCase } from "../protocol";
import { Batches } from "./batches";
import { fullText, promised, summaryLine } from "./describe";
import type { Desk } from "./desk";
import { owed } from "./handover";
import { serialsOf } from "./opening";
import type { OpenedCase } from "./opening";
import { isVanished, packed, searchWords, unpacked, withEntry } from "./ring";
import { forget, isSignedOut } from "./session";
import type { Session } from "./session";

/** How often progress is shown: often enough to be seen moving, seldom enough to cost nothing. */
const BETWEEN = 120;
/** How often the rows are, which costs more; those that fill a window are shown as soon as they are open. */
const BETWEEN_ROWS = 600;
const WINDOW = 50;

/** Fetches and opens one case, with the roots by which it asks to be verified. */
export async function fetchCase(
  session: Session,
  of: CaseId,
  urgent: boolean,
): Promise<{ served: DeskCase; opened: OpenedCase }> {
  const served = await session.api.deskCase(of);
  await session.reach(serialsOf(served));
  return { served, opened: await session.workers.run({ name: "case", served }, urgent) };
}

/** Opens the cases of which the ring does not know enough, those first that the list shows first. One
 * that does not open is counted, and the others go on. */
export async function openUnknown(desk: Desk, session: Session, show: () => void): Promise<void> {
  const waiting = unknown(session);
  const { opening } = desk.state;
  const going = opening !== null && opening.done < opening.total;
  if (waiting.length === 0 || going) return;
  const places = new Map(desk.rows().map((row, place) => [row.case, place]));
  const placeOf = (of: CaseId): number => places.get(of) ?? places.size;
  waiting.sort((one, other) => placeOf(one) - placeOf(other));
  const total = waiting.length;
  const batches = new Batches(session, waiting);
  let done = 0;
  let failed = 0;
  let told = 0;
  let shown = 0;
  const progress = (): void =>
    desk.change({ opening: { done, total, failed, paused: session.pause !== null } });
  const next = async (): Promise<void> => {
    for (;;) {
      await session.pause?.promise;
      const fetched = await batches.next();
      if (fetched === null || session.isEnded()) return;
      try {
        if ("error" in fetched) throw fetched.error;
        const opened = await session.workers.run({ name: "case", served: fetched.served }, false);
        if (session.isEnded()) return;
        // Somebody may have found a conflict with it meanwhile, and let go of it.
        if (session.cases.has(fetched.case) && !noteOpened(session, opened)) failed++;
        forget(opened);
      } catch (error) {
        if (session.isEnded()) return;
        if (isSignedOut(error)) {
          desk.signOut("ended");
          return;
        }
        session.failed.add(fetched.case);
        failed++;
      }
      done++;
      const now = Date.now();
      if (done === WINDOW || now - shown > BETWEEN_ROWS) {
        shown = now;
        show();
      }
      if (now - told > BETWEEN) {
        told = now;
        progress();
      }
    }
  };
  progress();
  // One more than there are workers, so that none waits for what this page does with a case.
  const all = Promise.all(Array.from({ length: session.workers.count + 1 }, next));
  await session.keeper.throughout(all);
  if (session.isEnded()) return;
  show();
  desk.change({ opening: failed === 0 ? null : { done, total, failed, paused: false } });
}

/** Remembers an opened case: its text for search, its secret and its line in the ring. False if
 * there is no secret to remember. */
export function noteOpened(session: Session, opened: OpenedCase): boolean {
  const { parties, body, conversation, grants } = opened;
  const self = session.vault.member;
  const ended =
    grants.rows.some((row) => row.act === "end" && row.grantee === self) ||
    conflictedBy(grants.declarations).has(self);
  if (ended) session.explained.add(opened.case);
  session.failed.delete(opened.case);
  const { day, route, team } = opened;
  session.signed.set(opened.case, { day, route, team: team ?? "" });
  const text = fullText(parties.content, body.content, conversation.items);
  session.texts.set(opened.case, text);
  const epoch = Math.max(-1, ...opened.secrets.keys());
  const secret = opened.secrets.get(epoch)?.seed.slice();
  if (secret === undefined) {
    session.failed.add(opened.case);
    return false;
  }
  const old = session.keeper.ring.cases.find((entry) => entry.case === opened.case);
  const summary = packed({
    // What does not open today does not wipe out what did before.
    line:
      body.content === null && old !== undefined
        ? unpacked(old.summary).line
        : summaryLine(parties.content, body.content),
    by: promised(conversation.items, conversation.stage),
    told: conversation.heads.to_reporter.sequence,
    settled: settledBy(session, opened),
    search:
      body.content === null && old !== undefined ? unpacked(old.summary).search : searchWords(text),
  });
  session.keeper.change((ring) =>
    withEntry(ring, {
      case: opened.case,
      epoch,
      secret: secret as Uint8Array as OpenedSecret,
      summary,
      read: 0,
    }),
  );
  return true;
}

/** The cases that the ring does not know, or of which it does not know the latest promise. */
function unknown(session: Session): CaseId[] {
  const entries = new Map(session.keeper.ring.cases.map((entry) => [entry.case, entry]));
  const found = [...session.cases.values()].filter((served) => {
    const entry = entries.get(served.case);
    if (session.failed.has(served.case)) return false;
    // One that has only a new lock is not opened for that: its keys are fetched alone.
    return (
      entry === undefined || isVanished(entry) || unpacked(entry.summary).told < served.to_reporter
    );
  });
  return found.map((served) => served.case);
}

/** The directory by which nothing is owed in a case that was opened; 0 where something is. */
function settledBy(session: Session, opened: OpenedCase): number {
  const { heirs, roots, vault } = session;
  const { serial } = roots.current.root;
  const entry = session.keeper.ring.cases.find((one) => one.case === opened.case);
  // What was settled, though it may have been by leaving somebody out, is not offered again.
  if (entry !== undefined && unpacked(entry.summary).settled >= serial) return serial;
  const sound = !opened.locked && opened.grants.warnings.every((one) => one.kind === "grant");
  if (heirs === null || !sound) return 0;
  const closed = opened.conversation.stage === "closed";
  const found = owed(opened.grants, heirs, vault.member);
  // Who is barred is not told with the case; it is looked through by what tells so.
  if (found.shares.length > 0) return 0;
  return session.noteOwed(opened.case, closed, found) ? serial : 0;
}

type OpenedSecret = Parameters<typeof withEntry>[1]["secret"];
