import { expect, test } from "vitest";
import { utf8 } from "../../protocol/bytes";
import { readWorkAnswer } from "../../protocol/work-calls";
import { labelOf, listed } from "./codes";
import type { Allegation, Subject } from "./content";
import { suggestionFor, withSuggestion } from "./routing";
import type { Suggestion } from "./routing";
import { sampleCasework, scenario } from "./sample";

const { subjects, allegations } = scenario().triage;
const [harassment, bullying, handling] = allegations as [Allegation, Allegation, Allegation];
const [sergeant] = subjects as [Subject];

function teamFor(allegation: Allegation, about: readonly Subject[] = subjects): string {
  const found = suggestionFor(allegation, about, sampleCasework);
  return found.kind === "team" ? found.team : found.kind;
}

/** A table of one rule. */
function ruled(when: object): typeof sampleCasework {
  return { ...sampleCasework, routing: [{ when, team: "x", reason: "" }] };
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
  const nameless = { ...sergeant, name: "", description: "A man with a beard", confirmed: "" };
  const unknown = ruled({ unknown_subject: true });
  expect(suggestionFor(harassment, [nameless], unknown).kind).toBe("team");
  expect(suggestionFor(harassment, [sergeant], unknown).kind).toBe("none");
  expect(suggestionFor({ ...harassment, subjects: [] }, [nameless], unknown).kind).toBe("none");
  const nobody = ruled({ no_subject: true });
  expect(suggestionFor({ ...harassment, subjects: [] }, subjects, nobody).kind).toBe("team");
  const because = ruled({ characteristics: true });
  expect(suggestionFor(harassment, subjects, because).kind).toBe("team");
  expect(suggestionFor(bullying, subjects, because).kind).toBe("none");
  // What the settings leave out or set to nothing asks for nothing.
  const plain = ruled({ categories: [], gravity: "", characteristics: false, bcu: false });
  expect(suggestionFor(bullying, subjects, plain).kind).toBe("team");
});

test("a rank is asked of a confirmed subject, from it upwards", () => {
  const chiefs = ruled({ rank_from: "chief_inspector" });
  const at = (rank: string, confirmed = "yes"): string =>
    suggestionFor(bullying, [{ ...sergeant, rank, confirmed }], chiefs).kind;
  for (const rank of ["chief_inspector", "superintendent", "commissioner"]) {
    expect(at(rank), rank).toBe("team");
    for (const confirmed of ["no", "unknown", ""]) expect(at(rank, confirmed)).toBe("none");
  }
  for (const rank of ["inspector", "constable", "staff_grade", "unknown", ""]) {
    expect(at(rank), rank).toBe("none");
  }
  // One whom the allegation is not about has no say.
  const other = { ...sergeant, id: "other", rank: "commander" };
  expect(suggestionFor(bullying, [sergeant, other], chiefs).kind).toBe("none");
});

test("a rule up to a rank has nobody above it, whether or not they are confirmed", () => {
  const unit = ruled({ rank_to: "inspector", gravity: "gross" });
  const at = (...ranks: readonly string[]): string => {
    const about = ranks.map((rank, place) => ({
      ...{ ...sergeant, id: String(place), rank, confirmed: place === 0 ? "yes" : "" },
    }));
    const allegation = { ...bullying, subjects: about.map(({ id }) => id) };
    return suggestionFor(allegation, about, unit).kind;
  };
  for (const rank of ["constable", "inspector", "staff_grade", "unknown", ""]) {
    expect(at(rank), rank).toBe("team");
  }
  expect(at("chief_inspector")).toBe("none");
  expect(at("sergeant", "chief_inspector")).toBe("none");
  expect(at()).toBe("team");
});

test("a standards unit is not proposed for somebody at its authority's rank, and what follows is asked", () => {
  const routing = sampleCasework.routing.map((rule) =>
    rule.team === "subject-unit" ? { ...rule, when: { ...rule.when, rank_to: "inspector" } } : rule,
  );
  const table = { ...sampleCasework, routing };
  const of = (rank: string): Suggestion =>
    suggestionFor(
      handling,
      subjects.map((one) => ({ ...one, rank })),
      table,
    );
  expect(of("inspector")).toMatchObject({ team: "cw-psu" });
  expect(of("chief_inspector")).toMatchObject({ team: "intelligence" });
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
