/**
 * What stands before the latest revision of a record: the last one that opens is shown where the latest does not, and
 * in a list that may only be extended what is shown is held against the one before it. Of anything else, nothing is
 * fetched.
 */
import type { CaseId } from "../../protocol";
import { RECORDS, openRevision } from "../../protocol/record-file";
import type { OpenedRevision, RecordName } from "../../protocol/record-file";
import { appendOnly } from "../record/content";
import type { Session } from "../session";
import { serialsOfWork } from "./opening";
import type { Earlier, OpenedRecord, OpenedWork } from "./opening";

/** The most revisions that are asked for at once. */
const AT_ONCE = 20;

/** The work with the earlier revisions that it takes; null where the case was left meanwhile. What the page has
 * already is not fetched again. */
export async function withEarlier(
  session: Session,
  of: CaseId,
  now: OpenedWork,
  before: OpenedWork | null,
): Promise<OpenedWork | null> {
  const records = { ...now.records };
  for (const name of RECORDS) {
    const one = now.records[name];
    if (one === undefined) continue;
    const much = wanted(name, one);
    if (much === 0) continue;
    const known = knownBefore(one, before?.records[name], much);
    const earlier = known ?? (await fetchBack(session, of, name, one, much));
    if (session.opened?.case !== of) return null;
    records[name] = { ...one, earlier };
  }
  return { ...now, records };
}

/** How many that open are to be there before the latest one. */
function wanted(name: RecordName, { revision, content }: OpenedRecord): number {
  if (revision === 1) return 0;
  return (content === null ? 1 : 0) + (appendOnly(name) === null ? 0 : 1);
}

/** The same from what the page has: the same revision, or the one that the latest follows. */
function knownBefore(
  one: OpenedRecord,
  was: OpenedRecord | undefined,
  much: number,
): readonly Earlier[] | null {
  if (was === undefined) return null;
  if (was.digest === one.digest) return was.earlier ?? null;
  if (was.digest !== one.previous) return null;
  const { revision, content, earlier = [] } = was;
  return [...(content === null ? [] : [{ revision, content }]), ...earlier].slice(0, much);
}

/** Goes back along the chain until so many have opened: the one before first, then several at once. */
async function fetchBack(
  session: Session,
  of: CaseId,
  name: RecordName,
  latest: OpenedRecord,
  much: number,
): Promise<readonly Earlier[]> {
  const found: Earlier[] = [];
  let follows: string | null = latest.previous;
  let to = latest.revision;
  for (let size = 1; to > 1 && found.length < much; size = Math.min(size * 4, AT_ONCE)) {
    const from = Math.max(1, to - size);
    const opened = await revisionsFrom(session, of, name, from, to - from);
    for (const [place, one] of [...opened.entries()].reverse()) {
      const { stub = null, content = null } = one ?? {};
      // Only what the later ones were written after: the service chooses what it hands over.
      const fits: boolean =
        stub?.revision === from + place && (follows === null || stub.digest === follows);
      follows = stub !== null && fits ? stub.previous : null;
      if (stub === null || content === null || !fits || found.length === much) continue;
      found.push({ revision: stub.revision, content });
    }
    to = from;
  }
  return found;
}

/** So many revisions of a record from a number on, in their places; null where a stub is not good. */
async function revisionsFrom(
  session: Session,
  of: CaseId,
  name: RecordName,
  from: number,
  count: number,
): Promise<readonly (OpenedRevision | null)[]> {
  const found: (OpenedRevision | null)[] = [];
  let after: number | null = from - 1;
  while (after !== null && found.length < count) {
    const page = await session.work.revisions(of, name, after, count - found.length);
    const served = page.revisions.map((one) => ({ record: name, ...one }));
    await session.reach(serialsOfWork({ records: served, acts: [] }));
    const { opened } = session;
    if (opened?.case !== of) return [];
    for (const one of served) {
      const read = await openRevision(
        opened.record,
        one,
        opened.secrets,
        session.roots.history,
      ).catch(() => null);
      found.push(read?.stub.record === name ? read : null);
    }
    after = served.length === 0 ? null : page.next;
  }
  return found;
}
