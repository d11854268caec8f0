/** A member's passkeys: each is a second factor, and opens the vault too where it can (A6). */
import { digest, wipe } from "../../protocol";
import type { Factor } from "../../protocol/people-calls";
import {
  passkeyIdentity,
  prfInput,
  sealVault,
  withPasskey,
  withoutPasskey,
} from "../../protocol/vault";
import type { Vault } from "../../protocol/vault";
import { createPasskey } from "../../member/passkey";
import { isSignedOut } from "../session";
import type { Session } from "../session";
import { Troubled } from "../trouble";

type Fresh = <T>(call: () => Promise<T>) => Promise<T>;

/** What came of a new passkey: whether it also opens the keys, or should have and could not be made to. */
export type Added = "opens" | "opens-not" | "not-sealed";

/** Makes a passkey, adds it to the account, and seals the vault to it too. */
export async function addPasskey(session: Session, name: string, fresh: Fresh): Promise<Added> {
  const { account, service } = session;
  const { vault: file, pepper } = await fresh(() => account.vault());
  if (digest(file) !== session.sealed) throw new Troubled("vault_stale");
  const offer = await fresh(() => account.newPasskeyOffer());
  const { posted, credential, prf } = await createPasskey(offer, prfInput(service));
  try {
    await fresh(() => account.addPasskey(offer.ticket, name, posted));
    if (prf === null) return "opens-not";
    const by = passkeyIdentity(prf, pepper, service, session.vault.member);
    wipe(by.seed);
    const { recipient } = by;
    return await reseal(session, withPasskey(session.vault, { id: credential, recipient }), fresh)
      .then(() => "opens" as const)
      .catch((error: unknown) => {
        // The factor is there by now: it signs in, and the passphrase opens the keys as before.
        if (isSignedOut(error)) throw error;
        return "not-sealed" as const;
      });
  } finally {
    prf?.fill(0);
  }
}

/** Takes a second factor away. The vault is closed to a passkey first: what is left half done can then
 * be done again. */
export async function removeFactor(session: Session, factor: Factor, fresh: Fresh): Promise<void> {
  const { credential, id } = factor;
  if (credential !== "" && session.vault.unlocks.some((one) => one.id === credential)) {
    await reseal(session, withoutPasskey(session.vault, credential), fresh);
  }
  await fresh(() => session.account.removeFactor(id));
}

async function reseal(session: Session, vault: Vault, fresh: Fresh): Promise<void> {
  const file = await sealVault(vault);
  await fresh(() => session.account.keepVault({ replaces: session.sealed, vault: file }));
  session.resealed(vault.unlocks, digest(file));
}
