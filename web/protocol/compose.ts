import { digest } from "./bytes";
import type { Anchor, Bytes, CaseId, Day, MemberId } from "./bytes";
import { container } from "./container";
import { custodians, firstReaders, listed, recoveryOf } from "./directory";
import type { Directory, Route } from "./directory";
import { IDENTITY_FRAME, LARGEST_MESSAGE_FRAME, frame } from "./framing";
import { sealGrant } from "./grant";
import type { Grantee } from "./grant";
import { write } from "./json";
import { randomBytes } from "./random";
import { require } from "./refused";
import { MOST_PEOPLE, tooLong } from "./report";
import type { Body, IdentityContent, Parties } from "./report";
import { identity, seal } from "./sealing";
import type { CaseSecret, DiscardedSeed, Recipient } from "./sealing";
import { anchor, signStatement } from "./statement";
import type { Statement } from "./statement";
import { newToken, reporterKeys } from "./token";
import type { ReporterKeys, Token } from "./token";

/** A report that is ready to be sealed. */
export interface Draft {
  readonly directory: Directory;
  readonly route: Route;
  /** The first readers who are to be able to read it: those of the route, less the excluded. The
   * recovery is added to them. */
  readonly grantees: readonly MemberId[];
  readonly parties: Parties;
  readonly body: Body;
  /** Used only when the mode is `confidential`. */
  readonly identity: IdentityContent;
  readonly token: Token;
  readonly caseSecret: CaseSecret;
  readonly day: Day;
}

/** A sealed report: what is put at `/api/1/cases/{case}`. */
export interface Composed {
  readonly case: CaseId;
  readonly bytes: Bytes;
  readonly statement: Statement;
  readonly keys: ReporterKeys;
}

/** Draws what a new report needs (R1). Kept by the page, so that a retry makes the same case. */
export function newReportSecrets(): { readonly token: Token; readonly caseSecret: CaseSecret } {
  return { token: newToken(), caseSecret: randomBytes(32) as Uint8Array as CaseSecret };
}

/** Seals a report (R1 to R6, S1, C1). Sealing twice gives two cases: send the same bytes again. */
export async function composeReport(draft: Draft): Promise<Composed> {
  const { directory, route, parties, body, token, day } = draft;
  check(draft);
  const { service, root } = directory;
  const readers = readersOf(draft);
  const keys = reporterKeys(token, service);
  const secret = identity(draft.caseSecret);
  const bound = anchor(service, secret.recipient, keys.identity.recipient, keys.signer.key);
  const document = (content: object): Bytes =>
    write({ version: 1, service, anchor: bound, ...content });

  const sealedParties = await seal(
    readers.map((one) => one.recipient),
    frame(document(parties), LARGEST_MESSAGE_FRAME),
  );
  const sealedBody = await seal([secret.recipient], frame(document(body)));
  const sealedIdentity = await sealIdentity(draft, bound);
  const grants: Bytes[] = [];
  for (const one of readers) grants.push(await sealGrant(one, bound, 0, secret));

  const statement = signStatement(
    {
      service,
      route,
      case_recipient: secret.recipient,
      parts: {
        parties: digest(sealedParties),
        body: digest(sealedBody),
        identity: digest(sealedIdentity),
      },
      grantees: readers.map((one, place) => ({
        member: one.member,
        grant: digest(grants[place] ?? new Uint8Array()),
      })),
      directory: { serial: root.serial, digest: root.digest },
      day,
    },
    keys,
  );
  const bytes = container({
    statement: statement.bytes,
    parties: sealedParties,
    body: sealedBody,
    identity: sealedIdentity,
    grants,
  });
  return { case: statement.case, bytes, statement, keys };
}

/** Seals the identity, to custodians or to nobody: the same to whoever looks at it (R3). */
async function sealIdentity(draft: Draft, bound: Anchor): Promise<Bytes> {
  const { directory, body } = draft;
  const there = custodians(directory);
  if (body.mode === "confidential") {
    const { service } = directory;
    const content = write({ version: 1, service, anchor: bound, ...draft.identity });
    const recipients = there.map((one) => one.recipient);
    return seal(recipients, frame(content, IDENTITY_FRAME));
  }
  const nobody = Array.from({ length: Math.max(1, there.length) }, discarded);
  return seal(nobody, frame(new Uint8Array(), IDENTITY_FRAME));
}

/** Whom the report is sealed to: the first readers that were chosen, and last the recovery, where the
 * directory names one (C6). */
function readersOf({ directory, route, grantees }: Draft): Grantee[] {
  const recovery = recoveryOf(directory);
  const chosen = firstReaders(directory, route).filter((one) => grantees.includes(one.member));
  return recovery === null ? chosen : [...chosen, recovery];
}

function discarded(): Recipient {
  return identity(randomBytes(32) as Uint8Array as DiscardedSeed).recipient;
}

function check(draft: Draft): void {
  const { directory, route, grantees, parties, body } = draft;
  const readers = firstReaders(directory, route).map((one) => one.member);
  const ours = grantees.length >= 1 && grantees.every((one) => readers.includes(one));
  require(ours && new Set(grantees).size === grantees.length, "C6", "a grantee is no first reader");
  require(body.what_happened !== "", "R5", "what happened is not said");
  require(body.mode === "named" || body.name === "", "R5", "a name without the mode for it");
  const confidential = body.mode === "confidential";
  require(!confidential || custodians(directory).length > 0, "R3", "there is no custodian");
  const most = Math.max(parties.subjects.length, parties.others.length);
  require(most <= MOST_PEOPLE, "R4", "there are too many people");
  const long = [parties, body, ...(confidential ? [draft.identity] : [])].flatMap(tooLong);
  require(long.length === 0, "R8", "a text is too long");
  for (const one of grantees) require(listed(directory, one).length > 0, "D10", "no such member");
}
