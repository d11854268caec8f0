import { day } from "../protocol/bytes";
import type { Day, Digest, ServiceId } from "../protocol/bytes";
import { readAnswer, readProblem, paths } from "../protocol/calls";
import type { AnswerName, AnswerOf, Problem } from "../protocol/calls";
import { missingDocuments, routeDocuments } from "../protocol/directory";
import type { Directory } from "../protocol/directory";
import { Refused } from "../protocol/refused";
import { followPin, verifyBefore } from "../protocol/succession";
import { history } from "../protocol/history";
import type { History } from "../protocol/history";
import { addTeam, verifyDirectory } from "../protocol/verified";

/** Why the service gave no useful answer. */
export type TroubleKind =
  /** There was no connection. */
  | "offline"
  /** There was a connection, but no answer in time: nobody knows what happened. */
  | "timeout"
  /** 503, or another fault of the service. */
  | "unavailable"
  /** 503 with `storage-full`. */
  | "storage-full"
  /** A refusal with a problem document, in `problem`. */
  | "problem"
  /** An answer that is not as the protocol has it. */
  | "answer";

/** A call that gave no useful answer. Holds nothing that was sent. */
export class Trouble extends Error {
  override readonly name = "Trouble";
  readonly kind: TroubleKind;
  readonly problem: Problem | null;

  constructor(kind: TroubleKind, problem: Problem | null = null) {
    super(kind);
    this.kind = kind;
    this.problem = problem;
  }
}

const PATIENCE_MS = 60_000;

interface Sent {
  readonly method: "GET" | "PUT" | "POST";
  readonly type?: string;
  readonly body?: string | Uint8Array<ArrayBuffer>;
}

/** Makes one call and gives the bytes of a good answer; anything else is a {@link Trouble}. */
export async function call(path: string, sent: Sent = { method: "GET" }): Promise<Uint8Array> {
  const patience = new AbortController();
  const timer = setTimeout(() => patience.abort(), PATIENCE_MS);
  try {
    const answer = await fetch(path, {
      method: sent.method,
      ...(sent.type === undefined ? {} : { headers: { "Content-Type": sent.type } }),
      ...(sent.body === undefined ? {} : { body: sent.body }),
      cache: "no-store",
      credentials: "omit",
      referrerPolicy: "no-referrer",
      redirect: "error",
      signal: patience.signal,
    });
    const bytes = new Uint8Array(await answer.arrayBuffer());
    if (answer.ok) return bytes;
    throw refusal(answer.status, bytes);
  } catch (error) {
    if (error instanceof Trouble) throw error;
    throw new Trouble(patience.signal.aborted ? "timeout" : "offline");
  } finally {
    clearTimeout(timer);
  }
}

/** Makes one call and reads its answer strictly (N5). */
export async function ask<N extends AnswerName>(
  name: N,
  path: string,
  sent?: Sent,
): Promise<AnswerOf<N>> {
  const bytes = await call(path, sent);
  try {
    return readAnswer(name, bytes);
  } catch {
    throw new Trouble("answer");
  }
}

/** The day by the service's clock, for a device whose own clock is wrong; null if it is not told. */
export async function serviceDay(): Promise<Day | null> {
  try {
    const answer = await fetch(paths.directory, { cache: "no-store", credentials: "omit" });
    const told = new Date(answer.headers.get("Date") ?? "");
    return Number.isNaN(told.getTime()) ? null : day(told.toISOString().slice(0, 10));
  } catch {
    return null;
  }
}

function refusal(status: number, bytes: Uint8Array): Trouble {
  let problem: Problem | null = null;
  try {
    problem = readProblem(bytes);
  } catch {
    // Something between the service and this page answered, or the service is broken.
  }
  if (status >= 500) {
    return new Trouble(problem?.code === "storage-full" ? "storage-full" : "unavailable", problem);
  }
  return problem === null ? new Trouble("answer") : new Trouble("problem", problem);
}

/**
 * Fetches the directory and verifies all of it: lead lists, root and the teams of all routes,
 * always the same documents (D11). With a directory seen before on this page, also that this one
 * follows from it (D8). What does not verify is refused with the rule.
 */
export async function fetchDirectory(service: ServiceId, seen?: Directory): Promise<Directory> {
  const answer = await ask("directory", paths.directory);
  try {
    return await verified(service, answer, seen);
  } catch (error) {
    throw error instanceof Refused ? new DirectoryRefused(error.rule, error.message) : error;
  }
}

/** The directory did not verify, whatever the rule: nobody can tell who is a reader. */
export class DirectoryRefused extends Refused {}

async function verified(
  service: ServiceId,
  answer: AnswerOf<"directory">,
  seen: Directory | undefined,
): Promise<Directory> {
  const bare = verifyDirectory(service, answer.genesis, answer.leads, answer.root);
  if (seen !== undefined) {
    const serials: number[] = [];
    for (let at = seen.root.serial + 1; at < bare.root.serial; at++) serials.push(at);
    const between = await Promise.all(serials.map((serial) => call(paths.root(serial))));
    followPin(bare, seen.root, between);
  }
  return withDocuments(bare, routeDocuments(bare));
}

/** Fetches the earlier roots that documents name, with all their teams. The current root must link
 * back to each of them (D9). */
export async function fetchHistory(
  current: Directory,
  serials: readonly number[],
): Promise<History> {
  const whole = await withDocuments(current, missingDocuments(current));
  const { serial } = current.root;
  const wanted = new Set(serials.filter((one) => one >= 1 && one < serial));
  const earlier: Directory[] = [];
  let last = whole;
  try {
    for (let at = serial - 1; at >= Math.min(...wanted); at--) {
      last = verifyBefore(last, await call(paths.root(at)));
      if (!wanted.has(at)) continue;
      earlier.push(await withDocuments(last, missingDocuments(last)));
    }
  } catch {
    // What names a root that was not reached is shown with a warning.
  }
  return history(whole, earlier);
}

async function withDocuments(bare: Directory, wanted: readonly Digest[]): Promise<Directory> {
  const documents = await Promise.all(wanted.map((one) => call(paths.document(one))));
  return wanted.reduce(
    (whole, one, place) => addTeam(whole, documents[place] ?? new Uint8Array(), one),
    bare,
  );
}
