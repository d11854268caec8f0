import type { Day, MemberId, ServiceId } from "../protocol/bytes";
import { paths } from "../protocol/calls";
import { composeReport, newReportSecrets } from "../protocol/compose";
import type { Composed } from "../protocol/compose";
import type { Directory } from "../protocol/directory";
import { verifyReceipt } from "../protocol/receipt";
import { Refused } from "../protocol/refused";
import { tokenWords } from "../protocol/token";
import type { Token } from "../protocol/token";
import { today } from "../ui/page";
import { DirectoryRefused, Trouble, ask, fetchDirectory, serviceDay } from "../ui/service";
import type { TroubleKind } from "../ui/service";
import { chosenRoute, partsOf, readersLeft } from "./draft";
import type { Draft } from "./draft";

/** Why a sealed report waits to be sent again. */
export type WaitReason = Exclude<TroubleKind, "problem" | "answer">;

/** Why sending has stopped until the reporter says to go on. */
export type StopReason = "closed" | "refused" | "receipt" | "directory" | "not-yet-open";

/** A sealed report with the token that its words are made of. */
type Sealed = Composed & { readonly token: Token };

/** How far the sending is. */
export type SendState =
  | { readonly at: "sealing" | "sending" }
  | {
      readonly at: "waiting";
      readonly why: WaitReason;
      readonly seconds: number;
      readonly tries: number;
    }
  | { readonly at: "stopped"; readonly why: StopReason; readonly rule: string | null }
  /** Others would be able to read it than the reporter was shown. */
  | { readonly at: "readers-changed"; readonly directory: Directory }
  | { readonly at: "received"; readonly words: readonly string[]; readonly day: Day };

const FIRST_WAIT_S = 5;
const LONGEST_WAIT_S = 60;
/** How often the report is sealed again before that is taken for a fault. */
const MOST_SEALINGS = 4;

/**
 * Seals a report once and sends it until it is received. The sealed bytes stay the same over all
 * tries, so that the service keeps one report however often its answer is lost. They are only
 * sealed again where the service has accepted nothing and says why.
 */
export class Sending {
  #directory: Directory;
  #secrets: ReturnType<typeof newReportSecrets> | null = null;
  #composed: Sealed | null = null;
  #sealings = 0;
  #tries = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #running = false;
  #over = false;
  #day: Day = today();
  readonly #draft: Draft;
  readonly #grantees: readonly MemberId[];
  readonly #tell: (state: SendState) => void;
  readonly #online = (): void => this.retry();

  constructor(draft: Draft, directory: Directory, tell: (state: SendState) => void) {
    this.#draft = draft;
    this.#directory = directory;
    this.#grantees = readersLeft(draft, directory).map((one) => one.member);
    this.#tell = tell;
    window.addEventListener("online", this.#online);
  }

  get service(): ServiceId {
    return this.#directory.service;
  }

  /** Begins, or tries again at once. */
  retry(): void {
    clearTimeout(this.#timer);
    if (!this.#running && !this.#over) void this.#try();
  }

  /** Stops, and lets go of everything. */
  stop(): void {
    this.#over = true;
    this.#composed = null;
    clearTimeout(this.#timer);
    window.removeEventListener("online", this.#online);
  }

  async #try(): Promise<void> {
    this.#running = true;
    try {
      let next = await this.#step();
      while (next === "again" && this.#sealings < MOST_SEALINGS) next = await this.#step();
      if (next === "again") this.#say({ at: "stopped", why: "refused", rule: null });
      else if (next !== null) this.#say(next);
    } catch (error) {
      this.#say(this.#troubled(error));
    } finally {
      this.#running = false;
    }
  }

  /** Seals if need be, and sends once. */
  async #step(): Promise<SendState | "again" | null> {
    if (this.#composed === null) {
      this.#say({ at: "sealing" });
      await painted();
      this.#composed = await this.#seal();
    }
    const composed = this.#composed;
    if (this.#over) return null;
    this.#say({ at: "sending" });
    try {
      const { receipt } = await ask("receipt", paths.submit(composed.case), {
        method: "PUT",
        type: "application/octet-stream",
        body: composed.bytes,
      });
      return await this.#check(composed, receipt);
    } catch (error) {
      return await this.#refused(error);
    }
  }

  async #seal(): Promise<Sealed> {
    this.#sealings++;
    // Drawn here and not before, so that a browser without randomness is told of.
    const secrets = (this.#secrets ??= newReportSecrets());
    const composed = await composeReport({
      directory: this.#directory,
      route: chosenRoute(this.#draft),
      grantees: this.#grantees,
      ...partsOf(this.#draft),
      ...secrets,
      day: this.#day,
    });
    return { ...composed, token: secrets.token };
  }

  /** A report counts as received only with a receipt that the directory's key has signed (V1). */
  async #check(composed: Sealed, receipt: Uint8Array): Promise<SendState> {
    const { service } = this.#directory;
    const verified = (): Day =>
      verifyReceipt(receipt, service, composed.case, [this.#directory.root.service_key]).day;
    let day: Day;
    try {
      day = verified();
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      try {
        // The key may have been replaced since this page was opened.
        this.#directory = await fetchDirectory(service, this.#directory);
        day = verified();
      } catch (second) {
        if (second instanceof Trouble) throw second;
        return { at: "stopped", why: "receipt", rule: null };
      }
    }
    const words = tokenWords(composed.token);
    this.stop();
    return { at: "received", words, day };
  }

  /** What a refusal means: some are mended by sealing again. */
  async #refused(error: unknown): Promise<SendState | "again"> {
    if (!(error instanceof Trouble) || error.problem === null || error.kind !== "problem") {
      throw error;
    }
    const { code, rule } = error.problem;
    switch (code) {
      case "directory-stale":
        return this.#renewDirectory();
      case "lookup-in-use":
        this.#secrets = null;
        this.#composed = null;
        return "again";
      case "invalid":
        return rule === "C8" ? this.#renewDay() : stopped("refused", rule);
      case "closed":
        return stopped("closed");
      default:
        return stopped("refused", rule);
    }
  }

  async #renewDirectory(): Promise<SendState | "again"> {
    try {
      this.#directory = await fetchDirectory(this.#directory.service, this.#directory);
    } catch (error) {
      if (error instanceof DirectoryRefused) return stopped("directory", error.rule);
      throw error;
    }
    this.#composed = null;
    const now = readersLeft(this.#draft, this.#directory).map((one) => one.member);
    const same =
      now.length === this.#grantees.length && now.every((one) => this.#grantees.includes(one));
    return same ? "again" : { at: "readers-changed", directory: this.#directory };
  }

  /** C8: this device's clock is wrong, or the report was sealed many days ago. */
  async #renewDay(): Promise<SendState | "again"> {
    const told = await serviceDay();
    if (told === null || told === this.#day) return stopped("refused", "C8");
    this.#day = told;
    this.#composed = null;
    return "again";
  }

  #troubled(error: unknown): SendState {
    if (error instanceof Refused) {
      return stopped("refused", error.rule);
    }
    if (!(error instanceof Trouble)) return stopped("refused");
    if (error.problem?.code === "not-yet-open") return stopped("not-yet-open");
    if (error.kind === "problem") return stopped("refused", error.problem?.rule ?? null);
    // An answer that is not the service's is often that of a network in between.
    const why = error.kind === "answer" ? "unavailable" : error.kind;
    const seconds = Math.min(LONGEST_WAIT_S, FIRST_WAIT_S * 2 ** Math.min(this.#tries, 10));
    this.#tries++;
    this.#timer = setTimeout(() => this.retry(), seconds * 1000);
    return { at: "waiting", why, seconds, tries: this.#tries };
  }

  #say(state: SendState): void {
    if (!this.#over || state.at === "received") this.#tell(state);
  }
}

function stopped(why: StopReason, rule: string | null = null): SendState {
  return { at: "stopped", why, rule };
}

/** Waits until the page has shown what is being done: sealing keeps the browser busy. */
async function painted(): Promise<void> {
  await new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
}
