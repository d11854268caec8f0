/** Ranks, low to high. Acting and temporary are flags beside a rank and change nothing here. */
import { RANKS } from "../../protocol";

const ladder: readonly string[] = RANKS.filter(
  (one) => one !== "" && one !== "staff_grade" && one !== "unknown",
);

/** Whether one rank is above another; false where either is no rank of officers. */
export function outranks(one: string, other: string): boolean {
  const [above, below] = [ladder.indexOf(one), ladder.indexOf(other)];
  return above >= 0 && below >= 0 && above > below;
}

/** Whether a rank is that of a chief officer, for whom another authority decides. */
export function isChiefOfficer(rank: string): boolean {
  return ladder.indexOf(rank) >= ladder.indexOf("commander");
}
