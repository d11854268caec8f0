/** A service that keeps the keys of cases as ours does, and directories that change, for the tests. */
import {
  addTeam,
  base64,
  claimedNumber,
  digest,
  history,
  readContainer,
  sign,
  signDeclaration,
  signReceipt,
  signRecoveryVote,
  verifyDirectory,
} from "../protocol";
import type {
  Access,
  CaseId,
  Composed,
  DeskCase,
  Draft,
  EpochReason,
  History,
  Member,
  MemberId,
  RecoveryKeys,
  Stage,
} from "../protocol";
import {
  SERVICE,
  TEAM_INTAKE,
  TODAY,
  custodian,
  genesis,
  handlers,
  independents,
  leads,
  rootPayload,
  sampleMember,
  sampleReport,
  seed,
  serviceKey,
  teamDocument,
} from "../protocol/sample";
import type { SampleMember } from "../protocol/sample";
import type { Hands, Made } from "./access";
import { Refusal } from "./api";
import { readerOf } from "./sample";

/** The teams of the sample directory, by id. */
export type Teams = Readonly<Record<string, readonly Member[]>>;
export const TEAMS: Teams = {
  intake: handlers.map((one) => one.entry),
  independent: independents.map((one) => one.entry),
  custodians: [custodian.entry],
};

/** Another handler, who has come in the place of somebody. */
export function newcomer(label: string, replaces: SampleMember, change: object = {}): SampleMember {
  const one = sampleMember(label, "handler");
  return { ...one, entry: { ...one.entry, replaces: replaces.member, ...change } };
}

/** The directory after another, with these teams; the ones before stay known. */
export function published(before: History, teams: Teams, change: object = {}): History {
  const documents = Object.entries(teams).map(
    ([team, members]) => [team, teamDocument(team, members)] as const,
  );
  const { serial, digest: previous } = before.current.root;
  const payload = rootPayload({
    serial: serial + 1,
    previous,
    teams: documents.map(([team, bytes]) => ({ team, digest: digest(bytes) })),
    ...change,
  });
  const root = sign("root", payload, leads[0].signer);
  let now = verifyDirectory(SERVICE, genesis, [], root);
  for (const [, bytes] of documents) now = addTeam(now, bytes);
  return history(now, [before.current, ...before.earlier.values()]);
}

/** What a root says of a recovery that both leads voted for. */
export function namedRecovery({ identity: opens, signer: signs }: RecoveryKeys): object {
  const { recipient } = opens;
  const named = { recipient, key: signs.key, threshold: 2, shares: 3 };
  const vote = { service: SERVICE, ...named, day: TODAY };
  const signatures = leads.map((lead) => base64(signRecoveryVote(vote, lead.signer)));
  return { recovery: { ...named, signatures } };
}

export function handsOf(one: SampleMember, by: History): Hands {
  return { service: SERVICE, reader: readerOf(one), signer: one.signer, history: by };
}

const sequence = new Refusal(
  { code: "sequence", title: "", status: 409, detail: "", rule: null },
  null,
);

/** The keys of one case, as a service that keeps to the rules holds them. */
export class Ledger {
  readonly composed: Composed;
  readonly epochs: Uint8Array<ArrayBuffer>[] = [];
  readonly rows: Uint8Array<ArrayBuffer>[] = [];
  readonly declarations: Uint8Array<ArrayBuffer>[] = [];
  readonly bars: MemberId[] = [];
  readonly sealed: { member: MemberId; epoch: number; sealed: Uint8Array<ArrayBuffer> }[] = [];
  readonly parties: Uint8Array<ArrayBuffer>;
  stage: Stage = "received";
  /** How many transactions were carried out. */
  transactions = 0;

  private constructor(composed: Composed) {
    this.composed = composed;
    const { sections, statement } = readContainer(SERVICE, composed.bytes);
    this.parties = Uint8Array.from(sections.parties);
    for (const [place, { member }] of statement.grantees.entries()) {
      const sealed = Uint8Array.from(sections.grants[place] ?? []);
      this.sealed.push({ member, epoch: 0, sealed });
    }
  }

  /** A new report, in which these members have declared that they have no conflict. */
  static async file(
    name: string,
    change: Partial<Draft> = {},
    declared: readonly SampleMember[] = handlers,
  ): Promise<Ledger> {
    const ledger = new Ledger(await sampleReport({ caseSecret: seed(name), ...change }));
    for (const one of declared) ledger.declare(one, false);
    return ledger;
  }

  get case(): CaseId {
    return this.composed.case;
  }

  declare(by: SampleMember, conflict: boolean, serial = 1): void {
    const { member, signer } = by;
    const facts = { service: SERVICE, case: this.case, member, conflict, serial, day: TODAY };
    this.declarations.push(Uint8Array.from(signDeclaration(facts, signer)));
  }

  /** What is served to a member about who can open the case. */
  access(to: MemberId): Access {
    return {
      case: this.case,
      statement: Uint8Array.from(this.composed.statement.bytes),
      team: TEAM_INTAKE,
      stage: this.stage,
      epochs: [...this.epochs],
      rows: [...this.rows],
      declarations: [...this.declarations],
      changes: [],
      live: this.sealed.map(({ member, epoch }) => ({ member, epoch })),
      bars: [...this.bars],
      sealed: this.sealed
        .filter((one) => one.member === to)
        .map(({ epoch, sealed }) => ({ epoch, sealed })),
    };
  }

  /** Takes a grant, if its place in the chain is free. */
  share({ row, sealed }: { row: Uint8Array; sealed: Uint8Array }): void {
    if (claimedNumber(row, "number") !== this.rows.length + 1) throw sequence;
    this.#add(row, sealed);
    this.transactions++;
  }

  /** Takes a new lock with its grants, if its place is free: all of it, or nothing. */
  lock(made: { document: Uint8Array; rows: readonly Made[] }): void {
    const [first] = made.rows;
    const free =
      claimedNumber(made.document, "epoch") === this.epochs.length + 1 &&
      first !== undefined &&
      claimedNumber(first.row, "number") === this.rows.length + 1;
    if (!free) throw sequence;
    this.epochs.push(Uint8Array.from(made.document));
    for (const { row, sealed } of made.rows) this.#add(row, sealed);
    this.transactions++;
  }

  /** What the last lock says it was made for. */
  get reason(): EpochReason | null {
    const last = this.epochs.at(-1);
    return last === undefined ? null : (named(last, "reason") as EpochReason);
  }

  /** Who was granted the secret of an epoch. */
  holders(epoch: number): MemberId[] {
    return this.sealed.filter((one) => one.epoch === epoch).map((one) => one.member);
  }

  /** The whole case, as it is served to a member. */
  whole(to: MemberId): DeskCase {
    const { statement, team, stage, epochs, declarations } = this.access(to);
    const { body } = readContainer(SERVICE, this.composed.bytes).sections;
    const first = this.sealed.length - this.rows.length;
    return {
      case: this.case,
      day: TODAY,
      route: "intake",
      team,
      stage,
      epochs,
      statement,
      parties: this.parties,
      body: Uint8Array.from(body),
      identity: null,
      receipt: signReceipt({ service: SERVICE, case: this.case, day: TODAY }, serviceKey),
      changes: [],
      grants: this.sealed.map(({ member, epoch, sealed }, place) => ({
        row: this.rows[place - first] ?? null,
        member,
        epoch,
        live: true,
        sealed: member === to ? sealed : null,
      })),
      declarations,
      messages: [],
    };
  }

  #add(row: Uint8Array, sealed: Uint8Array): void {
    this.rows.push(Uint8Array.from(row));
    const member = named(row, "grantee") as MemberId;
    const epoch = claimedNumber(row, "epoch");
    this.sealed.push({ member, epoch, sealed: Uint8Array.from(sealed) });
  }
}

function named(signed: Uint8Array, name: string): string {
  const payload = JSON.parse(new TextDecoder().decode(signed.subarray(97))) as object;
  return String((payload as Record<string, unknown>)[name]);
}

export { SERVICE, TODAY, custodian, handlers };
