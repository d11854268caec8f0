import { expect, test } from "vitest";
import { parseText } from "../../protocol/json";
import { RECORDS, emptyContent, newId, readContent, shapes } from "./content";
import { scenario } from "./sample";
import { unknownOf } from "./shape";

test("an empty document is read as a record with nothing in it", () => {
  for (const record of RECORDS) {
    expect(readContent(record, {}), record).toEqual(emptyContent(record));
    expect(readContent(record, undefined), record).toEqual(emptyContent(record));
  }
});

test("a content read from its JSON is the same, from objects and from the protocol's maps", () => {
  const whole = scenario();
  for (const record of RECORDS) {
    const text = JSON.stringify(whole[record]);
    expect(readContent(record, JSON.parse(text)), record).toEqual(whole[record]);
    expect(readContent(record, parseText(text)), record).toEqual(whole[record]);
  }
});

test("members and codes that are not known are kept, and go back as they came", () => {
  const sealed = {
    subjects: [{ id: "aa", name: "X", rank: "grand_wizard", shoe_size: [9], __proto__x: 1 }],
    allegations: [],
    later: { since: "version 2" },
  };
  const content = readContent("triage", sealed);
  expect(content.subjects[0]?.rank).toBe("grand_wizard");
  const again: unknown = JSON.parse(JSON.stringify(content));
  expect(again).toMatchObject(sealed);
  expect(readContent("triage", again)).toEqual(content);
  expect(unknownOf(shapes.triage, content)).toEqual([["later", { since: "version 2" }]]);
});

test("a member called __proto__ is a member like any other", () => {
  const content = readContent("danger", JSON.parse('{"__proto__":{"immediate":"yes"}}'));
  expect(content.immediate).toBe("");
  expect(JSON.stringify(content)).toContain('"__proto__":{"immediate":"yes"}');
});

test("a value of another kind than its member's is kept beside it, or as text", () => {
  const content = readContent("failing", {
    none_considered: 5,
    entries: [
      "only a name",
      { id: "x", reasons: "loyalty", knew: "much", seniority: null },
      { id: "x", who: ["A", "B"] },
      { who: "no id" },
    ],
  });
  expect(content.none_considered).toBe("5");
  const [first, second, third, fourth] = content.entries as readonly Record<string, unknown>[];
  expect(first).toMatchObject({ id: "n1", who: "", "?": "only a name" });
  expect(second).toMatchObject({ id: "x", reasons: [], "reasons?": "loyalty", "knew?": "much" });
  expect(third).toMatchObject({ id: "x-2", who: '["A","B"]' });
  expect(fourth).toMatchObject({ id: "n4", who: "no id" });
  expect(readContent("failing", JSON.parse(JSON.stringify(content)))).toEqual(content);
});

test("a list that is none is kept, however often it is saved", () => {
  const once = readContent("triage", { subjects: "nobody", "subjects?": 1 });
  expect(once).toMatchObject({ subjects: [], "subjects?": 1, "subjects??": "nobody" });
  expect(readContent("triage", JSON.parse(JSON.stringify(once)))).toEqual(once);
});

test("ids are eight hex digits", () => {
  expect(newId()).toMatch(/^[0-9a-f]{8}$/);
  expect(newId()).not.toBe(newId());
});
