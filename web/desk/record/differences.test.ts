import { expect, test } from "vitest";
import { compare, merge } from "./compare";
import type { ContentOf } from "./content";
import { canBeBoth, labelOfPath, rowsOfDifferences } from "./differences";
import { at, put } from "./paths";
import type { Path } from "./paths";
import { sampleAround, scenario } from "./sample";
import type { Entry, Loose } from "./shape";
import { lookupOf } from "./shown";

const contents = scenario();
const { failing } = contents;
const lookup = lookupOf(sampleAround(contents), contents.triage);

function rows(after: ContentOf<"failing">): ReturnType<typeof rowsOfDifferences> {
  const entryAt = (path: Path): (Loose & Entry) | null =>
    (at(after, path) ?? at(failing, path) ?? null) as (Loose & Entry) | null;
  return rowsOfDifferences("failing", compare("failing", failing, after), lookup, entryAt);
}

test("a changed field is named with its entry and its group", () => {
  const [row] = rows(put(failing, ["entries", "fa000002", "knew", "when"], "Since May"));
  expect(row).toMatchObject({
    entry: "Constable Priya Nair",
    label: "What they knew: since when",
    before: "Since August",
    after: "Since May",
  });
});

test("of several codes, those that came and those that went are told apart, by their words", () => {
  const [row] = rows(put(failing, ["entries", "fa000002", "reasons"], ["nothing_done", "grass"]));
  expect(row).toMatchObject({
    added: ["Feared being labelled a “grass”"],
    removed: ["The subject is more senior"],
  });
});

test("an entry that came or went is shown whole", () => {
  const [gone] = rows({ ...failing, entries: failing.entries.slice(1) });
  expect(gone).toMatchObject({
    kind: "removed",
    label: "Person “Constable Tom Birch” was removed",
    after: "",
  });
  expect(gone?.before).toContain("Decision: Reflective practice");
  expect(gone?.before).toContain("Seniority: consideration: He supervises both");
  const [moved] = rows({ ...failing, entries: [...failing.entries].reverse() });
  expect(moved).toMatchObject({ kind: "moved", after: "The order was changed" });
});

test("a field that this desk does not know is called by its name", () => {
  expect(labelOfPath("failing", ["entries", "fa000001", "shoe_size"])).toBe("shoe_size");
});

test("two long texts can stand one after the other, codes and days cannot", () => {
  const conflict = (name: string, mine: string, theirs: string): boolean => {
    const path = ["entries", "fa000001", name];
    const { conflicts } = merge(
      "failing",
      failing,
      put(failing, path, mine),
      put(failing, path, theirs),
    );
    const [one] = conflicts;
    return one !== undefined && canBeBoth("failing", one);
  };
  expect(conflict("rationale", "A", "B")).toBe(true);
  expect(conflict("rationale", "", "B")).toBe(false);
  expect(conflict("decision", "support_only", "misconduct_investigation")).toBe(false);
  expect(conflict("decided_on", "2026-12-01", "2026-12-02")).toBe(false);
});
