import { sha256 as sha256Of } from "@noble/hashes/sha2.js";
import { require, refusing } from "./refused";

declare const brand: unique symbol;
/** A `T` that only its own functions make, so that one kind cannot stand in for another. */
export type Branded<T, Name extends string> = T & { readonly [brand]: Name };

/** Bytes in memory of their own: what `fetch` and `Blob` take. */
export type Bytes = Uint8Array<ArrayBuffer>;

/** The SHA-256 of a document or file, as 64 lower-case hex digits (N7). */
export type Digest = Branded<string, "Digest">;
/** The digest of the genesis: one installation (D1). */
export type ServiceId = Branded<string, "ServiceId">;
/** The digest of a statement (S2). */
export type CaseId = Branded<string, "CaseId">;
/** What every sealed part of a report repeats (R2). */
export type Anchor = Branded<string, "Anchor">;
/** 16 random bytes as hex (N8). */
export type MemberId = Branded<string, "MemberId">;
/** 1 to 40 of a–z, 0–9 and `-` (N8). */
export type TeamId = Branded<string, "TeamId">;
/** A date in UTC, `YYYY-MM-DD` (N4). */
export type Day = Branded<string, "Day">;
/** An Ed25519 verifying key, as hex. */
export type VerifyingKey = Branded<string, "VerifyingKey">;

/** `number: 0`-like digests: 64 zeros. */
export const NO_DIGEST = "0".repeat(64) as Digest;

const encoder = new TextEncoder();
const hexText = /^[0-9a-f]*$/;
const base64Text = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

/** The bytes joined, in new memory. */
export function concat(...parts: readonly Uint8Array[]): Bytes {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/** The text as UTF-8. */
export function utf8(text: string): Bytes {
  return concat(encoder.encode(text));
}

/** The text of strict UTF-8; a byte order mark stays in it, for the reader to refuse (N5). */
export function fromUtf8(bytes: Uint8Array): string {
  const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
  return refusing("N5", "this is not UTF-8", () => decoder.decode(bytes));
}

/** A number as four bytes, the greatest first (N1). */
export function u32(number: number): Bytes {
  require(Number.isInteger(number) && number >= 0 && number <= 0xffff_ffff, "N1", "no u32");
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, number);
  return bytes;
}

/** The number in the four bytes at `at` (N1). */
export function readU32(bytes: Uint8Array, at: number): number {
  require(at + 4 <= bytes.length, "N1", "the bytes end within a number");
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength).getUint32(at);
}

/** Whether two byte strings are the same; looks at every byte when the lengths are equal. */
export function equal(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false;
  let difference = 0;
  for (let at = 0; at < a.length; at++) difference |= (a[at] ?? 0) ^ (b[at] ?? 0);
  return difference === 0;
}

/** SHA-256, as bytes. */
export function sha256(bytes: Uint8Array): Bytes {
  return concat(sha256Of(bytes));
}

/** The digest of a document or file (N7). */
export function digest(bytes: Uint8Array): Digest {
  return hex(sha256Of(bytes)) as Digest;
}

/** What newer engines have for bytes and text (TC39, Uint8Array to and from base64), several times as fast. */
interface Coding {
  toHex?(): string;
  toBase64?(): string;
}
const coding = Uint8Array as unknown as {
  fromHex?(text: string): Bytes;
  fromBase64?(text: string, options: { lastChunkHandling: "strict" }): Bytes;
};

/** The bytes as lower-case hex (N3). */
export function hex(bytes: Uint8Array): string {
  const found = (bytes as Coding).toHex?.();
  if (found !== undefined) return found;
  let text = "";
  for (const byte of bytes) text += byte.toString(16).padStart(2, "0");
  return text;
}

/** The bytes of lower-case hex, of exactly `length` bytes (N3). */
export function fromHex(text: string, length: number): Bytes {
  require(text.length === 2 * length && hexText.test(text), "N3", "this is not lower-case hex");
  const found = coding.fromHex?.(text);
  if (found !== undefined) return found;
  const bytes = new Uint8Array(length);
  for (let at = 0; at < length; at++) {
    bytes[at] = Number.parseInt(text.slice(2 * at, 2 * at + 2), 16);
  }
  return bytes;
}

/** The bytes as standard base64 with padding (N3). */
export function base64(bytes: Uint8Array): string {
  const found = (bytes as Coding).toBase64?.();
  if (found !== undefined) return found;
  let text = "";
  // A chunk at a time: too many arguments overflow the stack.
  for (let at = 0; at < bytes.length; at += 0x6000) {
    text += btoa(String.fromCharCode(...bytes.subarray(at, at + 0x6000)));
  }
  return text;
}

/** The bytes of standard base64 with padding and zero trailing bits (N3). */
export function fromBase64(text: string): Bytes {
  require(text.length % 4 === 0 && base64Text.test(text), "N3", "this is not base64");
  const found = refusing("N3", "the trailing bits are not zero", () =>
    coding.fromBase64?.(text, { lastChunkHandling: "strict" }),
  );
  if (found !== undefined) return found;
  const raw = refusing("N3", "this is not base64", () => atob(text));
  const bytes = new Uint8Array(raw.length);
  for (let at = 0; at < raw.length; at++) bytes[at] = raw.charCodeAt(at);
  const tail = text.slice(-4);
  require(tail === "" ||
    base64(bytes.subarray(bytes.length - lengthOf(tail))) ===
      tail, "N3", "the trailing bits are not zero");
  return bytes;
}

/** The bytes as standard base64 without padding: age's own. */
export function unpaddedBase64(bytes: Uint8Array): string {
  return base64(bytes).replace(/=+$/, "");
}

/** The bytes of standard base64 without padding and with zero trailing bits. */
export function fromUnpaddedBase64(text: string): Bytes {
  require(!text.includes("="), "N3", "this is padded");
  return fromBase64(text.padEnd(Math.ceil(text.length / 4) * 4, "="));
}

function lengthOf(quad: string): number {
  return quad.endsWith("==") ? 1 : quad.endsWith("=") ? 2 : 3;
}

/** The day that a text names, if it is one (N4). */
export function day(text: string): Day {
  const parts = /^(\d{4})-(\d{2})-(\d{2})$/.exec(text);
  require(parts !== null, "N4", "this is not a day");
  const [year, month, date] = parts.slice(1).map(Number) as [number, number, number];
  require(month >= 1 && month <= 12, "N4", "there is no such month");
  const leap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  const days = [31, leap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1] ?? 0;
  require(year >= 1 && date >= 1 && date <= days, "N4", "there is no such day");
  return text as Day;
}

/** The service id in a text of 64 lower-case hex digits, such as a page's data attribute. */
export function serviceId(text: string): ServiceId {
  fromHex(text, 32);
  return text as ServiceId;
}

/** The case id in a text of 64 lower-case hex digits. */
export function caseId(text: string): CaseId {
  fromHex(text, 32);
  return text as CaseId;
}

/** The member id in a text of 32 lower-case hex digits. */
export function memberId(text: string): MemberId {
  fromHex(text, 16);
  return text as MemberId;
}
