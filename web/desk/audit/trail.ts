/** Fetching, following, countersigning and exporting the audit trail. */
import {
  Refused,
  TRAIL_START,
  claimedNumber,
  readAuditRow,
  readHead,
  signHead,
} from "../../protocol";
import type { AuditRow, Day, Head, Mark } from "../../protocol";
import { today } from "../days";
import type { Desk } from "../desk";
import { officeCalls } from "../office";
import { withAudit } from "../ring";
import type { Session } from "../session";
import { troubleOf } from "../trouble";
import { fill, words } from "../words";
import { againstHeads, againstMark, begin, follow, holds, isDone, resume } from "./chain";
import type { Followed } from "./chain";
import { DRAWN } from "./state";
import type { TrailView } from "./state";
import { isEverything } from "./wanted";
import type { Wanted } from "./wanted";

/** How many rows are asked for at once. */
const page = 500;
/** How many pages of rows that fit are fetched from before the ones that are followed. */
const mostPages = 20;

/** The last row that this auditor has countersigned. */
export function rememberedMark(session: Session): Mark | null {
  return session.keeper.ring.audit;
}

/** Follows the trail from the row that is remembered, or on from where it was followed to before. */
export function lookAtTrail(desk: Desk, session: Session): Promise<void> {
  const { followed } = desk.state.trail;
  return following(desk, session, async () => {
    if (followed !== null && followed.finding === null) return followed;
    const mark = rememberedMark(session);
    return begin(mark, await headOf(session, mark));
  });
}

/** Follows the whole trail, from the first row. */
export function lookAtWhole(desk: Desk, session: Session): Promise<void> {
  return following(desk, session, async () => begin(null, await headOf(session, null)));
}

/** Signs the last row that was followed, and remembers it. */
export async function countersign(desk: Desk, session: Session): Promise<void> {
  const { followed, signing, finding } = desk.state.trail;
  if (followed === null || signing || finding !== null || !holds(followed)) return;
  setTrail(desk, { signing: true, trouble: null, done: null });
  const { number, digest } = followed.end;
  const { member, signer } = session.vault;
  const { serial } = session.roots.current.root;
  const { service } = session;
  const day = today() as Day;
  try {
    const signed = signHead({ service, number, digest, member, serial, day }, signer);
    await desk.fresh(() => officeCalls(session).countersign(signed));
    if (session.isEnded()) return;
    session.keeper.change((ring) => withAudit(ring, followed.end));
    await session.keeper.save();
    if (session.isEnded()) return;
    setTrail(desk, { signing: false, done: fill(words.audit.countersigned, { number }) });
    await showHeads(desk, session);
  } catch (error) {
    failed(desk, session, error);
  }
}

/** Fetches the whole trail as it is kept. */
export async function exportTrail(desk: Desk, session: Session): Promise<Uint8Array | null> {
  if (desk.state.trail.exporting) return null;
  setTrail(desk, { exporting: true, trouble: null, done: null });
  try {
    const rows = await desk.fresh(officeCalls(session).exportAudit);
    if (session.isEnded()) return null;
    setTrail(desk, { exporting: false, done: words.audit.exported });
    return rows;
  } catch (error) {
    failed(desk, session, error);
    return null;
  }
}

/** Narrows the rows that are shown, and fetches those that fit from before the followed ones. */
export async function want(desk: Desk, session: Session, part: Partial<Wanted>): Promise<void> {
  const wanted = { ...desk.state.trail.wanted, ...part };
  setTrail(desk, { wanted, earlier: [], drawn: DRAWN, trouble: null });
  const { who, act, case: of } = wanted;
  const from = desk.state.trail.followed?.from.number ?? 0;
  if (from === 0 || (who === "" && act === "" && of === "")) return;
  try {
    const found: AuditRow[] = [];
    const calls = officeCalls(session);
    let after: number | null = 0;
    for (let count = 0; after !== null && after < from && count < mostPages; count++) {
      const { rows, next } = await calls.audit({ after, limit: page, who, act, case: of });
      found.push(...readable(rows).filter((row) => row.number <= from));
      if (session.isEnded() || desk.state.trail.wanted !== wanted) return;
      after = next;
    }
    setTrail(desk, { earlier: found.reverse() });
  } catch (error) {
    failed(desk, session, error);
  }
}

/** Draws more rows; where all are drawn, fetches those before them. */
export async function showEarlier(desk: Desk, session: Session): Promise<void> {
  const { followed, earlier, drawn, wanted } = desk.state.trail;
  if (followed === null) return;
  setTrail(desk, { drawn: drawn + DRAWN });
  const first = earlier.at(-1)?.number ?? followed.from.number + 1;
  if (!isEverything(wanted) || first <= 1 || drawn + DRAWN <= followed.rows.length) return;
  try {
    const after = Math.max(0, first - 1 - DRAWN);
    const { rows } = await officeCalls(session).audit({ after, limit: first - 1 - after });
    if (session.isEnded() || desk.state.trail.wanted !== wanted) return;
    const older = readable(rows).filter((row) => row.number < first);
    setTrail(desk, { earlier: [...desk.state.trail.earlier, ...older.reverse()] });
  } catch (error) {
    failed(desk, session, error);
  }
}

export function setTrail(desk: Desk, part: Partial<TrailView>): void {
  desk.change({ trail: { ...desk.state.trail, ...part } });
}

/** Stops the following; what was followed stays. */
export function stopFollowing(desk: Desk): void {
  setTrail(desk, { following: false });
}

async function following(
  desk: Desk,
  session: Session,
  from: () => Promise<Followed>,
): Promise<void> {
  if (desk.state.trail.following) return;
  setTrail(desk, { following: true, trouble: null, done: null });
  try {
    // Before the rows: whoever countersigns in between signs for a row that is fetched then.
    await showHeads(desk, session);
    let followed = await from();
    const calls = officeCalls(session);
    followed = resume(followed, await headOf(session, followed.end));
    setTrail(desk, { followed, earlier: [] });
    while (!isDone(followed)) {
      const { rows } = await calls.audit({ after: followed.end.number, limit: page });
      if (session.isEnded() || stopped(desk)) return;
      followed = follow(followed, rows);
      setTrail(desk, { followed });
    }
    const mark = rememberedMark(session);
    if (mark !== null) followed = againstMark(followed, mark);
    const finding = againstHeads(followed, desk.state.trail.heads);
    setTrail(desk, { followed, finding, following: false });
  } catch (error) {
    failed(desk, session, error);
  }
}

/** Whether the following was stopped while rows were fetched. */
function stopped(desk: Desk): boolean {
  return !desk.state.trail.following;
}

/** Where the service says that the trail ends. */
async function headOf(session: Session, after: Mark | null): Promise<Mark> {
  const { number } = after ?? TRAIL_START;
  return (await officeCalls(session).audit({ after: number, limit: 1 })).head;
}

async function showHeads(desk: Desk, session: Session): Promise<void> {
  const { heads: served } = await officeCalls(session).heads();
  await session.reach(served.map((bytes) => claimedNumber(bytes, "serial")));
  if (session.isEnded()) return;
  const heads: Head[] = [];
  let badHeads = 0;
  for (const bytes of served) {
    try {
      heads.push(readHead(session.service, bytes, session.roots.history));
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      badHeads++;
    }
  }
  setTrail(desk, { heads, badHeads });
}

/** The rows that can be read at all; those before the followed ones prove nothing. */
function readable(rows: readonly Uint8Array[]): AuditRow[] {
  return rows.flatMap((bytes) => {
    try {
      return [readAuditRow(bytes)];
    } catch (error) {
      if (error instanceof Refused) return [];
      throw error;
    }
  });
}

function failed(desk: Desk, session: Session, error: unknown): void {
  if (session.isEnded() || desk.sessionTrouble(error)) return;
  setTrail(desk, { following: false, signing: false, exporting: false, trouble: troubleOf(error) });
}
