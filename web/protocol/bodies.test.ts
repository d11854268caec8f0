import { expect, test } from "vitest";
import { formBody, hasForm, readForm } from "./bodies";

test("M10: each form is read as it was written", () => {
  const answer = { answer: "worse" as const, what: ["rota", "other"], detail: "No shifts." };
  expect(readForm("check_in_answer", formBody("check_in_answer", answer))).toMatchObject(answer);
  const survey = {
    listened: "agree",
    informed: "",
    safe: "disagree",
    again: "yes",
    detail: "",
  } as const;
  expect(readForm("survey", formBody("survey", survey))).toMatchObject(survey);
  const reveal = { name: "Ana", contact: "ana@example.org" };
  expect(readForm("reveal", formBody("reveal", reveal))).toMatchObject(reveal);
  const exclude = { people: "Insp. Hale", units: ["Central West BCU"], detail: "" };
  expect(readForm("exclude", formBody("exclude", exclude))).toMatchObject(exclude);
});

test("M10: a body that is no form is left to be shown as text", () => {
  for (const body of ["Worse.", "{}", '{"version":2,"name":"a","contact":""}', "[1]", ""]) {
    expect(readForm("reveal", body)).toBeNull();
  }
  expect(
    readForm("check_in_answer", '{"version":1,"answer":"fine","what":[],"detail":""}'),
  ).toBeNull();
  expect(hasForm("reveal")).toBe(true);
  expect(hasForm("message")).toBe(false);
});
