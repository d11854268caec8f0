import { expect, test } from "vitest";
import {
  ANSWERS,
  BASES,
  CHANNELS,
  CHARACTERISTICS,
  CONCERNS,
  INVOLVEMENTS,
  KINDS,
  MESSAGE_KINDS,
  MODES,
  PATTERNS,
  RANKS,
  RELATIONS,
  ROLES,
  ROUTES,
  STAGES,
} from "../protocol";
import { DETRIMENTS } from "../protocol/bodies";
import { stages } from "./list";
import { warningText } from "./warnings";
import { coded, counted, fill, words } from "./words";

test("every code of the protocol has a word", () => {
  const { codes } = words;
  const lists: [Readonly<Record<string, string>>, readonly string[]][] = [
    [codes.answer, ANSWERS],
    [codes.basis, BASES],
    [codes.channel, CHANNELS],
    [codes.characteristic, CHARACTERISTICS],
    [codes.concern, CONCERNS],
    [codes.involvement, INVOLVEMENTS],
    [codes.kind, KINDS],
    [codes.message, MESSAGE_KINDS],
    [codes.mode, MODES],
    [codes.pattern, PATTERNS],
    [codes.rank, RANKS],
    [codes.relation, RELATIONS],
    [codes.role, ROLES],
    [codes.route, ROUTES],
    [codes.stage, STAGES],
    // What a check-in tells is read at the desk by these (M10).
    [words.forms.detriment, DETRIMENTS],
  ];
  for (const [known, list] of lists) {
    for (const code of list.filter(Boolean)) expect(Object.keys(known), code).toContain(code);
  }
  expect(stages).toEqual(STAGES);
});

test("a code that this desk does not know is shown as it stands", () => {
  expect(coded(words.codes.rank, "grand_wizard")).toBe("grand_wizard");
  expect(coded(words.codes.rank, "toString")).toBe("toString");
});

test("texts take their values, and a number chooses its form", () => {
  expect(fill("{a} and {b} and {c}", { a: 1, b: "{a}" })).toBe("1 and {a} and {c}");
  expect(counted(words.mine.count, 1)).toBe("1 case");
  expect(counted(words.mine.count, 2)).toBe("2 cases");
});

test("every warning is a sentence, with the rule where nothing better is known", () => {
  expect(warningText("message", { kind: "gap", rule: "M5" })).toBe(words.warning.message.gap);
  expect(warningText("part", { kind: "chain", rule: "K3" })).toContain("K3");
  for (const texts of [words.warning.part, words.warning.message, words.warning.case]) {
    for (const text of Object.values(texts)) expect(text).toMatch(/^[A-Z].*\.$/);
  }
});
