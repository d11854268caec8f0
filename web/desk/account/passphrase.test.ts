import { expect, test } from "vitest";
import { NO_DIGEST, digest, identity, utf8 } from "../../protocol";
import type { VaultSeed } from "../../protocol";
import { SERVICE, handlers, seed } from "../../protocol/sample";
import { openVault, vaultIdentity } from "../../protocol/vault";
import type { Unlock } from "../../protocol/vault";
import { troubleOf } from "../trouble";
import { PassphraseChange } from "./passphrase";
import { PASSPHRASE, PEPPER, SampleAccount, quickly } from "./sample";

const [{ member }] = handlers;
const NEXT = "nana's blue kettle whistles at six";
const once = <T>(call: () => Promise<T>): Promise<T> => call();
const passkey = identity(seed<VaultSeed>("a passkey"));
const unlock: Unlock = { id: digest(utf8("a passkey")), recipient: passkey.recipient };
const code = async (of: Promise<unknown>): Promise<string> =>
  of.then(
    () => "none",
    (error: unknown) => troubleOf(error).code,
  );

async function begun(account: SampleAccount, fresh = once): Promise<PassphraseChange> {
  const change = new PassphraseChange(account.session, fresh, quickly);
  await change.begin(PASSPHRASE);
  return change;
}

test("the new passphrase opens the same keys, the old one does not, and passkeys go on", async () => {
  const account = await SampleAccount.make(unlock);
  const { key } = account.session.vault.signer;
  const before = account.file;
  const change = await begun(account);
  await change.choose(NEXT);
  await change.finish(NEXT);
  const by = async (passphrase: string): Promise<ReturnType<typeof openVault>> =>
    openVault(
      account.file,
      vaultIdentity(await quickly(passphrase, account), PEPPER, SERVICE, member),
      SERVICE,
      member,
    );
  expect((await by(NEXT)).signer.key).toBe(key);
  await expect(by(PASSPHRASE)).rejects.toThrow(expect.objectContaining({ rule: "E1" }) as Error);
  const opened = await openVault(account.file, passkey, SERVICE, member);
  expect(opened.unlocks.map((one) => one.id)).toEqual(["", unlock.id]);
  expect(account.session.sealed).toBe(digest(account.file));
  expect(account.session.vault.unlocks).toEqual(opened.unlocks);
  expect(account.kept[0]?.replaces).toBe(digest(before));
  // The session's own keys are still there.
  expect(account.session.vault.signer.seed.some((byte) => byte !== 0)).toBe(true);
});

test("a wrong passphrase is noticed before anything is sent", async () => {
  const account = await SampleAccount.make();
  const change = new PassphraseChange(account.session, once, quickly);
  expect(await code(change.begin("something else entirely"))).toBe("passphrase_wrong");
  expect(account.kept).toEqual([]);
});

test("a slip in typing the new one again changes nothing, and can be typed anew", async () => {
  const account = await SampleAccount.make();
  const change = await begun(account);
  await change.choose(NEXT);
  expect(await code(change.finish(`${NEXT} `))).toBe("passphrase_differs");
  expect(account.kept).toEqual([]);
  await change.finish(NEXT);
  expect(account.kept).toHaveLength(1);
});

test("a vault that was sealed elsewhere meanwhile is not overwritten", async () => {
  const account = await SampleAccount.make();
  account.session.sealed = NO_DIGEST;
  const change = new PassphraseChange(account.session, once, quickly);
  expect(await code(change.begin(PASSPHRASE))).toBe("vault_stale");
});

test("without a fresh second factor the old passphrase stays", async () => {
  const account = await SampleAccount.make();
  const { sealed } = account.session;
  let calls = 0;
  const change = await begun(account, (call) =>
    ++calls === 1 ? call() : Promise.reject(new Error("left")),
  );
  await change.choose(NEXT);
  const left = change.finish(NEXT);
  await expect(left).rejects.toThrow("left");
  expect(account.session.sealed).toBe(sealed);
  expect(account.kept).toEqual([]);
});
