import { describe, expect, it } from "vitest";
import {
  LARGEST_FRAME,
  LARGEST_RING_FRAME,
  LARGEST_MESSAGE_FRAME,
  concat,
  equal,
  frame,
  framedSize,
  u32,
  unframe,
} from "./index";

const broken = (run: () => unknown, rule: string): void =>
  expect(run).toThrow(expect.objectContaining({ rule }) as Error);

describe("framing", () => {
  it("F1: has the sizes of the rule", () => {
    expect([0, 4_092].map(framedSize)).toEqual([4_096, 4_096]);
    expect([4_093, 16_380].map(framedSize)).toEqual([16_384, 16_384]);
    expect([16_381, 65_532].map(framedSize)).toEqual([65_536, 65_536]);
    // Padmé by hand: L = 65,537, E = 16, S = 5, m = 2,047.
    expect(framedSize(65_533)).toBe(67_584);
    expect(framedSize(1_048_572)).toBe(1_048_576);
    expect(framedSize(1_048_573)).toBeGreaterThan(LARGEST_FRAME);
  });

  it("gives back what was framed", () => {
    for (const length of [0, 1, 4_092, 4_093, 65_532, 65_533, 300_000, 1_048_572]) {
      const content = new Uint8Array(length).fill(7);
      expect(equal(unframe(frame(content)), content)).toBe(true);
    }
  });

  it("F2: refuses what is too long", () => {
    broken(() => frame(new Uint8Array(1_048_573)), "F2");
    broken(() => frame(new Uint8Array(65_533), LARGEST_MESSAGE_FRAME), "F2");
    broken(() => unframe(frame(new Uint8Array(65_533)), LARGEST_MESSAGE_FRAME), "F2");
  });

  it("F3: refuses a frame that is not right", () => {
    const good = frame(Uint8Array.of(1, 2, 3));
    broken(() => unframe(good.subarray(0, 4_095)), "F3");
    broken(() => unframe(concat(good, new Uint8Array(1))), "F3");
    broken(() => unframe(concat(good, new Uint8Array(12_288))), "F3");
    broken(() => unframe(concat(u32(4_093), new Uint8Array(4_092))), "F3");
    broken(() => unframe(concat(u32(0xffff_ffff), new Uint8Array(4_092))), "F3");
    broken(() => unframe(new Uint8Array(3)), "F3");
    const padded = Uint8Array.from(good);
    padded[4_095] = 1;
    broken(() => unframe(padded), "F3");
  });

  it("lets only a ring be larger than a mebibyte", () => {
    const content = new Uint8Array(2_000_000).fill(7);
    broken(() => frame(content), "F2");
    const framed = frame(content, LARGEST_RING_FRAME);
    broken(() => unframe(framed), "F2");
    expect(equal(unframe(framed, LARGEST_RING_FRAME), content)).toBe(true);
  });
});
