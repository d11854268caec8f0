import { beforeAll, describe, expect, it } from "vitest";
import { checkCase } from "./check";
import { writeCases } from "./write";

let cases: ReadonlyMap<string, object>;
beforeAll(async () => {
  cases = await writeCases();
});

const bytes = (of: unknown): Uint8Array => new TextEncoder().encode(JSON.stringify(of));

describe("whole cases", () => {
  it("are what they should be when this implementation reads its own", async () => {
    expect([...cases.keys()]).toEqual(["anonymous", "confidential"]);
    for (const made of cases.values())
      await expect(checkCase(bytes(made))).resolves.toBeUndefined();
  });

  it.each([
    ["body", { what_happened: "other" }],
    ["stage", "closed"],
    ["live", []],
    ["token", "00".repeat(16)],
    ["service", "00".repeat(32)],
    ["declarations", ["AQ=="]],
    ["from_reporter", []],
    ["work", {}],
  ])("are refused with another %s", async (member, value) => {
    const made = { ...cases.get("confidential"), [member]: value };
    await expect(checkCase(bytes(made))).rejects.toThrow();
  });
});
