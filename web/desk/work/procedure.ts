/** The procedure in words: what may be done and why not, what is missing, and what a clock says. */
import { conflictedBy } from "../../protocol";
import type { Declaration, MemberId } from "../../protocol";
import type { Act, ClockName, OpenedAct } from "../../protocol/act";
import { date, daysAfter, daysBetween } from "../days";
import { coded, counted, fill, words } from "../words";
import type { Procedure } from "../../protocol/work-calls";
import type { RecordName } from "../../protocol/record-file";
import { recordWords } from "../record/words";

/** Why this member may not do something, as a sentence; null when they may. */
export function whyNot(procedure: Procedure, deed: string): string | null {
  const found = procedure.may.find((one) => one.do === deed);
  if (found === undefined || found.why === "") return null;
  return whyText(found.why);
}

/** The sentence of a reason that the service gave. */
export function whyText(code: string): string {
  const known: Readonly<Record<string, string>> = words.work.why;
  return Object.hasOwn(known, code) ? (known[code] ?? code) : fill(words.work.why.other, { code });
}

/** The same where a part was to be given: then it is about whoever was to have it. */
export function whyTheyText(code: string): string {
  const known: Readonly<Record<string, string>> = words.work.why_they;
  return Object.hasOwn(known, code) ? (known[code] ?? code) : whyText(code);
}

/** Something that is missing before the case can be closed: the record that it is about, or else where
 * it is done. */
export type MissingLine = {
  readonly text: string;
  readonly record: RecordName | null;
  readonly tab: "conversation" | "triage";
};

/** What is missing, in words. */
export function missingLines({
  missing,
  checkpoints,
}: Pick<Procedure, "missing" | "checkpoints">): MissingLine[] {
  return missing.map(({ what, of }) => {
    const record = Object.hasOwn(recordWords.records, of) ? (of as RecordName) : null;
    const name = record === null ? of : recordWords.records[record].name;
    const tab = what === "acknowledge" ? "conversation" : "triage";
    // What is to be signed again and did not change was signed by somebody who does not count any more.
    const fell = what === "again" && checkpoints.some((one) => one.record === of && unchanged(one));
    const text = fell ? words.work.sign.fell : coded(words.work.missing, what);
    return { text: fill(text, { record: name }), record, tab };
  });
}

type CheckpointView = Procedure["checkpoints"][number];

/** Whether the signature is over the last revision. */
function unchanged({ signed, revision }: CheckpointView): boolean {
  return signed > 0 && signed === revision;
}

/** Somebody who signed a record as it stands, and whose signature does not count any more. */
export type Fallen = { readonly member: MemberId; readonly why: "conflict" | "barred" };

/** Whoever signed a record as it stands, first or second, and has a conflict with the case or is barred from it. */
export function fallenOf(
  checkpoint: CheckpointView,
  { bars }: Pick<Procedure, "bars">,
  declared: readonly Declaration[],
): Fallen[] {
  if (!unchanged(checkpoint)) return [];
  const conflicted = conflictedBy(declared);
  return [checkpoint.by, checkpoint.second].flatMap((member): Fallen[] => {
    if (member === "") return [];
    if (conflicted.has(member)) return [{ member, why: "conflict" }];
    return bars.includes(member) ? [{ member, why: "barred" }] : [];
  });
}

/** Whether a record that is signed off is to be signed once more as it stands: its clock runs again. */
export function isDueAgain(
  { record, done }: CheckpointView,
  { clocks, closed }: Pick<Procedure, "clocks" | "closed">,
): boolean {
  const clock = clocks.find((one) => one.clock === record);
  return !closed && done && clock !== undefined && clock.started !== "" && clock.done === "";
}

const REASONED: readonly Act["do"][] = [
  "pause",
  "resume",
  "done",
  "set_aside",
  "take_up",
  "reopen",
];

/** Whether an act takes a reason, for the readers of the case, and these words give none. */
export function lacksReason(act: Pick<Act, "do">, said: string): boolean {
  return REASONED.includes(act.do) && said.trim() === "";
}

export type ClockState = "waiting" | "running" | "soon" | "late" | "paused" | "done";

/** How a clock stands today. */
export function clockState(
  clock: Procedure["clocks"][number],
  { closed, aside }: Pick<Procedure, "closed" | "aside">,
  today: string,
  soon: string,
): ClockState {
  if (clock.done !== "") return "done";
  if (clock.paused) return "paused";
  if (clock.due === "" || closed || aside) return "waiting";
  if (clock.due < today) return "late";
  return clock.due <= soon ? "soon" : "running";
}

/** The last day that counts as soon. */
export function soonDay(days: number, now: string): string {
  return daysAfter(now, days);
}

/** A clock that stands, and since when: "" where no act shows it. */
export type Standing = { readonly clock: ClockName; readonly since: string };

/** Clocks that somebody has paused, the longest first. Nothing else reminds of them. */
export function standing(
  { clocks, closed, aside }: Pick<Procedure, "clocks" | "closed" | "aside">,
  acts: readonly OpenedAct[],
): Standing[] {
  if (closed || aside) return [];
  const since = new Map<ClockName, string>();
  for (const { row } of acts) if (row?.act.do === "pause") since.set(row.act.clock, row.day);
  return clocks
    .filter((one) => one.paused && one.done === "")
    .map(({ clock }) => ({ clock, since: since.get(clock) ?? "" }))
    .sort((one, other) => (one.since < other.since ? -1 : one.since > other.since ? 1 : 0));
}

/** Since when a clock stands, in words. */
export function standingText({ since }: Standing, now: string): string {
  if (since === "") return words.rail.paused_unknown;
  const days = daysBetween(since, now);
  if (days <= 0) return words.rail.paused_today;
  return fill(counted(words.rail.paused_since, days), { day: date(since) });
}

/** Clocks that run, the earliest first. */
export function running({ clocks, closed, aside }: Procedure): Procedure["clocks"] {
  if (closed || aside) return [];
  return clocks
    .filter((one) => one.due !== "" && one.done === "" && !one.paused)
    .sort((one, other) => (one.due < other.due ? -1 : one.due > other.due ? 1 : 0));
}
