/**
 * The hybrid kind of recipient (E2, E4): X-Wing inside HPKE. As the age library's own, but a
 * key is worked out once for all the files that it opens, and ML-KEM and X25519 are the browser's where it
 * has them.
 */
import { chacha20poly1305 } from "@noble/ciphers/chacha.js";
import { ed25519, x25519 } from "@noble/curves/ed25519.js";
import { expand, extract } from "@noble/hashes/hkdf.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { sha3_256, shake256 } from "@noble/hashes/sha3.js";
import { Stanza } from "age-encryption";
import type { Recipient } from "age-encryption";
import { concat, unpaddedBase64, utf8 } from "./bytes";
import type { Bytes } from "./bytes";
import { MlKem, encapsulate } from "./ml-kem";
import { randomBytes } from "./random";

const KIND = "mlkem768x25519";
const INFO = utf8(`age-encryption.org/${KIND}`);
const XWING_LABEL = utf8("\\.//^\\");
/** HPKE's suite: KEM 0x647a, HKDF-SHA256, ChaCha20-Poly1305 (RFC 9180, section 5.1). */
const SUITE = concat(utf8("HPKE"), Uint8Array.of(0x64, 0x7a, 0, 1, 0, 3));
const NOTHING = new Uint8Array();
/** Bytes of ML-KEM-768's ciphertext and public key; X25519's follow. */
const ML_CIPHERTEXT = 1_088;
const ML_PUBLIC = 1_184;

/** What a seed of 32 bytes becomes (X-Wing's expanded decapsulation key). */
interface Expanded {
  readonly ml: MlKem;
  readonly scalar: Uint8Array;
  readonly share: Uint8Array;
  /** The scalar as the browser holds it, once it was asked for. */
  native?: Promise<CryptoKey>;
}

/** Worked out keys, by the seed as it lies in memory; {@link wipe} takes them away with it. */
const known = new WeakMap<Uint8Array, Expanded>();

/** The public key of a seed: 1,216 bytes. What was worked out for it is kept for opening. */
export function publicKey(seed: Uint8Array): Bytes {
  const { ml, share } = known.get(seed) ?? worked(seed);
  return concat(ml.publicKey(), share);
}

/** Has the browser work out what it can of a seed's public key, so that {@link publicKey} need not. */
export async function prepare(seed: Uint8Array): Promise<void> {
  await (known.get(seed) ?? worked(seed)).ml.prepare();
}

/** Overwrites a seed, and the keys that were worked out from it. */
export function wipe(seed: Uint8Array): void {
  seed.fill(0);
  const expanded = known.get(seed);
  expanded?.ml.wipe();
  expanded?.scalar.fill(0);
  known.delete(seed);
}

/** A stanza of this kind: what was encapsulated, 1,120 bytes, and the wrapped file key, 32 bytes. */
export interface HybridStanza {
  readonly encapsulated: Bytes;
  readonly body: Bytes;
}

/** The file key of the stanza that is sealed to a seed's public key; null where none is. `place` is where
 * that stanza stands, if somebody knows; it is tried first. */
export async function unwrap(
  seed: Uint8Array,
  stanzas: readonly HybridStanza[],
  place: number,
): Promise<Uint8Array | null> {
  const expanded = known.get(seed) ?? worked(seed);
  const { ml, share } = expanded;
  const first = stanzas.slice(place, place + 1);
  for (const { encapsulated, body } of new Set([...first, ...stanzas])) {
    const ephemeral = encapsulated.subarray(ML_CIPHERTEXT);
    const shared = await multiplied(expanded, ephemeral);
    const inner = await ml.decapsulate(encapsulated.slice(0, ML_CIPHERTEXT));
    const { key, nonce } = schedule(combined(inner, shared, ephemeral, share));
    try {
      return chacha20poly1305(key, nonce).decrypt(body);
    } catch {
      // Another recipient's.
      continue;
    }
  }
  return null;
}

/** Seals to a public key of 1,216 bytes. */
export class HybridRecipient implements Recipient {
  readonly #key: Uint8Array;

  constructor(key: Uint8Array) {
    this.#key = key;
  }

  async wrapFileKey(fileKey: Uint8Array): Promise<Stanza[]> {
    const share = this.#key.subarray(ML_PUBLIC);
    const inner = await encapsulate(this.#key.slice(0, ML_PUBLIC));
    const scalar = randomBytes(32);
    const shared = await multiplied({ scalar }, share);
    const ephemeral = multipliedBase(scalar);
    scalar.fill(0);
    const { key, nonce } = schedule(combined(inner.secret, shared, ephemeral, share));
    const encapsulated = unpaddedBase64(concat(inner.ciphertext, ephemeral));
    return [new Stanza([KIND, encapsulated], chacha20poly1305(key, nonce).encrypt(fileKey))];
  }
}

function worked(seed: Uint8Array): Expanded {
  const long = shake256(seed, { dkLen: 96 });
  const scalar = long.slice(64);
  const expanded = { ml: new MlKem(long.slice(0, 64)), scalar, share: multipliedBase(scalar) };
  long.fill(0);
  known.set(seed, expanded);
  return expanded;
}

/** X-Wing's combiner. */
function combined(
  inner: Uint8Array,
  shared: Uint8Array,
  ephemeral: Uint8Array,
  share: Uint8Array,
): Uint8Array {
  return sha3_256(concat(inner, shared, ephemeral, share, XWING_LABEL));
}

/** HPKE's key schedule in base mode (RFC 9180, section 5.1). */
function schedule(shared: Uint8Array): { key: Uint8Array; nonce: Uint8Array } {
  const secret = labeledExtract(shared, "secret", NOTHING);
  return {
    key: labeledExpand(secret, "key", CONTEXT, 32),
    nonce: labeledExpand(secret, "base_nonce", CONTEXT, 12),
  };
}

const CONTEXT = concat(
  Uint8Array.of(0),
  labeledExtract(NOTHING, "psk_id_hash", NOTHING),
  labeledExtract(NOTHING, "info_hash", INFO),
);

function labeledExtract(salt: Uint8Array, label: string, ikm: Uint8Array): Uint8Array {
  return extract(sha256, concat(utf8("HPKE-v1"), SUITE, utf8(label), ikm), salt);
}

function labeledExpand(
  secret: Uint8Array,
  label: string,
  context: Uint8Array,
  length: number,
): Uint8Array {
  const size = Uint8Array.of(length >> 8, length & 0xff);
  const info = concat(size, utf8("HPKE-v1"), SUITE, utf8(label), context);
  return expand(sha256, secret, info, length);
}

/** The public key of a scalar, over the curve's other form, whose multiples of the base are tabled. */
function multipliedBase(scalar: Uint8Array): Uint8Array {
  const clamped = scalar.slice();
  clamped[0] = (clamped[0] ?? 0) & 248;
  clamped[31] = ((clamped[31] ?? 0) & 127) | 64;
  const { Point } = ed25519;
  const multiple = Point.Fn.create(fromLittleEndian(clamped));
  clamped.fill(0);
  // No scalar that anybody draws is a multiple of the group's order.
  if (multiple === 0n) return x25519.getPublicKey(scalar);
  return ed25519.utils.toMontgomery(Point.BASE.multiply(multiple).toBytes());
}

function fromLittleEndian(bytes: Uint8Array): bigint {
  let digits = "";
  for (const byte of bytes) digits = byte.toString(16).padStart(2, "0") + digits;
  return BigInt(`0x${digits}`);
}

/** What precedes a private key's 32 bytes in PKCS #8 (RFC 8410). */
const PKCS8 = Uint8Array.of(0x30, 46, 2, 1, 0, 0x30, 5, 6, 3, 0x2b, 0x65, 0x6e, 4, 34, 4, 32);
const NAME = "X25519";
let native = true;

/** A point times a scalar, refusing a point of small order (E4). */
async function multiplied(
  by: Pick<Expanded, "scalar" | "native">,
  point: Uint8Array,
): Promise<Uint8Array> {
  if (native) {
    try {
      return await multipliedByBrowser(by, point);
    } catch (error) {
      // An old browser, or a page without a secure context. Anything else is the point's fault.
      const lacks =
        !(error instanceof DOMException) ||
        ["NotSupportedError", "SyntaxError"].includes(error.name);
      if (!lacks) throw error;
      native = false;
    }
  }
  return x25519.getSharedSecret(by.scalar, point);
}

async function multipliedByBrowser(
  by: Pick<Expanded, "scalar" | "native">,
  point: Uint8Array,
): Promise<Uint8Array> {
  const { subtle } = crypto;
  by.native ??= imported(by.scalar);
  const key = await by.native;
  const peer = await subtle.importKey("raw", point.slice(), { name: NAME }, false, []);
  const shared = new Uint8Array(await subtle.deriveBits({ name: NAME, public: peer }, key, 256));
  if (shared.every((byte) => byte === 0)) throw new Error("the point is of small order");
  return shared;
}

async function imported(scalar: Uint8Array): Promise<CryptoKey> {
  const pkcs8 = concat(PKCS8, scalar);
  try {
    return await crypto.subtle.importKey("pkcs8", pkcs8, { name: NAME }, false, ["deriveBits"]);
  } finally {
    pkcs8.fill(0);
  }
}
