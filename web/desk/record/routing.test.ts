import { expect, test } from "vitest";
import { utf8 } from "../../protocol/bytes";
import { readWorkAnswer } from "../../protocol/work-calls";
import { labelOf, listed } from "./codes";
import type { Allegation, Subject } from "./content";
import { suggestionFor, withSuggestion } from "./routing";
import { sampleCasework, scenario } from "./sample";

const { subjects, allegations } = scenario().triage;
const [harassment, bullying, handling] = allegations as [Allegation, Allegation, Allegation];
const [sergeant] = subjects as [Subject];

function teamFor(allegation: Allegation, about: readonly Subject[] = subjects): string {
  const found = suggestionFor(allegation, about, sampleCasework);
  return found.kind === "team" ? found.team : found.kind;
}

test("the first rule that fits gives the team and its reason", () => {
  expect(suggestionFor(harassment, subjects, sampleCasework)).toEqual({
    kind: "team",
    team: "daso",
    reason: "Domestic abuse and sexual offences go to DASO.",
  });
  expect(teamFor(bullying)).toBe("diu");
});

test("the additional category counts like the plain one", () => {
  expect(teamFor({ ...bullying, category: "other", additional: "sexual_harassment" })).toBe("daso");
});

test("the gravity divides gross from all below, and is asked for before it is guessed", () => {
  expect(teamFor({ ...bullying, gravity: "misconduct" })).toBe("grievance");
  expect(teamFor({ ...bullying, gravity: "below" })).toBe("grievance");
  expect(teamFor({ ...bullying, gravity: "" })).toBe("gravity");
  // A rule that comes before and asks for no gravity is not held up by it.
  expect(teamFor({ ...harassment, gravity: "" })).toBe("daso");
});

test("the subject's standards unit is looked up, whatever the case of its name", () => {
  expect(teamFor(handling)).toBe("cw-psu");
  const lower = subjects.map((one) => ({ ...one, unit: " central  west " }));
  expect(teamFor(handling, lower)).toBe("cw-psu");
  const elsewhere = subjects.map((one) => ({ ...one, unit: "Fleet" }));
  expect(teamFor(handling, elsewhere)).toBe("intelligence");
});

test("a subject of professional standards and a chief officer take the conflict route", () => {
  expect(teamFor(harassment, [{ ...sergeant, professional_standards: "yes" }])).toBe("independent");
  expect(teamFor(harassment, [{ ...sergeant, rank: "commander" }])).toBe("independent");
  expect(teamFor(harassment, [{ ...sergeant, rank: "chief_superintendent" }])).toBe("daso");
  // One whom the allegation is not about changes nothing.
  const other = { ...sergeant, id: "other", professional_standards: "yes" };
  expect(teamFor(harassment, [sergeant, other])).toBe("daso");
});

test("unknown subjects, no subject, characteristics, and no rule at all", () => {
  const rule = (when: object): typeof sampleCasework => ({
    ...sampleCasework,
    routing: [{ when, team: "x", reason: "" }],
  });
  const nameless = { ...sergeant, name: "", description: "A man with a beard", confirmed: "" };
  const unknown = rule({ unknown_subject: true });
  expect(suggestionFor(harassment, [nameless], unknown).kind).toBe("team");
  expect(suggestionFor(harassment, [sergeant], unknown).kind).toBe("none");
  expect(suggestionFor({ ...harassment, subjects: [] }, [nameless], unknown).kind).toBe("none");
  const nobody = rule({ no_subject: true });
  expect(suggestionFor({ ...harassment, subjects: [] }, subjects, nobody).kind).toBe("team");
  const because = rule({ characteristics: true });
  expect(suggestionFor(harassment, subjects, because).kind).toBe("team");
  expect(suggestionFor(bullying, subjects, because).kind).toBe("none");
  // What the settings leave out or set to nothing asks for nothing.
  const plain = rule({ categories: [], gravity: "", characteristics: false, bcu: false });
  expect(suggestionFor(bullying, subjects, plain).kind).toBe("team");
});

test("the suggestion is written into the allegation, and the team stays a member's choice", () => {
  const before = { ...bullying, suggested: "", because: "", team: "daso" };
  const after = withSuggestion(before, subjects, sampleCasework);
  expect(after).toMatchObject({ suggested: "diu", team: "daso" });
  expect(after.because).toContain("Bullying at gross level");
  expect(withSuggestion(after, subjects, sampleCasework)).toBe(after);
  expect(withSuggestion({ ...after, gravity: "" }, subjects, sampleCasework).suggested).toBe("");
});

test("the settings as the service gives them are what the table is read from", () => {
  const served = { ...sampleCasework, clocks: { triage: 1 }, due_soon: 5 };
  const casework = readWorkAnswer("casework", utf8(JSON.stringify(served)));
  expect(suggestionFor(bullying, subjects, casework)).toEqual(
    suggestionFor(bullying, subjects, sampleCasework),
  );
  expect(labelOf(listed("support"), "trim", casework)).toBe("TRiM trauma support");
});
