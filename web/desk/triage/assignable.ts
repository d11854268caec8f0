/** Who can be given a part in a case, as far as a reader's desk can see. Pure. */
import { listed } from "../../protocol";
import type { History, MemberId, Role } from "../../protocol";
import type { CasePart, OpenedAct } from "../../protocol/act";
import type { Procedure } from "../../protocol/work-calls";
import { succession, withHeirs } from "../handover";
import type { OpenedCase } from "../opening";

/** The roles that a part is given to (Q8). */
const ROLES: Readonly<Record<CasePart, readonly Role[]>> = {
  authority: ["authority"],
  investigator: ["investigator", "handler"],
  support: ["support"],
};

export type Assignable = {
  /** Who can be given it now. */
  readonly ready: readonly MemberId[];
  /** Who was let in and has not declared yet. */
  readonly waiting: readonly MemberId[];
};

/** Members with the role for a part, who do not have it, and never had one that it excludes. */
export function assignable(
  part: CasePart,
  { grants }: Pick<OpenedCase, "grants">,
  { assigned, bars }: Pick<Procedure, "assigned" | "bars">,
  acts: readonly OpenedAct[],
  history: History,
): Assignable {
  const directory = history.current;
  const line = succession(history);
  const { declarations, live } = grants;
  const said = (conflict: boolean): Set<MemberId> =>
    new Set(declarations.filter((one) => one.conflict === conflict).map(({ member }) => member));
  const [free, conflicted] = [said(false), said(true)];
  const has = new Set(assigned.filter((one) => one.as === part).map(({ member }) => member));
  const other = withHeirs(hadOther(part, acts), line);
  const lost = withHeirs([...bars, ...conflicted], line);
  const fits = (member: MemberId): boolean =>
    listed(directory, member).some((one) =>
      one.member.roles.some((role) => ROLES[part].includes(role)),
    );
  const all = [...new Set(live.map(({ member }) => member))].filter(
    (member) => fits(member) && !lost.has(member) && !has.has(member) && !other.has(member),
  );
  return {
    ready: all.filter((member) => free.has(member)),
    waiting: all.filter((member) => !free.has(member)),
  };
}

/** Who was ever what excludes a part: nobody decides and investigates in one case. A second signature is an
 * authority's. */
function hadOther(part: CasePart, acts: readonly OpenedAct[]): Set<MemberId> {
  const found = new Set<MemberId>();
  if (part === "support") return found;
  for (const { row } of acts) {
    if (row === null) continue;
    const { act, member } = row;
    if (act.do === "assign" && act.as !== part && act.as !== "support") found.add(act.member);
    if (act.do === "second" && part === "investigator") found.add(member);
  }
  return found;
}
