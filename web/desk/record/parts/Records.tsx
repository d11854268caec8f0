import type { JSX } from "preact";
import { useMemo } from "preact/hooks";
import { RECORDS } from "../content";
import { byRecord, markOf } from "../marks";
import type { Mark } from "../marks";
import { lacksOf } from "../rules";
import { recordWords } from "../words";
import type { RecordsProps } from "./props";

const glyphs: Readonly<Record<Mark["state"], string>> = {
  empty: "·",
  lacking: "○",
  complete: "●",
  signed: "✓",
};

/** The eleven records down the side, each with how far it has come. */
export function Records(props: RecordsProps): JSX.Element {
  const { around, current, standing, revisions, drafted, onOpen } = props;
  const { contents, casework, today, revealed = false } = around;
  const lacks = useMemo(
    () => byRecord(lacksOf({ contents, casework, today, revealed })),
    [contents, casework, today, revealed],
  );
  return (
    <nav class="rec-records" aria-label={recordWords.list}>
      <ul>
        {RECORDS.map((record) => {
          const mark = markOf(
            lacks.get(record) ?? [],
            revisions[record] !== undefined,
            standing[record]?.done === true,
          );
          const draft = drafted.includes(record);
          return (
            <li key={record}>
              <button
                type="button"
                aria-current={record === current ? "page" : undefined}
                onClick={() => onOpen(record)}
              >
                <span class={`rec-mark rec-mark-${mark.state}`} aria-hidden="true">
                  {glyphs[mark.state]}
                </span>
                <span>
                  {recordWords.records[record].name}
                  <span class={mark.state === "lacking" ? "hint rec-missing" : "hidden"}>
                    <span class="hidden">, </span>
                    {mark.text}
                  </span>
                  {draft && (
                    <strong class="hint">
                      <span class="hidden">, </span>
                      {recordWords.marks.draft}
                    </strong>
                  )}
                </span>
              </button>
            </li>
          );
        })}
      </ul>
    </nav>
  );
}
