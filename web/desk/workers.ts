import { Refused } from "../protocol";
import type { Answer, Job, JobName, Request, Results } from "./jobs";

const script = "/assets/desk-worker.js";

/** As far as this page uses Trusted Types, which not every browser has. */
type Policies = {
  createPolicy(
    name: string,
    rules: { createScriptURL: (url: string) => string },
  ): { createScriptURL(url: string): string };
};

/** The only policy of this page: it lets one script through, and only for a worker. */
function workerScript(): string {
  const policies = (globalThis as { trustedTypes?: Policies }).trustedTypes;
  policy ??= policies?.createPolicy("rightline", {
    createScriptURL: (url) => {
      if (url !== script) throw new TypeError("not a script of this page");
      return url;
    },
  });
  return policy === undefined ? script : policy.createScriptURL(script);
}
// A page may make a policy of one name only once.
let policy: ReturnType<Policies["createPolicy"]> | undefined;

type Waiting = { resolve: (result: never) => void; reject: (error: unknown) => void };

/** A worker did not do its job for another reason than a rule of the protocol. */
export class WorkerFailed extends Error {}

/** One background worker, which forgets everything when it is ended. */
export class OneWorker {
  readonly #worker: Worker;
  readonly #waiting = new Map<number, Waiting>();
  #last = 0;
  #ended = false;

  constructor() {
    this.#worker = new Worker(workerScript(), { type: "module" });
    this.#worker.addEventListener("message", (event: MessageEvent<Answer>) => {
      const { id, result, refused } = event.data;
      const waiting = this.#waiting.get(id);
      this.#waiting.delete(id);
      if (refused === undefined) waiting?.resolve(result as never);
      else waiting?.reject(refused === "" ? new WorkerFailed() : new Refused(refused, "refused"));
    });
    const failed = (): void => this.end();
    this.#worker.addEventListener("error", failed);
    this.#worker.addEventListener("messageerror", failed);
  }

  /** Whether it has ended, by itself or because it was told to. */
  get ended(): boolean {
    return this.#ended;
  }

  /** How many jobs it has not answered. */
  get load(): number {
    return this.#waiting.size;
  }

  run<N extends JobName>(job: Job<N>): Promise<Results[N]> {
    if (this.#ended) return Promise.reject(new WorkerFailed());
    const id = ++this.#last;
    return new Promise<Results[N]>((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      const request: Request = { id, job: job as Job };
      this.#worker.postMessage(request);
    });
  }

  end(): void {
    this.#ended = true;
    this.#worker.terminate();
    for (const { reject } of this.#waiting.values()) reject(new WorkerFailed());
    this.#waiting.clear();
  }
}

type Queued = { worker: (one: OneWorker) => Promise<void>; drop: () => void };

/** Two workers or more, as many as the device has to spare, each told the same and doing one job at a time. */
export class Workers {
  readonly #all: readonly OneWorker[];
  readonly #queue: Queued[] = [];

  constructor(
    count: number = Math.min(8, Math.max(2, navigator.hardwareConcurrency)),
    make: () => OneWorker = () => new OneWorker(),
  ) {
    this.#all = Array.from({ length: count }, make);
  }

  get count(): number {
    return this.#all.length;
  }

  /** Has every worker get ready for what it will be asked. Nobody waits for it. */
  warm(): void {
    for (const one of this.#all) {
      const done = (): void => this.#next();
      one.run<"warm">({ name: "warm" }).then(done, done);
    }
  }

  /** Tells every worker. */
  async tell<N extends "begin" | "history">(job: Job<N>): Promise<void> {
    try {
      await Promise.all(this.#all.map((one) => one.run<N>(job)));
    } finally {
      this.#next();
    }
  }

  /** Gives a job to the next worker that is free. What a member waits for goes before the rest. */
  run<N extends "new" | "case" | "work" | "examine" | "handover" | "ring">(
    job: Job<N>,
    urgent: boolean,
  ): Promise<Results[N]> {
    return new Promise<Results[N]>((resolve, reject) => {
      const queued: Queued = {
        worker: (one) => one.run<N>(job).then(resolve, reject),
        drop: () => reject(new WorkerFailed()),
      };
      if (urgent) this.#queue.unshift(queued);
      else this.#queue.push(queued);
      this.#next();
    });
  }

  end(): void {
    for (const queued of this.#queue.splice(0)) queued.drop();
    for (const one of this.#all) one.end();
  }

  /** Where every worker has ended a job fails at once, and does not wait for ever. */
  #lastResort(): OneWorker | undefined {
    return this.#all.every((one) => one.ended) ? this.#all[0] : undefined;
  }

  #next(): void {
    for (;;) {
      const free = this.#all.find((one) => one.load === 0 && !one.ended) ?? this.#lastResort();
      const queued = free === undefined ? undefined : this.#queue.shift();
      if (free === undefined || queued === undefined) return;
      void queued.worker(free).then(() => this.#next());
    }
  }
}
