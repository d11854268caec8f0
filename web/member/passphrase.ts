/** Passphrases: six drawn words, or a member's own that is not easily guessed. */
import { wordlist } from "@scure/bip39/wordlists/english.js";
import { characters, randomBytes } from "../protocol";
import { Troubled } from "../desk/trouble";

/** How many words are drawn: 66 bits, behind Argon2id. */
const drawn = 6;
/** The fewest characters of a passphrase of one's own. */
export const SHORTEST = 14;
/** So many well-known pieces in a row are still guessed. */
const fewPieces = 3;

/** Draws a passphrase from the BIP-39 list. */
export function drawnPassphrase(): string[] {
  const bytes = randomBytes(2 * drawn);
  const view = new DataView(bytes.buffer);
  // 2,048 words divide 65,536 evenly, so each is as likely as the others.
  return Array.from({ length: drawn }, (_, place) => {
    return wordlist[view.getUint16(2 * place) % wordlist.length] ?? "";
  });
}

/** Why a passphrase of one's own will not do. */
export type Weakness = "short" | "label" | "common" | "simple";

/** What is weak about a passphrase, if anything is. `common` are passwords that everybody tries. */
export function weaknessOf(
  passphrase: string,
  label: string,
  common: ReadonlySet<string>,
): Weakness | null {
  if (characters(passphrase.normalize("NFKC")) < SHORTEST) return "short";
  const plain = folded(passphrase);
  if (new Set(plain).size < 6) return "simple";
  const own = folded(label);
  if (own !== "" && own.length >= 3 && plain.replaceAll(own, "").length < SHORTEST / 2) {
    return "label";
  }
  return pieces(plain, common) <= fewPieces ? "common" : null;
}

/** Fetches the passwords that everybody tries. They are no part of a script: only who writes a
 * passphrase of their own needs them. */
export function commonPasswords(): Promise<ReadonlySet<string>> {
  fetched ??= fetch("/assets/common-passwords.txt", {
    credentials: "omit",
    redirect: "error",
    referrerPolicy: "no-referrer",
  })
    .then(async (response) => {
      if (!response.ok) throw new Troubled("unavailable");
      return new Set((await response.text()).split("\n").filter((one) => one !== ""));
    })
    .catch((error: unknown) => {
      fetched = null;
      throw error instanceof Troubled ? error : new Troubled("unreachable");
    });
  return fetched;
}
let fetched: Promise<ReadonlySet<string>> | null = null;

/** Of how few well-known passwords and runs of one character a text is made; infinite if of others. */
function pieces(text: string, common: ReadonlySet<string>): number {
  const best = [0, ...Array<number>(text.length).fill(Infinity)];
  for (let end = 1; end <= text.length; end++) {
    for (let start = 0; start < end; start++) {
      const piece = text.slice(start, end);
      const known = common.has(piece) || new Set(piece).size === 1 || /^\d{1,4}$/.test(piece);
      const so = (best[start] ?? Infinity) + 1;
      if (known && so < (best[end] ?? Infinity)) best[end] = so;
    }
  }
  return best[text.length] ?? Infinity;
}

/** Letters and digits alone, in lower case: what is put between or capitalised fools nobody. */
function folded(text: string): string {
  return text
    .normalize("NFKC")
    .toLowerCase()
    .replaceAll(/[^\p{Letter}\p{Number}]/gu, "");
}
