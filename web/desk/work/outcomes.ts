/** Outcomes that the reporter has not been told. A record of them can be signed before: it is not until the case is closed
 * that they have to be. Pure. */
import type { Contents } from "../record/content";
import { allegationName } from "../record/naming";
import { fill, words } from "../words";

/** A line for each outcome for which no day is entered on which the reporter was told. That the day lacks what they
 * were told is lacking in the record itself. */
export function untoldOutcomes({
  outcome,
  triage,
}: Pick<Contents, "outcome" | "triage">): string[] {
  const untold = outcome.outcomes.filter(({ told_on }) => told_on.trim() === "");
  return untold.map(({ allegation }) => {
    const of = triage.allegations.find(({ id }) => id === allegation);
    const { untold: text, untold_case } = words.work.lacking;
    return of === undefined ? untold_case : fill(text, { allegation: allegationName(of) });
  });
}
