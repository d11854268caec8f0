/** What members do in a case's procedure: one chain for each case, in clear; the words under seal (Q4). */
import { digest } from "./bytes";
import type { Bytes, CaseId, Digest, MemberId, ServiceId, TeamId } from "./bytes";
import {
  dayFormat,
  exactly,
  hexOf,
  int,
  listOf,
  object,
  oneOf,
  read,
  teamFormat,
  text,
} from "./format";
import type { Format, Of } from "./format";
import { frame, unframe } from "./framing";
import { bind, verifyByMember } from "./history";
import type { History } from "./history";
import { characters, wellFormed } from "./json";
import type { Json } from "./json";
import { latestEpoch } from "./record";
import type { CaseRecord } from "./record";
import { CHECKPOINTS } from "./record-file";
import type { Checkpoint, SignedBy } from "./record-file";
import { Refused, require } from "./refused";
import { open, seal } from "./sealing";
import type { CaseSecret, Identity } from "./sealing";
import { sign } from "./signing";
import { warned, warning } from "./warning";
import type { Warning } from "./warning";

/** What somebody is in a case (Q4). */
export const PARTS = ["authority", "investigator", "support"] as const;
export type CasePart = (typeof PARTS)[number];

/** The clocks that run in every case (Q9). */
export const CLOCKS = [
  "acknowledgement",
  "danger",
  "triage",
  "severity",
  "referral",
  "update",
  "feedback",
  "explanation",
] as const;
export type ClockName = (typeof CLOCKS)[number];

/** The most characters of an act's words, and the most bytes of their frame (Q4). */
export const LONGEST_WORDS = 4_000;
const LARGEST_WORDS = 16_384;
const MOST_ACTS = 2_000;
/** The most members that one act bars, and the most teams that it routes to (Q4). */
export const MOST_BARRED = 400;
export const MOST_ROUTED = 10;

/** What a member does (Q4). */
export type Act =
  | { readonly do: "bar" | "lift"; readonly members: readonly MemberId[] }
  | { readonly do: "route"; readonly teams: readonly TeamId[] }
  | { readonly do: "assign" | "release"; readonly as: CasePart; readonly member: MemberId }
  | {
      readonly do: "sign";
      readonly record: Checkpoint;
      readonly revision: number;
      readonly digest: Digest;
    }
  | {
      readonly do: "second";
      readonly record: "failing";
      readonly revision: number;
      readonly digest: Digest;
    }
  | { readonly do: "pause" | "resume"; readonly clock: ClockName }
  | { readonly do: "done"; readonly clock: "feedback" | "explanation" }
  | { readonly do: "set_aside" | "take_up" | "reopen" };

/** One to as many, none of them twice. */
function several<T>(item: Format<T>, most: number): Format<T[]> {
  const list = listOf(item);
  return (value) => {
    const found = list(value);
    const good = found.length >= 1 && found.length <= most;
    require(good && new Set(found).size === found.length, "Q4", "too few, too many, or one twice");
    return found;
  };
}

const revisionFormat: Format<number> = (value) => {
  const found = int(value);
  require(found >= 1, "Q4", "there is no such revision");
  return found;
};
const members = several(hexOf<MemberId>(16), MOST_BARRED);
const assignment = { as: oneOf(PARTS), member: hexOf<MemberId>(16) };
const signature = { revision: revisionFormat, digest: hexOf<Digest>(32) };
const forms: Readonly<Record<Act["do"], Format<Act>>> = {
  bar: object({ do: exactly("bar"), members }),
  lift: object({ do: exactly("lift"), members }),
  route: object({ do: exactly("route"), teams: several(teamFormat, MOST_ROUTED) }),
  assign: object({ do: exactly("assign"), ...assignment }),
  release: object({ do: exactly("release"), ...assignment }),
  sign: object({ do: exactly("sign"), record: oneOf(CHECKPOINTS), ...signature }),
  second: object({ do: exactly("second"), record: exactly("failing"), ...signature }),
  pause: object({ do: exactly("pause"), clock: oneOf(CLOCKS) }),
  resume: object({ do: exactly("resume"), clock: oneOf(CLOCKS) }),
  done: object({ do: exactly("done"), clock: oneOf(["feedback", "explanation"]) }),
  set_aside: object({ do: exactly("set_aside") }),
  take_up: object({ do: exactly("take_up") }),
  reopen: object({ do: exactly("reopen") }),
};
const actFormat: Format<Act> = (value) => {
  require(value instanceof Map, "Q4", "this is no act");
  const code = (value as ReadonlyMap<string, Json>).get("do");
  const known = typeof code === "string" && Object.hasOwn(forms, code);
  require(known, "Q4", "an unknown act");
  return forms[code as Act["do"]](value);
};
const rowFormat = object({
  service: hexOf<ServiceId>(32),
  case: hexOf<CaseId>(32),
  number: int,
  previous: hexOf<Digest>(32),
  member: hexOf<MemberId>(16),
  serial: int,
  day: dayFormat,
  file: hexOf<Digest>(32),
  act: actFormat,
});
const wordsFormat = object({
  version: exactly(1),
  service: hexOf<ServiceId>(32),
  case: hexOf<CaseId>(32),
  number: int,
  text,
});
/** A verified act (Q4). */
export type ActRow = Of<typeof rowFormat> & { readonly digest: Digest };

/** What a new act follows: how many there are, and the digest of the last; the case's id without any. */
export type ActsHead = { readonly acts: number; readonly acts_digest: Digest };

/** Signs an act that follows those there are, with its words sealed to the case (Q4). */
export async function signAct(
  of: CaseRecord,
  after: ActsHead,
  act: Act,
  said: string,
  by: SignedBy,
): Promise<{ readonly signed: Bytes; readonly file: Bytes }> {
  require(characters(wellFormed(said)) <= LONGEST_WORDS, "Q4", "the words are too many");
  const { recipient } = latestEpoch(of);
  const number = after.acts + 1;
  const place = { service: of.service, case: of.case, number };
  const words = new TextEncoder().encode(JSON.stringify({ version: 1, ...place, text: said }));
  const file = await seal([recipient], frame(words, LARGEST_WORDS));
  const { member, serial, day } = by;
  const row = {
    ...place,
    previous: after.acts_digest,
    member,
    serial,
    day,
    file: digest(file),
    act,
  };
  return { signed: sign("act", row, by.signer), file };
}

/** An act as a reader sees it. */
export interface OpenedAct {
  /** Null when it is not good: what it says counts nothing. */
  readonly row: ActRow | null;
  /** The words; null where they do not open. */
  readonly words: string | null;
  readonly warnings: readonly Warning[];
}

/** Reads the acts of a case in order, each with its words (Q4). One that is not good is shown with a
 * warning; the next follows its digest all the same. */
export async function openActs(
  of: CaseRecord,
  served: readonly { readonly signed: Uint8Array; readonly file: Uint8Array }[],
  secrets: ReadonlyMap<number, Identity<CaseSecret>>,
  by: History,
): Promise<OpenedAct[]> {
  const found: OpenedAct[] = [];
  let previous = of.case as string;
  for (const [at, { signed, file }] of served.entries()) {
    const warnings: Warning[] = [];
    let row: ActRow | null = null;
    try {
      row = readAct(of, signed, by);
      if (row.number !== at + 1) warnings.push(warning("gap", "Q4"));
      else if (row.previous !== previous) warnings.push(warning("previous", "Q4"));
    } catch (error) {
      warnings.push(warned(error, "bad-signature"));
    }
    previous = digest(signed);
    const words = row === null ? null : await openWords(row, file, secrets);
    if (row !== null && words === null) warnings.push(warning("does-not-open", "Q4"));
    if (words !== null && characters(words) > LONGEST_WORDS)
      warnings.push(warning("too-long", "Q4"));
    found.push({ row, words, warnings });
  }
  return found;
}

/** Verifies one act: its signer and its case (Q4, D9). */
export function readAct(of: CaseRecord, bytes: Uint8Array, by: History): ActRow {
  const { payload, key } = verifyByMember(by, "act", bytes);
  const row = read(rowFormat, payload);
  require(row.service === of.service && row.case === of.case, "Q4", "the act is another case's");
  require(row.number >= 1 && row.number <= MOST_ACTS, "Q4", "no such place");
  const member = bind(by, row.serial, row.member, key);
  if (typeof member === "string") throw new Refused("D9", "the directory lists no such member");
  return { ...row, digest: digest(bytes) };
}

async function openWords(
  row: ActRow,
  file: Uint8Array,
  secrets: ReadonlyMap<number, Identity<CaseSecret>>,
): Promise<string | null> {
  if (digest(file) !== row.file) return null;
  // The act does not say under which epoch its words are sealed: the latest comes first.
  for (const [, secret] of [...secrets].sort(([one], [other]) => other - one)) {
    try {
      const words = read(wordsFormat, unframe(await open(secret, file), LARGEST_WORDS));
      const own =
        words.service === row.service && words.case === row.case && words.number === row.number;
      return own ? words.text : null;
    } catch {
      continue;
    }
  }
  return null;
}
