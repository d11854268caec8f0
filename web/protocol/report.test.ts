import { describe, expect, it } from "vitest";
import {
  composeReport,
  concat,
  digest,
  emptyOther,
  emptySubject,
  frame,
  identity,
  openParties,
  openReport,
  readContainer,
  readStatement,
  reference,
  seal,
  sealGrant,
  shape,
  sign,
  utf8,
} from "./index";
import type { CaseId, CaseSecret, Recipient, Statement } from "./index";
import { write } from "./json";
import {
  SERVICE,
  custodian,
  flipped,
  handlers,
  independents,
  sampleDirectory,
  sampleDraft,
  sampleReport,
  seed,
} from "./sample";

const broken = (run: () => unknown, rule: string): void =>
  expect(run).toThrow(expect.objectContaining({ rule }) as Error);
const refused = async (run: Promise<unknown>, rule: string): Promise<void> =>
  expect(run).rejects.toThrow(expect.objectContaining({ rule }) as Error);
const [one, two] = handlers;
const full = sampleDraft();
const draft = sampleDraft({
  parties: {
    subjects: [{ ...emptySubject(), name: "A. Person", rank: "sergeant", acting: true }],
    others: [{ ...emptyOther(), who: "B. Person" }],
    exclude: { units: ["Custody"], members: [two.member], other: "" },
  },
  body: { ...full.body, mode: "confidential", concerns: ["bullying"] },
  identity: { name: "C. Person", contact: "here", unit: "there" },
});
const composed = composeReport(draft);
const files = async (by = one): Promise<Parameters<typeof openReport>[1]> => {
  const { sections, statement } = readContainer(SERVICE, (await composed).bytes);
  const place = statement.grantees.findIndex((grantee) => grantee.member === by.member);
  return { ...sections, grant: sections.grants[place] ?? null };
};
const kinds = (part: { warnings: readonly { kind: string }[] } | null): string[] | undefined =>
  part?.warnings.map((warning) => warning.kind);

/** A part that somebody sealed to the right recipient, in place of the reporter's. */
async function forged(
  statement: Statement,
  content: Uint8Array,
  to: Recipient = statement.case_recipient,
): Promise<{ file: Uint8Array; statement: Statement }> {
  const file = await seal([to], content);
  const parts = { ...statement.parts, body: digest(file) };
  return { file, statement: { ...statement, parts } };
}

describe("a report", () => {
  it("opens for each first reader, and for the custodian", async () => {
    const { statement } = await composed;
    for (const by of handlers) {
      const opened = await openReport(statement, { ...(await files(by)), identity: null }, by);
      expect(opened.warnings).toEqual([]);
      expect(opened.parties).toEqual({ content: draft.parties, text: null, warnings: [] });
      expect(opened.body).toEqual({ content: draft.body, text: null, warnings: [] });
      expect(opened.secret?.recipient).toBe(statement.case_recipient);
      expect(opened.identity).toBeNull();
    }
    const opened = await openReport(statement, { ...(await files()), grant: null }, custodian);
    expect(opened.identity?.content).toEqual(draft.identity);
    expect(kinds(opened.parties)).toEqual(["not-sealed-to-you"]);
    expect(kinds(opened.body)).toEqual(["not-sealed-to-you"]);
  });

  it("R3: looks the same whether or not a name was given in confidence", async () => {
    const anonymous = await sampleReport();
    const parts = readContainer(SERVICE, anonymous.bytes);
    const theirs = readContainer(SERVICE, (await composed).bytes);
    expect(shape(parts.sections.identity)).toEqual(shape(theirs.sections.identity));
    expect(parts.sections.identity.length).toBe(theirs.sections.identity.length);
    expect(anonymous.bytes.length).toBe((await composed).bytes.length);
    const grant = null;
    const opened = await openReport(parts.statement, { ...parts.sections, grant }, custodian);
    expect(opened.identity).toEqual({ content: null, text: null, warnings: [] });
  });

  it("goes to the readers that the reporter left, on either route", async () => {
    const less = await sampleReport({ grantees: [handlers[2].member, one.member] });
    expect(less.statement.grantees.map((grantee) => grantee.member)).toEqual([
      one.member,
      handlers[2].member,
    ]);
    const { sections } = readContainer(SERVICE, less.bytes);
    expect(kinds(await openParties(less.statement, sections.parties, two))).toEqual([
      "not-sealed-to-you",
    ]);
    const grantees = independents.map((by) => by.member);
    const other = await sampleReport({ route: "independent", grantees });
    expect(other.statement.route).toBe("independent");
  });

  it("refuses a draft that no rule allows", async () => {
    const { body } = full;
    await refused(sampleReport({ grantees: [] }), "C6");
    await refused(sampleReport({ grantees: [independents[0].member] }), "C6");
    await refused(sampleReport({ grantees: [one.member, one.member] }), "C6");
    await refused(sampleReport({ body: { ...body, what_happened: "" } }), "R5");
    await refused(sampleReport({ body: { ...body, name: "A" } }), "R5");
    const subjects = Array.from({ length: 41 }, emptySubject);
    await refused(sampleReport({ parties: { ...full.parties, subjects } }), "R4");
    await refused(sampleReport({ body: { ...body, what_happened: "x".repeat(50_001) } }), "R8");
    await refused(sampleReport({ body: { ...body, where: "😀".repeat(5_001) } }), "R8");
    await expect(
      sampleReport({ body: { ...body, where: "😀".repeat(5_000) } }),
    ).resolves.toBeDefined();
    const directory = sampleDirectory();
    const teams = new Map([...directory.teams].filter(([team]) => team !== "custodians"));
    const confidential = { ...body, mode: "confidential" as const };
    const without = { directory: { ...directory, teams }, body: confidential };
    await refused(sampleReport(without), "R3");
  });

  it("C1, C2, C4: refuses a container that was changed", async () => {
    const { bytes } = await composed;
    broken(() => readContainer(SERVICE, concat(bytes, Uint8Array.of(0))), "C1");
    broken(() => readContainer(SERVICE, bytes.subarray(0, -1)), "C1");
    broken(() => readContainer(SERVICE, concat(bytes, new Uint8Array(4))), "C1");
    broken(() => readContainer(SERVICE, flipped(bytes, 0)), "C1");
    broken(() => readContainer(SERVICE, flipped(bytes, -1)), "C4");
    broken(() => readContainer(SERVICE, new Uint8Array(2_097_153)), "C1");
    broken(() => readContainer("00".repeat(32) as typeof SERVICE, bytes), "C2");
    const { statement } = readContainer(SERVICE, bytes);
    broken(() => readStatement(SERVICE, flipped(statement.bytes, 40)), "G1");
    const other = sign("stub", {}, (await composed).keys.signer);
    broken(() => readStatement(SERVICE, other), "N5");
  });

  it("S3: has a reference without look-alikes", () => {
    expect(reference(`${"0".repeat(10)}${"f".repeat(54)}` as CaseId)).toBe("RL-0000-0000");
    expect(reference(`${"f".repeat(10)}${"0".repeat(54)}` as CaseId)).toBe("RL-ZZZZ-ZZZZ");
    expect(reference(`0123456789${"0".repeat(54)}` as CaseId)).toBe("RL-04HM-ASW9");
  });

  it("S4: warns of a part, grant or secret that is not the statement's", async () => {
    const { statement } = await composed;
    const sent = await files();
    const parties = await seal([one.entry.recipient], frame(utf8("{}"), 65_536));
    expect(kinds((await openReport(statement, { ...sent, parties }, one)).parties)).toEqual([
      "digest",
      "format",
    ]);
    const theirs = await files(two);
    const wrongGrant = await openReport(statement, { ...sent, grant: theirs.grant }, one);
    expect(kinds(wrongGrant)).toEqual(["digest", "secret"]);
    expect(wrongGrant.secret).toBeNull();
    const secret = identity<CaseSecret>(seed("another case"));
    const grant = await sealGrant(one.entry, statement.anchor, 0, secret);
    expect(kinds(await openReport(statement, { ...sent, grant }, one))).toEqual([
      "digest",
      "secret",
    ]);
  });

  it("R8, R9: shows a part that is not right, with a warning", async () => {
    const { statement } = await composed;
    const sent = await files();
    const read = async (
      content: Uint8Array,
    ): Promise<Awaited<ReturnType<typeof openReport>>["body"]> => {
      const { file, statement: named } = await forged(statement, content);
      return (await openReport(named, { ...sent, body: file }, one)).body;
    };
    const bound = { version: 1, service: SERVICE, anchor: statement.anchor };
    const long = { ...draft.body, where: "x".repeat(5_001), pattern: "sometimes" };
    const shown = await read(frame(write({ ...bound, ...long })));
    expect(kinds(shown)).toEqual(["too-long"]);
    expect(shown.content).toEqual(long);
    const moved = await read(frame(write({ ...bound, ...draft.body, anchor: "0".repeat(64) })));
    expect(kinds(moved)).toEqual(["foreign"]);
    expect(moved.content).toEqual(draft.body);
    const unknown = await read(frame(utf8("only words")));
    expect(unknown).toMatchObject({
      content: null,
      text: "only words",
      warnings: [{ kind: "format" }],
    });
    const more = await read(frame(write({ ...bound, ...draft.body, more: 1 })));
    expect(more.text).toContain("custody");
    const unframed = await read(utf8("only words"));
    expect(unframed).toMatchObject({ text: "only words", warnings: [{ rule: "F3" }] });
    const { file, statement: named } = await forged(
      statement,
      frame(utf8("")),
      two.entry.recipient,
    );
    expect(kinds((await openReport(named, { ...sent, body: file }, one)).body)).toEqual([
      "does-not-open",
    ]);
  });

  it("R3: warns a custodian when a name was promised and does not open", async () => {
    const { statement } = await composed;
    const sent = await files();
    const file = await seal([two.entry.recipient], frame(new Uint8Array()));
    const parts = { ...statement.parts, identity: digest(file) };
    const both = { member: one.member, identity: one.identity };
    const opened = await openReport({ ...statement, parts }, { ...sent, identity: file }, both);
    expect(kinds(opened.identity)).toEqual(["does-not-open"]);
  });
});
