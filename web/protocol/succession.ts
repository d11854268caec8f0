import { NO_DIGEST } from "./bytes";
import type { Digest } from "./bytes";
import { missingDocuments } from "./directory";
import type { Directory, Root } from "./directory";
import { require } from "./refused";
import { verifyRoot } from "./verified";

/** A root that a client remembers (D8). */
export interface Pin {
  readonly serial: number;
  readonly digest: Digest;
  /** The lead list that it names, where the client still knows. */
  readonly leads?: Digest;
}

/** Refuses a directory that does not follow from a remembered root (D8). `between` are the roots
 * from the serial after the pin's up to the one before the current, in order. */
export function followPin(directory: Directory, pin: Pin, between: readonly Uint8Array[]): void {
  const { root: now } = directory;
  require(now.serial >= pin.serial, "D8", "the directory is older than one seen before");
  if (now.serial === pin.serial) {
    require(now.digest === pin.digest, "D8", "the directory is forked");
    return;
  }
  let last: Pin = pin;
  for (const next of [...between.map((bytes) => verifyRoot(directory, bytes).root), now]) {
    follow(directory, last, next);
    last = next;
  }
}

/** Verifies the root just before one of a directory: it is linked to, by a list no newer (D8, D9). */
export function verifyBefore(next: Directory, rootBytes: Uint8Array): Directory {
  const before = verifyRoot(next, rootBytes);
  follow(next, before.root, next.root);
  return before;
}

/** Refuses a directory that may not be published after the current one, or as the first (D8): one of
 * another serial or `previous`, of an older lead list, or without all its teams. */
export function succeeds(next: Directory, current: Directory | null): void {
  require(missingDocuments(next).length === 0, "D3", "a team of the root is missing");
  const { root: now } = next;
  const { serial, digest } = current?.root ?? { serial: 0, digest: NO_DIGEST };
  const linked = now.serial === serial + 1 && now.previous === digest;
  require(linked, "D8", "the root is not the next one");
  if (current === null) return;
  const place = (of: Digest): number => next.lists.findIndex((one) => one.digest === of);
  const before = place(current.root.leads);
  const newer = before >= 0 && before <= place(now.leads);
  require(newer, "D3", "the root names an older lead list than the root before it");
}

function follow({ lists }: Directory, last: Pin, next: Root): void {
  const linked = next.serial === last.serial + 1 && next.previous === last.digest;
  require(linked, "D8", "the roots between do not link back to one seen before");
  const place = (of: Digest): number => lists.findIndex((one) => one.digest === of);
  const older = last.leads !== undefined && place(next.leads) < place(last.leads);
  require(!older, "D3", "a root names an older lead list than the root before it");
}
