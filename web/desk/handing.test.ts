import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { NO_DIGEST, emptyParties } from "../protocol";
import type { CaseId, History, MyCase } from "../protocol";
import { newRing, sealRing } from "../protocol/vault";
import type { Ring } from "../protocol/vault";
import { examine, handOver as make } from "./access";
import { Api, Refusal } from "./api";
import { Desk } from "./desk";
import { handOver, lookThrough } from "./handing";
import type { Job } from "./jobs";
import { RingKeeper } from "./keeper";
import { openCase } from "./opening";
import { packed, unpacked, withEntry } from "./ring";
import { readerOf, sampleFacts, sampleHistory, vaultOf } from "./sample";
import {
  Ledger,
  SERVICE,
  TEAMS,
  custodian,
  handlers,
  handsOf,
  newcomer,
  published,
} from "./sample-ledger";
import type { SampleMember } from "../protocol/sample";
import { Session } from "./session";
import { Troubled } from "./trouble";
import type { Workers } from "./workers";

const [first, second, third] = handlers;
const again = newcomer("Handler-2b", second);
const without3 = published(sampleHistory, { ...TEAMS, intake: [first.entry, second.entry] });
const replaced = published(sampleHistory, {
  ...TEAMS,
  intake: [first.entry, again.entry, third.entry],
});

/** The calls that reached the service, by name. */
type Calls = { access: number; share: number; lock: number };
type Working = { desk: Desk; session: Session; calls: Calls };

/** A desk of a member at a service that keeps these cases. `before` is asked before each call that
 * changes something. */
function working(
  by: SampleMember,
  ledgers: readonly Ledger[],
  of: History,
  { before = () => undefined, ring }: { before?: () => void; ring?: Ring } = {},
): Working {
  const calls: Calls = { access: 0, share: 0, lock: 0 };
  const ledger = (id: CaseId): Ledger => {
    const found = ledgers.find((one) => one.case === id);
    if (found === undefined) throw new Error("there is no such case");
    return found;
  };
  const vault = vaultOf(by);
  let known = ring ?? newRing(vault, sampleHistory.current.root);
  for (const { case: id } of ring === undefined ? ledgers : []) {
    const secret = new Uint8Array(32).fill(7) as never;
    const summary = packed({ line: "a line", by: null, told: 0, settled: 1, search: "" });
    known = withEntry(known, { case: id, epoch: 0, secret, summary, read: 0 });
  }
  const api = new Api(() => Promise.reject(new Error("nothing is fetched here")));
  const soon = <T>(how: () => T): Promise<T> => new Promise((done) => done(how()));
  Object.assign(api, {
    access: (id: CaseId) => soon(() => (calls.access++, ledger(id).access(by.member))),
    deskCase: (id: CaseId) => soon(() => ledger(id).whole(by.member)),
    share: (id: CaseId, made: never) =>
      soon(() => {
        before();
        calls.share++;
        ledger(id).share(made);
      }),
    lock: (id: CaseId, made: never) =>
      soon(() => {
        before();
        calls.lock++;
        ledger(id).lock(made);
      }),
    ring: () => Promise.resolve({ revision: 1, ring: null }),
    keepRing: () => Promise.resolve({ revision: 2 }),
  });
  const hands = handsOf(by, of);
  const run = (job: Job): Promise<unknown> => {
    if (job.name === "examine") return examine(hands, job.served, job.known);
    if (job.name === "handover") return make(hands, job.served, job);
    if (job.name === "case") return openCase(SERVICE, job.served, readerOf(by), hands.history);
    throw new Error(`nobody does ${job.name} here`);
  };
  const nothing = (): Promise<boolean> => Promise.resolve(false);
  const session = new Session({
    api,
    service: SERVICE,
    vault,
    workers: { count: 1, run, tell: nothing, end: () => undefined } as unknown as Workers,
    directory: {
      current: of.current,
      history: of,
      reach: nothing,
      lookBack: nothing,
    } as never,
    sealed: NO_DIGEST,
    facts: { ...sampleFacts, member: by.member },
    keeper: new RingKeeper(
      api,
      vault,
      { ring: known, revision: 1, saved: true },
      (sealed) => sealRing(sealed, vault),
      () => undefined,
    ),
    memory: "kept",
  });
  for (const one of ledgers) session.cases.set(one.case, listed(one));
  const desk = new Desk({ service: SERVICE, force: "", answerDays: 7 }, api);
  desk.session = session;
  desk.change({ me: session.me });
  return { desk, session, calls };
}

function listed({ case: id, stage, epochs }: Ledger): MyCase {
  const counts = { to_reporter: 0, from_reporter: 0 };
  return { case: id, stage, epoch: epochs.length, route: "intake", ...counts } as MyCase;
}

function cases(...names: string[]): Promise<Ledger[]> {
  return Promise.all(names.map((name) => Ledger.file(name)));
}

function settled(session: Session): number[] {
  return session.keeper.ring.cases.map((entry) => unpacked(entry.summary).settled);
}

beforeEach(() => vi.stubGlobal("navigator", { onLine: true }));
afterEach(() => vi.unstubAllGlobals());

test("a leaver's cases are offered new keys, and get them, one transaction each", async () => {
  const ledgers = await cases("one", "two", "three");
  const closed = await Ledger.file("closed");
  closed.stage = "closed";
  const { desk, session, calls } = working(first, [...ledgers, closed], without3);
  await lookThrough(desk, session);
  expect(desk.state.handover).toMatchObject({
    looked: { done: 3, total: 3, failed: 0 },
    shares: { cases: 0 },
    locks: { cases: 3, people: [{ label: "Handler-3", day: "2026-11-23" }] },
    broken: 0,
    round: null,
  });
  const throughout = vi.spyOn(session.keeper, "throughout");
  await handOver(desk, session, "locks", false);
  // A long ring takes seconds to save: it is not saved for each case.
  expect(throughout).toHaveBeenCalledOnce();
  expect(calls).toEqual({ access: 6, share: 0, lock: 3 });
  expect(ledgers.map((one) => [one.epochs.length, one.transactions])).toEqual(
    ledgers.map(() => [1, 1]),
  );
  expect(closed.epochs).toEqual([]);
  expect(desk.state.handover).toMatchObject({
    locks: { cases: 0 },
    round: { kind: "locks", done: 3, total: 3, failed: 0, elsewhere: 0 },
  });
  // The ring has the new secrets, which open what everybody else was granted.
  const entry = session.keeper.ring.cases.find((one) => one.case === ledgers[0]?.case);
  expect(entry?.epoch).toBe(1);
  expect(entry?.secret.some((byte) => byte !== 7)).toBe(true);
  expect(settled(session)).toEqual([2, 2, 2, 1]);
  desk.hideRound();
  expect(desk.state.handover).toBeNull();
  await lookThrough(desk, session);
  expect(calls.access).toBe(6);
});

test("who came back is shared with again, and the cases get new keys too", async () => {
  const ledgers = await cases("one", "two");
  const { desk, session, calls } = working(first, ledgers, replaced);
  await lookThrough(desk, session);
  expect(desk.state.handover).toMatchObject({
    shares: { cases: 2, people: [{ label: "Handler-2b", instead: "Handler-2" }] },
    locks: { cases: 0 },
  });
  await handOver(desk, session, "shares", false);
  expect(calls).toEqual({ access: 4, share: 2, lock: 2 });
  expect(ledgers.map((one) => one.reason)).toEqual(["replaced", "replaced"]);
  expect(ledgers[0]?.holders(1).sort()).toEqual(
    [first, third, again].map((one) => one.member).sort(),
  );
});

test("a page that closes halfway leaves the rest to the next, and nothing is done twice", async () => {
  const ledgers = await cases("a", "b", "c", "d");
  const before = working(first, ledgers, without3);
  await lookThrough(before.desk, before.session);
  const close = (): void => {
    if (before.calls.lock === 2) before.session.end();
  };
  Object.assign(before.session.api, {
    lock: (id: CaseId, made: never) => {
      close();
      if (before.session.isEnded()) return Promise.reject(new Troubled("unreachable"));
      before.calls.lock++;
      ledgers.find((one) => one.case === id)?.lock(made);
      return Promise.resolve({ epoch: 1 });
    },
  });
  await handOver(before.desk, before.session, "locks", false);
  expect(ledgers.filter((one) => one.epochs.length === 1)).toHaveLength(2);
  // Another browser, whose ring knows nothing of it.
  const after = working(first, ledgers, without3);
  await lookThrough(after.desk, after.session);
  expect(after.desk.state.handover?.locks.cases).toBe(2);
  await handOver(after.desk, after.session, "locks", false);
  expect(ledgers.map((one) => [one.epochs.length, one.transactions])).toEqual(
    ledgers.map(() => [1, 1]),
  );
  // Of the first two it has taken the secrets, from the grants to oneself.
  expect(after.session.keeper.ring.cases.map((entry) => entry.epoch)).toEqual([1, 1, 1, 1]);
});

test("two colleagues at once share the work, and no case gets two locks", async () => {
  const ledgers = await cases("a", "b", "c", "d", "e");
  const [one, two] = [working(first, ledgers, without3), working(second, ledgers, without3)];
  for (const { desk, session } of [one, two]) await lookThrough(desk, session);
  await Promise.all([one, two].map(({ desk, session }) => handOver(desk, session, "locks", false)));
  expect(ledgers.map((each) => each.epochs.length)).toEqual([1, 1, 1, 1, 1]);
  const rounds = [one, two].map(({ desk }) => desk.state.handover?.round);
  expect(rounds.map((round) => round?.done)).toEqual([5, 5]);
  expect(rounds.map((round) => round?.failed)).toEqual([0, 0]);
  const elsewhere = rounds.reduce((sum, round) => sum + (round?.elsewhere ?? 0), 0);
  expect(elsewhere).toBe(5);
});

test("without a connection it stands still, and goes on when it is told to", async () => {
  const ledgers = await cases("a", "b");
  let broken = true;
  const before = (): void => {
    if (broken) throw new Troubled("unreachable");
  };
  const { desk, session } = working(first, ledgers, without3, { before });
  await lookThrough(desk, session);
  const over = handOver(desk, session, "locks", false);
  await vi.waitFor(() => expect(desk.state.handover?.round?.paused).toBe(true), 30_000);
  expect(desk.state.handover?.round).toMatchObject({ done: 0, trouble: { code: "unreachable" } });
  broken = false;
  desk.pauseRound(false);
  await over;
  expect(desk.state.handover?.round).toMatchObject({ done: 2, failed: 0, trouble: null });
  expect(ledgers.map((one) => one.epochs.length)).toEqual([1, 1]);
});

test("a case that the service refuses is left, and the others are done", async () => {
  const ledgers = await cases("a", "b", "c");
  let asked = 0;
  const refusal = { code: "invalid", title: "", status: 422, detail: "", rule: "K5" };
  const before = (): void => {
    if (++asked === 1) throw new Refusal(refusal, null);
  };
  const { desk, session } = working(first, ledgers, without3, { before });
  await lookThrough(desk, session);
  await handOver(desk, session, "locks", false);
  expect(desk.state.handover?.round).toMatchObject({ done: 3, failed: 1 });
  expect(ledgers.filter((one) => one.epochs.length === 1)).toHaveLength(2);
  // What is left is offered still.
  expect(desk.state.handover?.locks.cases).toBe(1);
});

test("a case whose rows were swapped is left alone and told of", async () => {
  const [sound, swapped] = await cases("sound", "swapped");
  if (sound === undefined || swapped === undefined) throw new Error("there are too few");
  const hands = handsOf(first, replaced);
  const how = { day: "2026-11-23" as never, compromise: false };
  const made = await make(hands, swapped.access(first.member), how);
  for (const one of made.grants) swapped.share(one);
  if (made.lock !== null) swapped.lock(made.lock);
  swapped.rows.reverse();
  const { desk, session } = working(first, [sound, swapped], replaced);
  await lookThrough(desk, session);
  expect(desk.state.handover).toMatchObject({ shares: { cases: 1 }, broken: 1 });
  await handOver(desk, session, "shares", false);
  expect(desk.state.handover).toMatchObject({ shares: { cases: 0 }, broken: 1 });
  expect(swapped.transactions).toBe(2);
});

test("whom the reporter wanted left out is withheld once, and not offered again", async () => {
  const unit = "Area East";
  const moved = newcomer("Handler-2b", second, { units: [unit] });
  const now = published(sampleHistory, {
    ...TEAMS,
    intake: [first.entry, moved.entry, third.entry],
  });
  const parties = emptyParties();
  parties.exclude.units.push(unit);
  const kept = await Ledger.file("kept", { parties });
  const free = await Ledger.file("free");
  const { desk, session } = working(first, [kept, free], now);
  await lookThrough(desk, session);
  await handOver(desk, session, "shares", false);
  expect(desk.state.handover?.round).toMatchObject({ done: 2, withheld: 1 });
  expect(kept.holders(0)).not.toContain(moved.member);
  expect(kept.holders(1)).not.toContain(moved.member);
  expect(free.holders(0)).toContain(moved.member);
  expect(settled(session)).toEqual([2, 2]);
});

test("where the directory has only grown, nothing is fetched, and the case is settled", async () => {
  const ledgers = await cases("a", "b");
  const more = published(sampleHistory, { ...TEAMS, oversight: [custodian.entry] });
  const { desk, session, calls } = working(first, ledgers, more);
  await lookThrough(desk, session);
  expect(calls.access).toBe(0);
  expect(settled(session)).toEqual([2, 2]);
  expect(desk.state.handover).toBeNull();
});

test("who is not in the directory is offered nothing", async () => {
  const ledgers = await cases("a");
  const { desk, session, calls } = working(third, ledgers, without3);
  await lookThrough(desk, session);
  expect(calls.access).toBe(0);
  expect(desk.state.handover).toBeNull();
});
