import type { CaseId, CaseSecret, Digest, Mark } from "../protocol";
import type { Ring, RingEntry } from "../protocol/vault";
import { isDay } from "./days";

/** What a list shows of a case that was opened before. */
export type Summary = {
  /** One line of what was reported. */
  line: string;
  /** The day promised to the reporter, if there is one. */
  by: string | null;
  /** The last message to the reporter of which `by` takes account. */
  told: number;
  /** The directory by which nothing was left to be handed over in the case; 0 for none. */
  settled: number;
  /** The words of the case that search finds it by, folded, each once (see {@link searchWords}). */
  search: string;
};

/** The most characters of a case's words that a ring remembers. */
const MOST_SEARCHED = 1_500;

/** The different words of a folded text, in their order, as far as a ring has room for them: by these a
 * case is found that was opened in another session. */
export function searchWords(text: string): string {
  let kept = "";
  for (const word of new Set(text.split(/\s+/))) {
    if (word === "" || kept.length + word.length >= MOST_SEARCHED) continue;
    kept += kept === "" ? word : ` ${word}`;
  }
  return kept;
}

/** A summary as a ring's `summary`: the line; on a second, the last sequence, the day and the
 * directory; on a third, the words to search by. */
export function packed({ line, by, told, settled, search }: Summary): string {
  const facts = `${line.replaceAll("\n", " ")}\n${told} ${by ?? "-"} ${settled}`;
  return search === "" ? facts : `${facts}\n${search.replaceAll("\n", " ")}`;
}

/** The summary in a ring's text. Text that another client wrote is a line without a date. */
export function unpacked(text: string): Summary {
  const [line = "", more = "", search = ""] = text.split("\n");
  const found = /^(\d{1,9}) (\S+)(?: (\d{1,9}))?$/.exec(more);
  const by = found?.[2] ?? "";
  return {
    line,
    by: isDay(by) ? by : null,
    told: Number(found?.[1] ?? 0),
    settled: Number(found?.[3] ?? 0),
    search,
  };
}

/**
 * Two rings of one member as one, when another browser has saved in between. A later epoch, a
 * later message, a later directory and a longer trail win; cases that `gone` names stay away.
 */
export function merged(ours: Ring, theirs: Ring, gone: ReadonlySet<CaseId>): Ring {
  const entries = new Map<CaseId, RingEntry>();
  for (const entry of [...theirs.cases, ...ours.cases]) {
    const other = entries.get(entry.case);
    entries.set(entry.case, other === undefined ? entry : mergedEntry(other, entry));
  }
  const later = theirs.directory.serial > ours.directory.serial ? theirs : ours;
  const further = (theirs.audit?.number ?? 0) > (ours.audit?.number ?? 0) ? theirs : ours;
  return {
    ...ours,
    directory: later.directory,
    audit: further.audit,
    cases: [...entries.values()].filter((entry) => !gone.has(entry.case)),
  };
}

/** True if two rings saw another directory under one serial, which only a fork explains (D8). */
export function forked(ours: Ring, theirs: Ring): boolean {
  const [one, other] = [ours.directory, theirs.directory];
  return one.serial === other.serial && one.digest !== other.digest;
}

function mergedEntry(one: RingEntry, other: RingEntry): RingEntry {
  const newer = other.epoch >= one.epoch ? other : one;
  const later = isVanished(other) ? one : isVanished(one) ? other : newer;
  const [first, second] = [unpacked(one.summary), unpacked(other.summary)];
  const knowing = isVanished(other) || (first.told > second.told && !isVanished(one));
  const settled = Math.max(first.settled, second.settled);
  const summary = packed({ ...(knowing ? first : second), settled });
  if (isVanished(later)) return { ...later, read: Math.max(one.read, other.read) };
  return { ...later, summary, read: Math.max(one.read, other.read) };
}

/** The ring with an entry added, or put in the place of the one of the same case. */
export function withEntry(ring: Ring, entry: RingEntry): Ring {
  const old = ring.cases.find((one) => one.case === entry.case);
  return {
    ...ring,
    cases:
      old === undefined
        ? [...ring.cases, entry]
        : ring.cases.map((one) => (one === old ? mergedEntry(old, entry) : one)),
  };
}

/** The ring in which these cases have vanished: of each its id is kept, for the member to be told,
 * and neither secret nor text. */
export function withVanished(ring: Ring, vanished: ReadonlySet<CaseId>): Ring {
  const found = (entry: RingEntry): boolean => vanished.has(entry.case) && !isVanished(entry);
  if (!ring.cases.some(found)) return ring;
  const emptied = (entry: RingEntry): RingEntry => ({
    ...entry,
    secret: new Uint8Array(32) as Uint8Array as RingEntry["secret"],
    summary: "",
  });
  return { ...ring, cases: ring.cases.map((entry) => (found(entry) ? emptied(entry) : entry)) };
}

/** Whether of a case only its id is left: a secret of zeros opens nothing. */
export function isVanished(entry: RingEntry): boolean {
  return entry.summary === "" && entry.secret.every((byte) => byte === 0);
}

/** The ring without some of its entries. */
export function without(ring: Ring, dropped: (entry: RingEntry) => boolean): Ring {
  const cases = ring.cases.filter((entry) => !dropped(entry));
  return cases.length === ring.cases.length ? ring : { ...ring, cases };
}

/** The ring in which nothing is left to be handed over in a case by a directory; with the case's
 * secret of a later epoch, where there is one. */
export function withSettled(
  ring: Ring,
  of: CaseId,
  settled: number,
  own: { readonly epoch: number; readonly secret: CaseSecret } | null = null,
): Ring {
  const old = ring.cases.find((entry) => entry.case === of);
  if (old === undefined || isVanished(old)) return ring;
  const summary = packed({ ...unpacked(old.summary), settled });
  return withEntry(ring, { ...old, ...own, summary });
}

/** The ring with the reporter's messages of a case read up to a sequence. */
export function withRead(ring: Ring, of: CaseId, read: number): Ring {
  const old = ring.cases.find((entry) => entry.case === of);
  if (old === undefined || old.read >= read) return ring;
  return { ...ring, cases: ring.cases.map((entry) => (entry === old ? { ...old, read } : entry)) };
}

/** The ring that remembers another root (D8). */
export function withPin(ring: Ring, serial: number, digest: Digest): Ring {
  if (ring.directory.serial === serial && ring.directory.digest === digest) return ring;
  return { ...ring, directory: { serial, digest } };
}

/** The ring that remembers another row of the audit trail: the last that its auditor signed (A4). */
export function withAudit(ring: Ring, audit: Mark): Ring {
  return (ring.audit?.number ?? 0) >= audit.number ? ring : { ...ring, audit };
}
