/**
 * What is lacking in Failing to Report. Reasons are explored for everybody, even if no process starts.
 * Nobody is added here by this desk: that somebody reported late makes no entry.
 */
import type { FailingEntry, Subject } from "../content";
import { failingName, subjectName } from "../naming";
import { outranks } from "../ranks";
import type { Lack, Seen } from "../rules";
import { Found, isBlank } from "./found";

export function failing({ contents }: Seen): Lack[] {
  const found = new Found("failing");
  const { entries, none_considered } = contents.failing;
  if (entries.length === 0 && isBlank(none_considered)) {
    found.lack("none_considered", "failing_none");
  }
  const known = new Set(contents.triage.allegations.map(({ id }) => id));
  for (const one of entries) {
    const [place, about] = [`entries/${one.id}/`, failingName(one)];
    const code = "failing";
    found.need(one, ["who", "rank", "unit", "is_reporter"], { place, code, about });
    if (one.is_reporter === "yes") found.hint(`${place}is_reporter`, "failing_reporter", about);
    found.need(one.knew, ["what", "indicates", "when"], { place: `${place}knew/`, code, about });
    found.need(one, ["came_to_light", "allegations"], { place, code, about });
    if (one.allegations.some((id) => !known.has(id))) {
      found.lack(`${place}allegations`, "failing_allegation_gone", about);
    }
    found.need(one, ["reasons"], { place, code, about });
    if (one.reasons.includes("other") && isBlank(one.reasons_detail)) {
      found.lack(`${place}reasons_detail`, "failing_reasons_detail", about);
    }
    seniority(found, one, contents.triage, `${place}seniority/`, about);
    found.need(one, ["proportionality", "decision"], { place, code, about });
    if (one.decision !== "") {
      found.need(one, ["rationale", "decided_on"], { place, code, about });
      if (one.decision === "no_action_learning")
        found.need(one, ["learning"], { place, code, about });
    }
  }
  return found.lacks;
}

/** Whether a subject outranked or supervised them may explain the silence, and is to be considered. */
function seniority(
  found: Found,
  entry: FailingEntry,
  triage: Seen["contents"]["triage"],
  place: string,
  about: string,
): void {
  const { outranked, supervised, consideration } = entry.seniority;
  const [senior] = seniorsOf(entry, triage);
  if (senior !== undefined && outranked !== "yes") {
    const code = isBlank(outranked) ? "failing_outranked_asked" : "failing_outranked_differs";
    const weight = isBlank(outranked) ? "lack" : "hint";
    found[weight](`${place}outranked`, code, subjectName(senior));
  } else if (isBlank(outranked)) found.lack(`${place}outranked`, "failing_outranked", about);
  if (isBlank(supervised)) found.lack(`${place}supervised`, "failing_supervised", about);
  const asked = senior !== undefined || outranked === "yes" || supervised === "yes";
  if (asked && isBlank(consideration)) {
    found.lack(`${place}consideration`, "failing_consideration", about);
  }
}

/** The subjects of what they did not report who rank above them; of the whole case, where it is not
 * said yet what that was. */
export function seniorsOf(
  entry: Pick<FailingEntry, "rank" | "allegations">,
  { subjects, allegations }: Seen["contents"]["triage"],
): Subject[] {
  const about = allegations.filter(({ id }) => entry.allegations.includes(id));
  const named = new Set(about.flatMap((one) => one.subjects));
  return subjects.filter(
    (one) =>
      (about.length === 0 || named.has(one.id)) &&
      one.confirmed !== "no" &&
      outranks(one.rank, entry.rank),
  );
}
