import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { NO_DIGEST, identity, reference, signer } from "../protocol";
import type { CaseId, CaseSecret, MemberOpenSeed, MemberSignSeed, MyCase } from "../protocol";
import { custodian, sampleMember, seed } from "../protocol/sample";
import { newRing } from "../protocol/vault";
import { Api } from "./api";
import { Desk } from "./desk";
import { RingKeeper } from "./keeper";
import { VANISHED, loadMine } from "./lists";
import { noticesAtSignIn } from "./notices";
import { isVanished, withEntry } from "./ring";
import type { Roots } from "./roots";
import { SERVICE, handlers, sampleFacts, sampleHistory } from "./sample";
import { TEAMS, published } from "./sample-ledger";
import { Session } from "./session";
import type { Workers } from "./workers";
import { fill, words } from "./words";

const [{ member }] = handlers;
const id = (name: string): CaseId => name.padEnd(64, "0") as CaseId;
const mine = (of: CaseId): MyCase =>
  ({ case: of, epoch: 0, to_reporter: 0, from_reporter: 0, stage: "received" }) as MyCase;

let served: MyCase[] = [];

/** A desk whose ring remembers some cases, at a service that lists {@link served}. */
function remembering(...cases: CaseId[]): { desk: Desk; session: Session } {
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
    workers: { count: 1, end: () => undefined } as unknown as Workers,
    sealed: NO_DIGEST,
    directory: { current: sampleHistory.current, history: sampleHistory } as unknown as Roots,
    facts: sampleFacts,
    keeper: new RingKeeper(api, vault, { ring, revision: 1, saved: true }, () => undefined),
    memory: "kept",
  });
  const desk = new Desk({ service: SERVICE, force: "" }, api);
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

test("lists show of an opened case what is signed, and not what is served", async () => {
  const { desk, session } = remembering(id("a"));
  served = [{ ...mine(id("a")), route: "independent" }];
  session.signed.set(id("a"), { day: "2026-11-23" as never, route: "intake", team: "intake" });
  await loadMine(desk, session);
  expect(desk.state.mine.rows).toMatchObject([{ route: "intake", team: "intake" }]);
});

test("a team with one reader is told of to those who read, and a team of two is not", () => {
  const { session } = remembering();
  const now = (of: typeof sampleHistory): readonly string[] => {
    const directory = { current: of.current } as unknown as Roots;
    const me = { ...session.me, roles: ["handler"] as const };
    return noticesAtSignIn({ memory: "kept", me, directory }).map((one) => one.text);
  };
  const [only] = handlers;
  const thin = published(sampleHistory, { ...TEAMS, intake: [only.entry] });
  const one = fill(words.directory.thin, { team: "The intake team" });
  const alone = fill(words.directory.thin, { team: "The custodians team" });
  expect(now(thin)).toContain(`${one} ${alone}`);
  expect(now(sampleHistory)).toContain(alone);
  const custodians = [custodian.entry, sampleMember("Custodian-2", "custodian").entry];
  expect(now(published(sampleHistory, { ...TEAMS, custodians })).join(" ")).not.toContain(
    fill(words.directory.thin, { team: "" }).trim(),
  );
});

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
