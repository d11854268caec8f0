/** What kind of conflict a member declares: for readers of the case, never for the service (Q6). */
import type { Bytes, CaseId, MemberId, ServiceId } from "./bytes";
import { dayFormat, exactly, hexOf, int, listOf, object, oneOf, read, text } from "./format";
import type { Of } from "./format";
import { frame, unframe } from "./framing";
import { bind, verifyByMember } from "./history";
import type { History } from "./history";
import { characters, wellFormed } from "./json";
import type { CaseRecord } from "./record";
import type { SignedBy } from "./record-file";
import { Refused, require } from "./refused";
import { open, seal } from "./sealing";
import type { CaseSecret, Identity, Recipient } from "./sealing";
import { sign } from "./signing";

/** The kinds of conflict (Q6); `none` stands alone. */
export const CONFLICT_KINDS = [
  "none",
  "named",
  "reporter",
  "command",
  "team",
  "family",
  "intimate",
  "friend",
  "unit",
  "handled",
  "other",
] as const;
export type ConflictKind = (typeof CONFLICT_KINDS)[number];
/** The most characters of a conflict's detail, and the bytes of every frame (Q6). */
export const LONGEST_CONFLICT = 1_000;
const CONFLICT_FRAME = 4_096;

const format = object({
  version: exactly(1),
  service: hexOf<ServiceId>(32),
  case: hexOf<CaseId>(32),
  member: hexOf<MemberId>(16),
  serial: int,
  day: dayFormat,
  kinds: listOf(oneOf(CONFLICT_KINDS)),
  detail: text,
});
/** An opened conflict file (Q6). */
export type Conflict = Of<typeof format>;

/** Whether kinds go together: at least one, none twice, and `none` alone. */
function together(kinds: readonly ConflictKind[]): boolean {
  const apart = new Set(kinds);
  return apart.size > 0 && apart.size === kinds.length && (!apart.has("none") || apart.size === 1);
}

/** Signs what is declared, and seals it to the case: of one size whatever it says (Q6). */
export async function makeConflict(
  place: { readonly service: ServiceId; readonly case: CaseId },
  recipient: Recipient,
  says: Pick<Conflict, "kinds" | "detail">,
  by: SignedBy,
): Promise<Bytes> {
  const length = characters(wellFormed(says.detail));
  require(length <= LONGEST_CONFLICT, "Q6", "the detail is too long");
  require(together(says.kinds), "Q6", "the kinds do not go together");
  const { member, serial, day } = by;
  const { service, case: id } = place;
  const conflict = { version: 1, service, case: id, member, serial, day, ...says };
  return seal([recipient], frame(sign("conflict", conflict, by.signer), CONFLICT_FRAME));
}

/** Opens a member's conflict file as a reader of the case, and holds it against what the member has
 * declared (K8), as far as that is known (Q6). */
export async function openConflict(
  of: CaseRecord,
  served: {
    readonly member: MemberId;
    readonly file: Uint8Array;
    readonly conflict: boolean | null;
  },
  secrets: ReadonlyMap<number, Identity<CaseSecret>>,
  by: History,
): Promise<Conflict> {
  let framed: Bytes | null = null;
  for (const [, secret] of [...secrets].sort(([one], [other]) => one - other)) {
    framed = await open(secret, served.file).catch(() => null);
    if (framed !== null) break;
  }
  if (framed === null) throw new Refused("Q6", "the file does not open");
  const { payload, key } = verifyByMember(by, "conflict", unframe(framed, CONFLICT_FRAME));
  const conflict = read(format, payload);
  const own =
    conflict.service === of.service &&
    conflict.case === of.case &&
    conflict.member === served.member;
  require(own, "Q6", "the conflict is another's");
  const short = characters(conflict.detail) <= LONGEST_CONFLICT;
  require(short && together(conflict.kinds), "Q6", "too long, or kinds that do not go together");
  const agrees = served.conflict === null || conflict.kinds.includes("none") !== served.conflict;
  require(agrees, "Q6", "the declaration says otherwise");
  const member = bind(by, conflict.serial, conflict.member, key);
  if (typeof member === "string") throw new Refused("D9", "the directory lists no such member");
  return conflict;
}
