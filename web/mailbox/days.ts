/** The days that a reporter can hold the force to, and those on which it asks how they are treated. Everything is
 * reckoned from what the page has anyway: the receipt, the messages, and lengths that are the same for all. */
import type { Lengths } from "../ui/page";
import { daysAfter, monthsAfter } from "../ui/text";

/** A day that is promised. */
export interface Promised {
  readonly what: "update" | "feedback" | "explanation";
  readonly day: string;
  readonly passed: boolean;
}

/** What is known of a case. */
export interface Known {
  /** The day of the receipt. */
  readonly received: string;
  /** The day of the last message to the reporter; empty before any. */
  readonly written: string;
  readonly stage: string;
  /** Whether a message ever named the stage of the outcome, or closed the case: what was done is told then, whatever
   * stage came after. */
  readonly told: boolean;
  /** Whether it is set aside. */
  readonly aside: boolean;
  readonly today: string;
}

/** The days that are promised now, the nearest duty first. A closed case has none, nor has one that
 * is set aside: nobody works on it. */
export function promised(known: Known, lengths: Lengths): Promised[] {
  const { received, written, stage, told, aside, today } = known;
  if (aside || stage === "closed") return [];
  const all: Promised[] = [];
  const add = (what: Promised["what"], day: string): void => {
    all.push({ what, day, passed: day < today });
  };
  if (written !== "") add("update", daysAfter(written, lengths.update));
  if (!told) add("feedback", monthsAfter(received, lengths.feedback));
  // As the clock has it: from one such day to the next.
  let explanation = monthsAfter(received, lengths.explanation);
  while (explanation < today) explanation = monthsAfter(explanation, Math.max(1, lengths.again));
  add("explanation", explanation);
  return all;
}

/** When the force asks how somebody is treated: so long after the receipt. */
export const CHECK_INS = ["days_30", "days_60", "days_90", "months_6", "months_12"] as const;
export interface CheckIn {
  readonly which: (typeof CHECK_INS)[number];
  readonly day: string;
}
/** So long after its day a check-in is asked for, unless the next has come. */
const ASKED_FOR = 30;

/** The check-in that is due, and the one after it; null for none. */
export function checkIns(
  received: string,
  today: string,
): { readonly due: CheckIn | null; readonly next: CheckIn | null } {
  const all = CHECK_INS.map((which): CheckIn => {
    const [unit, count] = which.split("_");
    const add = unit === "days" ? daysAfter : monthsAfter;
    return { which, day: add(received, Number(count)) };
  });
  const due = all.filter(({ day }) => day <= today).at(-1);
  return {
    due: due !== undefined && today <= daysAfter(due.day, ASKED_FOR) ? due : null,
    next: all.find(({ day }) => day > today) ?? null,
  };
}
