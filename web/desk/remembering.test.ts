import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { NO_DIGEST, identity, reference, signer } from "../protocol";
import type {
  CaseId,
  CaseSecret,
  DeskCase,
  MemberOpenSeed,
  MemberSignSeed,
  MyCase,
} from "../protocol";
import { seed } from "../protocol/sample";
import { newRing, sealRing } from "../protocol/vault";
import type { Ring } from "../protocol/vault";
import { Api } from "./api";
import { Desk } from "./desk";
import { RingKeeper } from "./keeper";
import { loadMine } from "./lists";
import type { OpenedCase } from "./opening";
import type { Roots } from "./roots";
import { SERVICE, handlers, sampleFacts, sampleHistory } from "./sample";
import { Session } from "./session";
import type { Workers } from "./workers";

const [{ member }] = handlers;
const id = (number: number): CaseId => number.toString(16).padStart(64, "0") as CaseId;
const mine = (of: CaseId, day: string): MyCase =>
  ({
    ...{ case: of, day, epoch: 0, to_reporter: 0, from_reporter: 0, stage: "received" },
    ...{ route: "intake", team: "intake", due: "", clock: "", aside: false, teams: [] },
  }) as unknown as MyCase;

/** What a worker would have made of a case: each has a word of its own. */
const opened = (of: CaseId): OpenedCase =>
  ({
    ...{ case: of, day: "2026-11-23", route: "intake", team: "intake", locked: true },
    parties: { content: null },
    body: { content: { what_happened: `It happened as number${String(parseInt(of, 16))} says` } },
    conversation: { items: [], stage: "received", heads: { to_reporter: { sequence: 0 } } },
    grants: { rows: [], declarations: [], warnings: [], live: [] },
    secrets: new Map([[0, { seed: new Uint8Array(32).fill(9) as Uint8Array as CaseSecret }]]),
  }) as unknown as OpenedCase;

/** Which cases do not open, by their number. */
let poisoned: number[] = [];
const jobs: CaseId[] = [];
const asked: (readonly CaseId[])[] = [];

function signedIn(cases: readonly MyCase[], ring?: Ring): { desk: Desk; session: Session } {
  const api = new Api(() => Promise.reject(new Error("nothing is fetched here")));
  const vault = {
    service: SERVICE,
    member,
    label: "Handler-1",
    identity: identity(seed<MemberOpenSeed>("open").slice() as MemberOpenSeed),
    signer: signer(seed<MemberSignSeed>("sign").slice() as MemberSignSeed),
    unlocks: [],
  };
  const start = ring ?? newRing(vault, sampleHistory.current.root);
  const run = ({ served }: { served: DeskCase }): Promise<OpenedCase> => {
    jobs.push(served.case);
    if (poisoned.includes(parseInt(served.case, 16))) return Promise.reject(new Error("poisoned"));
    return Promise.resolve(opened(served.case));
  };
  const roots = {
    current: sampleHistory.current,
    history: sampleHistory,
    reach: () => Promise.resolve(false),
    lookBack: () => Promise.resolve(false),
  };
  const session = new Session({
    api: Object.assign(api, {
      myCases: () => Promise.resolve({ cases, next: null }),
      deskCases: (wanted: readonly CaseId[]) => {
        asked.push(wanted);
        const empty = { epochs: [], grants: [], declarations: [], messages: [] };
        const all = wanted.map((of) => ({ case: of, statement: new Uint8Array(), ...empty }));
        return Promise.resolve({ cases: all as unknown as DeskCase[] });
      },
    }),
    service: SERVICE,
    vault,
    workers: { count: 2, end: () => undefined, run } as unknown as Workers,
    sealed: NO_DIGEST,
    directory: roots as unknown as Roots,
    facts: sampleFacts,
    keeper: new RingKeeper(
      api,
      vault,
      { ring: start, revision: 1, saved: true },
      (sealed) => sealRing(sealed, vault),
      () => undefined,
    ),
    memory: "kept",
  });
  const desk = new Desk({ service: SERVICE, force: "", answerDays: 7 }, api);
  desk.session = session;
  return { desk, session };
}

function found(desk: Desk, search: string): string[] {
  desk.want({ search });
  return desk.rows().map((row) => row.reference);
}

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal("navigator", { onLine: true });
  poisoned = [];
  jobs.length = 0;
  asked.length = 0;
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

test("unknown cases are opened in batches, the newest first, and found by their words", async () => {
  const cases = Array.from({ length: 45 }, (_, number) =>
    mine(id(number), `2026-10-${String(10 + (number % 20))}`),
  );
  const { desk, session } = signedIn(cases);
  await loadMine(desk, session);
  expect(asked.map((some) => some.length)).toEqual([20, 20, 5]);
  const days = jobs.map((of) => cases.find((one) => one.case === of)?.day ?? "");
  expect(days).toEqual([...days].sort().reverse());
  expect(found(desk, "number44")).toEqual([reference(id(44))]);
  expect(desk.state.opening).toBeNull();
});

test("a case that does not open is counted; the others are there, and it is tried again when that was read", async () => {
  poisoned = [3];
  const { desk, session } = signedIn([1, 2, 3, 4].map((one) => mine(id(one), "2026-10-01")));
  await loadMine(desk, session);
  expect(desk.state.opening).toEqual({ done: 4, total: 4, failed: 1, paused: false });
  expect(desk.state.mine.rows.filter((row) => row.line === null)).toHaveLength(1);
  desk.hideOpening();
  poisoned = [];
  await loadMine(desk, session);
  expect(jobs.filter((of) => of === id(3))).toHaveLength(2);
  expect(desk.state.mine.rows.every((row) => row.line !== null && !row.failed)).toBe(true);
});

test("one that did not open does not keep what comes later from being opened", async () => {
  poisoned = [1];
  const cases = [mine(id(1), "2026-10-01")];
  const { desk, session } = signedIn(cases);
  await loadMine(desk, session);
  cases.push(mine(id(2), "2026-10-02"));
  await loadMine(desk, session);
  expect(jobs).toEqual([id(1), id(2)]);
});

test("a later sign-in lists and finds by the ring what was opened before, and opens nothing", async () => {
  const cases = Array.from({ length: 30 }, (_, number) => mine(id(number), "2026-10-01"));
  const first = signedIn(cases);
  await loadMine(first.desk, first.session);
  // The ring as it would come back from the service; the keys of the first session are gone.
  const { ring } = first.session.keeper;
  const kept = {
    ...ring,
    cases: ring.cases.map((entry) => ({ ...entry, secret: entry.secret.slice() as CaseSecret })),
  };
  first.desk.signOut("idle");
  jobs.length = 0;
  asked.length = 0;
  const { desk, session } = signedIn(cases, kept);
  await loadMine(desk, session);
  expect([jobs, asked]).toEqual([[], []]);
  expect(desk.state.mine.rows.every((row) => row.line !== null)).toBe(true);
  expect(found(desk, "number17")).toEqual([reference(id(17))]);
});
