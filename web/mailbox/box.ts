import { digest } from "../protocol/bytes";
import type { Bytes, Day, Digest, ServiceId, VerifyingKey } from "../protocol/bytes";
import { paths } from "../protocol/calls";
import type { AnswerName, AnswerOf, MailboxOpened } from "../protocol/calls";
import { claimedSerials, readConversation } from "../protocol/conversation";
import type { Conversation, Sent } from "../protocol/conversation";
import type { Directory } from "../protocol/directory";
import { isByReader } from "../protocol/epoch";
import type { History } from "../protocol/history";
import { verifyGrants } from "../protocol/grant";
import { mailboxRequest } from "../protocol/mailbox";
import type { Act } from "../protocol/mailbox";
import { writeFromReporter } from "../protocol/message";
import type { MessageKind } from "../protocol/message";
import { verifyReceipt } from "../protocol/receipt";
import { caseRecord, reporterKey } from "../protocol/record";
import type { CaseRecord } from "../protocol/record";
import { Refused } from "../protocol/refused";
import { readStatement } from "../protocol/statement";
import { newToken, reporterKeys } from "../protocol/token";
import type { ReporterKeys, Token } from "../protocol/token";
import { warning } from "../protocol/warning";
import type { Warning } from "../protocol/warning";
import { changeWords, openKeeps } from "../protocol/words";
import { today } from "../ui/page";
import { Trouble, ask, fetchDirectory, fetchHistory } from "../ui/service";

/** A reporter's own case as opened with their words. */
export interface Box {
  readonly token: Token;
  readonly keys: ReporterKeys;
  readonly record: CaseRecord;
  readonly directory: Directory;
  readonly conversation: Conversation;
  /** An epoch is served that does not count: nothing is written to the case while it is (K5). */
  readonly locked: boolean;
  /** The last epoch that counts was made by somebody who reads no longer: the page says so where a
   * message is written (K5). */
  readonly departed: boolean;
  /** About the case as a whole; those about one message stand beside it. */
  readonly warnings: readonly Warning[];
  /** Null when the service's receipt does not verify. */
  readonly receipt: { readonly bytes: Bytes; readonly day: Day } | null;
  /** The day that the service says the report was received. */
  readonly day: Day;
  /** Nobody works on it now: it is set aside. The service's word, signed by nobody (B4). */
  readonly aside: boolean;
  /** The highest sequence that can still be deleted; 0 for none. */
  readonly deletable: number;
}

/** Makes one signed request. A challenge that has run out is drawn again once. */
async function request<N extends AnswerName>(
  name: N,
  keys: ReporterKeys,
  service: ServiceId,
  act: Act,
): Promise<AnswerOf<N>> {
  for (let tries = 1; ; tries++) {
    const { challenge } = await ask("challenge", paths.challenge, { method: "POST" });
    const body = mailboxRequest(keys, service, challenge, act);
    try {
      return await ask(name, paths.mailbox, { method: "POST", type: "application/json", body });
    } catch (error) {
      if (tries > 1 || !isProblem(error, "challenge")) throw error;
    }
  }
}

/** Whether an error is the service's refusal with this code. */
export function isProblem(error: unknown, code: string): boolean {
  return error instanceof Trouble && error.problem?.code === code;
}

/**
 * Opens the mailbox of a token. Everything is verified: the directory (D8 against the one seen
 * before on this page), the case's documents, the receipt, each message. Refused when what the
 * service hands over is not this token's case.
 */
export async function openBox(service: ServiceId, token: Token, seen?: Directory): Promise<Box> {
  const keys = reporterKeys(token, service);
  const answer = await openAll(service, keys);
  const directory = await fetchDirectory(service, seen);
  const statement = readStatement(service, answer.statement);
  const stubs = answer.to_reporter.map((one) => one.stub);
  const serials = claimedSerials([...stubs, ...answer.epochs, ...answer.rows]);
  const by = await fetchHistory(directory, [...new Set([...serials, statement.directory.serial])]);
  const claimed = caseRecord(
    { service, case: answer.case },
    {
      statement: answer.statement,
      epochs: answer.epochs,
      changes: answer.changes.map((one) => one.signed),
    },
    by,
  );
  // Members' rows show whose epochs count; sealing to another's would let that member read (K5).
  const grants = verifyGrants(claimed, answer.rows, [], by);
  const { record } = grants;
  const locked = record.epochs.length < answer.epochs.length;
  // The signatures lead from the report as sent to these words, or it is another's case.
  if (reporterKey(record) !== keys.signer.key) throw new Refused("W2", "the case is another's");
  const { identities, warnings } = await openKeeps(
    record,
    keys,
    answer.changes.map((one) => one.keep),
  );
  const conversation = await readConversation(record, by, messagesOf(answer), {
    as: "reporter",
    identities,
  });
  const found: Warning[] = [...record.warnings, ...grants.warnings, ...warnings];
  if (locked) found.push(warning("epoch", "K5"));
  if (conversation.stage !== answer.stage) found.push(warning("stub-differs", "M7"));
  return {
    token,
    keys,
    record,
    directory: by.current,
    conversation,
    locked,
    departed: isOfDeparted(record, by),
    warnings: found,
    receipt: receiptOf(answer, by),
    day: answer.day,
    aside: answer.aside,
    deletable: lastFilled(answer.to_reporter.map((one) => one.file)),
  };
}

/** Whether a message would be sealed to keys that somebody made who reads no longer (K5). */
function isOfDeparted(record: CaseRecord, by: History): boolean {
  const last = record.epochs.at(-1);
  return last !== undefined && !isByReader(last, by);
}

/** Opens as often as it takes to have all files (B4). */
async function openAll(service: ServiceId, keys: ReporterKeys): Promise<MailboxOpened> {
  const first = await request("opened", keys, service, { do: "open", after: 0 });
  let files = first.to_reporter.map((one) => one.file);
  let { more } = first;
  while (more) {
    const after = lastFilled(files);
    const next = await request("opened", keys, service, { do: "open", after });
    const before = files;
    files = next.to_reporter.map((one, place) => one.file ?? before[place] ?? null);
    // An answer that brings nothing would be asked for for ever.
    more = next.more && lastFilled(files) > after;
  }
  return {
    ...first,
    to_reporter: first.to_reporter.map(({ stub }, place) => ({ stub, file: files[place] ?? null })),
  };
}

/** The sequence of the last message with a file; 0 for none. */
function lastFilled(files: readonly (Bytes | null)[]): number {
  return files.reduce((last, file, place) => (file === null ? last : place + 1), 0);
}

function messagesOf(answer: MailboxOpened): Sent[] {
  return [
    ...answer.to_reporter.map((one) => ({ direction: "to_reporter" as const, ...one })),
    ...answer.from_reporter.map((stub) => ({
      direction: "from_reporter" as const,
      stub,
      file: null,
    })),
  ];
}

function receiptOf(answer: MailboxOpened, by: History): Box["receipt"] {
  const keys: VerifyingKey[] = [by.current, ...by.earlier.values()].map(
    (one) => one.root.service_key,
  );
  try {
    const { day } = verifyReceipt(answer.receipt, by.current.service, answer.case, keys);
    return { bytes: answer.receipt, day };
  } catch (error) {
    if (error instanceof Refused) return null;
    throw error;
  }
}

/** A message that was written and sealed, and may or may not have arrived. */
export interface Reply {
  readonly body: string;
  readonly stub: Bytes;
  readonly file: Bytes;
  readonly sequence: number;
}

/** Seals a reply (M3), to an epoch that counts or not at all (K5). The same bytes are sent until it
 * is known to have arrived. */
export async function writeReply(
  box: Box,
  body: string,
  kind: MessageKind = "message",
): Promise<Reply> {
  if (box.locked) throw new Refused("K5", "an epoch is served that does not count");
  const written = await writeFromReporter(
    box.record,
    box.conversation.heads,
    { kind, body },
    box.keys,
    { serial: box.directory.root.serial, day: today() },
  );
  return { body, ...written };
}

/** Sends a reply; true when it is in its place, false when another message is there (B5). */
export async function sendReply(box: Box, reply: Reply): Promise<boolean> {
  const { stub, file } = reply;
  try {
    await request("sequence", box.keys, box.record.service, { do: "post", stub, file });
    return true;
  } catch (error) {
    if (isProblem(error, "sequence")) return false;
    throw error;
  }
}

/** Whether a reply stands in the conversation after all. */
export function holds(box: Box, reply: Reply): boolean {
  const wanted: Digest = digest(reply.stub);
  return box.conversation.items.some((one) => one.digest === wanted);
}

/** Deletes the files that were sealed to the reporter (B6). */
export async function deleteSent(box: Box): Promise<void> {
  await request("deleted", box.keys, box.record.service, { do: "delete", up_to: box.deletable });
}

/** New words that are not yet in force. */
export interface NewWords {
  readonly token: Token;
  readonly change: Bytes;
  readonly keep: Bytes;
}

/** Draws new words and signs the change to them (W1, W3). Nothing is sent yet. */
export async function drawWords(box: Box): Promise<NewWords> {
  const token = newToken();
  const made = await changeWords(box.record, box.keys, reporterKeys(token, box.record.service), {
    after: box.conversation.heads.from_reporter.sequence,
    day: today(),
  });
  return { token, ...made };
}

/**
 * Puts new words in force and opens with them. When the answer to the change is lost, opening
 * with the new words tells whether it was made (W2).
 */
export async function putWords(box: Box, made: NewWords): Promise<Box> {
  const { service } = box.record;
  const { change, keep } = made;
  let failed: unknown = null;
  try {
    await request("number", box.keys, service, { do: "change_words", change, keep });
  } catch (error) {
    failed = error;
  }
  try {
    return await openBox(service, made.token, box.directory);
  } catch (error) {
    throw isProblem(error, "mailbox") && failed !== null ? failed : error;
  }
}
