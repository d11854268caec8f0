import { digest } from "./bytes";
import type { Bytes, CaseId, Day, Digest, MemberId, ServiceId } from "./bytes";
import { listed, mayRead, recipientFormat } from "./directory";
import { bind, memberAt, recoveryAt, verifyByMember } from "./history";
import type { History } from "./history";
import { dayFormat, hexOf, int, object, oneOf, read } from "./format";
import type { Of } from "./format";
import { Refused, require } from "./refused";
import type { CaseSecret, Identity } from "./sealing";
import { sign } from "./signing";
import type { MemberSignSeed, Signer } from "./signing";
import type { Statement } from "./statement";

/** The most epochs of a case after the first (K5). */
const MOST_EPOCHS = 100;
export const EPOCH_REASONS = ["leaver", "compromise", "exclusion", "replaced"] as const;
export type EpochReason = (typeof EPOCH_REASONS)[number];

const epoch = object({
  service: hexOf<ServiceId>(32),
  case: hexOf<CaseId>(32),
  epoch: int,
  recipient: recipientFormat,
  previous: hexOf<Digest>(32),
  author: hexOf<MemberId>(16),
  serial: int,
  reason: oneOf(EPOCH_REASONS),
  day: dayFormat,
});
/** A verified epoch document (K5). */
export type Epoch = Of<typeof epoch> & { readonly digest: Digest };

/** Signs the document of the epoch after the record's last, for a new case secret (K5). */
export function signEpoch(
  after: { readonly statement: Statement; readonly epochs: readonly Epoch[] },
  facts: {
    readonly identity: Identity<CaseSecret>;
    readonly author: MemberId;
    readonly serial: number;
    readonly reason: EpochReason;
    readonly day: Day;
  },
  by: Signer<MemberSignSeed>,
): Bytes {
  const { identity, ...rest } = facts;
  const { statement, epochs } = after;
  return sign(
    "epoch",
    {
      service: statement.service,
      case: statement.case,
      epoch: epochs.length + 1,
      recipient: identity.recipient,
      previous: epochs.at(-1)?.digest ?? statement.digest,
      ...rest,
    },
    by,
  );
}

/** Verifies the epoch document that follows those before (K5). Whether its author held a live
 * grant, without which it does not count, shows in the grant rows. */
export function readEpoch(
  statement: Statement,
  before: readonly Epoch[],
  bytes: Uint8Array,
  by: History,
): Epoch {
  const { payload, key } = verifyByMember(by, "epoch", bytes);
  const document = read(epoch, payload);
  const ours = document.service === statement.service && document.case === statement.case;
  require(ours, "K5", "the epoch is another case's");
  require(document.epoch === before.length + 1, "K5", "the epoch is not the next");
  require(document.epoch <= MOST_EPOCHS, "K5", "the case has too many epochs");
  const previous = before.at(-1)?.digest ?? statement.digest;
  require(document.previous === previous, "K5", "the epoch follows another");
  const recovery = recoveryAt(by, document.serial);
  require(recovery?.member !== document.author, "K5", "the recovery makes no epoch");
  const author = bind(by, document.serial, document.author, key);
  if (typeof author === "string") throw new Refused("D9", "the directory lists no such author");
  require(mayRead(author.member), "K4", "the author may not read");
  return { ...document, digest: digest(bytes) };
}

/** Whether the author of an epoch still reads cases: the current root lists them with the key that
 * signed it and a role that may read (K5). Asks for all team documents of that root. */
export function isByReader(made: Epoch, by: History): boolean {
  const key = memberAt(by, made.serial, made.author)?.member.key;
  const now = listed(by.current, made.author);
  return now.some((one) => one.member.key === key && mayRead(one.member));
}
