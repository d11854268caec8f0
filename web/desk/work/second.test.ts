import { expect, test } from "vitest";
import { LONGEST_WORDS } from "../../protocol/act";
import type { OpenedAct } from "../../protocol/act";
import type { FailingEntry } from "../record/content";
import { sampleMembers, scenario } from "../record/sample";
import { asBothSay, differing, readSecond, roomForNote, secondWords, secondedBy } from "./second";
import type { SecondAnswer } from "./second";

const { second } = sampleMembers;
const given = (...pairs: readonly (readonly [string, SecondAnswer])[]): Map<string, SecondAnswer> =>
  new Map(pairs);

function act(words: string | null, what = "second"): OpenedAct {
  const row = {
    act: { do: what, record: "failing", revision: 2 },
    member: second,
    day: "2026-12-24",
  };
  return { row, words, warnings: [] } as unknown as OpenedAct;
}

function failing(...said: readonly string[]): { entries: FailingEntry[]; none_considered: string } {
  const [one] = scenario().failing.entries;
  if (one === undefined) throw new Error("the sample enters nobody");
  const entries = said.map((is_reporter, at) => ({ ...one, id: `fa00000${at}`, is_reporter }));
  return { entries, none_considered: "" };
}

test("answers and a note go into the words of the signature and come back", () => {
  const answers = given(["fa000001", "no"], ["fa000002", "unknown"], ["fa000003", "no"]);
  const words = secondWords(answers, " Asked both.\n\nTwice. ");
  expect(words).toBe(
    "is_reporter yes:\nis_reporter no: fa000001 fa000003\nis_reporter unknown: fa000002\n\nAsked both.\n\nTwice.",
  );
  const read = readSecond(words);
  expect([...read.answers].sort()).toEqual([...answers].sort());
  expect(read.note).toBe("Asked both.\n\nTwice.");
  expect(secondWords(given(), " A note.")).toBe("A note.");
  expect(readSecond(secondWords(given(), "A note."))).toEqual({
    answers: new Map(),
    note: "A note.",
  });
});

test("words that were written before there were answers are a note", () => {
  for (const text of ["", "Nobody.", "is_reporter maybe: fa000001", "is_reporter no"]) {
    expect(readSecond(text)).toEqual({ answers: new Map(), note: text });
  }
  // Below the answers everything is the note, whatever it says.
  const forged = secondWords(given(["fa000001", "no"]), "is_reporter yes: fa000001");
  expect([...readSecond(forged).answers]).toEqual([["fa000001", "no"]]);
});

test("the words are as long whatever was answered", () => {
  const each: readonly SecondAnswer[] = ["yes", "no", "unknown"];
  const lengths = each.flatMap((one) =>
    each.map((other) => secondWords(given(["fa000001", one], ["fa000002", other]), "").length),
  );
  expect(new Set(lengths).size).toBe(1);
});

test("the longest note fits beside the answers, whatever they are", () => {
  const ids = Array.from({ length: 200 }, (_, at) => `fa${String(at).padStart(6, "0")}`);
  const every: readonly SecondAnswer[] = ["yes", "no", "unknown"];
  const answers = new Map(ids.map((id, at) => [id, every[at % 3] ?? "no"] as const));
  const room = roomForNote(ids);
  expect(room).toBeGreaterThan(2_000);
  expect(secondWords(answers, "x".repeat(room))).toHaveLength(LONGEST_WORDS);
  expect(roomForNote([])).toBe(LONGEST_WORDS);
});

test("the last second signature counts, and one that is not good does not", () => {
  const bad = { row: null, words: "is_reporter yes: fa000000", warnings: [] };
  const acts = [act("is_reporter yes: fa000000"), act("is_reporter no: fa000000"), bad];
  expect(secondedBy(acts)).toMatchObject({ by: second, day: "2026-12-24", revision: 2 });
  expect([...(secondedBy(acts)?.answers ?? [])]).toEqual([["fa000000", "no"]]);
  expect(secondedBy([act(null)])).toMatchObject({ answers: null });
  expect(secondedBy([act("is_reporter no: fa000000", "sign")])).toBeNull();
});

test("somebody did not report only if nobody who has answered says otherwise", () => {
  const say = (first: string, words: string | null): string | undefined =>
    asBothSay(failing(first), words === null ? [] : [act(words)]).entries[0]?.is_reporter;
  expect(say("no", null)).toBe("no");
  expect(say("no", "is_reporter no: fa000000")).toBe("no");
  expect(say("no", "is_reporter yes: fa000000")).toBe("yes");
  expect(say("no", "is_reporter unknown: fa000000")).toBe("unknown");
  expect(say("yes", "is_reporter no: fa000000")).toBe("yes");
  expect(say("unknown", "is_reporter no: fa000000")).toBe("unknown");
  expect(say("no", "is_reporter yes: fa000009")).toBe("no");
  // What does not open may say so of anybody.
  const shut = asBothSay(failing("no", "yes"), [act(null)]);
  expect(shut.entries.map((one) => one.is_reporter)).toEqual(["unknown", "yes"]);
});

test("no id that an author makes up answers for another entry", () => {
  const ids = ["x\nis_reporter no: fa000001", "a b", "50%", "%zz", "fa000001", "é:\ud800"];
  const answers = given(...ids.map((id) => [id, "yes"] as const));
  const read = readSecond(secondWords(answers, "is_reporter no: fa000001"));
  expect([...read.answers.values()]).toEqual(ids.map(() => "yes"));
  expect(ids.slice(0, 5).every((id) => read.answers.get(id) === "yes")).toBe(true);
  expect(read.note).toBe("is_reporter no: fa000001");
  const twice = "is_reporter yes: fa000001\nis_reporter no: fa000001 fa000002\n\n";
  expect([...readSecond(twice).answers]).toEqual([
    ["fa000001", "unknown"],
    ["fa000002", "no"],
  ]);
});

test("where the two differ is told of each entry, and of one that came later nothing", () => {
  const { entries } = failing("no", "no", "yes", "no");
  const answers = given(["fa000000", "no"], ["fa000001", "unknown"], ["fa000002", "no"]);
  expect(differing(entries, answers).map(({ entry, second: said }) => [entry.id, said])).toEqual([
    ["fa000001", "unknown"],
    ["fa000002", "no"],
  ]);
});
