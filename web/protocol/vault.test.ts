import { build } from "esbuild";
import { describe, expect, it } from "vitest";
import { frame, identity, seal } from "./index";
import type { CaseId, CaseSecret, MemberId, ServiceId, VaultSeed } from "./index";
import { SERVICE, handlers, sampleDirectory, seed } from "./sample";
import { write } from "./json";
import {
  loginSecret,
  newRing,
  openRing,
  openVault,
  sealRing,
  sealVault,
  stretch,
  vaultIdentity,
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
    const file = await sealVault(vault, opens);
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

describe("ring", () => {
  it("A4: opens again for its member only", async () => {
    const ring: Ring = {
      ...newRing(vault, sampleDirectory().root),
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
