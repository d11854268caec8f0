// Processor time: on a machine that others use too it says more than a clock.
import { readFile, readdir } from "node:fs/promises";

/** How long processors have worked for what this process has started, in seconds: the browser and the service, as
 * far as they still run. */
export async function processorTime(): Promise<number> {
  const all = new Map<number, { parent: number; ticks: number }>();
  for (const name of await readdir("/proc")) {
    if (!/^\d+$/.test(name)) continue;
    // One may end meanwhile.
    const stat = await readFile(`/proc/${name}/stat`, "utf8").catch(() => null);
    if (stat === null) continue;
    // From the third field on, behind the name in brackets.
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    const ticks = Number(fields[11]) + Number(fields[12]);
    all.set(Number(name), { parent: Number(fields[1]), ticks });
  }
  const isOurs = (of: number): boolean => {
    for (let at = all.get(of)?.parent; at !== undefined; at = all.get(at)?.parent) {
      if (at === process.pid) return true;
    }
    return false;
  };
  let ticks = 0;
  for (const [of, one] of all) if (isOurs(of)) ticks += one.ticks;
  return ticks / 100;
}
