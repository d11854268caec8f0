import { expect, test } from "vitest";
import { digest, sign } from "../protocol";
import type { Digest, Pin } from "../protocol";
import {
  SERVICE,
  flipped,
  genesis,
  leads,
  listed,
  root,
  rootPayload,
  teams,
} from "../protocol/sample";
import { Roots } from "./roots";
import type { Source } from "./roots";
import { Troubled } from "./trouble";

const documents = new Map(Object.values(teams).map((bytes) => [digest(bytes), bytes] as const));
const next = (serial: number, previous: Uint8Array): Uint8Array<ArrayBuffer> =>
  sign("root", rootPayload({ serial, previous: digest(previous) }), leads[0].signer);
const second = next(2, root);
const third = next(3, second);
const all = [root, second, third];

function source(current: Uint8Array<ArrayBuffer>, change: Partial<Source> = {}): Source {
  return {
    directory: () => Promise.resolve({ genesis, leads: [], root: current }),
    document: (of) => {
      const found = documents.get(of);
      return found === undefined
        ? Promise.reject(new Troubled("not_found"))
        : Promise.resolve(found);
    },
    root: (serial) => {
      const found = all[serial - 1];
      return found === undefined
        ? Promise.reject(new Troubled("not_found"))
        : Promise.resolve(found);
    },
    ...change,
  };
}

const pin = (serial: number, bytes: Uint8Array): Pin => ({ serial, digest: digest(bytes) });
const trouble = async (of: Promise<unknown>): Promise<string> => {
  try {
    await of;
    return "none";
  } catch (error) {
    return error instanceof Troubled ? error.trouble.code : "other";
  }
};

test("the directory is fetched with all its teams", async () => {
  const roots = await Roots.fetch(source(root), SERVICE, null);
  expect([...roots.current.teams.keys()].sort()).toEqual(["custodians", "independent", "intake"]);
});

test("a directory that does not verify stops everything", async () => {
  expect(await trouble(Roots.fetch(source(flipped(root, 70)), SERVICE, null))).toBe("directory");
  const foreign = "0".repeat(64) as typeof SERVICE;
  expect(await trouble(Roots.fetch(source(root), foreign, null))).toBe("directory");
  const document = (): Promise<Uint8Array> => Promise.resolve(flipped(teams.intake, 120));
  expect(await trouble(Roots.fetch(source(root, { document }), SERVICE, null))).toBe("directory");
});

test("what was seen before must lead to what is shown now", async () => {
  expect((await Roots.fetch(source(third), SERVICE, pin(1, root))).current.root.serial).toBe(3);
  expect(await trouble(Roots.fetch(source(root), SERVICE, pin(2, second)))).toBe("directory_older");
  const fork = { serial: 1, digest: "f".repeat(64) as Digest };
  expect(await trouble(Roots.fetch(source(root), SERVICE, fork))).toBe("directory_fork");
  expect(await trouble(Roots.fetch(source(third), SERVICE, fork))).toBe("directory_fork");
});

test("earlier roots are fetched once, and only those that the current one links back to", async () => {
  const asked: number[] = [];
  const counting = (roots: readonly Uint8Array<ArrayBuffer>[]): Source =>
    source(third, {
      root: (serial) => {
        asked.push(serial);
        return Promise.resolve(roots[serial - 1] ?? root);
      },
    });
  const roots = await Roots.fetch(counting(all), SERVICE, null);
  expect(await roots.reach([1, 2, 3, 9])).toBe(true);
  expect([...roots.history.earlier.keys()].sort()).toEqual([1, 2]);
  expect(asked).toEqual([2, 1]);
  expect(await roots.reach([1])).toBe(false);
  expect(asked).toHaveLength(2);
  // A root that a lead did sign, but that the current one does not come after.
  const aside = sign("root", rootPayload({ good_until: "2028-01-01" }), leads[0].signer);
  const other = await Roots.fetch(counting([aside, second]), SERVICE, null);
  expect(await other.reach([1])).toBe(false);
  expect(await other.reach([2])).toBe(true);
  const broken = await Roots.fetch(counting([root, flipped(second, 70)]), SERVICE, null);
  expect(await broken.reach([1, 2])).toBe(false);
});

test("a remembered root is looked up for the lead list that it names", async () => {
  const newer = sign(
    "leads",
    {
      service: SERVICE,
      number: 1,
      previous: SERVICE,
      name: "Sample Force",
      origin: "https://report.example",
      nonce: "00".repeat(16),
      day: "2026-11-24",
      leads: listed,
    },
    leads[0].signer,
  );
  const list = { leads: digest(newer) };
  const by = (payload: object): Uint8Array<ArrayBuffer> =>
    sign("root", rootPayload(payload), leads[0].signer);
  const one = by(list);
  const back = by({ serial: 2, previous: digest(one) });
  const now = by({ ...list, serial: 3, previous: digest(back) });
  const served = source(now, {
    directory: () => Promise.resolve({ genesis, leads: [newer], root: now }),
    root: (serial) => Promise.resolve([one, back][serial - 1] ?? now),
  });
  expect(await trouble(Roots.fetch(served, SERVICE, null))).toBe("none");
  expect(await trouble(Roots.fetch(served, SERVICE, pin(1, one)))).toBe("directory_fork");
});

test("a root served in the place of another is not used", async () => {
  const roots = await Roots.fetch(
    source(third, { root: () => Promise.resolve(root) }),
    SERVICE,
    null,
  );
  expect(await roots.reach([2])).toBe(false);
});
