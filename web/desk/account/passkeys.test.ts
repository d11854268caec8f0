import { beforeEach, expect, test, vi } from "vitest";
import { digest, identity, utf8 } from "../../protocol";
import type { VaultSeed } from "../../protocol";
import { SERVICE, handlers, seed } from "../../protocol/sample";
import type { Factor } from "../../protocol/people-calls";
import { openVault, passkeyIdentity } from "../../protocol/vault";
import type { Unlock } from "../../protocol/vault";
import { createPasskey } from "../../member/passkey";
import type { Created } from "../../member/passkey";
import { addPasskey, removeFactor } from "./passkeys";
import { PEPPER, SampleAccount } from "./sample";

vi.mock("../../member/passkey", async (original) => ({
  ...(await original<object>()),
  createPasskey: vi.fn(),
}));

const [{ member }] = handlers;
const once = <T>(call: () => Promise<T>): Promise<T> => call();
const PRF = new Uint8Array(32).fill(0xab);
const credential = digest(utf8("blue key"));
const posted: Created = { id: "aWQ", client_data: "Yw", attestation: "YQ" };
const sent: unknown[] = [];

async function account(...passkeys: Unlock[]): Promise<SampleAccount> {
  const made = await SampleAccount.make(...passkeys);
  Object.assign(made.session.account, {
    newPasskeyOffer: () => Promise.resolve({ ticket: "dA==", options: {} }),
    addPasskey: (...of: unknown[]) => {
      sent.push(of);
      return Promise.resolve({ id: "00".repeat(16) });
    },
    removeFactor: (id: string) => {
      sent.push(id);
      return Promise.resolve();
    },
  });
  return made;
}

beforeEach(() => {
  sent.length = 0;
});

test("a passkey with a PRF opens the vault from then on, and its output is sent nowhere", async () => {
  const at = await account();
  vi.mocked(createPasskey).mockResolvedValue({ posted, credential, prf: PRF.slice() });
  expect(await addPasskey(at.session, "Blue key", once)).toBe("opens");
  const by = passkeyIdentity(PRF, PEPPER, SERVICE, member);
  const opened = await openVault(at.file, by, SERVICE, member);
  expect(opened.unlocks.map((one) => one.id)).toEqual(["", credential]);
  expect(at.session.vault.unlocks).toEqual(opened.unlocks);
  expect(sent).toEqual([["dA==", "Blue key", posted]]);
});

test("a passkey without one is a second factor and nothing more", async () => {
  const at = await account();
  vi.mocked(createPasskey).mockResolvedValue({ posted, credential, prf: null });
  expect(await addPasskey(at.session, "Blue key", once)).toBe("opens-not");
  expect(at.kept).toEqual([]);
});

test("where the vault cannot be sealed anew, the factor is there all the same, and that is said", async () => {
  const at = await account();
  vi.mocked(createPasskey).mockResolvedValue({ posted, credential, prf: PRF.slice() });
  const { sealed } = at.session;
  at.session.account.keepVault = () => Promise.reject(new Error("full"));
  expect(await addPasskey(at.session, "Blue key", once)).toBe("not-sealed");
  expect(at.session.sealed).toBe(sealed);
});

test("a passkey that is removed opens the vault no more", async () => {
  const keys = identity(seed<VaultSeed>("blue key"));
  const at = await account({ id: credential, recipient: keys.recipient });
  const factor = { id: "0c".repeat(16), credential } as Factor;
  await removeFactor(at.session, factor, once);
  await expect(openVault(at.file, keys, SERVICE, member)).rejects.toThrow();
  expect(at.session.vault.unlocks).toHaveLength(1);
  expect(sent).toEqual([factor.id]);
});

test("an app that is removed leaves the vault alone", async () => {
  const at = await account();
  await removeFactor(at.session, { id: "0d".repeat(16), credential: "" } as Factor, once);
  expect(at.kept).toEqual([]);
  expect(sent).toEqual(["0d".repeat(16)]);
});
