/** New keys for a case: everything of one new epoch, ready to be sent (K5). */
import type { Bytes, Day, MemberId } from "./bytes";
import { listed, mayRead, recoveryOf } from "./directory";
import type { Directory } from "./directory";
import { signEpoch } from "./epoch";
import type { EpochReason } from "./epoch";
import { grant } from "./grant";
import type { Grantee, Grants } from "./grant";
import { randomBytes } from "./random";
import type { CaseRecord } from "./record";
import { require } from "./refused";
import { identity, prepare } from "./sealing";
import type { CaseSecret, Identity } from "./sealing";
import type { MemberSignSeed, Signer } from "./signing";

/** A new epoch: its document, and the grants of it as they follow the rows before. */
export interface NewEpoch {
  readonly number: number;
  readonly document: Bytes;
  /** The case's identity in this epoch: the author's desk remembers it. */
  readonly identity: Identity<CaseSecret>;
  readonly rows: readonly { readonly row: Bytes; readonly sealed: Bytes }[];
}

/** Who is to read a case from its next epoch on (K5, C6): the author first, then everybody else with a
 * live grant of the latest epoch whom the directory lists with a role that may read, less those left
 * out, and the recovery of the directory last. */
export function nextReaders(
  grants: Pick<Grants, "record" | "live">,
  directory: Directory,
  author: MemberId,
  without: ReadonlySet<MemberId> = new Set(),
): Grantee[] {
  const recovery = recoveryOf(directory);
  const latest = grants.record.epochs.length;
  const live = grants.live.filter((one) => one.epoch === latest).map((one) => one.member);
  const members = [...new Set([author, ...live])].flatMap((member) => {
    const found = listed(directory, member).find((one) => mayRead(one.member));
    return found === undefined || without.has(member) ? [] : [found.member];
  });
  const readers = members.map(({ member, recipient }) => ({ member, recipient }));
  return recovery === null ? readers : [...readers, recovery];
}

/** Makes the epoch after the record's last: a new case secret, its document, and a grant row with its
 * sealed grant for each who is to read on, the author among them (K3, K5). */
export async function newEpoch(
  record: CaseRecord,
  rows: readonly Uint8Array[],
  facts: {
    readonly author: MemberId;
    readonly grantees: readonly Grantee[];
    readonly serial: number;
    readonly reason: EpochReason;
    readonly day: Day;
  },
  by: Signer<MemberSignSeed>,
): Promise<NewEpoch> {
  const { author, grantees, serial, reason, day } = facts;
  const members = grantees.map((one) => one.member);
  require(members.includes(author), "K5", "the author of an epoch grants it to themselves");
  require(new Set(members).size === members.length, "K5", "a grantee is there twice");
  const seed = randomBytes(32) as Uint8Array as CaseSecret;
  await prepare(seed);
  const secret = identity(seed);
  const number = record.epochs.length + 1;
  const document = signEpoch(record, { identity: secret, author, serial, reason, day }, by);
  const made: { row: Bytes; sealed: Bytes }[] = [];
  for (const grantee of grantees) {
    const all = [...rows, ...made.map((one) => one.row)];
    const act = { epoch: number, secret, grantee, grantor: author, serial, day };
    made.push(await grant(record, all, act, by));
  }
  return { number, document, identity: secret, rows: made };
}
