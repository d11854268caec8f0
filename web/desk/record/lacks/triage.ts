/** What is lacking in the triage: danger not asked before it, subjects not confirmed, allegations without what
 * each needs. */
import { allegationName, subjectName } from "../naming";
import { suggestionFor } from "../routing";
import type { Lack, Seen } from "../rules";
import { Found, isBlank } from "./found";

export function triage({ contents, casework }: Seen): Lack[] {
  const found = new Found("triage");
  const { subjects, allegations } = contents.triage;
  const { immediate, crime } = contents.danger;
  if (isBlank(immediate) || isBlank(crime)) found.hint("subjects", "triage_danger");
  for (const one of subjects) {
    const [place, about] = [`subjects/${one.id}/`, subjectName(one)];
    if (isBlank(one.name) && isBlank(one.description)) found.lack(`${place}name`, "subject_name");
    found.need(one, ["kind", "professional_standards", "confirmed"], {
      place,
      code: "subject",
      about,
    });
    if (one.confirmed !== "no" && isBlank(one.unit))
      found.hint(`${place}unit`, "subject_unit", about);
  }
  if (allegations.length === 0) found.lack("allegations", "allegation_none");
  const known = new Set(subjects.map(({ id }) => id));
  for (const one of allegations) {
    const [place, about] = [`allegations/${one.id}/`, allegationName(one)];
    const offered = (list: string): boolean => (casework.lists[list] ?? []).length > 0;
    found.need(one, ["summary", "category"], { place, code: "allegation", about });
    if (one.subjects.some((id) => !known.has(id))) {
      found.lack(`${place}subjects`, "allegation_subject_gone", about);
    } else if (one.subjects.length === 0) {
      found.hint(`${place}subjects`, "allegation_subjects", about);
    }
    if (isBlank(one.studios) && isBlank(one.additional)) {
      if (offered("studios") || offered("additional")) {
        found.lack(`${place}studios`, "allegation_studios", about);
      }
    }
    const discriminates = [one.category, one.additional].includes("discrimination");
    if (discriminates && one.characteristics.length === 0) {
      found.lack(`${place}characteristics`, "allegation_characteristics", about);
    }
    if (isBlank(one.corruption) && offered("corruption")) {
      found.lack(`${place}corruption`, "allegation_corruption", about);
    }
    found.need(one, ["gravity", "team"], { place, code: "allegation", about });
    const now = suggestionFor(one, subjects, casework);
    const suggested = now.kind === "team" ? now.team : "";
    if (one.suggested !== suggested) found.hint(`${place}team`, "allegation_suggestion", about);
    if (one.team !== "" && one.team !== one.suggested && isBlank(one.rationale)) {
      found.lack(`${place}rationale`, "allegation_rationale", about);
    }
  }
  return found.lacks;
}
