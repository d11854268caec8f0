import type { JSX } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { RECORDS } from "../../../protocol/record-file";
import { RecordPrint } from "../../record/parts/RecordPrint";
import type { CaseView } from "../../state";
import { words } from "../../words";
import { secondedBy } from "../../work/second";
import { latestOf } from "../../work/work";
import { useDesk } from "../context";
import { SecondShown } from "./Second";
import { WorkWarnings } from "./WorkWarnings";
import { standingOf, useAround } from "./around";

/** The whole record as it is printed, in the place of the case. */
export function PrintPage({ view }: { view: CaseView }): JSX.Element {
  const desk = useDesk();
  const around = useAround(desk, view);
  const [original, setOriginal] = useState(false);
  const [notes, setNotes] = useState(false);
  const back = useRef<HTMLButtonElement>(null);
  useEffect(() => back.current?.focus(), []);
  const { opened } = view.work;
  const revisions = Object.fromEntries(
    RECORDS.flatMap((name) => {
      const latest = latestOf(opened, name);
      return latest === null ? [] : [[name, latest] as const];
    }),
  );
  // It tells who is a reporter, so it goes with their words.
  const seconded = original ? secondedBy(opened?.acts ?? []) : null;
  const { entries } = around.contents.failing;
  const failing = seconded && <SecondShown {...{ entries, seconded, around }} />;
  return (
    <main class="print-page" id="main" tabIndex={-1}>
      <div class="print-tools buttons">
        <button
          type="button"
          class="button button-quiet"
          ref={back}
          onClick={() => desk.work.setPrinting(false)}
        >
          {words.work.print_back}
        </button>
        <button type="button" class="button" onClick={() => print()}>
          {words.work.print_now}
        </button>
        <label class="check">
          <input
            type="checkbox"
            checked={original}
            onChange={(event) => setOriginal(event.currentTarget.checked)}
          />
          <span>{words.work.print_original}</span>
        </label>
        <label class="check">
          <input
            type="checkbox"
            checked={notes}
            onChange={(event) => setNotes(event.currentTarget.checked)}
          />
          <span>{words.work.print_notes}</span>
        </label>
      </div>
      {opened !== null && <WorkWarnings opened={opened} />}
      <RecordPrint
        around={around}
        revisions={revisions}
        standing={standingOf(opened?.procedure)}
        marking={words.work.marking}
        original={original}
        notes={notes}
        besides={failing === null ? {} : { failing }}
      />
    </main>
  );
}
