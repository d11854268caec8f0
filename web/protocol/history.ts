import { hex } from "./bytes";
import type { MemberId, VerifyingKey } from "./bytes";
import { everybody, listed, mayRead, missingDocuments, recoveryOf } from "./directory";
import type { Directory, Listed } from "./directory";
import type { Recovery } from "./recovery";
import { Refused } from "./refused";
import { keyId, split, verify } from "./signing";
import type { Context } from "./signing";

/** The current directory, and earlier roots by serial: what signatures are checked against (D9). */
export interface History {
  readonly current: Directory;
  readonly earlier: ReadonlyMap<number, Directory>;
}

/** A history of one directory alone. */
export function history(current: Directory, earlier: readonly Directory[] = []): History {
  return { current, earlier: new Map(earlier.map((one) => [one.root.serial, one])) };
}

/** The directory of a serial, if the reader has it. */
export function directoryAt(of: History, serial: number): Directory | null {
  return of.current.root.serial === serial ? of.current : (of.earlier.get(serial) ?? null);
}

/** The member at a serial of the history; null when that root or its documents are not there. */
export function memberAt(of: History, serial: number, wanted: MemberId): Listed | null {
  const directory = directoryAt(of, serial);
  return directory === null ? null : (listed(directory, wanted)[0] ?? null);
}

/** Whether the root of a serial lets somebody read: a member with a role that may, or the recovery
 * that the root names (K4). */
export function mayReadAt(of: History, serial: number, wanted: MemberId): boolean {
  const directory = directoryAt(of, serial);
  if (directory === null) return false;
  if (recoveryOf(directory)?.member === wanted) return true;
  return listed(directory, wanted).some((one) => mayRead(one.member));
}

/** The keys that a document may be signed by, going by the key id that it names; not verified. */
export function candidateKeys(of: History, bytes: Uint8Array): VerifyingKey[] {
  const wanted = hex(split(bytes).keyId);
  const keys = new Set<VerifyingKey>();
  for (const directory of [of.current, ...of.earlier.values()]) {
    const key = keysById(directory).get(wanted);
    if (key !== undefined) keys.add(key);
  }
  return [...keys];
}

/** Verifies a document by any member of the history, or a recovery; its payload is then still to be bound to the
 * member and serial that it names, by {@link bind}. */
export function verifyByMember(
  of: History,
  context: Context,
  bytes: Uint8Array,
): { readonly payload: Uint8Array; readonly key: VerifyingKey } {
  const [key] = candidateKeys(of, bytes);
  if (key === undefined) throw new Refused("D9", "the directory lists no such signer");
  return { payload: verify(context, bytes, key), key };
}

/** The member whom a signed document names, if the root that it names lists them with the key
 * that signed it (D9). */
export function bind(
  of: History,
  serial: number,
  wanted: MemberId,
  key: VerifyingKey,
): Listed | "unknown-root" | "unknown-signer" {
  const directory = directoryAt(of, serial);
  if (directory === null) return "unknown-root";
  const found = listed(directory, wanted).find((one) => one.member.key === key);
  if (found !== undefined) return found;
  return missingDocuments(directory).length > 0 ? "unknown-root" : "unknown-signer";
}

/** Like {@link bind}, for what the recovery of a root signs as well: grant rows (K4, D12). */
export function bindReader(
  of: History,
  serial: number,
  wanted: MemberId,
  key: VerifyingKey,
): Listed | Recovery | "unknown-root" | "unknown-signer" {
  const recovery = recoveryAt(of, serial);
  if (recovery?.member === wanted && recovery.key === key) return recovery;
  return bind(of, serial, wanted, key);
}

/** The recovery of the root of a serial; null where there is none. */
export function recoveryAt(of: History, serial: number): Recovery | null {
  const directory = directoryAt(of, serial);
  return directory === null ? null : recoveryOf(directory);
}

const keyIndex = new WeakMap<Directory, ReadonlyMap<string, VerifyingKey>>();

function keysById(directory: Directory): ReadonlyMap<string, VerifyingKey> {
  const known = keyIndex.get(directory);
  if (known !== undefined) return known;
  const keys = everybody(directory).map((one) => one.member.key);
  const recovery = recoveryOf(directory);
  if (recovery !== null) keys.push(recovery.key);
  const index = new Map(keys.map((key) => [hex(keyId(key)), key]));
  keyIndex.set(directory, index);
  return index;
}
