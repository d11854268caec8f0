/** The desk's calls about records, acts and the procedure of cases. */
import { base64 } from "../../protocol";
import type { CaseId } from "../../protocol";
import type { RecordName } from "../../protocol/record-file";
import { readWorkAnswer, workPaths } from "../../protocol/work-calls";
import type { WorkAnswerName, WorkAnswerOf } from "../../protocol/work-calls";
import type { Caller, Method } from "../calling";

export class WorkCalls {
  readonly #caller: Pick<Caller, "ask">;

  constructor(caller: Pick<Caller, "ask">) {
    this.#caller = caller;
  }

  settings = (): Promise<WorkAnswerOf<"casework">> =>
    this.#call("GET", workPaths.casework, "casework");
  work = (of: CaseId): Promise<WorkAnswerOf<"work">> =>
    this.#call("GET", workPaths.work(of), "work");
  procedure = (of: CaseId): Promise<WorkAnswerOf<"procedure">> =>
    this.#call("GET", workPaths.procedure(of), "procedure");
  revisions = (
    of: CaseId,
    record: RecordName,
    after: number,
    limit?: number,
  ): Promise<WorkAnswerOf<"revisions">> =>
    this.#call("GET", workPaths.revisions(of, record, after, limit), "revisions");
  keep = (
    of: CaseId,
    made: { readonly stub: Uint8Array; readonly file: Uint8Array },
  ): Promise<WorkAnswerOf<"kept">> =>
    this.#call("POST", workPaths.records(of), "kept", {
      stub: base64(made.stub),
      file: base64(made.file),
    });
  act = (
    of: CaseId,
    made: { readonly signed: Uint8Array; readonly file: Uint8Array },
  ): Promise<WorkAnswerOf<"acted">> =>
    this.#call("POST", workPaths.acts(of), "acted", {
      signed: base64(made.signed),
      file: base64(made.file),
    });
  due = (
    list: "mine" | { readonly team: string },
    within: number,
    after: string | null,
  ): Promise<WorkAnswerOf<"due">> => this.#call("GET", workPaths.due(list, within, after), "due");

  #call<N extends WorkAnswerName>(
    method: Method,
    path: string,
    name: N,
    body?: object,
  ): Promise<WorkAnswerOf<N>> {
    return this.#caller.ask(method, path, (bytes) => readWorkAnswer(name, bytes), body);
  }
}
