import type { JSX } from "preact";
import { useMemo } from "preact/hooks";
import type { MemberId } from "../../../protocol";
import type { OpenedCase } from "../../opening";
import type { BarReason } from "../../record/bars";
import { failingName, subjectName } from "../../record/naming";
import type { CaseView } from "../../state";
import { isCalled } from "../../triage/near";
import { nearToLetIn } from "../../triage/plan";
import { saysOf } from "../../triage/says";
import { fill, words } from "../../words";
import { useDesk } from "../context";
import { Strip } from "../Strip";
import { ConflictButton } from "../work/FoundConflict";

const texts = words.triage;

/** Why somebody is near, in one line. */
export function reasonsText(reasons: readonly BarReason[]): string {
  return reasons.map(({ code, about }) => fill(texts.reason[code], { about })).join("; ");
}

/** Why somebody is too near to whom the case is about to be let in without a second thought. */
export type Near = (member: MemberId) => readonly BarReason[];

/** The same for everybody, as the records and the report have it; of each it is worked out once. */
export function useNear({ work }: CaseView, opened: OpenedCase): Near {
  const { session, state } = useDesk();
  const directory = session?.roots.current;
  const { casework } = state;
  return useMemo(() => {
    const says = saysOf(work.opened);
    const known = new Map<MemberId, readonly BarReason[]>();
    return (member) => {
      if (directory === undefined) return [];
      const found =
        known.get(member) ?? nearToLetIn(says, opened, directory, member, casework?.units ?? []);
      known.set(member, found);
      return found;
    };
  }, [work.opened, opened, directory, casework]);
}

/** Tells the member that they are too near themselves, or are called as somebody is whom the case names. */
export function OwnConflict({
  view,
  opened,
}: {
  view: CaseView;
  opened: OpenedCase;
}): JSX.Element | null {
  const { session } = useDesk();
  const nearTo = useNear(view, opened);
  if (session === null) return null;
  const { member, label } = session.vault;
  const says = saysOf(view.work.opened);
  const near = nearTo(member);
  const named = isCalled(label, [
    ...says.triage.subjects.filter((one) => one.confirmed !== "no").map(subjectName),
    ...says.failing.entries.map(failingName),
  ]);
  if (near.length === 0 && !named) return null;
  const said = [
    near.length > 0 ? fill(texts.own_near, { why: reasonsText(near) }) : "",
    named ? fill(texts.own_name, { label }) : "",
  ];
  return (
    <Strip kind="warning">
      {said.filter(Boolean).join(" ")}
      <div class="buttons">
        <ConflictButton view={view} />
      </div>
    </Strip>
  );
}
