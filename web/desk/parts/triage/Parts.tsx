import type { JSX } from "preact";
import { useState } from "preact/hooks";
import type { MemberId } from "../../../protocol";
import { PARTS } from "../../../protocol/act";
import type { CasePart } from "../../../protocol/act";
import type { Procedure } from "../../../protocol/work-calls";
import type { OpenedCase } from "../../opening";
import { nameOf } from "../../people";
import { coded, fill, words } from "../../words";
import { whyNot } from "../../work/procedure";
import { useDesk } from "../context";
import { Choice } from "./Choice";
import type { Option } from "./Choice";

const texts = words.triage;

/** Who has a part in the case, and giving one. */
export function Parts({
  opened,
  procedure,
}: {
  opened: OpenedCase;
  procedure: Procedure;
}): JSX.Element | null {
  const desk = useDesk();
  const [part, setPart] = useState<CasePart>("authority");
  const { session } = desk;
  if (session === null) return null;
  const why = whyNot(procedure, `assign:${part}`);
  const readers = readersOfCase(opened, session.roots.history, procedure);
  return (
    <section class="section">
      <h3 class="heading">{texts.people}</h3>
      {procedure.assigned.length === 0 && <p class="quiet">{texts.people_none}</p>}
      <ul class="triage-list">
        {procedure.assigned.map(({ member, as }) => {
          const label = nameOf(session.roots.history, member);
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
              onChange={() => setPart(one)}
            />
            <span>{coded(words.codes.part, one)}</span>
          </label>
        ))}
      </fieldset>
      <Choice
        id="assign-who"
        label={texts.assign_who}
        button={texts.assign}
        options={readers}
        why={why}
        onGo={(member) =>
          void desk.work.act({ do: "assign", as: part, member: member as MemberId })
        }
      />
    </section>
  );
}

/** Members who read the case now, as they can be chosen. */
export function readersOfCase(
  opened: OpenedCase,
  history: Parameters<typeof nameOf>[0],
  { bars }: Procedure,
): Option[] {
  const conflicted = new Set(
    opened.grants.declarations.filter((one) => one.conflict).map((one) => one.member),
  );
  const all = new Set(opened.grants.live.map((one) => one.member));
  return [...all]
    .filter((member) => !bars.includes(member) && !conflicted.has(member))
    .map((member) => ({ value: member, label: nameOf(history, member) }))
    .sort((one, other) => (one.label < other.label ? -1 : 1));
}
