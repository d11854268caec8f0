import { expect, test } from "vitest";
import type { CaseId, Digest, MemberId, ServiceId } from "../protocol";
import type { Ring, RingEntry } from "../protocol/vault";
import {
  forked,
  isVanished,
  merged,
  packed,
  searchWords,
  unpacked,
  withEntry,
  withPin,
  withRead,
  withSettled,
  withVanished,
  without,
} from "./ring";

const id = (name: string): CaseId => name.padEnd(64, "0") as CaseId;
const digest = (name: string): Digest => name.padEnd(64, "0") as Digest;
const entry = (name: string, more: Partial<RingEntry> = {}): RingEntry => ({
  case: id(name),
  epoch: 0,
  secret: new Uint8Array(32) as RingEntry["secret"],
  summary: packed({ line: name, by: null, told: 0, settled: 0, search: "" }),
  read: 0,
  ...more,
});
const ring = (cases: RingEntry[], serial = 1, root = "a"): Ring => ({
  service: "0".repeat(64) as ServiceId,
  member: "0".repeat(32) as MemberId,
  directory: { serial, digest: digest(root) },
  audit: null,
  cases,
});
const none = new Set<CaseId>();

test("a summary keeps its line, its day and how far it goes", () => {
  const summary = {
    line: "Sergeant: remarks",
    by: "2026-12-03",
    told: 4,
    settled: 3,
    search: "said it",
  };
  expect(unpacked(packed(summary))).toEqual(summary);
  expect(unpacked(packed({ line: "a\nb", by: null, told: 0, settled: 0, search: "" }))).toEqual({
    line: "a b",
    by: null,
    told: 0,
    settled: 0,
    search: "",
  });
});

test("a summary remembers the words that search finds a case by, each once", () => {
  const search = searchWords("sergeant said\n it, and the sergeant\tsaid more");
  expect(search).toBe("sergeant said it, and the more");
  const summary = { line: "Sergeant", by: null, told: 0, settled: 0, search };
  expect(unpacked(packed(summary))).toEqual(summary);
  const many = Array.from({ length: 900 }, (_, at) => `word${String(at)}`).join(" ");
  expect(searchWords(many).length).toBeLessThanOrEqual(1_500);
  expect(searchWords(many).endsWith("word")).toBe(false);
});

test("a summary that something else wrote is a line", () => {
  expect(unpacked("only a line")).toEqual({
    line: "only a line",
    by: null,
    told: 0,
    settled: 0,
    search: "",
  });
  expect(unpacked("line\n7 never")).toEqual({
    line: "line",
    by: null,
    told: 7,
    settled: 0,
    search: "",
  });
  expect(unpacked("")).toEqual({ line: "", by: null, told: 0, settled: 0, search: "" });
});

test("a summary of before there was anything to settle is read, and nothing is settled", () => {
  expect(unpacked("line\n7 2026-12-01")).toEqual({
    line: "line",
    by: "2026-12-01",
    told: 7,
    settled: 0,
    search: "",
  });
});

test("what is settled stays so, with the secret of a new lock, in whichever browser", () => {
  const secret = new Uint8Array(32).fill(5) as RingEntry["secret"];
  const kept = { line: "a", by: null, told: 3, settled: 1, search: "" };
  const before = ring([entry("a", { summary: packed(kept), read: 4 })]);
  const after = withSettled(before, id("a"), 2, { epoch: 1, secret });
  const [found] = after.cases;
  expect(found).toEqual({
    case: id("a"),
    epoch: 1,
    secret,
    summary: packed({ ...kept, settled: 2, search: "" }),
    read: 4,
  });
  expect(merged(before, after, none).cases).toEqual(after.cases);
  expect(merged(after, before, none).cases).toEqual(after.cases);
  // An earlier lock's secret does not take the place of a later one's.
  const earlier = withSettled(after, id("a"), 0, { epoch: 0, secret: new Uint8Array(32) as never });
  expect(earlier.cases).toEqual(after.cases);
  expect(withSettled(before, id("b"), 2)).toBe(before);
});

test("rings of two browsers become one, and nothing read becomes unread", () => {
  const ours = ring([entry("a", { read: 3 }), entry("b", { epoch: 1 })]);
  const theirs = ring([
    entry("a", {
      read: 1,
      summary: packed({ line: "told", by: "2026-12-01", told: 2, settled: 0, search: "" }),
    }),
    entry("b", { read: 5 }),
    entry("c"),
  ]);
  const both = merged(ours, theirs, none);
  expect(both.cases.map((one) => one.case).sort()).toEqual([id("a"), id("b"), id("c")]);
  const found = (name: string): RingEntry | undefined =>
    both.cases.find((one) => one.case === id(name));
  expect(found("a")?.read).toBe(3);
  expect(unpacked(found("a")?.summary ?? "").line).toBe("told");
  expect(found("b")?.epoch).toBe(1);
  expect(found("b")?.read).toBe(5);
});

test("a case that was taken away does not come back from another browser", () => {
  const both = merged(ring([]), ring([entry("a"), entry("b")]), new Set([id("a")]));
  expect(both.cases.map((one) => one.case)).toEqual([id("b")]);
});

test("the later directory wins, whoever saw it", () => {
  expect(merged(ring([], 2, "b"), ring([], 3, "c"), none).directory.serial).toBe(3);
  expect(merged(ring([], 4, "d"), ring([], 3, "c"), none).directory.digest).toBe(digest("d"));
});

test("two roots of one serial are a fork", () => {
  expect(forked(ring([], 2, "a"), ring([], 2, "b"))).toBe(true);
  expect(forked(ring([], 2, "a"), ring([], 2, "a"))).toBe(false);
  expect(forked(ring([], 2, "a"), ring([], 3, "b"))).toBe(false);
});

test("of two rings the longer trail is remembered", () => {
  const [one, two] = [3, 12].map((number) => ({ number, digest: digest(`${number}`) }));
  const signed = (audit: Ring["audit"] = null): Ring => ({ ...ring([]), audit });
  expect(merged(signed(one), signed(two), none).audit).toEqual(two);
  expect(merged(signed(two), signed(one), none).audit).toEqual(two);
  expect(merged(signed(), signed(one), none).audit).toEqual(one);
  expect(merged(signed(), signed(), none).audit).toBeNull();
});

test("a ring is only another when something changed", () => {
  const old = ring([entry("a", { read: 2 })]);
  expect(withRead(old, id("a"), 2)).toBe(old);
  expect(withRead(old, id("z"), 9)).toBe(old);
  expect(withRead(old, id("a"), 3).cases[0]?.read).toBe(3);
  expect(without(old, () => false)).toBe(old);
  expect(without(old, () => true).cases).toEqual([]);
  expect(withPin(old, 1, digest("a"))).toBe(old);
  expect(withPin(old, 2, digest("b")).directory.serial).toBe(2);
});

test("an entry takes the place of the one before and keeps what was read", () => {
  const changed = withEntry(
    ring([entry("a", { read: 2 }), entry("b")]),
    entry("a", {
      epoch: 1,
      summary: packed({ line: "new", by: null, told: 1, settled: 0, search: "" }),
    }),
  );
  expect(changed.cases).toHaveLength(2);
  expect(changed.cases[0]).toMatchObject({ case: id("a"), epoch: 1, read: 2 });
  expect(unpacked(changed.cases[0]?.summary ?? "").line).toBe("new");
  expect(withEntry(changed, entry("c")).cases).toHaveLength(3);
});

test("of a case that has vanished only its id is left, until it is there again", () => {
  const secret = new Uint8Array(32).fill(7) as RingEntry["secret"];
  const old = ring([entry("a", { secret, read: 3 }), entry("b", { secret })]);
  const now = withVanished(old, new Set([id("a")]));
  expect(now.cases.map(isVanished)).toEqual([true, false]);
  expect(now.cases[0]?.secret.every((byte) => byte === 0)).toBe(true);
  expect(now.cases[0]).toMatchObject({ case: id("a"), summary: "" });
  expect(withVanished(now, new Set([id("a")]))).toBe(now);
  for (const both of [merged(now, old, none), merged(old, now, none)]) {
    expect(both.cases.some(isVanished)).toBe(false);
  }
  const again = withEntry(now, entry("a", { secret }));
  expect(again.cases[0]).toMatchObject({ secret, read: 3 });
});
