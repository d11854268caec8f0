import encodeQR from "qr";
import decodeQR from "qr/decode.js";
import { expect, test } from "vitest";
import { darkOf } from "./Qr";

/** The squares that a path covers, as a picture of so many pixels a square. */
function painted(path: string, size: number, scale: number): Uint8Array {
  const width = size * scale;
  const pixels = new Uint8Array(width * width * 4).fill(255);
  for (const [, x, y, run] of path.matchAll(/M(\d+) (\d+)h(\d+)v1h-\d+z/g)) {
    for (let row = 0; row < scale; row++) {
      for (let column = 0; column < Number(run) * scale; column++) {
        const at = ((Number(y) * scale + row) * width + Number(x) * scale + column) * 4;
        pixels.fill(0, at, at + 3);
      }
    }
  }
  return pixels;
}

test("what is drawn can be read back", () => {
  const uri =
    "otpauth://totp/Sample%20Force:Handler-1?secret=JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP&issuer=Sample%20Force";
  const rows = encodeQR(uri, "raw", { ecc: "medium", border: 4 });
  const side = rows.length * 4;
  const data = painted(darkOf(rows), rows.length, 4);
  expect(decodeQR({ width: side, height: side, data })).toBe(uri);
});
