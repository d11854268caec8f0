// Rows of target/bench.json, beside those that the service's benchmarks write.
import { existsSync } from "node:fs";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";

const results = join(import.meta.dirname, "../../../target/bench.json");

/** Keeps the percentiles of some measurements under a name, and prints them with what is required. */
export async function keep(
  name: string,
  unit: string,
  measured: readonly number[],
  required: string,
  more: {
    readonly per_second?: number;
    readonly refused?: number;
    readonly baseline?: number;
  } = {},
): Promise<void> {
  const sorted = [...measured].sort((one, other) => one - other);
  const at = (percent: number): number | null => {
    const found = sorted[Math.min(Math.floor((sorted.length * percent) / 100), sorted.length - 1)];
    return found === undefined ? null : rounded(found);
  };
  const figure = {
    name,
    unit,
    p50: at(50),
    p95: at(95),
    p99: at(99),
    per_second: more.per_second === undefined ? null : rounded(more.per_second),
    baseline: more.baseline === undefined ? null : rounded(more.baseline),
    ratio: ratioOf(at(50), more.baseline),
    lost: null,
    refused: more.refused ?? null,
  };
  console.log(
    `${name}: p50 ${String(figure.p50)} ${unit}, p95 ${String(figure.p95)} ${unit}; required: ${required}`,
  );
  const before = existsSync(results)
    ? (JSON.parse(await readFile(results, "utf8")) as { name: string }[])
    : [];
  const figures = [...before.filter((one) => one.name !== name), figure];
  await mkdir(join(results, ".."), { recursive: true });
  await writeFile(results, `${JSON.stringify(figures, null, 2)}\n`);
}

function ratioOf(value: number | null, baseline: number | undefined): number | null {
  return value === null || baseline === undefined ? null : rounded(value / baseline);
}

function rounded(value: number): number {
  return Math.round(value * 1_000) / 1_000;
}
