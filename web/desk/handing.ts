/**
 * Handing over: looks through one's cases for what is owed when readers leave or lose their keys, and
 * does it, one case after the other. Nothing is remembered of how far it came: whoever goes on, here,
 * in another browser or as a colleague, works it out again from what is signed.
 */
import { wipe } from "../protocol";
import type { Access, CaseId, Day, MemberId, MyCase } from "../protocol";
import { serialsOfAccess } from "./access";
import type { Examined, Exclude, HandedOver } from "./access";
import { excludedIn } from "./excluded";
import { Refusal } from "./api";
import { today } from "./days";
import type { Desk } from "./desk";
import { leftOn, unchangedSince } from "./handover";
import type { Owed } from "./handover";
import { showMine } from "./lists";
import { nameOf } from "./people";
import { isVanished, unpacked, withSettled } from "./ring";
import { Round } from "./round";
import type { Outcome } from "./round";
import { isSignedOut } from "./session";
import type { Session } from "./session";
import type { Handover, Progress, RoundView } from "./state";
import { Troubled, troubleOf } from "./trouble";

/** How often somebody else may be first in one case before it is left for another time. */
const MOST_ATTEMPTS = 6;
/** Often enough to be seen moving, seldom enough to cost nothing. */
const BETWEEN = 120;
const NONE: Progress = { done: 0, total: 0, failed: 0 };

/** Looks through the cases that were not looked through by the directory in force, and takes the keys
 * of those that have new ones. */
export async function lookThrough(desk: Desk, session: Session): Promise<void> {
  if (session.me.listed === null || session.round !== null) return;
  await session.succession();
  const waiting = await unsettled(session);
  const looked = { ...NONE, total: waiting.length };
  const show = paced(() => showHandover(desk, session, looked));
  const next = async (): Promise<void> => {
    for (let served = waiting.shift(); served !== undefined; served = waiting.shift()) {
      try {
        await look(session, served);
      } catch (error) {
        if (session.isEnded() || isSignedOut(error) || isPassing(error)) throw error;
        looked.failed++;
      }
      looked.done++;
      show();
    }
  };
  try {
    await Promise.all(Array.from({ length: session.workers.count + 1 }, next));
    await findDays(session);
  } catch (error) {
    if (session.isEnded()) return;
    if (isSignedOut(error)) {
      desk.signOut("ended");
      return;
    }
    // What was not looked at now is when the lists are fetched next.
    waiting.length = 0;
    looked.total = looked.done;
  }
  if (!session.isEnded()) showHandover(desk, session, looked);
}

/** Hands over what is owed in the cases of one kind. */
export async function handOver(
  desk: Desk,
  session: Session,
  kind: RoundView["kind"],
  compromise: boolean,
): Promise<void> {
  if (session.round !== null || session.me.listed === null) return;
  const cases = [...session.owed].filter(([, owed]) => isOf(kind, owed)).map(([of]) => of);
  const round = new Round(kind, cases);
  session.round = round;
  const show = (): void => {
    showHandover(desk, session);
    showMine(desk, session);
  };
  const often = paced(show);
  const next = async (): Promise<void> => {
    for (let of = await round.next(); of !== null; of = await round.next()) {
      try {
        round.count(await handOverOne(desk, session, of, compromise));
        often();
      } catch (error) {
        if (session.isEnded()) return;
        if (isSignedOut(error)) {
          desk.signOut("ended");
          return;
        }
        if (isPassing(error)) round.putBack(of, troubleOf(error));
        else round.count("failed");
        show();
      }
    }
  };
  show();
  // Some wait for the service while others are sealed.
  const all = Promise.all(Array.from({ length: session.workers.count + 2 }, next));
  await session.keeper.throughout(all);
  if (session.isEnded()) return;
  show();
  session.round = null;
  await session.keeper.save();
}

/** Shows what is owed, and how far it has come. */
export function showHandover(
  desk: Desk,
  session: Session,
  looked: Progress = desk.state.handover?.looked ?? NONE,
): void {
  const before = desk.state.handover;
  const round = session.round?.view ?? before?.round ?? null;
  const owed = [...session.owed.values()];
  const { history } = session.roots;
  const shared = owed.filter((one) => isOf("shares", one));
  const locked = owed.filter((one) => isOf("locks", one));
  const heirs = new Map(shared.flatMap((one) => one.shares).map((one) => [one.heir, one.instead]));
  const left = new Set(locked.flatMap((one) => one.lock?.left ?? []));
  const handover: Handover = {
    looked: { ...looked },
    shares: {
      cases: shared.length,
      people: [...heirs].map(([heir, instead]) => ({
        label: nameOf(history, heir),
        instead: nameOf(history, instead),
      })),
    },
    locks: {
      cases: locked.length,
      people: [...left].map((member) => ({
        label: nameOf(history, member),
        day: leftOn(history, member),
      })),
    },
    broken: session.broken.size,
    round,
  };
  const empty = owed.length + handover.broken + looked.failed === 0 && looked.done === looked.total;
  desk.change({ handover: empty && round === null ? null : handover });
}

/** The cases to be looked through. Where the directory has only grown since a case was settled, it
 * still is, and nothing is fetched. */
async function unsettled(session: Session): Promise<MyCase[]> {
  const { serial } = session.roots.current.root;
  const entries = new Map(session.keeper.ring.cases.map((entry) => [entry.case, entry]));
  const settledBy = (of: CaseId): number => unpacked(entries.get(of)?.summary ?? "").settled;
  const known = [...session.cases.values()].filter((served) => {
    const entry = entries.get(served.case);
    return entry !== undefined && !isVanished(entry);
  });
  const earlier = new Set(known.map((served) => settledBy(served.case)));
  const still = new Set<number>();
  for (const before of earlier) {
    if (before === 0 || before >= serial) continue;
    await session.reach(Array.from({ length: serial - before }, (_, place) => before + place));
    if (unchangedSince(session.roots.history, before)) still.add(before);
  }
  if (still.size > 0) {
    session.keeper.change((ring) =>
      known
        .filter((served) => still.has(settledBy(served.case)))
        .reduce((now, served) => withSettled(now, served.case, serial), ring),
    );
  }
  return known.filter((served) => {
    const settled = settledBy(served.case);
    const behind = (entries.get(served.case)?.epoch ?? 0) < served.epoch;
    const due = served.stage !== "closed" && settled < serial && !still.has(settled);
    return (behind || due) && session.looked.get(served.case) !== lookedAs(session, served);
  });
}

async function look(session: Session, served: MyCase): Promise<void> {
  const access = await accessOf(session, served.case);
  const known = session.keeper.ring.cases.find((one) => one.case === served.case)?.epoch ?? -1;
  const found = await session.workers.run({ name: "examine", served: access, known }, false);
  if (session.isEnded()) return;
  session.looked.set(served.case, lookedAs(session, served));
  noteExamined(session, served, found);
}

/** As what a case was looked through: it is again when its lock or the directory is another. */
function lookedAs(session: Session, { epoch }: MyCase): string {
  return `${epoch} ${session.roots.current.root.serial}`;
}

function noteExamined(session: Session, served: MyCase, found: Examined): void {
  const of = served.case;
  if (found.broken) session.broken.add(of);
  else session.broken.delete(of);
  const closed = served.stage === "closed";
  const nothing = session.noteOwed(of, closed, found.owed) && !found.broken;
  const settled = nothing ? session.roots.current.root.serial : 0;
  if (!nothing && found.own === null) return;
  session.keeper.change((ring) => withSettled(ring, of, settled, found.own));
}

/** Hands over what is owed in one case now. */
async function handOverOne(
  desk: Desk,
  session: Session,
  of: CaseId,
  compromise: boolean,
): Promise<Outcome> {
  let exclude: Exclude | undefined;
  let posted = false;
  for (let attempt = 1; ; attempt++) {
    const served = await accessOf(session, of);
    const how = { day: today() as Day, compromise, ...(exclude === undefined ? {} : { exclude }) };
    const made = await session.workers.run({ name: "handover", served, ...how }, false);
    if (session.isEnded()) throw new Troubled("signed_out");
    if (made.state === "broken") {
      session.broken.add(of);
      session.owed.delete(of);
      return "failed";
    }
    if (made.state === "ask") {
      exclude = await excludeOf(session, of);
      continue;
    }
    try {
      posted = (await desk.fresh(() => post(session, of, made))) || posted;
    } catch (error) {
      made.lock?.secret.fill(0);
      // Somebody else was first: what is still owed is worked out again.
      const taken = error instanceof Refusal && error.problem.code === "sequence";
      if (!taken || attempt >= MOST_ATTEMPTS) throw error;
      continue;
    }
    settle(session, of, made.lock);
    if (made.withheld.length > 0) return "withheld";
    return posted ? "handed" : "elsewhere";
  }
}

/** Posts what was made: one transaction a grant of an earlier key, and one for the new lock. */
async function post(session: Session, of: CaseId, made: HandedOver): Promise<boolean> {
  for (const one of made.grants) await session.api.share(of, one);
  if (made.lock !== null) await session.api.lock(of, made.lock);
  return made.grants.length > 0 || made.lock !== null;
}

function settle(session: Session, of: CaseId, lock: HandedOver["lock"]): void {
  const { serial } = session.roots.current.root;
  session.owed.delete(of);
  session.keeper.change((ring) => withSettled(ring, of, serial, lock));
  const served = session.cases.get(of);
  if (served !== undefined && lock !== null)
    session.cases.set(of, { ...served, epoch: lock.epoch });
}

async function accessOf(session: Session, of: CaseId): Promise<Access> {
  const access = await session.api.access(of);
  await session.reach(serialsOfAccess(access));
  return access;
}

/** Whom the reporter wanted left out; null where the parties are not sealed to this reader. */
async function excludeOf(session: Session, of: CaseId): Promise<Exclude> {
  const served = await session.api.deskCase(of);
  const opened = await session.workers.run({ name: "case", served }, false);
  for (const { seed } of opened.secrets.values()) wipe(seed);
  return opened.parties.content === null ? null : excludedIn(opened);
}

/** Fetches the roots by which readers who left were listed last, for the day on which they did. */
async function findDays(session: Session): Promise<void> {
  const left = new Set<MemberId>();
  for (const { lock } of session.owed.values()) for (const one of lock?.left ?? []) left.add(one);
  await session.lookBack([...left]);
}

/** Whether a case is one of those that a round of this kind goes through. In all of them everything
 * that is owed is done. */
function isOf(kind: RoundView["kind"], { shares, lock }: Owed): boolean {
  if (kind === "shares") return shares.length > 0;
  return lock !== null && (shares.length === 0 || lock.reason !== "replaced");
}

/** Whether what went wrong is no case's fault, and may be over in a while. */
function isPassing(error: unknown): boolean {
  if (!(error instanceof Troubled)) return false;
  const passing = ["offline", "unreachable", "unavailable", "storage_full", "slow_down"];
  return passing.includes(error.trouble.code);
}

/** Does something at most every so often. */
function paced(how: () => void): () => void {
  let last = 0;
  return () => {
    if (Date.now() - last < BETWEEN) return;
    last = Date.now();
    how();
  };
}
