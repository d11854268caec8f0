import { NO_DIGEST, digest, hex } from "./bytes";
import type { Bytes, CaseId, Day, Digest, MemberId, ServiceId } from "./bytes";
import {
  dayFormat,
  exactly,
  hexOf,
  int,
  listOf,
  object,
  oneOf,
  orEmpty,
  secretOf,
  text,
} from "./format";
import type { Code, Format, Of } from "./format";
import { LARGEST_MESSAGE_FRAME, frame } from "./framing";
import { characters, wellFormed } from "./json";
import { latestEpoch, reporterKey, reporterRecipient } from "./record";
import type { CaseRecord } from "./record";
import { require } from "./refused";
import { recipientDigest, seal } from "./sealing";
import type { EvidenceSeed, Recipient } from "./sealing";
import { sign } from "./signing";
import type { MemberSignSeed, Signer } from "./signing";
import type { ReporterKeys } from "./token";

/** Who writes: members to the reporter, or the reporter (M1). */
export const DIRECTIONS = ["to_reporter", "from_reporter"] as const;
export type Direction = (typeof DIRECTIONS)[number];

/** The stages that a reporter sees (M7). */
export const STAGES = [
  "received",
  "acknowledged",
  "triage",
  "assessment",
  "with_team",
  "outcome",
  "closed",
] as const;
export type Stage = (typeof STAGES)[number];

export const MESSAGE_KINDS = [
  "message",
  "acknowledgement",
  "stage",
  "question",
  "decision",
  "check_in",
  "check_in_answer",
  "survey",
  "reveal",
  "exclude",
  "support",
] as const;
export type MessageKind = (typeof MESSAGE_KINDS)[number];

/** The most characters of a message's text and of its next step, and the most evidence (M3, M8). */
export const LONGEST_MESSAGE = 20_000;
export const LONGEST_NEXT = 500;
export const MOST_EVIDENCE = 50;

/** A reader shows an unknown kind as `message` (M6). */
const kindCode: Format<Code<MessageKind>> = text;
const point = object({ sequence: int, digest: hexOf<Digest>(32) });
const common = {
  service: hexOf<ServiceId>(32),
  case: hexOf<CaseId>(32),
  epoch: int,
  direction: oneOf(DIRECTIONS),
  sequence: int,
  previous: hexOf<Digest>(32),
  seen: point,
  stage: orEmpty(oneOf(STAGES)),
  author: orEmpty(hexOf<MemberId>(16)),
  serial: int,
  day: dayFormat,
};
/** The format of a stub (M2). */
export const stubFormat = object({
  ...common,
  files: object({ case: hexOf<Digest>(32), reporter: hexOf<Digest>(32) }),
});
const evidence = object({
  id: hexOf<string>(16),
  name: text,
  media_type: text,
  size: int,
  digest: hexOf<Digest>(32),
  identity: secretOf<EvidenceSeed>(32),
});
/** The format of a message's content (M3). */
export const contentFormat = object({
  ...common,
  version: exactly(1),
  audience: hexOf<Digest>(32),
  kind: kindCode,
  body: text,
  next: object({ what: text, by: orEmpty(dayFormat) }),
  evidence: listOf(evidence),
});

/** What everybody can see of a message (M2). */
export type Stub = Of<typeof stubFormat>;
/** What only reporter and readers see of it (M3). */
export type Content = Of<typeof contentFormat>;
/** One file sealed to an identity of its own (M8). */
export type Evidence = Of<typeof evidence>;
/** The last message of one direction: what `previous` and `seen` name (M2). */
export type Point = Of<typeof point>;

/** The last messages of both directions that the author has. */
export interface Heads {
  readonly to_reporter: Point;
  readonly from_reporter: Point;
}

/** What an author writes. */
export interface Writing {
  readonly kind: MessageKind;
  readonly body: string;
  /** The stage from now on; `""` leaves it as it is, and is all that a reporter may say. */
  readonly stage?: Stage | "";
  readonly next?: { readonly what: string; readonly by: Day | "" };
  readonly evidence?: readonly Evidence[];
}

/** No message yet. */
export const NOTHING: Point = { sequence: 0, digest: NO_DIGEST };

/** The heads of a case's stubs, each direction in order from sequence 1. */
export function headsOf(
  toReporter: readonly Uint8Array[],
  fromReporter: readonly Uint8Array[],
): Heads {
  const head = (stubs: readonly Uint8Array[]): Point => {
    const last = stubs.at(-1);
    return last === undefined ? NOTHING : { sequence: stubs.length, digest: digest(last) };
  };
  return { to_reporter: head(toReporter), from_reporter: head(fromReporter) };
}

/** Writes a message of a member: sealed twice, with one stub (M2, M3). */
export async function writeToReporter(
  record: CaseRecord,
  heads: Heads,
  writing: Writing,
  by: {
    readonly member: MemberId;
    readonly signer: Signer<MemberSignSeed>;
    /** The serial of the root that lists the member with this key (D9). */
    readonly serial: number;
    readonly day: Day;
  },
): Promise<{
  readonly stub: Bytes;
  readonly case_file: Bytes;
  readonly reporter_file: Bytes;
  readonly sequence: number;
}> {
  const { epoch, recipient } = latestEpoch(record);
  const shared = {
    service: record.service,
    case: record.case,
    epoch,
    direction: "to_reporter" as const,
    sequence: heads.to_reporter.sequence + 1,
    previous: heads.to_reporter.digest,
    seen: heads.from_reporter,
    stage: writing.stage ?? "",
    author: by.member,
    serial: by.serial,
    day: by.day,
  };
  const case_file = await sealContent(shared, writing, recipient, by.signer);
  const reporter_file = await sealContent(shared, writing, reporterRecipient(record), by.signer);
  const files = { case: digest(case_file), reporter: digest(reporter_file) };
  const stub = sign("stub", { ...shared, files }, by.signer);
  return { stub, case_file, reporter_file, sequence: shared.sequence };
}

/** Writes a message of the reporter: sealed to the case only, so that the words open none (M3). */
export async function writeFromReporter(
  record: CaseRecord,
  heads: Heads,
  writing: Writing,
  keys: ReporterKeys,
  by: { readonly serial: number; readonly day: Day },
): Promise<{ readonly stub: Bytes; readonly file: Bytes; readonly sequence: number }> {
  require((writing.stage ?? "") === "", "M2", "a reporter sets no stage");
  require(keys.signer.key === reporterKey(record), "M9", "the words are no longer the case's");
  const { epoch, recipient } = latestEpoch(record);
  const shared = {
    service: record.service,
    case: record.case,
    epoch,
    direction: "from_reporter" as const,
    sequence: heads.from_reporter.sequence + 1,
    previous: heads.from_reporter.digest,
    seen: heads.to_reporter,
    stage: "" as const,
    author: "" as const,
    serial: by.serial,
    day: by.day,
  };
  const file = await sealContent(shared, writing, recipient, keys.signer);
  const files = { case: digest(file), reporter: NO_DIGEST };
  return { stub: sign("stub", { ...shared, files }, keys.signer), file, sequence: shared.sequence };
}

/** The stage in force: that of the latest stub to the reporter that names one (M7). */
export function stageInForce(toReporter: readonly Pick<Stub, "stage">[]): Stage {
  let stage: Stage = "received";
  for (const stub of toReporter) if (stub.stage !== "") stage = stub.stage;
  return stage;
}

async function sealContent(
  shared: Omit<Stub, "files">,
  writing: Writing,
  to: Recipient,
  by: Signer,
): Promise<Bytes> {
  const next = writing.next ?? { what: "", by: "" };
  const attached = writing.evidence ?? [];
  const length = characters(wellFormed(writing.body));
  require(length <= LONGEST_MESSAGE, "M3", "the message is too long");
  require(characters(wellFormed(next.what)) <= LONGEST_NEXT, "M3", "the next step is too long");
  require(attached.length <= MOST_EVIDENCE, "M8", "there is too much evidence");
  const content = {
    version: 1,
    audience: recipientDigest(to),
    ...shared,
    kind: writing.kind,
    body: writing.body,
    next,
    evidence: attached.map((one) => ({ ...one, identity: hex(one.identity) })),
  };
  return seal([to], frame(sign("message", content, by), LARGEST_MESSAGE_FRAME));
}
