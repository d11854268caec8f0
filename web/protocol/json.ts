import { utf8, fromUtf8 } from "./bytes";
import type { Bytes } from "./bytes";
import { Refused, require } from "./refused";

/** A JSON document as read: objects are maps, so that no name has a meaning of its own. */
export type Json = null | boolean | number | string | readonly Json[] | ReadonlyMap<string, Json>;

/** No format of the protocol nests this deep. */
const DEEPEST = 16;

/** Reads one JSON document strictly (N5). White space may follow it, as RFC 8259 has it. */
export function parse(bytes: Uint8Array): Json {
  return parseText(fromUtf8(bytes));
}

/** Reads one JSON document from text, as {@link parse} does. */
export function parseText(text: string): Json {
  const reader = new Reader(text);
  const value = reader.value(0);
  reader.end();
  return value;
}

/** Writes a document. A lone surrogate, which N5 forbids, becomes U+FFFD: no report is lost to it. */
export function write(document: unknown): Bytes {
  const text = JSON.stringify(document);
  // It escapes lone surrogates, and no others. Looking at each string takes many times as long.
  if (!/\\ud[89a-f]/.test(text)) return utf8(text);
  return utf8(
    JSON.stringify(document, (_, value: unknown) =>
      typeof value === "string" ? wellFormed(value) : value,
    ),
  );
}

const lone = /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;

/** The text with each lone surrogate replaced by U+FFFD. */
export function wellFormed(text: string): string {
  return text.replace(lone, "\ufffd");
}

/** The number of Unicode scalar values in a text: how R8 and M3 count characters. */
export function characters(text: string): number {
  let count = 0;
  for (const character of text) count += character === "" ? 0 : 1;
  return count;
}

class Reader {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  value(depth: number): Json {
    require(depth <= DEEPEST, "N5", "the document is nested too deep");
    this.#space();
    const next = this.#text[this.#at];
    switch (next ?? "") {
      case "{":
        return this.#object(depth);
      case "[":
        return this.#list(depth);
      case '"':
        return this.#string();
      case "t":
        return this.#word("true", true);
      case "f":
        return this.#word("false", false);
      case "n":
        return this.#word("null", null);
      default:
        return this.#integer();
    }
  }

  end(): void {
    this.#space();
    require(this.#at === this.#text.length, "N5", "something follows the document");
  }

  #object(depth: number): Json {
    const members = new Map<string, Json>();
    this.#at++;
    if (this.#is("}")) return members;
    do {
      this.#space();
      require(this.#text[this.#at] === '"', "N5", "a member has no name");
      const name = this.#string();
      require(!members.has(name), "N5", "a member is there twice");
      require(this.#is(":"), "N5", "a member has no value");
      members.set(name, this.value(depth + 1));
    } while (this.#is(","));
    require(this.#is("}"), "N5", "an object does not end");
    return members;
  }

  #list(depth: number): Json {
    const items: Json[] = [];
    this.#at++;
    if (this.#is("]")) return items;
    do items.push(this.value(depth + 1));
    while (this.#is(","));
    require(this.#is("]"), "N5", "a list does not end");
    return items;
  }

  #string(): string {
    this.#at++;
    let text = "";
    for (;;) {
      const plain = /[^"\\\u0000-\u001f]*/y;
      plain.lastIndex = this.#at;
      const run = plain.exec(this.#text)?.[0] ?? "";
      text += run;
      this.#at += run.length;
      if (this.#text[this.#at] !== "\\") break;
      text += this.#escape();
    }
    require(this.#text[this.#at] === '"', "N5", "a string does not end");
    this.#at++;
    require(text.search(lone) < 0, "N5", "a string has a lone surrogate");
    return text;
  }

  #escape(): string {
    const code = this.#text[this.#at + 1] ?? "";
    if (code === "u") {
      const digits = this.#text.slice(this.#at + 2, this.#at + 6);
      require(/^[0-9a-fA-F]{4}$/.test(digits), "N5", "an escape is broken");
      this.#at += 6;
      return String.fromCharCode(Number.parseInt(digits, 16));
    }
    const meant = escapes.get(code);
    require(meant !== undefined, "N5", "an escape is unknown");
    this.#at += 2;
    return meant;
  }

  #integer(): number {
    const digits = /0|[1-9][0-9]*/y;
    digits.lastIndex = this.#at;
    const run = digits.exec(this.#text)?.[0];
    require(run !== undefined, "N5", "this is not JSON of the protocol");
    this.#at += run.length;
    require(!/[.eE0-9]/.test(this.#text[this.#at] ?? ""), "N5", "a number is not a plain integer");
    const number = Number(run);
    require(Number.isSafeInteger(number), "N5", "an integer is too large");
    return number;
  }

  #word<T>(word: string, value: T): T {
    require(this.#text.startsWith(word, this.#at), "N5", "this is not JSON");
    this.#at += word.length;
    return value;
  }

  #is(mark: string): boolean {
    this.#space();
    if (this.#text[this.#at] !== mark) return false;
    this.#at++;
    return true;
  }

  #space(): void {
    const space = /[ \t\n\r]*/y;
    space.lastIndex = this.#at;
    this.#at += space.exec(this.#text)?.[0].length ?? 0;
  }
}

const escapes: ReadonlyMap<string, string> = new Map([
  ['"', '"'],
  ["\\", "\\"],
  ["/", "/"],
  ["b", "\b"],
  ["f", "\f"],
  ["n", "\n"],
  ["r", "\r"],
  ["t", "\t"],
]);

/** Whether an error is a refusal by the protocol. */
export function isRefused(error: unknown): error is Refused {
  return error instanceof Refused;
}
