import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { NO_DIGEST } from "../../protocol";
import type { CaseId, MemberId, MyCase, TeamId } from "../../protocol";
import type { Content } from "../../protocol/record-file";
import { newRing, sealRing } from "../../protocol/vault";
import type { Procedure, ServedWork } from "../../protocol/work-calls";
import { Api, Refusal } from "../api";
import { showCase } from "../casework";
import { Desk } from "../desk";
import type { Job } from "../jobs";
import { RingKeeper } from "../keeper";
import { openCase } from "../opening";
import { scenario } from "../record/sample";
import { noCasework } from "../record/settings";
import { TODAY, readerOf, sampleFacts, sampleHistory, vaultOf } from "../sample";
import { Ledger, SERVICE, TEAMS, handlers, newcomer, published } from "../sample-ledger";
import { Session } from "../session";
import { Troubled } from "../trouble";
import { words } from "../words";
import { openWork } from "../work/opening";
import type { OpenedWork } from "../work/opening";
import type { WorkView } from "../work/state";
import type { Workers } from "../workers";
import { letInAll, pauseLettingIn, renewKeys } from "./job";

const [first, second, third] = handlers;
const team = "discrimination" as TeamId;
const [east, west, north] = ["East-1", "West-1", "North-1"].map((label) =>
  newcomer(label, second, { replaces: "", units: label === "West-1" ? ["Central West BCU"] : [] }),
) as [typeof first, typeof first, typeof first];
const arrivals = [east, west, north].map((one) => one.member);
const now = published(sampleHistory, {
  ...TEAMS,
  [team]: [east, west, north].map((one) => one.entry),
});

type Working = {
  desk: Desk;
  session: Session;
  of: CaseId;
  /** Whom the service was asked to let in, in order, whether or not it did. */
  asked: MemberId[];
  work: () => WorkView;
};

/** A desk of the first handler with a case open that a service keeps. `before` is asked before each call
 * that changes something. */
async function working(
  ledger: Ledger,
  {
    before = () => undefined,
    change = {},
    records = () => ({}),
  }: {
    before?: (asked: number) => void;
    change?: Partial<Procedure>;
    records?: () => OpenedWork["records"];
  } = {},
): Promise<Working> {
  const asked: MemberId[] = [];
  const vault = vaultOf(first);
  const soon = <T>(how: () => T): Promise<T> => new Promise((done) => done(how()));
  const api = new Api(() => Promise.reject(new Error("nothing is fetched here")));
  Object.assign(api, {
    deskCase: () => soon(() => ledger.whole(first.member)),
    share: (_: CaseId, made: { row: Uint8Array; sealed: Uint8Array }) =>
      soon(() => {
        const { grantee } = JSON.parse(new TextDecoder().decode(made.row.subarray(97))) as {
          grantee: MemberId;
        };
        asked.push(grantee);
        before(asked.length);
        ledger.share(made);
      }),
    lock: (_: CaseId, made: never) =>
      soon(() => {
        before(0);
        ledger.lock(made);
      }),
    ring: () => Promise.resolve({ revision: 1, ring: null }),
    keepRing: () => Promise.resolve({ revision: 2 }),
  });
  const nothing = (): Promise<boolean> => Promise.resolve(false);
  const run = async (job: Job): Promise<unknown> => {
    if (job.name === "case") return openCase(SERVICE, job.served, readerOf(first), now);
    if (job.name === "work") {
      const found = await openWork(job.record, job.served, job.secrets, job.declared, now);
      return { ...found, records: records() };
    }
    throw new Error(`nobody does ${job.name} here`);
  };
  const session = new Session({
    api,
    service: SERVICE,
    vault,
    workers: { count: 1, run, tell: nothing, end: () => undefined } as unknown as Workers,
    directory: { current: now.current, history: now, reach: nothing, lookBack: nothing } as never,
    sealed: NO_DIGEST,
    facts: { ...sampleFacts, member: first.member },
    keeper: new RingKeeper(
      api,
      vault,
      { ring: newRing(vault, sampleHistory.current.root), revision: 1, saved: true },
      (sealed) => sealRing(sealed, vault),
      () => undefined,
    ),
    memory: "kept",
  });
  const none = { acts: 0, acts_digest: NO_DIGEST, assigned: [], checkpoints: [], clocks: [] };
  const more = { stage: "received", closed: false, aside: false, missing: [], may: [] };
  const procedure = { ...none, ...more, teams: [team], bars: [], ...change } as Procedure;
  const served: ServedWork = { case: ledger.case, records: [], acts: [], conflicts: [], procedure };
  Object.assign(session.work, {
    settings: () => Promise.resolve(noCasework),
    work: () => Promise.resolve(served),
  });
  const counts = { to_reporter: 0, from_reporter: 0 };
  const row = { case: ledger.case, stage: ledger.stage, epoch: 0, route: "intake", ...counts };
  session.cases.set(ledger.case, row as MyCase);
  const desk = new Desk({ service: SERVICE, force: "", answerDays: 7 }, api);
  desk.session = session;
  desk.change({ me: session.me });
  await showCase(desk, session, ledger.case);
  const work = (): WorkView => {
    const { open } = desk.state;
    if (open === null) throw new Error("no case is open");
    return open.work;
  };
  await vi.waitFor(() => expect(work().opened).not.toBeNull(), 30_000);
  return { desk, session, of: ledger.case, asked, work };
}

const refusal = new Refusal(
  { code: "invalid", title: "", status: 422, detail: "", rule: "K3" },
  null,
);

beforeEach(() => vi.stubGlobal("navigator", { onLine: true }));
afterEach(() => vi.unstubAllGlobals());

test("everybody of the team is let in, one after the other, and nobody twice", async () => {
  const ledger = await Ledger.file("one");
  const { desk, session, of, asked, work } = await working(ledger);
  const seen: string[] = [];
  desk.watch(() => {
    const { acting, lettingIn } = work();
    const line = `${String(acting)} ${lettingIn?.done ?? "-"}/${lettingIn?.total ?? "-"}`;
    if (seen.at(-1) !== line) seen.push(line);
  });
  await letInAll(desk, session, of);
  expect(seen).toEqual(["let_in 0/3", "let_in 1/3", "let_in 2/3", "let_in 3/3", "null 3/3"]);
  expect(work()).toMatchObject({ lettingIn: { failed: 0, paused: false }, actTrouble: null });
  expect([...asked].sort()).toEqual([...arrivals].sort());
  expect(ledger.holders(0)).toEqual(expect.arrayContaining(arrivals));
  expect(desk.state.open?.opened?.grants.live).toHaveLength(handlers.length + 3);
  await letInAll(desk, session, of);
  expect(asked).toHaveLength(3);
  expect(work().lettingIn).toMatchObject({ done: 0, total: 0 });
});

/** A triage record in which a subject of a unit is confirmed. */
function aboutSomebodyOf(unit: string): OpenedWork["records"] {
  const [one] = scenario().triage.subjects;
  if (one === undefined) throw new Error("the scenario has subjects");
  const content = { subjects: [{ ...one, unit, confirmed: "yes" }], allegations: [] } as Content;
  const stub = {
    revision: 1,
    digest: NO_DIGEST,
    previous: NO_DIGEST,
    author: first.member,
    day: TODAY,
  };
  return { triage: { ...stub, content, warnings: [] } };
}

test("who is proposed to be barred is not let in with the others, though nobody has barred them yet", async () => {
  const ledger = await Ledger.file("one");
  const records = (): OpenedWork["records"] => aboutSomebodyOf("Central West BCU");
  const { desk, session, of, asked, work } = await working(ledger, { records });
  await letInAll(desk, session, of);
  expect(work().lettingIn).toMatchObject({ done: 2, total: 2, failed: 0 });
  expect([...asked].sort()).toEqual([east.member, north.member].sort());
  expect(ledger.holders(0)).not.toContain(west.member);
});

test("who is proposed to be barred while others are let in is not let in after them", async () => {
  const ledger = await Ledger.file("one");
  const box: { records: OpenedWork["records"]; now: () => void } = {
    records: {},
    now: () => undefined,
  };
  const before = (asked: number): void => {
    if (asked === 1) box.now();
  };
  const { desk, session, of, asked } = await working(ledger, {
    before,
    records: () => box.records,
  });
  box.now = () => {
    box.records = aboutSomebodyOf("Central West BCU");
    const { open } = desk.state;
    const opened = open?.work.opened ?? null;
    if (open === null || opened === null) throw new Error("no case is open");
    desk.change({
      open: { ...open, work: { ...open.work, opened: { ...opened, records: box.records } } },
    });
  };
  await letInAll(desk, session, of);
  expect(asked).not.toContain(west.member);
  expect([...asked].sort()).toEqual([east.member, north.member].sort());
});

test("it pauses after the one that is being let in, and goes on with who is left", async () => {
  const ledger = await Ledger.file("one");
  const pausing: { now: () => void } = { now: () => undefined };
  const before = (asked: number): void => {
    if (asked === 1) pausing.now();
  };
  const { desk, session, of, asked, work } = await working(ledger, { before });
  pausing.now = () => pauseLettingIn(desk, of);
  await letInAll(desk, session, of);
  expect(asked).toHaveLength(1);
  expect(work()).toMatchObject({
    acting: null,
    lettingIn: { done: 1, total: 3, failed: 0, paused: true },
  });
  await letInAll(desk, session, of);
  expect(work().lettingIn).toEqual({ done: 2, total: 2, failed: 0, paused: false });
  expect([...asked].sort()).toEqual([...arrivals].sort());
  expect(ledger.transactions).toBe(3);
});

test("who is refused is counted and told of, the others are let in, and they are tried again", async () => {
  const ledger = await Ledger.file("one");
  let refusing = true;
  const before = (asked: number): void => {
    if (refusing && asked === 2) throw refusal;
  };
  const { desk, session, of, asked, work } = await working(ledger, { before });
  await letInAll(desk, session, of);
  expect(asked).toHaveLength(3);
  expect(work()).toMatchObject({
    acting: null,
    actTrouble: { code: "refused_rule" },
    lettingIn: { done: 3, total: 3, failed: 1 },
  });
  expect(ledger.holders(0)).not.toContain(asked[1]);
  refusing = false;
  await letInAll(desk, session, of);
  expect(asked[3]).toBe(asked[1]);
  expect(work()).toMatchObject({ actTrouble: null, lettingIn: { done: 1, total: 1, failed: 0 } });
  expect(ledger.holders(0)).toEqual(expect.arrayContaining(arrivals));
});

test("a page that ends halfway leaves the rest to whoever opens the case next", async () => {
  const ledger = await Ledger.file("one");
  const ending: { now: () => void } = { now: () => undefined };
  const before = (asked: number): void => {
    if (asked === 2) {
      ending.now();
      throw new Troubled("unreachable");
    }
  };
  const gone = await working(ledger, { before });
  ending.now = () => gone.session.end();
  await letInAll(gone.desk, gone.session, gone.of);
  expect(gone.asked).toHaveLength(2);
  expect(ledger.transactions).toBe(1);
  const next = await working(ledger);
  await letInAll(next.desk, next.session, next.of);
  expect(next.asked).toHaveLength(2);
  expect(next.asked).not.toContain(gone.asked[0]);
  expect(ledger.holders(0)).toEqual(expect.arrayContaining(arrivals));
});

test("a session that is over signs out, and nobody else is tried", async () => {
  const before = (): void => {
    const problem = { code: "signed-out", title: "", status: 401, detail: "", rule: null };
    throw new Refusal(problem, null);
  };
  const { desk, session, of, asked } = await working(await Ledger.file("one"), { before });
  await letInAll(desk, session, of);
  expect(asked).toHaveLength(1);
  expect(desk.state.me).toBeNull();
});

test("nobody is let in into another case, or while something else is done", async () => {
  const { desk, session, of, asked } = await working(await Ledger.file("one"));
  await letInAll(desk, session, "ab".repeat(32) as CaseId);
  const { open } = desk.state;
  if (open === null) throw new Error("no case is open");
  desk.change({ open: { ...open, work: { ...open.work, acting: "sign" } } });
  await letInAll(desk, session, of);
  expect(asked).toEqual([]);
  pauseLettingIn(desk, of);
  expect(desk.state.open?.work.lettingIn).toBeNull();
});

test("who opens another case meanwhile lets nobody else in", async () => {
  const ledger = await Ledger.file("one");
  const leaving: { now: () => void } = { now: () => undefined };
  const { desk, session, of, asked } = await working(ledger, { before: () => leaving.now() });
  leaving.now = () => desk.change({ open: null });
  await letInAll(desk, session, of);
  expect(asked).toHaveLength(1);
  expect(desk.state.open).toBeNull();
});

test("new keys go to every reader but those who are barred", async () => {
  const ledger = await Ledger.file("one");
  const { desk, session, of, work } = await working(ledger, { change: { bars: [second.member] } });
  await renewKeys(desk, session, of);
  expect(work()).toMatchObject({ acting: null, actTrouble: null, done: words.triage.keys_done });
  expect(ledger.reason).toBe("exclusion");
  expect(ledger.holders(1).sort()).toEqual([first.member, third.member].sort());
  expect(session.opened?.secrets.has(1)).toBe(true);
});

test("keys that the service refuses are told of, and the case stays as it was", async () => {
  const ledger = await Ledger.file("one");
  const before = (): void => {
    throw refusal;
  };
  const { desk, session, of, work } = await working(ledger, { before });
  await renewKeys(desk, session, of);
  expect(work()).toMatchObject({ acting: null, actTrouble: { code: "refused_rule" }, done: null });
  expect(ledger.epochs).toEqual([]);
});
