import { beforeAll, expect, test } from "vitest";
import {
  caseRecord,
  emptyParties,
  history,
  openGrant,
  recoveryKeys,
  sealGrant,
  verifyGrants,
} from "../protocol";
import type { Access, Grants, History, Member, MemberId, RecoverySeed } from "../protocol";
import { independents, recovery, sampleMember, seed } from "../protocol/sample";
import type { SampleMember } from "../protocol/sample";
import { examine, handOver } from "./access";
import type { HandedOver } from "./access";
import { leftOn, succession, withHeirs, thinTeams, unchangedSince } from "./handover";
import { readerOf, sampleHistory } from "./sample";
import {
  Ledger,
  SERVICE,
  TEAMS,
  TODAY,
  custodian,
  handlers,
  handsOf,
  namedRecovery,
  newcomer,
  published,
} from "./sample-ledger";

const [first, second, third] = handlers;
const entries = (...of: SampleMember[]): Member[] => of.map((one) => one.entry);
const ids = (...of: SampleMember[]): MemberId[] => of.map((one) => one.member).sort();
const how = { day: TODAY, compromise: false };

/** Handler-3 has left. */
const without3 = published(sampleHistory, { ...TEAMS, intake: entries(first, second) });
/** Handler-2 has come back as Handler-2b. */
const again = newcomer("Handler-2b", second);
const replaced = published(sampleHistory, { ...TEAMS, intake: entries(first, again, third) });

let filed: Ledger;
beforeAll(async () => {
  filed = await Ledger.file("a case");
});

/** The chain as everybody who is not the service verifies it. */
function verified(served: Access, by: History): Grants {
  const record = caseRecord({ service: SERVICE, case: served.case }, served, by);
  return verifyGrants(record, served.rows, served.declarations, by);
}

/** Puts what was made where the service would. */
function take(ledger: Ledger, made: HandedOver): void {
  for (const one of made.grants) ledger.share(one);
  if (made.lock !== null) ledger.lock(made.lock);
}

/** Hands over by one member, and posts it. */
async function handed(ledger: Ledger, by: SampleMember, of: History): Promise<HandedOver> {
  const made = await handOver(handsOf(by, of), ledger.access(by.member), how);
  take(ledger, made);
  return made;
}

function holders({ live }: Grants, epoch: number): MemberId[] {
  return live
    .filter((one) => one.epoch === epoch)
    .map((one) => one.member)
    .sort();
}

test("replacements are followed through earlier roots, as far as nobody stands in between", () => {
  expect([...succession(replaced).heirs]).toEqual([[second.member, again.member]]);
  expect([...withHeirs([second.member, first.member], succession(replaced))]).toEqual([
    second.member,
    first.member,
    again.member,
  ]);
  const thrice = newcomer("Handler-2c", again);
  const later = published(replaced, { ...TEAMS, intake: entries(first, thrice, third) });
  expect(new Map(succession(later).heirs)).toEqual(
    new Map([
      [again.member, thrice.member],
      [second.member, thrice.member],
    ]),
  );
  // Without the root between, nothing says whom the one before had replaced.
  const short = history(later.current, [sampleHistory.current]);
  expect([...succession(short).heirs.keys()]).toEqual([again.member]);
  expect(succession(short).unknown).toEqual([again.member]);
  expect(succession(later).unknown).toEqual([]);
});

test("nobody stands in the place of a reader who is there, nor two in the place of one", () => {
  const both = published(sampleHistory, { ...TEAMS, intake: entries(first, second, again) });
  expect(succession(both).heirs.size).toBe(0);
  const other = newcomer("Handler-2z", second);
  const two = published(sampleHistory, { ...TEAMS, intake: entries(first, again, other) });
  expect(succession(two).heirs.size).toBe(0);
});

test("a leaver can open nothing that comes next, and everybody else can", async () => {
  const ledger = await Ledger.file("left");
  const made = await handed(ledger, first, without3);
  expect(made.grants).toEqual([]);
  expect(made.lock?.epoch).toBe(1);
  expect(ledger.reason).toBe("leaver");
  const served = ledger.access(second.member);
  const grants = verified(served, without3);
  expect(grants.warnings).toEqual([]);
  expect(grants.record.epochs).toHaveLength(1);
  // The author counts as holding it, and has a row of their own besides.
  expect(holders(grants, 1)).toEqual(ids(first, second));
  expect(holders(grants, 0)).toEqual(ids(first, second, third));
  for (const one of [first, second]) {
    const sealed = ledger.access(one.member).sealed.find(({ epoch }) => epoch === 1)?.sealed;
    const secret = await openGrant(readerOf(one), grants.record, 1, sealed ?? new Uint8Array());
    expect(secret.seed).toEqual(made.lock?.secret);
  }
  // Then nothing is owed any more, to whoever looks.
  for (const one of [first, second]) {
    const found = await examine(handsOf(one, without3), ledger.access(one.member), 1);
    expect(found.owed).toEqual({ shares: [], lock: null });
  }
  expect((await handed(ledger, second, without3)).state).toBe("nothing");
});

test("the reason is another when the keys may be in other hands", async () => {
  const ledger = await Ledger.file("compromised");
  const served = ledger.access(first.member);
  take(ledger, await handOver(handsOf(first, without3), served, { ...how, compromise: true }));
  expect(ledger.reason).toBe("compromise");
});

test("who came in another's place gets the keys that were held before, and the next", async () => {
  const ledger = await Ledger.file("replaced");
  const found = await examine(handsOf(first, replaced), ledger.access(first.member), 0);
  expect(found.owed.shares).toEqual([{ heir: again.member, instead: second.member, epochs: [0] }]);
  const made = await handed(ledger, first, replaced);
  expect(made.grants).toHaveLength(1);
  expect(ledger.reason).toBe("replaced");
  const grants = verified(ledger.access(first.member), replaced);
  expect(grants.warnings).toEqual([]);
  expect(holders(grants, 1)).toEqual(ids(first, third, again));
  expect((await handed(ledger, third, replaced)).state).toBe("nothing");
});

test("the newcomer gains no key that was not held before", async () => {
  const ledger = await Ledger.file("exact");
  // Handler-2 is left out of a second lock, and of all that follows.
  const without2 = published(sampleHistory, { ...TEAMS, intake: entries(first, third) });
  await handed(ledger, first, without2);
  expect(holders(verified(ledger.access(first.member), without2), 1)).toEqual(ids(first, third));
  const back = published(without2, { ...TEAMS, intake: entries(first, again, third) });
  const made = await handed(ledger, first, back);
  expect(made.lock).toBeNull();
  const grants = verified(ledger.access(first.member), back);
  expect(holders(grants, 0)).toContain(again.member);
  expect(holders(grants, 1)).toEqual(ids(first, third));
  // And when there is a third lock, because somebody else leaves, it is not theirs either.
  const smaller = published(back, { ...TEAMS, intake: entries(first, again) });
  await handed(ledger, first, smaller);
  expect(holders(verified(ledger.access(first.member), smaller), 2)).toEqual(ids(first));
});

test("a grant that only the service vouches for gives nothing to anybody", async () => {
  const few = await Ledger.file("few", { grantees: [first.member, third.member] });
  const served = few.access(first.member);
  // The service says that Handler-2, and so whoever replaced them, could read it.
  served.live.push({ member: second.member, epoch: 0 });
  const made = await handOver(handsOf(first, replaced), served, how);
  expect(made.state).toBe("nothing");
  const left = published(sampleHistory, { ...TEAMS, intake: entries(first, second) });
  const locked = await handOver(handsOf(first, left), served, how);
  take(few, locked);
  expect(holders(verified(few.access(first.member), left), 1)).toEqual(ids(first));
});

test("rows that were swapped, left out or taken from another case stop everything", async () => {
  const { recovered, others } = await chained();
  const served = recovered.access(first.member);
  const by = handsOf(first, without3);
  const [one, two, ...rest] = served.rows;
  if (one === undefined || two === undefined) throw new Error("there are too few rows");
  const foreign = others.access(first.member).rows[0] ?? one;
  for (const rows of [
    [two, one, ...rest],
    [two, ...rest],
    [foreign, two, ...rest],
  ]) {
    const made = await handOver(by, { ...served, rows }, how);
    expect(made.state).toBe("broken");
    expect((await examine(by, { ...served, rows }, 0)).broken).toBe(true);
  }
  // A lock that is served and does not count stops it too.
  const epochs = [...served.epochs, ...served.epochs];
  expect((await handOver(by, { ...served, epochs }, how)).state).toBe("broken");
  expect((await handOver(by, { ...served, declarations: [foreign] }, how)).state).toBe("broken");
});

/** Two cases in which there have been rows. */
async function chained(): Promise<{ recovered: Ledger; others: Ledger }> {
  const [recovered, others] = [await Ledger.file("rows"), await Ledger.file("other rows")];
  for (const ledger of [recovered, others]) await handed(ledger, first, replaced);
  return { recovered, others };
}

test("a conflict stays one under new keys", async () => {
  const ledger = await Ledger.file("conflict", {}, [first, third]);
  ledger.declare(second, true);
  const made = await handOver(handsOf(first, replaced), ledger.access(first.member), how);
  expect(made.state).toBe("nothing");
  // Nor does it help to have been let in under yet other keys meanwhile.
  const thrice = newcomer("Handler-2c", again);
  const between = await Ledger.file("conflict between", {}, [first, third]);
  await handed(between, first, replaced);
  between.declare(again, true, 2);
  const later = published(replaced, { ...TEAMS, intake: entries(first, thrice, third) });
  const then = await handOver(handsOf(first, later), between.access(first.member), how);
  expect(then.state).toBe("nothing");
});

test("a bar stays one under new keys, and the others get theirs", async () => {
  const ledger = await Ledger.file("bar", {}, [first, third]);
  ledger.bars.push(second.member);
  const served = ledger.access(first.member);
  expect((await examine(handsOf(first, replaced), served, 0)).owed.shares).toEqual([]);
  const made = await handOver(handsOf(first, replaced), served, how);
  expect(made.grants).toEqual([]);
  const granted = made.lock?.rows.map(({ row }) => JSON.parse(payload(row)) as GrantedTo) ?? [];
  expect(granted.map((one) => one.grantee).sort()).toEqual(ids(first, third));
});

test("whom the reporter wanted left out is not let in under new keys", async () => {
  const unit = "Area East";
  const moved = newcomer("Handler-2b", second, { units: [unit] });
  const now = published(sampleHistory, { ...TEAMS, intake: entries(first, moved, third) });
  const exclude = { ...emptyParties().exclude, units: [unit] };
  const ledger = await Ledger.file("excluded", { parties: { ...emptyParties(), exclude } });
  const served = ledger.access(first.member);
  const by = handsOf(first, now);
  expect((await handOver(by, served, how)).state).toBe("ask");
  const kept = await handOver(by, served, { ...how, exclude });
  expect(kept.grants).toEqual([]);
  expect(kept.withheld).toEqual([moved.member]);
  const granted = kept.lock?.rows.map(({ row }) => JSON.parse(payload(row)) as GrantedTo) ?? [];
  expect(granted.map((one) => one.grantee).sort()).toEqual(ids(first, third));
  // Whoever cannot open it does not guess; whom nothing is said about is let in.
  expect((await handOver(by, served, { ...how, exclude: null })).withheld).toHaveLength(1);
  const free = await handOver(by, served, { ...how, exclude: { ...exclude, units: ["West"] } });
  expect(free.grants).toHaveLength(1);
  expect(free.withheld).toEqual([]);
});

type GrantedTo = { grantee: MemberId };
function payload(signed: Uint8Array): string {
  return new TextDecoder().decode(signed.subarray(97));
}

test("a new lock opens for the recovery too, and for no earlier one", async () => {
  const other = recoveryKeys(seed<RecoverySeed>("another recovery"), SERVICE);
  const intake = entries(first, second);
  const named = published(sampleHistory, { ...TEAMS, intake }, namedRecovery(recovery));
  const ledger = await Ledger.file("recovery");
  await handed(ledger, first, named);
  const grants = verified(ledger.access(second.member), named);
  expect(grants.warnings).toEqual([]);
  expect(holders(grants, 1)).toEqual([...ids(first, second), recovery.member].sort());
  // Cases from before it was named are not opened to it by that.
  expect(holders(grants, 0)).not.toContain(recovery.member);
  // Another in its place gets what it held, and what comes next is no longer the first one's.
  const later = published(named, { ...TEAMS, intake }, namedRecovery(other));
  await handed(ledger, second, later);
  const then = verified(ledger.access(second.member), later);
  expect(then.warnings).toEqual([]);
  expect(holders(then, 1)).toEqual([...ids(first, second), recovery.member, other.member].sort());
  expect(holders(then, 2)).toEqual([...ids(first, second), other.member].sort());
  expect(ledger.reason).toBe("replaced");
  // Without one, it has left.
  const none = published(later, { ...TEAMS, intake });
  await handed(ledger, first, none);
  expect(holders(verified(ledger.access(first.member), none), 3)).toEqual(ids(first, second));
});

test("interrupted after half, another goes on where it stopped", async () => {
  const ledger = await Ledger.file("half");
  const made = await handOver(handsOf(first, replaced), ledger.access(first.member), how);
  for (const one of made.grants) ledger.share(one);
  // The grants are there and the new lock is not: only that is still owed.
  const rest = await handed(ledger, third, replaced);
  expect(rest.grants).toEqual([]);
  expect(ledger.reason).toBe("replaced");
  expect(holders(verified(ledger.access(first.member), replaced), 1)).toEqual(
    ids(first, third, again),
  );
});

test("two at once: the second is refused, looks again, and finds it done", async () => {
  const ledger = await Ledger.file("at once");
  const both = await Promise.all(
    [first, second].map((one) => handOver(handsOf(one, without3), ledger.access(one.member), how)),
  );
  const [one, two] = both;
  if (one === undefined || two === undefined) throw new Error("there are too few");
  take(ledger, one);
  expect(() => take(ledger, two)).toThrow();
  expect((await handed(ledger, second, without3)).state).toBe("nothing");
  expect(ledger.epochs).toHaveLength(1);
});

test("a key is shared again by those alone who hold it", async () => {
  const ledger = await Ledger.file("two locks");
  const without2 = published(sampleHistory, { ...TEAMS, intake: entries(first, third) });
  await handed(ledger, first, without2);
  // Handler-2 is a reader again, and has only the first key; Handler-3 has come back as Handler-3b.
  const back = newcomer("Handler-3b", third);
  const now = published(without2, { ...TEAMS, intake: entries(first, second, back) });
  const share = { heir: back.member, instead: third.member };
  const one = await examine(handsOf(second, now), ledger.access(second.member), 0);
  expect(one.owed).toEqual({ shares: [{ ...share, epochs: [0] }], lock: null });
  const other = await examine(handsOf(first, now), ledger.access(first.member), 1);
  expect(other.owed.shares).toEqual([{ ...share, epochs: [0, 1] }]);
});

test("who holds no key can hand none over, and who is no reader makes no lock", async () => {
  const outsider = independents[0];
  const served = filed.access(outsider.member);
  const found = await examine(handsOf(outsider, without3), served, -1);
  expect(found.owed).toEqual({ shares: [], lock: null });
  const gone = await examine(handsOf(third, without3), filed.access(third.member), 0);
  expect(gone.owed.lock).toBeNull();
});

test("a key is taken from what is signed, and only where it is new", async () => {
  const ledger = await Ledger.file("taken");
  await handed(ledger, first, without3);
  const by = handsOf(second, without3);
  const served = ledger.access(second.member);
  expect((await examine(by, served, 0)).own?.epoch).toBe(1);
  expect((await examine(by, served, 1)).own).toBeNull();
  // One that opens, and is not the one that a signed row names.
  const { record } = verified(served, without3);
  const open = served.sealed.find((one) => one.epoch === 1)?.sealed ?? new Uint8Array();
  const secret = await openGrant(readerOf(second), record, 1, open);
  const other = await sealGrant(second.entry, record.statement.anchor, 1, secret);
  const resealed = { ...served, sealed: [{ epoch: 1, sealed: other }] };
  expect((await examine(by, resealed, 0)).own).toBeNull();
  const [own] = ledger.access(first.member).sealed;
  const foreign = { ...served, sealed: own === undefined ? [] : [{ ...own, epoch: 1 }] };
  expect((await examine(by, foreign, 0)).own).toBeNull();
});

test("the day on which somebody left is that of the first root without them", () => {
  const later = published(
    without3,
    { ...TEAMS, intake: entries(first, second) },
    {
      issued: "2026-12-05",
    },
  );
  expect(leftOn(without3, third.member)).toBe(TODAY);
  expect(leftOn(later, third.member)).toBe(TODAY);
  expect(leftOn(later, first.member)).toBeNull();
  expect(leftOn(later, "ab".repeat(16) as MemberId)).toBeNull();
  // With a root missing between, nobody can say.
  expect(leftOn(history(later.current, [sampleHistory.current]), third.member)).toBeNull();
});

test("a directory that has only grown asks for nothing to be looked through", () => {
  const more = published(sampleHistory, {
    ...TEAMS,
    intake: entries(...handlers, sampleMember("Handler-9", "handler")),
  });
  expect(unchangedSince(more, 1)).toBe(true);
  expect(unchangedSince(more, 2)).toBe(true);
  expect(unchangedSince(more, 0)).toBe(false);
  expect(unchangedSince(without3, 1)).toBe(false);
  const back = published(without3, { ...TEAMS, intake: entries(first, second, third) });
  expect(unchangedSince(back, 1)).toBe(true);
  expect(unchangedSince(history(back.current, [sampleHistory.current]), 1)).toBe(false);
  const came = published(more, {
    ...TEAMS,
    intake: entries(...handlers, newcomer("Handler-9", independents[0])),
  });
  expect(unchangedSince(came, 2)).toBe(false);
});

test("teams with fewer than two readers are named, and so are custodians", () => {
  const { current } = published(sampleHistory, {
    intake: entries(first),
    independent: [],
    custodians: entries(custodian),
    it: [sampleMember("Admin-1", "administrator").entry],
  });
  expect(thinTeams(current)).toEqual([
    { name: "The intake team", readers: 1, custodians: false },
    { name: "The independent team", readers: 0, custodians: false },
    { name: "The custodians team", readers: 1, custodians: true },
  ]);
  const custodians = entries(custodian, sampleMember("Custodian-2", "custodian"));
  expect(thinTeams(published(sampleHistory, { ...TEAMS, custodians }).current)).toEqual([]);
});
