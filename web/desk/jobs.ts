import type { DeskCase, History, MemberId, MemberOpenSeed, NewCase, ServiceId } from "../protocol";
import type { Parameters, Stretched } from "../protocol/vault";
import type { OpenedCase, OpenedNew } from "./opening";

/** What a worker can be asked to do. */
export type Jobs = {
  /** Stretch a passphrase (A2). */
  stretch: { passphrase: string; parameters: Parameters };
  /** Remember who reads. */
  begin: { service: ServiceId; member: MemberId; seed: MemberOpenSeed };
  /** Remember the directory, as far as it is there. */
  history: { history: History };
  /** Open who is named in a new case. */
  new: { served: NewCase };
  /** Open and check a case. */
  case: { served: DeskCase };
};

export type Results = {
  stretch: Stretched;
  begin: null;
  history: null;
  new: OpenedNew;
  case: OpenedCase;
};

export type JobName = keyof Jobs;
export type Job<N extends JobName = JobName> = { [K in N]: { name: K } & Jobs[K] }[N];

export type Request = { id: number; job: Job };
/** `refused` names a rule; it is empty when something else went wrong. */
export type Answer =
  | { id: number; result: Results[JobName]; refused?: never }
  | { id: number; result: null; refused: string };
