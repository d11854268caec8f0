import { describe, expect, it } from "vitest";
import { newToken, readWords, reporterKeys, serviceWords, token, tokenWords } from "./index";
import type { ServiceId } from "./index";

const ones = token(new Uint8Array(16).fill(0x7f));
const legal = "legal winner thank year wave sausage worth useful legal winner thank yellow";

describe("token", () => {
  it("T1: is shown as the words of BIP-39's own vectors", () => {
    expect(tokenWords(token(new Uint8Array(16))).join(" ")).toBe(`${"abandon ".repeat(11)}about`);
    expect(tokenWords(ones).join(" ")).toBe(legal);
    expect(tokenWords(token(new Uint8Array(16).fill(0xff))).join(" ")).toBe(
      `${"zoo ".repeat(11)}wrong`,
    );
  });

  it("round-trips", () => {
    for (let round = 0; round < 50; round++) {
      const one = newToken();
      const found = readWords(tokenWords(one).join(" "));
      expect(found.ok && found.token).toEqual(one);
    }
  });

  it.each([
    legal.toUpperCase(),
    `  ${legal.replaceAll(" ", " \t ")}\n`,
    legal.replaceAll(" ", ", "),
    legal.replaceAll(" ", "-"),
    legal.replaceAll(" ", "\r\n"),
    legal
      .split(" ")
      .map((word, place) => `${place + 1}. ${word}`)
      .join("\n"),
    legal
      .split(" ")
      .map((word) => word.slice(0, 4))
      .join(" "),
    legal
      .split(" ")
      .map((word) => word.slice(0, 4).toUpperCase())
      .join("."),
  ])("T2: forgives %j", (input) => {
    const found = readWords(input);
    expect(found).toEqual({ ok: true, token: ones, words: legal.split(" ") });
  });

  it("T2: names the word that is wrong, and suggests none", () => {
    expect(readWords(legal.replace("thank", "thankk"))).toEqual({
      ok: false,
      problem: { kind: "unknown-word", index: 2, word: "thankk" },
    });
    expect(readWords(legal.replace("sausage", "sausa"))).toMatchObject({
      problem: { kind: "unknown-word", index: 5 },
    });
    // A Kelvin sign is no k.
    expect(readWords(legal.replace("thank", "than\u212a"))).toMatchObject({
      problem: { kind: "unknown-word", index: 2 },
    });
    expect(readWords("")).toEqual({ ok: false, problem: { kind: "count", count: 0 } });
    expect(readWords(`${legal} legal`)).toMatchObject({ problem: { kind: "count", count: 13 } });
    expect(readWords(legal.replace("yellow", "year"))).toEqual({
      ok: false,
      problem: { kind: "checksum" },
    });
  });

  it("T3: gives other keys at another service, and the same at the same", () => {
    const here = "11".repeat(32) as ServiceId;
    const there = "22".repeat(32) as ServiceId;
    const keys = reporterKeys(ones, here);
    expect(reporterKeys(ones, here).lookup).toBe(keys.lookup);
    const others = reporterKeys(ones, there);
    expect(others.lookup).not.toBe(keys.lookup);
    expect(others.signer.key).not.toBe(keys.signer.key);
    expect(others.identity.recipient).not.toBe(keys.identity.recipient);
  });

  it("D1: writes a service as words", () => {
    expect(serviceWords("00".repeat(32) as ServiceId).join(" ")).toBe(
      `${"abandon ".repeat(11)}about`,
    );
  });
});
