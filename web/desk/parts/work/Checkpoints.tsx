import type { JSX } from "preact";
import type { OpenedAct } from "../../../protocol/act";
import type { Procedure } from "../../../protocol/work-calls";
import type { Around } from "../../record/parts/props";
import { memberText } from "../../record/shown";
import { recordWords } from "../../record/words";
import type { CaseView } from "../../state";
import { fill, words } from "../../words";
import { fallenOf, isDueAgain } from "../../work/procedure";
import type { Fallen } from "../../work/procedure";
import { secondedBy } from "../../work/second";
import { useDesk } from "../context";
import { SecondShown } from "./Second";

const { procedure: texts } = words;

/** Which record is signed off, by whom, and whether that counts still. */
export function Checkpoints({
  procedure,
  around,
  acts,
  view,
}: {
  procedure: Procedure;
  around: Around;
  acts: readonly OpenedAct[];
  view: CaseView;
}): JSX.Element {
  const desk = useDesk();
  const seconded = secondedBy(acts);
  return (
    <section class="section">
      <table class="table">
        <caption class="heading">{texts.checkpoints}</caption>
        <thead>
          <tr>
            <th scope="col">{texts.record}</th>
            <th scope="col">{texts.revision}</th>
            <th scope="col">{texts.signed}</th>
          </tr>
        </thead>
        <tbody>
          {procedure.checkpoints.map((one) => {
            const changed = one.signed > 0 && one.signed !== one.revision;
            const fallen = fallenOf(one, procedure, view.opened?.grants.declarations ?? []);
            const by = one.by === "" ? "" : memberText(one.by, around);
            return (
              <tr key={one.record}>
                <th scope="row">
                  <button
                    type="button"
                    class="link"
                    onClick={() => desk.work.showRecord(one.record)}
                  >
                    {recordWords.records[one.record].name}
                  </button>
                </th>
                <td>{one.revision === 0 ? texts.not_begun : one.revision}</td>
                <td>
                  {changed
                    ? fill(texts.changed, { revision: one.signed })
                    : by === ""
                      ? texts.unsigned
                      : by}
                  {one.second !== "" && !changed && (
                    <span class="hint">
                      {texts.second}: {memberText(one.second, around)}
                    </span>
                  )}
                  {fallen.map((lost) => (
                    <span key={lost.member} class="hint">
                      {fallenText(lost, around)}
                    </span>
                  ))}
                  {isDueAgain(one, procedure) && (
                    <span class="hint">{words.work.sign.due_again}</span>
                  )}
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
      {seconded !== null && (
        <SecondShown {...{ entries: around.contents.failing.entries, seconded, around }} />
      )}
    </section>
  );
}

/** Why somebody's signature does not count, in words. */
export function fallenText({ member, why }: Fallen, around: Pick<Around, "members">): string {
  return fill(words.work.sign.fallen[why], { label: memberText(member, around) });
}
