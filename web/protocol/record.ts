import { NO_DIGEST, digest } from "./bytes";
import type { CaseId, Digest, ServiceId, VerifyingKey } from "./bytes";
import type { History } from "./history";
import { readEpoch } from "./epoch";
import type { Epoch } from "./epoch";
import { Refused } from "./refused";
import type { Recipient } from "./sealing";
import { readStatement } from "./statement";
import type { Statement } from "./statement";
import { warned, warning } from "./warning";
import type { Warning } from "./warning";
import { readChange } from "./words";
import type { Change } from "./words";

/** What is rooted in a case's statement: its epochs and changes of words, as far as they verify. */
export interface CaseRecord {
  readonly service: ServiceId;
  readonly case: CaseId;
  readonly statement: Statement;
  /** Epochs 1 to n, in order (K5). */
  readonly epochs: readonly Epoch[];
  /** Changes of words 1 to n, in order (W1). */
  readonly changes: readonly Change[];
  readonly warnings: readonly Warning[];
}

/** Reads a case's documents. The statement must be good; what follows it is used up to the first
 * document that is not, and the rest is a warning. */
export function caseRecord(
  of: { readonly service: ServiceId; readonly case: CaseId },
  documents: {
    readonly statement: Uint8Array;
    readonly epochs: readonly Uint8Array[];
    readonly changes: readonly Uint8Array[];
  },
  by: History,
): CaseRecord {
  const statement = readStatement(of.service, documents.statement);
  if (statement.case !== of.case) throw new Refused("S2", "the statement is another case's");
  const warnings: Warning[] = [];
  const epochs: Epoch[] = [];
  const changes: Change[] = [];
  try {
    for (const bytes of documents.epochs) epochs.push(readEpoch(statement, epochs, bytes, by));
  } catch (error) {
    warnings.push(warned(error, "chain"));
  }
  try {
    for (const bytes of documents.changes) changes.push(readChange(statement, changes, bytes));
  } catch (error) {
    warnings.push(warned(error, "chain"));
  }
  if (by.current.service !== of.service) warnings.push(warning("foreign", "D1"));
  return { ...of, statement, epochs, changes, warnings };
}

/** The recipient of a case in one epoch; null for an epoch that the record does not reach (K2). */
export function caseRecipient(record: CaseRecord, epoch: number): Recipient | null {
  return epoch === 0
    ? record.statement.case_recipient
    : (record.epochs[epoch - 1]?.recipient ?? null);
}

/** The epoch that new messages are sealed under, and its recipient (K6). */
export function latestEpoch(record: CaseRecord): {
  readonly epoch: number;
  readonly recipient: Recipient;
} {
  const epoch = record.epochs.length;
  return { epoch, recipient: caseRecipient(record, epoch) ?? record.statement.case_recipient };
}

/** The reporter's recipient now: that of the last change of words, or the statement's (W2). */
export function reporterRecipient(record: CaseRecord): Recipient {
  return record.changes.at(-1)?.reporter_recipient ?? record.statement.reporter_recipient;
}

/** The key that signs the reporter's message of a sequence (M9). */
export function reporterKeyAt(record: CaseRecord, sequence: number): VerifyingKey {
  const change = record.changes.filter((one) => one.after < sequence).at(-1);
  return change?.reporter_key ?? record.statement.reporter_key;
}

/** The reporter's key now (W2). */
export function reporterKey(record: CaseRecord): VerifyingKey {
  return record.changes.at(-1)?.reporter_key ?? record.statement.reporter_key;
}

/** The digest of the last document of a list, or of what comes before any. */
export function lastDigest(documents: readonly Uint8Array[], before: Digest = NO_DIGEST): Digest {
  const last = documents.at(-1);
  return last === undefined ? before : digest(last);
}
