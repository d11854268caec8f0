import { describe, expect, it } from "vitest";
import { questions } from "../../text/en.json";
import { emptyOther, emptySubject } from "../protocol/report";
import { emptyDraft } from "./draft";
import { personAnswers } from "./people";

describe("a person on the page to check", () => {
  it("shows every answer about them with its question", () => {
    const subject = {
      ...emptySubject(),
      relation: "supervisor" as const,
      senior: "yes" as const,
      reads_reports: "unknown" as const,
    };
    const draft = {
      ...emptyDraft(),
      subjects: [subject],
      others: [{ ...emptyOther(), reason: "Fear of the sergeant" }],
    };
    const lines = personAnswers(draft, "subjects", 0).join("\n");
    expect(lines).toContain(questions.subjects.relation.label);
    expect(lines).toContain(`${questions.subjects.senior.label} Yes`);
    expect(lines).toContain(questions.subjects.reads_reports.label);
    expect(personAnswers(draft, "others", 0)).toEqual([
      `${questions.others.reason.label} Fear of the sergeant`,
    ]);
  });
});
