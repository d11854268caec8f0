import { digest } from "./bytes";
import type { Day, Digest } from "./bytes";
import type { Listed } from "./directory";
import { bind, verifyByMember } from "./history";
import type { History } from "./history";
import { read } from "./format";
import { LARGEST_MESSAGE_FRAME, unframe } from "./framing";
import {
  DIRECTIONS,
  LONGEST_MESSAGE,
  LONGEST_NEXT,
  NOTHING,
  contentFormat,
  stageInForce,
  stubFormat,
} from "./message";
import type { Content, Direction, Heads, Point, Stage, Stub } from "./message";
import { characters } from "./json";
import { caseRecipient, reporterKeyAt } from "./record";
import type { CaseRecord } from "./record";
import { Refused, require } from "./refused";
import { open, recipientDigest } from "./sealing";
import type { CaseSecret, Identity, ReporterOpenSeed } from "./sealing";
import { claimedNumber, split, verify } from "./signing";
import { warned, warning } from "./warning";
import type { Warning } from "./warning";

/** A message as the service hands it over. */
export interface Sent {
  readonly direction: Direction;
  readonly stub: Uint8Array;
  /** The copy for this reader; null when it was deleted, was not sent along, or is not for them. */
  readonly file: Uint8Array | null;
}

/** Who reads: the reporter with the identities that the words reach, or a member with the case
 * secrets by epoch. */
export type ConversationReader =
  | { readonly as: "reporter"; readonly identities: readonly Identity<ReporterOpenSeed>[] }
  | { readonly as: "member"; readonly secrets: ReadonlyMap<number, Identity<CaseSecret>> };

/** One message, with everything that is to be shown about it. */
export interface Item {
  readonly direction: Direction;
  readonly sequence: number;
  /** The digest of the stub: what later messages name. */
  readonly digest: Digest;
  /** Null when the stub is not verified. */
  readonly stub: Stub | null;
  /** The member who wrote it; null for the reporter, and for whoever is not verified. */
  readonly author: Listed | null;
  readonly day: Day | null;
  /** Null when there is no file, or it was refused: then `warnings` say why. */
  readonly content: Content | null;
  /** Whether a file was handed over at all. */
  readonly file: boolean;
  readonly warnings: readonly Warning[];
}

/** Messages that are not there (M5): those after `after` and before `before`. */
export interface Gap {
  readonly direction: Direction;
  readonly after: number;
  readonly before: number;
}

/** A case's messages as read. */
export interface Conversation {
  /** Both directions, oldest first, in the order in which their authors saw them. */
  readonly items: readonly Item[];
  readonly gaps: readonly Gap[];
  readonly stage: Stage;
  /** What the next message of either side follows (M2). */
  readonly heads: Heads;
}

/** Reads every message; one that is refused is a warning beside it, and the others are shown (M4). */
export async function readConversation(
  record: CaseRecord,
  by: History,
  messages: readonly Sent[],
  reader: ConversationReader,
): Promise<Conversation> {
  const sides = {
    to_reporter: chain("to_reporter", messages),
    from_reporter: chain("from_reporter", messages),
  };
  const gaps: Gap[] = [];
  const items = new Map<Link, Item>();
  for (const direction of DIRECTIONS) {
    const opposite = sides[direction === "to_reporter" ? "from_reporter" : "to_reporter"];
    let before = NOTHING;
    let epoch = 0;
    for (const link of sides[direction]) {
      const found = verifyStub(record, by, link);
      const order = checkOrder(link, found.stub, before, opposite, gaps);
      const opened = await readContent(record, link, found, reader);
      const late = isLate(record, found.stub, epoch);
      items.set(link, {
        direction,
        sequence: link.sequence,
        digest: link.digest,
        stub: found.stub,
        author: found.author,
        day: found.stub?.day ?? null,
        content: opened.content,
        file: link.sent.file !== null,
        warnings: [...found.warnings, ...order, ...opened.warnings, ...late],
      });
      before = { sequence: link.sequence, digest: link.digest };
      epoch = Math.max(epoch, found.stub?.epoch ?? 0);
    }
  }
  const all = [...items.values()];
  return {
    items: merge(sides.to_reporter, sides.from_reporter).flatMap((link) => items.get(link) ?? []),
    gaps,
    stage: stageInForce(
      all.flatMap((one) => (one.direction === "to_reporter" && one.stub ? [one.stub] : [])),
    ),
    heads: { to_reporter: head(sides.to_reporter), from_reporter: head(sides.from_reporter) },
  };
}

/** The direction and sequence that a stub claims, not verified; null when it is no stub at all. */
export function claimedPlace(
  stub: Uint8Array,
): { readonly direction: Direction; readonly sequence: number } | null {
  const claimed = peek(stub);
  return claimed === null ? null : { direction: claimed.direction, sequence: claimed.sequence };
}

/** The serials that signed documents of any kind claim: the roots to be fetched before they can be
 * verified (D9). */
export function claimedSerials(documents: readonly Uint8Array[]): number[] {
  const serials = documents.map((bytes) => claimedNumber(bytes, "serial")).filter((one) => one > 0);
  return [...new Set(serials)].sort((a, b) => a - b);
}

interface Link {
  readonly sent: Sent;
  /** What the stub says of itself: good enough to put it in its place. */
  readonly claimed: Stub | null;
  readonly digest: Digest;
  readonly sequence: number;
}

interface Verified {
  readonly stub: Stub | null;
  readonly author: Listed | null;
  readonly key: Parameters<typeof verify>[2] | null;
  readonly warnings: readonly Warning[];
}

/** One direction in the order of its sequences; a stub that cannot be read keeps its place. */
function chain(direction: Direction, messages: readonly Sent[]): Link[] {
  const links: Link[] = [];
  for (const sent of messages) {
    if (sent.direction !== direction) continue;
    const last = links.at(-1)?.sequence ?? 0;
    const claimed = peek(sent.stub);
    const sequence = claimed?.sequence ?? last + 1;
    links.push({ sent, claimed, digest: digest(sent.stub), sequence });
  }
  return links.sort((a, b) => a.sequence - b.sequence);
}

function verifyStub(record: CaseRecord, by: History, link: Link): Verified {
  const nothing = { stub: null, author: null, key: null };
  try {
    const { payload, key } = signedBy(record, by, link);
    const stub = read(stubFormat, payload);
    const place = stub.direction === link.sent.direction && stub.sequence === link.sequence;
    const ours = stub.service === record.service && stub.case === record.case;
    if (!place || !ours) return { ...nothing, warnings: [warning("foreign", "M4")] };
    if (stub.direction === "from_reporter") {
      require(stub.author === "" && stub.stage === "", "M2", "a reporter is no member");
      return { stub, author: null, key, warnings: [] };
    }
    if (stub.author === "") return { ...nothing, warnings: [warning("unknown-signer", "M4")] };
    const author = bind(by, stub.serial, stub.author, key);
    if (typeof author === "string") return { ...nothing, warnings: [warning(author, "D9")] };
    return { stub, author, key, warnings: [] };
  } catch (error) {
    const signer = error instanceof Refused && (error.rule === "D9" || error.rule === "G3");
    const kind = signer ? "unknown-signer" : isSignature(error) ? "bad-signature" : "format";
    return { ...nothing, warnings: [warned(error, kind)] };
  }
}

function signedBy(
  record: CaseRecord,
  by: History,
  link: Link,
): { payload: Uint8Array; key: Parameters<typeof verify>[2] } {
  const { direction, stub } = link.sent;
  if (direction === "to_reporter") return verifyByMember(by, "stub", stub);
  const key = reporterKeyAt(record, link.sequence);
  return { payload: verify("stub", stub, key), key };
}

function isSignature(error: unknown): boolean {
  return error instanceof Refused && (error.rule === "G1" || error.rule === "G5");
}

/** M5: what is missing before this message, or was exchanged. */
function checkOrder(
  link: Link,
  stub: Stub | null,
  before: Point,
  opposite: readonly Link[],
  gaps: Gap[],
): Warning[] {
  const found: Warning[] = [];
  const { direction } = link.sent;
  if (link.sequence > before.sequence + 1) {
    gaps.push({ direction, after: before.sequence, before: link.sequence });
    found.push(warning("gap", "M5"));
  } else if (link.sequence <= before.sequence) {
    // Two messages in one place.
    found.push(warning("previous", "M5"));
  } else if (stub !== null && stub.previous !== before.digest) {
    found.push(warning("previous", "M5"));
  }
  if (stub !== null && !hasSeen(stub.seen, opposite)) found.push(warning("seen", "M5"));
  return found;
}

function hasSeen(seen: Point, opposite: readonly Link[]): boolean {
  if (seen.sequence === 0) return /^0{64}$/.test(seen.digest);
  return opposite.some((one) => one.sequence === seen.sequence && one.digest === seen.digest);
}

/** K6: sealed under an epoch that was over, as far as order and days tell. */
function isLate(record: CaseRecord, stub: Stub | null, epochBefore: number): Warning[] {
  if (stub === null) return [];
  const next = record.epochs[stub.epoch];
  const over = next !== undefined && next.day < stub.day;
  return over || stub.epoch < epochBefore ? [warning("earlier-epoch", "K6")] : [];
}

async function readContent(
  record: CaseRecord,
  link: Link,
  found: Verified,
  reader: ConversationReader,
): Promise<{ content: Content | null; warnings: readonly Warning[] }> {
  const { file } = link.sent;
  const { stub, key } = found;
  // Without a stub that holds there is nothing to hold the file against.
  if (file === null || stub === null || key === null) return { content: null, warnings: [] };
  const named = reader.as === "reporter" ? stub.files.reporter : stub.files.case;
  if (digest(file) !== named) return { content: null, warnings: [warning("digest", "M4")] };
  const identities = keysFor(record, stub, reader);
  if (identities.length === 0) {
    return { content: null, warnings: [warning("not-sealed-to-you", "K6")] };
  }
  try {
    const { by, plain } = await openWithAny(identities, file);
    const signed = unframe(plain, LARGEST_MESSAGE_FRAME);
    const content = read(contentFormat, verify("message", signed, key));
    require(content.audience === recipientDigest(by.recipient), "M4", "it is for another audience");
    require(sameAs(content, stub), "M4", "content and stub differ");
    const long =
      characters(content.body) > LONGEST_MESSAGE || characters(content.next.what) > LONGEST_NEXT;
    return { content, warnings: long ? [warning("too-long", "M3")] : [] };
  } catch (error) {
    return { content: null, warnings: [warned(error, kindOf(error))] };
  }
}

function kindOf(error: unknown): Warning["kind"] {
  const rule = error instanceof Refused ? error.rule : "";
  if (rule.startsWith("E")) return "does-not-open";
  if (rule === "G1" || rule === "G5") return "bad-signature";
  if (rule === "G3") return "unknown-signer";
  return rule === "M4" ? "stub-differs" : "format";
}

function keysFor(
  record: CaseRecord,
  stub: Stub,
  reader: ConversationReader,
): readonly Identity<ReporterOpenSeed | CaseSecret>[] {
  if (reader.as === "reporter") return reader.identities;
  const secret = reader.secrets.get(stub.epoch);
  if (secret === undefined) return [];
  return secret.recipient === caseRecipient(record, stub.epoch) ? [secret] : [];
}

async function openWithAny(
  identities: readonly Identity<ReporterOpenSeed | CaseSecret>[],
  file: Uint8Array,
): Promise<{ by: Identity; plain: Uint8Array }> {
  let last: unknown;
  for (const by of identities) {
    try {
      return { by, plain: await open(by, file) };
    } catch (error) {
      last = error;
    }
  }
  throw last;
}

/** Whether all that content and stub both name is equal (M4). */
function sameAs(content: Content, stub: Stub): boolean {
  return (
    content.service === stub.service &&
    content.case === stub.case &&
    content.epoch === stub.epoch &&
    content.direction === stub.direction &&
    content.sequence === stub.sequence &&
    content.previous === stub.previous &&
    content.seen.sequence === stub.seen.sequence &&
    content.seen.digest === stub.seen.digest &&
    content.stage === stub.stage &&
    content.author === stub.author &&
    content.serial === stub.serial &&
    content.day === stub.day
  );
}

function head(links: readonly Link[]): Point {
  const last = links.at(-1);
  return last === undefined ? NOTHING : { sequence: last.sequence, digest: last.digest };
}

/** Merges the directions so that a message comes after all that its author had seen. */
function merge(to: readonly Link[], from: readonly Link[]): Link[] {
  const whole: Link[] = [];
  let t = 0;
  let f = 0;
  for (;;) {
    const nextTo = to[t];
    const nextFrom = from[f];
    if (nextTo === undefined) return [...whole, ...from.slice(f)];
    if (nextFrom === undefined) return [...whole, ...to.slice(t)];
    const toFirst = saw(nextFrom, nextTo);
    const fromFirst = saw(nextTo, nextFrom);
    const earlier = (nextTo.claimed?.day ?? "") <= (nextFrom.claimed?.day ?? "");
    if (toFirst === fromFirst ? earlier : toFirst) {
      whole.push(nextTo);
      t++;
    } else {
      whole.push(nextFrom);
      f++;
    }
  }
}

/** Whether the author of one message had seen the other. */
function saw(one: Link, other: Link): boolean {
  return (one.claimed?.seen.sequence ?? 0) >= other.sequence;
}

function peek(stub: Uint8Array): Stub | null {
  try {
    return read(stubFormat, split(stub, "stub").payload);
  } catch {
    return null;
  }
}
