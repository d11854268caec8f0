import {
  Refused,
  caseRecord,
  claimedNumber,
  claimedPlace,
  claimedSerials,
  digest,
  directoryAt,
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
  Recipient,
  Route,
  Sent,
  ServiceId,
  Statement,
  TeamId,
  Warning,
} from "../protocol";
import { openBrief } from "../protocol/brief";
import type { Brief } from "../protocol/brief";

/** A new case as far as it may be seen before the declaration: who is named. */
export type OpenedNew = {
  case: CaseId;
  statement: Statement | null;
  parties: Part<Parties>;
  /** What the kind of a conflict is sealed to; null where the statement is not good. */
  recipient: Recipient | null;
  /** What whoever let this member in later says of it: null where there is none, `bad` where it does
   * not open or is not theirs (Q5). */
  brief: Brief | "bad" | null;
};

/** A grant as the service shows it, without what is sealed. */
export type ServedGrant = { member: MemberId; epoch: number; live: boolean };

/** A case as opened and checked for one reader. */
export type OpenedCase = {
  case: CaseId;
  /** The day on the receipt; the service's word where that does not verify. */
  day: Day;
  /** The route that the reporter signed. */
  route: Route;
  /** The team of that route by the root that the statement pins; null where that is not there. */
  team: TeamId | null;
  /** What the service says of the case beside all that is signed. */
  told: Pick<DeskCase, "day" | "route" | "team" | "stage">;
  /** The record up to the last epoch that counts (K5): what is read by, granted and sealed to. */
  record: CaseRecord;
  /** An epoch is served that does not count: nothing is written while it is (K5). */
  locked: boolean;
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
  history: History,
): Promise<OpenedNew> {
  try {
    const statement = readStatement(service, served.statement);
    if (statement.case !== served.case) throw new Refused("S2", "the statement is another case's");
    const parties = await openParties(statement, served.parties, reader);
    const place = { service, case: served.case };
    const brief =
      served.brief === null
        ? null
        : await openBrief(place, served.brief, reader, history).catch(() => "bad" as const);
    const recipient = statement.case_recipient;
    return { case: served.case, statement, parties, recipient, brief };
  } catch (error) {
    const refused = { content: null, text: null, warnings: [warned(error, "bad-signature")] };
    return { case: served.case, statement: null, parties: refused, recipient: null, brief: null };
  }
}

/** Opens a case and checks all that a reader can. Refuses one whose statement is not good (S4). */
export async function openCase(
  service: ServiceId,
  served: DeskCase,
  reader: Reader,
  history: History,
): Promise<OpenedCase> {
  const claimed = caseRecord({ service, case: served.case }, served, history);
  const rows = inOrder(served.grants.flatMap((one) => (one.row === null ? [] : [one.row])));
  const grants = verifyGrants(claimed, rows, served.declarations, history);
  const { record } = grants;
  const { statement } = record;
  const warnings: Warning[] = [...record.warnings];
  const locked = record.epochs.length < served.epochs.length;
  if (locked) warnings.push(warning("epoch", "K5"));
  const team = pinnedTeam(history, statement);
  if (team === null) warnings.push(warning("unknown-root", "S1"));
  const secrets = await ownSecrets(grants, served, reader, warnings);
  const secret = secrets.get(0);
  const receipt = receiptDay(service, served, history);
  return {
    case: served.case,
    day: receipt ?? served.day,
    route: statement.route,
    team,
    told: { day: served.day, route: served.route, team: served.team, stage: served.stage },
    record,
    locked,
    parties: await openParties(statement, served.parties, reader),
    body:
      secret === undefined
        ? { content: null, text: null, warnings: [warning("not-sealed-to-you", "K2")] }
        : await openBody(statement, served.body, secret),
    identity:
      served.identity === null ? null : await openIdentity(statement, served.identity, reader),
    secrets,
    grants,
    rows,
    served: served.grants.map(({ member, epoch, live }) => ({ member, epoch, live })),
    conversation: await readConversation(record, history, sent(served), {
      as: "member",
      secrets,
    }),
    receiptDay: receipt,
    warnings,
  };
}

/** The team that a report went to: that of its route, by the root that the statement pins (D3, S1).
 * Null where that root is not there. */
export function pinnedTeam(history: History, { directory, route }: Statement): TeamId | null {
  const pinned = directoryAt(history, directory.serial)?.root;
  if (pinned?.digest !== directory.digest) return null;
  const team = pinned.routes[route];
  return team === "" ? null : team;
}

/** The serial of the root that a statement pins, not verified; none where it cannot be read. */
export function pinnedSerial(statement: Uint8Array): number[] {
  try {
    const document = JSON.parse(new TextDecoder().decode(split(statement).payload)) as {
      directory?: { serial?: unknown };
    } | null;
    const serial = document?.directory?.serial;
    return Number.isSafeInteger(serial) && (serial as number) > 0 ? [serial as number] : [];
  } catch {
    return [];
  }
}

/** The serials of all roots by which a case's documents ask to be verified (D9). Not verified. */
export function serialsOf(served: DeskCase): number[] {
  const found = claimedSerials([
    ...served.messages.map((one) => one.stub),
    ...served.grants.flatMap((one) => (one.row === null ? [] : [one.row])),
    ...served.declarations,
    ...served.epochs,
  ]);
  const all = new Set([...found, ...pinnedSerial(served.statement)]);
  return [...all].sort((one, other) => one - other);
}

/** Grant rows by the number that each claims: the service serves them by member. */
function inOrder(rows: readonly Uint8Array[]): Uint8Array[] {
  const numbered = rows.map((row) => ({ row, number: claimedNumber(row, "number") }));
  return numbered.sort((one, other) => one.number - other.number).map(({ row }) => row);
}

/** The reader's secrets: of live grants by the ledger, and as sealed in the statement or the row
 * that gave them (K4). The service's word for either counts nothing. */
async function ownSecrets(
  { record, live: ledger }: Grants,
  served: DeskCase,
  reader: Reader,
  warnings: Warning[],
): Promise<Map<number, Identity<CaseSecret>>> {
  const secrets = new Map<number, Identity<CaseSecret>>();
  for (const { member, epoch, live, sealed } of served.grants) {
    if (member !== reader.member || sealed === null) continue;
    const held = ledger.find((one) => one.member === member && one.epoch === epoch);
    if (held?.digest !== digest(sealed)) {
      // One that was ended or replaced may be served still; as a live one it is a lie.
      if (live) warnings.push(warning(held === undefined ? "grant" : "digest", "K4"));
      continue;
    }
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
