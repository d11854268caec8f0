import { describe, expect, it } from "vitest";
import { mailbox, telling } from "../../text/en.json";
import { readForm } from "../protocol/bodies";
import { sampleDraft } from "../protocol/sample";
import { tokenWords } from "../protocol/token";
import { EMPTY, LONGEST, MOST_UNITS, bodyOf, isTyped, wrongWith } from "./drafts";
import type { Drafts } from "./drafts";

const { token } = sampleDraft();
const having = (changed: { [K in keyof Drafts]?: Partial<Drafts[K]> }): Drafts => ({
  check_in_answer: { ...EMPTY.check_in_answer, ...changed.check_in_answer },
  survey: { ...EMPTY.survey, ...changed.survey },
  reveal: { ...EMPTY.reveal, ...changed.reveal },
  exclude: { ...EMPTY.exclude, ...changed.exclude },
});

describe("M10: what is told with a form", () => {
  it("is the answer to a check-in; what happened goes with worse only", () => {
    const what = ["rota", "other"];
    const worse = having({ check_in_answer: { answer: "worse", what, detail: "No shifts." } });
    const sent = readForm("check_in_answer", bodyOf("check_in_answer", worse));
    expect(sent).toMatchObject({ answer: "worse", what, detail: "No shifts." });
    const same = having({ check_in_answer: { answer: "same", what } });
    expect(readForm("check_in_answer", bodyOf("check_in_answer", same))?.what).toEqual([]);
  });
  it("is units that were chosen, and others one on each line, each once; and names without what stands around them", () => {
    const drafts = having({
      exclude: {
        people: " Insp. Hale\n",
        chosen: ["Central West PSU", "Roads"],
        units: "Central West BCU\r\n\n  Roads  \n",
      },
      reveal: { name: " Ana ", contact: "" },
    });
    expect(readForm("exclude", bodyOf("exclude", drafts))).toMatchObject({
      people: "Insp. Hale",
      units: ["Central West PSU", "Roads", "Central West BCU"],
    });
    expect(readForm("reveal", bodyOf("reveal", drafts))).toMatchObject({ name: "Ana" });
  });
});

describe("a draft", () => {
  it("is refused at its field when what must be said is missing", () => {
    expect(wrongWith("check_in_answer", EMPTY, token)).toEqual([
      { id: "check-in-answer", message: telling.check_in.error_answer },
    ]);
    expect(wrongWith("survey", EMPTY, token)[0]?.id).toBe("survey-listened");
    expect(wrongWith("reveal", having({ reveal: { contact: "x" } }), token)[0]?.id).toBe(
      "reveal-name",
    );
    expect(wrongWith("exclude", having({ exclude: { detail: "x" } }), token)[0]?.id).toBe(
      "exclude-people",
    );
  });
  it("is refused when it is too long, whatever is escaped in it, or holds the words", () => {
    const wrong = (exclude: Partial<Drafts["exclude"]>): string[] =>
      wrongWith("exclude", having({ exclude }), token).map((one) => `${one.id}: ${one.message}`);
    expect(wrong({ people: "x".repeat(LONGEST.lines) })).toEqual([]);
    expect(wrong({ people: "x".repeat(LONGEST.lines + 1) })).toEqual([
      "exclude-people: Use 3,000 characters or fewer",
    ]);
    const many = Array.from({ length: MOST_UNITS }, (_, place) => String(place));
    expect(wrong({ units: many.join("\n") })).toEqual([]);
    expect(wrong({ chosen: ["x"], units: many.join("\n") })[0]).toContain("exclude-units");
    expect(wrong({ chosen: many.slice(1), units: "1\n2" })).toEqual([]);
    const control = "\u0001".repeat(LONGEST.detail);
    expect(wrong({ people: control, detail: control })).toEqual([
      `exclude-detail: ${telling.error_body}`,
    ]);
    const own = tokenWords(token).join(", ").toUpperCase();
    expect(wrong({ people: "x", detail: `They are ${own}.` })).toEqual([
      `exclude-detail: ${mailbox.reply_error_token}`,
    ]);
  });
  it("is kept from being lost as soon as something is in it", () => {
    expect(isTyped(EMPTY)).toBe(false);
    expect(isTyped(having({ reveal: { name: " " } }))).toBe(false);
    expect(isTyped(having({ check_in_answer: { what: ["rota"] } }))).toBe(true);
  });
});
