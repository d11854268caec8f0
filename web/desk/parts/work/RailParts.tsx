import type { JSX } from "preact";
import { date, due, today } from "../../days";
import { lackLine } from "../../record/marks";
import type { CaseView } from "../../state";
import { coded, words } from "../../words";
import type { Missing as MissingLine } from "../../work/missing";
import { running, standing, standingText } from "../../work/procedure";
import { useDesk } from "../context";
import { useAround } from "./around";
import { useMissing } from "./useMissing";

/** What is still missing before the case can be closed, each a way to its place. */
export function Missing({ view }: { view: CaseView }): JSX.Element | null {
  const desk = useDesk();
  const missing = useMissing(view, useAround(desk, view));
  const procedure = view.work.opened?.procedure;
  if (missing === null || procedure === undefined || procedure.closed || procedure.aside) {
    return null;
  }
  return (
    <section>
      <h2 class="heading-small">{words.rail.missing}</h2>
      {missing.length === 0 && <p class="quiet">{words.rail.missing_none}</p>}
      <MissingList missing={missing} brief />
    </section>
  );
}

/** What is missing, each as the way to where it is done; unless brief, with what a record lacks, each as the way to
 * its field. */
export function MissingList({
  missing,
  brief = false,
}: {
  missing: readonly MissingLine[];
  brief?: boolean;
}): JSX.Element {
  const desk = useDesk();
  const go = ({ record, tab, lacks }: MissingLine): void => {
    if (record === null) desk.showTab(tab);
    else desk.work.showRecord(record, lacks[0]?.place ?? null);
  };
  return (
    <ul class={brief ? "rec-lacking rail-missing" : "rec-lacking"}>
      {missing.map((one) => (
        <li key={one.text}>
          <span aria-hidden="true">{one.lacks.length > 0 ? "›" : "○"}</span>
          <button type="button" class="link" onClick={() => go(one)}>
            {one.text}
          </button>
          {!brief && one.lacks.length > 0 && (
            <ul class="rec-lacking-parts">
              {one.lacks.map((lack) => (
                <li key={`${lack.place} ${lack.code} ${lack.about}`}>
                  <button
                    type="button"
                    class="link"
                    onClick={() => desk.work.showRecord(lack.record, lack.place)}
                  >
                    {lackLine(lack)}
                  </button>
                </li>
              ))}
            </ul>
          )}
        </li>
      ))}
    </ul>
  );
}

/** The clocks that run, with how long they still have; then those that stand, with how long they have. */
export function NextDates({ view }: { view: CaseView }): JSX.Element | null {
  const { opened } = view.work;
  if (opened === null) return null;
  const now = today();
  const clocks = running(opened.procedure);
  return (
    <section>
      <h2 class="heading-small">{words.rail.next_dates}</h2>
      {clocks.length === 0 && <p class="quiet">{words.rail.next_none}</p>}
      <dl class="facts">
        {clocks.map((one) => (
          <div key={one.clock}>
            <dt>{coded(words.codes.clock, one.clock)}</dt>
            <dd class={one.due < now ? "overdue" : undefined}>
              {date(one.due)} ({due(one.due, now)})
            </dd>
          </div>
        ))}
        {standing(opened.procedure, opened.acts).map((one) => (
          <div key={one.clock}>
            <dt>{coded(words.codes.clock, one.clock)}</dt>
            <dd class="clock-stands">{standingText(one, now)}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}
