import {
  Refused,
  addTeam,
  directoryAt,
  followPin,
  history,
  missingDocuments,
  verifyBefore,
  verifyDirectory,
  verifyLeads,
  verifyRoot,
} from "../protocol";
import type { Digest, Directory, History, LeadList, MemberId, Pin, ServiceId } from "../protocol";
import type { Api } from "./api";
import { readersOf } from "./handover";
import { Troubled } from "./trouble";

/** Where directories come from. */
export type Source = Pick<Api, "directory" | "document" | "root">;

/** The roots of one service as far as they were fetched, each verified before it is kept. */
export class Roots {
  readonly #source: Source;
  readonly #documents = new Map<Digest, Uint8Array>();
  /** Earlier roots that the current one links back to, without their teams. */
  readonly #chain = new Map<number, Directory>();
  #history: History;

  private constructor(source: Source, current: Directory) {
    this.#source = source;
    this.#history = history(current);
  }

  /** Fetches and verifies the current root with all its teams, and follows the pin (D1 to D8), which may
   * be told later. */
  static async fetch(
    source: Source,
    service: ServiceId,
    pin: Pin | null | Promise<Pin | null>,
  ): Promise<Roots> {
    const [answer, seen] = await Promise.all([source.directory(), pin]);
    try {
      const bare = verifyDirectory(service, answer.genesis, answer.leads, answer.root);
      if (seen !== null) await follow(source, bare, seen);
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
   * that cannot be had or verified, or that the current one does not link back to, stays away: what
   * names it is then warned of (D9). */
  async reach(serials: readonly number[]): Promise<boolean> {
    const before = this.#history;
    for (const serial of [...serials].sort((one, other) => other - one)) {
      if (serial < 1 || serial > this.current.root.serial) continue;
      if (directoryAt(this.#history, serial) !== null) continue;
      try {
        const whole = await this.#complete(await this.#linked(serial));
        this.#history = history(this.current, [...this.#history.earlier.values(), whole]);
      } catch (error) {
        if (!(error instanceof Refused) && !absent(error)) throw error;
      }
    }
    return this.#history !== before;
  }

  /** Fetches earlier roots, from the current one back, up to the last by which each of these may
   * read. True if there is a new one. */
  async lookBack(members: readonly MemberId[]): Promise<boolean> {
    const before = this.#history;
    const sought = new Set(members);
    for (let at = this.current.root.serial; at >= 1; at--) {
      await this.reach([at]);
      const directory = directoryAt(this.#history, at);
      for (const member of sought) {
        if (directory !== null && readersOf(directory).has(member)) sought.delete(member);
      }
      if (sought.size === 0) break;
    }
    return this.#history !== before;
  }

  /** The root of a serial, by the chain of `previous` from the current one (D8, D9). */
  async #linked(serial: number): Promise<Directory> {
    let last = this.current;
    for (let at = last.root.serial - 1; at >= serial; at--) {
      const known = this.#chain.get(at);
      last = known ?? verifyBefore(last, await this.#source.root(at));
      this.#chain.set(at, last);
    }
    return last;
  }

  async #complete(bare: Directory): Promise<Directory> {
    const asked = missingDocuments(bare).map(async (wanted) => {
      const known = this.#documents.get(wanted);
      return { wanted, document: known ?? (await this.#source.document(wanted)) };
    });
    let whole = bare;
    for (const { wanted, document } of await Promise.all(asked)) {
      whole = addTeam(whole, document, wanted);
      this.#documents.set(wanted, document);
    }
    return whole;
  }
}

/** The lead lists of a service, which there are before any root: from the genesis on (D1, D2). */
export async function firstLeads(
  source: Pick<Api, "leads">,
  service: ServiceId,
): Promise<readonly LeadList[]> {
  const { genesis, leads } = await source.leads();
  try {
    return verifyLeads(service, genesis, leads);
  } catch (error) {
    throw refused(error);
  }
}

async function follow(source: Source, directory: Directory, pin: Pin): Promise<void> {
  const between: Uint8Array[] = [];
  for (let serial = pin.serial + 1; serial < directory.root.serial; serial++) {
    between.push(await source.root(serial));
  }
  try {
    let seen = pin;
    if (pin.leads === undefined && pin.serial < directory.root.serial) {
      // Which list it named is not remembered: the root is, by its digest (D8).
      const remembered = verifyRoot(directory, await source.root(pin.serial)).root;
      if (remembered.digest !== pin.digest) throw new Refused("D8", "the directory is forked");
      seen = remembered;
    }
    followPin(directory, seen, between);
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
