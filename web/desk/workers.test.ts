import { expect, test } from "vitest";
import type { CaseId, NewCase } from "../protocol";
import { WorkerFailed, Workers } from "./workers";
import type { OneWorker } from "./workers";

/** A worker whose jobs are finished by hand. */
class Hand {
  readonly begun: string[] = [];
  readonly finish: (() => void)[] = [];
  readonly reject: ((error: Error) => void)[] = [];
  load = 0;

  run(job: { name: string; served?: NewCase }): Promise<unknown> {
    this.load++;
    const name = job.served?.case ?? job.name;
    this.begun.push(name);
    return new Promise((resolve, reject) => {
      const over = (how: () => void) => () => {
        this.load--;
        how();
      };
      this.finish.push(over(() => resolve(name)));
      this.reject.push((error) => over(() => reject(error))());
    });
  }

  end(): void {
    for (const one of this.reject.splice(0)) one(new WorkerFailed());
  }
}

const job = (name: string): { name: "new"; served: NewCase } => ({
  name: "new",
  served: { case: name as CaseId } as NewCase,
});
const tick = (): Promise<void> => new Promise((done) => setTimeout(done));

function workers(count: number): { all: Workers; hands: Hand[] } {
  const hands: Hand[] = [];
  const all = new Workers(count, () => {
    const hand = new Hand();
    hands.push(hand);
    return hand as unknown as OneWorker;
  });
  return { all, hands };
}

test("each worker does one job at a time, and what a member waits for goes first", async () => {
  const { all, hands } = workers(1);
  const results = [all.run(job("a"), false), all.run(job("b"), false), all.run(job("c"), true)];
  const [hand] = hands;
  expect(hand?.begun).toEqual(["a"]);
  for (let turn = 0; turn < 3; turn++) {
    hand?.finish[turn]?.();
    await tick();
  }
  expect(hand?.begun).toEqual(["a", "c", "b"]);
  expect(await Promise.all(results)).toEqual(["a", "b", "c"]);
});

test("all workers have something to do", () => {
  const { all, hands } = workers(3);
  for (const name of ["a", "b", "c", "d"]) void all.run(job(name), false);
  expect(hands.map((hand) => hand.begun)).toEqual([["a"], ["b"], ["c"]]);
});

test("a job that fails does not stop the next", async () => {
  const { all, hands } = workers(1);
  const first = all.run(job("a"), false);
  const second = all.run(job("b"), false);
  hands[0]?.reject[0]?.(new Error("poisoned"));
  await expect(first).rejects.toThrow("poisoned");
  await tick();
  hands[0]?.finish[1]?.();
  expect(await second).toBe("b");
});

test("what came while the workers were being told is done afterwards", async () => {
  const { all, hands } = workers(2);
  const told = all.tell({ name: "history" } as Parameters<typeof all.tell>[0]);
  const asked = [all.run(job("a"), false), all.run(job("b"), false)];
  for (const hand of hands) hand.finish[0]?.();
  await told;
  await tick();
  for (const hand of hands) hand.finish[1]?.();
  expect(await Promise.all(asked)).toEqual(["a", "b"]);
});

test("at the end whoever waits is told", async () => {
  const { all } = workers(1);
  const jobs = [all.run(job("a"), false), all.run(job("b"), false)];
  all.end();
  for (const one of jobs) await expect(one).rejects.toThrow(WorkerFailed);
});
