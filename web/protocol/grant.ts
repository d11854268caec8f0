import { NO_DIGEST, concat, digest, equal, fromHex, u32 } from "./bytes";
import { utf8 } from "./bytes";
import type { Anchor, Bytes, CaseId, Day, Digest, MemberId, ServiceId } from "./bytes";
import { bind, bindReader, mayReadAt, verifyByMember } from "./history";
import type { History } from "./history";
import { bool, dayFormat, hexOf, int, object, oneOf, read } from "./format";
import type { Of } from "./format";
import { Refused, require } from "./refused";
import { caseRecipient, lastDigest } from "./record";
import type { CaseRecord } from "./record";
import { identity, open, prepare, seal, shape } from "./sealing";
import type { CaseSecret, Identity, MemberOpenSeed, Recipient } from "./sealing";
import { claimedNumber, sign } from "./signing";
import type { MemberSignSeed, Signer } from "./signing";
import { warned, warning } from "./warning";
import type { Warning } from "./warning";

const row = object({
  service: hexOf<ServiceId>(32),
  case: hexOf<CaseId>(32),
  number: int,
  previous: hexOf<Digest>(32),
  act: oneOf(["grant", "end"]),
  epoch: int,
  grantee: hexOf<MemberId>(16),
  grantor: hexOf<MemberId>(16),
  digest: hexOf<Digest>(32),
  serial: int,
  day: dayFormat,
});
/** A grant row: one act of the chain of grants of a case (K3). */
export type GrantRow = Of<typeof row>;

const declaration = object({
  service: hexOf<ServiceId>(32),
  case: hexOf<CaseId>(32),
  member: hexOf<MemberId>(16),
  conflict: bool,
  serial: int,
  day: dayFormat,
});
/** What a member declares before a case is served to them (K8). */
export type Declaration = Of<typeof declaration>;

/** Somebody who can read a case in one epoch, and who let them in. */
export interface LiveGrant {
  readonly member: MemberId;
  readonly epoch: number;
  /** The digest of the sealed grant; null for the author of an epoch, who has none. */
  readonly digest: Digest | null;
  /** The member who granted; null for first grantees, whom the reporter chose. */
  readonly by: MemberId | null;
  readonly day: Day;
}

/** The chain of grants as verified (K3, K4). */
export interface Grants {
  /** The record up to the last epoch that counts: what everybody reads by and seals to (K5). */
  readonly record: CaseRecord;
  readonly live: readonly LiveGrant[];
  /** What those held who opened the case and found a conflict later: their browsers may have it still. */
  readonly kept: readonly LiveGrant[];
  readonly rows: readonly GrantRow[];
  readonly declarations: readonly Declaration[];
  /** Warnings with the place of the row that they are about, counted from 0. */
  readonly warnings: readonly (Warning & { readonly row: number | null })[];
}

/** The most rows of a case (K3). */
const MOST_ROWS = 1_000;
const HEAD = concat(utf8("rightline/1/grant"), Uint8Array.of(0));
/** The bytes of a grant's plaintext (K1). */
export const GRANT = HEAD.length + 32 + 4 + 16 + 32;

/** Whom a case is granted to: a member, or the recovery, with the recipient that the directory
 * names for them (K4). */
export interface Grantee {
  readonly member: MemberId;
  readonly recipient: Recipient;
}

/** Seals a grant of a case secret to one member (K1). */
export async function sealGrant(
  to: Grantee,
  anchor: Anchor,
  epoch: number,
  secret: Identity<CaseSecret>,
): Promise<Bytes> {
  const bindings = concat(HEAD, fromHex(anchor, 32), u32(epoch), fromHex(to.member, 16));
  return seal([to.recipient], concat(bindings, secret.seed));
}

/** Opens one's own grant and checks all that K2 asks. */
export async function openGrant(
  by: { readonly member: MemberId; readonly identity: Identity<MemberOpenSeed> },
  record: Pick<CaseRecord, "statement" | "epochs">,
  epoch: number,
  file: Uint8Array,
): Promise<Identity<CaseSecret>> {
  require(shape(file).plaintext === GRANT, "K1", "the grant has another length");
  const plain = await open(by.identity, file);
  const { anchor } = record.statement;
  const wanted = concat(HEAD, fromHex(anchor, 32), u32(epoch), fromHex(by.member, 16));
  require(equal(plain.subarray(0, wanted.length), wanted), "K2", "the grant is for something else");
  const secret = plain.slice(wanted.length) as Uint8Array as CaseSecret;
  await prepare(secret);
  const found = identity(secret);
  const expected = caseRecipient(record as CaseRecord, epoch);
  require(found.recipient === expected, "K2", "the secret is not the case's");
  return found;
}

/** Makes a grant to another member: the row and the sealed grant (K3). */
export async function grant(
  record: CaseRecord,
  rows: readonly Uint8Array[],
  facts: {
    readonly epoch: number;
    readonly secret: Identity<CaseSecret>;
    readonly grantee: Grantee;
    readonly grantor: MemberId;
    readonly serial: number;
    readonly day: Day;
  },
  by: Signer<MemberSignSeed>,
): Promise<{ readonly row: Bytes; readonly sealed: Bytes }> {
  const { epoch, secret, grantee, grantor, serial, day } = facts;
  const sealed = await sealGrant(grantee, record.statement.anchor, epoch, secret);
  const act = { act: "grant", epoch, grantee: grantee.member, grantor, digest: digest(sealed) };
  return { row: signRow(record, rows, { ...act, serial, day }, by), sealed };
}

/** Makes the row that ends a member's own grant of an epoch (K3). */
export function endGrant(
  record: CaseRecord,
  rows: readonly Uint8Array[],
  facts: {
    readonly epoch: number;
    readonly grantor: MemberId;
    readonly serial: number;
    readonly day: Day;
  },
  by: Signer<MemberSignSeed>,
): Bytes {
  const act = { ...facts, act: "end", digest: NO_DIGEST, grantee: facts.grantor };
  return signRow(record, rows, act, by);
}

/** Signs a declaration (K8). */
export function signDeclaration(facts: Declaration, by: Signer<MemberSignSeed>): Bytes {
  return sign("declaration", facts, by);
}

/** Verifies a declaration (K8). */
export function readDeclaration(
  of: { readonly service: ServiceId; readonly case: CaseId },
  bytes: Uint8Array,
  by: History,
): Declaration {
  const { payload, key } = verifyByMember(by, "declaration", bytes);
  const document = read(declaration, payload);
  const ours = document.service === of.service && document.case === of.case;
  require(ours, "K8", "the declaration is for another case");
  const member = bind(by, document.serial, document.member, key);
  if (typeof member === "string") throw new Refused("D9", "the directory lists no such member");
  return document;
}

/** Whoever has declared a conflict, whatever they declared before (K8). */
export function conflictedBy(declared: readonly Declaration[]): ReadonlySet<MemberId> {
  return new Set(declared.filter((one) => one.conflict).map((one) => one.member));
}

/** What counts of all that a member has declared: a conflict, if there is one (K8). */
export function declaredBy(
  declared: readonly Declaration[],
  member: MemberId,
): Declaration | undefined {
  const own = declared.filter((one) => one.member === member);
  return own.find((one) => one.conflict) ?? own[0];
}

/** Follows the chain of grants from the statement's first grantees (K3, K4, K8). A row that does
 * not hold is a warning and grants nothing; the chain goes on from its digest. What somebody did before
 * they found a conflict stays: their own grants end alone. */
export function verifyGrants(
  record: CaseRecord,
  rows: readonly Uint8Array[],
  declarations: readonly Uint8Array[],
  by: History,
): Grants {
  const warnings: (Warning & { row: number | null })[] = [];
  const declared = readDeclarations(record, declarations, by, warnings);
  const conflicted = conflictedBy(declared);
  const free = new Set(declared.filter((one) => !one.conflict).map((one) => one.member));
  const { statement, epochs } = record;
  let live: LiveGrant[] = statement.grantees.map(({ member, grant: sealed }) => ({
    member,
    epoch: 0,
    digest: sealed,
    by: null,
    day: statement.day,
  }));
  const holds = (member: MemberId, epoch: number): boolean =>
    (free.has(member) || !conflicted.has(member)) &&
    live.some((one) => one.member === member && one.epoch === epoch);
  // How many epochs count: each is looked at in its place among the rows (K5).
  let counted = 0;
  let looked = 0;
  const beginUpTo = (epoch: number): void => {
    for (; looked < Math.min(epoch, epochs.length); looked++) {
      const next = epochs[looked];
      if (next === undefined || looked > counted || !holds(next.author, looked)) continue;
      counted++;
      // Whoever makes an epoch has its secret, and so can grant it first.
      const { author, day } = next;
      live.push({ member: author, epoch: next.epoch, digest: null, by: author, day });
    }
  };
  const read_: GrantRow[] = [];
  for (const [place, bytes] of rows.entries()) {
    try {
      beginUpTo(claimedNumber(bytes, "epoch"));
      const before = lastDigest(rows.slice(0, place), statement.digest);
      const one = readRow(record, place + 1, before, bytes, by);
      require(holds(one.grantor, one.epoch), "K4", "the grantor holds no live grant");
      read_.push(one);
      live = live.filter((other) => other.member !== one.grantee || other.epoch !== one.epoch);
      if (one.act === "end") continue;
      const { grantee: member, epoch, digest: sealed, grantor, day } = one;
      live.push({ member, epoch, digest: sealed, by: grantor, day });
    } catch (error) {
      const kind = error instanceof Refused && error.rule === "K4" ? "grant" : "chain";
      warnings.push({ ...warned(error, kind), row: place });
    }
  }
  beginUpTo(epochs.length);
  if (counted < epochs.length) warnings.push({ ...warning("epoch", "K5"), row: null });
  return {
    record: { ...record, epochs: epochs.slice(0, counted) },
    live: live.filter((one) => !conflicted.has(one.member)),
    kept: live.filter((one) => conflicted.has(one.member) && free.has(one.member)),
    rows: read_,
    declarations: declared,
    warnings,
  };
}

function readDeclarations(
  record: CaseRecord,
  declarations: readonly Uint8Array[],
  by: History,
  warnings: (Warning & { row: number | null })[],
): Declaration[] {
  const found: Declaration[] = [];
  for (const bytes of declarations) {
    try {
      found.push(readDeclaration(record, bytes, by));
    } catch (error) {
      warnings.push({ ...warned(error, "unknown-signer"), row: null });
    }
  }
  return found;
}

function readRow(
  record: CaseRecord,
  number: number,
  previous: Digest,
  bytes: Uint8Array,
  by: History,
): GrantRow {
  const { payload, key } = verifyByMember(by, "grant", bytes);
  const one = read(row, payload);
  const ours = one.service === record.service && one.case === record.case;
  require(ours, "K3", "the row is another case's");
  require(one.number === number && one.previous === previous, "K3", "the row does not follow");
  require(one.number <= MOST_ROWS, "K3", "the case has too many rows");
  require((one.act === "end") === (one.digest === NO_DIGEST), "K3", "the row's digest is wrong");
  const own = one.grantee === one.grantor;
  require(one.act === "grant" || own, "K3", "the row ends the grant of another");
  require(caseRecipient(record, one.epoch) !== null, "K3", "there is no such epoch");
  const grantor = bindReader(by, one.serial, one.grantor, key);
  if (typeof grantor === "string") throw new Refused("D9", "the directory lists no such grantor");
  const reads = one.act === "end" || mayReadAt(by, one.serial, one.grantee);
  require(reads, "K4", "the grantee may not read");
  return one;
}

function signRow(
  record: CaseRecord,
  rows: readonly Uint8Array[],
  act: Record<string, unknown>,
  by: Signer<MemberSignSeed>,
): Bytes {
  const { service, statement } = record;
  const number = rows.length + 1;
  const previous = lastDigest(rows, statement.digest);
  return sign("grant", { service, case: record.case, number, previous, ...act }, by);
}
