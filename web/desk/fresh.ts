/** Shows the service a second factor again where a call wants one that was seen a moment ago. */
import { passkeysThere, usePasskey } from "../member/passkey";
import type { AccountCalls } from "./account/calls";
import { refusedWith } from "./calling";
import type { State } from "./state";
import { Troubled, troubleOf } from "./trouble";

/** The dialogue that asks for a second factor. */
export type Asking = { busy: boolean; trouble: ReturnType<typeof troubleOf> | null };

type Page = {
  change(part: Pick<State, "asking">): void;
  signOut(after: "ended"): void;
};

type Calls = Pick<AccountCalls, "freshByCode" | "freshByPasskey" | "passkeyOffer">;

/** Runs calls that want a fresh second factor. One dialogue serves all that wait for it. */
export class Freshness {
  readonly #page: Page;
  readonly #calls: Calls;
  #waiting: { shown: Promise<void>; done: () => void; give: (error: unknown) => void } | null =
    null;

  constructor(page: Page, calls: Calls) {
    this.#page = page;
    this.#calls = calls;
  }

  /** Makes the call; where it wants a second factor, asks for one and makes it once more. */
  async run<T>(call: () => Promise<T>): Promise<T> {
    try {
      return await call();
    } catch (error) {
      if (!refusedWith(error, "second-factor", 403)) throw error;
    }
    await this.#asked();
    return call();
  }

  /** Shows the code of an app. */
  byCode(code: string): Promise<void> {
    return this.#show(() => this.#calls.freshByCode(code));
  }

  /** Shows a passkey. */
  byPasskey(): Promise<void> {
    return this.#show(async () => {
      if (!passkeysThere()) throw new Troubled("passkey_failed");
      const offer = await this.#calls.passkeyOffer();
      const { posted } = await usePasskey(offer, null);
      await this.#calls.freshByPasskey(offer.ticket, posted);
    });
  }

  /** Leaves it: whatever waits is not done. */
  give(error: unknown = new Troubled("factor_left")): void {
    const waiting = this.#waiting;
    this.#waiting = null;
    this.#page.change({ asking: null });
    waiting?.give(error);
  }

  #asked(): Promise<void> {
    if (this.#waiting === null) {
      let done = (): void => undefined;
      let give: (error: unknown) => void = () => undefined;
      const shown = new Promise<void>((resolve, reject) => {
        done = resolve;
        give = reject;
      });
      this.#waiting = { shown, done, give };
      this.#page.change({ asking: { busy: false, trouble: null } });
    }
    return this.#waiting.shown;
  }

  async #show(how: () => Promise<void>): Promise<void> {
    const waiting = this.#waiting;
    if (waiting === null) return;
    this.#page.change({ asking: { busy: true, trouble: null } });
    try {
      await how();
    } catch (error) {
      if (this.#waiting !== waiting) return;
      if (refusedWith(error, "signed-out")) {
        this.give(error);
        this.#page.signOut("ended");
      } else this.#page.change({ asking: { busy: false, trouble: troubleOf(error) } });
      return;
    }
    if (this.#waiting !== waiting) return;
    this.#waiting = null;
    this.#page.change({ asking: null });
    waiting.done();
  }
}
