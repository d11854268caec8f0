import { describe, expect, it } from "vitest";
import { base64, day, equal, fromBase64, fromHex, hex, randomBytes, utf8 } from "./index";
import { exactly, listOf, object, read, text } from "./format";
import { characters, parse, parseText, write } from "./json";

const broken = (run: () => unknown, rule: string): void =>
  expect(run).toThrow(expect.objectContaining({ rule }) as Error);

describe("N5: JSON is read strictly", () => {
  it("reads every kind of value", () => {
    const found = parseText(
      ' {"a":[1,0,9007199254740991,true,false,null,"\\u00e9\\ud83d\\ude00\\n"]} \n',
    );
    expect(found).toEqual(
      new Map([["a", [1, 0, 9_007_199_254_740_991, true, false, null, "é😀\n"]]]),
    );
  });

  it.each([
    ["a member twice", '{"a":1,"a":1}'],
    ["a member twice, once escaped", '{"a":1,"\\u0061":1}'],
    ["a fraction", "[1.0]"],
    ["an exponent", "[1e2]"],
    ["a negative number", "[-1]"],
    ["minus zero", "[-0]"],
    ["a leading zero", "[01]"],
    ["2⁵³", "[9007199254740992]"],
    ["a very long integer", `[${"9".repeat(400)}]`],
    ["a lone high surrogate", '["\\ud800"]'],
    ["a lone low surrogate", '["\\udc00x"]'],
    ["a high surrogate before another", '["\\ud800\\ud800"]'],
    ["something after the document", "[] []"],
    ["a comma at the end of a list", "[1,]"],
    ["a comma at the end of an object", '{"a":1,}'],
    ["a missing comma", "[1 2]"],
    ["a control character in a string", '["\n"]'],
    ["an unknown escape", '["\\x41"]'],
    ["a short escape", '["\\u12"]'],
    ["a string without end", '["a'],
    ["nothing", ""],
    ["single quotes", "['a']"],
    ["a comment", "[] // x"],
    ["a word of its own", "[undefined]"],
    ["no-break space", "\u00a0[]"],
    ["depth", `${"[".repeat(40)}${"]".repeat(40)}`],
  ])("refuses %s", (_, document) => broken(() => parseText(document), "N5"));

  it("refuses a byte order mark and broken UTF-8", () => {
    broken(() => parse(Uint8Array.of(0xef, 0xbb, 0xbf, 0x5b, 0x5d)), "N5");
    broken(() => parse(Uint8Array.of(0x5b, 0x22, 0xff, 0x22, 0x5d)), "N5");
    broken(() => parse(Uint8Array.of(0x5b, 0x22, 0xed, 0xa0, 0x80, 0x22, 0x5d)), "N5");
    broken(() => parse(Uint8Array.of(0x5b, 0x22, 0xc0, 0xaf, 0x22, 0x5d)), "N5");
  });

  it("knows no member by a name that objects have of themselves", () => {
    const found = parseText('{"__proto__":{"a":1}}');
    expect(found instanceof Map && found.get("__proto__")).toEqual(new Map([["a", 1]]));
    broken(() => object({ constructor: text })(parseText("{}")), "N5");
  });

  it("refuses members that are missing, unknown or of another type", () => {
    const format = object({ version: exactly(1), names: listOf(text) });
    const from = (document: string): unknown => read(format, utf8(document));
    expect(from('{"names":["a"],"version":1}')).toEqual({ version: 1, names: ["a"] });
    broken(() => from('{"version":1}'), "N5");
    broken(() => from('{"version":1,"names":[],"more":0}'), "N5");
    broken(() => from('{"version":2,"names":[]}'), "N5");
    broken(() => from('{"version":1,"names":{}}'), "N5");
    broken(() => from('{"version":1,"names":[null]}'), "N5");
    broken(() => from("[]"), "N5");
  });

  it("writes what it reads, and loses no report to a lone surrogate", () => {
    expect(parse(write({ a: "\ud800x", "😀": [1, null] }))).toEqual(
      new Map<string, unknown>([
        ["a", "\ufffdx"],
        ["😀", [1, null]],
      ]),
    );
    expect(characters("a😀é")).toBe(3);
  });

  it("writes a text that looks like an escaped surrogate as it is", () => {
    const document = { a: "\\ud800", b: "\ud83d\ude00" };
    expect(parse(write(document))).toEqual(new Map(Object.entries(document)));
    expect(parse(write({ ...document, c: "\udc00" }))).toEqual(
      new Map(Object.entries({ ...document, c: "\ufffd" })),
    );
  });
});

describe("N3: hex and base64 are read strictly", () => {
  it("round-trips", () => {
    for (const length of [0, 1, 2, 3, 4, 100, 50_000]) {
      const bytes = randomBytes(length);
      expect(equal(fromBase64(base64(bytes)), bytes)).toBe(true);
      expect(equal(fromHex(hex(bytes), length), bytes)).toBe(true);
    }
  });

  it.each([
    "AA",
    "AA=",
    "AB==",
    "AAB=",
    "A===",
    "AAAA\n",
    "AA-_",
    " AAAA",
    "AA==AAAA",
    "====",
    "AAA",
  ])("refuses the base64 %j", (written) => broken(() => fromBase64(written), "N3"));

  it.each(["AA", "a", "aaa", "0x", "zz", " aa", "é"])("refuses the hex %j", (written) =>
    broken(() => fromHex(written, 1), "N3"),
  );
});

describe("N4: days", () => {
  it.each(["2024-02-29", "2026-11-23", "9999-12-31"])("reads %s", (written) =>
    expect(day(written)).toBe(written),
  );
  it.each([
    "2023-02-29",
    "2026-13-01",
    "2026-00-10",
    "2026-04-31",
    "2026-4-1",
    "26-04-01",
    "2026-04-01T00",
  ])("refuses %s", (written) => broken(() => day(written), "N4"));
});
