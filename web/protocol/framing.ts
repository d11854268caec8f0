import { concat, readU32, u32 } from "./bytes";
import type { Bytes } from "./bytes";
import { require } from "./refused";

/** The most bytes that a frame has, unless it is a ring's (F2). */
export const LARGEST_FRAME = 1_048_576;
/** The most bytes that the frame of a message, or of the parties, has (F2, C7). */
export const LARGEST_MESSAGE_FRAME = 65_536;
/** The most bytes that the frame of a ring has (F2). */
export const LARGEST_RING_FRAME = 16_777_216;
/** The bytes of every identity frame (R3). */
export const IDENTITY_FRAME = 4_096;

/** The size of the frame that holds `length` bytes (F1). */
export function framedSize(length: number): number {
  const whole = 4 + length;
  for (const step of [4_096, 16_384, 65_536]) if (whole <= step) return step;
  const e = Math.floor(Math.log2(whole));
  const s = Math.floor(Math.log2(e)) + 1;
  const mask = 2 ** (e - s) - 1;
  return Math.floor((whole + mask) / (mask + 1)) * (mask + 1);
}

/** Frames content (F1), in at most `largest` bytes (F2). */
export function frame(content: Uint8Array, largest: number = LARGEST_FRAME): Bytes {
  const size = framedSize(content.length);
  require(size <= largest, "F2", "the content is too long for its frame");
  const framed = new Uint8Array(size);
  framed.set(concat(u32(content.length), content));
  return framed;
}

/** The content of a frame (F3), of at most `largest` bytes (F2). */
export function unframe(framed: Uint8Array, largest: number = LARGEST_FRAME): Uint8Array {
  require(framed.length <= largest, "F2", "the frame is too large");
  require(framed.length >= 4, "F3", "the frame is too short");
  const length = readU32(framed, 0);
  require(length <= framed.length - 4, "F3", "the length exceeds the frame");
  require(framed.length === framedSize(length), "F3", "the frame is not the size for its length");
  const padding = framed.subarray(4 + length);
  require(padding.every((byte) => byte === 0), "F3", "the padding is not zero");
  return framed.subarray(4, 4 + length);
}
