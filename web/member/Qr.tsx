import type { JSX } from "preact";
import encodeQR from "qr";

/** A text as a square to be photographed, drawn in this page: what it says is sent nowhere. */
export function Qr({ text, label }: { text: string; label: string }): JSX.Element {
  const rows = encodeQR(text, "raw", { ecc: "medium", border: 4 });
  const size = rows.length;
  return (
    <svg class="qr" viewBox={`0 0 ${size} ${size}`} role="img" aria-label={label}>
      <rect class="qr-light" width={size} height={size} />
      <path class="qr-dark" d={darkOf(rows)} />
    </svg>
  );
}

/** One path over all dark squares, a run at a time. */
export function darkOf(rows: readonly (readonly boolean[])[]): string {
  let path = "";
  for (const [y, row] of rows.entries()) {
    for (let x = 0; x < row.length; x++) {
      if (row[x] !== true) continue;
      let run = 1;
      while (row[x + run] === true) run++;
      path += `M${x} ${y}h${run}v1h-${run}z`;
      x += run;
    }
  }
  return path;
}
