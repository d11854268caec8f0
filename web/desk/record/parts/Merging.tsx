import type { JSX } from "preact";
import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { Shown } from "../../parts/Shown";
import { Strip } from "../../parts/Strip";
import { fill } from "../../words";
import type { Conflict, Pick } from "../compare";
import type { RecordName } from "../content";
import { canBeBoth, entryName, labelOfPath, valueAt } from "../differences";
import { at, pathText } from "../paths";
import type { Entry, Loose } from "../shape";
import { lookupOf } from "../shown";
import type { Lookup } from "../shown";
import { recordWords } from "../words";
import { elementId } from "./ids";
import type { Around, MergingProps } from "./props";

const { merge: said, view } = recordWords;

/** What two members changed in the same place: both texts, and a choice for each. */
export function Merging<R extends RecordName>(props: MergingProps<R>): JSX.Element {
  const { record, around, conflicts, yielded, theirs, onMerge, onLeave } = props;
  const heading = useRef<HTMLHeadingElement>(null);
  const [picks, setPicks] = useState<ReadonlyMap<string, Pick>>(new Map());
  const [tried, setTried] = useState(false);
  useEffect(() => heading.current?.focus(), []);
  const lookup = useMemo(() => lookupOf(around, around.contents.triage), [around]);
  const id = elementId(record, "");
  const label = (one: Conflict): string => labelOf(record, one, around, lookup);
  const pickOf = (one: Conflict): Pick | undefined => picks.get(pathText(one.path));
  const pick = (one: Conflict, side: Pick): void =>
    setPicks((before) => new Map([...before, [pathText(one.path), side]]));
  const unpicked = conflicts.filter((one) => pickOf(one) === undefined);
  const go = (): void => {
    setTried(true);
    if (unpicked.length === 0) onMerge(conflicts.map((one) => pickOf(one) ?? "mine"));
    else {
      const [first] = unpicked;
      const place = first === undefined ? 0 : conflicts.indexOf(first);
      document.getElementById(`${id}--pick-${place}-mine`)?.focus();
    }
  };
  return (
    <section
      class="rec document rec-merging"
      aria-labelledby={`${id}--merging`}
      onKeyDown={(event) => {
        if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
        event.preventDefault();
        go();
      }}
    >
      <h2 class="heading-large" id={`${id}--merging`} tabIndex={-1} ref={heading}>
        {said.heading}
      </h2>
      <p>
        {fill(conflicts.length === 0 ? said.none : said.intro, {
          who: theirs.label,
          revision: theirs.revision,
        })}
      </p>
      {theirs.warnings.map((one) => (
        <Strip key={one} kind="warning">
          {one}
        </Strip>
      ))}
      {tried && unpicked.length > 0 && (
        <div class="rec-problems" role="alert">
          <h3 class="heading">{view.problem}</h3>
          <ul class="plain">
            {unpicked.map((one) => (
              <li key={pathText(one.path)}>{fill(said.unpicked, { field: label(one) })}</li>
            ))}
          </ul>
        </div>
      )}
      {conflicts.map((one, place) => (
        <fieldset key={pathText(one.path)} class="rec-conflict">
          <legend class="heading">{label(one)}</legend>
          <div class="rec-conflict-sides">
            {(["theirs", "mine"] as const).map((side) => (
              <label key={side} class="rec-side">
                <span class="rec-choice">
                  <input
                    id={`${id}--pick-${place}-${side}`}
                    type="radio"
                    name={`${id}--pick-${place}`}
                    checked={pickOf(one) === side}
                    onChange={() => pick(one, side)}
                  />
                  <strong>
                    {side === "mine" ? said.mine : fill(said.theirs, { who: theirs.label })}
                  </strong>
                </span>
                <Shown
                  text={
                    one[side] === null
                      ? said.removed
                      : valueAt(record, one.path, one[side], lookup) || "–"
                  }
                  long
                />
              </label>
            ))}
          </div>
          {canBeBoth(record, one) && (
            <label class="rec-choice">
              <input
                type="radio"
                name={`${id}--pick-${place}`}
                checked={pickOf(one) === "both"}
                onChange={() => pick(one, "both")}
              />
              <span>{said.both}</span>
            </label>
          )}
          {valueAt(record, one.path, one.base, lookup) !== "" && (
            <details class="rec-base">
              <summary>{said.before}</summary>
              <Shown text={valueAt(record, one.path, one.base, lookup)} long />
            </details>
          )}
        </fieldset>
      ))}
      <Yielded {...{ record, around, yielded }} />
      <div class="buttons">
        <button type="button" class="button" onClick={go}>
          {said.go_on}
        </button>
        <button type="button" class="link" onClick={onLeave}>
          {said.leave}
        </button>
        <span class="hint">{said.hint}</span>
      </div>
    </section>
  );
}

/** What was written where what is saved stands: there to be read and copied. */
export function Yielded({
  record,
  around,
  yielded,
}: {
  record: RecordName;
  around: Around;
  yielded: readonly Conflict[];
}): JSX.Element | null {
  const lookup = useMemo(() => lookupOf(around, around.contents.triage), [around]);
  if (yielded.length === 0) return null;
  return (
    <>
      <p>{said.yielded}</p>
      <dl class="rec-yielded">
        {yielded.map((one) => (
          <div key={pathText(one.path)}>
            <dt>
              <Shown text={labelOf(record, one, around, lookup)} />
            </dt>
            <dd>
              <Shown text={valueAt(record, one.path, one.mine, lookup)} long />
            </dd>
          </div>
        ))}
      </dl>
    </>
  );
}

function labelOf(
  record: RecordName,
  { path, mine, theirs, base }: Conflict,
  around: Around,
  lookup: Lookup,
): string {
  const whole = [theirs, mine, base].find((one) => typeof one === "object" && one !== null);
  const entry = entryName(
    record,
    path,
    lookup,
    (place) =>
      ((path.length === 2 ? whole : at(around.contents[record], place)) ?? null) as
        (Loose & Entry) | null,
  );
  if (path.length === 2) return entry;
  const field = labelOfPath(record, path);
  return entry === "" || entry === path[1] ? field : `${entry}: ${field}`;
}
