/** How people and things of the record are called on one line. */
import { oneLine } from "../text";
import { coded, fill, words } from "../words";
import type { Allegation, FailingEntry, Subject } from "./content";
import { recordWords } from "./words";

const said = recordWords.names;

/** A subject: rank and name, or what describes them. */
export function subjectName(one: Pick<Subject, "rank" | "name" | "description">): string {
  const rank = rankName(one.rank);
  const called = one.name.trim() === "" ? one.description : one.name;
  return oneLine([rank, called].filter(Boolean).join(" "), 60) || said.subject;
}

/** Somebody who knew and did not report. */
export function failingName(one: Pick<FailingEntry, "rank" | "who">): string {
  return oneLine([rankName(one.rank), one.who].filter(Boolean).join(" "), 60) || said.person;
}

/** An allegation: its summary, or what it is about. */
export function allegationName(one: Pick<Allegation, "summary" | "category">): string {
  return oneLine(one.summary, 70) || coded(words.codes.concern, one.category) || said.allegation;
}

/** One of several, with its number. */
export function numbered(name: string, number: number): string {
  return fill(said.numbered, { name, number });
}

function rankName(rank: string): string {
  return rank === "unknown" || rank === "" ? "" : coded(words.codes.rank, rank);
}
