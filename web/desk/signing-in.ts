/** Signing in: by passphrase and code, or by a passkey, to a session with opened keys. */
import { NO_DIGEST, Refused, digest, wipe } from "../protocol";
import type { Bytes, Identity, MemberId, ServiceId, VaultSeed } from "../protocol";
import type { PeopleAnswerOf } from "../protocol/people-calls";
import {
  loginSecret,
  newRing,
  openRing,
  openVault,
  passkeyIdentity,
  prfInput,
  sealRing,
  vaultIdentity,
} from "../protocol/vault";
import type { Ring, Vault } from "../protocol/vault";
import { usePasskey } from "../member/passkey";
import { STRETCHING, stretched } from "../member/stretching";
import { AccountCalls } from "./account/calls";
import type { Api } from "./api";
import { RingKeeper } from "./keeper";
import { withPin } from "./ring";
import { Session, fetchPublished } from "./session";
import type { Facts, Memory } from "./session";
import type { SignInStep } from "./state";
import { Troubled } from "./trouble";
import { WorkerFailed, Workers } from "./workers";

/** Where somebody signs in, and who is told about it. */
export type SignIn = {
  api: Api;
  service: ServiceId;
  step: (step: SignInStep) => void;
  ringTrouble: (error: unknown) => void;
};

/** What a member types. `code` is empty where they have no app. */
export type Typed = { label: string; passphrase: string; code: string };

/** An account that a passkey has signed in, whose keys are still sealed to a passphrase. */
export type Locked = PeopleAnswerOf<"passkeySignedIn">;

/** Signs in by label, passphrase and code. */
export function byPassphrase(at: SignIn, typed: Typed): Promise<Session> {
  return withWorkers((workers) => passphraseAndCode(at, typed, workers));
}

async function passphraseAndCode(at: SignIn, typed: Typed, workers: Workers): Promise<Session> {
  const { api, service, step } = at;
  const { label, passphrase, code } = typed;
  step("parameters");
  const parameters = await api.parameters(label);
  step("passphrase");
  const key = await stretched(passphrase, parameters);
  let vault: Vault;
  let file: Uint8Array;
  try {
    step("service");
    const answer = await api.signIn(label, loginSecret(key, service), code);
    file = answer.vault;
    step("vault");
    vault = await ending(api, () => {
      const { pepper, member } = answer;
      if (member !== parameters.member) throw new Troubled("vault_member");
      return openOwn(file, vaultIdentity(key, pepper, service, member), service, member);
    });
  } finally {
    key.fill(0);
  }
  return begin(at, vault, file, workers);
}

/** Signs in by a passkey. Where it has a PRF that the vault knows, the keys open at once. */
export function byPasskey(at: SignIn): Promise<Session | Locked> {
  return withWorkers((workers) => passkey(at, workers));
}

async function passkey(at: SignIn, workers: Workers): Promise<Session | Locked> {
  const { api, service, step } = at;
  const calls = new AccountCalls(api);
  step("passkey");
  const offer = await calls.passkeyOffer();
  const { posted, prf } = await usePasskey(offer, prfInput(service));
  try {
    step("service");
    const answer = await calls.passkeySignIn(offer.ticket, posted);
    if (prf === null) return answer;
    step("vault");
    const { vault: file, pepper, member } = answer;
    const opened = await ending(api, () => {
      const by = passkeyIdentity(prf, pepper, service, member);
      return openOwn(file, by, service, member).catch((error: unknown) => {
        // A passkey from before its PRF was known to the vault: the passphrase opens it.
        if (error instanceof Troubled && error.trouble.code === "vault_open") return null;
        throw error;
      });
    });
    return opened === null ? answer : await begin(at, opened, file, workers);
  } finally {
    prf?.fill(0);
  }
}

/** Opens by passphrase the keys of an account that a passkey has signed in. A wrong one is noticed
 * here and asks nothing of the service. */
export function unlock(at: SignIn, locked: Locked, passphrase: string): Promise<Session> {
  return withWorkers((workers) => passphraseAlone(at, locked, passphrase, workers));
}

async function passphraseAlone(
  at: SignIn,
  locked: Locked,
  passphrase: string,
  workers: Workers,
): Promise<Session> {
  const { service, step } = at;
  const { vault: file, salt, pepper, member } = locked;
  step("passphrase");
  const key = await stretched(passphrase, { ...STRETCHING, salt });
  let vault: Vault;
  try {
    step("vault");
    vault = await openOwn(file, vaultIdentity(key, pepper, service, member), service, member);
  } catch (error) {
    if (error instanceof Troubled && error.trouble.code === "vault_open") {
      throw new Troubled("passphrase_wrong");
    }
    throw error;
  } finally {
    key.fill(0);
  }
  return begin(at, vault, file, workers);
}

/** Signs and seals a ring in a worker; where there is none any more, here. */
async function sealedByWorker(workers: Workers, ring: Ring, vault: Vault): Promise<Bytes> {
  try {
    return await workers.run({ name: "ring", ring }, true);
  } catch (error) {
    if (!(error instanceof WorkerFailed)) throw error;
    return sealRing(ring, vault);
  }
}

/** Gets workers ready while keys are opened; they end where no session comes of it. */
async function withWorkers<T>(how: (workers: Workers) => Promise<T>): Promise<T> {
  const workers = new Workers();
  workers.warm();
  let found: T | null = null;
  try {
    found = await how(workers);
    return found;
  } finally {
    if (!(found instanceof Session)) workers.end();
  }
}

/** Begins a session with opened keys: fetches the ring and the directory. */
async function begin(
  at: SignIn,
  vault: Vault,
  file: Uint8Array,
  workers: Workers,
): Promise<Session> {
  const { api, service, step } = at;
  try {
    step("ring");
    const { identity, member, signer } = vault;
    const begun = { service, member, seed: identity.seed, sign: signer.seed };
    const opened = api.ring().then(async ({ ring, revision }) => {
      const known = ring === null ? null : await openRing(ring, vault).catch(lost);
      step("directory");
      return { ring: known, revision, memory: memory(ring, known) };
    });
    // Serial 0 is a ring from before the first root: nothing was seen yet.
    const seen = opened.then(({ ring }) => (ring?.directory.serial ? ring.directory : null));
    const [facts, kept, { directory, lists }] = await Promise.all([
      ownFacts(api, member),
      opened,
      fetchPublished(api, service, seen),
      workers.tell({ name: "begin", ...begun }),
    ]);
    const root = directory?.current.root ?? { serial: 0, digest: NO_DIGEST };
    const known: Ring = kept.ring ?? newRing(vault, root);
    const start = { ring: known, revision: kept.revision, saved: kept.ring !== null };
    const keeper = new RingKeeper(
      api,
      vault,
      start,
      (ring) => sealedByWorker(workers, ring, vault),
      at.ringTrouble,
    );
    if (directory !== null) {
      keeper.change((before) => withPin(before, root.serial, root.digest));
      await workers.tell({ name: "history", history: directory.history });
    }
    const sealed = digest(file);
    const of = { api, service, vault, sealed, workers, directory, lists, keeper, facts };
    return new Session({ ...of, memory: kept.memory });
  } catch (error) {
    wipe(vault.identity.seed);
    vault.signer.seed.fill(0);
    api.signOut();
    throw error instanceof WorkerFailed ? new Troubled("worker") : error;
  }
}

async function ownFacts(api: Api, member: MemberId): Promise<Facts> {
  const facts = await api.me();
  if (facts.member !== member) throw new Troubled("vault_member");
  return facts;
}

function memory(served: Uint8Array | null, opened: Ring | null): Memory {
  if (opened !== null) return "kept";
  return served === null ? "none" : "lost";
}

/** Where what follows a sign-in fails, the session that has just begun is ended. */
async function ending<T>(api: Api, how: () => Promise<T>): Promise<T> {
  try {
    return await how();
  } catch (error) {
    api.signOut();
    throw error;
  }
}

async function openOwn(
  file: Uint8Array,
  by: Identity<VaultSeed>,
  service: ServiceId,
  member: MemberId,
): Promise<Vault> {
  try {
    return await openVault(file, by, service, member);
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    throw new Troubled(error.rule === "A1" ? "vault_foreign" : "vault_open");
  } finally {
    wipe(by.seed);
  }
}

function lost(error: unknown): null {
  if (error instanceof Refused) return null;
  throw error;
}
