import { describe, expect, it } from "vitest";
import {
  NO_DIGEST,
  NOTHING,
  base64,
  caseRecord,
  changeWords,
  composeReport,
  concat,
  conflictedBy,
  day,
  declaredBy,
  digest,
  endGrant,
  frame,
  grant,
  history,
  identity,
  mailboxRequest,
  openGrant,
  openKeep,
  openKeeps,
  readChallenge,
  readConversation,
  reporterKeys,
  seal,
  sealKeep,
  shape,
  sign,
  signAttestation,
  signDeclaration,
  signEpoch,
  signReceipt,
  token,
  verify,
  verifyAttestation,
  verifyGrants,
  verifyReceipt,
  writeFromReporter,
  writeToReporter,
} from "./index";
import type {
  CaseId,
  CaseRecord,
  CaseSecret,
  Content,
  ConversationReader,
  Heads,
  Item,
  Sent,
  Stub,
  Writing,
} from "./index";
import {
  SERVICE,
  TODAY,
  flipped,
  handlers,
  independents,
  sampleDirectory,
  sampleDraft,
  sampleMember,
  seed,
  serviceKey,
} from "./sample";
import type { SampleMember } from "./sample";

const broken = (run: () => unknown, rule: string): void =>
  expect(run).toThrow(expect.objectContaining({ rule }) as Error);
const refused = async (run: Promise<unknown>, rule: string): Promise<void> =>
  expect(run).rejects.toThrow(expect.objectContaining({ rule }) as Error);

const [one, two, three] = handlers;
const draft = sampleDraft({ grantees: [one.member, two.member] });
const { statement, keys } = await composeReport(draft);
const directory = sampleDirectory();
const by = history(directory);
const secret = identity(draft.caseSecret);
const newKeys = reporterKeys(token(seed("other words").subarray(0, 16)), SERVICE);
const NEXT = day("2026-11-24");
const LATER = day("2026-11-30");

const record = (epochs: Uint8Array[] = [], changes: Uint8Array[] = []): CaseRecord =>
  caseRecord(statement, { statement: statement.bytes, epochs, changes }, by);
const base = record();
const author = (member: SampleMember, on = TODAY): Parameters<typeof writeToReporter>[3] => ({
  member: member.member,
  signer: member.signer,
  serial: 1,
  day: on,
});
const kinds = (item: { warnings: readonly { kind: string }[] } | undefined): string[] | undefined =>
  item?.warnings.map((warning) => warning.kind);

describe("grants", () => {
  const facts = { epoch: 0, secret, grantee: three.entry, serial: 1, day: TODAY };
  const let3 = grant(base, [], { ...facts, grantor: one.member }, one.signer);

  it("K1, K2: open for their grantee alone, in their own case and epoch", async () => {
    const { sealed } = await let3;
    expect(sealed).toHaveLength(1_761);
    expect((await openGrant(three, base, 0, sealed)).seed).toEqual(draft.caseSecret);
    await refused(openGrant(one, base, 0, sealed), "E1");
    await refused(openGrant({ ...three, member: one.member }, base, 0, sealed), "K2");
    await refused(openGrant(three, base, 1, sealed), "K2");
    const otherAnchor = { ...statement, anchor: "0".repeat(64) as typeof statement.anchor };
    await refused(openGrant(three, { ...base, statement: otherAnchor }, 0, sealed), "K2");
    const other = { ...facts, grantor: one.member, secret: identity<CaseSecret>(seed("other")) };
    const wrong = await grant(base, [], other, one.signer);
    await refused(openGrant(three, base, 0, wrong.sealed), "K2");
    await refused(
      openGrant(three, base, 0, await seal([three.entry.recipient], new Uint8Array(101))),
      "K1",
    );
  });

  it("K3, K4: are followed from the statement", async () => {
    const { row, sealed } = await let3;
    const ended = endGrant(
      base,
      [row],
      { epoch: 0, grantor: one.member, serial: 1, day: TODAY },
      one.signer,
    );
    const found = verifyGrants(base, [row, ended], [], by);
    expect(found.warnings).toEqual([]);
    expect(found.live.map(({ member, by: grantor }) => [member, grantor])).toEqual([
      [two.member, null],
      [three.member, one.member],
    ]);
    expect(found.live[1]?.digest).toBe(digest(sealed));
  });

  it("K4: warns of a grant that no live grant supports, or to one who may not read", async () => {
    const stranger = await grant(base, [], { ...facts, grantor: three.member }, three.signer);
    const found = verifyGrants(base, [stranger.row], [], by);
    expect(found.warnings).toMatchObject([{ kind: "grant", rule: "K4", row: 0 }]);
    expect(found.live).toHaveLength(2);
    const outsider = sampleMember("Nobody-1", "handler");
    const wrong = { ...facts, grantor: one.member, grantee: outsider.entry };
    const { row } = await grant(base, [], wrong, one.signer);
    expect(verifyGrants(base, [row], [], by).warnings).toMatchObject([{ rule: "K4" }]);
  });

  it("K3: warns of a row of another case, signer or place", async () => {
    const { row } = await let3;
    const rule = (rows: Uint8Array[]): string | undefined =>
      verifyGrants(base, rows, [], by).warnings[0]?.rule;
    expect(rule([flipped(row, -1)])).toBe("G1");
    expect(rule([row, row])).toBe("K3");
    const asTwo = await grant(base, [], { ...facts, grantor: two.member }, one.signer);
    expect(rule([asTwo.row])).toBe("D9");
    const elsewhere = { ...base, case: "0".repeat(64) as CaseId };
    const other = await grant(elsewhere, [], { ...facts, grantor: one.member }, one.signer);
    expect(rule([other.row])).toBe("K3");
    const unknown = { ...facts, epoch: 1, grantor: one.member };
    expect(rule([(await grant(base, [], unknown, one.signer)).row])).toBe("K3");
  });

  it("K3: warns of a row that ends the grant of another, and ends nothing", () => {
    const { service, case: of } = statement;
    const act = { number: 1, previous: statement.digest, act: "end", digest: NO_DIGEST };
    const who = { grantee: two.member, grantor: one.member, serial: 1, day: TODAY };
    const row = sign("grant", { service, case: of, ...act, epoch: 0, ...who }, one.signer);
    const found = verifyGrants(base, [row], [], by);
    expect(found.warnings).toMatchObject([{ rule: "K3", row: 0 }]);
    expect(found.live).toHaveLength(2);
  });

  const declared = (conflict: boolean, signer = one.signer): Uint8Array => {
    const { service, case: of } = statement;
    const member = one.member;
    return signDeclaration({ service, case: of, member, conflict, serial: 1, day: TODAY }, signer);
  };

  it("K8: end with a conflict", () => {
    expect(verifyGrants(base, [], [declared(false)], by).live).toHaveLength(2);
    const found = verifyGrants(base, [], [declared(true)], by);
    expect(found.live.map(({ member }) => member)).toEqual([two.member]);
    const forged = verifyGrants(base, [], [declared(true, two.signer)], by);
    expect(forged.live).toHaveLength(2);
    expect(kinds(forged)).toEqual(["unknown-signer"]);
  });

  it("K8: end with a conflict that is found, and what was done before it stays", async () => {
    const both = [declared(false), declared(true)];
    const made = await grant(base, [], { ...facts, grantor: one.member }, one.signer);
    const epoch = signEpoch(
      base,
      {
        identity: identity<CaseSecret>(seed("epoch 1")),
        ...{ serial: 1, reason: "leaver" as const, day: NEXT, author: one.member },
      },
      one.signer,
    );
    const found = verifyGrants(record([epoch]), [made.row], both, by);
    expect(found.warnings).toEqual([]);
    expect(found.record.epochs).toHaveLength(1);
    const { grantee } = facts;
    expect(found.live.map(({ member }) => member)).toEqual([two.member, grantee.member]);
    const kept = found.kept.map(({ member, epoch: of }) => [member, of]);
    expect(kept).toEqual([
      [one.member, 0],
      [one.member, 1],
    ]);
    expect(conflictedBy(found.declarations)).toEqual(new Set([one.member]));
    expect(declaredBy(found.declarations, one.member)?.conflict).toBe(true);
    expect(declaredBy(found.declarations, two.member)).toBeUndefined();
    // Whoever declared a conflict at once has never had the case, and lets nobody in.
    const never = verifyGrants(record([epoch]), [made.row], [declared(true)], by);
    expect(kinds(never)).toEqual(["grant", "epoch"]);
    expect(never.kept).toEqual([]);
    expect(never.live.map(({ member }) => member)).toEqual([two.member]);
  });
});

describe("epochs", () => {
  const fresh = identity<CaseSecret>(seed("epoch 1"));
  const facts = { identity: fresh, serial: 1, reason: "leaver" as const, day: NEXT };
  const first = signEpoch(base, { ...facts, author: two.member }, two.signer);

  it("K5: follow from the statement, and the rest is a warning", () => {
    const after = record([first]);
    expect(after.warnings).toEqual([]);
    expect(after.epochs[0]?.recipient).toBe(fresh.recipient);
    const second = signEpoch(after, { ...facts, author: two.member }, two.signer);
    expect(record([first, second]).epochs).toHaveLength(2);
    const other = signEpoch(base, { ...facts, author: two.member, day: LATER }, two.signer);
    const afterOther = signEpoch(record([other]), { ...facts, author: two.member }, two.signer);
    for (const [epochs, count] of [
      [[first, afterOther], 1],
      [[second], 0],
      [[first, first], 1],
      [[flipped(first, -1)], 0],
      [[signEpoch(base, { ...facts, author: one.member }, two.signer)], 0],
    ] as const) {
      const found = record([...epochs]);
      expect(found.epochs).toHaveLength(count);
      expect(kinds(found)).toEqual(["chain"]);
    }
  });

  it("K4: are granted by their author first", async () => {
    const after = record([first]);
    const shared = { epoch: 1, secret: fresh, serial: 1, day: NEXT };
    const mine = { ...shared, grantee: two.entry, grantor: two.member };
    const own = await grant(after, [], mine, two.signer);
    const next = { ...shared, grantee: one.entry, grantor: two.member };
    const other = await grant(after, [own.row], next, two.signer);
    const found = verifyGrants(after, [own.row, other.row], [], by);
    expect(found.warnings).toEqual([]);
    expect(found.live.filter(({ epoch }) => epoch === 1).map(({ member }) => member)).toEqual([
      two.member,
      one.member,
    ]);
    expect((await openGrant(one, after, 1, other.sealed)).seed).toEqual(fresh.seed);
  });

  it("K5: by somebody who never held a grant are a warning", () => {
    const forged = signEpoch(base, { ...facts, author: three.member }, three.signer);
    const found = verifyGrants(record([forged]), [], [], by);
    expect(found.warnings).toMatchObject([{ kind: "epoch", rule: "K5" }]);
    expect(found.live.every(({ epoch }) => epoch === 0)).toBe(true);
    expect(found.record.epochs).toEqual([]);
  });
});

describe("epochs among the rows", () => {
  const fresh = identity<CaseSecret>(seed("epoch 1"));
  const facts = { identity: fresh, serial: 1, reason: "leaver" as const, day: NEXT };
  const first = signEpoch(base, { ...facts, author: two.member }, two.signer);
  const leave = { epoch: 0, grantor: two.member, serial: 1, day: NEXT };

  it("K5: do not count when their author's grant had ended", () => {
    const ended = endGrant(base, [], leave, two.signer);
    const found = verifyGrants(record([first]), [ended], [], by);
    expect(found.warnings).toMatchObject([{ kind: "epoch", rule: "K5" }]);
    expect(found.record.epochs).toEqual([]);
  });

  it("K5: begin before the first row that names them", async () => {
    const after = record([first]);
    const shared = { epoch: 1, secret: fresh, serial: 1, day: NEXT };
    const mine = { ...shared, grantee: one.entry, grantor: two.member };
    const { row } = await grant(after, [], mine, two.signer);
    const ended = endGrant(after, [row], leave, two.signer);
    const found = verifyGrants(after, [row, ended], [], by);
    expect(found.warnings).toEqual([]);
    expect(found.record.epochs).toHaveLength(1);
  });

  it("K5: do not count after one that does not", () => {
    const forged = signEpoch(base, { ...facts, author: three.member }, three.signer);
    const after = record([forged]);
    const second = signEpoch(after, { ...facts, author: one.member }, one.signer);
    const found = verifyGrants(record([forged, second]), [], [], by);
    expect(found.record.epochs).toEqual([]);
    expect(found.live.every(({ epoch }) => epoch === 0)).toBe(true);
  });
});

interface Exchange {
  readonly messages: Sent[];
  readonly caseCopies: Sent[];
  heads: Heads;
}

/** A handler writes, the reporter answers, another handler writes. */
async function exchange(of: CaseRecord = base): Promise<Exchange> {
  const talk: Exchange = {
    messages: [],
    caseCopies: [],
    heads: { to_reporter: NOTHING, from_reporter: NOTHING },
  };
  await toReporter(talk, of, {
    kind: "acknowledgement",
    body: "Thank you.",
    stage: "acknowledged",
  });
  await fromReporter(talk, of, { kind: "message", body: "There is more." });
  await toReporter(
    talk,
    of,
    {
      kind: "question",
      body: "What?",
      stage: "triage",
      next: { what: "We will answer", by: LATER },
    },
    two,
  );
  return talk;
}

async function toReporter(
  talk: Exchange,
  of: CaseRecord,
  writing: Writing,
  from = one,
): Promise<void> {
  const sent = await writeToReporter(of, talk.heads, writing, author(from));
  const { stub, sequence } = sent;
  const to_reporter = { sequence, digest: digest(stub) };
  talk.messages.push({ direction: "to_reporter", stub, file: sent.reporter_file });
  talk.caseCopies.push({ direction: "to_reporter", stub, file: sent.case_file });
  talk.heads = { ...talk.heads, to_reporter };
}

async function fromReporter(
  talk: Exchange,
  of: CaseRecord,
  writing: Writing,
  by_ = keys,
  on = TODAY,
): Promise<void> {
  const { stub, file, sequence } = await writeFromReporter(of, talk.heads, writing, by_, {
    serial: 1,
    day: on,
  });
  talk.messages.push({ direction: "from_reporter", stub, file: null });
  talk.caseCopies.push({ direction: "from_reporter", stub, file });
  talk.heads = { ...talk.heads, from_reporter: { sequence, digest: digest(stub) } };
}

const asReporter: ConversationReader = { as: "reporter", identities: [keys.identity] };
const asMember: ConversationReader = { as: "member", secrets: new Map([[0, secret]]) };
const bodies = (items: readonly Item[]): (string | undefined)[] =>
  items.map((item) => item.content?.body);

describe("messages", () => {
  it("M1 to M7: are read by both sides", async () => {
    const talk = await exchange();
    const reporter = await readConversation(base, by, talk.messages, asReporter);
    expect(bodies(reporter.items)).toEqual(["Thank you.", undefined, "What?"]);
    expect(reporter.items.flatMap((item) => item.warnings)).toEqual([]);
    expect(reporter.items.map((item) => item.author?.member.label)).toEqual([
      "Handler-1",
      undefined,
      "Handler-2",
    ]);
    expect(reporter.stage).toBe("triage");
    expect(reporter.heads).toEqual(talk.heads);
    expect(reporter.gaps).toEqual([]);
    const member = await readConversation(base, by, talk.caseCopies, asMember);
    expect(bodies(member.items)).toEqual(["Thank you.", "There is more.", "What?"]);
    expect(member.items.flatMap((item) => item.warnings)).toEqual([]);
    expect(member.items[2]?.content?.next).toEqual({ what: "We will answer", by: LATER });
  });

  it("M3: a seized token opens nothing that the reporter wrote", async () => {
    const talk = await exchange();
    const [, theirs] = talk.caseCopies;
    const seized = { ...talk.messages[1], ...theirs } as Sent;
    const found = await readConversation(base, by, [seized], asReporter);
    expect(found.items[0]?.content).toBeNull();
  });

  it("M4: one poisoned message hides no other", async () => {
    const talk = await exchange();
    const [first, second, third] = talk.messages as [Sent, Sent, Sent];
    const read = async (changed: Sent): Promise<Item[]> => [
      ...(await readConversation(base, by, [first, second, changed], asReporter)).items,
    ];
    for (const [changed, kind] of [
      [{ ...third, file: flipped(third.file ?? new Uint8Array(1), -1) }, "digest"],
      [{ ...third, file: first.file }, "digest"],
      [{ ...third, stub: flipped(third.stub, 50) }, "bad-signature"],
      [{ ...third, stub: flipped(third.stub, 5) }, "unknown-signer"],
      [{ ...third, stub: new Uint8Array() }, "unknown-signer"],
    ] as const) {
      const items = await read(changed);
      expect(items[0]?.content?.body).toBe("Thank you.");
      const poisoned = items.find(
        (item) => item.direction === "to_reporter" && item.sequence === 2,
      );
      expect(kinds(poisoned)).toContain(kind);
      expect(poisoned?.content).toBeNull();
    }
  });

  it("M4: content that is not its stub's is refused", async () => {
    const talk = await exchange();
    const [first, second, third] = talk.caseCopies as [Sent, Sent, Sent];
    const plain = JSON.parse(Buffer.from(third.stub.subarray(97)).toString()) as Stub;
    const { files, ...shared } = plain;
    const content = {
      version: 1,
      ...shared,
      audience: digest(Buffer.from(statement.case_recipient)),
      kind: "message",
      body: "x",
      next: { what: "", by: "" },
      evidence: [],
    };
    const warnings = async (
      change: Partial<Record<keyof Content, unknown>>,
      signer = two.signer,
      framed: (signed: Uint8Array) => Uint8Array = frame,
    ): Promise<string[] | undefined> => {
      const signed = sign("message", { ...content, ...change }, signer);
      const file = await seal([statement.case_recipient], framed(signed));
      const over = { ...plain, files: { ...files, case: digest(file) } };
      const stub = sign("stub", over, two.signer);
      const sent: Sent[] = [first, second, { ...third, stub, file }];
      return kinds((await readConversation(base, by, sent, asMember)).items[2]);
    };
    expect(await warnings({})).toEqual([]);
    expect(await warnings({ kind: "a later kind" })).toEqual([]);
    expect(await warnings({ body: "x".repeat(20_001) })).toEqual(["too-long"]);
    for (const change of [
      { service: NO_DIGEST },
      { case: NO_DIGEST },
      { epoch: 1 },
      { audience: digest(Buffer.from(keys.identity.recipient)) },
      { direction: "from_reporter" },
      { sequence: 3 },
      { previous: NO_DIGEST },
      { seen: { sequence: 0, digest: NO_DIGEST } },
      { stage: "closed" },
      { author: one.member },
      { serial: 2 },
      { day: "2026-11-24" },
    ]) {
      expect(await warnings(change)).toEqual(["stub-differs"]);
    }
    expect(await warnings({}, one.signer)).toEqual(["unknown-signer"]);
    expect(await warnings({ more: 1 } as never)).toEqual(["format"]);
    expect(await warnings({}, two.signer, (signed) => signed)).toEqual(["format"]);
  });

  it("M4: a stub of another case, or by nobody that the directory lists, is refused", async () => {
    const talk = await exchange({ ...base, case: "0".repeat(64) as CaseId });
    const found = await readConversation(base, by, talk.messages, asReporter);
    expect(found.items.map((item) => kinds(item)?.[0])).toEqual(["foreign", "foreign", "foreign"]);
    expect(found.stage).toBe("received");
    const outsider = sampleMember("Nobody-1", "handler");
    const theirs: Exchange = { messages: [], caseCopies: [], heads: talk.heads };
    theirs.heads = { to_reporter: NOTHING, from_reporter: NOTHING };
    await toReporter(theirs, base, { kind: "message", body: "x" }, outsider);
    const other = await readConversation(base, by, theirs.messages, asReporter);
    expect(kinds(other.items[0])).toEqual(["unknown-signer"]);
    // The key of one member under the name of another.
    const posing = { ...one, member: independents[0].member };
    await toReporter(theirs, base, { kind: "message", body: "x" }, posing);
    const posed = await readConversation(base, by, theirs.messages.slice(1), asReporter);
    expect(kinds(posed.items[0])).toContain("unknown-signer");
  });

  it("M5: what was withheld, replaced or reordered shows", async () => {
    const talk = await exchange();
    const [first, second, third] = talk.messages as [Sent, Sent, Sent];
    const read = (sent: Sent[]): ReturnType<typeof readConversation> =>
      readConversation(base, by, sent, asReporter);
    const gap = await read([second, third]);
    expect(gap.gaps).toEqual([{ direction: "to_reporter", after: 0, before: 2 }]);
    expect(gap.items.map(kinds)).toEqual([["seen"], ["gap"]]);
    const unseen = await read([first, third]);
    expect(unseen.items.map(kinds)).toEqual([[], ["seen"]]);
    const other: Exchange = { ...(await exchange()), messages: [], caseCopies: [] };
    other.heads = { to_reporter: NOTHING, from_reporter: NOTHING };
    await toReporter(other, base, { kind: "message", body: "Another." });
    const [replaced] = other.messages as [Sent];
    const exchanged = await read([replaced, second, third]);
    expect(exchanged.items.map(kinds)).toEqual([[], ["seen"], ["previous"]]);
    const twice = await read([first, first, second, third]);
    expect(twice.items.map(kinds)[1]).toEqual(["previous"]);
    const reordered = await read([third, second, first]);
    expect(reordered.items.flatMap((item) => item.warnings)).toEqual([]);
  });

  it("K6: under an earlier epoch they are read and flagged", async () => {
    const fresh = identity<CaseSecret>(seed("epoch 1"));
    const facts = { identity: fresh, author: two.member, serial: 1, reason: "leaver" as const };
    const epoch = signEpoch(base, { ...facts, day: TODAY }, two.signer);
    const after = record([epoch]);
    const talk = await exchange();
    await fromReporter(talk, base, { kind: "message", body: "In flight." }, keys, NEXT);
    await fromReporter(talk, after, { kind: "message", body: "Under the new." }, keys, NEXT);
    const both = new Map([
      [0, secret],
      [1, fresh],
    ]);
    const found = await readConversation(after, by, talk.caseCopies, {
      as: "member",
      secrets: both,
    });
    expect(found.items.map(kinds)).toEqual([[], [], [], ["earlier-epoch"], []]);
    expect(found.items[4]?.stub?.epoch).toBe(1);
    const old = await readConversation(after, by, talk.caseCopies, asMember);
    expect(kinds(old.items[4])).toEqual(["not-sealed-to-you"]);
  });

  it("refuses to write what M2, M3 and M9 forbid", async () => {
    const { heads } = await exchange();
    const write = (writing: Writing, by_ = keys): Promise<unknown> =>
      writeFromReporter(base, heads, writing, by_, { serial: 1, day: TODAY });
    await refused(write({ kind: "message", body: "", stage: "closed" }), "M2");
    await refused(write({ kind: "message", body: "x".repeat(20_001) }), "M3");
    await refused(write({ kind: "message", body: "x" }, newKeys), "M9");
  });
});

describe("change of words", () => {
  it("W1 to W3: the new words open old and new, the old words sign no more", async () => {
    const talk = await exchange();
    const changed = await changeWords(base, keys, newKeys, { after: 1, day: TODAY });
    expect(shape(changed.keep).plaintext).toBe(81);
    const after = record([], [changed.change]);
    expect(after.warnings).toEqual([]);
    await toReporter(talk, after, { kind: "message", body: "To the new words." });
    await fromReporter(talk, after, { kind: "message", body: "By the new words." }, newKeys);
    const { identities, warnings } = await openKeeps(after, newKeys, [changed.keep]);
    expect(warnings).toEqual([]);
    expect(identities.map((by_) => by_.recipient)).toEqual([
      newKeys.identity.recipient,
      keys.identity.recipient,
    ]);
    const found = await readConversation(after, by, talk.messages, { as: "reporter", identities });
    expect(bodies(found.items)).toEqual([
      "Thank you.",
      undefined,
      "What?",
      "To the new words.",
      undefined,
    ]);
    expect(found.items.flatMap((item) => item.warnings)).toEqual([]);
    // M9: a message by the old words after the change.
    const late: Exchange = { ...talk, messages: [], caseCopies: [] };
    await fromReporter(late, base, { kind: "message", body: "Late." });
    const item = await readConversation(
      after,
      by,
      [...talk.messages, ...late.messages],
      asReporter,
    );
    expect(kinds(item.items.at(-1))).toContain("unknown-signer");
    await refused(
      writeFromReporter(after, talk.heads, { kind: "message", body: "x" }, keys, author(one)),
      "M9",
    );
  });

  it("W1: forms a chain, and a keep is checked", async () => {
    const first = await changeWords(base, keys, newKeys, { after: 0, day: TODAY });
    const third = reporterKeys(token(seed("third words").subarray(0, 16)), SERVICE);
    const after = record([], [first.change]);
    const second = await changeWords(after, newKeys, third, { after: 0, day: TODAY });
    const both = record([], [first.change, second.change]);
    const { identities } = await openKeeps(both, third, [first.keep, second.keep]);
    expect(identities).toHaveLength(3);
    expect(kinds(record([], [second.change]))).toEqual(["chain"]);
    const later = await changeWords(base, keys, newKeys, { after: 2, day: TODAY });
    const back = await changeWords(record([], [later.change]), newKeys, third, {
      after: 1,
      day: TODAY,
    });
    expect(kinds(record([], [later.change, back.change]))).toEqual(["chain"]);
    // A keep with the seed of somebody else, under a change that names it.
    const posing = { ...keys, identity: third.identity };
    const wrong = await changeWords(base, posing, newKeys, { after: 0, day: TODAY });
    const poor = await openKeeps(record([], [wrong.change]), newKeys, [wrong.keep]);
    expect(poor.warnings).toMatchObject([{ kind: "chain", rule: "W3" }]);
    expect(poor.identities).toHaveLength(1);
    expect(kinds(record([], [first.change, first.change]))).toEqual(["chain"]);
    expect(kinds(record([], [flipped(first.change, -1)]))).toEqual(["chain"]);
    const swapped = await openKeeps(both, third, [second.keep, first.keep]);
    expect(swapped.identities).toHaveLength(1);
    expect(kinds(swapped)).toEqual(["chain"]);
    const other = "0".repeat(64) as typeof statement.anchor;
    const moved = await sealKeep(other, keys.identity, newKeys.identity);
    await refused(openKeep(statement.anchor, newKeys.identity, moved), "W3");
    await refused(openKeep(statement.anchor, keys.identity, first.keep), "E1");
  });
});

describe("the mailbox", () => {
  it("B2: signs each act with the token's key", () => {
    const challenge = Uint8Array.of(1, 2, 3);
    const file = Uint8Array.of(9);
    for (const [act, named, sent] of [
      [{ do: "open", after: 3 }, { do: "open", after: 3 }, null],
      [{ do: "delete", up_to: 2 }, { do: "delete", up_to: 2 }, null],
      [{ do: "post", stub: challenge, file }, { do: "post", stub: "AQID" }, file],
      [
        { do: "change_words", change: challenge, keep: file },
        { do: "change_words", change: "AQID" },
        file,
      ],
    ] as const) {
      const request = JSON.parse(mailboxRequest(keys, SERVICE, challenge, act)) as {
        lookup: string;
        signed: string;
        file: string | null;
      };
      expect(request.lookup).toBe(keys.lookup);
      expect(request.file).toBe(sent === null ? null : base64(sent));
      const signed = Buffer.from(request.signed, "base64");
      const payload = Buffer.from(verify("mailbox", signed, keys.signer.key)).toString();
      expect(JSON.parse(payload)).toEqual({
        service: SERVICE,
        challenge: "AQID",
        method: "POST",
        path: "/api/1/mailbox",
        file: sent === null ? NO_DIGEST : digest(sent),
        act: named,
      });
    }
    const large = { do: "post", stub: challenge, file: new Uint8Array(262_144) } as const;
    broken(() => mailboxRequest(keys, SERVICE, challenge, large), "B2");
  });
});

describe("receipt and attestation", () => {
  it("V1: verifies for its case, by the service's key", () => {
    const facts = { service: SERVICE, case: statement.case, day: TODAY };
    const bytes = signReceipt(facts, serviceKey);
    const keysOf = [directory.root.service_key];
    expect(verifyReceipt(bytes, SERVICE, statement.case, keysOf)).toEqual(facts);
    broken(() => verifyReceipt(bytes, SERVICE, "0".repeat(64) as CaseId, keysOf), "V1");
    broken(() => verifyReceipt(bytes, SERVICE, statement.case, [one.signer.key]), "V1");
    broken(() => verifyReceipt(flipped(bytes, -1), SERVICE, statement.case, keysOf), "G1");
    const attest = concat(sign("attest", facts, serviceKey));
    broken(() => verifyReceipt(attest, SERVICE, statement.case, keysOf), "G1");
  });

  it("V2: proves to the asker that the report is theirs", () => {
    const asked = readChallenge("AB".repeat(16) + " " + "cd".repeat(16));
    const bytes = signAttestation(keys, SERVICE, statement.case, asked, TODAY);
    expect(verifyAttestation(bytes, statement, asked)).toMatchObject({ case: statement.case });
    broken(() => verifyAttestation(bytes, statement, readChallenge("00".repeat(32))), "V2");
    const other = signAttestation(newKeys, SERVICE, statement.case, asked, TODAY);
    broken(() => verifyAttestation(other, statement, asked), "G3");
    broken(() => readChallenge("xyz"), "N3");
  });
});

describe("a record", () => {
  it("S2: is of its own case", () => {
    const documents = { statement: statement.bytes, epochs: [], changes: [] };
    const elsewhere = { service: SERVICE, case: "0".repeat(64) as CaseId };
    broken(() => caseRecord(elsewhere, documents, by), "S2");
  });
});
