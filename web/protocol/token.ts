import { hkdf } from "@noble/hashes/hkdf.js";
import { sha256 as sha256Hash } from "@noble/hashes/sha2.js";
import { wordlist } from "@scure/bip39/wordlists/english.js";
import { concat, digest, fromHex, hex, sha256, utf8 } from "./bytes";
import type { Branded, Bytes, Digest, ServiceId, VerifyingKey } from "./bytes";
import { randomBytes } from "./random";
import { require } from "./refused";
import { identity } from "./sealing";
import type { Identity, Recipient, ReporterOpenSeed } from "./sealing";
import { signer } from "./signing";
import type { ReporterSignSeed, Signer } from "./signing";

/** A token: 16 bytes that nobody but its reporter has (T1). */
export type Token = Branded<Uint8Array, "Token">;
/** T3's `lookup`, as hex: what a mailbox is asked for by. */
export type Lookup = Branded<string, "Lookup">;

/** What a reporter's client derives from a token (T3). */
export interface ReporterKeys {
  readonly lookup: Lookup;
  /** SHA-256 of the lookup: what statements and changes of words name. */
  readonly lookupDigest: Digest;
  readonly signer: Signer<ReporterSignSeed>;
  readonly identity: Identity<ReporterOpenSeed>;
}

/** Why words are no token. `index` counts from 0; nothing is suggested in their place. */
export type WordsProblem =
  | { readonly kind: "unknown-word"; readonly index: number; readonly word: string }
  | { readonly kind: "count"; readonly count: number }
  | { readonly kind: "checksum" };

export type ReadWords =
  | { readonly ok: true; readonly token: Token; readonly words: readonly string[] }
  | { readonly ok: false; readonly problem: WordsProblem };

const WORDS = 12;
const places = new Map(wordlist.map((word, place) => [word, place]));
/** Words by their first four letters, which no two of the list share. */
const cut = new Map(wordlist.map((word) => [word.slice(0, 4), word]));

/** Draws a token (T1). */
export function newToken(): Token {
  return token(randomBytes(16));
}

/** The token of 16 bytes. */
export function token(bytes: Uint8Array): Token {
  require(bytes.length === 16, "T1", "a token has 16 bytes");
  return bytes as Token;
}

/** The 12 words of a token (T1). */
export function tokenWords(of: Token): string[] {
  let bits = BigInt(`0x${hex(of)}`);
  // 128 bits and a checksum of four: 12 times 11.
  bits = (bits << 4n) | BigInt((sha256(of)[0] ?? 0) >> 4);
  const words: string[] = [];
  for (let place = WORDS - 1; place >= 0; place--) {
    words.push(wordlist[Number((bits >> BigInt(11 * place)) & 2047n)] ?? "");
  }
  return words;
}

/** The service id as words: its first 16 bytes written as a token's are (D1). */
export function serviceWords(service: ServiceId): string[] {
  return tokenWords(token(fromHex(service, 32).subarray(0, 16)));
}

/** The words by which two people compare the keys of a member, or of a recovery (D13). */
export function keyWords(of: {
  readonly key: VerifyingKey;
  readonly recipient: Recipient;
}): string[] {
  const keys = concat(fromHex(of.key, 32), sha256(utf8(of.recipient)));
  const hash = sha256(concat(utf8("rightline/1/keys"), Uint8Array.of(0), keys));
  return tokenWords(token(hash.subarray(0, 16)));
}

/** Reads words as somebody wrote them (T2), and says what is wrong with them. */
export function readWords(input: string): ReadWords {
  const written = input
    .split(/[\s,.\-0-9]+/)
    .filter((word) => word !== "")
    .map(lowerCase);
  const words: string[] = [];
  for (const [index, word] of written.entries()) {
    const full = places.has(word) ? word : word.length === 4 ? cut.get(word) : undefined;
    if (full === undefined) return { ok: false, problem: { kind: "unknown-word", index, word } };
    words.push(full);
  }
  if (words.length !== WORDS) {
    return { ok: false, problem: { kind: "count", count: words.length } };
  }
  let bits = 0n;
  for (const word of words) bits = (bits << 11n) | BigInt(places.get(word) ?? 0);
  const found = token(fromHex((bits >> 4n).toString(16).padStart(32, "0"), 16));
  if (Number(bits & 15n) !== (sha256(found)[0] ?? 0) >> 4) {
    return { ok: false, problem: { kind: "checksum" } };
  }
  return { ok: true, token: found, words };
}

/** The keys of a token at a service (T3). */
export function reporterKeys(of: Token, service: ServiceId): ReporterKeys {
  const derive = (label: string): Bytes =>
    Uint8Array.from(
      hkdf(sha256Hash, of, fromHex(service, 32), utf8(`rightline/1/token/${label}`), 32),
    );
  const lookup = derive("lookup");
  return {
    lookup: hex(lookup) as Lookup,
    lookupDigest: digest(lookup),
    signer: signer(derive("sign") as Uint8Array as ReporterSignSeed),
    identity: identity(derive("open") as Uint8Array as ReporterOpenSeed),
  };
}

/** Folds ASCII only (E2): a Kelvin sign is no k. */
function lowerCase(word: string): string {
  return word.replace(/[A-Z]/g, (letter) => letter.toLowerCase());
}
