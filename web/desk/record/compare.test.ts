import { expect, test } from "vitest";
import { alterations } from "./append";
import { compare, merge, picked } from "./compare";
import type { Difference } from "./compare";
import type { ContentOf, FailingEntry, ReferralTest } from "./content";
import { readContent } from "./content";
import { put } from "./paths";
import { scenario } from "./sample";

const { failing, danger, concerns } = scenario();
const [first, second, third] = failing.entries as [FailingEntry, FailingEntry, FailingEntry];
type Failing = ContentOf<"failing">;

function summary(differences: readonly Difference[]): string[] {
  return differences.map(({ kind, path }) => `${kind} ${path.join("/")}`);
}

test("a record is the same as itself", () => {
  expect(compare("failing", failing, structuredClone(failing))).toEqual([]);
});

test("fields are compared within groups and entries, whatever the order of the entries", () => {
  const changed = put(failing, ["entries", second.id, "knew", "when"], "Since May");
  expect(compare("failing", failing, changed)).toEqual([
    {
      kind: "changed",
      path: ["entries", second.id, "knew", "when"],
      before: "Since August",
      after: "Since May",
    },
  ]);
  const moved: Failing = { ...changed, entries: [...changed.entries].reverse() };
  expect(summary(compare("failing", failing, moved))).toEqual([
    `changed entries/${second.id}/knew/when`,
    "moved entries",
  ]);
});

test("entries that came and went are told by their ids", () => {
  const other = { ...third, id: "new" };
  const after: Failing = { ...failing, entries: [first, other, third] };
  expect(summary(compare("failing", failing, after))).toEqual([
    "added entries/new",
    `removed entries/${second.id}`,
  ]);
});

test("members that this desk does not know are compared too", () => {
  const before = readContent("danger", { ...danger, later: { a: 1, b: 2 } });
  const same = readContent("danger", { ...danger, later: { b: 2, a: 1 } });
  const after = readContent("danger", { ...danger, later: { a: 1 } });
  expect(compare("danger", before, same)).toEqual([]);
  expect(summary(compare("danger", before, after))).toEqual(["changed later"]);
});

test("what only one of two changed is taken", () => {
  const mine = put(failing, ["entries", first.id, "rationale"], "Mine.");
  const theirs = put(failing, ["entries", first.id, "learning"], "Theirs.");
  const { merged, conflicts } = merge("failing", failing, mine, theirs);
  expect(conflicts).toEqual([]);
  expect(merged.entries[0]).toMatchObject({ rationale: "Mine.", learning: "Theirs." });
  expect(merged.entries[1]).toEqual(second);
});

test("what both changed is a conflict, and neither text is lost", () => {
  const path = ["entries", first.id, "rationale"];
  const mine = put(failing, path, "Mine.");
  const theirs = put(failing, path, "Theirs.");
  const { merged, conflicts } = merge("failing", failing, mine, theirs);
  expect(conflicts).toEqual([{ path, base: first.rationale, mine: "Mine.", theirs: "Theirs." }]);
  expect(merged.entries[0]?.rationale).toBe("Mine.");
  expect(picked(merged, conflicts, ["theirs"]).entries[0]?.rationale).toBe("Theirs.");
  expect(picked(merged, conflicts, ["both"]).entries[0]?.rationale).toBe("Theirs.\n\nMine.");
  expect(merge("failing", failing, mine, mine).conflicts).toEqual([]);
});

test("codes that either chose are chosen, and those that either took away are gone", () => {
  const mine = { ...concerns, prevented: ["grass", "loyalty"] };
  const theirs = { ...concerns, prevented: ["reprisal", "career", "grass"] };
  const { merged, conflicts } = merge("concerns", concerns, mine, theirs);
  expect(conflicts).toEqual([]);
  expect(new Set(merged.prevented)).toEqual(new Set(["grass", "career", "loyalty"]));
});

test("entries that both added both stand, where they were put", () => {
  const a = { ...third, id: "mine" };
  const b = { ...third, id: "theirs" };
  const mine: Failing = { ...failing, entries: [first, a, second, third] };
  const theirs: Failing = { ...failing, entries: [first, second, third, b] };
  const { merged, conflicts } = merge("failing", failing, mine, theirs);
  expect(conflicts).toEqual([]);
  expect(merged.entries.map(({ id }) => id)).toEqual([
    first.id,
    "mine",
    second.id,
    third.id,
    "theirs",
  ]);
});

test("whoever moved entries has their order, theirs where both did", () => {
  const ids = (content: Failing): string[] => content.entries.map(({ id }) => id);
  const back: Failing = { ...failing, entries: [third, second, first] };
  const swapped: Failing = { ...failing, entries: [second, first, third] };
  expect(ids(merge("failing", failing, back, failing).merged)).toEqual(ids(back));
  expect(ids(merge("failing", failing, failing, back).merged)).toEqual(ids(back));
  expect(ids(merge("failing", failing, back, swapped).merged)).toEqual(ids(swapped));
});

test("an entry that one removed and the other did not touch is gone", () => {
  const without: Failing = { ...failing, entries: [first, third] };
  for (const [mine, theirs] of [
    [without, failing],
    [failing, without],
  ] as const) {
    const { merged, conflicts } = merge("failing", failing, mine, theirs);
    expect(conflicts).toEqual([]);
    expect(merged.entries).toEqual(without.entries);
  }
});

test("an entry that one removed and the other went on writing waits for a choice", () => {
  const without: Failing = { ...failing, entries: [first, third] };
  const written = put(failing, ["entries", second.id, "rationale"], "More.");
  const { merged, conflicts } = merge("failing", failing, without, written);
  expect(conflicts).toMatchObject([{ path: ["entries", second.id], mine: null }]);
  expect(merged.entries).toHaveLength(3);
  expect(picked(merged, conflicts, ["mine"]).entries).toHaveLength(2);
  expect(picked(merged, conflicts, ["theirs"]).entries[1]?.rationale).toBe("More.");
});

test("in a list that may only be extended what is saved stands, and what I filled in where it is blank", () => {
  const { referral, severity } = scenario();
  const [one, two, three] = referral.tests as [ReferralTest, ReferralTest, ReferralTest];
  const base = { tests: [one, { ...two, rationale: "" }, three] };
  const added = { ...three, id: "mine" };
  const mine = {
    tests: [
      { ...one, returned_on: "2026-12-02" },
      { ...two, rationale: "Mine.", criteria: ["mine"], grounds: "Mine alone." },
      three,
      added,
    ],
  };
  const other = { ...three, id: "theirs" };
  const theirs = {
    tests: [one, { ...two, rationale: "Theirs.", criteria: ["theirs"] }, three, other],
  };
  const { merged, conflicts, yielded } = merge("referral", base, mine, theirs);
  expect(conflicts).toEqual([]);
  expect(merged.tests).toEqual([
    { ...one, returned_on: "2026-12-02" },
    { ...two, rationale: "Theirs.", criteria: ["theirs"], grounds: "Mine alone." },
    three,
    other,
    added,
  ]);
  // To whoever saved first and to every reader that is no alteration; and what gave way is told.
  expect(alterations("referral", theirs, merged)).toEqual([]);
  expect(yielded).toEqual([
    { path: ["tests", two.id, "criteria"], base: [], mine: ["mine"], theirs: ["theirs"] },
    { path: ["tests", two.id, "rationale"], base: "", mine: "Mine.", theirs: "Theirs." },
  ]);
  // Whatever somebody dropped or altered there: what I add goes on from what is saved.
  const [first, ...rest] = severity.assessments;
  const cut = { assessments: [{ ...first, level: "none" }, ...rest.slice(1)] } as typeof severity;
  const after = merge("severity", severity, severity, cut);
  expect(after.conflicts).toEqual([]);
  expect(after.yielded).toEqual([]);
  expect(after.merged.assessments.map(({ id }) => id)).toEqual([
    "5e000001",
    "5e000003",
    "5e000002",
  ]);
  expect(alterations("severity", cut, after.merged)).toEqual([]);
});

test("unknown members are merged like the others", () => {
  const base = readContent("danger", { ...danger, later: "a" });
  const theirs = readContent("danger", { ...danger, later: "b" });
  const { merged } = merge("danger", base, { ...base, action: "Done." }, theirs);
  expect(merged).toMatchObject({ action: "Done.", later: "b" });
});
