/** What a worker does before it has anything to do. */
import { identity, open, randomBytes, seal, sign, signer, verify, wipe } from "../protocol";
import type { MemberOpenSeed, MemberSignSeed } from "../protocol";

/** So often, what is done is compiled. */
const TIMES = 12;

/** Seals, opens and verifies for nobody, by keys that are thrown away: the engine compiles what cases take
 * while a passphrase is stretched, and the first cases do not wait for it. */
export async function warm(): Promise<null> {
  const own = identity(randomBytes(32) as Uint8Array as MemberOpenSeed);
  const by = signer(randomBytes(32) as Uint8Array as MemberSignSeed);
  const file = await seal([own.recipient], randomBytes(2_000));
  for (let time = 0; time < TIMES; time++) {
    await open(own, file);
    verify("head", sign("head", { time }, by), by.key);
  }
  wipe(own.seed);
  by.seed.fill(0);
  return null;
}
