import { describe, expect, it } from "vitest";
import {
  NOTHING,
  addTeam,
  bind,
  caseRecord,
  composeReport,
  digest,
  endGrant,
  grant,
  history,
  identity,
  keyWords,
  mayReadAt,
  memberAt,
  newEpoch,
  nextReaders,
  openGrant,
  openParties,
  readContainer,
  readConversation,
  readRecoveryVote,
  recoveryId,
  recoveryKeys,
  recoveryOf,
  sign,
  signEpoch,
  signRecoveryVote,
  verifyDirectory,
  verifyGrants,
  writeToReporter,
} from "./index";
import type { CaseSecret, Directory, Member, RecoveryVote, ServiceId } from "./index";
import {
  SERVICE,
  TODAY,
  genesis,
  handlers,
  leads,
  listed,
  recovery,
  sampleDirectory,
  sampleDraft,
  sampleMember,
  seed,
  teamDocument,
  withRecovery,
} from "./sample";

const broken = (run: () => unknown, rule: string): void =>
  expect(run).toThrow(expect.objectContaining({ rule }) as Error);
const [one, two] = handlers;
const directory = sampleDirectory(withRecovery());
const by = history(directory);
const vote: RecoveryVote = {
  service: SERVICE,
  recipient: recovery.identity.recipient,
  key: recovery.signer.key,
  threshold: 3,
  shares: 5,
  day: TODAY,
};

describe("a recovery", () => {
  it("D12: has keys and an id of its own at each service", () => {
    expect(recovery.member).toBe(recoveryId(recovery.identity.recipient));
    const elsewhere = recoveryKeys(seed("recovery"), "00".repeat(32) as ServiceId);
    expect(elsewhere.member).not.toBe(recovery.member);
    expect(elsewhere.signer.key).not.toBe(recovery.signer.key);
    expect(recoveryOf(directory)).toMatchObject({ member: recovery.member, threshold: 3 });
    expect(recoveryOf(sampleDirectory())).toBeNull();
  });

  it("D13: has words of its keys, as a member has", () => {
    const words = keyWords(vote);
    expect(words).toHaveLength(12);
    expect(keyWords({ ...vote, key: one.signer.key })).not.toEqual(words);
    expect(keyWords({ ...vote, recipient: one.entry.recipient })).not.toEqual(words);
  });

  it("D6: is voted for by leads, each for the whole of it", () => {
    const [lead, second] = leads;
    broken(() => readRecoveryVote(SERVICE, listed, sign("team", vote, lead.signer)), "G1");
    const signed = signRecoveryVote({ ...vote, more: 1 } as RecoveryVote, lead.signer);
    expect(readRecoveryVote(SERVICE, listed, signed)).toEqual({ ...vote, lead: lead.member });
    broken(() => readRecoveryVote(SERVICE, listed.slice(1), signed), "D6");
    broken(() => readRecoveryVote("00".repeat(32) as ServiceId, listed, signed), "D6");
    const read = (change: Partial<RecoveryVote>): unknown =>
      readRecoveryVote(SERVICE, listed, signRecoveryVote({ ...vote, ...change }, second.signer));
    broken(() => read({ threshold: 0 }), "D6");
    broken(() => read({ threshold: 6 }), "D6");
    broken(() => read({ shares: 17 }), "D6");
    expect(() => read({ threshold: 16, shares: 16 })).not.toThrow();
    const named = (change: Partial<RecoveryVote>): unknown =>
      verifyDirectory(SERVICE, genesis, [], withRecovery({}, change));
    expect(() => named({})).not.toThrow();
    broken(() => named({ key: one.signer.key }), "D6");
    broken(() => named({ threshold: 2 }), "D6");
    broken(() => named({ shares: 6 }), "D6");
    broken(() => named({ recipient: one.entry.recipient }), "D6");
  });

  it("D4: is no member of any team, by id or by key", () => {
    const team = (entry: Member): (() => unknown) => {
      const intake = teamDocument("intake", [entry]);
      const teams = [{ team: "intake", digest: digest(intake) }];
      const routes = { intake: "intake", independent: "", custodians: "" };
      const root = withRecovery({ teams, routes });
      return () => addTeam(verifyDirectory(SERVICE, genesis, [], root), intake);
    };
    expect(team(one.entry)).not.toThrow();
    broken(team({ ...one.entry, member: recovery.member }), "D4");
    broken(team({ ...one.entry, key: recovery.signer.key }), "D4");
  });

  it("K4: may read like a listed member, and is none", () => {
    expect(mayReadAt(by, 1, recovery.member)).toBe(true);
    expect(mayReadAt(by, 1, one.member)).toBe(true);
    expect(mayReadAt(by, 2, recovery.member)).toBe(false);
    expect(mayReadAt(history(sampleDirectory()), 1, recovery.member)).toBe(false);
    expect(memberAt(by, 1, recovery.member)).toBeNull();
    expect(bind(by, 1, recovery.member, recovery.signer.key)).toBe("unknown-signer");
  });
});

const draft = sampleDraft({ directory, grantees: [one.member, two.member] });
const { statement, bytes } = await composeReport(draft);
const { sections } = readContainer(SERVICE, bytes);
const secret = identity(draft.caseSecret);
const record = (epochs: Uint8Array[] = [], over = by): ReturnType<typeof caseRecord> =>
  caseRecord(statement, { statement: statement.bytes, epochs, changes: [] }, over);
const base = record();
const facts = { epoch: 0, secret, serial: 1, day: TODAY };

describe("a report to a service with a recovery", () => {
  it("C6: is granted to the recovery last, with the parties, and to nobody else besides", async () => {
    const grantees = statement.grantees.map((each) => each.member);
    expect(grantees).toEqual([one.member, two.member, recovery.member]);
    const opened = await openGrant(recovery, base, 0, sections.grants[2] ?? new Uint8Array());
    expect(opened.seed).toEqual(draft.caseSecret);
    const parties = await openParties(statement, sections.parties, recovery);
    expect(parties).toMatchObject({ content: draft.parties, warnings: [] });
  });

  it("K4: is granted on by the recovery, whose rows count", async () => {
    const late = sampleMember("Handler-3", "handler");
    const act = { ...facts, grantee: late.entry, grantor: recovery.member };
    const { row } = await grant(base, [], act, recovery.signer);
    const found = verifyGrants(base, [row], [], by);
    expect(found.warnings).toEqual([]);
    expect(found.live.at(-1)).toMatchObject({ member: late.member, by: recovery.member });
    // Only with its own key, under its own id, and by a root that names it.
    const posing = await grant(base, [], act, one.signer);
    expect(verifyGrants(base, [posing.row], [], by).warnings).toMatchObject([{ rule: "D9" }]);
    const as = await grant(base, [], { ...act, grantor: one.member }, recovery.signer);
    expect(verifyGrants(base, [as.row], [], by).warnings).toMatchObject([{ rule: "D9" }]);
    const bare = history(sampleDirectory());
    expect(verifyGrants(record([], bare), [row], [], bare).warnings).toMatchObject([
      { rule: "D9" },
    ]);
  });

  it("K4: is granted to the recovery, but to none that the root does not name", async () => {
    const [, , three] = handlers;
    const other = recoveryKeys(seed("another"), SERVICE);
    const give = async (to: { member: typeof one.member; recipient: typeof vote.recipient }) =>
      (await grant(base, [], { ...facts, grantee: to, grantor: one.member }, one.signer)).row;
    const { member, identity: opens } = recovery;
    const row = await give({ member, recipient: opens.recipient });
    expect(verifyGrants(base, [row], [], by).warnings).toEqual([]);
    const wrong = await give({ member: other.member, recipient: other.identity.recipient });
    expect(verifyGrants(base, [wrong], [], by).warnings).toMatchObject([{ rule: "K4" }]);
    expect(verifyGrants(base, [await give(three.entry)], [], by).warnings).toEqual([]);
  });

  it("K3: may be given up by the recovery itself", () => {
    const act = { epoch: 0, grantor: recovery.member, serial: 1, day: TODAY };
    const found = verifyGrants(base, [endGrant(base, [], act, recovery.signer)], [], by);
    expect(found.warnings).toEqual([]);
    expect(found.live.map((each) => each.member)).toEqual([one.member, two.member]);
  });

  it("K5: has no epoch by the recovery", () => {
    const act = { author: recovery.member, serial: 1, reason: "leaver" as const, day: TODAY };
    const made = { ...act, identity: identity<CaseSecret>(seed("next")) };
    const found = record([signEpoch(base, made, recovery.signer)]);
    expect(found.epochs).toEqual([]);
    expect(found.warnings).toMatchObject([{ rule: "K5" }]);
  });

  it("M4: has no message by the recovery", async () => {
    const { member, signer } = recovery;
    const heads = { to_reporter: NOTHING, from_reporter: NOTHING };
    const writing = { kind: "message", body: "x" } as const;
    const author = { member, signer, serial: 1, day: TODAY };
    const { stub, case_file: file } = await writeToReporter(base, heads, writing, author);
    const sent = [{ direction: "to_reporter" as const, stub, file }];
    const reader = { as: "member" as const, secrets: new Map([[0, secret]]) };
    const found = await readConversation(base, by, sent, reader);
    expect(found.items[0]).toMatchObject({ author: null, content: null });
    expect(found.items[0]?.warnings).toMatchObject([{ kind: "unknown-signer" }]);
  });
});

describe("new keys for a case", () => {
  const grants = verifyGrants(base, [], [], by);
  const act = { author: one.member, serial: 1, reason: "leaver" as const, day: TODAY };
  const members = (of: readonly { member: string }[]): string[] => of.map((each) => each.member);

  it("K5: go to the author, to everybody who still reads, and to the recovery", () => {
    const { member } = recovery;
    expect(members(nextReaders(grants, directory, two.member))).toEqual([
      two.member,
      one.member,
      member,
    ]);
    const left = new Set([two.member]);
    expect(members(nextReaders(grants, directory, one.member, left))).toEqual([one.member, member]);
    expect(members(nextReaders(grants, sampleDirectory(), one.member))).toEqual([
      one.member,
      two.member,
    ]);
    expect(members(nextReaders(grants, without(one.member), two.member))).toEqual([
      two.member,
      member,
    ]);
  });

  it("K5: are an epoch that counts, each grant of which opens", async () => {
    const grantees = nextReaders(grants, directory, one.member);
    const made = await newEpoch(grants.record, [], { ...act, grantees }, one.signer);
    expect(made.number).toBe(1);
    const after = record([made.document]);
    const rows = made.rows.map((each) => each.row);
    const found = verifyGrants(after, rows, [], by);
    expect([...after.warnings, ...found.warnings]).toEqual([]);
    expect(found.record.epochs).toHaveLength(1);
    const live = found.live.filter((each) => each.epoch === 1);
    expect(members(live)).toEqual(members(grantees));
    for (const [place, reader] of [one, two, recovery].entries()) {
      const sealed = made.rows[place]?.sealed ?? new Uint8Array();
      expect(live[place]?.digest).toBe(digest(sealed));
      expect((await openGrant(reader, after, 1, sealed)).seed).toEqual(made.identity.seed);
    }
  });

  it("K5: are not made without the author, nor for anybody twice", async () => {
    const run = (grantees: Member[]): Promise<unknown> =>
      newEpoch(base, [], { ...act, grantees }, one.signer);
    const refused = expect.objectContaining({ rule: "K5" }) as Error;
    await expect(run([two.entry])).rejects.toThrow(refused);
    await expect(run([one.entry, two.entry, two.entry])).rejects.toThrow(refused);
  });
});

/** The sample's directory, in which one of the handlers is listed no more. */
function without(gone: string): Directory {
  const intake = teamDocument(
    "intake",
    handlers.filter((each) => each.member !== gone).map((each) => each.entry),
  );
  const teams = [{ team: "intake", digest: digest(intake) }];
  const routes = { intake: "intake", independent: "", custodians: "" };
  const root = withRecovery({ serial: 2, previous: directory.root.digest, teams, routes });
  return addTeam(verifyDirectory(SERVICE, genesis, [], root), intake);
}
