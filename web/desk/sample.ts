/** A case as a service would serve it to a handler, for the tests. */
import {
  grant,
  headsOf,
  history,
  identity,
  openGrant,
  readContainer,
  signDeclaration,
  signEpoch,
  signReceipt,
  writeFromReporter,
  writeToReporter,
} from "../protocol";
import type {
  CaseSecret,
  Composed,
  DeskCase,
  Draft,
  History,
  MemberOpenSeed,
  MemberSignSeed,
  Reader,
  Writing,
} from "../protocol";
import {
  SERVICE,
  TEAM_INTAKE,
  TODAY,
  custodian,
  handlers,
  sampleDirectory,
  sampleReport,
  seed,
  serviceKey,
} from "../protocol/sample";
import type { SampleMember } from "../protocol/sample";
import type { Vault } from "../protocol/vault";
import type { Facts } from "./session";

/** The secret of every lock that {@link SampleCase.renew} makes. */
export const NEW_LOCK = identity(seed<CaseSecret>("another lock"));
export const sampleHistory: History = history(sampleDirectory());

/** What a service says about the first handler. */
export const sampleFacts: Facts = {
  member: handlers[0].member,
  label: "Handler-1",
  idle_minutes: 20,
  roles: ["handler"],
  lead: false,
  administrator: false,
  endorsed: true,
  fresh: true,
  pinned: true,
  demonstration: false,
};

export function readerOf({ member, identity: keys }: SampleMember): Reader {
  return { member, identity: keys };
}

/** A member's vault. Its seeds are its own: a session overwrites them when it ends. */
export function vaultOf({ member, entry, identity: opens, signer: signs }: SampleMember): Vault {
  return {
    service: SERVICE,
    member,
    label: entry.label,
    identity: { ...opens, seed: opens.seed.slice() as Uint8Array as MemberOpenSeed },
    signer: { ...signs, seed: signs.seed.slice() as Uint8Array as MemberSignSeed },
    unlocks: [],
  };
}

/** One case that grows message by message, and is served as it stands. */
export class SampleCase {
  readonly composed: Composed;
  readonly served: DeskCase;

  private constructor(composed: Composed, served: DeskCase) {
    this.composed = composed;
    this.served = served;
  }

  /** A new report in which the first handler has declared that there is no conflict. */
  static async file(change: Partial<Draft> = {}): Promise<SampleCase> {
    const composed = await sampleReport(change);
    const { sections, statement } = readContainer(SERVICE, composed.bytes);
    const [first] = handlers;
    return new SampleCase(composed, {
      case: composed.case,
      day: TODAY,
      route: "intake",
      team: TEAM_INTAKE,
      stage: "received",
      statement: bytes(sections.statement),
      parties: bytes(sections.parties),
      body: bytes(sections.body),
      identity: null,
      receipt: signReceipt({ service: SERVICE, case: composed.case, day: TODAY }, serviceKey),
      epochs: [],
      changes: [],
      grants: statement.grantees.map(({ member }, place) => ({
        row: null,
        member,
        epoch: 0,
        live: true,
        sealed: member === first.member ? bytes(sections.grants[place]) : null,
      })),
      declarations: [declarationOf(composed, first, false)],
      messages: [],
    });
  }

  async reply(by: SampleMember, writing: Writing): Promise<void> {
    const { signer, member } = by;
    const how = { member, signer, serial: 1, day: TODAY };
    const made = await writeToReporter(this.record, this.heads, writing, how);
    const { stub, case_file: file } = made;
    this.served.messages.push({ stub, file });
    if (writing.stage) this.served.stage = writing.stage;
    this.#heads.to_reporter.push(stub);
  }

  async ask(body: string, kind: Writing["kind"] = "message"): Promise<void> {
    const { keys } = this.composed;
    const how = { serial: 1, day: TODAY };
    const writing = { kind, body };
    const { stub, file } = await writeFromReporter(this.record, this.heads, writing, keys, how);
    this.served.messages.push({ stub, file });
    this.#heads.from_reporter.push(stub);
  }

  /** A handler lets another member in, by the root of a serial; the service puts the row where it likes. */
  async share(by: SampleMember, to: SampleMember, first = false, serial = 1): Promise<void> {
    const rows = this.#rows;
    const secret = identity((await this.#secret()).seed.slice() as Uint8Array as CaseSecret);
    const facts = {
      epoch: 0,
      secret,
      grantee: to.entry,
      grantor: by.member,
      serial,
      day: TODAY,
    };
    const { row } = await grant(this.record, rows, facts, by.signer);
    this.#rows.push(row);
    const served = { row, member: to.member, epoch: 0, live: true, sealed: null };
    if (first) this.served.grants.unshift(served);
    else this.served.grants.push(served);
  }

  /** A member makes a new lock, whether or not they may. */
  renew(by: SampleMember): void {
    const facts = { author: by.member, serial: 1, reason: "compromise" as const, day: TODAY };
    const made = signEpoch(this.record, { ...facts, identity: NEW_LOCK }, by.signer);
    this.served.epochs.push(made);
  }

  declare(by: SampleMember, conflict: boolean): void {
    this.served.declarations.push(declarationOf(this.composed, by, conflict));
  }

  get record(): Parameters<typeof writeToReporter>[0] {
    const { statement, case: id } = this.composed;
    return { service: SERVICE, case: id, statement, epochs: [], changes: [], warnings: [] };
  }

  get heads(): ReturnType<typeof headsOf> {
    return headsOf(this.#heads.to_reporter, this.#heads.from_reporter);
  }

  readonly #heads = { to_reporter: [] as Uint8Array[], from_reporter: [] as Uint8Array[] };
  readonly #rows: Uint8Array[] = [];

  async #secret(): ReturnType<typeof openGrant> {
    const [first] = handlers;
    const own = this.served.grants.find((one) => one.member === first.member)?.sealed;
    return openGrant(readerOf(first), this.record, 0, bytes(own ?? undefined));
  }
}

function declarationOf(
  { case: id }: Composed,
  by: SampleMember,
  conflict: boolean,
): ReturnType<typeof signDeclaration> {
  const document = { service: SERVICE, case: id, member: by.member, conflict, serial: 1 };
  return signDeclaration({ ...document, day: TODAY }, by.signer);
}

function bytes(of: Uint8Array | undefined): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(of ?? []);
}

export { SERVICE, TODAY, custodian, handlers };
