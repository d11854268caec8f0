/** Who has opened a case, as the service's audit trail has it. */
import type { CaseOpening, Day, MemberId } from "../protocol";
import { actText } from "./audit/sentences";
import { date } from "./days";
import { fill, words } from "./words";

/** What one member did: on which days, and how often. */
type Openings = { member: MemberId; act: string; first: Day; last: Day; count: number };

/** A sentence for each member and each thing that they did. */
export function openingTexts(
  openings: readonly CaseOpening[],
  name: (member: MemberId) => string,
): string[] {
  const { opening_once: once, openings_many: many } = words.people;
  return byMember(openings).map(({ member, act, first, last, count }) =>
    fill(count === 1 ? once : many, {
      label: name(member),
      act: actText(act),
      first: date(first),
      last: date(last),
      count,
    }),
  );
}

/** What each member did, on which days and how often. */
function byMember(openings: readonly CaseOpening[]): Openings[] {
  const found = new Map<string, Openings>();
  for (const { member, act, day } of openings) {
    const key = `${member} ${act}`;
    const before = found.get(key) ?? { member, act, first: day, last: day, count: 0 };
    found.set(key, {
      ...before,
      first: day < before.first ? day : before.first,
      last: day > before.last ? day : before.last,
      count: before.count + 1,
    });
  }
  return [...found.values()];
}
