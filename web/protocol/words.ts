import { concat, digest, equal, fromHex, utf8 } from "./bytes";
import type { Anchor, Bytes, CaseId, Day, Digest, ServiceId, VerifyingKey } from "./bytes";
import { recipientFormat } from "./directory";
import { dayFormat, hexOf, int, object, read } from "./format";
import type { Of } from "./format";
import { Refused, require } from "./refused";
import { identity, open, seal, shape } from "./sealing";
import type { Identity, ReporterOpenSeed } from "./sealing";
import { sign, verify } from "./signing";
import type { Statement } from "./statement";
import type { ReporterKeys } from "./token";
import { warned } from "./warning";
import type { Warning } from "./warning";

/** The most changes of words of a case (W1). */
const MOST_CHANGES = 100;

const change = object({
  service: hexOf<ServiceId>(32),
  case: hexOf<CaseId>(32),
  number: int,
  previous: hexOf<Digest>(32),
  lookup: hexOf<Digest>(32),
  reporter_recipient: recipientFormat,
  reporter_key: hexOf<VerifyingKey>(32),
  after: int,
  keep: hexOf<Digest>(32),
  day: dayFormat,
});
/** A verified change of words (W1). */
export type Change = Of<typeof change> & { readonly digest: Digest };

const KEEP_HEAD = concat(utf8("rightline/1/keep"), Uint8Array.of(0));
/** The bytes of a keep's plaintext (W3). */
export const KEEP = KEEP_HEAD.length + 64;

/** Makes the change from the keys in force to those of new words, with its keep (W1, W3). */
export async function changeWords(
  of: { readonly statement: Statement; readonly changes: readonly Change[] },
  from: ReporterKeys,
  to: ReporterKeys,
  facts: {
    /** The last sequence that the reporter has written (W1). */
    readonly after: number;
    readonly day: Day;
  },
): Promise<{ readonly change: Bytes; readonly keep: Bytes }> {
  const { statement, changes } = of;
  const keep = await sealKeep(statement.anchor, from.identity, to.identity);
  const document = {
    service: statement.service,
    case: statement.case,
    number: changes.length + 1,
    previous: changes.at(-1)?.digest ?? statement.digest,
    lookup: to.lookupDigest,
    reporter_recipient: to.identity.recipient,
    reporter_key: to.signer.key,
    after: facts.after,
    keep: digest(keep),
    day: facts.day,
  };
  return { change: sign("change-words", document, from.signer), keep };
}

/** Verifies the change of words that follows those before, by the key that it replaces (W1). */
export function readChange(
  statement: Statement,
  before: readonly Change[],
  bytes: Uint8Array,
): Change {
  const last = before.at(-1);
  const replaced = last?.reporter_key ?? statement.reporter_key;
  const document = read(change, verify("change-words", bytes, replaced));
  const ours = document.service === statement.service && document.case === statement.case;
  require(ours, "W1", "the change is another case's");
  require(document.number === before.length + 1, "W1", "the change is not the next");
  require(document.number <= MOST_CHANGES, "W1", "the words were changed too often");
  const previous = last?.digest ?? statement.digest;
  require(document.previous === previous, "W1", "the change follows another");
  require(document.after >= (last?.after ?? 0), "W1", "the change is before the one before");
  return { ...document, digest: digest(bytes) };
}

/** Seals the old identity's seed to the new (W3). */
export async function sealKeep(
  anchor: Anchor,
  old: Identity<ReporterOpenSeed>,
  to: Identity<ReporterOpenSeed>,
): Promise<Bytes> {
  return seal([to.recipient], concat(KEEP_HEAD, fromHex(anchor, 32), old.seed));
}

/** Opens a keep with the identity that it is sealed to (W3). */
export async function openKeep(
  anchor: Anchor,
  by: Identity<ReporterOpenSeed>,
  file: Uint8Array,
): Promise<Identity<ReporterOpenSeed>> {
  require(shape(file).plaintext === KEEP, "W3", "the keep has another length");
  const plain = await open(by, file);
  const head = concat(KEEP_HEAD, fromHex(anchor, 32));
  require(equal(plain.subarray(0, head.length), head), "W3", "the keep is another case's");
  return identity(plain.slice(head.length) as Uint8Array as ReporterOpenSeed);
}

/** Every identity of the reporter that the words now reach, the latest first (W3). What cannot be
 * opened ends the chain with a warning: newer messages still open. */
export async function openKeeps(
  of: { readonly statement: Statement; readonly changes: readonly Change[] },
  keys: ReporterKeys,
  keeps: readonly Uint8Array[],
): Promise<{
  readonly identities: readonly Identity<ReporterOpenSeed>[];
  readonly warnings: readonly Warning[];
}> {
  const { statement, changes } = of;
  const identities = [keys.identity];
  let by = keys.identity;
  try {
    for (let number = changes.length; number >= 1; number--) {
      const keep = keeps[number - 1];
      const named = changes[number - 1]?.keep;
      if (keep === undefined || digest(keep) !== named) {
        throw new Refused("W1", "the keep is not the one that the change names");
      }
      by = await openKeep(statement.anchor, by, keep);
      const before = changes[number - 2]?.reporter_recipient ?? statement.reporter_recipient;
      require(by.recipient === before, "W3", "the keep holds another seed");
      identities.push(by);
    }
    return { identities, warnings: [] };
  } catch (error) {
    return { identities, warnings: [warned(error, "chain")] };
  }
}
