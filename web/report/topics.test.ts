import { describe, expect, it } from "vitest";
import { errors } from "../../text/en.json";
import { composeReport } from "../protocol/compose";
import { CIRCUMSTANCES, emptyOther, emptySubject, sizeOf } from "../protocol/report";
import { sampleDraft } from "../protocol/sample";
import { emptyDraft, partsOf } from "./draft";
import { answered, anythingTyped, checkPerson, checkTopic, firstWrong } from "./topics";

const said = { ...emptyDraft(), what_happened: "It happened." };

describe("the topics of a report", () => {
  it("need what happened, and nothing else", () => {
    expect(checkTopic(emptyDraft(), "what")).toEqual([
      { id: "what_happened", message: errors.what_happened },
    ]);
    expect(checkTopic({ ...said, what_happened: " \n" }, "what")).toHaveLength(1);
    expect(firstWrong(said)).toBeNull();
  });

  it("need a name where one is to be known", () => {
    expect(checkTopic({ ...said, mode: "confidential" }, "known")[0]?.id).toBe("identity-name");
    expect(checkTopic({ ...said, mode: "named" }, "known")[0]?.id).toBe("name");
    expect(checkTopic({ ...said, mode: "named", name: "A" }, "known")).toEqual([]);
  });

  it("count characters as the protocol does, and only in fields that are asked", () => {
    expect(checkTopic({ ...said, what_happened: "😀".repeat(50_000) }, "what")).toEqual([]);
    expect(checkTopic({ ...said, what_happened: "😀".repeat(50_001) }, "what")).toHaveLength(1);
    const long = "x".repeat(5_001);
    expect(checkTopic({ ...said, when: long }, "when")[0]?.id).toBe("when");
    expect(checkTopic({ ...said, mode: "anonymous", contact: long }, "known")).toEqual([]);
    const subjects = [{ ...emptySubject(), unit: long }];
    expect(checkTopic({ ...said, subjects }, "subjects")[0]?.id).toBe("subjects-0-unit");
  });

  it("ask for something about each person", () => {
    const draft = { ...said, subjects: [emptySubject()] };
    expect(checkPerson(draft, "subjects", 0)[0]?.id).toBe("subjects-0-name");
    const described = { ...said, subjects: [{ ...emptySubject(), description: "Tall" }] };
    expect(checkPerson(described, "subjects", 0)).toEqual([]);
  });

  it("know what has been answered", () => {
    expect(anythingTyped(emptyDraft())).toBe(false);
    expect(anythingTyped({ ...emptyDraft(), concerns: ["other"] })).toBe(true);
    expect(answered(said, "what")).toBe(true);
    expect(answered({ ...said, exclude: { ...said.exclude, units: ["A"] } }, "readers")).toBe(true);
    expect(answered({ ...said, other_units: "A" }, "readers")).toBe(true);
    expect(answered({ ...said, force_units: ["A"] }, "readers")).toBe(true);
    expect(answered(said, "when")).toBe(false);
    for (const name of CIRCUMSTANCES) {
      const circumstances = { ...said.circumstances, [name]: "no" };
      expect(answered({ ...said, circumstances }, "when"), name).toBe(true);
    }
  });

  it("fit in all into the place where they are sealed, before anything is sealed", async () => {
    const subjects = Array.from({ length: 14 }, () => ({
      ...emptySubject(),
      name: "A",
      description: "x".repeat(4_850),
    }));
    const large = { ...said, subjects };
    const message = errors.people_too_long;
    expect(firstWrong(large)).toEqual({ topic: "subjects", errors: [{ id: "subjects", message }] });
    expect(checkPerson(large, "subjects", 3)).toEqual([{ id: "subjects-3-description", message }]);
    expect(firstWrong({ ...said, subjects: subjects.slice(1) })).toBeNull();
    // To the byte: what is let through is sealed, and one byte more would not be.
    const free = 65_536 - sizeOf(partsOf({ ...said, subjects: subjects.slice(1) }).parties);
    const exclude = { units: [], members: [], other: "x".repeat(free) };
    const full = { ...said, subjects: subjects.slice(1), exclude };
    expect(firstWrong(full)).toBeNull();
    const { parties } = partsOf(full);
    await expect(composeReport(sampleDraft({ parties }))).resolves.toBeDefined();
    const over = { ...full, exclude: { ...exclude, other: `${exclude.other}x` } };
    expect(firstWrong(over)?.topic).toBe("subjects");
    await expect(
      composeReport(sampleDraft({ parties: partsOf(over).parties })),
    ).rejects.toMatchObject({ rule: "F2" });
    const four = Array.from({ length: 4 }, () => ({ ...emptyOther(), why: "x".repeat(4_900) }));
    const much = { units: [], members: [], other: "\u0001".repeat(4_900) };
    const spread = { ...said, subjects: subjects.slice(10), others: four, exclude: much };
    expect(firstWrong(spread)).toEqual({
      topic: "readers",
      errors: [{ id: "exclude-other", message }],
    });
  });

  it("fit a name and how to be reached into the identity's place", () => {
    const identity = { name: "A", contact: "é".repeat(2_000), unit: "" };
    expect(checkTopic({ ...said, mode: "confidential", identity }, "known")).toEqual([
      { id: "identity-contact", message: errors.identity_too_long },
    ]);
    expect(checkTopic({ ...said, mode: "anonymous", identity }, "known")).toEqual([]);
    const short = { ...identity, contact: "é".repeat(1_900) };
    expect(checkTopic({ ...said, mode: "confidential", identity: short }, "known")).toEqual([]);
  });
});
