/** From the triage record to who works on the case: owners, bars, and who is to be let in. Pure. */
import { conflictedBy, everybody, leftOutByName, listed, mayRead } from "../../protocol";
import type { Directory, Listed, LiveGrant, MemberId, TeamId } from "../../protocol";
import type { Procedure } from "../../protocol/work-calls";
import { excludedIn } from "../excluded";
import type { OpenedCase } from "../opening";
import { barredBy, nearness, toBar } from "../record/bars";
import type { BarReason, Barred, ListedMember, Named } from "../record/bars";
import type { ContentOf } from "../record/content";

/** The teams that own an allegation, as the directory has them, in its order. */
export function owners(triage: ContentOf<"triage">, directory: Directory): TeamId[] {
  const wanted = new Set(triage.allegations.map((one) => one.team));
  return [...directory.teams.values()].map(({ team }) => team).filter((team) => wanted.has(team));
}

/** What the records say of the people of a case. */
export type Says = {
  readonly triage: ContentOf<"triage">;
  readonly failing: ContentOf<"failing">;
  readonly reporter: ContentOf<"reporter">;
};

/** The teams that the reporter left out: nobody there may be let in, though the routing table may propose them. */
export function teamsLeftOut(
  opened: Pick<OpenedCase, "parties" | "conversation">,
  directory: Directory,
): ReadonlySet<string> {
  const exclude = excludedIn(opened);
  const found = [...directory.teams.values()].filter(({ members }) => {
    const readers = members.filter(mayRead);
    return (
      readers.length > 0 && readers.every(({ member }) => leftOutByName(directory, exclude, member))
    );
  });
  return new Set(found.map(({ team }) => team));
}

/** Members who may not have the case and are not barred yet, with the reasons that only readers see. */
export function barsDue(
  says: Says,
  opened: Pick<OpenedCase, "parties" | "conversation">,
  directory: Directory,
  bars: readonly MemberId[],
): Barred[] {
  const readers = everybody(directory).filter(({ member }) => mayRead(member));
  return toBar(barredBy(namedIn(says, opened), readers.map(asListed)), bars);
}

/** Why a member is too near to decide or investigate in the case, by the units of the directory. */
export function tooNear(
  says: Says,
  opened: Pick<OpenedCase, "parties" | "body" | "conversation">,
  directory: Directory,
  member: MemberId,
): BarReason[] {
  const listings = listed(directory, member).map(asListed);
  const named = namedIn(says, opened);
  // As the record has it, or as it was told where nobody has written it.
  const told = opened.body.content?.reporter;
  const unit = says.reporter.unit.trim() === "" ? (told?.unit ?? "") : says.reporter.unit;
  const rank = says.reporter.rank === "" ? (told?.rank ?? "") : says.reporter.rank;
  return nearness(listings, named, { unit, rank });
}

function namedIn(
  { triage, failing }: Says,
  opened: Pick<OpenedCase, "parties" | "conversation">,
): Named {
  const { subjects } = triage;
  return { subjects, failing: failing.entries, excluded: excludedIn(opened) };
}

function asListed({ member, team }: Listed): ListedMember {
  const { label, units } = member;
  return { member: member.member, label, team: team.team, teamName: team.name, units };
}

/** Whom routing lets in, and how many of the teams it leaves out. */
export type LettingIn = { readonly waiting: readonly Listed[]; readonly leftOut: number };

/** The members of the teams that the case is routed to who may read it and do not yet: less those
 * whom the reporter left out, those barred, and those who declared a conflict. */
export function lettingIn(
  opened: Pick<OpenedCase, "conversation" | "grants" | "parties" | "record" | "served">,
  { teams, bars }: Pick<Procedure, "teams" | "bars">,
  directory: Directory,
): LettingIn {
  const exclude = excludedIn(opened);
  const latest = opened.record.epochs.length;
  const conflicted = conflictedBy(opened.grants.declarations);
  const holds = (member: MemberId): boolean =>
    opened.grants.live.some((one) => one.member === member && one.epoch === latest);
  const waiting: Listed[] = [];
  let out = 0;
  for (const one of everybody(directory)) {
    const { member } = one.member;
    if (!teams.includes(one.team.team) || !mayRead(one.member) || holds(member)) continue;
    if (waiting.some((other) => other.member.member === member)) continue;
    const kept =
      bars.includes(member) || conflicted.has(member) || leftOutByName(directory, exclude, member);
    if (kept) out++;
    else waiting.push(one);
  }
  return { waiting, leftOut: out };
}

/** Members who may not have the case, because they are barred or found a conflict, and hold its latest keys: what
 * comes next needs new ones. */
export function keysHeld(
  { grants, record }: Pick<OpenedCase, "grants" | "record">,
  { bars }: Pick<Procedure, "bars">,
): MemberId[] {
  const latest = record.epochs.length;
  const holding = (all: readonly LiveGrant[]): MemberId[] =>
    all.filter((one) => one.epoch === latest).map((one) => one.member);
  const held = holding(grants.live);
  return [...bars.filter((member) => held.includes(member)), ...holding(grants.kept)];
}
