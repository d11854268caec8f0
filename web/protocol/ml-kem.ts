/** ML-KEM-768 (FIPS 203): the browser's where it has it, several times as fast, and the library's elsewhere. */
import { ml_kem768 } from "@noble/post-quantum/ml-kem.js";
import type { Bytes } from "./bytes";

const NAME = "ML-KEM-768";

/** What browsers that have ML-KEM add to `crypto.subtle` (WICG, Modern Algorithms in WebCrypto). */
interface Native {
  importKey(
    format: "raw-seed",
    seed: Bytes,
    algorithm: string,
    extractable: boolean,
    usages: readonly string[],
  ): Promise<CryptoKey>;
  exportKey(format: "raw-public", key: CryptoKey): Promise<ArrayBuffer>;
  getPublicKey(key: CryptoKey, usages: readonly string[]): Promise<CryptoKey>;
  decapsulateBits(algorithm: string, key: CryptoKey, ciphertext: Bytes): Promise<ArrayBuffer>;
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

/** What the browser answers; null where it cannot, and then it is not asked again. */
async function byBrowser(ask: (subtle: Native) => Promise<Uint8Array>): Promise<Uint8Array | null> {
  if (native === null) return null;
  try {
    return await ask(native);
  } catch {
    native = null;
    return null;
  }
}
