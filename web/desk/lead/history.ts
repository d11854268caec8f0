/** The roots of a service one after the other: what changed, who signed, who was let in by whom. Pure. */
import { directoryAt, everybody, listed } from "../../protocol";
import type { Day, Directory, History, Member, MemberId, VerifyingKey } from "../../protocol";
import { differencesOf } from "./differences";
import type { Difference } from "./differences";
import { pictureOf } from "./picture";

/** One root, and what it changed. */
export type Step = {
  readonly serial: number;
  readonly day: Day;
  /** The label of the lead who signed it. */
  readonly by: string;
  /** Null where the root before it is not there to compare with. */
  readonly differences: readonly Difference[] | null;
};

/** The roots that are there, from the one in force back to the first that is missing. */
export function rootsOf(history: History): Directory[] {
  const found: Directory[] = [];
  for (let serial = history.current.root.serial; serial >= 1; serial--) {
    const directory = directoryAt(history, serial);
    if (directory === null) break;
    found.push(directory);
  }
  return found;
}

/** The steps that led to the root in force, the latest first. */
export function stepsOf(history: History): Step[] {
  const roots = rootsOf(history);
  return roots.map((directory, place) => {
    const { root } = directory;
    const before = roots[place + 1];
    const first = root.serial === 1;
    return {
      serial: root.serial,
      day: root.issued,
      by: signerLabel(directory, root.by),
      differences:
        before === undefined && !first
          ? null
          : differencesOf(before === undefined ? null : pictureOf(before), pictureOf(directory)),
    };
  });
}

/** Who signed for a member's keys, by which root, and when. */
export type Endorsement = { readonly by: string; readonly day: Day; readonly serial: number };

/**
 * The first root since which a member has been listed with the keys that they have now. "unknown"
 * where an earlier root would have to be seen; null where they are not listed.
 */
export function endorsementOf(history: History, member: MemberId): Endorsement | "unknown" | null {
  const now = listed(history.current, member)[0]?.member;
  if (now === undefined) return null;
  let found: Endorsement | null = null;
  for (const directory of rootsOf(history)) {
    const place = listed(directory, member).find((one) => sameKeys(one.member, now));
    if (place === undefined) return found;
    const { serial, issued } = directory.root;
    found = { by: signerLabel(directory, place.team.by), day: issued, serial };
  }
  return found?.serial === 1 ? found : "unknown";
}

/** Who was listed by an earlier root and is not by the one in force. */
export function formerOf(history: History): Set<MemberId> {
  const now = new Set(everybody(history.current).map((one) => one.member.member));
  const former = new Set<MemberId>();
  for (const directory of history.earlier.values()) {
    for (const { member } of everybody(directory)) {
      if (!now.has(member.member)) former.add(member.member);
    }
  }
  return former;
}

/** The label of the lead with a key, by the lists of a directory. */
export function signerLabel({ lists }: Pick<Directory, "lists">, key: VerifyingKey): string {
  for (const list of [...lists].reverse()) {
    const lead = list.leads.find((one) => one.key === key);
    if (lead !== undefined) return lead.label;
  }
  return "";
}

function sameKeys(one: Member, other: Member): boolean {
  return one.key === other.key && one.recipient === other.recipient;
}
