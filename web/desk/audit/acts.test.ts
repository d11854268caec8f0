import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { words } from "../words";

it("has words for every act that the table of duties puts into the audit trail", () => {
  const roles = readFileSync(new URL("../../../docs/roles.md", import.meta.url), "utf8");
  const rows = roles.split("\n").filter((line) => line.startsWith("| `"));
  const acts = rows.flatMap((line) => /\| `([a-z-]+)`[^|]*\|$/.exec(line)?.[1] ?? []);
  expect(acts).toContain("open-case");
  expect(acts.filter((act) => !Object.hasOwn(words.audit.acts, act))).toEqual([]);
});
