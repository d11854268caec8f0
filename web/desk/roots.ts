import {
  Refused,
  addTeam,
  directoryAt,
  followPin,
  history,
  missingDocuments,
  verifyDirectory,
  verifyRoot,
} from "../protocol";
import type { Digest, Directory, History, Pin, ServiceId } from "../protocol";
import type { Api } from "./api";
import { Troubled } from "./trouble";

/** Where directories come from. */
export type Source = Pick<Api, "directory" | "document" | "root">;

/** The roots of one service as far as they were fetched, each verified before it is kept. */
export class Roots {
  readonly #source: Source;
  readonly #documents = new Map<Digest, Uint8Array>();
  #history: History;

  private constructor(source: Source, current: Directory) {
    this.#source = source;
    this.#history = history(current);
  }

  /** Fetches and verifies the current root with all its teams, and follows the pin (D1 to D8). */
  static async fetch(source: Source, service: ServiceId, pin: Pin | null): Promise<Roots> {
    const answer = await source.directory();
    try {
      const bare = verifyDirectory(service, answer.genesis, answer.leads, answer.root);
      if (pin !== null) await follow(source, bare, pin);
      const roots = new Roots(source, bare);
      roots.#history = history(await roots.#complete(bare));
      return roots;
    } catch (error) {
      throw refused(error);
    }
  }

  get history(): History {
    return this.#history;
  }

  get current(): Directory {
    return this.#history.current;
  }

  /** Fetches the roots of these serials that are not there yet. True if there is a new one. A root
   * that cannot be had or verified stays away: what names it is then warned of (D9). */
  async reach(serials: readonly number[]): Promise<boolean> {
    const before = this.#history;
    for (const serial of serials) {
      if (directoryAt(this.#history, serial) !== null || serial > this.current.root.serial)
        continue;
      try {
        const earlier = verifyRoot(this.current, await this.#source.root(serial));
        if (earlier.root.serial !== serial) continue;
        const whole = await this.#complete(earlier);
        this.#history = history(this.current, [...this.#history.earlier.values(), whole]);
      } catch (error) {
        if (!(error instanceof Refused) && !absent(error)) throw error;
      }
    }
    return this.#history !== before;
  }

  async #complete(bare: Directory): Promise<Directory> {
    let whole = bare;
    for (const wanted of missingDocuments(bare)) {
      const document = this.#documents.get(wanted) ?? (await this.#source.document(wanted));
      whole = addTeam(whole, document, wanted);
      this.#documents.set(wanted, document);
    }
    return whole;
  }
}

async function follow(source: Source, directory: Directory, pin: Pin): Promise<void> {
  const between: Uint8Array[] = [];
  for (let serial = pin.serial + 1; serial < directory.root.serial; serial++) {
    between.push(await source.root(serial));
  }
  try {
    followPin(directory, pin, between);
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    const { serial } = directory.root;
    throw new Troubled(serial < pin.serial ? "directory_older" : "directory_fork");
  }
}

function absent(error: unknown): boolean {
  return error instanceof Troubled && error.trouble.code === "not_found";
}

function refused(error: unknown): unknown {
  return error instanceof Refused ? new Troubled("directory", { why: error.rule }) : error;
}
