/** What the following of the audit trail came to, as a sentence. */
import type { Mark } from "../../protocol";
import { coded, fill, words } from "../words";
import { holds } from "./chain";
import type { Finding, Followed } from "./chain";
import type { TrailView } from "./state";

const said = words.audit;

/** What is so, where nothing is wrong. */
export function stateText(followed: Followed, remembered: Mark | null): string {
  const { from, end, head } = followed;
  const { number } = end;
  if (!holds(followed)) return fill(said.state.stopped, { done: number, total: head.number });
  if (number === 0) return said.state.empty;
  if (remembered === null || remembered.number === 0) {
    return fill(said.state.first, { count: number });
  }
  if (remembered.number === number) return fill(said.state.same, { number });
  if (from.number === 0) return fill(said.state.whole, { count: number, from: remembered.number });
  return fill(said.state.holds, { from: from.number, number });
}

/** What is wrong, and what to do. */
export function findingText(finding: Finding, { head }: Followed): string {
  return finding.kind === "shortened"
    ? fill(said.finding.shortened, { last: head.number, remembered: finding.remembered })
    : fill(said.finding[finding.kind], { at: finding.at });
}

/** What somebody did, in words. */
export function actText(act: string): string {
  return coded(said.acts, act);
}

/** Whether an auditor may put their word to the trail as it was followed. */
export function isSound({ followed, finding }: TrailView): boolean {
  return followed !== null && finding === null && holds(followed);
}
