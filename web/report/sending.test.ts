import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { base64, digest, paths, readContainer, signReceipt } from "../protocol/index";
import type { Bytes, CaseId } from "../protocol/index";
import {
  SERVICE,
  TODAY,
  flipped,
  genesis,
  root,
  sampleDirectory,
  serviceKey,
  teams,
} from "../protocol/sample";
import { emptyDraft } from "./draft";
import { Sending } from "./sending";
import type { SendState } from "./sending";

type Answer = (case_: CaseId, body: Bytes) => Response | Promise<Response>;

const draft = { ...emptyDraft(), what_happened: "It happened." };
const json = (status: number, document: object): Response =>
  new Response(JSON.stringify(document), { status });
const problem = (status: number, code: string, rule?: string): Response =>
  json(status, {
    type: `urn:rightline:problem:${code}`,
    title: code,
    status,
    detail: code,
    ...(rule === undefined ? {} : { rule }),
  });
const receipt: Answer = (of) =>
  json(201, {
    receipt: base64(signReceipt({ service: SERVICE, case: of, day: TODAY }, serviceKey)),
  });
const lost: Answer = () => Promise.reject(new TypeError("no connection"));

/** A service that gives one answer after the other to reports, and its directory to whoever asks. */
function serve(...answers: Answer[]): Bytes[] {
  const sent: Bytes[] = [];
  const documents = new Map(Object.values(teams).map((one) => [digest(one), one]));
  vi.stubGlobal("fetch", async (path: string, init: RequestInit) => {
    if (path === paths.directory) {
      return json(200, { genesis: base64(genesis), leads: [], root: base64(root) });
    }
    for (const [name, bytes] of documents) {
      if (path === paths.document(name)) return new Response(bytes);
    }
    const body = init.body as Bytes;
    sent.push(body);
    const { statement } = readContainer(SERVICE, body);
    expect(path).toBe(paths.submit(statement.case));
    const answer = answers.shift();
    if (answer === undefined) throw new Error("one call too many");
    return answer(statement.case, body);
  });
  return sent;
}

/** Sends until it is received or has stopped, pressing Try again whenever it waits. */
async function send(): Promise<SendState[]> {
  const states: SendState[] = [];
  await new Promise<void>((done) => {
    const sending = new Sending(draft, sampleDirectory(), (state) => {
      states.push(state);
      if (state.at === "waiting") setTimeout(() => sending.retry());
      if (state.at === "received" || state.at === "stopped") {
        sending.stop();
        done();
      }
    });
    sending.retry();
  });
  return states;
}

beforeEach(() => {
  vi.stubGlobal("window", { addEventListener: () => null, removeEventListener: () => null });
  vi.stubGlobal("requestAnimationFrame", (done: () => void) => setTimeout(done));
});
afterEach(() => vi.unstubAllGlobals());

it("a report is received with a good receipt, and only then the words are there", async () => {
  serve(receipt);
  const states = await send();
  expect(states.map((one) => one.at)).toEqual(["sealing", "sending", "received"]);
  const last = states.at(-1);
  expect(last?.at === "received" && last.words).toHaveLength(12);
});

it("the same bytes are sent again, whatever became of the answer", async () => {
  const sent = serve(
    lost,
    () => problem(503, "storage-full"),
    () => problem(503, "unavailable"),
    () => new Response("<html>Welcome to the free network</html>"),
    receipt,
  );
  const states = await send();
  expect(states.filter((one) => one.at === "sealing")).toHaveLength(1);
  expect(states.flatMap((one) => (one.at === "waiting" ? [one.why] : []))).toEqual([
    "offline",
    "storage-full",
    "unavailable",
    "unavailable",
  ]);
  expect(new Set(sent.map((one) => digest(one))).size).toBe(1);
});

it("a receipt that is not the service's is not taken for one", async () => {
  serve((of) =>
    json(201, {
      receipt: base64(
        flipped(signReceipt({ service: SERVICE, case: of, day: TODAY }, serviceKey), 50),
      ),
    }),
  );
  expect((await send()).at(-1)).toMatchObject({ at: "stopped", why: "receipt" });
});

it("a receipt for another case is not taken for this one's", async () => {
  serve(() => receipt("0".repeat(64) as CaseId, new Uint8Array()));
  expect((await send()).at(-1)).toMatchObject({ at: "stopped", why: "receipt" });
});

it("a stale directory is fetched again, and the report sealed again", async () => {
  const sent = serve(() => problem(422, "directory-stale", "C6"), receipt);
  expect((await send()).at(-1)?.at).toBe("received");
  expect(new Set(sent.map((one) => digest(one))).size).toBe(2);
});

it("a lookup that is in use gets other words", async () => {
  const sent = serve(() => problem(409, "lookup-in-use"), receipt);
  expect((await send()).at(-1)?.at).toBe("received");
  const [first, second] = sent.map((one) => readContainer(SERVICE, one).statement.lookup);
  expect(first).not.toBe(second);
});

it("a refusal stops, with its rule", async () => {
  serve(() => problem(422, "invalid", "C7"));
  expect((await send()).at(-1)).toEqual({ at: "stopped", why: "refused", rule: "C7" });
});

it("a service that never has enough is not asked for ever", async () => {
  serve(...Array.from({ length: 9 }, () => () => problem(409, "lookup-in-use")));
  expect((await send()).at(-1)).toMatchObject({ at: "stopped", why: "refused" });
});
