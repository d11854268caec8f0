import type {
  Access,
  Bytes,
  CaseRecord,
  Day,
  Declaration,
  DeskCase,
  History,
  MemberId,
  MemberOpenSeed,
  MemberSignSeed,
  NewCase,
  ServiceId,
} from "../protocol";
import type { Parameters, Ring, Stretched } from "../protocol/vault";
import type { ServedWork } from "../protocol/work-calls";
import type { Examined, Exclude, HandedOver } from "./access";
import type { OpenedCase, OpenedNew } from "./opening";
import type { OpenedWork, Secrets } from "./work/opening";

/** What a worker can be asked to do. */
export type Jobs = {
  /** Stretch a passphrase (A2). */
  stretch: { passphrase: string; parameters: Parameters };
  /** Get ready. */
  warm: object;
  /** Remember who reads and signs. */
  begin: { service: ServiceId; member: MemberId; seed: MemberOpenSeed; sign: MemberSignSeed };
  /** Remember the directory, as far as it is there. */
  history: { history: History };
  /** Open who is named in a new case. */
  new: { served: NewCase };
  /** Open and check a case. */
  case: { served: DeskCase };
  /** Open what members keep of a case. */
  work: {
    served: ServedWork;
    record: CaseRecord;
    secrets: Secrets;
    declared: readonly Declaration[];
  };
  /** Verify who can open a case, and say what is owed in it. */
  examine: { served: Access; known: number };
  /** Sign and seal the ring. */
  ring: { ring: Ring };
  /** Make what is owed in a case. */
  handover: { served: Access; day: Day; compromise: boolean; exclude?: Exclude };
};

export type Results = {
  stretch: Stretched;
  warm: null;
  begin: null;
  history: null;
  new: OpenedNew;
  case: OpenedCase;
  work: OpenedWork;
  examine: Examined;
  ring: Bytes;
  handover: HandedOver;
};

export type JobName = keyof Jobs;
export type Job<N extends JobName = JobName> = { [K in N]: { name: K } & Jobs[K] }[N];

export type Request = { id: number; job: Job };
/** `refused` names a rule; it is empty when something else went wrong. */
export type Answer =
  | { id: number; result: Results[JobName]; refused?: never }
  | { id: number; result: null; refused: string };
