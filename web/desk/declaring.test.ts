import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { NO_DIGEST, caseRecipient } from "../protocol";
import type { CaseId, MyCase } from "../protocol";
import { openConflict } from "../protocol/conflict";
import { newRing, sealRing } from "../protocol/vault";
import { Api, Refusal } from "./api";
import { showCase } from "./casework";
import { declareFound } from "./declaring";
import { Desk } from "./desk";
import { emptyDraft } from "./drafts";
import type { Job } from "./jobs";
import { RingKeeper } from "./keeper";
import { openCase } from "./opening";
import { readerOf, sampleFacts, sampleHistory, vaultOf } from "./sample";
import { Ledger, SERVICE, handlers } from "./sample-ledger";
import { Session } from "./session";
import type { Workers } from "./workers";
import { fill, words } from "./words";

const [first] = handlers;
const says = { kinds: ["friend"], detail: " I know him. " } as const;
type Sent = { of: CaseId; signed: Uint8Array; file: Uint8Array | null };

/** A desk of the first handler with a case open. `answer` is what the service says to a declaration. */
async function working(
  answer: () => { conflict: boolean; stranded: boolean },
): Promise<{ desk: Desk; session: Session; of: CaseId; sent: Sent[] }> {
  const sent: Sent[] = [];
  const ledger = await Ledger.file("one");
  const vault = vaultOf(first);
  const api = new Api(() => Promise.reject(new Error("nothing is fetched here")));
  Object.assign(api, {
    deskCase: () => Promise.resolve(ledger.whole(first.member)),
    declare: (of: CaseId, signed: Uint8Array, file: Uint8Array | null) => {
      sent.push({ of, signed, file });
      return new Promise((done) => done(answer()));
    },
    keepRing: () => Promise.resolve({ revision: 2 }),
  });
  const nothing = (): Promise<boolean> => Promise.resolve(false);
  const run = (job: Job): Promise<unknown> => {
    if (job.name !== "case") return Promise.reject(new Error(`nobody does ${job.name} here`));
    return openCase(SERVICE, job.served, readerOf(first), sampleHistory);
  };
  const session = new Session({
    api,
    service: SERVICE,
    vault,
    workers: { count: 1, run, tell: nothing, end: () => undefined } as unknown as Workers,
    directory: {
      ...{ current: sampleHistory.current, history: sampleHistory },
      ...{ reach: nothing, lookBack: nothing },
    } as never,
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
  const counts = { to_reporter: 0, from_reporter: 0 };
  const row = { case: ledger.case, stage: ledger.stage, epoch: 0, route: "intake", ...counts };
  session.cases.set(ledger.case, row as MyCase);
  const desk = new Desk({ service: SERVICE, force: "", answerDays: 7 }, api);
  desk.session = session;
  desk.change({ me: session.me });
  await showCase(desk, session, ledger.case);
  return { desk, session, of: ledger.case, sent };
}

beforeEach(() => vi.stubGlobal("navigator", { onLine: true }));
afterEach(() => vi.unstubAllGlobals());

test("a conflict that is found is sealed to the readers, and nothing of the case stays", async () => {
  const answer = { conflict: true, stranded: false };
  const { desk, session, of, sent } = await working(() => answer);
  const { opened } = session;
  const entry = session.keeper.ring.cases.find((one) => one.case === of);
  const secret = opened?.secrets.get(0);
  if (opened === null || entry === undefined || secret === undefined) throw new Error("not open");
  const readers = new Map([[0, { ...secret, seed: secret.seed.slice() as typeof secret.seed }]]);
  expect(caseRecipient(opened.record, 0)).toBe(secret.recipient);
  const { reference } = desk.state.open ?? { reference: "" };
  desk.setDraft(of, { ...emptyDraft, text: "We know him" });

  await declareFound(desk, session, of, says);
  expect(sent.map((one) => one.of)).toEqual([of]);
  const file = sent[0]?.file ?? new Uint8Array();
  const served = { member: first.member, file: Uint8Array.from(file), conflict: true };
  const found = await openConflict(opened.record, served, readers, sampleHistory);
  expect(found).toMatchObject({ kinds: ["friend"], detail: "I know him." });

  expect(desk.state.open).toBeNull();
  expect(desk.state.view).toBe("new");
  expect(session.opened).toBeNull();
  for (const seed of [secret.seed, entry.secret]) {
    expect(seed.every((byte) => byte === 0)).toBe(true);
  }
  expect(session.keeper.ring.cases).toEqual([]);
  expect(session.texts.has(of)).toBe(false);
  expect(desk.state.mine.rows).toEqual([]);
  expect(desk.state.drafts.has(of)).toBe(false);
  expect(session.explained.has(of)).toBe(true);
  expect(session.conflicted.has(of)).toBe(true);
  const text = fill(words.inbox.gone, { reference });
  expect(desk.state.notices).toMatchObject([{ kind: "calm", text }]);
});

test("who leaves nobody behind is told so", async () => {
  const { desk, session, of } = await working(() => ({ conflict: true, stranded: true }));
  const { reference } = desk.state.open ?? { reference: "" };
  await declareFound(desk, session, of, says);
  const text = fill(words.inbox.stranded, { reference });
  expect(desk.state.notices).toMatchObject([{ kind: "warning", text }]);
});

/** A service that refuses with a code. */
function refusing(code: string): () => never {
  return () => {
    throw new Refusal({ code, title: "", status: 500, detail: "", rule: null }, null);
  };
}

test("where the declaration does not arrive the case stays as it was", async () => {
  const { desk, session, of, sent } = await working(refusing("unavailable"));
  await declareFound(desk, session, of, says);
  expect(desk.state.open?.work).toMatchObject({ acting: null });
  expect(desk.state.open?.work.actTrouble).not.toBeNull();
  expect(desk.state.open?.work.actTrouble).not.toEqual({ code: "declared" });
  expect(session.keeper.ring.cases).toHaveLength(1);
  expect(session.conflicted.size).toBe(0);
  // Nothing else than a conflict is sent from an open case.
  await declareFound(desk, session, of, { kinds: ["none"], detail: "" });
  expect(sent).toHaveLength(1);
});

test("who lost the case meanwhile, or declared elsewhere, is told that there is nothing to declare", async () => {
  for (const code of ["not-found", "conflict"]) {
    const { desk, session, of } = await working(refusing(code));
    await declareFound(desk, session, of, says);
    expect(desk.state.open?.work, code).toMatchObject({
      acting: null,
      actTrouble: { code: "declared" },
    });
  }
});
