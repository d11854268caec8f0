import { bech32 } from "@scure/base";
import { Decrypter, Encrypter } from "age-encryption";
import { concat, digest, fromUnpaddedBase64, fromUtf8, utf8 } from "./bytes";
import type { Branded, Bytes, Digest } from "./bytes";
import { HybridIdentity, HybridRecipient, publicKey } from "./hybrid";
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

const MAGIC = "age-encryption.org/v1";
const CHUNK = 65_536;

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

function recipientKey(text: string): Uint8Array {
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
  shape(file);
  const decrypter = new Decrypter();
  decrypter.addIdentity(new HybridIdentity(by.seed, place));
  try {
    return concat(await decrypter.decrypt(file));
  } catch {
    throw new Refused("E1", "the file does not open");
  }
}

/** The size of a file sealed to `recipients` with a plaintext of `plaintext` bytes (E5). */
export function sealedSize(recipients: number, plaintext: number): number {
  return 22 + 1_557 * recipients + 48 + 16 + plaintext + 16 * chunks(plaintext);
}

/** Reads the header of a sealed file and refuses what E3 and E4 refuse. */
export function shape(file: Uint8Array): Shape {
  const lines = new Lines(file);
  require(lines.next() === MAGIC, "E1", "this is not an age file");
  let recipients = 0;
  let grease = 0;
  for (;;) {
    const line = lines.next();
    if (line.startsWith("--- ")) {
      const mac = line.slice(4);
      require(mac.length === 43 &&
        unpadded(mac)?.length === 32, "E1", "the header's end is broken");
      break;
    }
    const [mark, kind = "", ...rest] = line.split(" ");
    require(mark === "->" && kind !== "" && !rest.includes(""), "E1", "the header is broken");
    if (kind === "mlkem768x25519") {
      const enc = rest[0] ?? "";
      const good = rest.length === 1 && enc.length === 1_494 && unpadded(enc)?.length === 1_120;
      require(good, "E4", "a stanza is not as it should be");
      const body = lines.next();
      require(body.length === 43 &&
        unpadded(body)?.length === 32, "E4", "a stanza's body is broken");
      recipients++;
    } else {
      require(kind.endsWith("-grease"), "E3", "the file has a stanza of a foreign kind");
      grease++;
      let body: string;
      do {
        body = lines.next();
        require(body.length <= 64 && unpadded(body) !== null, "E1", "a stanza's body is broken");
      } while (body.length === 64);
    }
  }
  require(recipients > 0, "E3", "the file is sealed to nobody");
  require(grease <= 1, "E3", "the file has more than one grease stanza");
  return { recipients, grease: grease > 0, plaintext: plaintextSize(file.length - lines.at - 16) };
}

function plaintextSize(payload: number): number {
  const whole = Math.floor(payload / (CHUNK + 16));
  const rest = payload - whole * (CHUNK + 16);
  // Only a file of no bytes at all ends in an empty chunk.
  const good = rest === 0 ? whole > 0 : rest > 16 || (rest === 16 && whole === 0);
  require(payload >= 16 && good, "E5", "the payload is cut");
  return payload - 16 * (whole + (rest > 0 ? 1 : 0));
}

function chunks(plaintext: number): number {
  return Math.max(1, Math.ceil(plaintext / CHUNK));
}

function unpadded(text: string): Uint8Array | null {
  try {
    return fromUnpaddedBase64(text);
  } catch {
    return null;
  }
}

/** The lines of a header: ASCII, ended by a line feed alone. */
class Lines {
  at = 0;
  readonly #file: Uint8Array;

  constructor(file: Uint8Array) {
    this.#file = file;
  }

  next(): string {
    const end = this.#file.indexOf(10, this.at);
    // No line of ours, nor of grease, is longer than this.
    require(end >= 0 && end - this.at <= 4_096, "E1", "the header does not end");
    const line = this.#file.subarray(this.at, end);
    this.at = end + 1;
    require(line.every((byte) => byte >= 0x20 && byte <= 0x7e), "E1", "the header is not ASCII");
    return fromUtf8(line);
  }
}
