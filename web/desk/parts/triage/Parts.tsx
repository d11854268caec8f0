import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { conflictedBy } from "../../../protocol";
import type { MemberId } from "../../../protocol";
import { PARTS } from "../../../protocol/act";
import type { CasePart } from "../../../protocol/act";
import type { Procedure } from "../../../protocol/work-calls";
import type { OpenedCase } from "../../opening";
import { nameOf } from "../../people";
import type { CaseView } from "../../state";
import { troubleText } from "../../trouble";
import { coded, fill, words } from "../../words";
import { assignable } from "../../triage/assignable";
import { tooNear } from "../../triage/plan";
import { saysOf } from "../../triage/says";
import { whyNot } from "../../work/procedure";
import { useDesk } from "../context";
import { Strip } from "../Strip";
import { Choice, Why } from "./Choice";
import type { Option } from "./Choice";
import { reasonsText } from "./Near";

const texts = words.triage;

/** Who has a part in the case, and giving one. */
export function Parts({
  view,
  opened,
  procedure,
}: {
  view: CaseView;
  opened: OpenedCase;
  procedure: Procedure;
}): JSX.Element | null {
  const desk = useDesk();
  const [part, setPart] = useState<CasePart>("authority");
  const { session } = desk;
  if (session === null) return null;
  const why = whyNot(procedure, `assign:${part}`);
  const says = saysOf(view.work.opened);
  const standards = desk.state.casework?.units ?? [];
  /** A support lead may well be of the reporter's own unit. */
  const near = (member: MemberId, as: CasePart): string | null => {
    const { current } = session.roots;
    const found = as === "support" ? [] : tooNear(says, opened, current, member, standards);
    if (found.length === 0) return null;
    const label = nameOf(session.roots.history, member);
    return fill(texts.near, { label, why: reasonsText(found) });
  };
  const { history } = session.roots;
  const acts = view.work.opened?.acts ?? [];
  const { ready, waiting } = assignable(part, opened, procedure, acts, history);
  const named = (members: readonly MemberId[]): Option[] =>
    byLabel(members.map((member) => ({ value: member, label: nameOf(history, member) })));
  const waitingText = fill(texts.assign_waiting, {
    labels: named(waiting)
      .map(({ label }) => label)
      .join(", "),
  });
  const { assignTrouble } = view.work;
  return (
    <section class="section">
      <h3 class="heading">{texts.people}</h3>
      {procedure.assigned.length === 0 && <p class="quiet">{texts.people_none}</p>}
      <ul class="triage-list">
        {procedure.assigned.map(({ member, as }) => {
          const label = nameOf(session.roots.history, member);
          const warned = near(member, as);
          return (
            <li key={`${member} ${as}`}>
              <strong>{label}</strong>, {words.codes.part[as]}{" "}
              <button
                type="button"
                class="link"
                onClick={() => void desk.work.act({ do: "release", as, member })}
              >
                {fill(texts.release, { label, part: words.codes.part[as] })}
              </button>
              {warned !== null && <Strip kind="warning">{warned}</Strip>}
            </li>
          );
        })}
      </ul>
      <fieldset class="plain-set">
        <legend class="label">{texts.assign_as}</legend>
        {PARTS.map((one) => (
          <label class="check" key={one}>
            <input
              type="radio"
              name="assign-part"
              checked={part === one}
              onChange={() => {
                setPart(one);
                desk.work.set({ assignTrouble: null });
              }}
            />
            <span>{coded(words.codes.part, one)}</span>
          </label>
        ))}
      </fieldset>
      {ready.length > 0 ? (
        <Choice
          key={part}
          id="assign-who"
          label={texts.assign_who}
          button={texts.assign}
          options={named(ready)}
          why={why}
          warning={(member) => near(member as MemberId, part)}
          trouble={
            assignTrouble === null ? null : (
              <Strip kind="trouble" announced>
                {troubleText(assignTrouble)}
              </Strip>
            )
          }
          onGo={(member) => desk.work.act({ do: "assign", as: part, member: member as MemberId })}
        />
      ) : (
        <>
          <p>
            {waiting.length === 0 && `${noneText(part, procedure)} `}
            {waiting.length > 0 && `${waitingText} `}
            <button type="button" class="link" onClick={() => desk.showTab("people")}>
              {texts.assign_people}
            </button>
          </p>
          <Why why={why} />
        </>
      )}
      {ready.length > 0 && waiting.length > 0 && <p class="hint">{waitingText}</p>}
    </section>
  );
}

/** Why nobody can be given a part, and where somebody can be let in. */
function noneText(part: CasePart, { assigned }: Procedure): string {
  return assigned.some((one) => one.as === part)
    ? fill(texts.assign_more, { part: coded(words.codes.part, part) })
    : texts.assign_none[part];
}

/** Members who read the case now, as they can be chosen. */
export function readersOfCase(
  opened: OpenedCase,
  history: Parameters<typeof nameOf>[0],
  { bars }: Procedure,
): Option[] {
  const conflicted = conflictedBy(opened.grants.declarations);
  const all = new Set(opened.grants.live.map((one) => one.member));
  return byLabel(
    [...all]
      .filter((member) => !bars.includes(member) && !conflicted.has(member))
      .map((member) => ({ value: member, label: nameOf(history, member) })),
  );
}

function byLabel(options: readonly Option[]): Option[] {
  return [...options].sort((one, other) => (one.label < other.label ? -1 : 1));
}
