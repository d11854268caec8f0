/** What the page about one's own account shows and does. */
import { keyWords } from "../../protocol";
import type { Factor, SessionEntry } from "../../protocol/people-calls";
import type { Desk } from "../desk";
import type { Session } from "../session";
import { Store } from "../store";
import { troubleOf, troubleText } from "../trouble";
import type { Trouble } from "../trouble";
import { fill, words } from "../words";
import { endorsementOf, leadSince } from "./endorsement";
import type { Endorsement } from "./endorsement";
import { addPasskey, removeFactor } from "./passkeys";
import { PassphraseChange } from "./passphrase";

/** The parts of the page that say for themselves what went well or wrong. */
export type Section = "sessions" | "factors" | "passphrase";
/** Where a change of the passphrase has come to. */
export type ChangeStep = "closed" | "current" | "new" | "again";

/** An app that is being added: it counts when a code from it was right. */
export type NewApp = { id: string; name: string; secret: string; uri: string };

export type AccountState = {
  /** Null until they are fetched. */
  sessions: readonly SessionEntry[] | null;
  factors: readonly Factor[] | null;
  /** "looking" until the roots have been looked through. */
  endorsement: Endorsement | null | "looking";
  trouble: Trouble | null;
  said: { section: Section; kind: "good" | "trouble" | "warning"; text: string } | null;
  busy: Section | null;
  app: NewApp | null;
  change: ChangeStep;
};

/** One look at one's own account, from when the page is shown to when it is left. */
export class Account extends Store<AccountState> {
  readonly #desk: Desk;
  readonly #session: Session;
  readonly #passphrase: PassphraseChange;

  constructor(desk: Desk, session: Session) {
    super({
      sessions: null,
      factors: null,
      endorsement: "looking",
      trouble: null,
      said: null,
      busy: null,
      app: null,
      change: "closed",
    });
    this.#desk = desk;
    this.#session = session;
    this.#passphrase = new PassphraseChange(session, (call) => desk.fresh(call));
  }

  /** Fetches what the page shows. */
  async load(): Promise<void> {
    this.change({ trouble: null });
    try {
      await Promise.all([this.#loadSessions(), this.#loadFactors(), this.#loadEndorsement()]);
    } catch (error) {
      if (this.#session.isEnded() || this.#desk.sessionTrouble(error)) return;
      this.change({ trouble: troubleOf(error) });
    }
  }

  /** Drops what a change of the passphrase has derived. */
  leave(): void {
    this.#passphrase.end();
  }

  /** The words for this member's keys, which a lead compares. */
  keyWords(): string[] {
    const { signer, identity } = this.#session.vault;
    return keyWords({ key: signer.key, recipient: identity.recipient });
  }

  /** The lead list since which these keys are a lead's; null where they are not. */
  leadSince(): ReturnType<typeof leadSince> {
    return leadSince(this.#session.lists, this.#session.vault.signer.key);
  }

  /** True if this passkey opens the keys. */
  opens(factor: Factor): boolean {
    const { unlocks } = this.#session.vault;
    return factor.credential !== "" && unlocks.some((one) => one.id === factor.credential);
  }

  endSession(id: string): Promise<void> {
    return this.#do("sessions", async ({ account }) => {
      await this.#fresh(() => account.endSession(id));
      await this.#loadSessions();
      return words.account.sessions.ended;
    });
  }

  endOthers(): Promise<void> {
    return this.#do("sessions", async ({ account }) => {
      await this.#fresh(() => account.endOthers());
      await this.#loadSessions();
      return words.account.sessions.ended;
    });
  }

  /** Begins to add an app. */
  addApp(name: string): Promise<void> {
    return this.#do("factors", async ({ account }) => {
      const app = await this.#fresh(() => account.addTotp(name));
      this.change({ app: { ...app, name } });
      return null;
    });
  }

  /** Shows that the new app gives right codes. */
  proveApp(code: string): Promise<void> {
    const { app } = this.state;
    if (app === null) return Promise.resolve();
    return this.#do("factors", async ({ account }) => {
      await this.#fresh(() => account.proveFactor(app.id, code));
      this.change({ app: null });
      await this.#loadFactors();
      return fill(words.account.factors.added, { name: app.name });
    });
  }

  cancelApp(): void {
    this.change({ app: null });
  }

  addPasskey(name: string): Promise<void> {
    return this.#do("factors", async (session) => {
      const added = await addPasskey(session, name, (call) => this.#fresh(call));
      await this.#loadFactors();
      const { factors } = words.account;
      const text = { opens: factors.added_opens, "opens-not": factors.added };
      if (added !== "not-sealed") return fill(text[added], { name });
      this.#say("factors", "warning", fill(factors.added_not_sealed, { name }));
      return null;
    });
  }

  rename(factor: Factor, name: string): Promise<void> {
    return this.#do("factors", async ({ account }) => {
      await this.#fresh(() => account.nameFactor(factor.id, name));
      await this.#loadFactors();
      return fill(words.account.factors.renamed, { name });
    });
  }

  remove(factor: Factor): Promise<void> {
    return this.#do("factors", async (session) => {
      await removeFactor(session, factor, (call) => this.#fresh(call));
      await this.#loadFactors();
      return fill(words.account.factors.removed, { name: factor.name });
    });
  }

  /** Opens or closes the change of the passphrase. */
  showChange(on: boolean): void {
    this.#passphrase.end();
    this.change({ change: on ? "current" : "closed", said: null });
  }

  typeCurrent(passphrase: string): Promise<void> {
    return this.#do("passphrase", async () => {
      await this.#passphrase.begin(passphrase);
      this.change({ change: "new" });
      return null;
    });
  }

  chooseNew(passphrase: string): Promise<void> {
    return this.#do("passphrase", async () => {
      await this.#passphrase.choose(passphrase);
      this.change({ change: "again" });
      return null;
    });
  }

  typeAgain(passphrase: string): Promise<void> {
    return this.#do("passphrase", async () => {
      await this.#passphrase.finish(passphrase);
      this.change({ change: "closed" });
      await this.#loadSessions();
      return words.account.passphrase.changed;
    });
  }

  #fresh<T>(call: () => Promise<T>): Promise<T> {
    return this.#desk.fresh(call);
  }

  #say(section: Section, kind: "good" | "trouble" | "warning", text: string): void {
    this.change({ said: { section, kind, text } });
  }

  /** One thing at a time. What it gives is said beside it, and so is what goes wrong. */
  async #do(section: Section, how: (session: Session) => Promise<string | null>): Promise<void> {
    if (this.state.busy !== null) return;
    this.change({ busy: section, said: null });
    try {
      const text = await how(this.#session);
      if (text !== null) this.#say(section, "good", text);
    } catch (error) {
      if (this.#session.isEnded() || this.#desk.sessionTrouble(error)) return;
      this.#say(section, "trouble", troubleText(troubleOf(error)));
    } finally {
      this.change({ busy: null });
    }
  }

  async #loadSessions(): Promise<void> {
    this.change({ sessions: (await this.#session.account.sessions()).sessions });
  }

  async #loadFactors(): Promise<void> {
    this.change({ factors: (await this.#session.account.factors()).factors });
  }

  async #loadEndorsement(): Promise<void> {
    const { directory, api, vault } = this.#session;
    const { member, signer } = vault;
    const endorsement =
      directory === null ? null : await endorsementOf(directory, api, { member, key: signer.key });
    this.change({ endorsement });
  }
}
