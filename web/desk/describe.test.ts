import { expect, test } from "vitest";
import { emptyBody, emptyParties, emptySubject } from "../protocol";
import type { Item } from "../protocol";
import { firstPromise, fullText, otherLine, personLine, promised, summaryLine } from "./describe";

const person = emptySubject();

test("a person is rank and name, or rank and description, or what is known", () => {
  const named = { ...person, rank: "sergeant", name: "Dale Marsh", unit: "Central West" };
  expect(personLine(named)).toBe("Sergeant Dale Marsh, Central West");
  expect(personLine({ ...person, rank: "constable", description: "The tall one" })).toBe(
    "Constable, The tall one",
  );
  expect(personLine({ ...person, rank: "unknown", kind: "staff" })).toBe("Police staff");
  expect(personLine(person)).toBe("No name given");
  expect(personLine({ ...person, rank: "warlord" })).toBe("warlord");
  expect(otherLine({ who: "Field", rank: "inspector", unit: "", why: "", reason: "" })).toBe(
    "Inspector Field",
  );
});

test("the line of a case says who and how it begins, on one line without tricks", () => {
  const parties = emptyParties();
  const body = { ...emptyBody(), what_happened: "He sends\nremarks \u202Eevery night." };
  expect(summaryLine(parties, body)).toBe("He sends remarks ⟨U+202E⟩every night.");
  parties.subjects.push({ ...person, name: "A" }, { ...person, name: "B" });
  expect(summaryLine(parties, body)).toMatch(/^A and 1 other: He sends/);
  parties.subjects.push({ ...person, name: "C" });
  expect(summaryLine(parties, null)).toBe("A and 2 others");
  expect(summaryLine(null, null)).toBe("");
});

const item = (direction: Item["direction"], day: string, by = "", body = ""): Item =>
  ({ direction, day, content: { day, body, next: { what: "", by } } }) as unknown as Item;

test("search goes through parties, body and messages", () => {
  const parties = emptyParties();
  parties.subjects.push({ ...person, name: "Ó Briain", rank: "chief_inspector" });
  const said = { what_happened: "Cash", concerns: ["theft_fraud"], characteristics: ["marriage"] };
  const body = { ...emptyBody(), ...said };
  const text = fullText(parties, body, [item("from_reporter", "2026-11-23", "", "A Witness")]);
  for (const word of [
    "o briain",
    "chief inspector",
    "cash",
    "theft or fraud",
    "civil partnership",
    "a witness",
  ]) {
    expect(text).toContain(word);
  }
});

test("the reporter waits for the last day that was promised", () => {
  const first = item("to_reporter", "2026-11-01", "2026-11-10");
  const second = item("to_reporter", "2026-11-05", "2026-12-03");
  expect(promised([first, second], "triage")).toBe("2026-12-03");
  expect(promised([first, second], "closed")).toBeNull();
  expect(promised([], "triage")).toBeNull();
});

test("a message on or after the day keeps the promise, one before does not", () => {
  const promise = item("to_reporter", "2026-11-01", "2026-11-10");
  expect(promised([promise, item("to_reporter", "2026-11-09")], "triage")).toBe("2026-11-10");
  expect(promised([promise, item("to_reporter", "2026-11-10")], "triage")).toBeNull();
  expect(promised([promise, item("from_reporter", "2026-11-12")], "triage")).toBe("2026-11-10");
});

test("until the first answer the reporter waits for the day that the report page named", () => {
  const fresh = { day: "2026-11-23", stage: "received", written: false };
  expect(firstPromise(fresh, 7)).toBe("2026-11-30");
  expect(firstPromise({ ...fresh, written: true }, 7)).toBeNull();
  expect(firstPromise({ ...fresh, stage: "closed" }, 7)).toBeNull();
  expect(firstPromise({ ...fresh, day: "" }, 7)).toBeNull();
});
