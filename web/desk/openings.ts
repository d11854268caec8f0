/** Who has opened a case, as the service's audit trail has it. */
import type { AnswerOf, CaseOpening, Day, MemberId } from "../protocol";
import { actText } from "./audit/sentences";
import { date } from "./days";
import { fill, words } from "./words";

/** Fetches page after page, each after the rows that are there. Gives all rows. */
export async function openingsOf(
  page: (after: number) => Promise<AnswerOf<"openings">>,
): Promise<CaseOpening[]> {
  const all: CaseOpening[] = [];
  for (let after: number | null = 0; after !== null;) {
    const { openings, next }: AnswerOf<"openings"> = await page(after);
    all.push(...openings);
    // A service that leads in a circle is not followed.
    after = next !== null && next > after ? next : null;
  }
  return all;
}

/** What one member did: on which days, and how often. */
type Openings = { member: MemberId; act: string; first: Day; last: Day; count: number };

/** A sentence for each member and each thing that they did. */
export function openingTexts(
  openings: readonly CaseOpening[],
  name: (member: MemberId) => string,
): string[] {
  const { opening_once: once, openings_many: many } = words.people;
  return byMember(done(openings)).map(({ member, act, first, last, count }) =>
    fill(count === 1 ? once : many, {
      label: name(member),
      act: actText(act),
      first: date(first),
      last: date(last),
      count,
    }),
  );
}

/** What was done, once for each day: where an act was refused, a second row takes back its last one. */
function done(openings: readonly CaseOpening[]): CaseOpening[] {
  const acts = new Map<string, Day[]>();
  for (const { member, act, day, done } of openings) {
    const key = `${member} ${act}`;
    const days = acts.get(key) ?? [];
    if (done) days.push(day);
    else days.pop();
    acts.set(key, days);
  }
  const found: CaseOpening[] = [];
  const told = new Set<string>();
  for (const opening of openings) {
    const { member, act, day } = opening;
    const key = `${member} ${act} ${day}`;
    if (told.has(key) || acts.get(`${member} ${act}`)?.includes(day) !== true) continue;
    told.add(key);
    found.push(opening);
  }
  return found;
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
