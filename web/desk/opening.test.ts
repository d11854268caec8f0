import { beforeAll, expect, test } from "vitest";
import {
  Refused,
  emptyParties,
  emptySubject,
  history,
  identity,
  listed,
  sealGrant,
} from "../protocol";
import type { CaseSecret, Day, DeskCase, Stage, TeamId } from "../protocol";
import { flipped, seed } from "../protocol/sample";
import { unable } from "./casework";
import { openCase, openNew, serialsOf } from "./opening";
import { differences } from "./people";
import { SERVICE, SampleCase, custodian, handlers, readerOf, sampleHistory } from "./sample";
import { fill, words } from "./words";

const [first, second] = handlers;
const reader = readerOf(first);
const [sampleMe = null] = listed(sampleHistory.current, first.member);
let sample: SampleCase;

beforeAll(async () => {
  const parties = emptyParties();
  parties.subjects.push({ ...emptySubject(), name: "Dale Marsh", rank: "sergeant" });
  sample = await SampleCase.file({ parties });
  await sample.reply(first, { kind: "acknowledgement", body: "Thank you.", stage: "acknowledged" });
  await sample.ask("There was another witness.");
  await sample.reply(second, { kind: "message", body: "Who was it?" });
});

const opened = (change: Partial<DeskCase> = {}): ReturnType<typeof openCase> =>
  openCase(SERVICE, { ...sample.served, ...change }, reader, sampleHistory);

test("a good case opens without a warning", async () => {
  const found = await opened();
  expect(found.warnings).toEqual([]);
  expect(found.body.content?.what_happened).toContain("custody suite");
  expect(found.parties.content?.subjects[0]?.name).toBe("Dale Marsh");
  expect(found.receiptDay).toBe("2026-11-23");
  expect([...found.secrets.keys()]).toEqual([0]);
  expect(found.conversation.stage).toBe("acknowledged");
  expect(found.conversation.items.map((one) => one.content?.body)).toEqual([
    "Thank you.",
    "There was another witness.",
    "Who was it?",
  ]);
  expect(found.conversation.items.flatMap((one) => one.warnings)).toEqual([]);
});

test("a statement that is not the case's is refused as a whole", async () => {
  const { statement } = sample.served;
  await expect(opened({ statement: flipped(statement, -5) })).rejects.toThrow(Refused);
  const other = await SampleCase.file();
  await expect(opened({ statement: other.served.statement })).rejects.toThrow(Refused);
});

test("a body of another case is a warning beside it, and the rest is shown", async () => {
  const found = await opened({ body: flipped(sample.served.body, -1) });
  expect(found.body.content).toBeNull();
  expect(found.body.warnings.map((one) => one.kind)).toEqual(["digest", "does-not-open"]);
  expect(found.parties.content).not.toBeNull();
  expect(found.conversation.items).toHaveLength(3);
});

test("a key that is not the case's is a warning, and nothing is opened with it", async () => {
  const other = await SampleCase.file({ caseSecret: seed("another case") });
  const found = await opened({ grants: other.served.grants });
  expect(found.secrets.size).toBe(0);
  expect(found.warnings).toContainEqual({ kind: "digest", rule: "K4" });
  expect(found.body.warnings.map((one) => one.kind)).toEqual(["not-sealed-to-you"]);
});

test("a key is used only where the signatures give it, whatever the service says", async () => {
  const [own] = sample.served.grants;
  if (own === undefined) throw new Error("there is no grant");
  const [, , three] = handlers;
  // To a member whom nobody let in, the service hands a grant that does open.
  const few = await SampleCase.file({ grantees: [first.member, second.member] });
  const secret = identity(seed<CaseSecret>("case"));
  const sealed = await sealGrant(three.entry, few.composed.statement.anchor, 0, secret);
  few.served.grants = [{ row: null, member: three.member, epoch: 0, live: true, sealed }];
  const given = await openCase(SERVICE, few.served, readerOf(three), sampleHistory);
  expect(given.secrets.size).toBe(0);
  expect(given.warnings).toContainEqual({ kind: "grant", rule: "K4" });
  // A grant that opens, but is not the one that the statement names.
  const again = await sealGrant(first.entry, sample.composed.statement.anchor, 0, secret);
  const other = await opened({ grants: [{ ...own, sealed: again }] });
  expect(other.secrets.size).toBe(0);
  expect(other.warnings).toContainEqual({ kind: "digest", rule: "K4" });
  // One's own declaration of a conflict ends it for good, served as live or not.
  const conflicted = await SampleCase.file();
  conflicted.declare(first, true);
  const ended = await openCase(SERVICE, conflicted.served, reader, sampleHistory);
  expect(ended.secrets.size).toBe(0);
  expect(ended.warnings).toContainEqual({ kind: "grant", rule: "K4" });
});

test("a lock that nobody was allowed to make is not used, and nothing is written", async () => {
  const forged = await SampleCase.file();
  forged.renew(custodian);
  const found = await openCase(SERVICE, forged.served, reader, sampleHistory);
  expect(found.record.epochs).toEqual([]);
  expect(found.locked).toBe(true);
  expect(found.warnings).toContainEqual({ kind: "epoch", rule: "K5" });
  expect([...found.secrets.keys()]).toEqual([0]);
  const me = { listed: sampleMe };
  expect(unable(found, me)).toBe(words.reply.unable_locked);
  const good = await SampleCase.file();
  good.renew(first);
  const own = await openCase(SERVICE, good.served, reader, sampleHistory);
  expect(own.locked).toBe(false);
  expect(own.record.epochs).toHaveLength(1);
  expect(unable(own, me)).toBe(words.reply.unable_epoch);
});

test("route, team and day are those that are signed", async () => {
  const found = await opened({
    day: "2026-01-01" as Day,
    route: "independent",
    team: "independent" as TeamId,
  });
  expect([found.day, found.route, found.team]).toEqual(["2026-11-23", "intake", "intake"]);
  expect(differences(found, sampleHistory.current)).toEqual([
    fill(words.warning.route_differs, {
      served: words.codes.route.independent,
      signed: words.codes.route.intake,
    }),
    fill(words.warning.team_differs, {
      served: "The independent team",
      signed: "The intake team",
    }),
    fill(words.warning.day_differs, { served: "1 Jan 2026", signed: "23 Nov 2026" }),
  ]);
  expect(differences(await opened(), sampleHistory.current)).toEqual([]);
  // Without the root that the statement pins, nothing says which team that was.
  const { current } = sampleHistory;
  const root = { ...current.root, digest: "f".repeat(64) as typeof current.root.digest };
  const forked = await openCase(SERVICE, sample.served, reader, history({ ...current, root }));
  expect(forked.team).toBeNull();
  expect(forked.warnings).toContainEqual({ kind: "unknown-root", rule: "S1" });
});

test("one poisoned message leaves the others to be read", async () => {
  const [one, two, three] = sample.served.messages;
  if (one === undefined || two === undefined || three === undefined) throw new Error("too few");
  const found = await opened({ messages: [{ ...one, file: three.file }, two, three] });
  const kinds = found.conversation.items.map((item) => item.warnings.map((each) => each.kind));
  expect(kinds).toEqual([["digest"], [], []]);
  expect(found.conversation.items[2]?.content?.body).toBe("Who was it?");
});

test("a withheld message shows", async () => {
  const found = await opened({ messages: sample.served.messages.slice(1) });
  const kinds = found.conversation.items.flatMap((item) => item.warnings.map((one) => one.kind));
  expect(kinds).toContain("gap");
  expect(kinds).toContain("seen");
});

test("what is no stub at all becomes a message with a warning", async () => {
  const messages = [
    ...sample.served.messages,
    { stub: new Uint8Array(200), file: new Uint8Array(9) },
  ];
  const found = await opened({ messages });
  expect(found.conversation.items).toHaveLength(4);
  expect(found.conversation.items.flatMap((one) => one.warnings)).toHaveLength(1);
});

test("a receipt by another key is noticed", async () => {
  expect((await opened({ receipt: flipped(sample.served.receipt, 50) })).receiptDay).toBeNull();
});

test("a stage that nobody signed does not become the case's", async () => {
  const found = await opened({ stage: "closed" as Stage });
  expect(found.told.stage).toBe("closed");
  expect(found.conversation.stage).toBe("acknowledged");
});

test("grant rows are followed by their numbers, however they are served", async () => {
  const other = await SampleCase.file({ grantees: [first.member] });
  await other.share(first, second);
  await other.share(first, custodian, true);
  const found = await openCase(SERVICE, other.served, reader, sampleHistory);
  expect(found.grants.warnings).toEqual([]);
  expect(found.grants.live.map((one) => one.member).sort()).toEqual(
    [first.member, second.member, custodian.member].sort(),
  );
});

test("the serials that a case asks for are found, and nonsense asks for none", () => {
  expect(serialsOf(sample.served)).toEqual([1]);
  const messages = [{ stub: new Uint8Array(3), file: new Uint8Array() }];
  const statement = new Uint8Array(200);
  expect(serialsOf({ ...sample.served, messages, declarations: [], statement })).toEqual([]);
  expect(serialsOf({ ...sample.served, messages, declarations: [] })).toEqual([1]);
});

test("before the declaration only who is named is opened", async () => {
  const { statement, parties } = sample.served;
  const listed = { ...sample.served, epoch: 0, statement, parties, brief: null };
  const found = await openNew(SERVICE, listed, reader, sampleHistory);
  expect(found.parties.content?.subjects).toHaveLength(1);
  expect(found.parties.warnings).toEqual([]);
  const bad = await openNew(
    SERVICE,
    { ...listed, statement: flipped(statement, 50) },
    reader,
    sampleHistory,
  );
  expect(bad.statement).toBeNull();
  expect(bad.parties.content).toBeNull();
  expect(bad.parties.warnings).toHaveLength(1);
});
