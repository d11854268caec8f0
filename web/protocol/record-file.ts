/** Records of a case and their revisions: a stub in clear, the content under seal (Q1, Q2). */
import { NO_DIGEST, digest } from "./bytes";
import type { Bytes, CaseId, Day, Digest, MemberId, ServiceId } from "./bytes";
import { dayFormat, exactly, hexOf, int, object, oneOf, read } from "./format";
import type { Format, Of } from "./format";
import { frame, unframe } from "./framing";
import { bind, verifyByMember } from "./history";
import type { History } from "./history";
import type { Json } from "./json";
import { latestEpoch } from "./record";
import type { CaseRecord } from "./record";
import { Refused, require } from "./refused";
import { open, recipientDigest, seal } from "./sealing";
import type { CaseSecret, Identity } from "./sealing";
import { sign } from "./signing";
import type { MemberSignSeed, Signer } from "./signing";
import { warned, warning } from "./warning";
import type { Warning } from "./warning";

/** The records that every case has (Q1). */
export const RECORDS = [
  "danger",
  "triage",
  "reporter",
  "failing",
  "severity",
  "referral",
  "decisions",
  "outcome",
  "learning",
  "concerns",
  "notes",
] as const;
export type RecordName = (typeof RECORDS)[number];
/** Those that are signed off on the way to the end of a case: all but the notes. */
export const CHECKPOINTS = RECORDS.filter(
  (one): one is Exclude<RecordName, "notes"> => one !== "notes",
);
export type Checkpoint = (typeof CHECKPOINTS)[number];

/** The most revisions of one record (Q1). */
export const MOST_REVISIONS = 1_000;

const common = {
  service: hexOf<ServiceId>(32),
  case: hexOf<CaseId>(32),
  epoch: int,
  record: oneOf(RECORDS),
  revision: int,
  previous: hexOf<Digest>(32),
  author: hexOf<MemberId>(16),
  serial: int,
  day: dayFormat,
};
const stubFormat = object({ ...common, file: hexOf<Digest>(32) });
/** Any JSON object, as it is written in TypeScript. */
export type Content = Readonly<Record<string, unknown>>;
const contentOf: Format<Content> = (value) => {
  require(value instanceof Map, "Q2", "the content is no object");
  return plain(value) as Content;
};
const entryFormat = object({
  version: exactly(1),
  ...common,
  audience: hexOf<Digest>(32),
  content: contentOf,
});
/** What everybody can see of a revision (Q1). */
export type RevisionStub = Of<typeof stubFormat> & { readonly digest: Digest };

/** What a new revision follows: the last one's number and digest. */
export type RecordHead = { readonly revision: number; readonly digest: Digest };
/** A record without a revision. */
export const NO_REVISION: RecordHead = { revision: 0, digest: NO_DIGEST };

/** Who signs, by which root, on which day. */
export type SignedBy = {
  readonly member: MemberId;
  readonly signer: Signer<MemberSignSeed>;
  readonly serial: number;
  readonly day: Day;
};

/** Writes the next revision of a record, sealed to the case (Q1, Q2). */
export async function writeRevision(
  of: CaseRecord,
  record: RecordName,
  after: RecordHead,
  content: Content,
  by: SignedBy,
): Promise<{ readonly stub: Bytes; readonly file: Bytes }> {
  const { epoch, recipient } = latestEpoch(of);
  const shared = {
    service: of.service,
    case: of.case,
    epoch,
    record,
    revision: after.revision + 1,
    previous: after.digest,
    author: by.member,
    serial: by.serial,
    day: by.day,
  };
  const entry = { version: 1, ...shared, audience: recipientDigest(recipient), content };
  const file = await seal([recipient], frame(sign("entry", entry, by.signer)));
  return { stub: sign("record", { ...shared, file: digest(file) }, by.signer), file };
}

/** A revision as a reader sees it. */
export interface OpenedRevision extends ReadRevision {
  readonly stub: RevisionStub;
}

/** A revision of a chain, whose stub may be none. */
export interface ReadRevision {
  /** Null when it is not good: what it says counts nothing. */
  readonly stub: RevisionStub | null;
  /** Null when it does not open or is not what its stub says. */
  readonly content: Content | null;
  readonly warnings: readonly Warning[];
}

/** Verifies the stub of a revision: its signer, its case and its record (Q1, D9). */
export function readRevisionStub(of: CaseRecord, bytes: Uint8Array, by: History): RevisionStub {
  const { payload, key } = verifyByMember(by, "record", bytes);
  const stub = read(stubFormat, payload);
  require(stub.service === of.service &&
    stub.case === of.case, "Q1", "the record is another case's");
  const placed = stub.revision >= 1 && stub.revision <= MOST_REVISIONS;
  require(placed && (stub.revision === 1) === (stub.previous === NO_DIGEST), "Q1", "no such place");
  const author = bind(by, stub.serial, stub.author, key);
  if (typeof author === "string") throw new Refused("D9", "the directory lists no such author");
  return { ...stub, digest: digest(bytes) };
}

/** Opens a revision with the reader's own secrets. Refuses a stub that is not good; what is wrong with
 * the content is a warning (Q2). */
export async function openRevision(
  of: CaseRecord,
  served: { readonly stub: Uint8Array; readonly file: Uint8Array },
  secrets: ReadonlyMap<number, Identity<CaseSecret>>,
  by: History,
): Promise<OpenedRevision> {
  const stub = readRevisionStub(of, served.stub, by);
  const secret = secrets.get(stub.epoch);
  if (digest(served.file) !== stub.file) return unread(stub, warning("digest", "Q2"));
  if (secret === undefined) return unread(stub, warning("not-sealed-to-you", "Q2"));
  let framed: Bytes;
  try {
    framed = await open(secret, served.file);
  } catch (error) {
    return unread(stub, warned(error, "does-not-open"));
  }
  try {
    const document = unframe(framed);
    const { payload } = verifyByMember(by, "entry", document);
    const entry = read(entryFormat, payload);
    const same = (Object.keys(common) as (keyof typeof common)[]).every(
      (name) => entry[name] === stub[name],
    );
    const signer = document.subarray(1, 33).every((byte, at) => byte === served.stub[1 + at]);
    const ours = entry.audience === recipientDigest(secret.recipient);
    require(same && signer && ours, "Q2", "the content is not what its stub says");
    return { stub, content: entry.content, warnings: [] };
  } catch (error) {
    return unread(stub, warned(error, "stub-differs"));
  }
}

/** Reads a chain of revisions, oldest first, after one that is known: what does not follow is warned of.
 * One whose stub is not good hides no other; the next follows its digest all the same. */
export async function openRevisions(
  of: CaseRecord,
  record: RecordName,
  served: readonly { readonly stub: Uint8Array; readonly file: Uint8Array }[],
  after: RecordHead,
  secrets: ReadonlyMap<number, Identity<CaseSecret>>,
  by: History,
): Promise<{ readonly revisions: readonly ReadRevision[]; readonly head: RecordHead }> {
  const revisions: ReadRevision[] = [];
  let head = after;
  for (const one of served) {
    const place = head.revision + 1;
    try {
      const opened = await openRevision(of, one, secrets, by);
      const { stub, warnings } = opened;
      require(stub.record === record, "Q1", "the revision is another record's");
      const follows = stub.revision === place && stub.previous === head.digest;
      const gap = warning(stub.revision === place ? "previous" : "gap", "Q1");
      revisions.push(follows ? opened : { ...opened, warnings: [...warnings, gap] });
      head = { revision: stub.revision, digest: stub.digest };
    } catch (error) {
      revisions.push({ stub: null, content: null, warnings: [warned(error, "bad-signature")] });
      head = { revision: place, digest: digest(one.stub) };
    }
  }
  return { revisions, head };
}

function unread(stub: RevisionStub, ...warnings: Warning[]): OpenedRevision {
  return { stub, content: null, warnings };
}

/** JSON as TypeScript writes it. */
function plain(value: Json): unknown {
  if (Array.isArray(value)) return (value as readonly Json[]).map(plain);
  if (!(value instanceof Map)) return value;
  // No prototype, so that no name has a meaning of its own.
  const made = Object.create(null) as Record<string, unknown>;
  for (const [name, member] of value as ReadonlyMap<string, Json>) made[name] = plain(member);
  return made;
}
