import { expect, test } from "vitest";
import { reference } from "../../protocol";
import type { CaseId, writeToReporter } from "../../protocol";
import type { Procedure } from "../../protocol/work-calls";
import { Refusal } from "../calling";
import type { Desk } from "../desk";
import { emptyDraft } from "../drafts";
import { openCase } from "../opening";
import type { OpenedCase } from "../opening";
import type { Session } from "../session";
import { SERVICE, SampleCase, handlers, readerOf, sampleHistory } from "../sample";
import { Troubled } from "../trouble";
import { words } from "../words";
import {
  ASIDE_WHYS,
  ToldInVain,
  asWhy,
  emptyAside,
  problemsOf,
  putRight,
  reasonOf,
  setOneAside,
} from "./aside";
import type { AsideDraft } from "./aside";
import { emptySeveral, setAside } from "./several";

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

type Sent = Awaited<ReturnType<typeof writeToReporter>>;
type Fails = "send" | "act" | "act again" | "send again" | "act refused" | "act gone";
const CODES = { again: "sequence", refused: "procedure", gone: "not-found" } as const;

/** A desk's session at a service, and what it is asked to do, in order. */
async function desk(
  fails: readonly Fails[] = [],
  procedure: Partial<Procedure> = {},
): Promise<{
  session: Session;
  of: CaseId;
  asked: string[];
  stubs: Uint8Array[];
  head: { may: Procedure["may"] };
}> {
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
    const problem = { status: 409, title: "", detail: "", type: "", rule: "not-assigned" };
    const code = CODES[next.slice(name.length + 1) as keyof typeof CODES];
    return Promise.reject(new Refusal({ ...problem, code }, null));
  };
  const head: { may: Procedure["may"] } = {
    ...{ aside: false, acts: 0, acts_digest: sample.record.case, may: [] },
    ...procedure,
  };
  const session = {
    api: {
      deskCase: () => Promise.resolve(sample.served),
      send: async (_: CaseId, { stub, case_file }: Sent) => {
        stubs.push(stub);
        await answer("send");
        const { messages } = sample.served;
        if (!messages.some((one) => one.stub === stub)) messages.push({ stub, file: case_file });
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
  return { session, of: sample.served.case, asked, stubs, head };
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

const forbidden = [{ do: "set_aside", why: "not-assigned" }];

test("who was told in vain is known: by a refusal, by what may be done no more, and from an attempt before", async () => {
  const refused = await desk(["act refused"]);
  await expect(setOneAside(refused.session, refused.of, written)).rejects.toMatchObject({
    ...{ writable: true, trouble: { code: "told_in_vain" } },
  });
  expect(refused.session.attempts.size).toBe(0);
  const gone = await desk(["act gone"]);
  await expect(setOneAside(gone.session, gone.of, written)).rejects.toMatchObject({
    ...{ writable: false, trouble: { code: "told_and_gone" } },
  });
  // Somebody became the authority between the message and the act, which was to be signed once more.
  const since = await desk(["act again"]);
  const { act } = since.session.work;
  since.session.work.act = (...how) => {
    since.head.may = forbidden;
    return act(...how);
  };
  await expect(setOneAside(since.session, since.of, written)).rejects.toBeInstanceOf(ToldInVain);
  // The same, after an attempt whose act was lost.
  const lost = await desk(["act"]);
  await expect(setOneAside(lost.session, lost.of, written)).rejects.toThrow("lost");
  lost.head.may = forbidden;
  const why = expect.stringContaining(words.work.why["not-assigned"]) as string;
  await expect(setOneAside(lost.session, lost.of, written)).rejects.toMatchObject({
    trouble: { code: "told_in_vain", values: { why } },
  });
  expect(lost.asked).toEqual(["send", "act"]);
});

test("nobody was told in vain where no message arrived, or the next attempt may do it", async () => {
  const shut = await desk([], { may: forbidden });
  await expect(setOneAside(shut.session, shut.of, written)).rejects.not.toBeInstanceOf(ToldInVain);
  const unsent = await desk(["send", "send"]);
  for (let attempt = 0; attempt < 2; attempt++) {
    await expect(setOneAside(unsent.session, unsent.of, written)).rejects.toThrow("lost");
    unsent.head.may = forbidden;
    await expect(setOneAside(unsent.session, unsent.of, written)).rejects.toMatchObject({
      trouble: { code: "procedure" },
    });
    unsent.head.may = [];
  }
  const lost = await desk(["act"]);
  await expect(setOneAside(lost.session, lost.of, written)).rejects.not.toBeInstanceOf(ToldInVain);
});

test("other words than those of an attempt before are sent, though its reporter was told those", async () => {
  const { session, of, asked } = await desk(["act"]);
  await expect(setOneAside(session, of, written)).rejects.toThrow("lost");
  await setOneAside(session, of, { ...written, word: "It is something else." });
  expect(asked).toEqual(["send", "act", "send", "act"]);
});

/** A desk with what this member was writing to some reporters. */
function writing(drafts: Record<string, string>): { desk: Desk; text: (of: string) => string } {
  const state = {
    drafts: new Map(Object.entries(drafts).map(([of, text]) => [of, { ...emptyDraft, text }])),
  };
  const page = {
    state,
    draft: (of: string) => state.drafts.get(of) ?? emptyDraft,
    change: (part: object) => Object.assign(state, part),
  };
  return { desk: page as unknown as Desk, text: (of) => page.draft(of).text };
}

test("the message that puts it right is begun once, before what was being written, and sent by nobody", () => {
  const begun = words.aside.put_right;
  const { desk: at, text } = writing({ b: "When was it?" });
  const vain = new ToldInVain(new Troubled("procedure", { why: "" }));
  for (let again = 0; again < 2; again++) {
    for (const of of ["a", "b"]) putRight(at, of as CaseId, vain);
    expect(text("a")).toBe(begun);
    expect(text("b")).toBe(`${begun}\n\nWhen was it?`);
  }
  const problem = { code: "not-found", title: "", status: 404, detail: "", rule: null };
  putRight(at, "c" as CaseId, new ToldInVain(new Refusal(problem, null)));
  expect(text("c")).toBe("");
});

test("of several that are set aside, those told in vain are named, and the others are done", async () => {
  const { session, of, asked } = await desk(["act refused"]);
  const other = "ab".repeat(32) as CaseId;
  const said: unknown[] = [];
  const { desk: at, text } = writing({});
  const chosen = new Set([of, other]);
  Object.assign(at.state, { several: { ...emptySeveral, chosen }, mine: {} });
  Object.assign(at, { notice: (...one: unknown[]) => said.push(one) });
  Object.assign(session, { isEnded: () => false, keeper: { ring: { cases: [] } } });
  Object.assign(session.api, { myCases: () => Promise.reject(new Error("no list")) });
  await setAside(at, session, written);
  expect(asked).toEqual(["send", "act", "send", "act"]);
  expect([text(of), text(other)]).toEqual([words.aside.put_right, ""]);
  expect(said).toEqual([["warning", expect.stringContaining(reference(of))]]);
  const several = { failed: 1, chosen: new Set([of]), trouble: { code: "told_in_vain" } };
  expect(at.state.several).toMatchObject(several);
});
