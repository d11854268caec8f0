/** What a member who is let in later is told before they declare (Q5): who is named, and who must not see it. */
import { MOST_BRIEFED } from "../../protocol/brief";
import type { Brief, BriefPerson } from "../../protocol/brief";
import { otherLine } from "../describe";
import { excludedIn } from "../excluded";
import type { OpenedCase } from "../opening";
import type { ContentOf } from "../record/content";
import { subjectName } from "../record/naming";

/** By the triage record, Failing to Report and what the reporter said, as far as they are there; null where nothing
 * is known. */
export function briefOf(
  opened: Pick<OpenedCase, "parties" | "body" | "conversation">,
  triage: ContentOf<"triage">,
  failing: ContentOf<"failing">,
): Pick<Brief, "people" | "exclude"> | null {
  const { parties, body } = opened;
  const told = parties.content;
  const known = triage.subjects.length + failing.entries.length;
  if (told === null && known === 0) return null;
  const people: BriefPerson[] = [];
  const add = (who: string, unit: string, part: BriefPerson["part"]): void => {
    if ((who !== "" || unit !== "") && people.length < MOST_BRIEFED) {
      people.push({ who: cut(who), unit: cut(unit), part });
    }
  };
  const subjects = triage.subjects.length > 0 ? triage.subjects : (told?.subjects ?? []);
  for (const one of subjects) add(subjectName(one), one.unit, "subject");
  for (const one of told?.others ?? []) add(otherLine({ ...one, unit: "" }), one.unit, "other");
  for (const { who, unit, is_reporter } of failing.entries) {
    // Of whoever reported a brief has the unit alone; until it is said that somebody did not, they may have.
    if (is_reporter !== "no") continue;
    const there = people.some((one) => one.who === cut(who) && one.unit === cut(unit));
    if (!there) add(who, unit, "other");
  }
  add("", body.content?.reporter.unit ?? "", "reporter_unit");
  const { units, members, other } = excludedIn(opened);
  const exclude = { units: units.slice(0, 50).map(cut), members: [...members], other: cut(other) };
  return fitting(people, exclude);
}

/** So many bytes of JSON fit beside what else a brief says. */
const ROOM = 15_360;

/** As much of it as fits: who is named goes before who is left out. However much a report says, it shuts nobody out who
 * is to be let in. */
function fitting(
  people: readonly BriefPerson[],
  exclude: Brief["exclude"],
): Pick<Brief, "people" | "exclude"> {
  let room = ROOM - bytesOf({ people: [], exclude: { ...exclude, units: [], members: [] } });
  const fits = (one: unknown): boolean => {
    // With what stands between it and the next.
    room -= bytesOf(one) + 1;
    return room >= 0;
  };
  return {
    people: people.filter(fits),
    exclude: {
      ...exclude,
      units: exclude.units.filter(fits),
      members: exclude.members.filter(fits),
    },
  };
}

function bytesOf(value: unknown): number {
  return new TextEncoder().encode(JSON.stringify(value)).length;
}

/** Short enough for all of it to fit. */
function cut(text: string): string {
  return [...text].slice(0, 80).join("");
}
