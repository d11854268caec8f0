import { afterEach, beforeEach, expect, test, vi } from "vitest";
import {
  NO_DIGEST,
  emptyOther,
  emptyParties,
  emptySubject,
  identity,
  reference,
  signer,
} from "../protocol";
import type {
  CaseId,
  CaseSecret,
  Day,
  MemberOpenSeed,
  MemberSignSeed,
  MyCase,
  NewCase,
  Parties,
} from "../protocol";
import type { Brief } from "../protocol/brief";
import { custodian, sampleMember, seed } from "../protocol/sample";
import { newRing, sealRing } from "../protocol/vault";
import { Api } from "./api";
import { Desk } from "./desk";
import { RingKeeper } from "./keeper";
import { VANISHED, loadFresh, loadMine, showMine } from "./lists";
import { noticesAtSignIn } from "./notices";
import type { OpenedNew } from "./opening";
import { noCasework } from "./record/settings";
import { isVanished, withEntry } from "./ring";
import type { Roots } from "./roots";
import { SERVICE, handlers, sampleFacts, sampleHistory } from "./sample";
import { TEAMS, published } from "./sample-ledger";
import { Session } from "./session";
import type { NewRow, Notice } from "./state";
import type { Workers } from "./workers";
import { fill, words } from "./words";

const [first] = handlers;
const { member } = first;
const id = (name: string): CaseId => name.padEnd(64, "0") as CaseId;
const mine = (of: CaseId): MyCase =>
  ({
    ...{ case: of, epoch: 0, to_reporter: 0, from_reporter: 0, stage: "received" },
    ...{ due: "", clock: "", aside: false, teams: [] },
  }) as unknown as MyCase;

let served: MyCase[] = [];

/** A desk whose ring remembers some cases, at a service that lists {@link served}. */
function remembering(...cases: CaseId[]): { desk: Desk; session: Session } {
  return at(sampleHistory, null, ...cases);
}

/** The same by a directory, with what a worker opens of the new report that is served. */
function at(
  by: typeof sampleHistory,
  opened: OpenedNew | null,
  ...cases: CaseId[]
): { desk: Desk; session: Session } {
  const api = new Api(() => Promise.reject(new Error("nothing is fetched here")));
  const vault = {
    service: SERVICE,
    member,
    label: "Handler-1",
    identity: identity(seed<MemberOpenSeed>("open").slice() as MemberOpenSeed),
    signer: signer(seed<MemberSignSeed>("sign").slice() as MemberSignSeed),
    unlocks: [],
  };
  let ring = newRing(vault, sampleHistory.current.root);
  for (const of of cases) {
    const secret = new Uint8Array(32).fill(7) as Uint8Array as CaseSecret;
    ring = withEntry(ring, { case: of, epoch: 0, secret, summary: "a line\n0 -", read: 0 });
  }
  const session = new Session({
    api: Object.assign(api, { myCases: () => Promise.resolve({ cases: served, next: null }) }),
    service: SERVICE,
    vault,
    workers: {
      ...{ count: 1, end: () => undefined },
      run: () => Promise.resolve(opened),
    } as unknown as Workers,
    sealed: NO_DIGEST,
    directory: {
      ...{ current: by.current, history: by },
      reach: () => Promise.resolve(),
    } as unknown as Roots,
    facts: sampleFacts,
    keeper: new RingKeeper(
      api,
      vault,
      { ring, revision: 1, saved: true },
      (sealed) => sealRing(sealed, vault),
      () => undefined,
    ),
    memory: "kept",
  });
  const desk = new Desk({ service: SERVICE, force: "", answerDays: 7 }, api);
  desk.session = session;
  return { desk, session };
}

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal("navigator", { onLine: true });
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

test("a case that is listed no more is told of by its reference, until that is read", async () => {
  const { desk, session } = remembering(id("a"), id("b"));
  served = [mine(id("b"))];
  await loadMine(desk, session);
  const text = fill(words.mine.vanished, { references: reference(id("a")) });
  expect(desk.state.notices).toEqual([{ id: VANISHED, kind: "warning", text }]);
  const [gone, kept] = session.keeper.ring.cases;
  expect(gone !== undefined && isVanished(gone)).toBe(true);
  expect(kept?.secret[0]).toBe(7);
  await loadMine(desk, session);
  expect(desk.state.notices).toHaveLength(1);
  desk.hideNotice(VANISHED);
  expect(desk.state.notices).toEqual([]);
  await loadMine(desk, session);
  expect(desk.state.notices).toEqual([]);
  expect(session.keeper.ring.cases.map((one) => one.case)).toEqual([id("b")]);
});

test("a case that a signature takes away goes without a word", async () => {
  const { desk, session } = remembering(id("a"));
  served = [];
  session.explained.add(id("a"));
  await loadMine(desk, session);
  expect(desk.state.notices).toEqual([]);
  expect(session.keeper.ring.cases).toEqual([]);
});

test("a case with which a conflict was declared is not put back by a list that was on its way", async () => {
  const { desk, session } = remembering();
  served = [mine(id("a")), mine(id("b"))];
  const listed = loadMine(desk, session);
  session.conflicted.add(id("a"));
  await listed;
  expect(desk.state.mine.rows.map((row) => row.case)).toEqual([id("b")]);
});

test("lists show of an opened case what is signed, and not what is served", async () => {
  const { desk, session } = remembering(id("a"));
  served = [{ ...mine(id("a")), route: "independent" }];
  session.signed.set(id("a"), { day: "2026-11-23" as never, route: "intake", team: "intake" });
  await loadMine(desk, session);
  expect(desk.state.mine.rows).toMatchObject([{ route: "intake", team: "intake" }]);
});

/** What is said at sign-in to a handler, or to a lead besides. */
function told(session: Session, of: typeof sampleHistory, lead = false): Notice[] {
  const directory = { current: of.current } as unknown as Roots;
  const me = { ...session.me, roles: ["handler"] as const, lead };
  return noticesAtSignIn({ memory: "kept", me, directory }).filter((one) => one.id !== "unlisted");
}

test("a team with one reader is told of to those who read, and a team of two is not", () => {
  const { session } = remembering();
  const [only] = handlers;
  const thin = published(sampleHistory, { ...TEAMS, intake: [only.entry] });
  expect(told(session, thin).map((one) => one.text)).toEqual([
    fill(words.directory.thin, { team: "The intake team" }),
  ]);
  expect(told(session, thin)[0]?.brief).toContain("The intake team");
  expect(told(session, sampleHistory)).toEqual([]);
});

test("that one person alone keeps identities is told of to leads, in its own words", () => {
  const { session } = remembering();
  const texts = (of: typeof sampleHistory): string[] =>
    told(session, of, true).map((one) => one.text);
  expect(texts(sampleHistory)).toEqual([words.directory.thin_custodians]);
  expect(texts(published(sampleHistory, { ...TEAMS, custodians: [] }))).toEqual([
    words.directory.thin_custodians_none,
  ]);
  const custodians = [custodian.entry, sampleMember("Custodian-2", "custodian").entry];
  expect(texts(published(sampleHistory, { ...TEAMS, custodians }))).toEqual([]);
});

test("a case has the day of its first answer as its promise, until somebody has written", () => {
  const { desk } = remembering(id("a"), id("b"), id("c"));
  const day = "2026-11-23" as Day;
  served = [
    { ...mine(id("a")), day },
    { ...mine(id("b")), day, to_reporter: 1 },
    { ...mine(id("c")), day, stage: "closed" },
  ];
  showMine(desk, caseSession(desk), "ready");
  expect(desk.state.mine.rows.map((row) => row.by)).toEqual(["2026-11-30", null, null]);
});

/** The session of a desk that knows what is served. */
function caseSession({ session }: Desk): Session {
  if (session === null) throw new Error("nobody is signed in");
  for (const one of served) session.cases.set(one.case, one);
  return session;
}

test("a desk without memory says so, and one with memory does not", () => {
  const { session } = remembering();
  const texts = (memory: Session["memory"]): readonly string[] => {
    const of = { memory, me: session.me, directory: session.directory };
    return noticesAtSignIn(of).map((one) => one.text);
  };
  expect(texts("none")).toContain(words.trouble.ring_none);
  expect(texts("lost")).toContain(words.trouble.ring);
  expect(texts("kept")).not.toContain(words.trouble.ring_none);
});

/** What is said to the first handler, of a unit, before they declare about a report with these parties, or whose brief
 * names these people. */
async function hints(
  parties: Parties | null,
  people: Brief["people"] = [],
): Promise<Pick<NewRow, "nearMe" | "namesMe" | "excludesMe"> | undefined> {
  const unit = { ...first.entry, units: ["Central West BCU"] };
  const by = published(sampleHistory, { ...TEAMS, intake: [unit] });
  const of = id("a");
  const brief = parties === null ? ({ people, exclude: emptyParties().exclude } as Brief) : null;
  const { desk, session } = at(by, {
    ...{ case: of, statement: null, recipient: null, brief },
    parties: { content: parties, text: null, warnings: [] },
  });
  const served = { ...mine(of), statement: new Uint8Array(), parties: null, brief: null };
  Object.assign(session.api, {
    newCases: () => Promise.resolve({ cases: [served as unknown as NewCase], next: null }),
  });
  Object.assign(session.work, { settings: () => Promise.resolve(noCasework) });
  await loadFresh(desk, session);
  const [row] = desk.state.fresh.rows;
  if (row === undefined) return undefined;
  const { nearMe, namesMe, excludesMe } = row;
  return { nearMe, namesMe, excludesMe };
}

test("who is of the unit of a subject, or called as somebody who is named, is told so before they declare", async () => {
  const nothing = { nearMe: [], namesMe: false, excludesMe: false };
  const parties = (unit: string, name = "", who = ""): Parties => ({
    ...emptyParties(),
    subjects: [{ ...emptySubject(), unit, name }],
    others: [{ ...emptyOther(), who, unit: "Central West BCU" }],
  });
  const near = [{ code: "subject_unit", about: "central west bcu" }];
  expect(await hints(parties("East Area", "Alan Marsh"))).toEqual(nothing);
  expect(await hints(parties("central west bcu"))).toEqual({ ...nothing, nearMe: near });
  expect(await hints(parties("", "Sergeant Handler-1"))).toEqual({ ...nothing, namesMe: true });
  expect(await hints(parties("", "", "handler 1"))).toEqual({ ...nothing, namesMe: true });
  // Whoever was let in later has a brief alone.
  const subject = { who: "Handler-10", unit: "central west bcu", part: "subject" } as const;
  expect(await hints(null, [subject])).toEqual({ ...nothing, nearMe: near });
  expect(await hints(null, [{ ...subject, part: "reporter_unit" }])).toEqual(nothing);
  const other = { who: "Handler-1", unit: "", part: "other" } as const;
  expect(await hints(null, [other])).toEqual({ ...nothing, namesMe: true });
});
