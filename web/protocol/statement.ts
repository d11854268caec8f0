import { concat, digest, fromHex, readU32, sha256, utf8 } from "./bytes";
import type { Anchor, CaseId, Day, Digest, MemberId, ServiceId, VerifyingKey } from "./bytes";
import { ROUTES, recipientFormat } from "./directory";
import type { Route } from "./directory";
import { dayFormat, hexOf, int, listOf, object, oneOf, read } from "./format";
import type { Of } from "./format";
import { hex } from "./bytes";
import { require } from "./refused";
import type { Recipient } from "./sealing";
import { sign, split, verify } from "./signing";
import type { ReporterKeys } from "./token";

const statement = object({
  service: hexOf<ServiceId>(32),
  route: oneOf(ROUTES),
  case_recipient: recipientFormat,
  reporter_recipient: recipientFormat,
  reporter_key: hexOf<VerifyingKey>(32),
  lookup: hexOf<Digest>(32),
  parts: object({
    parties: hexOf<Digest>(32),
    body: hexOf<Digest>(32),
    identity: hexOf<Digest>(32),
  }),
  grantees: listOf(object({ member: hexOf<MemberId>(16), grant: hexOf<Digest>(32) })),
  directory: object({ serial: int, digest: hexOf<Digest>(32) }),
  day: dayFormat,
});

/** A verified statement (S1), with what follows from it. */
export type Statement = Of<typeof statement> & {
  readonly bytes: Uint8Array;
  readonly digest: Digest;
  /** Its digest again, as the case it makes (S2). */
  readonly case: CaseId;
  readonly anchor: Anchor;
};

/** What a statement says beside the reporter's keys. */
export interface StatementFacts {
  readonly service: ServiceId;
  readonly route: Route;
  readonly case_recipient: Recipient;
  readonly parts: Statement["parts"];
  readonly grantees: Statement["grantees"];
  readonly directory: { readonly serial: number; readonly digest: Digest };
  readonly day: Day;
}

/** Signs a statement with the token's key (S1). */
export function signStatement(facts: StatementFacts, keys: ReporterKeys): Statement {
  const bytes = sign(
    "statement",
    {
      ...facts,
      reporter_recipient: keys.identity.recipient,
      reporter_key: keys.signer.key,
      lookup: keys.lookupDigest,
    },
    keys.signer,
  );
  return readStatement(facts.service, bytes);
}

/** Reads a statement and verifies it under the key that it names (C2, S4). */
export function readStatement(service: ServiceId, bytes: Uint8Array): Statement {
  const claimed = read(statement, split(bytes, "statement").payload);
  verify("statement", bytes, claimed.reporter_key);
  require(claimed.service === service, "C2", "the statement is another service's");
  const members = claimed.grantees.map((one) => one.member);
  require(members.length >= 1 && members.length <= 100, "C6", "there are 1 to 100 grantees");
  require(new Set(members).size === members.length, "C6", "a grantee is there twice");
  const found = digest(bytes);
  return {
    ...claimed,
    bytes,
    digest: found,
    case: found as string as CaseId,
    anchor: anchor(
      service,
      claimed.case_recipient,
      claimed.reporter_recipient,
      claimed.reporter_key,
    ),
  };
}

/** The anchor of a report (R2). */
export function anchor(
  service: ServiceId,
  caseRecipient: Recipient,
  reporterRecipient: Recipient,
  reporterKey: VerifyingKey,
): Anchor {
  return hex(
    sha256(
      concat(
        utf8("rightline/1/anchor"),
        Uint8Array.of(0),
        fromHex(service, 32),
        sha256(utf8(caseRecipient)),
        sha256(utf8(reporterRecipient)),
        fromHex(reporterKey, 32),
      ),
    ),
  ) as Anchor;
}

const CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/** The reference that members are shown, such as `RL-7K3M-92QD` (S3). */
export function reference(of: CaseId): string {
  const bytes = fromHex(of, 32);
  let bits = (BigInt(readU32(bytes, 0)) << 8n) | BigInt(bytes[4] ?? 0);
  let text = "";
  for (let count = 0; count < 8; count++) {
    text = (CROCKFORD[Number(bits & 31n)] ?? "") + text;
    bits >>= 5n;
  }
  return `RL-${text.slice(0, 4)}-${text.slice(4)}`;
}
