/** Opens what members keep of a case: records, acts with their words, and kinds of conflict. */
import { claimedSerials, digest, warned, warning } from "../../protocol";
import type {
  CaseRecord,
  CaseSecret,
  Day,
  Declaration,
  Digest,
  History,
  Identity,
  MemberId,
  Warning,
} from "../../protocol";
import { openActs } from "../../protocol/act";
import type { OpenedAct } from "../../protocol/act";
import { openConflict } from "../../protocol/conflict";
import type { ConflictKind } from "../../protocol/conflict";
import { openRevision } from "../../protocol/record-file";
import type { Content, OpenedRevision, RecordName } from "../../protocol/record-file";
import type { Procedure, ServedWork } from "../../protocol/work-calls";

import { borneOut } from "./borne";

/** The reader's own secrets of a case, by epoch. */
export type Secrets = ReadonlyMap<number, Identity<CaseSecret>>;

/** An earlier revision of a record, which opened. */
export type Earlier = { readonly revision: number; readonly content: Content };

/** The latest revision of a record. */
export type OpenedRecord = {
  readonly revision: number;
  readonly digest: Digest;
  /** Of the one before it. */
  readonly previous: Digest;
  readonly author: MemberId;
  readonly day: Day;
  /** Null when it does not open. */
  readonly content: Content | null;
  /** The last ones before it that opened, the latest first, as far as they were asked for. */
  readonly earlier?: readonly Earlier[];
  readonly warnings: readonly Warning[];
};

/** A colleague who declared what kind of conflict they have, or that they have none. */
export type Declared = {
  readonly member: MemberId;
  /** Null when the file does not open. */
  readonly kinds: readonly ConflictKind[] | null;
  readonly detail: string;
};

/** What members keep of a case, as far as it opened. */
export type OpenedWork = {
  readonly records: Readonly<Partial<Record<RecordName, OpenedRecord>>>;
  readonly acts: readonly OpenedAct[];
  readonly conflicts: readonly Declared[];
  readonly procedure: Procedure;
  /** About the whole: such as a record whose stub is not good. */
  readonly warnings: readonly Warning[];
};

/** Opens all of it, by what members have declared (K8). One thing that is not good hides nothing else. */
export async function openWork(
  of: CaseRecord,
  served: ServedWork,
  secrets: Secrets,
  declared: readonly Pick<Declaration, "member" | "conflict">[],
  by: History,
): Promise<OpenedWork> {
  const warnings: Warning[] = [];
  const records: Partial<Record<RecordName, OpenedRecord>> = {};
  for (const one of served.records) {
    try {
      const opened = await openRevision(of, one, secrets, by);
      if (opened.stub.record === one.record) records[one.record] = recordOf(opened);
      else warnings.push(warning("stub-differs", "Q1"));
    } catch (error) {
      warnings.push(warned(error, "bad-signature"));
    }
  }
  const conflicts: Declared[] = [];
  for (const { member, file } of served.conflicts) {
    try {
      const said = { member, file, conflict: answerOf(declared, member) };
      const { kinds, detail } = await openConflict(of, said, secrets, by);
      conflicts.push({ member, kinds, detail });
    } catch {
      conflicts.push({ member, kinds: null, detail: "" });
    }
  }
  const acts = await openActs(of, served.acts, secrets, by);
  // What the next act would follow is the last that was shown, or acts are held back.
  const last = served.acts.at(-1);
  const head = last === undefined ? of.case : digest(last.signed);
  const { acts: count, acts_digest } = served.procedure;
  if (acts.length !== count || head !== (acts_digest as string))
    warnings.push(warning("gap", "Q4"));
  const borne = borneOut(served.procedure, acts, records);
  warnings.push(...borne.warnings);
  return { records, acts, conflicts, procedure: borne.procedure, warnings };
}

/** What a member's conflict file must say; null where they declared nothing, or both one after the other:
 * then each file goes with one of the two. */
function answerOf(
  declared: readonly Pick<Declaration, "member" | "conflict">[],
  member: MemberId,
): boolean | null {
  const answers = new Set(
    declared.filter((one) => one.member === member).map((one) => one.conflict),
  );
  const [only = null] = answers;
  return answers.size === 1 ? only : null;
}

/** A revision that opened, as the desk keeps it. */
export function recordOf({ stub, content, warnings }: OpenedRevision): OpenedRecord {
  const { revision, digest, previous, author, day } = stub;
  return { revision, digest, previous, author, day, content, warnings };
}

/** The serials of the roots by which it asks to be verified (D9). Not verified. */
export function serialsOfWork(served: Pick<ServedWork, "records" | "acts">): number[] {
  return claimedSerials([
    ...served.records.map((one) => one.stub),
    ...served.acts.map((one) => one.signed),
  ]);
}
