/**
 * Reading an age file (C2SP age): its header and its payload. The age library reads streams of any kind of
 * file; here a file is in memory, is looked at before it is opened, and is read once for both.
 */
import { chacha20poly1305 } from "@noble/ciphers/chacha.js";
import { hkdf } from "@noble/hashes/hkdf.js";
import { hmac } from "@noble/hashes/hmac.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { equal, fromUnpaddedBase64, fromUtf8, utf8 } from "./bytes";
import type { Bytes } from "./bytes";
import type { HybridStanza } from "./hybrid";
import { require } from "./refused";

const MAGIC = "age-encryption.org/v1";
const NONCE = 16;
/** Bytes of plaintext that are sealed together (E5). */
export const CHUNK = 65_536;
const TAG = 16;

/** A header as it stands, not authenticated. */
export interface Header {
  readonly stanzas: readonly HybridStanza[];
  /** Whether there is a grease stanza. */
  readonly grease: boolean;
  /** What the MAC is over: all up to the mark before it. */
  readonly covered: Uint8Array;
  readonly mac: Bytes;
  /** The nonce and the chunks. */
  readonly payload: Uint8Array;
}

/** Reads the header of a file and refuses what E3 and E4 refuse. */
export function header(file: Uint8Array): Header {
  const lines = new Lines(file);
  require(lines.next() === MAGIC, "E1", "this is not an age file");
  const stanzas: HybridStanza[] = [];
  let grease = 0;
  for (;;) {
    const begin = lines.at;
    const line = lines.next();
    if (line.startsWith("--- ")) {
      const mac = unpadded(line.slice(4), 32);
      require(mac !== null, "E1", "the header's end is broken");
      require(stanzas.length > 0, "E3", "the file is sealed to nobody");
      require(grease <= 1, "E3", "the file has more than one grease stanza");
      const covered = file.subarray(0, begin + 3);
      return { stanzas, grease: grease > 0, covered, mac, payload: file.subarray(lines.at) };
    }
    const [mark, kind = "", ...rest] = line.split(" ");
    require(mark === "->" && kind !== "" && !rest.includes(""), "E1", "the header is broken");
    if (kind === "mlkem768x25519") {
      const encapsulated = rest.length === 1 ? unpadded(rest[0] ?? "", 1_120) : null;
      require(encapsulated !== null, "E4", "a stanza is not as it should be");
      const body = unpadded(lines.next(), 32);
      require(body !== null, "E4", "a stanza's body is broken");
      stanzas.push({ encapsulated, body });
    } else {
      require(kind.endsWith("-grease"), "E3", "the file has a stanza of a foreign kind");
      grease++;
      let length: number;
      do {
        const line = lines.next();
        length = line.length;
        const good = length <= 64 && unpadded(line) !== null;
        require(good, "E1", "a stanza's body is broken");
      } while (length === 64);
    }
  }
}

/** How many bytes a payload holds (E5). */
export function plaintextSize({ payload }: Header): number {
  const sealed = payload.length - NONCE;
  const whole = Math.floor(sealed / (CHUNK + TAG));
  const rest = sealed - whole * (CHUNK + TAG);
  // Only a file of no bytes at all ends in an empty chunk.
  const good = rest === 0 ? whole > 0 : rest > TAG || (rest === TAG && whole === 0);
  require(sealed >= TAG && good, "E5", "the payload is cut");
  return sealed - TAG * (whole + (rest > 0 ? 1 : 0));
}

/** Authenticates a header by its file key and opens the payload. Throws where either is not as it was made. */
export function payload(of: Header, fileKey: Uint8Array): Bytes {
  const mac = hmac(sha256, hkdf(sha256, fileKey, undefined, utf8("header"), 32), of.covered);
  require(equal(mac, of.mac), "E1", "the header is not as it was made");
  const nonce = of.payload.subarray(0, NONCE);
  const key = hkdf(sha256, fileKey, nonce, utf8("payload"), 32);
  const plain = new Uint8Array(plaintextSize(of));
  // Eleven bytes count the chunks, the twelfth marks the last one.
  const counter = new Uint8Array(12);
  const view = new DataView(counter.buffer);
  for (let chunk = 0, at = NONCE; at < of.payload.length; chunk++, at += CHUNK + TAG) {
    const sealed = of.payload.subarray(at, at + CHUNK + TAG);
    view.setUint32(7, chunk);
    view.setUint8(11, at + CHUNK + TAG >= of.payload.length ? 1 : 0);
    plain.set(chacha20poly1305(key, counter).decrypt(sealed), chunk * CHUNK);
  }
  key.fill(0);
  return plain;
}

/** The bytes of an unpadded text, of `length` where that is told; null where it is not so. */
function unpadded(text: string, length?: number): Bytes | null {
  if (length !== undefined && text.length !== Math.ceil((length * 4) / 3)) return null;
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
