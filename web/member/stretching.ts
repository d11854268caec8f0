/** Stretching a passphrase (A2), away from the page's own thread. */
import { Refused } from "../protocol";
import type { Parameters, Stretched } from "../protocol/vault";
import { Troubled } from "../desk/trouble";
import { OneWorker } from "../desk/workers";

/** How this version stretches; the salt is each passphrase's own. */
export const STRETCHING = { memory: 65_536, passes: 3, lanes: 1 } as const;

/** Stretches a passphrase in a worker of its own, which then forgets it. */
export async function stretched(passphrase: string, parameters: Parameters): Promise<Stretched> {
  const worker = new OneWorker();
  try {
    return await worker.run({ name: "stretch", passphrase, parameters });
  } catch (error) {
    if (error instanceof Refused) throw new Troubled("weak");
    throw new Troubled("worker");
  } finally {
    worker.end();
  }
}
