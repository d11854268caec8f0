import { base64, paths, readAnswer } from "../protocol";
import type { AnswerName, AnswerOf, CaseId, Digest } from "../protocol";
import { Caller } from "./calling";
import type { Method } from "./calling";

export { Refusal } from "./calling";
export type { Fetch } from "./calling";

/** How many rows of a list are asked for at once: those of new reports bring sealed parts with them. */
const pages = { new: 50, mine: 200 };

/** The calls that a desk makes about cases and the directory. */
export class Api extends Caller {
  parameters = (label: string): Promise<AnswerOf<"parameters">> =>
    this.#call("POST", paths.parameters, "parameters", { label });
  signIn = (label: string, login: string, code: string): Promise<AnswerOf<"signedIn">> =>
    this.#call("POST", paths.signIn, "signedIn", { label, login, code });
  me = (): Promise<AnswerOf<"me">> => this.#call("GET", paths.me, "me");
  ring = (): Promise<AnswerOf<"ring">> => this.#call("GET", paths.ring, "ring");
  keepRing = (revision: number, ring: Uint8Array): Promise<AnswerOf<"ringKept">> =>
    this.#call("PUT", paths.ring, "ringKept", { revision, ring: base64(ring) });
  newCases = (after?: CaseId): Promise<AnswerOf<"newCases">> =>
    this.#call("GET", paths.cases("new", pages.new, after), "newCases");
  myCases = (after?: CaseId): Promise<AnswerOf<"myCases">> =>
    this.#call("GET", paths.cases("mine", pages.mine, after), "myCases");
  declare = (
    of: CaseId,
    signed: Uint8Array,
    file: Uint8Array | null,
  ): Promise<AnswerOf<"declared">> =>
    this.#call("POST", paths.declaration(of), "declared", {
      signed: base64(signed),
      file: file === null ? null : base64(file),
    });
  deskCases = (cases: readonly CaseId[]): Promise<AnswerOf<"deskCases">> =>
    this.#call("POST", paths.openCases, "deskCases", { cases });
  deskCase = (of: CaseId): Promise<AnswerOf<"deskCase">> =>
    this.#call("GET", paths.deskCase(of), "deskCase");
  send = (
    of: CaseId,
    message: { stub: Uint8Array; case_file: Uint8Array; reporter_file: Uint8Array },
  ): Promise<AnswerOf<"sequence">> =>
    this.#call("POST", paths.messages(of), "sequence", {
      stub: base64(message.stub),
      case_file: base64(message.case_file),
      reporter_file: base64(message.reporter_file),
    });
  share = (
    of: CaseId,
    grant: { row: Uint8Array; sealed: Uint8Array },
    brief: Uint8Array | null = null,
  ): Promise<AnswerOf<"number">> =>
    this.#call("POST", paths.grants(of), "number", {
      row: base64(grant.row),
      sealed: base64(grant.sealed),
      brief: brief === null ? null : base64(brief),
    });
  access = (of: CaseId): Promise<AnswerOf<"access">> =>
    this.#call("GET", paths.access(of), "access");
  /** So many of what was done with a case, after the first so many. */
  openings = (of: CaseId, after: number, limit: number): Promise<AnswerOf<"openings">> =>
    this.#call("GET", paths.openings(of, after, limit), "openings");
  lock = (
    of: CaseId,
    made: {
      document: Uint8Array;
      rows: readonly { row: Uint8Array; sealed: Uint8Array }[];
    },
  ): Promise<AnswerOf<"epoch">> =>
    this.#call("POST", paths.epochs(of), "epoch", {
      epoch: base64(made.document),
      rows: made.rows.map(({ row, sealed }) => ({ row: base64(row), sealed: base64(sealed) })),
    });
  directory = (): Promise<AnswerOf<"directory">> => this.#call("GET", paths.directory, "directory");
  leads = (): Promise<AnswerOf<"leads">> => this.#call("GET", paths.leads, "leads");
  document = (of: Digest): Promise<Uint8Array> => this.bytes("GET", paths.document(of));
  root = (serial: number): Promise<Uint8Array> => this.bytes("GET", paths.root(serial));

  /** Asks the service to end the session; the answer is not waited for, so that a page may close. */
  signOut(): void {
    this.leave(paths.signOut);
  }

  #call<N extends AnswerName>(
    method: Method,
    path: string,
    name: N,
    body?: object,
  ): Promise<AnswerOf<N>> {
    return this.ask(method, path, (bytes) => readAnswer(name, bytes), body);
  }
}
