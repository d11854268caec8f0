/** The recovery: a reader whose keys come from a seed that is split into shares and kept away from
 * the service (D6, D12). It opens nothing in a browser: its keys are derived here for the tests. */
import { hkdf } from "@noble/hashes/hkdf.js";
import { sha256 as sha256Hash } from "@noble/hashes/sha2.js";
import { concat, fromHex, hex, sha256, utf8 } from "./bytes";
import type { Branded, MemberId, ServiceId, VerifyingKey } from "./bytes";
import { require } from "./refused";
import { identity } from "./sealing";
import type { Identity, MemberOpenSeed, Recipient } from "./sealing";
import { signer } from "./signing";
import type { MemberSignSeed, Signer } from "./signing";

/** What is split into shares (D12). */
export type RecoverySeed = Branded<Uint8Array, "RecoverySeed">;

/** The most shares that a recovery is split into (D6). */
export const MOST_SHARES = 16;

/** A root's recovery, with the id by which grants name it (D12). */
export interface Recovery {
  readonly member: MemberId;
  readonly recipient: Recipient;
  readonly key: VerifyingKey;
  /** How many of the shares open what is sealed to it. */
  readonly threshold: number;
  readonly shares: number;
}

/** The keys of a recovery: a listed reader's, and so of a member's kind (D12). */
export interface RecoveryKeys {
  readonly member: MemberId;
  readonly identity: Identity<MemberOpenSeed>;
  readonly signer: Signer<MemberSignSeed>;
}

/** The id by which grants name the recovery with that recipient (D12). */
export function recoveryId(recipient: Recipient): MemberId {
  const hash = sha256(concat(utf8("rightline/1/recovery"), Uint8Array.of(0), utf8(recipient)));
  return hex(hash.subarray(0, 16)) as MemberId;
}

/** What a recovery seed yields for one service (D12). */
export function recoveryKeys(seed: RecoverySeed, service: ServiceId): RecoveryKeys {
  require(seed.length === 32, "D12", "a recovery seed has 32 bytes");
  const derive = (label: string): Uint8Array =>
    hkdf(sha256Hash, seed, fromHex(service, 32), utf8(`rightline/1/recovery/${label}`), 32);
  const opens = identity(derive("open") as MemberOpenSeed);
  return {
    member: recoveryId(opens.recipient),
    identity: opens,
    signer: signer(derive("sign") as MemberSignSeed),
  };
}

/** Whether two name one recovery, shares and all (D6). */
export function sameRecovery(
  one: Omit<Recovery, "member">,
  other: Omit<Recovery, "member">,
): boolean {
  return (
    one.recipient === other.recipient &&
    one.key === other.key &&
    one.threshold === other.threshold &&
    one.shares === other.shares
  );
}
