import type { JSX } from "preact";
import { useMemo } from "preact/hooks";
import { RECORDS } from "../../../protocol/record-file";
import { date, due, today } from "../../days";
import { lacksOf } from "../../record/rules";
import { recordWords } from "../../record/words";
import type { CaseView } from "../../state";
import { coded, counted, fill, words } from "../../words";
import { missingLines, running } from "../../work/procedure";
import type { MissingLine } from "../../work/procedure";
import { useDesk } from "../context";
import { useAround } from "./around";

/** What is still missing before the case can be closed, each a way to its place. */
export function Missing({ view }: { view: CaseView }): JSX.Element | null {
  const desk = useDesk();
  const around = useAround(desk, view);
  const { opened } = view.work;
  const { contents, casework, today: now } = around;
  const lacks = useMemo(
    () => lacksOf({ contents, casework, today: now }).filter((one) => one.weight === "lack"),
    [contents, casework, now],
  );
  if (opened === null || opened.procedure.closed || opened.procedure.aside) return null;
  const lines = missingLines(opened.procedure);
  const begun = RECORDS.filter((name) => opened.records[name] !== undefined);
  return (
    <section>
      <h2 class="heading-small">{words.rail.missing}</h2>
      {lines.length === 0 && <p class="quiet">{words.rail.missing_none}</p>}
      <ul class="rec-lacking rail-missing">
        {lines.map((line) => (
          <MissingItem key={line.text} line={line} />
        ))}
        {begun.map((name) => {
          const [first, ...rest] = lacks.filter((one) => one.record === name);
          if (first === undefined) return null;
          const text = fill(counted(words.rail.lacks, rest.length + 1), {
            record: recordWords.records[name].name,
          });
          return (
            <li key={name}>
              <span aria-hidden="true">›</span>
              <button
                type="button"
                class="link"
                onClick={() => desk.work.showRecord(first.record, first.place)}
              >
                {text}
              </button>
            </li>
          );
        })}
      </ul>
    </section>
  );
}

/** One thing that is missing, as the way to where it is done. */
export function MissingItem({ line: { text, record, tab } }: { line: MissingLine }): JSX.Element {
  const desk = useDesk();
  return (
    <li>
      <span aria-hidden="true">○</span>
      <button
        type="button"
        class="link"
        onClick={() => (record === null ? desk.showTab(tab) : desk.work.showRecord(record))}
      >
        {text}
      </button>
    </li>
  );
}

/** The clocks that run, with how long they still have. */
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
      </dl>
    </section>
  );
}
