/** Briefs: what a member who is let in later needs in order to declare (Q5). */
import type { Bytes, CaseId, Day, MemberId, ServiceId } from "./bytes";
import { dayFormat, exactly, hexOf, int, listOf, object, oneOf, read, text } from "./format";
import type { Of } from "./format";
import { frame, unframe } from "./framing";
import { bind, verifyByMember } from "./history";
import type { History } from "./history";
import type { Reader } from "./open";
import type { SignedBy } from "./record-file";
import { Refused, require } from "./refused";
import { open, seal } from "./sealing";
import type { Recipient } from "./sealing";
import { sign } from "./signing";

export const BRIEF_PARTS = ["subject", "other", "reporter_unit"] as const;
/** The most people that a brief names, and the most bytes of its frame (Q5). */
export const MOST_BRIEFED = 100;
const LARGEST_BRIEF = 16_384;

const format = object({
  version: exactly(1),
  service: hexOf<ServiceId>(32),
  case: hexOf<CaseId>(32),
  grantee: hexOf<MemberId>(16),
  grantor: hexOf<MemberId>(16),
  serial: int,
  day: dayFormat,
  people: listOf(object({ who: text, unit: text, part: oneOf(BRIEF_PARTS) })),
  exclude: object({ units: listOf(text), members: listOf(hexOf<MemberId>(16)), other: text }),
});
/** An opened brief (Q5). */
export type Brief = Of<typeof format>;
export type BriefPerson = Brief["people"][number];

/** Signs a brief and seals it to its grantee (Q5). */
export async function makeBrief(
  place: { readonly service: ServiceId; readonly case: CaseId },
  grantee: { readonly member: MemberId; readonly recipient: Recipient },
  says: Pick<Brief, "people" | "exclude">,
  by: SignedBy,
): Promise<Bytes> {
  require(says.people.length <= MOST_BRIEFED, "Q5", "the brief names too many");
  const { member: grantor, serial, day } = by;
  const { service, case: id } = place;
  const brief = {
    version: 1,
    service,
    case: id,
    grantee: grantee.member,
    grantor,
    serial,
    day,
    ...says,
  };
  return seal([grantee.recipient], frame(sign("brief", brief, by.signer), LARGEST_BRIEF));
}

/** Opens one's own brief of a case (Q5). Refuses one that is not its grantor's. */
export async function openBrief(
  place: { readonly service: ServiceId; readonly case: CaseId },
  file: Uint8Array,
  reader: Reader,
  by: History,
): Promise<Brief & { readonly day: Day }> {
  const document = unframe(await open(reader.identity, file), LARGEST_BRIEF);
  const { payload, key } = verifyByMember(by, "brief", document);
  const brief = read(format, payload);
  const own =
    brief.service === place.service && brief.case === place.case && brief.grantee === reader.member;
  require(own && brief.people.length <= MOST_BRIEFED, "Q5", "the brief is for something else");
  const grantor = bind(by, brief.serial, brief.grantor, key);
  if (typeof grantor === "string") throw new Refused("D9", "the directory lists no such grantor");
  return brief;
}
