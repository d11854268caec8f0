import { day, fromBase64, fromHex } from "./bytes";
import type { Bytes, Day, TeamId } from "./bytes";
import { parse } from "./json";
import type { Json } from "./json";
import { require } from "./refused";

/** Reads a value of one format from JSON, or refuses (N5, N6). */
export type Format<T> = (value: Json) => T;
/** What a format reads. */
export type Of<F> = F extends Format<infer T> ? T : never;
/** A code that a reader knows, or one that a later version added (R8): read as {@link text}. */
export type Code<Known extends string> = Known | (string & Record<never, never>);

/** Reads a document of one format. */
export function read<T>(format: Format<T>, bytes: Uint8Array): T {
  return format(parse(bytes));
}

/** An object with exactly these members. */
export function object<M extends Record<string, Format<unknown>>>(
  members: M,
): Format<{ [K in keyof M]: Of<M[K]> }> {
  const named = Object.entries(members);
  return (value) => {
    require(value instanceof Map, "N5", "this is not an object");
    const found = value as ReadonlyMap<string, Json>;
    const whole: Record<string, unknown> = {};
    for (const [name, format] of named) {
      const member = found.get(name);
      require(member !== undefined, "N5", `the member ${name} is missing`);
      whole[name] = format(member);
    }
    require(found.size === named.length, "N5", "there is a member that the format does not name");
    return whole as { [K in keyof M]: Of<M[K]> };
  };
}

/** A list of one format. */
export function listOf<T>(item: Format<T>): Format<T[]> {
  return (value) => {
    require(Array.isArray(value), "N5", "this is not a list");
    return (value as readonly Json[]).map(item);
  };
}

/** One format, or `null`. */
export function orNull<T>(format: Format<T>): Format<T | null> {
  return (value) => (value === null ? null : format(value));
}

/** One format, or the empty text. */
export function orEmpty<T>(format: Format<T>): Format<T | ""> {
  return (value) => (value === "" ? "" : format(value));
}

/** Any text. */
export const text: Format<string> = (value) => {
  require(typeof value === "string", "N5", "this is not text");
  return value;
};

/** An integer from 0 to 2⁵³−1. */
export const int: Format<number> = (value) => {
  require(typeof value === "number", "N5", "this is not an integer");
  return value;
};

/** True or false. */
export const bool: Format<boolean> = (value) => {
  require(typeof value === "boolean", "N5", "this is neither true nor false");
  return value;
};

/** Exactly this value. */
export function exactly<const V extends string | number>(wanted: V): Format<V> {
  return (value) => {
    require(value === wanted, "N5", "this is another value than the format's");
    return wanted;
  };
}

/** One of these texts. */
export function oneOf<const C extends string>(known: readonly C[]): Format<C> {
  return (value) => {
    require(typeof value === "string" && known.includes(value as C), "N5", "an unknown code");
    return value as C;
  };
}

/** Lower-case hex of `length` bytes, kept as text (N3). */
export function hexOf<Branded extends string>(length: number): Format<Branded> {
  return (value) => {
    const found = text(value);
    fromHex(found, length);
    return found as Branded;
  };
}

/** Secret bytes of a fixed length, written as hex (N3). */
export function secretOf<Branded extends Uint8Array>(length: number): Format<Branded> {
  return (value) => fromHex(text(value), length) as Uint8Array as Branded;
}

/** Bytes as base64 (N3). */
export const b64: Format<Bytes> = (value) => fromBase64(text(value));

/** A day (N4). */
export const dayFormat: Format<Day> = (value) => day(text(value));

/** A team id (N8). */
export const teamFormat: Format<TeamId> = (value) => {
  const found = text(value);
  require(/^[a-z0-9-]{1,40}$/.test(found), "N8", "this is not a team id");
  return found as TeamId;
};
