/** The calls that an enrolment makes. Each carries the secret of the link, and from the keys on one that this
 * browser has drawn: whoever else has the link cannot go on with them (A9). */
import { base64, hex, randomBytes } from "../protocol";
import { peopleAnswer, peoplePaths } from "../protocol/people-calls";
import type { EnrolOpened, PeopleAnswerOf } from "../protocol/people-calls";
import { Caller } from "../desk/calling";
import type { Fetch } from "../desk/calling";
import { readCreationOffer } from "../member/passkey";
import type { Created, CreationOffer } from "../member/passkey";

const { enrol: paths } = peoplePaths;

export class EnrolCalls {
  readonly #caller: Caller;
  readonly #secret: string;
  readonly #browser = hex(randomBytes(32));

  /** `secret` is the link's, 64 hex digits. */
  constructor(secret: string, by?: Fetch) {
    this.#caller = new Caller(by);
    this.#secret = secret;
  }

  open = (): Promise<EnrolOpened> =>
    this.#caller.ask("POST", paths.open, peopleAnswer("enrolOpened"), { secret: this.#secret });
  keys = (of: {
    label: string;
    salt: string;
    login: string;
    vault: Uint8Array;
  }): Promise<PeopleAnswerOf<"enrolKeys">> =>
    this.#ask(paths.keys, "enrolKeys", { ...of, vault: base64(of.vault) });
  proveCode = (code: string): Promise<void> => this.#act(paths.totp, { code });
  passkeyOffer = (): Promise<CreationOffer> =>
    this.#caller.ask("POST", paths.passkeyOptions, readCreationOffer, this.#who());
  addPasskey = (ticket: string, name: string, credential: Created): Promise<void> =>
    this.#act(paths.passkey, { ticket, name, credential });
  keepVault = (vault: Uint8Array): Promise<void> =>
    this.#act(paths.vault, { vault: base64(vault) });
  openVault = (): Promise<PeopleAnswerOf<"enrolVault">> =>
    this.#ask(paths.openVault, "enrolVault", {});
  finish = (
    application: Uint8Array,
    genesis: Uint8Array | null,
  ): Promise<PeopleAnswerOf<"enrolFinished">> =>
    this.#ask(paths.finish, "enrolFinished", {
      application: base64(application),
      genesis: genesis === null ? null : base64(genesis),
    });

  #ask<N extends Parameters<typeof peopleAnswer>[0]>(
    path: string,
    name: N,
    body: object,
  ): Promise<PeopleAnswerOf<N>> {
    return this.#caller.ask("POST", path, peopleAnswer(name), { ...this.#who(), ...body });
  }

  #act(path: string, body: object): Promise<void> {
    return this.#caller.act("POST", path, { ...this.#who(), ...body });
  }

  #who(): { secret: string; browser: string } {
    return { secret: this.#secret, browser: this.#browser };
  }
}

/** The secret in an address's fragment, `#` and 64 hex digits; null where it is none. */
export function secretIn(fragment: string): string | null {
  return /^#[0-9a-f]{64}$/.test(fragment) ? fragment.slice(1) : null;
}
