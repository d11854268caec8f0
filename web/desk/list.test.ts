import { expect, test } from "vitest";
import { arranged, stepped, type Row, type Wanted } from "./list";

const row = (name: string, more: Partial<Row> = {}): Row => ({
  case: name,
  reference: `RL-${name.toUpperCase()}-0000`,
  day: "2026-11-20",
  route: "intake",
  team: "intake",
  stage: "received",
  unread: 0,
  line: null,
  by: null,
  clock: "",
  aside: false,
  failed: false,
  ...more,
});
const all: Wanted = { stage: "", route: "", unread: false, aside: false, search: "" };
const none = new Map<string, string>();
const names = (rows: readonly Row[]): string => rows.map((each) => each.case).join(" ");

test("the newest stands first, equal days in a stable order", () => {
  const rows = [row("b"), row("c", { day: "2026-11-22" }), row("a")];
  expect(names(arranged(rows, all, "day", none))).toBe("c a b");
});

test("other orders fall back on the day", () => {
  const rows = [
    row("a", { stage: "closed", unread: 1 }),
    row("b", { stage: "received", day: "2026-11-01", unread: 2 }),
    row("c", { stage: "received", day: "2026-11-02", unread: 1 }),
    row("d", { stage: "from_the_future" }),
  ];
  expect(names(arranged(rows, all, "stage", none))).toBe("c b a d");
  expect(names(arranged(rows, all, "unread", none))).toBe("b a c d");
  expect(names(arranged([...rows].reverse(), all, "reference", none))).toBe("a b c d");
});

test("filters hold together", () => {
  const rows = [
    row("a", { stage: "triage", unread: 1 }),
    row("b", { stage: "triage" }),
    row("c", { route: "independent", unread: 3 }),
  ];
  expect(names(arranged(rows, { ...all, stage: "triage" }, "day", none))).toBe("a b");
  expect(names(arranged(rows, { ...all, unread: true }, "day", none))).toBe("a c");
  expect(names(arranged(rows, { ...all, route: "independent" }, "day", none))).toBe("c");
  expect(names(arranged(rows, { ...all, stage: "triage", unread: true }, "day", none))).toBe("a");
});

test("search needs every word, in the line, the reference or the full text", () => {
  const rows = [row("a", { line: "Sergeant: remarks in a café" }), row("b", { line: "Theft" })];
  const texts = new Map([["b", "the cafe near the sergeant's office"]]);
  const search = (text: string): string =>
    names(arranged(rows, { ...all, search: text }, "day", texts));
  expect(search("cafe")).toBe("a b");
  expect(search("CAFÉ remarks")).toBe("a");
  expect(search("rl-b")).toBe("b");
  expect(search("rlb0000")).toBe("b");
  expect(search("cafe theft sergeant")).toBe("b");
  expect(search("nowhere")).toBe("");
  expect(search("  ")).toBe("a b");
});

test("steps stop at both ends and begin at the first", () => {
  const rows = [row("a"), row("b")];
  expect(stepped(rows, null, 1)).toBe("a");
  expect(stepped(rows, "a", 1)).toBe("b");
  expect(stepped(rows, "b", 1)).toBe("b");
  expect(stepped(rows, "a", -1)).toBe("a");
  expect(stepped(rows, "gone", 1)).toBe("a");
  expect(stepped([], null, 1)).toBeNull();
});

test("what is set aside is shown when asked for, and when its reporter has written since", () => {
  const rows = [row("a"), row("b", { aside: true }), row("c", { aside: true, unread: 1 })];
  expect(names(arranged(rows, all, "reference", none))).toBe("a c");
  expect(names(arranged(rows, { ...all, aside: true }, "reference", none))).toBe("b c");
});
