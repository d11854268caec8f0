/**
 * What is owed when readers leave, lose their keys or come back under new ones: worked out from the
 * directory's history and from each case's own signatures, and from nothing that a service says.
 */
import {
  READING_ROLES,
  conflictedBy,
  directoryAt,
  everybody,
  listed,
  mayRead,
  recoveryOf,
} from "../protocol";
import type {
  Day,
  Directory,
  EpochReason,
  Grantee,
  Grants,
  History,
  MemberId,
  Role,
} from "../protocol";

/** Who may read now, and who stands in the place of whom. */
export interface Succession {
  readonly readers: ReadonlyMap<MemberId, Grantee>;
  /** The recovery of the root in force, which is granted every new lock. */
  readonly recovery: MemberId | null;
  /** Who replaces somebody who is a reader no more: by id, the one who is a reader now. */
  readonly heirs: ReadonlyMap<MemberId, MemberId>;
  /** Those replaced whom no root lists that is there: an earlier one may, and say whom they replaced. */
  readonly unknown: readonly MemberId[];
}

/** Keys of a case that somebody gets again, having held them under earlier keys of their own. */
export interface Share {
  readonly heir: MemberId;
  readonly instead: MemberId;
  readonly epochs: readonly number[];
}

/** A new lock for a case, because the one in force opens for somebody who left. */
export interface Lock {
  readonly reason: EpochReason;
  readonly left: readonly MemberId[];
  /** Who is to open what comes next: nobody who could not open what came last. */
  readonly to: readonly MemberId[];
}

/** What is owed in one case, as far as one reader can see to it. */
export interface Owed {
  readonly shares: readonly Share[];
  readonly lock: Lock | null;
}

/** Who may read by the directory in force, and whom they replace. Replacements are followed through
 * the roots that are there; where two replace the same member, neither does. A recovery stands in
 * the place of those before it. */
export function succession(history: History): Succession {
  const readers = readersOf(history.current);
  const recovery = recoveryOf(history.current)?.member ?? null;
  const claims = new Map<MemberId, Set<MemberId>>();
  const unknown = new Set<MemberId>();
  for (const heir of readers.keys()) {
    const waiting = replacedBy(history.current, heir);
    for (let old = waiting.pop(); old !== undefined; old = waiting.pop()) {
      // Who is a reader still has lost nothing, and is nobody's past.
      if (readers.has(old)) continue;
      const claimed = claims.get(old) ?? new Set();
      if (claimed.has(heir)) continue;
      claims.set(old, claimed.add(heir));
      const last = lastListing(history, old);
      if (last === null) unknown.add(old);
      else waiting.push(...replacedBy(last, old));
    }
  }
  for (const earlier of history.earlier.values()) {
    const old = recoveryOf(earlier)?.member;
    if (recovery === null || old === undefined || old === recovery) continue;
    claims.set(old, (claims.get(old) ?? new Set()).add(recovery));
  }
  const heirs = new Map<MemberId, MemberId>();
  for (const [old, by] of claims) {
    const [heir, ...others] = by;
    if (heir !== undefined && others.length === 0) heirs.set(old, heir);
  }
  return { readers, recovery, heirs, unknown: [...unknown] };
}

/** Members, and whoever reads in the place of one of them: a conflict, a bar and a part are a person's, under whichever
 * keys. */
export function withHeirs(
  members: Iterable<MemberId>,
  { heirs }: Pick<Succession, "heirs">,
): ReadonlySet<MemberId> {
  const all = [...members];
  return new Set([...all, ...all.flatMap((old) => heirs.get(old) ?? [])]);
}

/** What is owed in a case that one reader can do: who lets in again holds the same key, and who makes
 * a lock holds the one in force (K4, K5). `wanted` says whom the reporter has not left out. */
export function owed(
  { record, live, declarations }: Grants,
  { readers, recovery, heirs }: Succession,
  self: MemberId,
  wanted: (heir: MemberId) => boolean = () => true,
): Owed {
  const conflicted = withHeirs(conflictedBy(declarations), { heirs });
  const heirOf = (old: MemberId): MemberId | null => {
    const heir = heirs.get(old);
    if (heir === undefined || conflicted.has(heir)) return null;
    return wanted(heir) ? heir : null;
  };
  const holds = (member: MemberId, epoch: number): boolean =>
    live.some((one) => one.member === member && one.epoch === epoch);

  const shares = new Map<MemberId, { instead: MemberId; epochs: Set<number> }>();
  for (const { member: instead, epoch } of live) {
    const heir = heirOf(instead);
    if (heir === null || heir === self || holds(heir, epoch) || !holds(self, epoch)) continue;
    const share = shares.get(heir) ?? { instead, epochs: new Set() };
    share.epochs.add(epoch);
    shares.set(heir, share);
  }
  const ordered = [...shares].map(([heir, { instead, epochs }]) => ({
    heir,
    instead,
    epochs: [...epochs].sort((one, other) => one - other),
  }));

  const last = record.epochs.length;
  const opening = new Set(live.filter((one) => one.epoch === last).map((one) => one.member));
  const left = [...opening].filter((member) => !readers.has(member));
  if (left.length === 0 || !opening.has(self) || !readers.has(self)) {
    return { shares: ordered, lock: null };
  }
  const to = new Set<MemberId>();
  for (const member of opening) {
    const reader = readers.has(member) ? member : heirOf(member);
    if (reader !== null) to.add(reader);
  }
  if (recovery !== null) to.add(recovery);
  const reason = left.every((member) => heirs.has(member)) ? "replaced" : "leaver";
  return { shares: ordered, lock: { reason, left, to: [...to] } };
}

/** Whether, since the root of a serial, no reader has left and nobody has come in another's place: what
 * was settled by that root is settled still. False where a root between is not there. */
export function unchangedSince(history: History, serial: number): boolean {
  const { current } = history;
  const now = readersOf(current);
  for (let at = serial; at < current.root.serial; at++) {
    const directory = directoryAt(history, at);
    if (directory === null) return false;
    for (const member of readersOf(directory).keys()) if (!now.has(member)) return false;
  }
  const before = directoryAt(history, serial);
  if (before === null) return false;
  return [...now.keys()].every((member) => {
    const known = replacedBy(before, member);
    return replacedBy(current, member).every((old) => known.includes(old));
  });
}

/** Whether the reporter could have left out somebody whom they did not leave out under the earlier
 * keys: because the new ones were listed already, or name a unit that the earlier ones did not. Only
 * then has anybody to look at what the reporter said, which first readers alone can open. */
export function mayBeLeftOut(history: History, { record, rows }: Grants, share: Share): boolean {
  const { heir, instead } = share;
  const pinned = directoryAt(history, record.statement.directory.serial);
  if (pinned === null || listed(pinned, heir).length > 0) return true;
  const letIn = rows.find((row) => row.grantee === instead && row.act === "grant");
  const later = letIn === undefined ? null : directoryAt(history, letIn.serial);
  const before = new Set([...unitsOf(pinned, instead), ...unitsOf(later, instead)]);
  return unitsOf(history.current, heir).some((unit) => !before.has(unit));
}

/** The day since which a member is a reader no more, as far as the roots are there; null for one who
 * is a reader, or never was one. */
export function leftOn(history: History, member: MemberId): Day | null {
  let last: number | null = null;
  for (const directory of [...history.earlier.values(), history.current]) {
    const { serial } = directory.root;
    if (readersOf(directory).has(member)) last = Math.max(last ?? 0, serial);
  }
  if (last === null || last === history.current.root.serial) return null;
  return directoryAt(history, last + 1)?.root.issued ?? null;
}

/** A team with too few readers, and whether it is the one that keeps identities. */
export type ThinTeam = { name: string; readers: number; custodians: boolean };

/** The teams of the directory in force that have fewer than two readers, with how many they have:
 * those that reports go to, and those that have any reader at all. */
export function thinTeams(directory: Directory): ThinTeam[] {
  const { intake, independent, custodians } = directory.root.routes;
  const found: ThinTeam[] = [];
  for (const { team, name, members } of directory.teams.values()) {
    const wanted: readonly Role[] =
      team === custodians
        ? ["custodian"]
        : team === intake || team === independent
          ? ["handler"]
          : READING_ROLES;
    const reads = (roles: readonly Role[]): boolean => roles.some((role) => wanted.includes(role));
    const readers = members.filter((one) => reads(one.roles)).length;
    const needed = [intake, independent, custodians].includes(team) || readers > 0;
    if (needed && readers < 2) found.push({ name, readers, custodians: team === custodians });
  }
  return found;
}

const known = new WeakMap<Directory, ReadonlyMap<MemberId, Grantee>>();

/** Those who may read by one directory: members, and its recovery (K4). */
export function readersOf(directory: Directory): ReadonlyMap<MemberId, Grantee> {
  const before = known.get(directory);
  if (before !== undefined) return before;
  const readers = new Map<MemberId, Grantee>();
  for (const { member } of everybody(directory)) {
    if (mayRead(member) && !readers.has(member.member)) readers.set(member.member, member);
  }
  const recovery = recoveryOf(directory);
  if (recovery !== null) readers.set(recovery.member, recovery);
  known.set(directory, readers);
  return readers;
}

/** Whom a member replaces, in whichever team it is said. */
function replacedBy(directory: Directory, member: MemberId): MemberId[] {
  return listed(directory, member).flatMap(({ member: { replaces } }) =>
    replaces === "" || replaces === member ? [] : [replaces],
  );
}

/** The latest root, of those that are there, which lists a member. */
function lastListing(history: History, member: MemberId): Directory | null {
  const all = [history.current, ...history.earlier.values()];
  const listing = all.filter((one) => listed(one, member).length > 0);
  return listing.sort((one, other) => other.root.serial - one.root.serial)[0] ?? null;
}

function unitsOf(directory: Directory | null, member: MemberId): string[] {
  return directory === null ? [] : listed(directory, member).flatMap((one) => one.member.units);
}
