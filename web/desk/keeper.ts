import { Refused } from "../protocol";
import type { Bytes, CaseId } from "../protocol";
import { openRing } from "../protocol/vault";
import type { Ring, Vault } from "../protocol/vault";
import { Refusal } from "./api";
import type { Api } from "./api";
import { forked, merged } from "./ring";
import { Troubled } from "./trouble";

/** How long the ring waits for further changes before it is saved. */
const patience = 1_500;
/** The same while many cases are opened or handed over: each saving seals the whole ring again. */
const patienceThroughout = 20_000;
/** And how long after a failure. */
const again = 30_000;

/** Keeps a member's ring: in memory at once, at the service soon after. */
export class RingKeeper {
  readonly #api: Pick<Api, "ring" | "keepRing">;
  readonly #vault: Vault;
  readonly #seal: (ring: Ring) => Promise<Bytes>;
  readonly #trouble: (error: unknown) => void;
  /** Cases that were taken away in this session. */
  readonly #gone = new Set<CaseId>();
  #ring: Ring;
  #revision: number;
  #saved: Ring | null;
  #timer: ReturnType<typeof setTimeout> | null = null;
  #saving: Promise<void> | null = null;
  /** How much goes on that changes the ring often. */
  #busy = 0;
  #ended = false;

  constructor(
    api: Pick<Api, "ring" | "keepRing">,
    vault: Vault,
    start: { ring: Ring; revision: number; saved: boolean },
    /** Signs and seals a ring: a long one takes seconds, in which no page should stand still. */
    seal: (ring: Ring) => Promise<Bytes>,
    trouble: (error: unknown) => void,
  ) {
    this.#api = api;
    this.#vault = vault;
    this.#ring = start.ring;
    this.#saved = start.saved ? start.ring : null;
    this.#revision = start.revision;
    this.#seal = seal;
    this.#trouble = trouble;
  }

  get ring(): Ring {
    return this.#ring;
  }

  /** Changes the ring; it is saved when no other change follows for a moment. */
  change(how: (ring: Ring) => Ring): void {
    const before = this.#ring;
    this.#ring = how(before);
    // Long rings change often while many cases are handed over.
    const now = new Set(this.#ring.cases.map((entry) => entry.case));
    for (const { case: id } of before.cases) if (!now.has(id)) this.#gone.add(id);
    for (const id of now) this.#gone.delete(id);
    if (this.#ring !== this.#saved && !this.#ended) {
      const wait = this.#busy > 0 ? patienceThroughout : patience;
      this.#timer ??= setTimeout(() => void this.save(), wait);
    }
  }

  /** Waits for work that changes the ring often. Until it ends the ring is saved seldom, and then now. */
  async throughout(work: Promise<unknown>): Promise<void> {
    this.#busy++;
    try {
      await work;
    } finally {
      this.#busy--;
      void this.save();
    }
  }

  /** Saves now what is not saved yet. */
  async save(): Promise<void> {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    // One at a time: each save names the revision that it replaces.
    while (this.#saving !== null) await this.#saving;
    if (this.#ended || this.#ring === this.#saved) return;
    this.#saving = this.#put().catch((error: unknown) => {
      if (this.#ended) return;
      this.#timer ??= setTimeout(() => void this.save(), again);
      this.#trouble(error);
    });
    await this.#saving;
    this.#saving = null;
  }

  /** Overwrites every secret and saves nothing any more. */
  end(): void {
    this.#ended = true;
    if (this.#timer !== null) clearTimeout(this.#timer);
    for (const ring of [this.#ring, this.#saved]) {
      for (const entry of ring?.cases ?? []) entry.secret.fill(0);
    }
  }

  async #put(): Promise<void> {
    for (let attempt = 0; attempt < 5; attempt++) {
      const ring = this.#ring;
      try {
        const sealed = await this.#seal(ring);
        if (this.#ended) return;
        this.#revision = (await this.#api.keepRing(this.#revision, sealed)).revision;
        this.#saved = ring;
        return;
      } catch (error) {
        if (!(error instanceof Refusal && error.problem.code === "stale")) throw error;
        await this.#merge();
        if (this.#ended) return;
      }
    }
    throw new Troubled("ring_save");
  }

  async #merge(): Promise<void> {
    const { revision, ring: sealed } = await this.#api.ring();
    this.#revision = revision;
    if (sealed === null) return;
    let theirs: Ring;
    try {
      theirs = await openRing(sealed, this.#vault);
    } catch (error) {
      // A ring that does not open holds nothing that could be lost.
      if (error instanceof Refused) return;
      throw error;
    }
    if (this.#ended) {
      for (const entry of theirs.cases) entry.secret.fill(0);
      return;
    }
    if (forked(this.#ring, theirs)) throw new Troubled("directory_fork");
    this.#ring = merged(this.#ring, theirs, this.#gone);
  }
}
