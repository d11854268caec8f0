import { describe, expect, it } from "vitest";
import { paths, readAnswer, readProblem, utf8 } from "./index";
import type { CaseId } from "./index";

const broken = (run: () => unknown, rule: string): void =>
  expect(run).toThrow(expect.objectContaining({ rule }) as Error);
const json = (value: unknown): Uint8Array => utf8(JSON.stringify(value));

describe("answers", () => {
  it("are read, padded or not (B3)", () => {
    const padded = utf8(`{"sequence":4}${" ".repeat(16_000)}`);
    expect(readAnswer("sequence", padded)).toEqual({ sequence: 4 });
    const directory = { genesis: "AQ==", leads: ["Ag=="], root: "Aw==" };
    expect(readAnswer("directory", json(directory)).leads).toEqual([Uint8Array.of(2)]);
  });

  it("are refused when they hold anything else", () => {
    broken(() => readAnswer("sequence", json({ sequence: "4" })), "N5");
    broken(() => readAnswer("sequence", json({ sequence: 4, more: 1 })), "N5");
    broken(() => readAnswer("receipt", json({ receipt: "AQ" })), "N3");
    broken(() => readAnswer("ring", json({ revision: 1 })), "N5");
    expect(readAnswer("ring", json({ revision: 0, ring: null }))).toEqual({
      revision: 0,
      ring: null,
    });
  });

  it("P1: problems are read with and without a rule", () => {
    const bare = { type: "urn:rightline:problem:invalid", title: "No", status: 422, detail: "No" };
    expect(readProblem(json(bare))).toMatchObject({ code: "invalid", rule: null });
    expect(readProblem(json({ ...bare, rule: "C4" }))).toMatchObject({ rule: "C4" });
    broken(() => readProblem(json({ ...bare, more: 1 })), "N5");
    broken(() => readProblem(json({ ...bare, type: "about:blank" })), "P1");
    broken(() => readProblem(utf8("<html>")), "N5");
  });

  it("have the addresses of the protocol", () => {
    const of = "0f".repeat(32) as CaseId;
    expect(paths.submit(of)).toBe(`/api/1/cases/${of}`);
    expect(paths.cases("new", 50)).toBe("/api/1/desk/cases?list=new&limit=50");
    expect(paths.cases("mine", 5, of)).toBe(`/api/1/desk/cases?list=mine&after=${of}&limit=5`);
  });
});
