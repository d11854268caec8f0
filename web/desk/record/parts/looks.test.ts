import { expect, test } from "vitest";
import { put } from "../paths";
import { lacksIn } from "../rules";
import { crowded, sampleCasework, scenario } from "../sample";
import { schema } from "../schema";
import { elementId } from "./ids";
import { inOrder, lacksByEntry, shownWhole, takenUp } from "./looks";

const contents = scenario();

test("a draft that is taken up again opens what was written in", () => {
  const failing = put(contents.failing, ["entries", "fa000002", "rationale"], "More.");
  expect(takenUp("failing", contents.failing, failing)).toEqual({
    sections: new Set(),
    entry: "entries/fa000002",
  });
  const support = put(contents.reporter, ["support", "50000001", "lead"], "Support-2");
  const reporter = { ...support, evidence: "More." };
  expect(takenUp("reporter", contents.reporter, reporter)).toEqual({
    sections: new Set(["evidence", "support"]),
    entry: null,
  });
  expect(takenUp("reporter", contents.reporter, null).sections.size).toBe(0);
  expect(takenUp("reporter", null, reporter).sections.size).toBe(schema.reporter.length);
});

test("short lists are shown whole, long ones folded", () => {
  expect(shownWhole("failing", contents.failing).size).toBe(3);
  expect(shownWhole("failing", crowded().failing).size).toBe(0);
});

test("lists stand where the schema has them, fields between them together", () => {
  const [, , , evidence] = schema.reporter;
  if (evidence === undefined) throw new Error("the record has a section of evidence");
  const shown = evidence.fields.filter((one) => one.kind !== "entries");
  expect(inOrder(evidence, shown).map((one) => ("kind" in one ? one.name : one.length))).toEqual([
    2,
    "earlier",
  ]);
});

test("what is lacking in an entry is the same list while it says the same", () => {
  const bare = put(contents, ["failing", "entries", "fa000001", "who"], "");
  const lacks = (): ReturnType<typeof lacksIn> =>
    lacksIn("failing", { contents: bare, casework: sampleCasework, today: "2026-12-14" });
  const first = lacksByEntry(lacks(), null);
  expect([...first.keys()]).toEqual(["entries/fa000001"]);
  expect(lacksByEntry(lacks(), first).get("entries/fa000001")).toBe(first.get("entries/fa000001"));
});

test("an id in the page is made of nothing but plain characters", () => {
  expect(elementId("failing", "entries/fa000001/who")).toBe("rec-failing-entries-fa000001-who");
  expect(elementId("failing", 'entries/a "b"')).toMatch(/^[A-Za-z0-9_-]+$/);
});
