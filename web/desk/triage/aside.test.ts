import { expect, test } from "vitest";
import type { CaseId } from "../../protocol";
import type { Procedure } from "../../protocol/work-calls";
import { Refusal } from "../calling";
import { openCase } from "../opening";
import type { OpenedCase } from "../opening";
import type { Session } from "../session";
import { SERVICE, SampleCase, handlers, readerOf, sampleHistory } from "../sample";
import { words } from "../words";
import { ASIDE_WHYS, asWhy, emptyAside, problemsOf, reasonOf, setOneAside } from "./aside";
import type { AsideDraft } from "./aside";

const [first] = handlers;
const written: AsideDraft = { why: "spam", reason: "An advertisement.", word: "It is one." };

test("first words stand by the kind, and nobody's own words are taken", () => {
  for (const why of ASIDE_WHYS) {
    const begun = asWhy(emptyAside, why);
    expect(begun.word).toBe(words.aside.begun[why]);
    for (const other of ASIDE_WHYS) {
      expect(asWhy(begun, other).word).toBe(words.aside.begun[other]);
      expect(asWhy({ ...begun, word: "My own" }, other).word).toBe("My own");
    }
  }
});

test("nothing is set aside without its kind, a reason and words to the reporter", () => {
  expect(Object.keys(problemsOf(emptyAside)).sort()).toEqual(["reason", "why", "word"]);
  expect(problemsOf(written)).toEqual({});
  expect(problemsOf({ ...written, word: " \n" }).word).toBe(words.aside.problem.empty);
  expect(problemsOf({ ...written, reason: " " }).reason).toBe(words.procedure.reason_needed);
  expect(problemsOf({ ...written, reason: "x".repeat(4_000) }).reason).toBeDefined();
  expect(problemsOf({ ...written, word: "x".repeat(20_001) }).word).toBeDefined();
});

test("first words that ask the writer something are no message", () => {
  for (const why of ["other_body", "other"] as const) {
    const begun = asWhy({ ...emptyAside, reason: "Not ours." }, why);
    expect(problemsOf(begun).word).toBe(words.reply.problem.unfinished);
    expect(problemsOf({ ...begun, word: `${begun.word}the IOPC.` })).toEqual({});
  }
  expect(problemsOf(asWhy({ ...emptyAside, reason: "Watches." }, "spam"))).toEqual({});
});

test("readers see the kind before the reason", () => {
  expect(reasonOf(written)).toBe(`${words.aside.whys.spam}: An advertisement.`);
});

/** A desk's session at a service, and what it is asked to do, in order. */
async function desk(
  fails: readonly ("send" | "act" | "act again" | "send again")[] = [],
  procedure: Partial<Procedure> = {},
): Promise<{ session: Session; of: CaseId; asked: string[]; stubs: Uint8Array[] }> {
  const sample = await SampleCase.file({ grantees: [first.member] });
  const asked: string[] = [];
  const stubs: Uint8Array[] = [];
  const wrong = [...fails];
  const answer = (name: "send" | "act"): Promise<void> => {
    asked.push(name);
    const [next] = wrong;
    if (!next?.startsWith(name)) return Promise.resolve();
    wrong.shift();
    if (next === name) return Promise.reject(new Error("The answer was lost."));
    const status = { status: 409, title: "Taken", detail: "", type: "", rule: null };
    return Promise.reject(new Refusal({ ...status, code: "sequence" }, null));
  };
  const head = {
    ...{ aside: false, acts: 0, acts_digest: sample.record.case, may: [] },
    ...procedure,
  };
  const session = {
    api: {
      deskCase: () => Promise.resolve(sample.served),
      send: (_: CaseId, { stub }: { stub: Uint8Array }) => {
        stubs.push(stub);
        return answer("send");
      },
    },
    work: { procedure: () => Promise.resolve(head), act: () => answer("act") },
    reach: () => Promise.resolve(),
    workers: {
      run: (): Promise<OpenedCase> =>
        openCase(SERVICE, sample.served, readerOf(first), sampleHistory),
    },
    attempts: new Map(),
    me: { listed: first.entry },
    vault: { member: first.member, signer: first.signer },
    roots: { current: sampleHistory.current },
  } as unknown as Session;
  return { session, of: sample.served.case, asked, stubs };
}

test("the reporter is told before the report is set aside", async () => {
  const { session, of, asked } = await desk();
  await setOneAside(session, of, written);
  expect(asked).toEqual(["send", "act"]);
  expect(session.attempts.size).toBe(0);
});

test("a report whose reporter could not be told is not set aside", async () => {
  const { session, of, asked } = await desk(["send"]);
  await expect(setOneAside(session, of, written)).rejects.toThrow("lost");
  expect(asked).toEqual(["send"]);
});

test("where the act fails, the next attempt sends the same message, which counts once", async () => {
  const { session, of, asked, stubs } = await desk(["act"]);
  await expect(setOneAside(session, of, written)).rejects.toThrow("lost");
  await setOneAside(session, of, written);
  expect(asked).toEqual(["send", "act", "send", "act"]);
  expect(stubs[1]).toEqual(stubs[0]);
});

test("where somebody else came first, it is signed again and the reporter told once", async () => {
  const act = await desk(["act again"]);
  await setOneAside(act.session, act.of, written);
  expect(act.asked).toEqual(["send", "act", "act"]);
  const message = await desk(["send again"]);
  await setOneAside(message.session, message.of, written);
  expect(message.asked).toEqual(["send", "send", "act"]);
});

test("nobody is told of what may not be done, or is done already", async () => {
  const may = [{ do: "set_aside", why: "role" }];
  const shut = await desk([], { may });
  await expect(setOneAside(shut.session, shut.of, written)).rejects.toMatchObject({
    trouble: { code: "procedure" },
  });
  const done = await desk([], { aside: true });
  await setOneAside(done.session, done.of, written);
  expect([...shut.asked, ...done.asked]).toEqual([]);
});
