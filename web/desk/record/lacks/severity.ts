/** What is lacking in the severity assessments: one for each allegation, a reason for each, and why a
 * lower one is right where "banter" or "private" may have brought it down. */
import type { Allegation, Assessment, Contents, Subject } from "../content";
import { allegationName } from "../naming";
import type { Lack, Seen } from "../rules";
import { Found, isBlank, standing } from "./found";

export function severity({ contents }: Seen): Lack[] {
  const found = new Found("severity");
  const { subjects, allegations } = contents.triage;
  const { assessments } = contents.severity;
  const byId = new Map(allegations.map((one) => [one.id, one]));
  for (const one of assessments) {
    if (one.allegation !== "" && !byId.has(one.allegation)) {
      found.hint(`assessments/${one.id}/allegation`, "severity_allegation_gone");
    }
  }
  for (const one of standing(assessments, allegations)) {
    const about = byId.get(one.allegation);
    const [place, name] = [
      `assessments/${one.id}/`,
      about === undefined ? "" : allegationName(about),
    ];
    found.need(one, ["allegation", "on", "level", "rationale"], {
      place,
      code: "severity",
      about: name,
    });
    if (about === undefined) continue;
    const before = assessments.slice(0, assessments.indexOf(one));
    if (asksWhyLower(one, before, about) && isBlank(one.why_lower)) {
      found.lack(`${place}why_lower`, "severity_why_lower", name);
    }
  }
  for (const one of allegations) {
    const latest = latestOf(assessments, one.id);
    if (latest === null) {
      found.lack("assessments", "severity_missing", allegationName(one));
      continue;
    }
    const place = `assessments/${latest.id}/level`;
    const probationer = isOfProbationer(one, subjects);
    if (probationer && ["gross_misconduct", "misconduct"].includes(latest.level)) {
      found.hint(place, "severity_regulation_13", allegationName(one));
    }
    if (!probationer && latest.level === "regulation_13") {
      found.lack(place, "severity_not_probationer", allegationName(one));
    }
  }
  return found.lacks;
}

/** Whether a subject of an allegation is on probation: regulation 13 is for nobody else. */
export function isOfProbationer(
  allegation: Pick<Allegation, "subjects">,
  subjects: readonly Subject[],
): boolean {
  return subjects.some((one) => one.probationer === "yes" && allegation.subjects.includes(one.id));
}

/** How serious each level is. Equal ones are other ways, not lower ones. */
const weights: Readonly<Record<string, number>> = {
  criminal: 6,
  gross_misconduct: 5,
  regulation_13: 5,
  misconduct: 4,
  vetting: 4,
  practice_requiring_improvement: 3,
  upp: 3,
  learning_through_reflection: 2,
  grievance: 1,
  intelligence_only: 1,
  none: 0,
};
const firstLook: Readonly<Record<string, number>> = { gross: 5, misconduct: 4, below: 3 };

/**
 * Whether an assessment is lower than the one before it, or than the gravity at triage, on an allegation
 * that was called banter or happened in private messages: neither is a defence.
 */
export function asksWhyLower(
  assessment: Assessment,
  before: readonly Assessment[],
  allegation: Allegation,
): boolean {
  const { flags, id, gravity } = allegation;
  if (!flags.includes("described_as_banter") && !flags.includes("private_messages")) return false;
  const now = weightOf(weights, assessment.level);
  const last = latestOf(before, id);
  const was = last === null ? weightOf(firstLook, gravity) : weightOf(weights, last.level);
  return now !== null && was !== null && now < was;
}

/** The assessment that stands for an allegation: the last one, as the list is only ever extended. */
export function latestOf(
  assessments: Contents["severity"]["assessments"],
  allegation: string,
): Assessment | null {
  return (
    assessments.filter((one) => one.allegation === allegation && one.level !== "").at(-1) ?? null
  );
}

function weightOf(table: Readonly<Record<string, number>>, code: string): number | null {
  return Object.hasOwn(table, code) ? (table[code] ?? null) : null;
}
