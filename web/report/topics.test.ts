import { describe, expect, it } from "vitest";
import { errors } from "../../text/en.json";
import { emptySubject } from "../protocol/report";
import { emptyDraft } from "./draft";
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
  });
});
