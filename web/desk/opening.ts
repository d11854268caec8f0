import {
  Refused,
  caseRecord,
  claimedPlace,
  openBody,
  openGrant,
  openIdentity,
  openParties,
  readConversation,
  readStatement,
  split,
  verifyGrants,
  verifyReceipt,
  warned,
  warning,
} from "../protocol";
import type {
  Body,
  CaseId,
  CaseRecord,
  CaseSecret,
  Conversation,
  Day,
  DeskCase,
  Grants,
  History,
  Identity,
  IdentityContent,
  MemberId,
  NewCase,
  Part,
  Parties,
  Reader,
  Sent,
  ServiceId,
  Statement,
  Warning,
} from "../protocol";

/** A new case as far as it may be seen before the declaration: who is named. */
export type OpenedNew = {
  case: CaseId;
  statement: Statement | null;
  parties: Part<Parties>;
};

/** A grant as the service shows it, without what is sealed. */
export type ServedGrant = { member: MemberId; epoch: number; live: boolean };

/** A case as opened and checked for one reader. */
export type OpenedCase = {
  case: CaseId;
  day: Day;
  route: string;
  team: string;
  servedStage: string;
  record: CaseRecord;
  parties: Part<Parties>;
  body: Part<Body>;
  /** Null to all but custodians. */
  identity: Part<IdentityContent> | null;
  /** The reader's own case secrets, by epoch. */
  secrets: ReadonlyMap<number, Identity<CaseSecret>>;
  grants: Grants;
  /** The rows as they stand: what the next one follows. */
  rows: readonly Uint8Array[];
  served: readonly ServedGrant[];
  conversation: Conversation;
  /** The day on the service's receipt; null when the receipt does not verify. */
  receiptDay: Day | null;
  warnings: readonly Warning[];
};

/** Opens who is named in a new case, which is all that is served before the declaration (K8). */
export async function openNew(
  service: ServiceId,
  served: NewCase,
  reader: Reader,
): Promise<OpenedNew> {
  try {
    const statement = readStatement(service, served.statement);
    if (statement.case !== served.case) throw new Refused("S2", "the statement is another case's");
    const parties = await openParties(statement, served.parties, reader);
    return { case: served.case, statement, parties };
  } catch (error) {
    const refused = { content: null, text: null, warnings: [warned(error, "bad-signature")] };
    return { case: served.case, statement: null, parties: refused };
  }
}

/** Opens a case and checks all that a reader can. Refuses one whose statement is not good (S4). */
export async function openCase(
  service: ServiceId,
  served: DeskCase,
  reader: Reader,
  history: History,
): Promise<OpenedCase> {
  const record = caseRecord({ service, case: served.case }, served, history);
  const { statement } = record;
  const warnings: Warning[] = [...record.warnings];
  const rows = inOrder(served.grants.flatMap((one) => (one.row === null ? [] : [one.row])));
  const secrets = await ownSecrets(record, served, reader, warnings);
  const secret = secrets.get(0);
  return {
    case: served.case,
    day: served.day,
    route: served.route,
    team: served.team,
    servedStage: served.stage,
    record,
    parties: await openParties(statement, served.parties, reader),
    body:
      secret === undefined
        ? { content: null, text: null, warnings: [warning("not-sealed-to-you", "K2")] }
        : await openBody(statement, served.body, secret),
    identity:
      served.identity === null ? null : await openIdentity(statement, served.identity, reader),
    secrets,
    grants: verifyGrants(record, rows, served.declarations, history),
    rows,
    served: served.grants.map(({ member, epoch, live }) => ({ member, epoch, live })),
    conversation: await readConversation(record, history, sent(served), {
      as: "member",
      secrets,
    }),
    receiptDay: receiptDay(service, served, history),
    warnings,
  };
}

/** The serials of all roots by which a case's documents ask to be verified (D9). Not verified. */
export function serialsOf(served: DeskCase): number[] {
  const documents = [
    ...served.messages.map((one) => one.stub),
    ...served.grants.flatMap((one) => (one.row === null ? [] : [one.row])),
    ...served.declarations,
    ...served.epochs,
  ];
  const found = new Set(documents.map((bytes) => claimed(bytes, "serial")));
  found.delete(0);
  return [...found].sort((one, other) => one - other);
}

/** Grant rows by the number that each claims: the service serves them by member. */
function inOrder(rows: readonly Uint8Array[]): Uint8Array[] {
  const numbered = rows.map((row) => ({ row, number: claimed(row, "number") }));
  return numbered.sort((one, other) => one.number - other.number).map(({ row }) => row);
}

/** A number that a signed document claims; 0 where it cannot be read. Not verified: what rests on
 * it is verified afterwards, or becomes a warning where it stands. */
function claimed(bytes: Uint8Array, name: "serial" | "number"): number {
  try {
    const document = JSON.parse(new TextDecoder().decode(split(bytes).payload)) as unknown;
    const number = (document as Record<string, unknown> | null)?.[name];
    return Number.isSafeInteger(number) ? Math.max(0, number as number) : 0;
  } catch {
    return 0;
  }
}

async function ownSecrets(
  record: CaseRecord,
  served: DeskCase,
  reader: Reader,
  warnings: Warning[],
): Promise<Map<number, Identity<CaseSecret>>> {
  const secrets = new Map<number, Identity<CaseSecret>>();
  for (const { member, epoch, live, sealed } of served.grants) {
    if (member !== reader.member || !live || sealed === null) continue;
    try {
      secrets.set(epoch, await openGrant(reader, record, epoch, sealed));
    } catch (error) {
      warnings.push(warned(error, "secret"));
    }
  }
  return secrets;
}

/** The messages with the direction that each claims. What claims none is shown as the reporter's,
 * where it fails the check of the signature and is warned of. */
function sent(served: DeskCase): Sent[] {
  return served.messages.map(({ stub, file }) => ({
    direction: claimedPlace(stub)?.direction ?? "from_reporter",
    stub,
    file,
  }));
}

function receiptDay(service: ServiceId, served: DeskCase, history: History): Day | null {
  const roots = [history.current, ...history.earlier.values()];
  const keys = roots.map((one) => one.root.service_key);
  try {
    return verifyReceipt(served.receipt, service, served.case, [...new Set(keys)]).day;
  } catch {
    return null;
  }
}
