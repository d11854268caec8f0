import { Refused, identity, signer } from "../protocol";
import type { History, MemberSignSeed, Reader, ServiceId, Signer } from "../protocol";
import { sealRing, stretch } from "../protocol/vault";
import { examine, handOver } from "./access";
import type { Hands } from "./access";
import type { Answer, Job, JobName, Request, Results } from "./jobs";
import { openCase, openNew } from "./opening";
import { warm } from "./warming";
import { openWork } from "./work/opening";

// What this worker was told, until it is terminated.
let service: ServiceId | null = null;
let reader: Reader | null = null;
let signs: Signer<MemberSignSeed> | null = null;
let history: History | null = null;

const jobs: { [N in JobName]: (job: Job<N>) => Promise<Results[N]> } = {
  stretch: ({ passphrase, parameters }) => stretch(passphrase, parameters),
  warm,
  begin: (job) => {
    service = job.service;
    reader = { member: job.member, identity: identity(job.seed) };
    signs = signer(job.sign);
    return Promise.resolve(null);
  },
  history: (job) => {
    history = job.history;
    return Promise.resolve(null);
  },
  new: (job) => openNew(told(service), job.served, told(reader), told(history)),
  case: (job) => openCase(told(service), job.served, told(reader), told(history)),
  work: ({ served, record, secrets, declared }) =>
    openWork(record, served, secrets, declared, told(history)),
  examine: (job) => examine(hands(), job.served, job.known),
  ring: async ({ ring }) => {
    try {
      return await sealRing(ring, { identity: told(reader).identity, signer: told(signs) });
    } finally {
      // This worker's own copies.
      for (const { secret } of ring.cases) secret.fill(0);
    }
  },
  handover: (job) => handOver(hands(), job.served, job),
};

addEventListener("message", (event: MessageEvent<Request>) => {
  const { id, job } = event.data;
  run(job).then(
    (result) => answer({ id, result }),
    (error: unknown) =>
      answer({ id, refused: error instanceof Refused ? error.rule : "", result: null }),
  );
});

function run(job: Job): Promise<Results[JobName]> {
  return (jobs[job.name] as (job: Job) => Promise<Results[JobName]>)(job);
}

function answer(message: Answer): void {
  postMessage(message);
}

function hands(): Hands {
  const by = { service: told(service), reader: told(reader), signer: told(signs) };
  return { ...by, history: told(history) };
}

function told<T>(value: T | null): T {
  if (value === null) throw new Error("the worker was asked before it was told");
  return value;
}
