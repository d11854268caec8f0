/** The calls of leads, administrators and auditors. */
import { base64 } from "../protocol";
import type { MemberId } from "../protocol";
import { officeAnswer, officePaths } from "../protocol/office-calls";
import type {
  Account,
  AuditWanted,
  Invitation,
  OfficeAnswerOf,
  StrandedCases,
} from "../protocol/office-calls";
import type { Caller } from "./calling";

/** Newly signed documents, to be published together. */
export type Documents = {
  readonly leads: readonly Uint8Array[];
  readonly teams: readonly Uint8Array[];
  /** Null only to extend the list of leads before the first root. */
  readonly root: Uint8Array | null;
};

/** Where a list goes on: ids go up, and a service that leads in a circle is not followed. */
function onward<Id extends string>(next: Id | null, after: Id | undefined): Id | null {
  return next !== null && (after === undefined || next > after) ? next : null;
}

export class OfficeCalls {
  readonly #caller: Caller;

  constructor(caller: Caller) {
    this.#caller = caller;
  }

  /** Every account, page after page. */
  accounts = async (): Promise<Account[]> => {
    const all: Account[] = [];
    for (let after: MemberId | null | undefined; after !== null;) {
      const path = officePaths.accounts(after ?? null);
      const page = await this.#caller.ask("GET", path, officeAnswer("accounts"));
      all.push(...page.accounts);
      after = onward(page.next, after);
    }
    return all;
  };
  /** Every link that somebody may still enrol by, page after page. */
  invitations = async (): Promise<Invitation[]> => {
    const all: Invitation[] = [];
    for (let after: string | null | undefined; after !== null;) {
      const path = officePaths.invitations(after ?? null);
      const page = await this.#caller.ask("GET", path, officeAnswer("invitations"));
      all.push(...page.invitations);
      after = onward(page.next, after);
    }
    return all;
  };
  /** The first cases that nobody is left to work on; `next` is not null where there are more. */
  stranded = (): Promise<StrandedCases> =>
    this.#caller.ask("GET", officePaths.stranded, officeAnswer("stranded"));
  invite = (label: string, replaces: MemberId | ""): Promise<OfficeAnswerOf<"invited">> =>
    this.#caller.ask("POST", officePaths.invite, officeAnswer("invited"), {
      label,
      replaces,
    });
  withdraw = (id: string): Promise<void> => this.#caller.act("POST", officePaths.withdrawal(id));
  account = (of: MemberId, act: "suspend" | "restore" | "end-sessions"): Promise<void> =>
    this.#caller.act("POST", officePaths.account(of, act));
  service = (): Promise<OfficeAnswerOf<"service">> =>
    this.#caller.ask("GET", officePaths.service, officeAnswer("service"));

  publish = ({ leads, teams, root }: Documents): Promise<OfficeAnswerOf<"published">> =>
    this.#caller.ask("POST", officePaths.publish, officeAnswer("published"), {
      leads: leads.map(base64),
      teams: teams.map(base64),
      root: root === null ? null : base64(root),
    });
  votes = (): Promise<OfficeAnswerOf<"votes">> =>
    this.#caller.ask("GET", officePaths.recovery, officeAnswer("votes"));
  vote = (signed: Uint8Array): Promise<void> =>
    this.#caller.act("POST", officePaths.recovery, { signed: base64(signed) });

  audit = (wanted: AuditWanted): Promise<OfficeAnswerOf<"audit">> =>
    this.#caller.ask("GET", officePaths.audit(wanted), officeAnswer("audit"));
  heads = (): Promise<OfficeAnswerOf<"heads">> =>
    this.#caller.ask("GET", officePaths.heads, officeAnswer("heads"));
  countersign = (signed: Uint8Array): Promise<void> =>
    this.#caller.act("POST", officePaths.heads, { signed: base64(signed) });
  exportAudit = (): Promise<Uint8Array> => this.#caller.bytes("POST", officePaths.auditExport, {});
}
