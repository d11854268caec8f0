import { afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import {
  base64,
  caseRecord,
  claimedSerials,
  digest,
  grant,
  history,
  identity,
  paths,
  readContainer,
  sign,
  signEpoch,
  signReceipt,
  signer,
  split,
} from "../protocol/index";
import type {
  Bytes,
  CaseRecord,
  CaseSecret,
  Composed,
  Member,
  MemberSignSeed,
} from "../protocol/index";
import {
  SERVICE,
  TODAY,
  custodian,
  genesis,
  handlers,
  leads,
  root,
  rootPayload,
  sampleDirectory,
  sampleDraft,
  sampleReport,
  seed,
  serviceKey,
  teamDocument,
  teams,
} from "../protocol/sample";
import type { SampleMember } from "../protocol/sample";
import { openBox, sendReply, writeReply } from "./box";
import type { Box } from "./box";

const json = (document: object): Response => new Response(JSON.stringify(document));
const secret = identity<CaseSecret>(seed("epoch 1"));
const second = sign("root", rootPayload({ serial: 2, previous: digest(root) }), leads[0].signer);
const third = sign("root", rootPayload({ serial: 3, previous: digest(second) }), leads[0].signer);
const { token } = sampleDraft();
let composed: Composed;
let record: CaseRecord;
let aside = false;

beforeAll(async () => {
  composed = await sampleReport({ grantees: handlers.slice(0, 2).map((one) => one.member) });
  const { statement } = composed;
  const documents = { statement: statement.bytes, epochs: [], changes: [] };
  record = caseRecord(statement, documents, history(sampleDirectory()));
});
afterEach(() => {
  aside = false;
  vi.unstubAllGlobals();
});

const epochBy = ({ member, signer }: SampleMember): Bytes => {
  const facts = { identity: secret, serial: 1, reason: "compromise" as const, day: TODAY };
  return signEpoch(record, { ...facts, author: member }, signer);
};

/** What a service answers that serves these epochs and rows; and what it was sent. */
function serve(
  epochs: readonly Uint8Array[],
  rows: readonly Uint8Array[],
  current = root,
  changed: readonly Bytes[] = [],
): object[] {
  const acts: object[] = [];
  const known = [...Object.values(teams), ...changed];
  const documents = new Map(known.map((one) => [paths.document(digest(one)), one]));
  const { sections, statement } = readContainer(SERVICE, composed.bytes);
  vi.stubGlobal("fetch", (path: string, init: RequestInit) => {
    const document = documents.get(path);
    if (document !== undefined) return new Response(document);
    if (path === paths.root(1)) return new Response(root);
    if (path === paths.root(2)) return new Response(second);
    if (path === paths.challenge) return json({ challenge: base64(new Uint8Array(32)) });
    if (path === paths.directory) {
      return json({ genesis: base64(genesis), leads: [], root: base64(current) });
    }
    const { signed } = JSON.parse(init.body as string) as { signed: string };
    const payload = split(Uint8Array.from(Buffer.from(signed, "base64"))).payload;
    const { act } = JSON.parse(new TextDecoder().decode(payload)) as { act: { do: string } };
    acts.push(act);
    if (act.do === "post") return json({ sequence: 1 });
    const facts = { service: SERVICE, case: statement.case, day: TODAY };
    return json({
      case: statement.case,
      day: TODAY,
      stage: "received",
      aside,
      statement: base64(sections.statement),
      receipt: base64(signReceipt(facts, serviceKey)),
      changes: [],
      epochs: epochs.map(base64),
      rows: rows.map(base64),
      to_reporter: [],
      from_reporter: [],
      more: false,
    });
  });
  return acts;
}

const kinds = (box: Box): string[] => box.warnings.map((one) => one.kind);

it("tells that a case is set aside, and writes to it all the same", async () => {
  aside = true;
  const acts = serve([], []);
  const box = await openBox(SERVICE, token);
  expect([box.aside, kinds(box)]).toEqual([true, []]);
  expect(await sendReply(box, await writeReply(box, "You are wrong."))).toBe(true);
  expect(acts.length).toBe(2);
  aside = false;
  expect((await openBox(SERVICE, token)).aside).toBe(false);
});

it("opens a case without a warning, and seals a reply to it", async () => {
  const acts = serve([], []);
  const box = await openBox(SERVICE, token);
  expect(kinds(box)).toEqual([]);
  expect(await sendReply(box, await writeReply(box, "There is more."))).toBe(true);
  expect(acts.map((act) => (act as { do: string }).do)).toEqual(["open", "post"]);
});

it("K5: seals nothing while an epoch is served whose author held no grant", async () => {
  const acts = serve([epochBy(custodian)], []);
  const box = await openBox(SERVICE, token);
  expect(kinds(box)).toContain("epoch");
  expect(box.record.epochs).toEqual([]);
  await expect(writeReply(box, "There is more.")).rejects.toMatchObject({ rule: "K5" });
  expect(acts).toHaveLength(1);
});

it("K5: nor while one is served that does not verify at all", async () => {
  serve([epochBy({ ...handlers[0], member: handlers[1].member })], []);
  const box = await openBox(SERVICE, token);
  expect(box.locked).toBe(true);
  await expect(writeReply(box, "There is more.")).rejects.toMatchObject({ rule: "K5" });
});

it("K5: seals to an epoch of a reader, whoever let them in", async () => {
  serve([epochBy(handlers[0])], []);
  expect((await openBox(SERVICE, token)).record.epochs).toHaveLength(1);
  const facts = { epoch: 0, secret: identity(sampleDraft().caseSecret), serial: 2, day: TODAY };
  const grantor = handlers[0].member;
  const shared = { ...facts, grantee: handlers[2].entry, grantor };
  const { row } = await grant(record, [], shared, handlers[0].signer);
  expect(claimedSerials([row, epochBy(handlers[2]), new Uint8Array(200)])).toEqual([1, 2]);
  serve([epochBy(handlers[2])], [row], third);
  // The row names a root that nothing else names.
  const box = await openBox(SERVICE, token);
  expect(kinds(box)).toEqual([]);
  expect(box.record.epochs[0]?.recipient).toBe(secret.recipient);
  // The same epoch, with the row held back.
  serve([epochBy(handlers[2])], [], third);
  expect((await openBox(SERVICE, token)).locked).toBe(true);
});

describe("K5: an epoch by somebody who may have left", () => {
  const [author, colleague] = handlers;
  const backDated = (): Bytes => epochBy(author);

  /** Serves a second root, which lists the author with the investigators, like this, or nowhere. */
  const serveAfter = (
    epochs: readonly Uint8Array[],
    rows: readonly Uint8Array[] = [],
    investigators: readonly Member[] = [],
  ): object[] => {
    const others = handlers.slice(1).map((one) => one.entry);
    const intake = teamDocument("intake", others);
    const apart = teamDocument("investigators", investigators);
    const listed = Object.entries({ ...teams, intake, investigators: apart });
    const payload = rootPayload({
      serial: 2,
      previous: digest(root),
      teams: listed.map(([team, bytes]) => ({ team, digest: digest(bytes) })),
    });
    return serve(epochs, rows, sign("root", payload, leads[0].signer), [intake, apart]);
  };
  const departed = async (): Promise<boolean> => {
    const box = await openBox(SERVICE, token);
    expect([kinds(box), box.locked]).toEqual([[], false]);
    return box.departed;
  };

  it("is warned of when it is dated back, and a reply can be sent all the same", async () => {
    const acts = serveAfter([backDated()]);
    const box = await openBox(SERVICE, token);
    expect([box.departed, box.locked, kinds(box)]).toEqual([true, false, []]);
    expect(box.record.epochs[0]?.recipient).toBe(secret.recipient);
    expect(await sendReply(box, await writeReply(box, "There is more."))).toBe(true);
    expect(acts).toHaveLength(2);
  });

  it("is not warned of when a listed reader made it, nor is the statement's", async () => {
    serve([backDated()], []);
    expect(await departed()).toBe(false);
    serveAfter([epochBy(colleague)]);
    expect(await departed()).toBe(false);
    serveAfter([]);
    expect(await departed()).toBe(false);
  });

  it("is warned of by the roles and the key that the current root lists, in any team", async () => {
    const cases: [Partial<Member>, boolean][] = [
      [{ roles: ["investigator"] }, false],
      [{ roles: ["analyst"] }, true],
      [{ key: signer<MemberSignSeed>(seed("another key")).key }, true],
    ];
    for (const [change, warns] of cases) {
      serveAfter([backDated()], [], [{ ...author.entry, ...change }]);
      expect(await departed(), JSON.stringify(change)).toBe(warns);
    }
  });

  it("is warned of when its author left afterwards, until a colleague makes another", async () => {
    const first = backDated();
    const documents = { statement: composed.statement.bytes, epochs: [first], changes: [] };
    const after = caseRecord(composed.statement, documents, history(sampleDirectory()));
    const facts = { epoch: 1, secret, serial: 1, day: TODAY };
    const shared = { ...facts, grantee: colleague.entry, grantor: author.member };
    const { row } = await grant(after, [], shared, author.signer);
    serve([first], [row]);
    expect(await departed()).toBe(false);
    serveAfter([first], [row]);
    expect(await departed()).toBe(true);
    const next = { identity: identity<CaseSecret>(seed("epoch 2")), serial: 2, day: TODAY };
    const by = { ...next, author: colleague.member, reason: "leaver" as const };
    serveAfter([first, signEpoch(after, by, colleague.signer)], [row]);
    expect(await departed()).toBe(false);
  });
});
