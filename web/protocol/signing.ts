import { ed25519 } from "@noble/curves/ed25519.js";
import { sha512 } from "@noble/hashes/sha2.js";
import { concat, digest, equal, fromHex, hex, sha256, utf8 } from "./bytes";
import type { Branded, Bytes, Digest, VerifyingKey } from "./bytes";
import { write } from "./json";
import { require } from "./refused";

const { Point } = ed25519;
type Decoded = InstanceType<typeof Point>;

/** The contexts of version 1 (G4). */
export type Context =
  | "leads"
  | "root"
  | "team"
  | "recovery"
  | "statement"
  | "grant"
  | "epoch"
  | "stub"
  | "message"
  | "mailbox"
  | "change-words"
  | "receipt"
  | "declaration"
  | "attest"
  | "enrol"
  | "head"
  | "ring"
  | "record"
  | "entry"
  | "act"
  | "brief"
  | "conflict";

/** The seed of a reporter's signing key: T3's `sign`. */
export type ReporterSignSeed = Branded<Uint8Array, "ReporterSignSeed">;
/** The seed of a member's signing key (A1). */
export type MemberSignSeed = Branded<Uint8Array, "MemberSignSeed">;
/** The seed of a lead's signing key. */
export type LeadSignSeed = Branded<Uint8Array, "LeadSignSeed">;
/** The seed of the service's receipt key. */
export type ServiceSignSeed = Branded<Uint8Array, "ServiceSignSeed">;
export type SignSeed = ReporterSignSeed | MemberSignSeed | LeadSignSeed | ServiceSignSeed;

/** A signing key with its public half. */
export interface Signer<Seed extends SignSeed = SignSeed> {
  readonly seed: Seed;
  readonly key: VerifyingKey;
}

/** The signer of a seed (RFC 8032). */
export function signer<Seed extends SignSeed>(seed: Seed): Signer<Seed> {
  return { seed, key: hex(ed25519.getPublicKey(seed)) as VerifyingKey };
}

/** The bytes of a signed document before its payload (G3). */
const HEAD = 1 + 32 + 64;

/** What a document's bytes say about themselves; nothing of it is verified. */
export interface Unverified {
  readonly bytes: Uint8Array;
  readonly digest: Digest;
  readonly keyId: Uint8Array;
  readonly signature: Uint8Array;
  readonly payload: Uint8Array;
}

/** Signs a payload under a context (G2, G3). */
export function sign(context: Context, payload: unknown, by: Signer): Bytes {
  return signBytes(context, write(payload), by);
}

/** Signs a payload that is written already (G2, G3). */
export function signBytes(context: Context, payload: Uint8Array, by: Signer): Bytes {
  const signature = ed25519.sign(signed(context, payload), by.seed);
  return concat(Uint8Array.of(1), keyId(by.key), signature, payload);
}

/** The most bytes of a signed document, by context (G5). */
const LARGEST: Readonly<Record<Context, number>> = {
  leads: 262_144,
  root: 262_144,
  team: 2_097_152,
  recovery: 8_192,
  statement: 32_768,
  grant: 8_192,
  epoch: 8_192,
  stub: 8_192,
  message: 65_532,
  mailbox: 16_384,
  "change-words": 8_192,
  receipt: 8_192,
  declaration: 8_192,
  attest: 8_192,
  enrol: 8_192,
  head: 8_192,
  ring: 16_777_212,
  record: 8_192,
  entry: 1_048_572,
  act: 16_384,
  brief: 65_532,
  conflict: 8_192,
};

/** Takes a signed document apart without verifying it (G3, G5). */
export function split(bytes: Uint8Array, context?: Context): Unverified {
  const most = context === undefined ? Infinity : LARGEST[context];
  require(bytes.length <= most, "G5", "the document is too large");
  require(bytes.length > HEAD && bytes[0] === 1, "G3", "this is not a signed document");
  return {
    bytes,
    digest: digest(bytes),
    keyId: bytes.subarray(1, 33),
    signature: bytes.subarray(33, HEAD),
    payload: bytes.subarray(HEAD),
  };
}

/** A number that a signed document claims; 0 where it cannot be read. Not verified: what rests on
 * it is verified afterwards, or becomes a warning where it stands. */
export function claimedNumber(bytes: Uint8Array, name: "serial" | "number" | "epoch"): number {
  try {
    const document = JSON.parse(new TextDecoder().decode(split(bytes).payload)) as unknown;
    const number = (document as Record<string, unknown> | null)?.[name];
    return Number.isSafeInteger(number) ? Math.max(0, number as number) : 0;
  } catch {
    return 0;
  }
}

/** Verifies a signed document under its context and gives its payload (G1 to G5). */
export function verify(context: Context, bytes: Uint8Array, key: VerifyingKey): Uint8Array {
  const document = split(bytes, context);
  require(equal(document.keyId, keyId(key)), "G3", "the document is by another key");
  const message = signed(context, document.payload);
  require(verifySignature(document.signature, message, key), "G1", "the signature is not good");
  return document.payload;
}

/** Whether a document names this key as its signer. Says nothing about the signature. */
export function names(bytes: Uint8Array, key: VerifyingKey): boolean {
  return equal(split(bytes).keyId, keyId(key));
}

/**
 * Whether a signature is good, strictly (G1). Noble's own check multiplies by the cofactor, and so
 * accepts signatures that ed25519-dalek's `verify_strict` refuses; the equation is therefore here.
 */
export function verifySignature(
  signature: Uint8Array,
  message: Uint8Array,
  key: VerifyingKey,
): boolean {
  const keyBytes = fromHex(key, 32);
  if (signature.length !== 64) return false;
  const commitment = signature.subarray(0, 32);
  try {
    const a = pointOf(key, keyBytes);
    const r = Point.fromBytes(commitment, false);
    if (a === null || r.isSmallOrder()) return false;
    const s = littleEndian(signature.subarray(32));
    if (s >= Point.Fn.ORDER) return false;
    const k = littleEndian(sha512(concat(commitment, keyBytes, message))) % Point.Fn.ORDER;
    const expected = Point.BASE.multiplyUnsafe(s).subtract(a.multiplyUnsafe(k));
    return equal(expected.toBytes(), commitment);
  } catch {
    return false;
  }
}

/** Keys that have signed something here: a desk verifies hundreds of signatures of few members. */
const seen = new Map<VerifyingKey, { readonly point: Decoded; uses: number }>();
/** As many keys are remembered. */
const MOST_SEEN = 64;
/** From so many signatures on a table of multiples pays for itself. */
const OFTEN = 8;
/** The bits of a scalar that one look into the table settles: 832 points a key. */
const WINDOW = 5;

/** The point of a key; null for one of small order. Throws where the bytes are no point. */
function pointOf(key: VerifyingKey, bytes: Uint8Array): Decoded | null {
  let known = seen.get(key);
  if (known === undefined) {
    const point = Point.fromBytes(bytes, false);
    if (point.isSmallOrder()) return null;
    known = { point, uses: 0 };
    const [oldest] = seen.keys();
    if (seen.size >= MOST_SEEN && oldest !== undefined) seen.delete(oldest);
  }
  // The last used is the last to be forgotten.
  seen.delete(key);
  seen.set(key, known);
  if (++known.uses === OFTEN) known.point.precompute(WINDOW);
  return known.point;
}

/** The id of a verifying key (G3). */
export function keyId(key: VerifyingKey): Bytes {
  return sha256(fromHex(key, 32));
}

function signed(context: Context, payload: Uint8Array): Bytes {
  return concat(utf8(`rightline/1/${context}`), Uint8Array.of(0), payload);
}

function littleEndian(bytes: Uint8Array): bigint {
  return BigInt(`0x${hex(Uint8Array.from(bytes).reverse())}`);
}
