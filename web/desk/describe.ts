import type { Body, Item, Other, Parties, Subject } from "../protocol";
import { daysAfter, isDay } from "./days";
import { folded, oneLine } from "./text";
import { coded, fill, words } from "./words";

/** A person as one line: rank, name or description, unit. */
export function personLine(person: Subject, limit = 90): string {
  const rank = person.rank === "unknown" ? "" : coded(words.codes.rank, person.rank);
  const called =
    person.name === ""
      ? [rank, person.description].filter(Boolean).join(", ")
      : [rank, person.name].filter(Boolean).join(" ");
  const known = called || coded(words.codes.kind, person.kind) || words.report.no_name;
  return oneLine([known, person.unit].filter(Boolean).join(", "), limit);
}

/** Somebody who knew, as one line. */
export function otherLine(person: Other): string {
  const rank = person.rank === "unknown" ? "" : coded(words.codes.rank, person.rank);
  const called = [rank, person.who].filter(Boolean).join(" ") || words.report.no_name;
  return oneLine([called, person.unit].filter(Boolean).join(", "), 90);
}

/** The line of a case in the list: who is named, and how what happened begins. */
export function summaryLine(parties: Parties | null, body: Body | null): string {
  const [first, ...rest] = parties?.subjects ?? [];
  const about = body === null ? "" : oneLine(body.what_happened, 110);
  const who =
    first === undefined
      ? ""
      : rest.length === 0
        ? personLine(first, 40)
        : fill(rest.length === 1 ? words.report.and_one : words.report.and_more, {
            who: personLine(first, 40),
            count: rest.length,
          });
  return [who, about].filter(Boolean).join(": ");
}

/** Everything of a case that search looks through, folded. */
export function fullText(
  parties: Parties | null,
  body: Body | null,
  items: readonly Pick<Item, "content">[],
): string {
  const found: string[] = [];
  collect(parties?.subjects, found);
  collect(parties?.others, found);
  collect(parties?.exclude.units, found);
  collect(parties?.exclude.other, found);
  collect(body, found);
  for (const rank of (parties?.subjects ?? []).map((one) => one.rank)) {
    found.push(coded(words.codes.rank, rank));
  }
  for (const concern of body?.concerns ?? []) found.push(coded(words.codes.concern, concern));
  for (const one of body?.characteristics ?? []) {
    found.push(coded(words.codes.characteristic, one));
  }
  for (const { content } of items) {
    if (content !== null) found.push(content.body, content.next.what);
  }
  return folded(found.join("\n"));
}

/**
 * The day that the reporter waits for: that of the latest message to them that names one, unless
 * a later message was written on or after that day, or the case is closed.
 */
export function promised(
  items: readonly Pick<Item, "direction" | "content">[],
  stage: string,
): string | null {
  if (stage === "closed") return null;
  const told = items.flatMap((item) =>
    item.direction === "to_reporter" && item.content !== null ? [item.content] : [],
  );
  const later: string[] = [];
  for (const { next, day } of told.reverse()) {
    if (next.by !== "") return later.some((one) => one >= next.by) ? null : next.by;
    later.push(day);
  }
  return null;
}

/** The day by which a reporter was told that they are answered: so many days after theirs was received;
 * null once somebody has written to them, or the case is closed. */
export function firstPromise(
  { day, stage, written }: { day: string; stage: string; written: boolean },
  answerDays: number,
): string | null {
  return written || stage === "closed" || !isDay(day) ? null : daysAfter(day, answerDays);
}

function collect(value: unknown, found: string[]): void {
  if (typeof value === "string") found.push(value);
  else if (typeof value === "object" && value !== null) {
    for (const part of Object.values(value)) collect(part, found);
  }
}
