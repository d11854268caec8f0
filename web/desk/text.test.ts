import { expect, test } from "vitest";
import { folded, oneLine, visible } from "./text";

test("an override is written out and reorders nothing", () => {
  expect(visible("pay \u202Eevil\u202C now")).toBe("pay ⟨U+202E⟩evil⟨U+202C⟩ now");
});

test("isolates, marks, tags and zero-width characters are written out", () => {
  expect(visible("a\u034F\u3164b\u2800\u1160")).toBe("a⟨U+034F⟩⟨U+3164⟩b⟨U+2800⟩⟨U+1160⟩");
  expect(visible("\u2066a\u2069\u200F\u061C\u200B\uFEFF\u{E0041}")).toBe(
    "⟨U+2066⟩a⟨U+2069⟩⟨U+200F⟩⟨U+061C⟩⟨U+200B⟩⟨U+FEFF⟩⟨U+E0041⟩",
  );
});

test("control characters are written out, line breaks and tabs stay", () => {
  expect(visible("a\u0000b\u001B[2Jc\u007F\u0085\td\r\ne\rf")).toBe(
    "a⟨U+0000⟩b⟨U+001B⟩[2Jc⟨U+007F⟩⟨U+0085⟩\td\ne\nf",
  );
});

test("a lone surrogate is written out", () => {
  expect(visible("\uD800x")).toBe("⟨U+D800⟩x");
});

test("markup and ordinary writing in any script stay as they are", () => {
  const text = "<b onclick=x>&amp;</b> café שלום مرحبا 👩‍👩‍👧";
  expect(visible(text)).toBe(text);
});

test("one line has no line breaks and ends at a word", () => {
  expect(oneLine("  first\nsecond\tthird ", 40)).toBe("first second third");
  expect(oneLine("Remarks in a group chat, again and again", 26)).toBe("Remarks in a group chat…");
  expect([...oneLine("x".repeat(99), 20)]).toHaveLength(20);
});

test("search forgets case and accents", () => {
  expect(folded("Éire ＡＢ")).toBe("eire ab");
});
