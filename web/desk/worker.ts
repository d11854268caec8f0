import { Refused, identity } from "../protocol";
import type { History, MemberId, MemberOpenSeed, Reader, ServiceId } from "../protocol";
import { stretch } from "../protocol/vault";
import type { Answer, Job, JobName, Request, Results } from "./jobs";
import { openCase, openNew } from "./opening";

// What this worker was told, until it is terminated.
let service: ServiceId | null = null;
let reader: Reader | null = null;
let history: History | null = null;

const jobs: { [N in JobName]: (job: Job<N>) => Promise<Results[N]> } = {
  stretch: ({ passphrase, parameters }) => stretch(passphrase, parameters),
  begin: (job) => {
    service = job.service;
    reader = known(job.member, job.seed);
    return Promise.resolve(null);
  },
  history: (job) => {
    history = job.history;
    return Promise.resolve(null);
  },
  new: (job) => openNew(told(service), job.served, told(reader)),
  case: (job) => openCase(told(service), job.served, told(reader), told(history)),
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

function known(member: MemberId, seed: MemberOpenSeed): Reader {
  return { member, identity: identity(seed) };
}

function told<T>(value: T | null): T {
  if (value === null) throw new Error("the worker was asked before it was told");
  return value;
}
