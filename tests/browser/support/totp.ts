/** What an app for one-time codes does (RFC 6238: SHA-1, six digits, half a minute). */
import { createHmac } from "node:crypto";

const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/** An app that was told a secret. It shows each code once: the service takes none twice. */
export class CodeApp {
  readonly #secret: Buffer;
  #last = 0;

  /** `secret` is base32, with or without spaces. */
  constructor(secret: string) {
    this.#secret = decoded(secret.replaceAll(/\s/g, ""));
  }

  /** A code that was not shown before, of this half minute or of the one after, which counts too. */
  async code(): Promise<string> {
    for (;;) {
      const now = Math.floor(Date.now() / 30_000);
      const step = Math.max(now, this.#last + 1);
      if (step <= now + 1) {
        this.#last = step;
        return codeOf(this.#secret, step);
      }
      await new Promise((done) => setTimeout(done, 500));
    }
  }
}

function codeOf(secret: Buffer, step: number): string {
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(step));
  const mac = createHmac("sha1", secret).update(counter).digest();
  const at = (mac.at(-1) ?? 0) & 15;
  const number = (mac.readUInt32BE(at) & 0x7fff_ffff) % 1_000_000;
  return String(number).padStart(6, "0");
}

function decoded(secret: string): Buffer {
  let bits = "";
  for (const letter of secret) bits += letters.indexOf(letter).toString(2).padStart(5, "0");
  const bytes = bits.match(/.{8}/g) ?? [];
  return Buffer.from(bytes.map((one) => Number.parseInt(one, 2)));
}
