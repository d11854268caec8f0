/** The recovery from a lead's side: its public half as a file, and the votes for it (D6, D12). Pure. */
import {
  MOST_SHARES,
  Refused,
  keyWords,
  readRecoveryVote,
  recoveryId,
  sameRecovery,
} from "../../protocol";
import type {
  Bytes,
  Day,
  Lead,
  MemberId,
  Recipient,
  RecoveryVote,
  ServiceId,
  VerifyingKey,
} from "../../protocol";
import { recipientFormat } from "../../protocol/directory";
import { daysBetween } from "../days";
import { hexOf, int, object, read } from "../../protocol/format";
import type { Recovery as NamedRecovery } from "./picture";

/** The public half of a recovery, as the command line writes it. */
export type RecoveryFile = {
  readonly recipient: Recipient;
  readonly key: VerifyingKey;
  readonly threshold: number;
  readonly shares: number;
};

/** No such file is longer. */
export const LONGEST_FILE = 8_192;

const fileFormat = object({
  service: hexOf<ServiceId>(32),
  recipient: recipientFormat,
  key: hexOf<VerifyingKey>(32),
  threshold: int,
  shares: int,
});

/** Why a file is not taken: a sentence of the page's text, by its name. */
export type FileProblem = "format" | "foreign" | "threshold";

/** Reads the public half of a recovery for a service. */
export function readRecoveryFile(
  service: ServiceId,
  bytes: Uint8Array,
): { readonly file: RecoveryFile } | { readonly problem: FileProblem } {
  try {
    if (bytes.length > LONGEST_FILE) return { problem: "format" };
    const { service: named, ...file } = read(fileFormat, bytes);
    if (named !== service) return { problem: "foreign" };
    const { threshold, shares } = file;
    if (threshold < 2 || threshold > shares || shares > MOST_SHARES)
      return { problem: "threshold" };
    return { file };
  } catch (error) {
    if (error instanceof Refused) return { problem: "format" };
    throw error;
  }
}

/** The words by which leads compare a recovery with what was printed when it was made (D13). */
export function recoveryWords(of: Pick<RecoveryFile, "key" | "recipient">): string[] {
  return keyWords(of);
}

/** One recovery that leads have voted for, on one day. */
export type Proposal = {
  readonly id: MemberId;
  readonly file: RecoveryFile;
  readonly day: Day;
  readonly by: readonly Lead[];
  readonly signatures: readonly Bytes[];
};

/** The votes as proposals, those with the most votes first; and how many votes are not good. */
export function proposalsOf(
  service: ServiceId,
  leads: readonly Lead[],
  votes: readonly { readonly lead: MemberId; readonly signed: Bytes }[],
): { readonly proposals: readonly Proposal[]; readonly bad: number } {
  const found: Proposal[] = [];
  let bad = 0;
  for (const { signed } of votes) {
    const vote = voteOf(service, leads, signed);
    if (vote === null) {
      bad++;
      continue;
    }
    const at = found.findIndex((one) => sameRecovery(one.file, vote) && one.day === vote.day);
    const [same] = found.slice(at, at + 1);
    if (at < 0 || same === undefined) found.push(proposal(vote, signed));
    else if (!same.by.some((one) => one.member === vote.by.member)) {
      const by = [...same.by, vote.by];
      found[at] = { ...same, by, signatures: [...same.signatures, signed] };
    }
  }
  return { proposals: found.sort((one, other) => other.by.length - one.by.length), bad };
}

/** How far from its own day the service takes a vote, days. */
const apart = 1;

/** What a lead signs to vote: on the day of a vote that is there for the same recovery, because votes of
 * different days do not count together (D6), unless that day is too long ago to be taken. */
export function voteFor(
  service: ServiceId,
  file: RecoveryFile,
  proposals: readonly Proposal[],
  today: Day,
): RecoveryVote {
  const { recipient, key, threshold, shares } = file;
  const same = proposals.find(
    (one) => sameRecovery(one.file, file) && Math.abs(daysBetween(one.day, today)) <= apart,
  );
  return { service, recipient, key, threshold, shares, day: same?.day ?? today };
}

/** A proposal as a root names it; null while fewer than two leads voted. */
export function named({ file, by, signatures }: Proposal): NamedRecovery | null {
  return by.length < 2 ? null : { ...file, signatures: [...signatures] };
}

type Vote = RecoveryVote & { readonly by: Lead };

function voteOf(service: ServiceId, leads: readonly Lead[], signed: Uint8Array): Vote | null {
  try {
    const vote = readRecoveryVote(service, leads, signed);
    const by = leads.find((one) => one.member === vote.lead);
    return by === undefined ? null : { ...vote, by };
  } catch (error) {
    if (error instanceof Refused) return null;
    throw error;
  }
}

function proposal(vote: Vote, signed: Bytes): Proposal {
  const { recipient, key, threshold, shares, day, by } = vote;
  const file = { recipient, key, threshold, shares };
  return { id: recoveryId(recipient), file, day, by: [by], signatures: [signed] };
}
