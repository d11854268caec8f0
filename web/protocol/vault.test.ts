import { build } from "esbuild";
import { describe, expect, it } from "vitest";
import { frame, hex, identity, seal, sign } from "./index";
import type { CaseId, CaseSecret, Digest, MemberId, ServiceId, VaultSeed } from "./index";
import { SERVICE, handlers, sampleDirectory, seed } from "./sample";
import { LARGEST_RING_FRAME } from "./framing";
import { write } from "./json";
import {
  loginSecret,
  newRing,
  openRing,
  openVault,
  passkeyIdentity,
  passkeyUnlock,
  passphraseUnlock,
  prfInput,
  sealRing,
  sealVault,
  stretch,
  vaultIdentity,
  withPasskey,
  withPassphrase,
  withoutPasskey,
} from "./vault";
import type { Ring, Vault } from "./vault";

const [one, two] = handlers;
const parameters = { salt: "01".repeat(16), memory: 65_536, passes: 3, lanes: 1 };
const pepper = "02".repeat(32);
const refused = async (run: Promise<unknown>, rule: string): Promise<void> =>
  expect(run).rejects.toThrow(expect.objectContaining({ rule }) as Error);
const stretched = await stretch("correct horse battery staple", parameters);
const opens = vaultIdentity(stretched, pepper, SERVICE, one.member);
const vault: Vault = {
  service: SERVICE,
  member: one.member,
  label: "Handler-1",
  identity: one.identity,
  signer: one.signer,
  unlocks: [passphraseUnlock(opens)],
};

describe("vault", () => {
  it("A2: derives login and identity apart, for this member and service", () => {
    expect(loginSecret(stretched, SERVICE)).toHaveLength(64);
    expect(loginSecret(stretched, "00".repeat(32) as ServiceId)).not.toBe(
      loginSecret(stretched, SERVICE),
    );
    const others = [
      vaultIdentity(stretched, pepper, SERVICE, two.member),
      vaultIdentity(stretched, "03".repeat(32), SERVICE, one.member),
      vaultIdentity(stretched, pepper, "00".repeat(32) as ServiceId, one.member),
    ];
    for (const other of others) expect(other.recipient).not.toBe(opens.recipient);
  });

  it("A2: reads a passphrase in any normal form, and refuses weaker parameters", async () => {
    const composed = await stretch("caf\u00e9 \ufb01", parameters);
    expect(await stretch("cafe\u0301 fi", parameters)).toEqual(composed);
    await refused(stretch("x", { ...parameters, memory: 65_535 }), "A2");
    await refused(stretch("x", { ...parameters, passes: 2 }), "A2");
    await refused(stretch("x", { ...parameters, lanes: 0 }), "A2");
    await refused(stretch("x", { ...parameters, salt: "01" }), "N3");
  });

  it("A1: opens again, for its own member and service only", async () => {
    const file = await sealVault(vault);
    const found = await openVault(file, opens, SERVICE, one.member);
    expect(found.identity.recipient).toBe(one.identity.recipient);
    expect(found.signer.key).toBe(one.signer.key);
    expect(found.label).toBe("Handler-1");
    await refused(openVault(file, opens, "00".repeat(32) as ServiceId, one.member), "A1");
    await refused(openVault(file, opens, SERVICE, two.member), "A1");
    await refused(openVault(file, identity<VaultSeed>(seed("x")), SERVICE, one.member), "E1");
    const other = await seal([opens.recipient], frame(write({ version: 1 })));
    await refused(openVault(other, opens, SERVICE, one.member), "N5");
  });
});

describe("the ways to open a vault", () => {
  const prf = new Uint8Array(32).fill(4);
  const credential = new Uint8Array(20).fill(5);
  const key = passkeyIdentity(prf, pepper, SERVICE, one.member);
  const passkey = passkeyUnlock(credential, key);
  const open = (file: Uint8Array, by = opens): Promise<Vault> =>
    openVault(file, by, SERVICE, one.member);

  it("A6: asks a passkey for the service, and derives for the member", () => {
    expect(prfInput(SERVICE)).toHaveLength(32);
    expect(prfInput("00".repeat(32) as ServiceId)).not.toEqual(prfInput(SERVICE));
    const others = [
      passkeyIdentity(prf, pepper, SERVICE, two.member),
      passkeyIdentity(prf, "03".repeat(32), SERVICE, one.member),
      passkeyIdentity(new Uint8Array(32), pepper, SERVICE, one.member),
    ];
    for (const other of others) expect(other.recipient).not.toBe(key.recipient);
    expect(() => passkeyIdentity(prf.subarray(1), pepper, SERVICE, one.member)).toThrow("A6");
  });

  it("A1: a passkey that was added opens it, and one that was removed does not", async () => {
    const both = withPasskey(vault, passkey);
    const file = await sealVault(both);
    expect((await open(file, key)).unlocks).toEqual([vault.unlocks[0], passkey]);
    const found = await open(file);
    expect(found.unlocks).toEqual(both.unlocks);
    // The same passkey again is no second way.
    expect(withPasskey(found, passkey).unlocks).toEqual(both.unlocks);
    const alone = await sealVault(withoutPasskey(found, passkey.id as Digest));
    await refused(open(alone, key), "E1");
    expect((await open(alone)).signer.key).toBe(one.signer.key);
  });

  it("A1: another passphrase opens it in the place of the old one; passkeys stay", async () => {
    const next = identity<VaultSeed>(seed("another passphrase"));
    const file = await sealVault(withPassphrase(withPasskey(vault, passkey), next));
    await refused(open(file), "E1");
    expect((await open(file, next)).unlocks.map((one) => one.id)).toEqual(["", passkey.id]);
    expect((await open(file, key)).label).toBe("Handler-1");
  });

  it("A1: is refused when it is sealed to others than it says", async () => {
    const spy = identity<VaultSeed>(seed("spy"));
    const content = (unlocks: object[], to = [opens.recipient]): Promise<Uint8Array> => {
      const { service, member, label } = vault;
      const keys = { open: hex(one.identity.seed), sign: hex(one.signer.seed) };
      return seal(to, frame(write({ version: 1, service, member, label, ...keys, unlocks })));
    };
    const own = passphraseUnlock(opens);
    expect((await open(await content([own]))).unlocks).toEqual([own]);
    await refused(open(await content([own], [opens.recipient, spy.recipient])), "A1");
    await refused(open(await content([own, passkey])), "A1");
    await refused(open(await content([passphraseUnlock(spy)])), "A1");
    const two_ = [opens.recipient, key.recipient];
    await refused(open(await content([passkey, own], two_)), "A1");
    await refused(open(await content([own, { ...passkey, id: "" }], two_)), "A1");
    await refused(open(await content([own, passkey, passkey], [...two_, key.recipient])), "A1");
    await refused(open(await content([])), "A1");
  });

  it("A1: has at most nine ways", async () => {
    const many = (count: number): Vault => ({
      ...vault,
      unlocks: Array.from({ length: count }, (_, place) =>
        place === 0 ? passphraseUnlock(opens) : passkeyUnlock(Uint8Array.of(place), key),
      ),
    });
    expect((await open(await sealVault(many(9)))).unlocks).toHaveLength(9);
    await refused(sealVault(many(10)), "A1");
    await refused(sealVault(many(0)), "A1");
  });
});

describe("ring", () => {
  it("A4: opens again for its member only", async () => {
    const ring: Ring = {
      ...newRing(vault, sampleDirectory().root),
      audit: { number: 12, digest: sampleDirectory().root.digest },
      cases: [
        {
          case: "0f".repeat(32) as CaseId,
          epoch: 0,
          secret: seed<CaseSecret>("case"),
          summary: "Sgt, remarks",
          read: 2,
        },
      ],
    };
    const file = await sealRing(ring, vault);
    expect(await openRing(file, vault)).toEqual(ring);
    await refused(openRing(file, { ...vault, member: "00".repeat(16) as MemberId }), "A4");
    await refused(openRing(file, { ...vault, identity: two.identity }), "E1");
  });

  it("A4: is refused when somebody else made it, who knows the recipient alone", async () => {
    const { service, member } = vault;
    const { serial, digest } = sampleDirectory().root;
    const directory = { serial, digest };
    const content = { version: 1, service, member, directory, audit: null, cases: [] };
    const sealed = (bytes: Uint8Array): Promise<Uint8Array> =>
      seal([vault.identity.recipient], frame(bytes, LARGEST_RING_FRAME));
    const own = sign("ring", content, vault.signer);
    expect((await openRing(await sealed(own), vault)).cases).toEqual([]);
    await refused(openRing(await sealed(write(content)), vault), "G3");
    await refused(openRing(await sealed(sign("ring", content, two.signer)), vault), "G3");
    await refused(openRing(await sealed(sign("head", content, vault.signer)), vault), "G1");
    const forged = sign("ring", content, two.signer);
    forged.set(own.subarray(0, 33));
    await refused(openRing(await sealed(forged), vault), "G1");
  });
});

describe("what reporters load", () => {
  it("holds no Argon2id", async () => {
    const bundled = async (entry: string): Promise<string[]> => {
      const { metafile } = await build({
        entryPoints: [new URL(entry, import.meta.url).pathname],
        bundle: true,
        write: false,
        metafile: true,
        format: "esm",
        logLevel: "silent",
      });
      return Object.keys(metafile.inputs);
    };
    const wasm = (input: string): boolean => input.includes("hash-wasm");
    expect((await bundled("./index.ts")).some(wasm)).toBe(false);
    expect((await bundled("./vault.ts")).some(wasm)).toBe(true);
  });
});
