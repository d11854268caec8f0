/** One member's account at a service, as far as its vault is concerned, for the tests. */
import { digest, identity, sha256, signer, utf8 } from "../../protocol";
import type { Digest, MemberOpenSeed, MemberSignSeed } from "../../protocol";
import { SERVICE, handlers, seed } from "../../protocol/sample";
import { loginSecret, passphraseUnlock, sealVault, vaultIdentity } from "../../protocol/vault";
import type { Parameters, Stretched, Unlock, Vault } from "../../protocol/vault";
import type { Session } from "../session";
import type { AccountCalls, NewVault } from "./calls";

export const PEPPER = "02".repeat(32);
export const PASSPHRASE = "the ferry left without my umbrella";
const [{ member }] = handlers;

/** In the place of Argon2id, which has tests of its own. */
export const quickly = (
  passphrase: string,
  { salt }: Pick<Parameters, "salt">,
): Promise<Stretched> =>
  Promise.resolve(sha256(utf8(`${passphrase} ${salt}`)) as Uint8Array as Stretched);

/** What the service keeps, and a session that has just opened it. */
export class SampleAccount {
  file: Uint8Array<ArrayBuffer> = new Uint8Array();
  salt = "01".repeat(16);
  login = "";
  readonly kept: NewVault[] = [];
  readonly session: Session;

  private constructor(vault: Vault) {
    const account: Partial<AccountCalls> = {
      vault: () => Promise.resolve({ vault: this.file, salt: this.salt, pepper: PEPPER }),
      keepVault: (next) => {
        this.kept.push(next);
        if (next.replaces !== digest(this.file)) return Promise.reject(new Error("stale"));
        this.file = Uint8Array.from(next.vault);
        if (next.passphrase !== undefined) {
          if (next.passphrase.current !== this.login) return Promise.reject(new Error("wrong"));
          ({ salt: this.salt, login: this.login } = next.passphrase);
        }
        return Promise.resolve();
      },
    };
    const session = {
      service: SERVICE,
      vault,
      sealed: "" as Digest,
      account: account as AccountCalls,
      resealed(unlocks: readonly Unlock[], sealed: Digest): void {
        this.vault = { ...this.vault, unlocks };
        this.sealed = sealed;
      },
    };
    this.session = session as unknown as Session;
  }

  /** An account whose vault is sealed to a passphrase and to these passkeys. */
  static async make(...passkeys: Unlock[]): Promise<SampleAccount> {
    const vault: Vault = {
      service: SERVICE,
      member,
      label: "Handler-1",
      identity: identity(seed<MemberOpenSeed>("own open").slice() as MemberOpenSeed),
      signer: signer(seed<MemberSignSeed>("own sign").slice() as MemberSignSeed),
      unlocks: [],
    };
    const made = new SampleAccount(vault);
    const key = await quickly(PASSPHRASE, made);
    const first = passphraseUnlock(vaultIdentity(key, PEPPER, SERVICE, member));
    made.session.vault = { ...vault, unlocks: [first, ...passkeys] };
    made.login = loginSecret(key, SERVICE);
    made.file = await sealVault(made.session.vault);
    made.session.sealed = digest(made.file);
    return made;
  }
}
