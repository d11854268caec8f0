import { expect, test } from "vitest";
import { heard, type Press } from "./keys";

const press = (key: string, more: Partial<Press> = {}): Press => ({
  key,
  modified: false,
  typing: false,
  pressable: false,
  ...more,
});

test("single keys are heard", () => {
  for (const [key, command] of [
    ["j", "next"],
    ["k", "previous"],
    ["r", "reply"],
    ["/", "search"],
    ["?", "help"],
    ["Enter", "open"],
    ["Escape", "escape"],
  ] as const) {
    expect(heard(press(key), false, true).command, key).toBe(command);
  }
});

test("g waits for a second key, once", () => {
  expect(heard(press("g"), false, true)).toEqual({ command: null, waiting: true });
  expect(heard(press("n"), true, true)).toEqual({ command: "new", waiting: false });
  expect(heard(press("m"), true, true)).toEqual({ command: "mine", waiting: false });
  expect(heard(press("j"), true, true)).toEqual({ command: null, waiting: false });
  expect(heard(press("n"), false, true).command).toBeNull();
});

test("while typing, only Escape is heard", () => {
  expect(heard(press("j", { typing: true }), false, true).command).toBeNull();
  expect(heard(press("Enter", { typing: true }), false, true).command).toBeNull();
  expect(heard(press("Escape", { typing: true }), false, true).command).toBe("escape");
});

test("a button keeps its own Enter, and the browser keeps its own shortcuts", () => {
  expect(heard(press("Enter", { pressable: true }), false, true).command).toBeNull();
  expect(heard(press("r", { modified: true }), false, true).command).toBeNull();
});

test("letters can be switched off", () => {
  expect(heard(press("j"), false, false).command).toBeNull();
  expect(heard(press("g"), false, false).waiting).toBe(false);
  expect(heard(press("Escape"), false, false).command).toBe("escape");
});

test("a key named like a member of every object does nothing", () => {
  expect(heard(press("constructor"), false, true).command).toBeNull();
});
