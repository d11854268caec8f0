import { hex, fromHex } from "./bytes";
import type { Branded, Bytes, CaseId, Day, ServiceId, VerifyingKey } from "./bytes";
import { dayFormat, hexOf, object, read } from "./format";
import type { Of } from "./format";
import { require } from "./refused";
import { names, sign, verify } from "./signing";
import type { ServiceSignSeed, Signer } from "./signing";
import type { Statement } from "./statement";
import type { ReporterKeys } from "./token";

const receipt = object({
  service: hexOf<ServiceId>(32),
  case: hexOf<CaseId>(32),
  day: dayFormat,
});
/** What a service signs when it has accepted a report (V1). */
export type Receipt = Of<typeof receipt>;

/** 32 bytes drawn by whoever asks for proof, as hex (V2). */
export type Challenge = Branded<string, "Challenge">;
const attestation = object({
  service: hexOf<ServiceId>(32),
  case: hexOf<CaseId>(32),
  challenge: hexOf<Challenge>(32),
  day: dayFormat,
});
/** What a reporter signs to prove that the report is theirs (V2). */
export type Attestation = Of<typeof attestation>;

/** Signs a receipt, as a service does (V1). */
export function signReceipt(facts: Receipt, by: Signer<ServiceSignSeed>): Bytes {
  return sign("receipt", facts, by);
}

/** Verifies a receipt for a case, by a key that a root calls `service_key` (V1). */
export function verifyReceipt(
  bytes: Uint8Array,
  service: ServiceId,
  wanted: CaseId,
  keys: readonly VerifyingKey[],
): Receipt {
  const by = keys.find((key) => names(bytes, key));
  require(by !== undefined, "V1", "the receipt is not by the service's key");
  const found = read(receipt, verify("receipt", bytes, by));
  require(found.service === service &&
    found.case === wanted, "V1", "the receipt is for another case");
  return found;
}

/** Reads a challenge as somebody typed or pasted it: 64 hex digits, spaces and case forgiven. */
export function readChallenge(input: string): Challenge {
  const found = input.replace(/\s+/g, "").toLowerCase();
  fromHex(found, 32);
  return found as Challenge;
}

/** Draws nothing itself: the challenge of 32 random bytes. */
export function challenge(bytes: Uint8Array): Challenge {
  require(bytes.length === 32, "V2", "a challenge has 32 bytes");
  return hex(bytes) as Challenge;
}

/** Signs a challenge with the token's key (V2). */
export function signAttestation(
  keys: ReporterKeys,
  service: ServiceId,
  of: CaseId,
  asked: Challenge,
  day: Day,
): Bytes {
  return sign("attest", { service, case: of, challenge: asked, day }, keys.signer);
}

/** Verifies an attestation against a case's statement and the challenge that was asked (V2). */
export function verifyAttestation(
  bytes: Uint8Array,
  statement: Statement,
  asked: Challenge,
  key: VerifyingKey = statement.reporter_key,
): Attestation {
  const found = read(attestation, verify("attest", bytes, key));
  const same =
    found.service === statement.service &&
    found.case === statement.case &&
    found.challenge === asked;
  require(same, "V2", "the attestation is for something else");
  return found;
}
