/** One handing over of many cases: what waits, whether it goes on, and what became of it. */
import type { CaseId } from "../protocol";
import type { RoundView } from "./state";
import type { Trouble } from "./trouble";

/** What became of one case. */
export type Outcome = "handed" | "elsewhere" | "withheld" | "failed";

export class Round {
  readonly #waiting: CaseId[];
  #view: RoundView;
  #pause: { promise: Promise<void>; resume: () => void } | null = null;
  #ended = false;

  constructor(kind: RoundView["kind"], waiting: readonly CaseId[]) {
    this.#waiting = [...waiting];
    const counts = { done: 0, total: waiting.length, failed: 0, elsewhere: 0, withheld: 0 };
    this.#view = { kind, ...counts, paused: false, trouble: null };
  }

  get view(): RoundView {
    return this.#view;
  }

  /** The next case, once the round is not paused; null when there is none or the round has ended. */
  async next(): Promise<CaseId | null> {
    while (this.#pause !== null) await this.#pause.promise;
    return this.#ended ? null : (this.#waiting.shift() ?? null);
  }

  count(outcome: Outcome): void {
    const view = { ...this.#view, done: this.#view.done + 1 };
    this.#view = outcome === "handed" ? view : { ...view, [outcome]: view[outcome] + 1 };
  }

  /** Puts a case back and stands still, for a cause that may pass. */
  putBack(of: CaseId, trouble: Trouble): void {
    this.#waiting.unshift(of);
    this.pause(trouble);
  }

  pause(trouble: Trouble | null = null): void {
    if (this.#ended) return;
    this.#view = { ...this.#view, paused: true, trouble: this.#view.trouble ?? trouble };
    if (this.#pause !== null) return;
    let resume = (): void => undefined;
    const promise = new Promise<void>((done) => (resume = done));
    this.#pause = { promise, resume };
  }

  resume(): void {
    this.#view = { ...this.#view, paused: false, trouble: null };
    this.#pause?.resume();
    this.#pause = null;
  }

  end(): void {
    this.#ended = true;
    this.#waiting.length = 0;
    this.resume();
  }
}
