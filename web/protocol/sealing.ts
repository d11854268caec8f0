import { bech32 } from "@scure/base";
import { Encrypter } from "age-encryption";
import { CHUNK, header, payload, plaintextSize } from "./age";
import { concat, digest, utf8 } from "./bytes";
import type { Branded, Bytes, Digest } from "./bytes";
import { HybridRecipient, publicKey, unwrap } from "./hybrid";
import { Refused, refusing, require } from "./refused";

/** A recipient in the one kind of the protocol: `age1pq1…`, lower case, 1,959 characters (E2). */
export type Recipient = Branded<string, "Recipient">;
/** The seed of a case's identity in one epoch (R1, K5). */
export type CaseSecret = Branded<Uint8Array, "CaseSecret">;
/** The seed of a reporter's identity: T3's `open`. */
export type ReporterOpenSeed = Branded<Uint8Array, "ReporterOpenSeed">;
/** The seed of a member's identity (A1). */
export type MemberOpenSeed = Branded<Uint8Array, "MemberOpenSeed">;
/** The seed that a vault is sealed to (A2). */
export type VaultSeed = Branded<Uint8Array, "VaultSeed">;
/** The seed of the identity that one evidence file is sealed to (M8). */
export type EvidenceSeed = Branded<Uint8Array, "EvidenceSeed">;
/** A seed that is thrown away: its recipient fills a place (R3). */
export type DiscardedSeed = Branded<Uint8Array, "DiscardedSeed">;
export type OpenSeed =
  CaseSecret | ReporterOpenSeed | MemberOpenSeed | VaultSeed | EvidenceSeed | DiscardedSeed;

/** An age identity of one role, with its recipient worked out once. */
export interface Identity<Seed extends OpenSeed = OpenSeed> {
  readonly seed: Seed;
  readonly recipient: Recipient;
  readonly text: string;
}

/** What a sealed file is made of, as far as anybody can see (E3 to E5). */
export interface Shape {
  /** The number of recipients, a grease stanza apart. */
  readonly recipients: number;
  /** Whether there is a grease stanza, which the service refuses. */
  readonly grease: boolean;
  /** The bytes of the plaintext. */
  readonly plaintext: number;
}

export { prepare, wipe } from "./hybrid";

/** The identity of a 32-byte seed (E2). */
export function identity<Seed extends OpenSeed>(seed: Seed): Identity<Seed> {
  require(seed.length === 32, "E2", "a seed has 32 bytes");
  const key = publicKey(seed);
  return {
    seed,
    recipient: bech32.encode("age1pq", bech32.toWords(key), false) as Recipient,
    text: bech32.encodeFromBytes("AGE-SECRET-KEY-PQ-", seed).toUpperCase(),
  };
}

/** The recipient in a text, which must be of the one kind of the protocol (E2). */
export function recipient(text: string): Recipient {
  recipientKey(text);
  return text as Recipient;
}

/** Keys of recipients that were sealed to, by their text: it takes as long to read one as to seal to it. */
const keys = new Map<string, Uint8Array>();
const MOST_KEYS = 256;

function recipientKey(text: string): Uint8Array {
  const known = keys.get(text);
  if (known !== undefined) return known;
  const key = readKey(text);
  if (keys.size >= MOST_KEYS) keys.clear();
  keys.set(text, key);
  return key;
}

function readKey(text: string): Uint8Array {
  require(text.length === 1_959 && /^age1pq1[0-9a-z]+$/.test(text), "E2", "no such recipient");
  const key = refusing("E2", "the recipient is broken", () => {
    const { prefix, words } = bech32.decode(text as `${string}1${string}`, false);
    require(prefix === "age1pq", "E2", "the recipient is of another kind");
    return bech32.fromWords(words);
  });
  require(key.length === 1_216, "E2", "the recipient has another length");
  return key;
}

/** The digest of a recipient as text: what anchors and audiences hold (R2, M3). */
export function recipientDigest(of: Recipient): Digest {
  return digest(utf8(of));
}

/** Seals to recipients, each of which is checked (E2); adds no grease (E3). */
export async function seal(to: readonly Recipient[], plaintext: Uint8Array): Promise<Bytes> {
  require(to.length > 0, "E3", "a file is sealed to somebody");
  const encrypter = new Encrypter();
  // The library would take recipients of other kinds, and mix them.
  for (const one of to) encrypter.addRecipient(new HybridRecipient(recipientKey(one)));
  try {
    return concat(await encrypter.encrypt(plaintext));
  } catch {
    throw new Refused("E2", "nothing can be sealed to this recipient");
  }
}

/** Opens a sealed file, after a look at its header (E3, E4). `place` is that of one's own stanza, where it
 * is known; a wrong one only takes longer. */
export async function open(by: Identity, file: Uint8Array, place = 0): Promise<Bytes> {
  const read = header(file);
  plaintextSize(read);
  try {
    const fileKey = await unwrap(by.seed, read.stanzas, place);
    if (fileKey !== null) return payload(read, fileKey);
  } catch {
    // Whatever is wrong with it, it does not open.
  }
  throw new Refused("E1", "the file does not open");
}

/** The size of a file sealed to `recipients` with a plaintext of `plaintext` bytes (E5). */
export function sealedSize(recipients: number, plaintext: number): number {
  return 22 + 1_557 * recipients + 48 + 16 + plaintext + 16 * chunks(plaintext);
}

/** Reads the header of a sealed file and refuses what E3 and E4 refuse. */
export function shape(file: Uint8Array): Shape {
  const read = header(file);
  const { stanzas, grease } = read;
  return { recipients: stanzas.length, grease, plaintext: plaintextSize(read) };
}

function chunks(plaintext: number): number {
  return Math.max(1, Math.ceil(plaintext / CHUNK));
}
