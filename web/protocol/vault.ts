/** Vault and ring. Only the desk imports this: Argon2id is WebAssembly, which reporters never need. */
import { hkdf } from "@noble/hashes/hkdf.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { argon2id } from "hash-wasm";
import { concat, fromHex, hex, utf8 } from "./bytes";
import type { Branded, Bytes, CaseId, Digest, MemberId, ServiceId } from "./bytes";
import { exactly, hexOf, int, listOf, object, read, secretOf, text } from "./format";
import { LARGEST_RING_FRAME, frame, unframe } from "./framing";
import { write } from "./json";
import { require } from "./refused";
import { identity, open, seal } from "./sealing";
import type { CaseSecret, Identity, MemberOpenSeed, VaultSeed } from "./sealing";
import { signer } from "./signing";
import type { MemberSignSeed, Signer } from "./signing";

/** How a passphrase is stretched (A2). */
export interface Parameters {
  /** 16 bytes, as hex. */
  readonly salt: string;
  /** In KiB. */
  readonly memory: number;
  readonly passes: number;
  readonly lanes: number;
}

/** The stretched passphrase, from which login and vault key come. */
export type Stretched = Branded<Uint8Array, "Stretched">;

/** A member's keys, as their vault holds them (A1). */
export interface Vault {
  /** The member's pin of the genesis. */
  readonly service: ServiceId;
  readonly member: MemberId;
  readonly label: string;
  readonly identity: Identity<MemberOpenSeed>;
  readonly signer: Signer<MemberSignSeed>;
}

const vaultFormat = object({
  version: exactly(1),
  service: hexOf<ServiceId>(32),
  member: hexOf<MemberId>(16),
  label: text,
  open: secretOf<MemberOpenSeed>(32),
  sign: secretOf<MemberSignSeed>(32),
});
const ringFormat = object({
  version: exactly(1),
  service: hexOf<ServiceId>(32),
  member: hexOf<MemberId>(16),
  directory: object({ serial: int, digest: hexOf<Digest>(32) }),
  cases: listOf(
    object({
      case: hexOf<CaseId>(32),
      epoch: int,
      secret: secretOf<CaseSecret>(32),
      summary: text,
      read: int,
    }),
  ),
});

/** One case that a member has opened before (A4). */
export interface RingEntry {
  readonly case: CaseId;
  readonly epoch: number;
  readonly secret: CaseSecret;
  readonly summary: string;
  /** The last sequence from the reporter that was read. */
  readonly read: number;
}

/** What a member's desk remembers between sessions (A4). */
export interface Ring {
  readonly service: ServiceId;
  readonly member: MemberId;
  /** The root last seen: the pin of D8. */
  readonly directory: { readonly serial: number; readonly digest: Digest };
  readonly cases: readonly RingEntry[];
}

/** Stretches a passphrase (A2); refuses weaker parameters than the protocol's. */
export async function stretch(passphrase: string, by: Parameters): Promise<Stretched> {
  require(by.memory >= 65_536 && by.passes >= 3 && by.lanes >= 1, "A2", "too weak a stretching");
  const stretched = await argon2id({
    password: utf8(passphrase.normalize("NFKC")),
    salt: fromHex(by.salt, 16),
    memorySize: by.memory,
    iterations: by.passes,
    parallelism: by.lanes,
    hashLength: 32,
    outputType: "binary",
  });
  return stretched as Stretched;
}

/** The login secret, which goes to the service, as hex (A2). */
export function loginSecret(stretched: Stretched, service: ServiceId): string {
  return hex(derive(stretched, service, utf8("rightline/1/vault/login")));
}

/** The identity that a vault is sealed to (A2). `pepper` is 32 bytes as hex. */
export function vaultIdentity(
  stretched: Stretched,
  pepper: string,
  service: ServiceId,
  member: MemberId,
): Identity<VaultSeed> {
  const label = concat(utf8("rightline/1/vault/open/"), fromHex(member, 16));
  const seed = derive(concat(stretched, fromHex(pepper, 32)), service, label);
  return identity(seed as VaultSeed);
}

/** Seals a vault (A1). */
export async function sealVault(vault: Vault, to: Identity<VaultSeed>): Promise<Bytes> {
  const { service, member, label } = vault;
  const keys = { open: hex(vault.identity.seed), sign: hex(vault.signer.seed) };
  return seal([to.recipient], frame(write({ version: 1, service, member, label, ...keys })));
}

/** Opens a vault, which must be this member's at this service (A1). */
export async function openVault(
  file: Uint8Array,
  by: Identity<VaultSeed>,
  service: ServiceId,
  member: MemberId,
): Promise<Vault> {
  const found = read(vaultFormat, unframe(await open(by, file)));
  require(found.service === service, "A1", "the vault is another service's");
  require(found.member === member, "A1", "the vault is another member's");
  return {
    service,
    member,
    label: found.label,
    identity: identity(found.open),
    signer: signer(found.sign),
  };
}

/** An empty ring, which remembers the root that was seen first. */
export function newRing(vault: Vault, directory: Ring["directory"]): Ring {
  const { serial, digest } = directory;
  const { service, member } = vault;
  return { service, member, directory: { serial, digest }, cases: [] };
}

/** Seals a ring to its member (A4). */
export async function sealRing(ring: Ring, vault: Vault): Promise<Bytes> {
  const { service, member, directory } = ring;
  const cases = ring.cases.map((one) => ({ ...one, secret: hex(one.secret) }));
  const document = { version: 1, service, member, directory, cases };
  return seal([vault.identity.recipient], frame(write(document), LARGEST_RING_FRAME));
}

/** Opens one's own ring (A4). */
export async function openRing(file: Uint8Array, vault: Vault): Promise<Ring> {
  const ring = read(ringFormat, unframe(await open(vault.identity, file), LARGEST_RING_FRAME));
  const ours = ring.service === vault.service && ring.member === vault.member;
  require(ours, "A4", "the ring is another member's");
  const { service, member, directory, cases } = ring;
  return { service, member, directory, cases };
}

function derive(key: Uint8Array, service: ServiceId, label: Uint8Array): Uint8Array {
  return hkdf(sha256, key, fromHex(service, 32), label, 32);
}
