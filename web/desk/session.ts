import { listed, wipe } from "../protocol";
import type {
  AnswerOf,
  CaseId,
  Day,
  Digest,
  LeadList,
  MemberId,
  MyCase,
  NewCase,
  Pin,
  Route,
  ServiceId,
} from "../protocol";
import type { Vault } from "../protocol/vault";
import type { CaseworkSettings } from "../protocol/work-calls";
import { AccountCalls } from "./account/calls";
import type { Api } from "./api";
import { refusedWith } from "./calling";
import { succession } from "./handover";
import type { Owed, Succession } from "./handover";
import type { RingKeeper } from "./keeper";
import type { OpenedCase } from "./opening";
import { unpacked, withPin } from "./ring";
import { Roots, firstLeads } from "./roots";
import type { Me, NewRow } from "./state";
import { Troubled } from "./trouble";
import type { Round } from "./round";
import { WorkCalls } from "./work/calls";
import type { Workers } from "./workers";

/** A message that was made and may or may not have arrived. */
export type Attempt = {
  writing: string;
  message: { stub: Uint8Array; case_file: Uint8Array; reporter_file: Uint8Array };
};

/** What is known from earlier sessions: the ring opened, did not open, or there was none. */
export type Memory = "kept" | "lost" | "none";

/** What the service says about whoever is signed in. */
export type Facts = AnswerOf<"me">;

type Begun = Pick<
  Session,
  "api" | "service" | "vault" | "sealed" | "workers" | "keeper" | "facts" | "memory" | "directory"
> & { lists?: readonly LeadList[] };

/** Everything of one sign-in: keys, workers, and what was decrypted. Ended as a whole. */
export class Session {
  /** Texts by which search finds a case, folded: the whole of one that was opened in this session, the
   * words that the ring remembers of another. */
  readonly texts = new Map<CaseId, string>();
  readonly cases = new Map<CaseId, MyCase>();
  readonly fresh = new Map<CaseId, NewRow>();
  /** What is signed of the cases that were opened: the lists show it in the place of what is served. */
  readonly signed = new Map<CaseId, { day: Day; route: Route; team: string }>();
  /** Cases of which a signature says why they are no longer this member's (K3, K8). */
  readonly explained = new Set<CaseId>();
  /** Cases with which a conflict was declared in this session: no list shows them, whatever is served or on its way. */
  readonly conflicted = new Set<CaseId>();
  /** Cases that did not open in this session. */
  readonly failed = new Set<CaseId>();
  readonly attempts = new Map<CaseId, Attempt>();
  /** What is owed in the cases that were looked through for it. */
  readonly owed = new Map<CaseId, Owed>();
  /** Cases in which nothing can be handed over, because their keys do not hold together. */
  readonly broken = new Set<CaseId>();
  /** As what a case was looked through last: its last epoch, and the directory. */
  readonly looked = new Map<CaseId, string>();
  /** Who stands in the place of whom, as far as it was worked out. */
  heirs: Succession | null = null;
  /** The handing over that goes on; null while there is none. */
  round: Round | null = null;
  opened: OpenedCase | null = null;
  /** The settings of casework, once they were asked for. */
  casework: Promise<CaseworkSettings> | null = null;
  /** Resolves when opening may go on; null while it is not paused. */
  pause: { promise: Promise<void>; resume: () => void } | null = null;
  #ended = false;

  readonly api: Api;
  readonly account: AccountCalls;
  readonly work: WorkCalls;
  readonly service: ServiceId;
  readonly workers: Workers;
  readonly keeper: RingKeeper;
  readonly memory: Memory;
  vault: Vault;
  /** The digest of the vault as the service keeps it. */
  sealed: Digest;
  facts: Facts;
  /** What is published; null before the first root. */
  directory: Roots | null;
  #lists: readonly LeadList[];

  constructor(of: Begun) {
    this.api = of.api;
    this.account = new AccountCalls(of.api);
    this.work = new WorkCalls(of.api);
    this.service = of.service;
    this.vault = of.vault;
    this.sealed = of.sealed;
    this.workers = of.workers;
    this.keeper = of.keeper;
    this.facts = of.facts;
    this.memory = of.memory;
    this.directory = of.directory;
    this.#lists = of.lists ?? [];
    for (const entry of of.keeper.ring.cases) {
      this.texts.set(entry.case, unpacked(entry.summary).search);
    }
  }

  get idleMinutes(): number {
    return this.facts.idle_minutes;
  }

  /** The roots, which casework always has: before the first one there are no cases. */
  get roots(): Roots {
    if (this.directory === null) throw new Troubled("directory_not_open");
    return this.directory;
  }

  /** The lead lists that are published, the genesis first. */
  get lists(): readonly LeadList[] {
    return this.directory?.current.lists ?? this.#lists;
  }

  /** True once the keys are dropped: whoever waited for something stops then. */
  isEnded(): boolean {
    return this.#ended;
  }

  /** Who is signed in, by the directory in force. */
  get me(): Me {
    const { member, label, signer, identity } = this.vault;
    const current = this.directory?.current;
    const own = current === undefined ? [] : listed(current, member);
    const mine = own.filter(
      (one) => one.member.key === signer.key && one.member.recipient === identity.recipient,
    );
    const { administrator, pinned, demonstration } = this.facts;
    return {
      member,
      label: mine[0]?.member.label ?? label,
      listed: mine[0] ?? null,
      roles: [...new Set(mine.flatMap((one) => one.member.roles))],
      lead: this.lists.at(-1)?.leads.some((one) => one.key === signer.key) ?? false,
      administrator,
      pinned,
      demonstration,
    };
  }

  /** Fetches the directory again; what was seen before must lead to it (D8). */
  async renewRoots(): Promise<void> {
    const before = this.directory?.current.root ?? null;
    const { directory, lists } = await fetchPublished(this.api, this.service, before);
    if (this.#ended) return;
    this.#lists = lists;
    if (directory === null || directory.current.root.serial === before?.serial) return;
    this.directory = directory;
    this.heirs = null;
    await this.workers.tell({ name: "history", history: directory.history });
    const { root } = directory.current;
    this.keeper.change((ring) => withPin(ring, root.serial, root.digest));
  }

  /** Asks again what the service says about whoever is signed in. */
  async renewFacts(): Promise<void> {
    const facts = await this.api.me();
    if (!this.#ended && facts.member === this.vault.member) this.facts = facts;
  }

  /** Notes how the vault is sealed now. */
  resealed(unlocks: Vault["unlocks"], sealed: Digest): void {
    this.vault = { ...this.vault, unlocks };
    this.sealed = sealed;
  }

  /** Sees to it that the roots of these serials are there, here and in the workers. */
  async reach(serials: readonly number[]): Promise<void> {
    if (serials.some((serial) => serial > this.roots.current.root.serial)) await this.renewRoots();
    if (await this.roots.reach(serials)) {
      await this.workers.tell({ name: "history", history: this.roots.history });
    }
  }

  /** Notes what is owed in a case. A closed one is left as it is: nothing comes next in it that new
   * keys could keep from anybody. True if nothing is owed. */
  noteOwed(of: CaseId, closed: boolean, found: Owed): boolean {
    const nothing = found.shares.length === 0 && found.lock === null;
    if (nothing || closed) this.owed.delete(of);
    else this.owed.set(of, found);
    return nothing;
  }

  /** Who stands in the place of whom, with the earlier roots that say so (D4, D9). */
  async succession(): Promise<Succession> {
    let found = succession(this.roots.history);
    while (found.unknown.length > 0 && (await this.lookBack(found.unknown))) {
      found = succession(this.roots.history);
    }
    this.heirs = found;
    return found;
  }

  /** Sees to it that the last root that lists each of these members is there. True if one came. */
  async lookBack(members: readonly MemberId[]): Promise<boolean> {
    if (!(await this.roots.lookBack(members))) return false;
    await this.workers.tell({ name: "history", history: this.roots.history });
    return true;
  }

  /** Drops every key: overwrites what can be overwritten and lets go of the rest. */
  end(): void {
    this.#ended = true;
    this.workers.end();
    this.keeper.end();
    wipe(this.vault.identity.seed);
    this.vault.signer.seed.fill(0);
    forget(this.opened);
    this.opened = null;
    this.texts.clear();
    this.cases.clear();
    this.fresh.clear();
    this.signed.clear();
    this.attempts.clear();
    this.owed.clear();
    this.pause?.resume();
    this.round?.end();
  }
}

/** Overwrites the secrets of an opened case. */
export function forget(opened: OpenedCase | null): void {
  for (const secret of opened?.secrets.values() ?? []) wipe(secret.seed);
}

/** What a service has published: its roots, or its lead lists alone before the first root. Who has
 * seen a root is shown no time before it (D8); what was seen may be told later. */
export async function fetchPublished(
  api: Api,
  service: ServiceId,
  seen: Pin | null | Promise<Pin | null>,
): Promise<{ directory: Roots | null; lists: readonly LeadList[] }> {
  try {
    const directory = await Roots.fetch(api, service, seen);
    return { directory, lists: directory.current.lists };
  } catch (error) {
    if (!refusedWith(error, "not-yet-open")) throw error;
    if ((await seen) !== null) throw new Troubled("directory_older");
    return { directory: null, lists: await firstLeads(api, service) };
  }
}

/** True if an error means that the session is over at the service. */
export function isSignedOut(error: unknown): boolean {
  return refusedWith(error, "signed-out");
}

/** A new case as it is listed once it is declared free of conflict. */
export function asMine(
  served: Pick<NewCase, "case" | "day" | "route" | "team" | "stage" | "epoch">,
): MyCase {
  const { case: id, day, route, team, stage, epoch } = served;
  const none = { clock: "", due: "" as const, aside: false, teams: [] };
  return { case: id, day, route, team, stage, epoch, to_reporter: 0, from_reporter: 0, ...none };
}
