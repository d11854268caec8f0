import type { JSX } from "preact";
import type { MemberId } from "../../../protocol";
import type { Procedure } from "../../../protocol/work-calls";
import type { OpenedCase } from "../../opening";
import type { CaseView } from "../../state";
import { formerReaders } from "../../triage/former";
import { counted, fill, words } from "../../words";
import { whyNot } from "../../work/procedure";
import { contentOf } from "../../work/work";
import { useDesk } from "../context";
import { Strip } from "../Strip";
import { Why } from "./Choice";

const texts = words.triage.former;

/** Who goes on reading for a team that does not work on the case any more, and how that is ended. */
export function FormerReaders({
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
  if (session === null) return null;
  const { acts = [] } = view.work.opened ?? {};
  const triage = contentOf(view.work.opened, "triage");
  const { history } = session.roots;
  const former = formerReaders(opened, procedure, acts, triage, history);
  if (former.length === 0) return null;
  const self = session.vault.member;
  const others = former.filter(({ member }) => member.member !== self);
  const why = whyNot(procedure, "bar");
  const bar = (members: readonly MemberId[]): void => {
    if (why === null && view.work.acting === null) void desk.work.act({ do: "bar", members });
  };
  const shut = why !== null || view.work.acting !== null;
  return (
    <Strip kind="warning">
      {texts.intro}
      <ul class="triage-list">
        {former.map(({ member: { member, label }, team }) => (
          <li key={member}>
            {fill(texts.of, { label, team })}
            {member === self ? (
              ` (${words.desk.you})`
            ) : (
              <>
                {" "}
                <button
                  type="button"
                  class="link"
                  aria-disabled={shut}
                  onClick={() => bar([member])}
                >
                  {fill(words.triage.bar_one, { label })}
                </button>
              </>
            )}
          </li>
        ))}
      </ul>
      <p>{texts.todo}</p>
      {others.length > 1 && (
        <div class="buttons">
          <button
            type="button"
            class="button button-quiet"
            aria-disabled={shut}
            onClick={() => bar(others.map((one) => one.member.member))}
          >
            {counted(texts.bar, others.length)}
          </button>
        </div>
      )}
      <Why why={why} />
    </Strip>
  );
}
