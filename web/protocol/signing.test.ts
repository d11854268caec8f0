import { ed25519 } from "@noble/curves/ed25519.js";
import { sha512 } from "@noble/hashes/sha2.js";
import { describe, expect, it } from "vitest";
import { concat, fromHex, hex, sign, signer, split, utf8, verify, verifySignature } from "./index";
import type { LeadSignSeed, VerifyingKey } from "./index";
import { flipped, seed } from "./sample";

const one = signer<LeadSignSeed>(seed("one"));
const other = signer<LeadSignSeed>(seed("other"));
const document = sign("root", { a: 1 }, one);
const { Point } = ed25519;
const L = Point.Fn.ORDER;

const broken = (run: () => unknown, rule: string): void =>
  expect(run).toThrow(expect.objectContaining({ rule }) as Error);
const little = (number: bigint): Uint8Array =>
  fromHex(number.toString(16).padStart(64, "0"), 32).reverse();
const number = (bytes: Uint8Array): bigint => BigInt(`0x${hex(Uint8Array.from(bytes).reverse())}`);
const challenge = (r: Uint8Array, a: Uint8Array, m: Uint8Array): bigint =>
  number(sha512(concat(r, a, m))) % L;
/** Points of order 8, and their like. */
const torsion = Point.fromHex("c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a");

describe("signing", () => {
  it("G2, G3: verifies what was signed, in its layout", () => {
    expect(verify("root", document, one.key)).toEqual(utf8('{"a":1}'));
    const { keyId, signature, payload } = split(document);
    expect(document).toEqual(concat(Uint8Array.of(1), keyId, signature, payload));
    const message = concat(utf8("rightline/1/root"), Uint8Array.of(0), payload);
    expect(ed25519.verify(signature, message, fromHex(one.key, 32), { zip215: false })).toBe(true);
  });

  it("G3, G4: refuses another context, key, version, or any changed byte", () => {
    broken(() => verify("team", document, one.key), "G1");
    broken(() => verify("root", document, other.key), "G3");
    broken(() => verify("root", flipped(document, 0), one.key), "G3");
    broken(() => verify("root", flipped(document, 5), one.key), "G3");
    broken(() => verify("root", flipped(document, 40), one.key), "G1");
    broken(() => verify("root", flipped(document, 80), one.key), "G1");
    broken(() => verify("root", flipped(document, -1), one.key), "G1");
    broken(() => verify("root", document.subarray(0, 97), one.key), "G3");
    broken(() => verify("root", new Uint8Array(), one.key), "G3");
  });

  it("G5: refuses what is larger than its context allows, whatever its signature", () => {
    const of = (length: number): Uint8Array => sign("epoch", "x".repeat(length), one);
    const whole = of(8_192 - 97 - 2);
    expect(whole).toHaveLength(8_192);
    expect(() => verify("epoch", whole, one.key)).not.toThrow();
    broken(() => verify("epoch", of(8_192 - 97 - 1), one.key), "G5");
    broken(() => split(new Uint8Array(32_769), "statement"), "G5");
  });

  it("G1: is as strict with a key that has signed often, and forgets none of the rest", () => {
    const message = utf8("message");
    const often = signer<LeadSignSeed>(seed("often"));
    const point = Point.fromBytes(fromHex(often.key, 32));
    for (let time = 0; time < 20; time++) {
      const signature = ed25519.sign(concat(message, Uint8Array.of(time)), often.seed);
      expect(verifySignature(signature, concat(message, Uint8Array.of(time)), often.key)).toBe(
        true,
      );
      expect(verifySignature(signature, message, often.key)).toBe(false);
      expect(verifySignature(flipped(signature, 40), message, often.key)).toBe(false);
      // A key beside this one by a point of order 8 is another key.
      const beside = hex(point.add(torsion).toBytes()) as VerifyingKey;
      expect(verifySignature(signature, concat(message, Uint8Array.of(time)), beside)).toBe(false);
      // Many others between.
      for (let more = 0; more < 5; more++) {
        const passing = signer<LeadSignSeed>(seed(`passing ${String(time)} ${String(more)}`));
        const by = ed25519.sign(message, passing.seed);
        expect(verifySignature(by, message, passing.key)).toBe(true);
        expect(verifySignature(by, message, often.key)).toBe(false);
      }
    }
  });

  it("G1: refuses an S that is not reduced", () => {
    const message = utf8("message");
    const signature = ed25519.sign(message, one.seed);
    expect(verifySignature(signature, message, one.key)).toBe(true);
    const s = number(signature.subarray(32));
    const same = concat(signature.subarray(0, 32), little(s + L));
    expect(verifySignature(same, message, one.key)).toBe(false);
  });

  it("G1: refuses keys of small order, which sign everything", () => {
    for (const point of [Point.ZERO, torsion, torsion.double(), torsion.double().double()]) {
      const key = point.toBytes();
      for (let tries = 0; tries < 20; tries++) {
        const message = utf8(`message ${tries}`);
        const r = Point.BASE.multiply(5n).toBytes();
        const signature = concat(r, little(5n));
        expect(verifySignature(signature, message, hex(key) as VerifyingKey)).toBe(false);
      }
    }
  });

  it("G1: refuses an R of small order", () => {
    const { scalar, pointBytes } = ed25519.utils.getExtendedPublicKey(one.seed);
    for (const point of [Point.ZERO, torsion, torsion.double()]) {
      const r = point.toBytes();
      const message = utf8("message");
      const s = (challenge(r, pointBytes, message) * scalar) % L;
      const signature = concat(r, little(s));
      // Noble's own check, which multiplies by the cofactor, lets it pass.
      expect(ed25519.verify(signature, message, pointBytes, { zip215: false })).toBe(true);
      expect(verifySignature(signature, message, one.key)).toBe(false);
    }
  });

  it("G1: refuses what holds only after multiplying by the cofactor", () => {
    const { scalar, pointBytes } = ed25519.utils.getExtendedPublicKey(one.seed);
    const message = utf8("message");
    const r = Point.BASE.multiply(5n).add(torsion).toBytes();
    const s = (5n + challenge(r, pointBytes, message) * scalar) % L;
    const signature = concat(r, little(s));
    expect(ed25519.verify(signature, message, pointBytes, { zip215: false })).toBe(true);
    expect(verifySignature(signature, message, one.key)).toBe(false);
  });

  it("G1: refuses encodings that are not canonical", () => {
    const message = utf8("message");
    const p = 2n ** 255n - 19n;
    // y = 1 + p, and x = 0 with its sign set: other spellings of the neutral point.
    for (const spelling of [little(1n + p), little(1n + 2n ** 255n)]) {
      const signature = concat(spelling, new Uint8Array(32));
      expect(verifySignature(signature, message, hex(spelling) as VerifyingKey)).toBe(false);
      expect(verifySignature(signature, message, one.key)).toBe(false);
    }
    expect(verifySignature(new Uint8Array(63), message, one.key)).toBe(false);
  });
});
