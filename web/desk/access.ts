/**
 * Who holds the keys of a case, verified without what was reported; and what is handed over in it:
 * grants to those who hold the same keys under earlier ones of their own, and a new lock.
 */
import {
  caseRecord,
  claimedSerials,
  digest,
  grant,
  identity,
  leftOut,
  openGrant,
  prepare,
  randomBytes,
  signEpoch,
  verifyGrants,
  wipe,
} from "../protocol";
import type {
  Access,
  Bytes,
  CaseId,
  CaseSecret,
  Day,
  Grants,
  History,
  Identity,
  MemberId,
  MemberSignSeed,
  Parties,
  Reader,
  ServiceId,
  Signer,
} from "../protocol";
import { mayBeLeftOut, owed, succession, withHeirs } from "./handover";
import type { Lock, Owed, Share, Succession } from "./handover";
import { pinnedSerial } from "./opening";

/** Who does it, at which service, by which directory. */
export type Hands = {
  service: ServiceId;
  reader: Reader;
  signer: Signer<MemberSignSeed>;
  history: History;
};

/** A case as far as its keys go. */
export type Examined = {
  case: CaseId;
  /** What the service shows does not hold together: nothing is signed on top of it. */
  broken: boolean;
  /** The reader's secret of a later epoch than was known; null where there is none. */
  own: { epoch: number; secret: CaseSecret } | null;
  owed: Owed;
};

/** Whom the reporter wanted left out: null where this reader cannot open it. */
export type Exclude = Parties["exclude"] | null;

/** A grant as it is posted. */
export type Made = { row: Bytes; sealed: Bytes };

/** What is to be posted for a case. */
export type HandedOver = {
  case: CaseId;
  /** `ask`: first see whom the reporter wanted left out. `nothing`: nothing is owed, perhaps because
   * a colleague has done it. */
  state: "made" | "nothing" | "broken" | "ask";
  grants: readonly Made[];
  lock: { epoch: number; document: Bytes; rows: readonly Made[]; secret: CaseSecret } | null;
  /** Those who are not let in again because the reporter wanted them left out, or may have. */
  withheld: readonly MemberId[];
};

/** Verifies who can open a case, and says what is owed in it. The reader's own secret is opened where
 * it is of a later epoch than the one that is known already. */
export async function examine(by: Hands, served: Access, known: number): Promise<Examined> {
  const { grants, broken } = verified(by, served);
  const nothing = { shares: [], lock: null };
  const self = by.reader.member;
  const last = Math.max(-1, ...served.sealed.map((one) => one.epoch));
  const secret = last > known ? await ownSecret(by, grants, served, last) : null;
  return {
    case: served.case,
    broken,
    own: secret === null ? null : { epoch: last, secret: secret.seed },
    owed: broken ? nothing : owedHere(grants, served, succession(by.history), self),
  };
}

/** Makes what is owed in a case, by what is served now: whoever asks twice, or after a colleague,
 * makes only what is still missing. */
export async function handOver(
  by: Hands,
  served: Access,
  how: {
    readonly day: Day;
    /** Whether the keys of who left may be in other hands. */
    readonly compromise: boolean;
    /** Whom the reporter wanted left out, once that was looked at. */
    readonly exclude?: Exclude;
  },
): Promise<HandedOver> {
  const { grants, broken } = verified(by, served);
  const outcome = { case: served.case, grants: [], lock: null, withheld: [] };
  if (broken) return { ...outcome, state: "broken" };
  const heirs = succession(by.history);
  const self = by.reader.member;
  const all = owedHere(grants, served, heirs, self);
  const doubted = all.shares.filter((share) => mayBeLeftOut(by.history, grants, share));
  if (doubted.length > 0 && how.exclude === undefined) return { ...outcome, state: "ask" };
  const withheld = doubted
    .map((share) => share.heir)
    .filter((heir) => !how.exclude || leftOut(by.history.current, how.exclude, heir));
  const due = owedHere(grants, served, heirs, self, (heir) => !withheld.includes(heir));
  const rows = [...served.rows];
  const make = async (
    to: MemberId,
    epoch: number,
    secret: Identity<CaseSecret>,
  ): Promise<Made[]> => {
    const grantee = heirs.readers.get(to);
    if (grantee === undefined) return [];
    const { serial } = by.history.current.root;
    const facts = { epoch, secret, grantee, grantor: self, serial, day: how.day };
    const made = await grant(grants.record, rows, facts, by.signer);
    rows.push(made.row);
    return [made];
  };
  // Who holds a grant by the signatures and is served none is barred: the service would refuse them.
  const held = new Set(grants.live.map((one) => one.member));
  const live = new Set(served.live.map((one) => one.member));
  const going = (lock: Lock): Lock => ({
    ...lock,
    to: lock.to.filter((one) => one === self || !held.has(one) || live.has(one)),
  });
  const made = await letInAgain(due.shares, make, (epoch) => ownSecret(by, grants, served, epoch));
  const lock = due.lock === null ? null : await newLock(by, grants, going(due.lock), how, make);
  const done = made.length > 0 || lock !== null;
  return { ...outcome, state: done ? "made" : "nothing", grants: made, lock, withheld };
}

/** What is owed, but to nobody who is barred, under whichever keys. */
function owedHere(
  grants: Grants,
  { bars }: Access,
  heirs: Succession,
  self: MemberId,
  wanted: (heir: MemberId) => boolean = () => true,
): Owed {
  const barred = withHeirs(bars, heirs);
  return owed(grants, heirs, self, (heir) => !barred.has(heir) && wanted(heir));
}

/** The serials of all roots by which a case's keys ask to be verified (D9). Not verified. */
export function serialsOfAccess(served: Access): number[] {
  const found = claimedSerials([...served.rows, ...served.declarations, ...served.epochs]);
  return [...new Set([...found, ...pinnedSerial(served.statement)])];
}

type Make = (to: MemberId, epoch: number, secret: Identity<CaseSecret>) => Promise<Made[]>;

async function letInAgain(
  shares: readonly Share[],
  make: Make,
  secretOf: (epoch: number) => Promise<Identity<CaseSecret> | null>,
): Promise<Made[]> {
  const made: Made[] = [];
  for (const { heir, epochs } of shares) {
    for (const epoch of epochs) {
      const secret = await secretOf(epoch);
      if (secret === null) continue;
      made.push(...(await make(heir, epoch, secret)));
      wipe(secret.seed);
    }
  }
  return made;
}

async function newLock(
  by: Hands,
  { record }: Grants,
  { reason, to }: Lock,
  how: { readonly day: Day; readonly compromise: boolean },
  make: Make,
): Promise<HandedOver["lock"]> {
  const seed = randomBytes(32) as Uint8Array as CaseSecret;
  await prepare(seed);
  const fresh = identity(seed);
  const { serial } = by.history.current.root;
  const epoch = record.epochs.length + 1;
  const document = signEpoch(
    record,
    {
      identity: fresh,
      author: by.reader.member,
      serial,
      reason: how.compromise ? "compromise" : reason,
      day: how.day,
    },
    by.signer,
  );
  const rows: Made[] = [];
  for (const member of to) rows.push(...(await make(member, epoch, fresh)));
  return { epoch, document, rows, secret: fresh.seed };
}

/** The chain as verified. It is broken where an epoch is served that does not count (K5), or where a
 * row or a declaration does not hold; a row by somebody who may not grant changes nothing (K4). */
function verified(
  { service, history }: Hands,
  served: Access,
): { grants: Grants; broken: boolean } {
  const record = caseRecord({ service, case: served.case }, served, history);
  const grants = verifyGrants(record, served.rows, served.declarations, history);
  const locked = grants.record.epochs.length < served.epochs.length;
  return { grants, broken: locked || grants.warnings.some((one) => one.kind !== "grant") };
}

/** The reader's own secret of an epoch: as sealed in the statement or the row that gave it (K4). */
async function ownSecret(
  { reader }: Hands,
  { record, live }: Grants,
  served: Access,
  epoch: number,
): Promise<Identity<CaseSecret> | null> {
  const sealed = served.sealed.find((one) => one.epoch === epoch)?.sealed;
  const held = live.find((one) => one.member === reader.member && one.epoch === epoch);
  if (sealed === undefined || held?.digest !== digest(sealed)) return null;
  try {
    return await openGrant(reader, record, epoch, sealed);
  } catch {
    return null;
  }
}
