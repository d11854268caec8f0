/** Vault and ring. Only the desk imports this: Argon2id is WebAssembly, which reporters never need. */
import { hkdf } from "@noble/hashes/hkdf.js";
import { sha256 as sha256Hash } from "@noble/hashes/sha2.js";
import { argon2id } from "hash-wasm";
import type { Mark } from "./audit";
import { concat, digest, fromHex, hex, sha256, utf8 } from "./bytes";
import type { Branded, Bytes, CaseId, Digest, MemberId, ServiceId } from "./bytes";
import { recipientFormat } from "./directory";
import {
  exactly,
  hexOf,
  int,
  listOf,
  object,
  orEmpty,
  orNull,
  read,
  secretOf,
  text,
} from "./format";
import { LARGEST_RING_FRAME, frame, unframe } from "./framing";
import { write } from "./json";
import { require } from "./refused";
import { identity, open, seal, shape } from "./sealing";
import type { CaseSecret, Identity, MemberOpenSeed, Recipient, VaultSeed } from "./sealing";
import { sign, signer, verify } from "./signing";
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

/** One way to open a vault: the passphrase, or a passkey (A1). */
export interface Unlock {
  /** The digest of the passkey's credential id; empty for the passphrase. */
  readonly id: Digest | "";
  readonly recipient: Recipient;
}

/** A member's keys, as their vault holds them (A1). */
export interface Vault {
  /** The member's pin of the genesis. */
  readonly service: ServiceId;
  readonly member: MemberId;
  readonly label: string;
  readonly identity: Identity<MemberOpenSeed>;
  readonly signer: Signer<MemberSignSeed>;
  /** What the vault is sealed to: the passphrase's first, then one for each passkey. */
  readonly unlocks: readonly Unlock[];
}

/** The most ways to open a vault (A1). */
const MOST_UNLOCKS = 9;

const vaultFormat = object({
  version: exactly(1),
  service: hexOf<ServiceId>(32),
  member: hexOf<MemberId>(16),
  label: text,
  open: secretOf<MemberOpenSeed>(32),
  sign: secretOf<MemberSignSeed>(32),
  unlocks: listOf(object({ id: orEmpty(hexOf<Digest>(32)), recipient: recipientFormat })),
});
const ringFormat = object({
  version: exactly(1),
  service: hexOf<ServiceId>(32),
  member: hexOf<MemberId>(16),
  directory: object({ serial: int, digest: hexOf<Digest>(32) }),
  audit: orNull(object({ number: int, digest: hexOf<Digest>(32) })),
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
  /** The head of the audit trail that an auditor signed last; null for others. */
  readonly audit: Mark | null;
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

/** The identity that a passkey opens a vault with (A6). `prf` are the 32 bytes that it yields for
 * {@link prfInput}; they are never sent anywhere. */
export function passkeyIdentity(
  prf: Uint8Array,
  pepper: string,
  service: ServiceId,
  member: MemberId,
): Identity<VaultSeed> {
  require(prf.length === 32, "A6", "a passkey yields 32 bytes");
  const label = concat(utf8("rightline/1/vault/passkey/"), fromHex(member, 16));
  const seed = derive(concat(prf, fromHex(pepper, 32)), service, label);
  return identity(seed as VaultSeed);
}

/** What a passkey is asked to evaluate for a service: `eval.first` of its PRF extension (A6). */
export function prfInput(service: ServiceId): Bytes {
  return sha256(concat(utf8("rightline/1/prf"), Uint8Array.of(0), fromHex(service, 32)));
}

/** The unlock of a passphrase (A1). */
export function passphraseUnlock(by: Identity<VaultSeed>): Unlock {
  return { id: "", recipient: by.recipient };
}

/** The unlock of a passkey, by its credential id (A1). */
export function passkeyUnlock(credential: Uint8Array, by: Identity<VaultSeed>): Unlock {
  return { id: digest(credential), recipient: by.recipient };
}

/** The vault with another passphrase: what it was sealed to before opens it no more (A1). */
export function withPassphrase(vault: Vault, by: Identity<VaultSeed>): Vault {
  return { ...vault, unlocks: [passphraseUnlock(by), ...vault.unlocks.slice(1)] };
}

/** The vault with one more passkey, or with new keys of one that it knows (A1). */
export function withPasskey(vault: Vault, passkey: Unlock): Vault {
  const others = vault.unlocks.filter((one) => one.id !== passkey.id);
  return { ...vault, unlocks: [...others, passkey] };
}

/** The vault without a passkey, named by the digest of its credential id (A1). */
export function withoutPasskey(vault: Vault, id: Digest): Vault {
  return { ...vault, unlocks: vault.unlocks.filter((one) => one.id !== id) };
}

/** Seals a vault to all that it says it is sealed to (A1). Whoever changes one takes the recipients
 * from inside it, and none that the service names. */
export async function sealVault(vault: Vault): Promise<Bytes> {
  const { service, member, label, unlocks } = vault;
  checkUnlocks(unlocks);
  const keys = { open: hex(vault.identity.seed), sign: hex(vault.signer.seed) };
  const ways = unlocks.map(({ id, recipient }) => ({ id, recipient }));
  const document = { version: 1, service, member, label, ...keys, unlocks: ways };
  const recipients = unlocks.map((one) => one.recipient);
  return seal(recipients, frame(write(document)));
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
  const { unlocks } = found;
  checkUnlocks(unlocks);
  const { recipients, grease } = shape(file);
  const whole = recipients === unlocks.length && !grease;
  require(whole, "A1", "the vault is sealed to others than it says");
  const known = unlocks.some((one) => one.recipient === by.recipient);
  require(known, "A1", "the vault does not name what opened it");
  return {
    service,
    member,
    label: found.label,
    identity: identity(found.open),
    signer: signer(found.sign),
    unlocks,
  };
}

function checkUnlocks(unlocks: readonly Unlock[]): void {
  const many = unlocks.length >= 1 && unlocks.length <= MOST_UNLOCKS;
  require(many, "A1", "a vault has 1 to 9 ways to open it");
  const first = unlocks.every(({ id }, place) => (id === "") === (place === 0));
  require(first, "A1", "the passphrase is the first way, and none of the others");
  const distinct = new Set(unlocks.map((one) => one.id)).size === unlocks.length;
  require(distinct, "A1", "a passkey is there twice");
}

/** An empty ring, which remembers the root that was seen first. */
export function newRing(vault: Vault, directory: Ring["directory"]): Ring {
  const { serial, digest: of } = directory;
  const { service, member } = vault;
  return { service, member, directory: { serial, digest: of }, audit: null, cases: [] };
}

/** Signs a ring and seals it to its member: anybody can seal to them, and only they can sign (A4). */
export async function sealRing(
  ring: Ring,
  vault: Pick<Vault, "identity" | "signer">,
): Promise<Bytes> {
  const { service, member, directory, audit } = ring;
  const cases = ring.cases.map((one) => ({ ...one, secret: hex(one.secret) }));
  const document = { version: 1, service, member, directory, audit, cases };
  const signed = sign("ring", document, vault.signer);
  return seal([vault.identity.recipient], frame(signed, LARGEST_RING_FRAME));
}

/** Opens one's own ring, which only oneself can have signed (A4). */
export async function openRing(file: Uint8Array, vault: Vault): Promise<Ring> {
  const signed = unframe(await open(vault.identity, file), LARGEST_RING_FRAME);
  const ring = read(ringFormat, verify("ring", signed, vault.signer.key));
  const ours = ring.service === vault.service && ring.member === vault.member;
  require(ours, "A4", "the ring is another member's");
  const { service, member, directory, audit, cases } = ring;
  return { service, member, directory, audit, cases };
}

function derive(key: Uint8Array, service: ServiceId, label: Uint8Array): Uint8Array {
  return hkdf(sha256Hash, key, fromHex(service, 32), label, 32);
}
