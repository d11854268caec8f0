/** The calls of leads, administrators and auditors. */
import { base64 } from "../protocol";
import type { MemberId } from "../protocol";
import { officeAnswer, officePaths } from "../protocol/office-calls";
import type { AuditWanted, OfficeAnswerOf } from "../protocol/office-calls";
import type { Caller } from "./calling";

/** Newly signed documents, to be published together. */
export type Documents = {
  readonly leads: readonly Uint8Array[];
  readonly teams: readonly Uint8Array[];
  /** Null only to extend the list of leads before the first root. */
  readonly root: Uint8Array | null;
};

export class OfficeCalls {
  readonly #caller: Caller;

  constructor(caller: Caller) {
    this.#caller = caller;
  }

  accounts = (): Promise<OfficeAnswerOf<"accounts">> =>
    this.#caller.ask("GET", officePaths.accounts, officeAnswer("accounts"));
  invite = (label: string, replaces: MemberId | ""): Promise<OfficeAnswerOf<"invited">> =>
    this.#caller.ask("POST", officePaths.invitations, officeAnswer("invited"), {
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
