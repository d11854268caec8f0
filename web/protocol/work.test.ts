import { beforeAll, describe, expect, it } from "vitest";
import { openActs, readAct, signAct } from "./act";
import { makeBrief, openBrief } from "./brief";
import { makeConflict, openConflict } from "./conflict";
import { history, identity, readContainer } from "./index";
import type { CaseRecord, CaseSecret, Composed, Digest, Identity, Reader } from "./index";
import {
  NO_REVISION,
  openRevision,
  openRevisions,
  readRevisionStub,
  writeRevision,
} from "./record-file";
import type { SignedBy } from "./record-file";
import { SERVICE, TODAY, flipped, handlers, sampleDirectory, sampleReport, seed } from "./sample";
import type { SampleMember } from "./sample";

const known = history(sampleDirectory());
const [first, second] = handlers;
let composed: Composed;
let record: CaseRecord;
let secrets: ReadonlyMap<number, Identity<CaseSecret>>;
const by = ({ member, signer }: SampleMember): SignedBy => ({
  member,
  signer,
  serial: 1,
  day: TODAY,
});
const reader = ({ member, identity: own }: SampleMember): Reader => ({ member, identity: own });
const broken = (run: () => unknown, rule: string): void =>
  expect(run).toThrow(expect.objectContaining({ rule }) as Error);
const shut = async (run: Promise<unknown>, rule: string): Promise<void> =>
  expect(run).rejects.toThrow(expect.objectContaining({ rule }) as Error);

beforeAll(async () => {
  const caseSecret = seed<CaseSecret>("the case of work");
  composed = await sampleReport({ caseSecret });
  const { statement } = readContainer(SERVICE, composed.bytes);
  record = {
    service: SERVICE,
    case: composed.case,
    statement,
    epochs: [],
    changes: [],
    warnings: [],
  };
  secrets = new Map([[0, identity(caseSecret)]]);
});

describe("records", () => {
  const content = { entries: [{ id: "0a", who: "PC", n: 3, ok: true, none: null }], __proto: "x" };

  it("Q2: what is written opens as it was", async () => {
    const made = await writeRevision(record, "failing", NO_REVISION, content, by(first));
    const found = await openRevision(record, made, secrets, known);
    expect(found.warnings).toEqual([]);
    expect(found.content).toEqual(content);
    expect(found.stub).toMatchObject({ record: "failing", revision: 1, author: first.member });
  });

  it("Q1: revisions follow each other, and a gap is a warning beside the one that has it", async () => {
    const one = await writeRevision(record, "notes", NO_REVISION, { a: "1" }, by(first));
    const head = readRevisionStub(record, one.stub, known);
    const two = await writeRevision(record, "notes", head, { a: "2" }, by(second));
    const read = (served: readonly (typeof one)[]): ReturnType<typeof openRevisions> =>
      openRevisions(record, "notes", served, NO_REVISION, secrets, known);
    const found = await read([one, two]);
    expect(found.head.revision).toBe(2);
    expect(found.revisions.map(({ content: said, warnings }) => [said, warnings])).toEqual([
      [{ a: "1" }, []],
      [{ a: "2" }, []],
    ]);
    const [gap] = (await read([two])).revisions;
    expect(gap?.warnings.map((warn) => warn.kind)).toEqual(["gap"]);
    expect(gap?.content).toEqual({ a: "2" });
    const torn = { ...one, stub: flipped(one.stub, -3) };
    const rest = await read([torn, two]);
    expect(rest.revisions.map(({ stub, content: said }) => [stub?.revision, said])).toEqual([
      [undefined, null],
      [2, { a: "2" }],
    ]);
  });

  it("Q2: another's file, another member's content and a foreign case are told apart", async () => {
    const one = await writeRevision(record, "notes", NO_REVISION, { a: "1" }, by(first));
    const other = await writeRevision(record, "notes", NO_REVISION, { a: "2" }, by(first));
    const swapped = await openRevision(record, { ...one, file: other.file }, secrets, known);
    expect(swapped.content).toBeNull();
    expect(swapped.warnings.map((warn) => warn.kind)).toEqual(["digest"]);
    broken(() => readRevisionStub(record, flipped(one.stub, -3), known), "G1");
    const foreign = { ...record, case: "0".repeat(64) as typeof record.case };
    broken(() => readRevisionStub(foreign, one.stub, known), "Q1");
    const nobody = await openRevision(record, one, new Map(), known);
    expect(nobody.warnings.map((warn) => warn.kind)).toEqual(["not-sealed-to-you"]);
  });
});

describe("acts", () => {
  it("Q4: a chain of acts with their words is read in order", async () => {
    const none = { acts: 0, acts_digest: record.case as string as Digest };
    const one = await signAct(record, none, { do: "set_aside" }, "Not for us.", by(first));
    const head = { acts: 1, acts_digest: readAct(record, one.signed, known).digest };
    const bar = { do: "bar" as const, members: [second.member] };
    const two = await signAct(record, head, bar, "", by(first));
    const found = await openActs(record, [one, two], secrets, known);
    expect(found.map((act) => [act.row?.act, act.words, act.warnings])).toEqual([
      [{ do: "set_aside" }, "Not for us.", []],
      [bar, "", []],
    ]);
    expect(one.file).toHaveLength(two.file.length);
    const [cut] = await openActs(record, [two], secrets, known);
    expect(cut?.warnings.map((warn) => warn.kind)).toEqual(["gap"]);
    const bad = await openActs(
      record,
      [{ ...one, signed: flipped(one.signed, -3) }],
      secrets,
      known,
    );
    expect(bad[0]?.row).toBeNull();
  });

  it("Q4: an unknown act or member of one is refused", async () => {
    const none = { acts: 0, acts_digest: record.case as string as Digest };
    const strange = { do: "erase" } as unknown as { do: "reopen" };
    const made = await signAct(record, none, strange, "", by(first));
    broken(() => readAct(record, made.signed, known), "Q4");
    const more = { do: "reopen", why: "x" } as unknown as { do: "reopen" };
    const other = await signAct(record, none, more, "", by(first));
    broken(() => readAct(record, other.signed, known), "N5");
    await shut(signAct(record, none, { do: "reopen" }, "x".repeat(4_001), by(first)), "Q4");
  });
});

describe("briefs and conflicts", () => {
  const says = {
    people: [{ who: "Sgt Marsh", unit: "North", part: "subject" as const }],
    exclude: { units: ["North"], members: [], other: "" },
  };

  it("Q5: a brief opens for its grantee alone, and for its case", async () => {
    const file = await makeBrief(record, second.entry, says, by(first));
    expect(await openBrief(record, file, reader(second), known)).toMatchObject(says);
    await shut(openBrief(record, file, reader(first), known), "E1");
    const foreign = { service: SERVICE, case: "0".repeat(64) as typeof record.case };
    await shut(openBrief(foreign, file, reader(second), known), "Q5");
  });

  it("Q6: a conflict is of one size whatever it says, and only readers see its kind", async () => {
    const { case_recipient: to } = record.statement;
    const none = { kinds: ["none" as const], detail: "" };
    const some = { kinds: ["family" as const, "handled" as const], detail: "My brother." };
    const files = [
      await makeConflict(record, to, none, by(second)),
      await makeConflict(record, to, some, by(second)),
    ] as const;
    expect(files[0]).toHaveLength(files[1].length);
    const served = { member: second.member, file: files[1], conflict: true };
    expect(await openConflict(record, served, secrets, known)).toMatchObject(some);
    await shut(openConflict(record, served, new Map(), known), "Q6");
    await shut(openConflict(record, { ...served, member: first.member }, secrets, known), "Q6");
    await shut(openConflict(record, { ...served, conflict: false }, secrets, known), "Q6");
    expect(await openConflict(record, { ...served, conflict: null }, secrets, known)).toMatchObject(
      some,
    );
    const mixed = { kinds: ["none" as const, "unit" as const], detail: "" };
    await shut(makeConflict(record, to, mixed, by(second)), "Q6");
  });
});
