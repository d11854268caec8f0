import { beforeEach, expect, test, vi } from "vitest";
import type { CaseId, DeskCase } from "../protocol";
import { AT_ONCE, Batches } from "./batches";
import type { Fetched } from "./batches";
import { Troubled } from "./trouble";

const id = (number: number): CaseId => number.toString(16).padStart(64, "0") as CaseId;
const ids = (count: number): CaseId[] => Array.from({ length: count }, (_, number) => id(number));
const served = (of: CaseId): DeskCase =>
  ({
    ...{ case: of, statement: new Uint8Array() },
    ...{ epochs: [], grants: [], declarations: [], messages: [] },
  }) as unknown as DeskCase;

const deskCases = vi.fn<(cases: readonly CaseId[]) => Promise<{ cases: DeskCase[] }>>();
const deskCase = vi.fn<(of: CaseId) => Promise<DeskCase>>();
const reach = vi.fn<(serials: readonly number[]) => Promise<void>>();
const source = { api: { deskCases, deskCase }, reach };

beforeEach(() => {
  deskCases
    .mockReset()
    .mockImplementation((cases) => Promise.resolve({ cases: cases.map(served) }));
  deskCase.mockReset().mockImplementation((of) => Promise.resolve(served(of)));
  reach.mockReset().mockResolvedValue();
});

async function all(batches: Batches): Promise<Fetched[]> {
  const found: Fetched[] = [];
  for (let one = await batches.next(); one !== null; one = await batches.next()) found.push(one);
  return found;
}
const errors = (fetched: readonly Fetched[]): CaseId[] =>
  fetched.filter((one) => "error" in one).map((one) => one.case);

test("a thousand cases take fifty calls and come in the order asked for", async () => {
  const asked = ids(1_000);
  const fetched = await all(new Batches(source, asked));
  expect(fetched.map((one) => one.case)).toEqual(asked);
  expect(errors(fetched)).toEqual([]);
  expect(deskCases).toHaveBeenCalledTimes(50);
  expect(deskCase).not.toHaveBeenCalled();
});

test("the next cases are fetched while the first are opened, and no more than those", async () => {
  const batches = new Batches(source, ids(200));
  await batches.next();
  expect(deskCases).toHaveBeenCalledTimes(1);
  // Taking the second asks for more, and nothing is waited for.
  await batches.next();
  expect(deskCases).toHaveBeenCalledTimes(2);
  await new Promise((done) => setTimeout(done));
  for (let taken = 2; taken < AT_ONCE; taken++) await batches.next();
  expect(deskCases).toHaveBeenCalledTimes(2);
});

test("whoever takes them, each case is given once", async () => {
  const batches = new Batches(source, ids(50));
  const taken = (await Promise.all([all(batches), all(batches), all(batches)])).flat();
  expect(taken.map((one) => one.case).sort()).toEqual(ids(50));
});

test("one case that spoils an answer leaves the others as they are", async () => {
  const poisoned = id(7);
  deskCases.mockImplementation((cases) =>
    cases.includes(poisoned)
      ? Promise.reject(new Troubled("answer"))
      : Promise.resolve({ cases: cases.map(served) }),
  );
  deskCase.mockImplementation((of) =>
    of === poisoned ? Promise.reject(new Troubled("answer")) : Promise.resolve(served(of)),
  );
  const fetched = await all(new Batches(source, ids(60)));
  expect(errors(fetched)).toEqual([poisoned]);
  expect(deskCase).toHaveBeenCalledTimes(AT_ONCE);
});

test("a case that the service leaves out did not open; nothing else is asked again", async () => {
  deskCases.mockImplementation((cases) =>
    Promise.resolve({ cases: cases.filter((of) => of !== id(3)).map(served) }),
  );
  expect(errors(await all(new Batches(source, ids(30))))).toEqual([id(3)]);
  expect(deskCase).not.toHaveBeenCalled();
});

test("without a connection no case is asked for alone", async () => {
  deskCases.mockRejectedValue(new Troubled("offline"));
  expect(errors(await all(new Batches(source, ids(30))))).toEqual(ids(30));
  expect(deskCase).not.toHaveBeenCalled();
});
