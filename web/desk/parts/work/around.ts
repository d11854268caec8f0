/** What the parts of the record look up, kept the same object for as long as nothing in it changes. */
import { useMemo } from "preact/hooks";
import type { Day, Directory } from "../../../protocol";
import { today } from "../../days";
import type { Desk } from "../../desk";
import { noCasework } from "../../record/settings";
import type { Around, Standing } from "../../record/parts/props";
import type { RecordName } from "../../../protocol/record-file";
import type { Procedure } from "../../../protocol/work-calls";
import { hasRevealed } from "../../revealed";
import type { CaseView } from "../../state";
import { teamsLeftOut, worksOnCases } from "../../triage/plan";
import { contentsOf, membersOf } from "../../work/work";

/** Everything around the records of the open case. */
export function useAround(desk: Desk, view: CaseView): Around {
  const { session } = desk;
  const { force, me, casework } = desk.state;
  const opened = view.work.opened;
  const directory = session?.roots.current;
  const told = view.opened;
  const revealed = told !== null && hasRevealed(told);
  const now = today();
  return useMemo(
    () => ({
      reference: view.reference,
      force,
      me: me?.member ?? ("" as Around["me"]),
      today: now as Day,
      casework: casework ?? noCasework,
      contents: contentsOf(opened),
      revealed,
      members: session === null ? [] : membersOf(session),
      teams: directory === undefined ? [] : teamsOf(directory, told, casework),
    }),
    [view.reference, force, me?.member, casework, opened, revealed, directory, told, now],
  );
}

function teamsOf(
  directory: Directory,
  told: CaseView["opened"],
  casework: Desk["state"]["casework"],
): Around["teams"] {
  const out = told === null ? null : teamsLeftOut(told, directory, casework?.units ?? []);
  return [...directory.teams.values()].map(({ team, name, members }) => ({
    team,
    name,
    leftOut: out?.has(team) === true,
    works: members.some(worksOnCases),
  }));
}

/** How each record stands, from the service's answer. */
export function standingOf(
  procedure: Procedure | undefined,
): Partial<Record<RecordName, Standing>> {
  const all = (procedure?.checkpoints ?? []).map(
    ({ record, signed, by, second, done }) => [record, { signed, by, second, done }] as const,
  );
  return Object.fromEntries(all);
}
