/** How the vectors of casework are read: records, acts, briefs, kinds of conflict, and bodies with a form. */
import { expect } from "vitest";
import { openActs } from "./act";
import { hasForm, readForm } from "./bodies";
import { openBrief } from "./brief";
import { openConflict } from "./conflict";
import { Refused, caseRecord, fromBase64 } from "./index";
import type {
  CaseId,
  CaseRecord,
  CaseSecret,
  History,
  Identity,
  MemberId,
  MemberOpenSeed,
  ServiceId,
  Warning,
} from "./index";
import { openRevisions } from "./record-file";
import type { RecordHead, RecordName } from "./record-file";

/** A vector, with what all of casework's have read already. */
export interface CaseworkVector {
  readonly rule: string;
  readonly members: Readonly<Record<string, unknown>>;
  readonly by: History;
  readonly identity: Identity<CaseSecret & MemberOpenSeed>;
}

interface Served {
  readonly stub: string;
  readonly signed: string;
  readonly file: string;
}

const text = ({ members }: CaseworkVector, name: string): string => members[name] as string;
const served = ({ members }: CaseworkVector, name: string): Served[] => members[name] as Served[];
const place = (vector: CaseworkVector): { service: ServiceId; case: CaseId } => ({
  service: text(vector, "service") as ServiceId,
  case: text(vector, "case") as CaseId,
});
const secretsOf = ({ identity }: CaseworkVector): Map<number, Identity<CaseSecret>> =>
  new Map([[0, identity]]);

function recordOf(vector: CaseworkVector): CaseRecord {
  const statement = fromBase64(text(vector, "statement"));
  return caseRecord(place(vector), { statement, epochs: [], changes: [] }, vector.by);
}

/** The short names of warnings; `unverified` for a document that is none, `file` for what is sealed. */
function shortly(
  warnings: readonly Warning[],
  of: { unverified: string | null; file: string },
): string[] {
  return warnings
    .map(({ kind }) => {
      const told = ["gap", "previous", "too-long"].includes(kind);
      return of.unverified ?? (told ? kind : of.file);
    })
    .sort();
}

/** A chain of revisions, held against all that the vector expects of it. */
export async function recordsOf(vector: CaseworkVector): Promise<object> {
  const { revisions } = await openRevisions(
    recordOf(vector),
    text(vector, "record") as RecordName,
    served(vector, "revisions").map(({ stub, file }) => ({
      stub: fromBase64(stub),
      file: fromBase64(file),
    })),
    vector.members["after"] as RecordHead,
    secretsOf(vector),
    vector.by,
  );
  const found = revisions.map(({ stub, content, warnings }) => ({
    revision: stub?.revision ?? null,
    author: stub?.author ?? null,
    content,
    warnings: shortly(warnings, { unverified: stub === null ? "stub" : null, file: "file" }),
  }));
  // Through JSON, because what is read has no prototype.
  expect(JSON.parse(JSON.stringify(found))).toEqual(vector.members["expected"]);
  return calm(
    vector,
    revisions.flatMap((one) => one.warnings),
  );
}

/** The acts of a case with their words, held against all that the vector expects of them. */
export async function actsOf(vector: CaseworkVector): Promise<object> {
  const acts = await openActs(
    recordOf(vector),
    served(vector, "acts").map(({ signed, file }) => ({
      signed: fromBase64(signed),
      file: fromBase64(file),
    })),
    secretsOf(vector),
    vector.by,
  );
  const found = acts.map(({ row, words, warnings }) => ({
    number: row?.number ?? null,
    member: row?.member ?? null,
    act: row?.act ?? null,
    words,
    warnings: shortly(warnings, { unverified: row === null ? "act" : null, file: "words" }),
  }));
  expect(found).toEqual(vector.members["expected"]);
  return calm(
    vector,
    acts.flatMap((one) => one.warnings),
  );
}

function calm({ rule }: CaseworkVector, warnings: readonly Warning[]): object {
  if (warnings.length > 0) throw new Refused(rule, "there are warnings");
  return {};
}

/** A brief, read by its grantee. */
export async function briefOf(vector: CaseworkVector): Promise<object> {
  const reader = { member: text(vector, "member") as MemberId, identity: vector.identity };
  const file = fromBase64(text(vector, "file"));
  return { content: await openBrief(place(vector), file, reader, vector.by) };
}

/** A conflict file, read by a reader of the case. */
export async function conflictOf(vector: CaseworkVector): Promise<object> {
  const said = {
    member: text(vector, "member") as MemberId,
    file: fromBase64(text(vector, "file")),
    conflict: vector.members["conflict"] as boolean,
  };
  return { content: await openConflict(recordOf(vector), said, secretsOf(vector), vector.by) };
}

/** A body; one that is no form of its kind is refused as one, and shown as the text that it is. */
export function bodyOf(form: string, body: string): object {
  expect(hasForm(form)).toBe(true);
  const content = hasForm(form) ? readForm(form, body) : null;
  if (content === null) throw new Refused("M10", "the body is text");
  const { version, ...said } = content as unknown as Record<string, unknown>;
  expect(version).toBe(1);
  return { content: said };
}
