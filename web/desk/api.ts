import { base64, paths, readAnswer, readProblem } from "../protocol";
import type { AnswerName, AnswerOf, CaseId, Digest, Problem } from "../protocol";
import { Troubled } from "./trouble";
import { fill, words } from "./words";

/** The service refused, with a code of the protocol's section 12. */
export class Refusal extends Troubled {
  readonly problem: Problem;

  constructor(problem: Problem, retryAfter: string | null) {
    const { code, values } = told(problem, retryAfter);
    super(code, values);
    this.problem = problem;
  }
}

type Method = "GET" | "POST" | "PUT";
type Fetched = Pick<Response, "status" | "ok" | "headers" | "arrayBuffer">;
export type Fetch = (path: string, init: RequestInit) => Promise<Fetched>;

/** The largest number of cases asked for at once. */
const page = 100;

/** The calls that a desk makes. */
export class Api {
  readonly #fetch: Fetch;

  constructor(by: Fetch = (path, init) => fetch(path, init)) {
    this.#fetch = by;
  }

  parameters = (label: string): Promise<AnswerOf<"parameters">> =>
    this.#call("POST", paths.parameters, "parameters", { label });
  signIn = (label: string, login: string): Promise<AnswerOf<"signedIn">> =>
    this.#call("POST", paths.signIn, "signedIn", { label, login });
  me = (): Promise<AnswerOf<"me">> => this.#call("GET", paths.me, "me");
  ring = (): Promise<AnswerOf<"ring">> => this.#call("GET", paths.ring, "ring");
  keepRing = (revision: number, ring: Uint8Array): Promise<AnswerOf<"ringKept">> =>
    this.#call("PUT", paths.ring, "ringKept", { revision, ring: base64(ring) });
  newCases = (after?: CaseId): Promise<AnswerOf<"newCases">> =>
    this.#call("GET", paths.cases("new", page, after), "newCases");
  myCases = (after?: CaseId): Promise<AnswerOf<"myCases">> =>
    this.#call("GET", paths.cases("mine", page, after), "myCases");
  declare = (of: CaseId, signed: Uint8Array): Promise<AnswerOf<"declared">> =>
    this.#call("POST", paths.declaration(of), "declared", { signed: base64(signed) });
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
  ): Promise<AnswerOf<"number">> =>
    this.#call("POST", paths.grants(of), "number", {
      row: base64(grant.row),
      sealed: base64(grant.sealed),
    });
  directory = (): Promise<AnswerOf<"directory">> => this.#call("GET", paths.directory, "directory");
  document = (of: Digest): Promise<Uint8Array> => this.#bytes(paths.document(of));
  root = (serial: number): Promise<Uint8Array> => this.#bytes(paths.root(serial));

  /** Asks the service to end the session; the answer is not waited for, so that a page may close. */
  signOut(): void {
    void this.#fetch(paths.signOut, { ...init("POST", {}), keepalive: true }).catch(
      () => undefined,
    );
  }

  async #call<N extends AnswerName>(
    method: Method,
    path: string,
    name: N,
    body?: object,
  ): Promise<AnswerOf<N>> {
    const bytes = await this.#answered(path, init(method, body));
    try {
      return readAnswer(name, bytes);
    } catch {
      throw new Troubled("answer");
    }
  }

  #bytes(path: string): Promise<Uint8Array> {
    return this.#answered(path, init("GET"));
  }

  async #answered(path: string, with_: RequestInit): Promise<Uint8Array> {
    let response: Fetched;
    let bytes: Uint8Array;
    try {
      response = await this.#fetch(path, with_);
      bytes = new Uint8Array(await response.arrayBuffer());
    } catch {
      throw new Troubled(navigator.onLine ? "unreachable" : "offline");
    }
    if (response.ok) return bytes;
    let problem: Problem;
    try {
      problem = readProblem(bytes);
    } catch {
      throw new Troubled(response.status >= 500 ? "unavailable" : "answer");
    }
    throw new Refusal(problem, response.headers.get("retry-after"));
  }
}

function init(method: Method, body?: object): RequestInit {
  return {
    method,
    credentials: "same-origin",
    cache: "no-store",
    redirect: "error",
    referrerPolicy: "no-referrer",
    headers: {
      "Rightline-Desk": "1",
      ...(body === undefined ? {} : { "Content-Type": "application/json" }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  };
}

function told(problem: Problem, retryAfter: string | null): Troubled["trouble"] {
  switch (problem.code) {
    case "sign-in":
      return { code: "sign_in" };
    case "slow-down":
      return { code: "slow_down", values: { wait: wait(retryAfter) } };
    case "signed-out":
      return { code: "signed_out" };
    case "foreign":
      return { code: "foreign" };
    case "not-found":
      return { code: "not_found" };
    case "not-yet-open":
      return { code: "directory_not_open" };
    case "unavailable":
      return { code: "unavailable" };
    case "storage-full":
      return { code: "storage_full" };
    default:
      return problem.rule === null
        ? { code: "refused", values: { code: problem.code } }
        : { code: "refused_rule", values: { rule: problem.rule } };
  }
}

function wait(retryAfter: string | null): string {
  return retryAfter !== null && /^\d{1,5}$/.test(retryAfter)
    ? fill(words.trouble.slow_down_seconds, { seconds: retryAfter })
    : words.trouble.slow_down_soon;
}
