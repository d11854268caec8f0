/** Who goes on reading a case for a team that does not work on it any more. Pure. */
import { listed } from "../../protocol";
import type { History, Member, MemberId } from "../../protocol";
import type { OpenedAct } from "../../protocol/act";
import type { Procedure } from "../../protocol/work-calls";
import type { OpenedCase } from "../opening";
import type { ContentOf } from "../record/content";
import { owners } from "./plan";

/** A reader of such a team. */
export type FormerReader = { readonly member: Member; readonly team: string };

/**
 * Readers whom only a team has in the case that it was routed to once, is routed to no more, and that owns no allegation.
 * Not those whom the reporter sent it to, of the team that received it, who have a part or signed as second authority,
 * leads, or custodians.
 */
export function formerReaders(
  opened: Pick<OpenedCase, "grants" | "record" | "team">,
  { teams, assigned, bars }: Pick<Procedure, "teams" | "assigned" | "bars">,
  acts: readonly OpenedAct[],
  triage: ContentOf<"triage">,
  history: History,
): FormerReader[] {
  const directory = history.current;
  const working = new Set<string>([...teams, ...owners(triage, directory), opened.team ?? ""]);
  const once = new Set<string>();
  const kept = new Set<MemberId>([
    ...bars,
    ...assigned.map((one) => one.member),
    ...opened.record.statement.grantees.map((one) => one.member),
    ...(directory.lists.at(-1)?.leads ?? []).map((one) => one.member),
  ]);
  for (const { row } of acts) {
    if (row?.act.do === "route") for (const team of row.act.teams) once.add(team);
    if (row?.act.do === "second") kept.add(row.member);
  }
  const latest = opened.record.epochs.length;
  const live = opened.grants.live.filter(({ epoch }) => epoch === latest);
  return [...new Set(live.map((one) => one.member))].flatMap((member) => {
    const listings = listed(directory, member);
    const [found] = listings.filter(({ team: { team } }) => once.has(team) && !working.has(team));
    const stays =
      kept.has(member) ||
      listings.some(
        ({ member: { roles }, team: { team } }) => working.has(team) || roles.includes("custodian"),
      );
    return found === undefined || stays ? [] : [{ member: found.member, team: found.team.name }];
  });
}
