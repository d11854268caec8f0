/** One enrolment: from a link to keys of one's own that a lead can endorse (A1, A5). */
import {
  Refused,
  digest,
  hex,
  identity,
  keyWords,
  newGenesis,
  randomBytes,
  serviceWords,
  signApplication,
  signer,
  verifyGenesis,
  wipe,
} from "../protocol";
import type {
  Bytes,
  Day,
  Identity,
  MemberOpenSeed,
  MemberSignSeed,
  ServiceId,
  VaultSeed,
} from "../protocol";
import type { EnrolOpened } from "../protocol/people-calls";
import {
  loginSecret,
  openVault,
  passkeyIdentity,
  passphraseUnlock,
  prfInput,
  sealVault,
  vaultIdentity,
  withPasskey,
} from "../protocol/vault";
import type { Vault } from "../protocol/vault";
import { today } from "../desk/days";
import { Store } from "../desk/store";
import { Troubled, troubleOf } from "../desk/trouble";
import { createPasskey } from "../member/passkey";
import { STRETCHING, stretched } from "../member/stretching";
import type { EnrolCalls } from "./calls";
import { atFirst, isTrouble } from "./state";
import type { Place, State, Work } from "./state";

/** What the page does for somebody who enrols. Keys and passphrase stay here. */
export class Enrolment extends Store<State> {
  readonly #calls: EnrolCalls | null;
  readonly #page: ServiceId;
  readonly #stretch: typeof stretched;
  #opened: EnrolOpened | null = null;
  /** The genesis of the installation that this enrolment founds. */
  #genesis: Bytes | null = null;
  #vault: Vault | null = null;
  #working = false;

  /** `page` is the service that the page names; zeros where it is not founded yet. */
  constructor(
    at: { service: ServiceId; force: string },
    calls: EnrolCalls | null,
    stretch: typeof stretched = stretched,
  ) {
    super(atFirst(at.force));
    this.#page = at.service;
    this.#calls = calls;
    this.#stretch = stretch;
  }

  /** Asks what the link is for. */
  open(): Promise<void> {
    return this.#work("opening", async (calls) => {
      const opened = await calls.open();
      checkOpened(opened, this.#page);
      this.#opened = opened;
      const { purpose, label, until, force, replaces, service } = opened;
      const founding = service === "";
      const offered = { purpose, label, until, force, replaces, founding };
      const waits = founding && purpose !== "lead";
      this.change({ offered, force, label, place: waits ? "wait" : "label" });
    });
  }

  /** Chooses a label. Whether it is free is known when the keys are kept. */
  chooseLabel(label: string): void {
    this.change({ label, place: "passphrase", trouble: null });
  }

  /** Draws keys, seals them to the passphrase, and has the vault kept. */
  choosePassphrase(passphrase: string): Promise<void> {
    return this.#work("sealing", async (calls) => {
      const { label } = this.state;
      const opened = this.#offer();
      const { member, pepper } = opened;
      const signs = signer(randomBytes(32) as Uint8Array as MemberSignSeed);
      const service = this.#found(opened, { member, label, key: signs.key }, signs);
      const salt = hex(randomBytes(16));
      const key = await this.#stretch(passphrase, { ...STRETCHING, salt });
      try {
        const unlock = passphraseUnlock(vaultIdentity(key, pepper, service, member));
        this.#forget();
        this.#vault = {
          service,
          member,
          label,
          identity: identity(randomBytes(32) as Uint8Array as MemberOpenSeed),
          signer: signs,
          unlocks: [unlock],
        };
        const vault = await sealVault(this.#vault);
        const { totp } = await calls.keys({ label, salt, login: loginSecret(key, service), vault });
        const proved = { app: false, passkeys: 0 };
        this.change({ totp, proved, opening: 0, place: "factor" });
      } finally {
        key.fill(0);
      }
    });
  }

  /** Shows that the app gives right codes. */
  proveCode(code: string): Promise<void> {
    return this.#work("checking", async (calls) => {
      await calls.proveCode(code);
      this.change({ proved: { ...this.state.proved, app: true } });
    });
  }

  /** Makes a passkey, and has the vault opened by it too where it can. */
  addPasskey(name: string): Promise<void> {
    return this.#work("passkey", async (calls) => {
      const { pepper, member } = this.#offer();
      const vault = this.#keys();
      const offer = await calls.passkeyOffer();
      const made = await createPasskey(offer, prfInput(vault.service));
      const { posted, credential, prf } = made;
      await calls.addPasskey(offer.ticket, name, posted);
      const { proved, opening } = this.state;
      this.change({ proved: { ...proved, passkeys: proved.passkeys + 1 }, work: "saving" });
      if (prf === null) return;
      const by = passkeyIdentity(prf, pepper, vault.service, member);
      prf.fill(0);
      const more = withPasskey(vault, { id: credential, recipient: by.recipient });
      wipe(by.seed);
      await calls.keepVault(await sealVault(more));
      this.#vault = more;
      this.change({ opening: opening + 1 });
    });
  }

  /** Fetches the vault back and opens it with what is typed again: only then does anybody sign. */
  openAgain(passphrase: string): Promise<void> {
    return this.#work("unsealing", async (calls) => {
      const { pepper, member } = this.#offer();
      const made = this.#keys();
      const { vault: file, salt } = await calls.openVault();
      const key = await this.#stretch(passphrase, { ...STRETCHING, salt });
      const by = vaultIdentity(key, pepper, made.service, member);
      key.fill(0);
      const found = await opened(file, by, made);
      this.#forget();
      this.#vault = found;
      this.change({
        place: "words",
        keyWords: keyWords({ key: found.signer.key, recipient: found.identity.recipient }),
        serviceWords: serviceWords(found.service),
      });
    });
  }

  /** Signs the application and uses the link up. */
  finish(): Promise<void> {
    return this.#work("signing", async (calls) => {
      const { replaces } = this.#offer();
      const vault = this.#keys();
      const application = signApplication(vault, { replaces, day: today() as Day });
      const { service } = await calls.finish(application, this.#genesis);
      if (service !== vault.service) throw new Troubled("enrol_other_service");
      this.forget();
      this.change({ place: "done" });
    });
  }

  /** Goes to a place that was passed before. */
  back(place: "label" | "passphrase" | "factor"): void {
    if (!this.#working) this.change({ place, trouble: null });
  }

  /** Goes on from the second factors. */
  goOn(): void {
    const { app, passkeys } = this.state.proved;
    if (!this.#working && (app || passkeys > 0)) this.change({ place: "again", trouble: null });
  }

  /** Drops everything secret. */
  forget(): void {
    this.#forget();
    this.#opened = null;
    this.change({ totp: null });
  }

  /** One piece of work at a time; what goes wrong is said where it went wrong. */
  async #work(work: Work, how: (calls: EnrolCalls) => Promise<void>): Promise<void> {
    if (this.#working) return;
    if (this.#calls === null) {
      this.change({ place: "no-link" });
      return;
    }
    this.#working = true;
    this.change({ work, trouble: null });
    try {
      await how(this.#calls);
      this.change({ work: null });
    } catch (error) {
      this.change({ work: null, ...this.#wrong(error) });
    } finally {
      this.#working = false;
    }
  }

  #wrong(error: unknown): { place: Place; trouble: State["trouble"] } {
    const { place } = this.state;
    if (isTrouble(error, "invitation")) {
      this.forget();
      return { place: "dead-link", trouble: null };
    }
    if (isTrouble(error, "label_taken")) return { place: "label", trouble: troubleOf(error) };
    const stops = place === "opening" || isTrouble(error, "enrol_other_service");
    return { place: stops ? "stopped" : place, trouble: troubleOf(error) };
  }

  /** The service that the keys are for; where there is none yet, this lead founds it (D1, D2). */
  #found(
    { service, force, origin }: EnrolOpened,
    lead: Parameters<typeof newGenesis>[0]["leads"][number],
    by: Parameters<typeof newGenesis>[1],
  ): ServiceId {
    if (service !== "") return service;
    const facts = { name: force, origin, day: today() as Day, leads: [lead] };
    this.#genesis = newGenesis(facts, by);
    return digest(this.#genesis) as string as ServiceId;
  }

  #offer(): EnrolOpened {
    if (this.#opened === null) throw new Troubled("unknown");
    return this.#opened;
  }

  #keys(): Vault {
    if (this.#vault === null) throw new Troubled("unknown");
    return this.#vault;
  }

  #forget(): void {
    const seed = this.#vault?.identity.seed;
    if (seed !== undefined) wipe(seed);
    this.#vault?.signer.seed.fill(0);
    this.#vault = null;
  }
}

/** Refuses what does not belong together: the service's id, its genesis, and this page (D1). */
function checkOpened({ service, genesis }: EnrolOpened, page: ServiceId): void {
  if (service === "") return;
  try {
    if (genesis === null) throw new Refused("D1", "the genesis is missing");
    const first = verifyGenesis(genesis);
    if ((first.digest as string) !== service)
      throw new Refused("D1", "the genesis is another service's");
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    throw new Troubled("enrol_other_service");
  }
  const named = !/^0{64}$/.test(page);
  if (named && page !== service) throw new Troubled("enrol_other_service");
}

/** Opens a vault that must hold the keys that were made. */
async function opened(file: Uint8Array, by: Identity<VaultSeed>, made: Vault): Promise<Vault> {
  let found: Vault;
  try {
    found = await openVault(file, by, made.service, made.member);
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    throw new Troubled(error.rule === "A1" ? "vault_foreign" : "passphrase_wrong");
  } finally {
    wipe(by.seed);
  }
  const same =
    found.signer.key === made.signer.key && found.identity.recipient === made.identity.recipient;
  if (!same) throw new Troubled("vault_foreign");
  return found;
}
