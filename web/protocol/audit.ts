/** The audit trail: rows chained by their digests, and heads that auditors sign (A7, A8). */
import { NO_DIGEST, digest } from "./bytes";
import type { Bytes, CaseId, Digest, MemberId, ServiceId } from "./bytes";
import { dayFormat, hexOf, int, object, oneOf, orEmpty, read, text } from "./format";
import type { Of } from "./format";
import { bind, verifyByMember } from "./history";
import type { History } from "./history";
import { Refused, refusedBy, require } from "./refused";
import { sign } from "./signing";
import type { MemberSignSeed, Signer } from "./signing";

/** The most bytes of a row (A8). */
const GREATEST_ROW = 1_024;

const row = object({
  number: int,
  previous: hexOf<Digest>(32),
  time: int,
  who: orEmpty(hexOf<MemberId>(16)),
  by: oneOf(["member", "command"]),
  act: text,
  case: orEmpty(hexOf<CaseId>(32)),
  about: orEmpty(hexOf<MemberId>(16)),
  outcome: text,
});
/** One row of the trail (A8). */
export type AuditRow = Of<typeof row>;

const head = object({
  service: hexOf<ServiceId>(32),
  number: int,
  digest: hexOf<Digest>(32),
  member: hexOf<MemberId>(16),
  serial: int,
  day: dayFormat,
});
/** An auditor's word for the trail up to a row (A7). */
export type Head = Of<typeof head>;

/** Where a trail has got to: the number of its last row and that row's digest (A4, A8). */
export interface Mark {
  readonly number: number;
  readonly digest: Digest;
}

/** Before the first row. */
export const TRAIL_START: Mark = { number: 0, digest: NO_DIGEST };

/** A stretch of the trail as far as it holds. */
export interface Trail {
  readonly rows: readonly AuditRow[];
  /** Where it has got to; the last row that holds. */
  readonly end: Mark;
  /** The number of the first row that is wrong or missing; null where all of them hold. */
  readonly broken: number | null;
}

/** Reads one row, wherever in the trail it stands (A8). */
export function readAuditRow(bytes: Uint8Array): AuditRow {
  require(bytes.length <= GREATEST_ROW, "A8", "the row is too long");
  return refusedBy("A8", () => read(row, bytes));
}

/** Goes on by the next row as it is kept (A8). */
export function addAuditRow(
  after: Mark,
  bytes: Uint8Array,
): { readonly row: AuditRow; readonly mark: Mark } {
  const next = readAuditRow(bytes);
  const follows = next.number === after.number + 1 && next.previous === after.digest;
  require(follows, "A8", "the row does not follow the one before");
  return { row: next, mark: { number: next.number, digest: digest(bytes) } };
}

/** Follows the rows after a mark, up to the first that does not hold (A8). */
export function followTrail(after: Mark, rows: readonly Uint8Array[]): Trail {
  const found: AuditRow[] = [];
  let end = after;
  for (const bytes of rows) {
    try {
      const next = addAuditRow(end, bytes);
      found.push(next.row);
      end = next.mark;
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      return { rows: found, end, broken: end.number + 1 };
    }
  }
  return { rows: found, end, broken: null };
}

/** Signs a head (A7). Only for rows that were fetched and followed from the last one signed. */
export function signHead(facts: Head, by: Signer<MemberSignSeed>): Bytes {
  const { service, number, digest: of, member, serial, day } = facts;
  return sign("head", { service, number, digest: of, member, serial, day } satisfies Head, by);
}

/** Reads a head, verified under the root that it names (A7, D9). */
export function readHead(service: ServiceId, bytes: Uint8Array, by: History): Head {
  const { payload, key } = verifyByMember(by, "head", bytes);
  const found = refusedBy("A7", () => read(head, payload));
  const member = bind(by, found.serial, found.member, key);
  if (typeof member === "string") throw new Refused("D9", "the directory lists no such auditor");
  require(member.member.roles.includes("auditor"), "A7", "the head is by no auditor");
  require(found.service === service, "A7", "the head is another service's");
  require(found.number >= 1, "A7", "the head is of no row");
  return found;
}

/** What a head says of the trail. */
export function headMark({ number, digest: of }: Head): Mark {
  return { number, digest: of };
}
