/** Check-ins in which the reporter says that they are treated worse, and what readers made of them. Pure. */
import type { Day } from "../../protocol";
import { readForm } from "../../protocol/bodies";
import { fullDay } from "../days";
import type { OpenedCase } from "../opening";
import type { Contents } from "../record/content";
import { isReprisal } from "../record/schema";
import { fill, words } from "../words";

const texts = words.forms;

/** The days on which the reporter said so, each once. */
export function worseDays({ conversation }: Pick<OpenedCase, "conversation">): Day[] {
  const days = conversation.items.flatMap(({ direction, stub, day, content }) => {
    if (direction !== "from_reporter" || stub === null || day === null) return [];
    if (content?.kind !== "check_in_answer") return [];
    return readForm("check_in_answer", content.body)?.answer === "worse" ? [day] : [];
  });
  return [...new Set(days)];
}

/** How a note begins that says why there is no allegation of reprisal from a check-in. */
export function noReprisalText(day: string): string {
  return fill(texts.no_reprisal, { day: fullDay(day) });
}

/**
 * Those of the days that nobody has answered for: no allegation of reprisal that is saved names the check-in's day,
 * as the one does that the desk drafts, and no note says why there is none.
 */
export function unanswered(
  days: readonly Day[],
  { triage, notes }: Pick<Contents, "triage" | "notes">,
): Day[] {
  return days.filter((day) => {
    const begins = noReprisalText(day);
    const alleged = triage.allegations.some(
      (one) => isReprisal(one) && one.summary.includes(fullDay(day)),
    );
    const noted = notes.notes.some(
      ({ text }) => text.startsWith(begins) && text.slice(begins.length).trim() !== "",
    );
    return !alleged && !noted;
  });
}
