import type { JSX } from "preact";
import { useEffect, useMemo, useRef } from "preact/hooks";
import { date } from "../../days";
import { Strip } from "../../parts/Strip";
import { fill } from "../../words";
import { compare } from "../compare";
import { emptyContent } from "../content";
import type { ContentOf, RecordName, Revision } from "../content";
import { rowsOfDifferences } from "../differences";
import { at } from "../paths";
import type { Path } from "../paths";
import type { Entry, Loose } from "../shape";
import { lookupOf, memberText } from "../shown";
import { recordWords } from "../words";
import { Differences } from "./Differences";
import { elementId } from "./ids";
import type { Around, ComparisonProps } from "./props";

const { compare: said, records } = recordWords;

/** Two revisions of a record beside each other: what is different, field by field. */
export function Comparison<R extends RecordName>(props: ComparisonProps<R>): JSX.Element {
  const { record, around, revisions, from, to, onPick, onClose } = props;
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus(), []);
  const [before, after] = [from, to].map((number) => contentOf(record, revisions, number)) as [
    ContentOf<R>,
    ContentOf<R>,
  ];
  const rows = useMemo(() => {
    const lookup = lookupOf(around, around.contents.triage);
    const entryAt = (path: Path): (Loose & Entry) | null =>
      (at(after, path) ?? at(before, path) ?? null) as (Loose & Entry) | null;
    return rowsOfDifferences(record, compare(record, before, after), lookup, entryAt);
  }, [record, before, after, around]);
  const id = elementId(record, "");
  return (
    <section class="rec document rec-comparison" aria-labelledby={`${id}--compared`}>
      <h2 class="heading-large" id={`${id}--compared`} tabIndex={-1} ref={heading}>
        {records[record].name}: {said.heading.toLowerCase()}
      </h2>
      <div class="rec-versions">
        <Version
          id={`${id}--from`}
          label={said.from}
          value={from}
          revisions={revisions.filter(({ revision }) => revision < to)}
          nothing
          around={around}
          onPick={(number) => onPick(number, to)}
        />
        <Version
          id={`${id}--to`}
          label={said.to}
          value={to}
          revisions={revisions.filter(({ revision }) => revision > from)}
          around={around}
          onPick={(number) => onPick(from, number)}
        />
        <button type="button" class="button button-quiet" onClick={onClose}>
          {said.close}
        </button>
      </div>
      {revisions
        .filter(({ revision }) => revision === from || revision === to)
        .flatMap(({ revision, warnings }) =>
          warnings.map((one) => (
            <Strip key={`${revision} ${one}`} kind="warning">
              {fill(said.warning, { revision, warning: one })}
            </Strip>
          )),
        )}
      {rows.length === 0 ? (
        <p role="status">{said.same}</p>
      ) : (
        <Differences
          caption={fill(from === 0 ? said.caption_first : said.caption, { from, to })}
          rows={rows}
        />
      )}
    </section>
  );
}

function Version({
  id,
  label,
  value,
  revisions,
  around,
  nothing = false,
  onPick,
}: {
  id: string;
  label: string;
  value: number;
  revisions: readonly Revision[];
  around: Around;
  nothing?: boolean;
  onPick: (revision: number) => void;
}): JSX.Element {
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <select
        id={id}
        class="select"
        value={value}
        onChange={(event) => onPick(Number(event.currentTarget.value))}
      >
        {nothing && <option value={0}>{said.nothing_before}</option>}
        {revisions.map(({ revision, day, author }) => (
          <option key={revision} value={revision}>
            {fill(said.number, { revision, day: date(day) })}{" "}
            {author !== "" && fill(said.by, { who: memberText(author, around) })}
          </option>
        ))}
      </select>
    </div>
  );
}

function contentOf<R extends RecordName>(
  record: R,
  revisions: readonly Revision<R>[],
  number: number,
): ContentOf<R> {
  return revisions.find(({ revision }) => revision === number)?.content ?? emptyContent(record);
}
