/** ML-KEM-768 (FIPS 203): the browser's where it has it, several times as fast, and the library's elsewhere. */
import { ml_kem768 } from "@noble/post-quantum/ml-kem.js";
import type { Bytes } from "./bytes";
import { randomBytes } from "./random";

const NAME = "ML-KEM-768";

/** What browsers that have ML-KEM add to `crypto.subtle` (WICG, Modern Algorithms in WebCrypto). */
interface Native {
  importKey(
    format: "raw-seed" | "raw-public",
    key: Bytes,
    algorithm: string,
    extractable: boolean,
    usages: readonly string[],
  ): Promise<CryptoKey>;
  exportKey(format: "raw-public", key: CryptoKey): Promise<ArrayBuffer>;
  getPublicKey(key: CryptoKey, usages: readonly string[]): Promise<CryptoKey>;
  encapsulateBits(
    algorithm: string,
    key: CryptoKey,
  ): Promise<{ sharedKey: ArrayBuffer; ciphertext: ArrayBuffer }>;
  decapsulateBits(algorithm: string, key: CryptoKey, ciphertext: Bytes): Promise<ArrayBuffer>;
}

/** A secret of 32 bytes, and the ciphertext of 1,088 bytes from which the key's owner works it out. */
export interface Encapsulated {
  readonly secret: Uint8Array;
  readonly ciphertext: Uint8Array;
}

/** Null where the browser has none, or the page is no secure context. */
let native: Native | null = ((): Native | null => {
  const subtle = (globalThis.crypto as Crypto | undefined)?.subtle as Partial<Native> | undefined;
  const has = subtle?.decapsulateBits !== undefined && subtle.getPublicKey !== undefined;
  return has ? (subtle as Native) : null;
})();

/** A decapsulation key, by its seed. */
export class MlKem {
  /** `d` and `z`, 64 bytes. */
  readonly #seed: Bytes;
  #native: Promise<CryptoKey> | null = null;
  #own: { readonly publicKey: Uint8Array; readonly secretKey: Uint8Array } | null = null;
  #public: Uint8Array | null = null;

  constructor(seed: Bytes) {
    this.#seed = seed;
  }

  /** Has the browser work out the public key. */
  async prepare(): Promise<void> {
    if (this.#public !== null) return;
    this.#public = await byBrowser(async (subtle) => {
      const key = await subtle.getPublicKey(await this.#imported(subtle), ["encapsulateBits"]);
      return new Uint8Array(await subtle.exportKey("raw-public", key));
    });
  }

  /** The encapsulation key: 1,184 bytes. */
  publicKey(): Uint8Array {
    this.#public ??= this.#expanded().publicKey;
    return this.#public;
  }

  /** The secret of a ciphertext of 1,088 bytes: 32 bytes, of no meaning where it was made for another key. */
  async decapsulate(ciphertext: Bytes): Promise<Uint8Array> {
    const found = await byBrowser(async (subtle) => {
      const key = await this.#imported(subtle);
      return new Uint8Array(await subtle.decapsulateBits(NAME, key, ciphertext));
    });
    return found ?? ml_kem768.decapsulate(ciphertext, this.#expanded().secretKey);
  }

  /** Overwrites the seed, and what was worked out from it. */
  wipe(): void {
    this.#seed.fill(0);
    this.#own?.secretKey.fill(0);
    this.#native = null;
  }

  #imported(subtle: Native): Promise<CryptoKey> {
    this.#native ??= subtle.importKey("raw-seed", this.#seed, NAME, false, ["decapsulateBits"]);
    return this.#native;
  }

  #expanded(): { readonly publicKey: Uint8Array; readonly secretKey: Uint8Array } {
    this.#own ??= ml_kem768.keygen(this.#seed);
    return this.#own;
  }
}

/** Makes a secret for whoever holds the seed of an encapsulation key of 1,184 bytes. Throws where it is no key. */
export async function encapsulate(key: Bytes): Promise<Encapsulated> {
  const found = await byBrowser(async (subtle) => {
    const imported = await subtle.importKey("raw-public", key, NAME, false, ["encapsulateBits"]);
    const { sharedKey, ciphertext } = await subtle.encapsulateBits(NAME, imported);
    return { secret: new Uint8Array(sharedKey), ciphertext: new Uint8Array(ciphertext) };
  });
  if (found !== null) return found;
  const { sharedSecret, cipherText } = ml_kem768.encapsulate(key, randomBytes(32));
  return { secret: sharedSecret, ciphertext: cipherText };
}

/** What the browser answers; null where it cannot, and then it is not asked again. */
async function byBrowser<T>(ask: (subtle: Native) => Promise<T>): Promise<T | null> {
  if (native === null) return null;
  try {
    return await ask(native);
  } catch {
    native = null;
    return null;
  }
}
