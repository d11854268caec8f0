/** Fetching many cases: several in one call, and the next ones while these are opened. */
import type { CaseId, DeskCase } from "../protocol";
import type { Api } from "./api";
import { serialsOf } from "./opening";
import { isSignedOut } from "./session";
import { Troubled } from "./trouble";

/** How many cases one call asks for. */
export const AT_ONCE = 20;

/** A case as it is served, or why it is not. */
export type Fetched = { case: CaseId } & ({ served: DeskCase } | { error: unknown });

/** Where cases come from. */
type Source = {
  readonly api: Pick<Api, "deskCase" | "deskCases">;
  reach(serials: readonly number[]): Promise<void>;
};

/** Cases in the order asked for, each once, whoever asks. */
export class Batches {
  readonly #source: Source;
  readonly #waiting: CaseId[];
  readonly #ready: Fetched[] = [];
  #fetching: Promise<void> | null = null;

  constructor(source: Source, cases: readonly CaseId[]) {
    this.#source = source;
    this.#waiting = [...cases];
  }

  /** The next case; null after the last. At most two calls' cases are in memory. */
  async next(): Promise<Fetched | null> {
    for (;;) {
      if (this.#ready.length < AT_ONCE) this.#fetch();
      const one = this.#ready.shift();
      if (one !== undefined) return one;
      if (this.#fetching === null) return null;
      await this.#fetching;
    }
  }

  #fetch(): void {
    if (this.#fetching !== null || this.#waiting.length === 0) return;
    const cases = this.#waiting.splice(0, AT_ONCE);
    this.#fetching = this.#several(cases).then((fetched) => {
      this.#ready.push(...fetched);
      this.#fetching = null;
    });
  }

  async #several(cases: readonly CaseId[]): Promise<Fetched[]> {
    try {
      const answer = await this.#source.api.deskCases(cases);
      await this.#source.reach([...new Set(answer.cases.flatMap(serialsOf))]);
      const served = new Map(answer.cases.map((one) => [one.case, one]));
      return cases.map((of) => {
        const one = served.get(of);
        // It was taken away since it was listed.
        if (one === undefined) return { case: of, error: new Troubled("not_found") };
        return { case: of, served: one };
      });
    } catch (error) {
      if (isForAll(error)) return cases.map((of) => ({ case: of, error }));
      // One of them spoils the answer; the others do not suffer for it.
      const fetched: Fetched[] = [];
      for (const of of cases) fetched.push(await this.#one(of));
      return fetched;
    }
  }

  async #one(of: CaseId): Promise<Fetched> {
    try {
      const served = await this.#source.api.deskCase(of);
      await this.#source.reach(serialsOf(served));
      return { case: of, served };
    } catch (error) {
      return { case: of, error };
    }
  }
}

/** True where asking for each case alone would end no better. */
function isForAll(error: unknown): boolean {
  const unheard = ["offline", "unreachable"];
  return isSignedOut(error) || (error instanceof Troubled && unheard.includes(error.trouble.code));
}
