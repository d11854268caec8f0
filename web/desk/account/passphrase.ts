/** Changing a passphrase: the same keys, sealed anew to all that they were sealed to (A1). */
import { Refused, digest, equal, hex, randomBytes, wipe } from "../../protocol";
import {
  loginSecret,
  openVault,
  sealVault,
  vaultIdentity,
  withPassphrase,
} from "../../protocol/vault";
import type { Stretched, Vault } from "../../protocol/vault";
import { STRETCHING, stretched } from "../../member/stretching";
import type { Session } from "../session";
import { Troubled } from "../trouble";

type Fresh = <T>(call: () => Promise<T>) => Promise<T>;
type Begun = { vault: Vault; login: string; pepper: string };

/** One change of a passphrase. What was typed is kept only in its stretched form. */
export class PassphraseChange {
  readonly #session: Session;
  readonly #fresh: Fresh;
  readonly #stretch: typeof stretched;
  #begun: Begun | null = null;
  #next: { salt: string; key: Stretched } | null = null;

  constructor(session: Session, fresh: Fresh, stretch: typeof stretched = stretched) {
    this.#session = session;
    this.#fresh = fresh;
    this.#stretch = stretch;
  }

  /** Opens the vault as the service keeps it. What it is sealed to is read inside it. */
  async begin(current: string): Promise<void> {
    const { account, service, vault: own, sealed } = this.#session;
    const { vault: file, salt, pepper } = await this.#fresh(() => account.vault());
    if (digest(file) !== sealed) throw new Troubled("vault_stale");
    const key = await this.#stretch(current, { ...STRETCHING, salt });
    const by = vaultIdentity(key, pepper, service, own.member);
    try {
      const vault = await openVault(file, by, service, own.member);
      if (vault.signer.key !== own.signer.key) throw new Troubled("vault_foreign");
      this.#begun = { vault, login: loginSecret(key, service), pepper };
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      throw new Troubled(error.rule === "A1" ? "vault_foreign" : "passphrase_wrong");
    } finally {
      key.fill(0);
      wipe(by.seed);
    }
  }

  /** Takes the new passphrase. */
  async choose(passphrase: string): Promise<void> {
    const salt = hex(randomBytes(16));
    this.#forgetNext();
    this.#next = { salt, key: await this.#stretch(passphrase, { ...STRETCHING, salt }) };
  }

  /** Takes it again, and has the vault kept as it is sealed then. */
  async finish(again: string): Promise<void> {
    const session = this.#session;
    const { vault, login: current, pepper } = told(this.#begun);
    const { salt, key } = told(this.#next);
    const typed = await this.#stretch(again, { ...STRETCHING, salt });
    const same = equal(typed, key);
    typed.fill(0);
    if (!same) throw new Troubled("passphrase_differs");
    const by = vaultIdentity(key, pepper, session.service, vault.member);
    const next = withPassphrase(vault, by);
    wipe(by.seed);
    const file = await sealVault(next);
    const passphrase = { salt, login: loginSecret(key, session.service), current };
    await this.#fresh(() =>
      session.account.keepVault({ replaces: session.sealed, vault: file, passphrase }),
    );
    session.resealed(next.unlocks, digest(file));
    this.end();
  }

  /** Drops what was derived from passphrases, and the keys that were opened for it. */
  end(): void {
    this.#forgetNext();
    const seed = this.#begun?.vault.identity.seed;
    if (seed !== undefined) wipe(seed);
    this.#begun?.vault.signer.seed.fill(0);
    this.#begun = null;
  }

  #forgetNext(): void {
    this.#next?.key.fill(0);
    this.#next = null;
  }
}

function told<T>(value: T | null): T {
  if (value === null) throw new Troubled("unknown");
  return value;
}
