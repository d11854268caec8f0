/** The calls about one's own account: second factors, sessions and the vault. */
import { base64 } from "../../protocol";
import type { Digest } from "../../protocol";
import { peopleAnswer, peoplePaths } from "../../protocol/people-calls";
import type { PeopleAnswerOf } from "../../protocol/people-calls";
import { readCreationOffer, readRequestOffer } from "../../member/passkey";
import type { Asserted, Created, CreationOffer, RequestOffer } from "../../member/passkey";
import { refusedWith } from "../calling";
import type { Caller } from "../calling";
import { Troubled } from "../trouble";

/** A vault to be kept in the place of the one with the digest `replaces`. */
export type NewVault = {
  replaces: Digest;
  vault: Uint8Array;
  /** Of a new passphrase: its salt, its login secret, and the login secret until now. */
  passphrase?: { salt: string; login: string; current: string };
};

/** The calls that a desk makes about the account of whoever is signed in. */
export class AccountCalls {
  readonly #caller: Caller;

  constructor(caller: Caller) {
    this.#caller = caller;
  }

  /** An offer to use any passkey of this site: for signing in and for showing a second factor again. */
  passkeyOffer = (): Promise<RequestOffer> =>
    this.#caller.ask("POST", peoplePaths.passkeyOptions, readRequestOffer, {});
  passkeySignIn = (
    ticket: string,
    credential: Asserted,
  ): Promise<PeopleAnswerOf<"passkeySignedIn">> =>
    this.#caller.ask("POST", peoplePaths.passkeySignIn, peopleAnswer("passkeySignedIn"), {
      ticket,
      credential,
    });
  freshByCode = (code: string): Promise<void> =>
    this.#caller.act("POST", peoplePaths.fresh, { code });
  freshByPasskey = (ticket: string, credential: Asserted): Promise<void> =>
    this.#caller.act("POST", peoplePaths.fresh, { ticket, credential });

  sessions = (): Promise<PeopleAnswerOf<"sessions">> =>
    this.#caller.ask("GET", peoplePaths.sessions, peopleAnswer("sessions"));
  endSession = (id: string): Promise<void> => this.#caller.act("POST", peoplePaths.endSession(id));
  endOthers = (): Promise<void> => this.#caller.act("POST", peoplePaths.endOthers);

  factors = (): Promise<PeopleAnswerOf<"factors">> =>
    this.#caller.ask("GET", peoplePaths.factors, peopleAnswer("factors"));
  addTotp = (name: string): Promise<PeopleAnswerOf<"totpAdded">> =>
    this.#caller.ask("POST", peoplePaths.addTotp, peopleAnswer("totpAdded"), { name });
  proveFactor = (id: string, code: string): Promise<void> =>
    this.#caller.act("POST", peoplePaths.factor(id, "prove"), { code });
  nameFactor = (id: string, name: string): Promise<void> =>
    this.#caller.act("POST", peoplePaths.factor(id, "name"), { name });
  removeFactor = (id: string): Promise<void> =>
    this.#caller.act("POST", peoplePaths.factor(id, "remove"));
  newPasskeyOffer = (): Promise<CreationOffer> =>
    this.#caller.ask("POST", peoplePaths.factorPasskeyOptions, readCreationOffer, {});
  addPasskey = (
    ticket: string,
    name: string,
    credential: Created,
  ): Promise<PeopleAnswerOf<"factorAdded">> =>
    this.#caller.ask("POST", peoplePaths.addPasskey, peopleAnswer("factorAdded"), {
      ticket,
      name,
      credential,
    });

  vault = (): Promise<PeopleAnswerOf<"vault">> =>
    this.#caller.ask("GET", peoplePaths.vault, peopleAnswer("vault"));
  keepVault = async ({ replaces, vault, passphrase }: NewVault): Promise<void> => {
    const { salt, login, current } = passphrase ?? { salt: "", login: "", current: "" };
    const body = { replaces, vault: base64(vault), salt, login, current };
    try {
      await this.#caller.act("PUT", peoplePaths.vault, body);
    } catch (error) {
      throw refusedWith(error, "stale") ? new Troubled("vault_stale") : error;
    }
  };
}
