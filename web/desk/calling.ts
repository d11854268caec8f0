/** How members' pages speak to the service: one way to ask, and one meaning for each refusal. */
import { readProblem } from "../protocol";
import type { Problem } from "../protocol";
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

export type Method = "GET" | "POST" | "PUT";
type Fetched = Pick<Response, "status" | "ok" | "headers" | "arrayBuffer">;
export type Fetch = (path: string, init: RequestInit) => Promise<Fetched>;

/** Makes calls and reads their answers. */
export class Caller {
  readonly #fetch: Fetch;

  constructor(by: Fetch = (path, init) => fetch(path, init)) {
    this.#fetch = by;
  }

  /** A call whose answer is a document, which `read` reads strictly. */
  async ask<T>(
    method: Method,
    path: string,
    read: (bytes: Uint8Array) => T,
    body?: object,
  ): Promise<T> {
    const bytes = await this.bytes(method, path, body);
    try {
      return read(bytes);
    } catch {
      throw new Troubled("answer");
    }
  }

  /** A call whose answer is empty. */
  async act(method: Method, path: string, body: object = {}): Promise<void> {
    await this.bytes(method, path, body);
  }

  /** A call whose answer is bytes as they stand. */
  async bytes(method: Method, path: string, body?: object): Promise<Uint8Array> {
    let response: Fetched;
    let bytes: Uint8Array;
    try {
      response = await this.#fetch(path, init(method, body));
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

  /** A call whose answer is not waited for, so that the page may close. */
  leave(path: string): void {
    void this.#fetch(path, { ...init("POST", {}), keepalive: true }).catch(() => undefined);
  }
}

/** True if the service refused with this code, and with this status where one is named. */
export function refusedWith(error: unknown, code: string, status?: number): boolean {
  if (!(error instanceof Refusal) || error.problem.code !== code) return false;
  return status === undefined || error.problem.status === status;
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
    case "not-allowed":
      return { code: "not_allowed" };
    case "not-yet-open":
      return { code: "directory_not_open" };
    case "unavailable":
      return { code: "unavailable" };
    case "storage-full":
      return { code: "storage_full" };
    case "second-factor":
      return { code: problem.status === 401 ? "factor_wrong" : "factor_needed" };
    case "code":
      return { code: "factor_wrong" };
    case "last-factor":
      return { code: "factor_last" };
    case "invitation":
      return { code: "invitation" };
    case "label":
      return { code: "label_taken" };
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
