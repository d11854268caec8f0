import { Refused, listed } from "../protocol";
import type { CaseId, Day, MyCase, NewCase, Route, ServiceId } from "../protocol";
import { loginSecret, newRing, openRing, openVault, vaultIdentity } from "../protocol/vault";
import type { Ring, Stretched, Vault } from "../protocol/vault";
import { Refusal } from "./api";
import type { Api } from "./api";
import { RingKeeper } from "./keeper";
import type { OpenedCase } from "./opening";
import { withPin } from "./ring";
import { Roots } from "./roots";
import type { Me, NewRow, SignInStep } from "./state";
import { Troubled } from "./trouble";
import { OneWorker, WorkerFailed, Workers } from "./workers";

/** A message that was made and may or may not have arrived. */
export type Attempt = {
  writing: string;
  message: { stub: Uint8Array; case_file: Uint8Array; reporter_file: Uint8Array };
};

/** What is known from earlier sessions: the ring opened, did not open, or there was none. */
export type Memory = "kept" | "lost" | "none";

type Begun = Pick<
  Session,
  "api" | "service" | "vault" | "workers" | "keeper" | "idleMinutes" | "memory" | "roots"
>;

/** Everything of one sign-in: keys, workers, and what was decrypted. Ended as a whole. */
export class Session {
  /** Full texts of opened cases, folded, for search. */
  readonly texts = new Map<CaseId, string>();
  readonly cases = new Map<CaseId, MyCase>();
  readonly fresh = new Map<CaseId, NewRow>();
  /** What is signed of the cases that were opened: the lists show it in the place of what is served. */
  readonly signed = new Map<CaseId, { day: Day; route: Route; team: string }>();
  /** Cases of which a signature says why they are no longer this member's (K3, K8). */
  readonly explained = new Set<CaseId>();
  /** Cases that did not open in this session. */
  readonly failed = new Set<CaseId>();
  readonly attempts = new Map<CaseId, Attempt>();
  opened: OpenedCase | null = null;
  /** Resolves when opening may go on; null while it is not paused. */
  pause: { promise: Promise<void>; resume: () => void } | null = null;
  #ended = false;

  readonly api: Api;
  readonly service: ServiceId;
  readonly vault: Vault;
  readonly workers: Workers;
  readonly keeper: RingKeeper;
  readonly idleMinutes: number;
  readonly memory: Memory;
  roots: Roots;

  constructor(of: Begun) {
    this.api = of.api;
    this.service = of.service;
    this.vault = of.vault;
    this.workers = of.workers;
    this.keeper = of.keeper;
    this.idleMinutes = of.idleMinutes;
    this.memory = of.memory;
    this.roots = of.roots;
  }

  /** True once the keys are dropped: whoever waited for something stops then. */
  isEnded(): boolean {
    return this.#ended;
  }

  /** Who is signed in, by the directory in force. */
  get me(): Me {
    const { member, label, signer, identity } = this.vault;
    const found = listed(this.roots.current, member).find(
      (one) => one.member.key === signer.key && one.member.recipient === identity.recipient,
    );
    return { member, label: found?.member.label ?? label, listed: found ?? null };
  }

  /** Fetches the directory again; what was seen before must lead to it (D8). */
  async renewRoots(): Promise<void> {
    const { serial, digest, leads } = this.roots.current.root;
    const roots = await Roots.fetch(this.api, this.service, { serial, digest, leads });
    if (this.#ended || roots.current.root.serial === serial) return;
    this.roots = roots;
    await this.workers.tell({ name: "history", history: roots.history });
    const { root } = roots.current;
    this.keeper.change((ring) => withPin(ring, root.serial, root.digest));
  }

  /** Sees to it that the roots of these serials are there, here and in the workers. */
  async reach(serials: readonly number[]): Promise<void> {
    if (serials.some((serial) => serial > this.roots.current.root.serial)) await this.renewRoots();
    if (await this.roots.reach(serials)) {
      await this.workers.tell({ name: "history", history: this.roots.history });
    }
  }

  /** Drops every key: overwrites what can be overwritten and lets go of the rest. */
  end(): void {
    this.#ended = true;
    this.workers.end();
    this.keeper.end();
    this.vault.identity.seed.fill(0);
    this.vault.signer.seed.fill(0);
    forget(this.opened);
    this.opened = null;
    this.texts.clear();
    this.cases.clear();
    this.fresh.clear();
    this.signed.clear();
    this.attempts.clear();
    this.pause?.resume();
  }
}

/** Overwrites the secrets of an opened case. */
export function forget(opened: OpenedCase | null): void {
  for (const secret of opened?.secrets.values() ?? []) secret.seed.fill(0);
}

/** Signs in: from label and passphrase to an opened vault, a verified directory and the ring. */
export async function beginSession(
  api: Api,
  service: ServiceId,
  label: string,
  passphrase: string,
  step: (step: SignInStep) => void,
  ringTrouble: (error: unknown) => void,
): Promise<Session> {
  step("parameters");
  const parameters = await api.parameters(label);
  step("passphrase");
  const stretched = await stretched_(passphrase, parameters);
  let vault: Vault;
  try {
    step("service");
    const answer = await api.signIn(label, loginSecret(stretched, service));
    step("vault");
    const { pepper, member } = answer;
    vault = await ownVault(api, async () => {
      if (member !== parameters.member) throw new Troubled("vault_member");
      const key = vaultIdentity(stretched, pepper, service, member);
      return openVault(answer.vault, key, service, member);
    });
  } finally {
    stretched.fill(0);
  }
  const workers = new Workers();
  try {
    const me = await api.me();
    if (me.member !== vault.member) throw new Troubled("vault_member");
    step("ring");
    const kept = await api.ring();
    const ring = kept.ring === null ? null : await openRing(kept.ring, vault).catch(lost);
    step("directory");
    const roots = await Roots.fetch(api, service, ring?.directory ?? null);
    const { root } = roots.current;
    const known: Ring = ring ?? newRing(vault, root);
    const start = { ring: known, revision: kept.revision, saved: ring !== null };
    const keeper = new RingKeeper(api, vault, start, ringTrouble);
    keeper.change((before) => withPin(before, root.serial, root.digest));
    const { identity, member } = vault;
    await workers.tell({ name: "begin", service, member, seed: identity.seed });
    await workers.tell({ name: "history", history: roots.history });
    const memory = ring !== null ? "kept" : kept.ring === null ? "none" : "lost";
    const { idle_minutes: idleMinutes } = me;
    return new Session({ api, service, vault, workers, roots, keeper, idleMinutes, memory });
  } catch (error) {
    workers.end();
    vault.identity.seed.fill(0);
    vault.signer.seed.fill(0);
    api.signOut();
    throw error instanceof WorkerFailed ? new Troubled("worker") : error;
  }
}

/** True if an error means that the session is over at the service. */
export function isSignedOut(error: unknown): boolean {
  return error instanceof Refusal && error.problem.code === "signed-out";
}

async function stretched_(
  passphrase: string,
  parameters: { salt: string; memory: number; passes: number; lanes: number },
): Promise<Stretched> {
  const worker = new OneWorker();
  try {
    return await worker.run({ name: "stretch", passphrase, parameters });
  } catch (error) {
    if (error instanceof Refused) throw new Troubled("weak");
    throw new Troubled("worker");
  } finally {
    worker.end();
  }
}

/** Opens the vault; where that fails, the session that has just begun is ended. */
async function ownVault(api: Api, how: () => Promise<Vault>): Promise<Vault> {
  try {
    return await how();
  } catch (error) {
    api.signOut();
    if (!(error instanceof Refused)) throw error;
    throw new Troubled(error.rule === "A1" ? "vault_foreign" : "vault_open");
  }
}

function lost(error: unknown): null {
  if (error instanceof Refused) return null;
  throw error;
}

/** A new case as it is listed once it is declared free of conflict. */
export function asMine(
  served: Pick<NewCase, "case" | "day" | "route" | "team" | "stage" | "epoch">,
): MyCase {
  const { case: id, day, route, team, stage, epoch } = served;
  return { case: id, day, route, team, stage, epoch, to_reporter: 0, from_reporter: 0 };
}
