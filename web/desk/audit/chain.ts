/** Following the audit trail from what an auditor's desk remembers to where the service says it ends. Pure. */
import { Refused, TRAIL_START, followTrail, readAuditRow } from "../../protocol";
import type { AuditRow, Digest, Head, Mark } from "../../protocol";

/** How far the trail was followed. */
export type Followed = {
  /** From where: what was remembered, or the start. */
  readonly from: Mark;
  /** The last row that holds. */
  readonly end: Mark;
  /** Where the service says that it ends. */
  readonly head: Mark;
  readonly rows: readonly Seen[];
  readonly finding: Finding | null;
};

/** A row of the trail, with the digest by which the next one names it. */
export type Seen = { readonly row: AuditRow; readonly digest: Digest };

/** What is wrong with a trail, and at which row. */
export type Finding =
  /** There are fewer rows than were countersigned. */
  | { readonly kind: "shortened"; readonly at: number; readonly remembered: number }
  /** The rows do not go on from the one that was countersigned. */
  | { readonly kind: "rewritten"; readonly at: number }
  /** A row is missing or does not follow the one before. */
  | { readonly kind: "broken"; readonly at: number }
  /** Rows were followed, and the end is not the one that the service names. */
  | { readonly kind: "head"; readonly at: number }
  /** Another auditor countersigned something else for a row. */
  | { readonly kind: "auditor"; readonly at: number };

/** Before any row is fetched: what the two ends alone show. */
export function begin(remembered: Mark | null, head: Mark): Followed {
  const from = remembered ?? TRAIL_START;
  const start = { from, end: from, head, rows: [] };
  if (head.number < from.number) {
    const at = head.number + 1;
    return { ...start, finding: { kind: "shortened", at, remembered: from.number } };
  }
  if (head.number === from.number && head.digest !== from.digest) {
    return { ...start, finding: { kind: "rewritten", at: from.number } };
  }
  return { ...start, finding: null };
}

/** Goes on by the rows that the service gave. */
export function follow(before: Followed, served: readonly Uint8Array[]): Followed {
  if (before.finding !== null || isDone(before)) return before;
  const room = before.head.number - before.end.number;
  const trail = followTrail(before.end, served.slice(0, room));
  const seen = trail.rows.map((row, place): Seen => ({
    row,
    // The next row says it; of the last, the end does.
    digest: trail.rows[place + 1]?.previous ?? trail.end.digest,
  }));
  const after = { ...before, end: trail.end, rows: [...before.rows, ...seen] };
  if (trail.broken !== null) {
    const remembered = before.from.number;
    const first = trail.broken === remembered + 1 && remembered > 0;
    const [served0] = served;
    // A row that stands in the right place and follows another one: the remembered one was replaced.
    const rewritten = first && served0 !== undefined && numberOf(served0) === trail.broken;
    const finding = rewritten
      ? { kind: "rewritten" as const, at: remembered }
      : { kind: "broken" as const, at: trail.broken };
    return { ...after, finding };
  }
  if (trail.end.number === before.head.number && trail.end.digest !== before.head.digest) {
    return { ...after, finding: { kind: "head", at: trail.end.number } };
  }
  if (served.length === 0) {
    return { ...after, finding: { kind: "broken", at: trail.end.number + 1 } };
  }
  return after;
}

/** Looks at a trail again later: where the service says now that it ends. */
export function resume(before: Followed, head: Mark): Followed {
  if (before.finding !== null) return before;
  return { ...before, head, finding: begin(before.end, head).finding };
}

/** Holds rows that were followed from the start against the row that is remembered. */
export function againstMark(followed: Followed, { number, digest }: Mark): Followed {
  if (number === 0 || followed.finding !== null) return followed;
  const found =
    number === followed.from.number
      ? followed.from
      : followed.rows.find(({ row }) => row.number === number);
  if (found === undefined || found.digest === digest) return followed;
  return { ...followed, finding: { kind: "rewritten", at: number } };
}

/** Whether nothing is left to be fetched. */
export function isDone({ end, head, finding }: Followed): boolean {
  return finding !== null || end.number >= head.number;
}

/** Whether everything from the remembered row to the end holds. */
export function holds(followed: Followed): boolean {
  return followed.finding === null && followed.end.number === followed.head.number;
}

/** What other auditors countersigned, held against the rows that were followed. */
export function againstHeads(followed: Followed, heads: readonly Head[]): Finding | null {
  const { from, end, rows } = followed;
  const digests = new Map<number, Digest>([[from.number, from.digest], ...rows.map(numbered)]);
  const wrong = heads
    .filter(({ number, digest }) => {
      if (number > end.number) return holds(followed);
      const known = digests.get(number);
      return known !== undefined && known !== digest;
    })
    .map(({ number }) => number);
  return wrong.length === 0 ? null : { kind: "auditor", at: Math.min(...wrong) };
}

function numberOf(bytes: Uint8Array): number | null {
  try {
    return readAuditRow(bytes).number;
  } catch (error) {
    if (error instanceof Refused) return null;
    throw error;
  }
}

function numbered({ row, digest }: Seen): readonly [number, Digest] {
  return [row.number, digest];
}
