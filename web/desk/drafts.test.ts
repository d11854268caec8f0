import { expect, test } from "vitest";
import {
  anyWritten,
  asKind,
  emptyDraft,
  lacksDay,
  left,
  problemsOf,
  withDay,
  writingOf,
} from "./drafts";
import { words } from "./words";

const today = "2026-11-23";
const written = { ...emptyDraft, text: "Thank you." };

test("a message with words can be sent, one without cannot", () => {
  expect(problemsOf(written, today)).toEqual({});
  expect(problemsOf({ ...emptyDraft, text: " \n" }, today).text).toBe(words.reply.problem.empty);
  expect(problemsOf({ ...written, text: "x".repeat(20_000) }, today)).toEqual({});
  expect(problemsOf({ ...written, text: "x".repeat(20_001) }, today).text).toBeDefined();
});

test("characters are counted as the protocol counts them", () => {
  expect(left("👍👍", 3)).toBe(1);
});

test("a stage must be chosen, a day must be real and not past", () => {
  expect(problemsOf({ ...written, kind: "stage" }, today).stage).toBeDefined();
  expect(problemsOf({ ...written, kind: "stage", stage: "triage" }, today)).toEqual({});
  const closing = { ...written, kind: "stage", stage: "closed" } as const;
  expect(problemsOf(closing, today)).toEqual({});
  expect(problemsOf(closing, today, "Something is missing.")).toEqual({
    stage: "Something is missing.",
  });
  expect(problemsOf({ ...closing, kind: "message" }, today, "Something is missing.")).toEqual({});
  const promise = { ...written, next: "We call you." };
  expect(problemsOf({ ...promise, by: today }, today)).toEqual({});
  expect(problemsOf({ ...promise, by: "2026-11-22" }, today).by).toBeDefined();
  expect(problemsOf({ ...promise, by: "2026-02-30" }, today).by).toBeDefined();
  expect(problemsOf({ ...written, by: today }, today).next).toBeDefined();
  expect(problemsOf({ ...written, next: "x".repeat(501) }, today).next).toBeDefined();
});

test("an acknowledgement comes with words that go again unless they were changed", () => {
  const offered = asKind(emptyDraft, "acknowledgement");
  expect(offered.text).toBe(words.reply.acknowledgement_text);
  expect(asKind(offered, "message").text).toBe("");
  const changed = { ...offered, text: "My own words" };
  expect(asKind(changed, "message").text).toBe("My own words");
  expect(asKind({ ...emptyDraft, text: "Mine" }, "acknowledgement").text).toBe("Mine");
});

test("words that a decision or an offer begins with go again with their kind, and are no message", () => {
  for (const kind of ["decision", "support"] as const) {
    const offered = asKind(emptyDraft, kind);
    expect(offered.text.trim()).not.toBe("");
    expect(asKind(offered, "question").text).toBe("");
    expect(problemsOf(offered, today).text).toBe(words.reply.problem.unfinished);
    expect(problemsOf({ ...offered, text: `${offered.text}Yes.` }, today)).toEqual({});
  }
  expect(problemsOf(asKind(emptyDraft, "survey"), today)).toEqual({});
});

test("what is sent says its stage only where one is set", () => {
  expect(writingOf({ ...written, stage: "closed" })).toMatchObject({ kind: "message", stage: "" });
  expect(writingOf({ ...written, kind: "acknowledgement" }).stage).toBe("acknowledged");
  expect(writingOf({ ...written, kind: "stage", stage: "triage" }).stage).toBe("triage");
  expect(writingOf({ ...written, text: " a \n", next: " b ", by: today })).toMatchObject({
    body: "a",
    next: { what: "b", by: today },
  });
});

test("only words that would be missed hold a page back", () => {
  expect(anyWritten(new Map())).toBe(false);
  expect(anyWritten(new Map([["a", { ...emptyDraft, text: " \n" }]]))).toBe(false);
  expect(anyWritten(new Map([["a", { ...emptyDraft, next: "soon" }]]))).toBe(true);
});

test("a day is proposed where none is given, and may be left out", () => {
  expect(lacksDay(written)).toBe(true);
  expect(problemsOf(written, today)).toEqual({});
  const taken = withDay(written, "2026-11-30");
  expect(taken).toMatchObject({ by: "2026-11-30", next: words.reply.next_proposed });
  expect(lacksDay(taken)).toBe(false);
  expect(problemsOf(taken, today)).toEqual({});
  expect(withDay({ ...written, next: "We call you." }, today).next).toBe("We call you.");
  expect(lacksDay({ ...written, kind: "stage", stage: "closed" })).toBe(false);
});
