/** The work on a whole case, made and opened: records, acts with their words, a brief, and what members declare. */
import { deepStrictEqual, strictEqual } from "node:assert/strict";
import { base64, digest } from "../protocol";
import type { CaseRecord, CaseSecret, Digest, History, Identity, MemberId } from "../protocol";
import type { MemberOpenSeed } from "../protocol";
import { openActs, signAct } from "../protocol/act";
import type { Act } from "../protocol/act";
import { makeBrief, openBrief } from "../protocol/brief";
import { CONFLICT_KINDS, makeConflict, openConflict } from "../protocol/conflict";
import type { ConflictKind } from "../protocol/conflict";
import { b64, bool, hexOf, listOf, object, oneOf, text } from "../protocol/format";
import type { Of } from "../protocol/format";
import type { Json } from "../protocol/json";
import { NO_REVISION, RECORDS, openRevisions, writeRevision } from "../protocol/record-file";
import type { RecordHead, SignedBy } from "../protocol/record-file";
import { TODAY } from "./service";
import type { Person } from "./service";

const anything = (value: Json): Json => value;
const member = hexOf<MemberId>(16);

/** The work on one whole case, as vectors/README.md has it under "Interop". */
export const workFile = object({
  record: oneOf(RECORDS),
  revisions: listOf(object({ stub: b64, file: b64, content: anything })),
  acts: listOf(object({ signed: b64, file: b64, act: anything, words: text })),
  brief: object({ member, file: b64, people: anything, exclude: anything }),
  conflicts: listOf(
    object({
      member,
      conflict: bool,
      file: b64,
      kinds: listOf(oneOf(CONFLICT_KINDS)),
      detail: text,
    }),
  ),
});
type WorkFile = Of<typeof workFile>;

const by = (of: Person): SignedBy => ({
  member: of.member,
  signer: of.signer,
  serial: 1,
  day: TODAY,
});

/** A case as members work on it, before new keys and after. */
export class Work {
  readonly #revisions: object[] = [];
  readonly #acts: object[] = [];
  #head: RecordHead = NO_REVISION;
  #last: Digest | null = null;

  /** Two people write a record and do something. */
  async go(record: CaseRecord, one: Person, two: Person): Promise<void> {
    const level = { level: "misconduct", why: "“quoted”, \u0000, 😀", list: [1, true, null, {}] };
    for (const who of [one, two]) {
      const content = { assessments: [level], by: who.member };
      const made = await writeRevision(record, "severity", this.#head, content, by(who));
      this.#head = { revision: this.#head.revision + 1, digest: digest(made.stub) };
      this.#revisions.push({ stub: base64(made.stub), file: base64(made.file), content });
    }
    await this.#do(record, one, { do: "bar", members: [two.member] }, "Named in it. 😀\n<b>");
    await this.#do(record, one, { do: "lift", members: [two.member] }, "");
    const signed = { revision: this.#head.revision, digest: this.#head.digest };
    await this.#do(record, two, { do: "sign", record: "severity", ...signed }, "\u0000");
  }

  async #do(record: CaseRecord, who: Person, act: Act, words: string): Promise<void> {
    const acts_digest = this.#last ?? (record.case as string as Digest);
    const after = { acts: this.#acts.length, acts_digest };
    const { signed, file } = await signAct(record, after, act, words, by(who));
    this.#last = digest(signed);
    this.#acts.push({ signed: base64(signed), file: base64(file), act, words });
  }

  /** All of it, with a brief to somebody who was let in, and what two people declare. */
  async written(record: CaseRecord, one: Person, two: Person, to: Person): Promise<object> {
    const people = [
      { who: "Ann Example", unit: "", part: "subject" as const },
      { who: "", unit: "Custody", part: "reporter_unit" as const },
    ];
    const exclude = { units: ["Custody"], members: [two.member], other: "😀" };
    const brief = await makeBrief(record, to.entry, { people, exclude }, by(one));
    const conflict = async (
      who: Person,
      kinds: ConflictKind[],
      detail: string,
    ): Promise<object> => ({
      member: who.member,
      conflict: !kinds.includes("none"),
      file: base64(
        await makeConflict(record, record.statement.case_recipient, { kinds, detail }, by(who)),
      ),
      kinds,
      detail,
    });
    return {
      record: "severity",
      revisions: this.#revisions,
      acts: this.#acts,
      brief: { member: to.member, file: base64(brief), people, exclude },
      conflicts: [
        await conflict(one, ["none"], ""),
        await conflict(two, ["friend", "other"], "From school. 😀"),
      ],
    };
  }
}

/** Opens all of it, by the secrets of the case's epochs and the members' own. */
export async function checkWork(
  file: WorkFile,
  record: CaseRecord,
  secrets: ReadonlyMap<number, Identity<CaseSecret>>,
  identities: ReadonlyMap<MemberId, Identity<MemberOpenSeed>>,
  known: History,
): Promise<void> {
  const { revisions, acts, brief, conflicts } = file;
  const read = await openRevisions(record, file.record, revisions, NO_REVISION, secrets, known);
  strictEqual(read.head.revision, revisions.length);
  for (const [place, { content, warnings }] of read.revisions.entries()) {
    deepStrictEqual(warnings, []);
    deepStrictEqual(written(content), written(revisions[place]?.content));
  }
  const done = await openActs(record, acts, secrets, known);
  for (const [place, { row, words, warnings }] of done.entries()) {
    deepStrictEqual(warnings, []);
    strictEqual(words, acts[place]?.words);
    deepStrictEqual(written(row?.act), written(acts[place]?.act));
  }
  const opens = identities.get(brief.member);
  if (opens === undefined) throw new Error("the file has no seeds of this member");
  const reader = { member: brief.member, identity: opens };
  const { people, exclude } = await openBrief(record, brief.file, reader, known);
  deepStrictEqual(written(people), written(brief.people));
  deepStrictEqual(written(exclude), written(brief.exclude));
  for (const one of conflicts) {
    const { kinds, detail } = await openConflict(record, one, secrets, known);
    deepStrictEqual([kinds, detail], [one.kinds, one.detail]);
  }
}

/** JSON as plain objects, whatever it was read as, with members in no order. */
function written(value: unknown): unknown {
  const text = JSON.stringify(value, (_, part: unknown) =>
    part instanceof Map ? (Object.fromEntries(part) as unknown) : part,
  );
  return JSON.parse(text) as unknown;
}
