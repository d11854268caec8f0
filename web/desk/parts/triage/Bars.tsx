import type { JSX } from "preact";
import { everybody, mayRead } from "../../../protocol";
import type { MemberId } from "../../../protocol";
import type { Procedure } from "../../../protocol/work-calls";
import type { OpenedCase } from "../../opening";
import { nameOf } from "../../people";
import type { CaseView } from "../../state";
import { barsDue } from "../../triage/plan";
import { saysOf } from "../../triage/says";
import { counted, fill, words } from "../../words";
import { whyNot } from "../../work/procedure";
import { useDesk } from "../context";
import { UnfitNames, UnknownNames, useUnfit, useUnknown } from "../UnknownNames";
import { Choice, Why } from "./Choice";
import type { Option } from "./Choice";
import { OwnConflict, reasonsText } from "./Near";
import { readersOfCase } from "./Parts";

const texts = words.triage;

/** Who may not have the case: who is barred, who is proposed to be, and whether that is this member. */
export function Bars({
  view,
  opened,
  procedure,
}: {
  view: CaseView;
  opened: OpenedCase;
  procedure: Procedure;
}): JSX.Element | null {
  const desk = useDesk();
  const { session } = desk;
  const unknown = useUnknown(opened);
  const unfit = useUnfit(view);
  if (session === null) return null;
  const standards = desk.state.casework?.units ?? [];
  const due = barsDue(
    saysOf(view.work.opened),
    opened,
    session.roots.current,
    procedure.bars,
    standards,
  );
  const self = session.vault.member;
  const others = due.filter((one) => one.member !== self);
  const why = whyNot(procedure, "bar");
  const bar = (members: readonly MemberId[]): Promise<boolean> =>
    desk.work.act({ do: "bar", members });
  return (
    <section class="section">
      <h3 class="heading">{texts.bars}</h3>
      <p class="quiet">{texts.bars_intro}</p>
      {unknown !== null && <UnknownNames unknown={unknown} />}
      {unfit.length > 0 && <UnfitNames unfit={unfit} />}
      <OwnConflict view={view} opened={opened} />
      {procedure.bars.length > 0 && (
        <ul class="triage-list">
          {procedure.bars.map((member) => (
            <li key={member}>
              {nameOf(session.roots.history, member)} <span class="tag">{texts.barred}</span>
              {whyNot(procedure, "lift") === null && (
                <button
                  type="button"
                  class="link"
                  onClick={() => void desk.work.act({ do: "lift", members: [member] })}
                >
                  {texts.lift} <span class="hidden">{nameOf(session.roots.history, member)}</span>
                </button>
              )}
            </li>
          ))}
        </ul>
      )}
      {due.length === 0 && (
        <p class="quiet">
          {unknown === null && unfit.length === 0 ? texts.bars_none : texts.bars_none_known}
        </p>
      )}
      {due.length > 0 && (
        <>
          <ul class="triage-list">
            {due.map(({ member, label, reasons }) => (
              <li key={member}>
                {label}
                {member === self && ` (${words.desk.you})`}
                <span class="hint">{reasonsText(reasons)}</span>
              </li>
            ))}
          </ul>
          {others.length > 0 && (
            <button
              type="button"
              class="button"
              aria-disabled={why !== null || view.work.acting !== null}
              onClick={() => {
                if (why === null) void bar(others.map((one) => one.member));
              }}
            >
              {counted(texts.bar, others.length)}
            </button>
          )}
          <Why why={why} />
        </>
      )}
      <Choice
        id="bar-other"
        label={texts.bar_other}
        button={texts.bar_other}
        options={barrable(opened, session.roots.history, procedure).filter(
          (one) => one.value !== self,
        )}
        why={why}
        onGo={(member) => bar([member as MemberId])}
      />
    </section>
  );
}

/** Who can be barred: who reads it now, and everybody who could be let in. */
function barrable(
  opened: OpenedCase,
  history: Parameters<typeof nameOf>[0],
  procedure: Procedure,
): Option[] {
  const options = new Map(
    readersOfCase(opened, history, procedure).map((one) => [one.value, one] as const),
  );
  for (const { member, team } of everybody(history.current)) {
    const { member: value, label } = member;
    if (!mayRead(member) || procedure.bars.includes(value) || options.has(value)) continue;
    options.set(value, { value, label: fill(texts.bar_other_of, { label, team: team.name }) });
  }
  return [...options.values()];
}
