/** A desk with a case open, at a service that keeps its records, for the tests. */
import { NO_DIGEST, digest } from "../../protocol";
import type { CaseId } from "../../protocol";
import { NO_REVISION, openRevision, writeRevision } from "../../protocol/record-file";
import type { RecordHead } from "../../protocol/record-file";
import type { Procedure } from "../../protocol/work-calls";
import { Refusal } from "../calling";
import type { Desk } from "../desk";
import { openCase } from "../opening";
import type { OpenedCase } from "../opening";
import type { ContentOf, RecordName } from "../record/content";
import { noCasework } from "../record/settings";
import {
  SERVICE,
  SampleCase,
  TODAY,
  handlers,
  readerOf,
  sampleFacts,
  sampleHistory,
  vaultOf,
} from "../sample";
import type { SampleMember } from "../../protocol/sample";
import type { Session } from "../session";
import { openWork } from "./opening";
import { emptyWork } from "./state";
import type { AllRecordDrafts, WorkView } from "./state";

const [first, second] = handlers;
const procedure = {
  ...{ acts: 0, acts_digest: NO_DIGEST, assigned: [], checkpoints: [], clocks: [], teams: [] },
  ...{ stage: "received", closed: false, aside: false, missing: [], may: [], bars: [] },
} as unknown as Procedure;

type Kept = { readonly stub: Uint8Array; readonly file: Uint8Array };

/** The desk of the first handler, with an open case that the second handler works on too. */
export class AtWork {
  readonly of: CaseId;
  readonly desk: Desk;
  readonly session: Session;
  /** What the service was asked, in order. */
  readonly asked: string[] = [];
  /** What happens while a revision is on its way. */
  meanwhile: () => void | Promise<void> = () => undefined;
  /** That the answer to a revision that is kept is lost. */
  loses = false;

  readonly #opened: OpenedCase;
  readonly #chains = new Map<RecordName, Kept[]>();
  readonly #heads = new Map<RecordName, RecordHead>();

  private constructor(opened: OpenedCase) {
    this.of = opened.case;
    this.#opened = opened;
    const work = {
      settings: () => Promise.resolve(noCasework),
      work: () => {
        this.asked.push("work");
        return Promise.resolve(this.#served());
      },
      keep: (_: CaseId, made: Kept) => this.#keep(made),
      revisions: (_: CaseId, record: RecordName, after: number, limit = 20) => {
        this.asked.push(`${record} ${after + 1}+${limit}`);
        const chain = this.#chains.get(record) ?? [];
        const revisions = chain.slice(after, after + limit);
        const next = revisions.length < limit ? null : after + limit;
        return Promise.resolve({ revisions, next });
      },
    };
    this.session = {
      ...{ isEnded: () => false, opened, vault: vaultOf(first), facts: sampleFacts, work },
      roots: { current: sampleHistory.current, history: sampleHistory },
      ...{ casework: null, cases: new Map(), reach: () => Promise.resolve() },
      workers: {
        run: (job: { served: never; record: never; secrets: never; declared: never }) =>
          openWork(job.record, job.served, job.secrets, job.declared, sampleHistory),
      },
    } as unknown as Session;
    const state = {
      open: { case: this.of, work: emptyWork, people: null },
      ...{ recordDrafts: new Map() as AllRecordDrafts, casework: noCasework },
    };
    this.desk = {
      state,
      session: this.session,
      change: (part: object) => Object.assign(state, part),
    } as unknown as Desk;
  }

  static async begin(): Promise<AtWork> {
    const sample = await SampleCase.file({ grantees: [first.member, second.member] });
    return new AtWork(await openCase(SERVICE, sample.served, readerOf(first), sampleHistory));
  }

  get work(): WorkView {
    if (this.desk.state.open === null) throw new Error("no case is open");
    return this.desk.state.open.work;
  }

  /** A colleague saves a record, so that it opens, or so that it does not. */
  async colleague<R extends RecordName>(
    record: R,
    content: ContentOf<R>,
    opens = true,
  ): Promise<void> {
    const { stub, file } = await this.#write(second, record, content);
    const damaged = Uint8Array.from(file, (byte, at) => (at === file.length - 1 ? byte ^ 1 : byte));
    this.#take(record, { stub, file: opens ? file : damaged });
  }

  /** A second revision of a record, by a colleague, in the place of the one that was kept: it is not. */
  secondAgain<R extends RecordName>(record: R, content: ContentOf<R>): Promise<Kept> {
    const [before] = this.#chains.get(record) ?? [];
    const head = before === undefined ? NO_REVISION : headOf(before);
    return this.#write(second, record, content, head);
  }

  /** What the service has of a record, as its readers see it; null for what does not open. */
  async kept<R extends RecordName>(record: R): Promise<(ContentOf<R> | null)[]> {
    const { record: of, secrets } = this.#opened;
    const opened = (this.#chains.get(record) ?? []).map(async (one) => {
      const { content } = await openRevision(of, one, secrets, sampleHistory);
      return content as ContentOf<R> | null;
    });
    return Promise.all(opened);
  }

  #write<R extends RecordName>(
    { member, signer }: SampleMember,
    record: R,
    content: ContentOf<R>,
    head = this.#heads.get(record) ?? NO_REVISION,
  ): Promise<Kept> {
    const by = { member, signer, serial: 1, day: TODAY };
    return writeRevision(this.#opened.record, record, head, content, by);
  }

  async #keep(made: Kept): Promise<void> {
    this.asked.push("keep");
    await this.meanwhile();
    const { record, revision } = stubOf(made);
    if (revision !== (this.#heads.get(record)?.revision ?? 0) + 1) throw taken();
    this.#take(record, made);
    if (this.loses) throw taken();
  }

  #take(record: RecordName, made: Kept): void {
    this.#chains.set(record, [...(this.#chains.get(record) ?? []), made]);
    this.#heads.set(record, headOf(made));
  }

  #served(): object {
    const records = [...this.#chains].flatMap(([record, chain]) => {
      const last = chain.at(-1);
      return last === undefined ? [] : [{ record, ...last }];
    });
    return { case: this.of, records, acts: [], conflicts: [], procedure };
  }
}

function stubOf({ stub }: Kept): { record: RecordName; revision: number } {
  return JSON.parse(new TextDecoder().decode(stub.subarray(97))) as never;
}

function headOf(made: Kept): RecordHead {
  return { revision: stubOf(made).revision, digest: digest(made.stub) };
}

function taken(): Refusal {
  const problem = { code: "sequence", title: "", status: 409, detail: "", rule: null };
  return new Refusal(problem, null);
}
