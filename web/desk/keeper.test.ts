import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { CaseId, CaseSecret } from "../protocol";
import { newRing, openRing, sealRing } from "../protocol/vault";
import type { Ring, RingEntry, Vault } from "../protocol/vault";
import { Refusal } from "./api";
import { RingKeeper } from "./keeper";
import { withEntry, without } from "./ring";
import { SERVICE, handlers, sampleHistory } from "./sample";
import { Troubled } from "./trouble";

const [{ member, identity, signer }] = handlers;
const vault: Vault = {
  service: SERVICE,
  member,
  label: "Handler-1",
  identity,
  signer,
  unlocks: [],
};
const { root } = sampleHistory.current;
const id = (name: string): CaseId => name.padEnd(64, "0") as CaseId;
const entry = (name: string): RingEntry => ({
  case: id(name),
  epoch: 0,
  secret: new Uint8Array(32).fill(7) as Uint8Array as CaseSecret,
  summary: name,
  read: 0,
});

/** A service that keeps one ring and counts its revisions. */
class Kept {
  revision = 0;
  ring: Uint8Array<ArrayBuffer> | null = null;
  saves = 0;
  fails: Error | null = null;

  api = {
    ring: () => Promise.resolve({ revision: this.revision, ring: this.ring }),
    keepRing: (revision: number, sealed: Uint8Array) => {
      if (this.fails !== null) return Promise.reject(this.fails);
      if (revision !== this.revision) return Promise.reject(stale);
      this.ring = Uint8Array.from(sealed);
      this.saves++;
      return Promise.resolve({ revision: ++this.revision });
    },
  };

  async put(ring: Ring): Promise<void> {
    this.ring = await sealRing(ring, vault);
    this.revision++;
  }

  async cases(): Promise<string[]> {
    const ring = await openRing(this.ring ?? new Uint8Array(), vault);
    return ring.cases.map((one) => one.case).sort();
  }
}

const stale = new Refusal({ code: "stale", title: "", status: 409, detail: "", rule: null }, null);
const troubles: unknown[] = [];
let kept: Kept;
let keeper: RingKeeper;

beforeEach(() => {
  vi.useFakeTimers();
  troubles.length = 0;
  kept = new Kept();
  const start = { ring: newRing(vault, root), revision: 0, saved: false };
  const seal = (ring: Ring): ReturnType<typeof sealRing> => sealRing(ring, vault);
  keeper = new RingKeeper(kept.api, vault, start, seal, (error) => troubles.push(error));
});

afterEach(() => {
  keeper.end();
  vi.useRealTimers();
});

test("changes are saved together, a moment after the first", async () => {
  keeper.change((ring) => withEntry(ring, entry("a")));
  keeper.change((ring) => withEntry(ring, entry("b")));
  expect(kept.saves).toBe(0);
  await vi.advanceTimersByTimeAsync(2_000);
  await keeper.save();
  expect(kept.saves).toBe(1);
  expect(await kept.cases()).toEqual([id("a"), id("b")]);
});

test("what another browser saved in between is kept as well", async () => {
  await kept.put(withEntry(newRing(vault, root), entry("b1")));
  keeper.change((ring) => withEntry(ring, entry("a1")));
  await keeper.save();
  expect(await kept.cases()).toEqual([id("a1"), id("b1")].sort());
  expect(keeper.ring.cases).toHaveLength(2);
  expect(troubles).toEqual([]);
});

test("a case that was taken away here stays away", async () => {
  keeper.change((ring) => withEntry(ring, entry("a")));
  await keeper.save();
  await kept.put(withEntry(withEntry(newRing(vault, root), entry("a")), entry("b")));
  keeper.change((ring) => without(ring, () => true));
  await keeper.save();
  expect(await kept.cases()).toEqual([id("b")]);
});

test("a fork that the other browser saw is not merged", async () => {
  const other = newRing(vault, {
    serial: root.serial,
    digest: "f".repeat(64) as typeof root.digest,
  });
  await kept.put(other);
  keeper.change((ring) => withEntry(ring, entry("a")));
  await keeper.save();
  expect(troubles).toHaveLength(1);
  expect((troubles[0] as Troubled).trouble.code).toBe("directory_fork");
});

test("a failed save is told and tried again", async () => {
  kept.fails = new Troubled("unreachable");
  keeper.change((ring) => withEntry(ring, entry("a")));
  await keeper.save();
  expect(troubles).toHaveLength(1);
  kept.fails = null;
  await vi.advanceTimersByTimeAsync(31_000);
  await keeper.save();
  expect(await kept.cases()).toEqual([id("a")]);
});

test("at the end every secret is overwritten and nothing is saved any more", async () => {
  const one = entry("a");
  keeper.change((ring) => withEntry(ring, one));
  keeper.end();
  expect(one.secret.every((byte) => byte === 0)).toBe(true);
  await vi.advanceTimersByTimeAsync(60_000);
  await keeper.save();
  expect(kept.saves).toBe(0);
});

test("while many cases are opened the ring is saved seldom, and once they are", async () => {
  const save = vi.spyOn(keeper, "save");
  let finish = (): void => undefined;
  const over = keeper.throughout(new Promise<void>((done) => (finish = done)));
  for (const name of ["a", "b", "c"]) {
    keeper.change((ring) => withEntry(ring, entry(name)));
    await vi.advanceTimersByTimeAsync(6_000);
  }
  expect(save).not.toHaveBeenCalled();
  await vi.advanceTimersByTimeAsync(3_000);
  expect(save).toHaveBeenCalledTimes(1);
  await keeper.save();
  keeper.change((ring) => withEntry(ring, entry("d")));
  finish();
  await over;
  await keeper.save();
  expect(await kept.cases()).toEqual(["a", "b", "c", "d"].map(id));
});
