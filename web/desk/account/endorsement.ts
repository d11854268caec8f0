/** Who put a member's keys into the directory, and when: worked out from the roots themselves. */
import { Refused, directoryAt, listed, names } from "../../protocol";
import type { Day, Digest, Lead, LeadList, MemberId, VerifyingKey } from "../../protocol";
import type { Api } from "../api";
import type { Roots } from "../roots";

/** The first root of the unbroken row, up to the one in force, that lists a member's keys. */
export type Endorsement = {
  serial: number;
  day: Day;
  /** The lead who signed the team document in which they stand; null where no lead list knows the key. */
  by: Lead | null;
  /** The lead who signed that root. */
  published: Lead | null;
};

type Keys = { member: MemberId; key: VerifyingKey };
type Source = Pick<Api, "document" | "root">;

/** Looks back from the root in force. Null where that one does not list these keys. */
export async function endorsementOf(
  roots: Pick<Roots, "current" | "history" | "reach">,
  source: Source,
  keys: Keys,
): Promise<Endorsement | null> {
  let first: { serial: number; day: Day; team: Digest } | null = null;
  for (let serial = roots.current.root.serial; serial >= 1; serial--) {
    await roots.reach([serial]);
    const directory = directoryAt(roots.history, serial);
    const place =
      directory === null
        ? undefined
        : listed(directory, keys.member).find((one) => one.member.key === keys.key);
    if (directory === null || place === undefined) break;
    first = { serial, day: directory.root.issued, team: place.team.digest };
  }
  if (first === null) return null;
  const { lists } = roots.current;
  const { serial, day, team } = first;
  // Both were verified when the root was; here it is only looked whose key it was.
  const [document, root] = await Promise.all([source.document(team), source.root(serial)]);
  return { serial, day, by: signerOf(lists, document), published: signerOf(lists, root) };
}

function signerOf(lists: readonly LeadList[], bytes: Uint8Array): Lead | null {
  const leads = lists.flatMap((one) => one.leads);
  try {
    return leads.find((one) => names(bytes, one.key)) ?? null;
  } catch (error) {
    if (error instanceof Refused) return null;
    throw error;
  }
}

/** The first of the last lead lists, without a break, in which a key is a lead's. */
export function leadSince(lists: readonly LeadList[], key: VerifyingKey): LeadList | null {
  let found: LeadList | null = null;
  for (const list of [...lists].reverse()) {
    if (!list.leads.some((one) => one.key === key)) break;
    found = list;
  }
  return found;
}
