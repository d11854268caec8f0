import type { JSX } from "preact";
import { useMemo } from "preact/hooks";
import { fill } from "../../words";
import { compare } from "../compare";
import type { RecordName } from "../content";
import { rowsOfDifferences } from "../differences";
import { at } from "../paths";
import type { Path } from "../paths";
import type { Entry, Loose } from "../shape";
import { lookupOf } from "../shown";
import { recordWords } from "../words";
import { Differences } from "./Differences";
import { togetherId } from "./ids";
import { Yielded } from "./Merging";
import type { TogetherProps } from "./props";

const { merge: said } = recordWords;

/** Over a draft that was put together with what somebody else saved meanwhile: what they changed. */
export function Together<R extends RecordName>(props: TogetherProps<R>): JSX.Element {
  const { record, around, theirs, before, after, yielded } = props;
  const rows = useMemo(() => {
    const lookup = lookupOf(around, around.contents.triage);
    const entryAt = (path: Path): (Loose & Entry) | null =>
      (at(after, path) ?? at(before, path) ?? null) as (Loose & Entry) | null;
    return rowsOfDifferences(record, compare(record, before, after), lookup, entryAt);
  }, [record, before, after, around]);
  const id = togetherId(record);
  return (
    <section class="rec document rec-merging rec-together" aria-labelledby={id}>
      <h2 class="heading" id={id} tabIndex={-1}>
        {fill(said.together, { who: theirs.label, revision: theirs.revision })}
      </h2>
      <p>{rows.length === 0 ? said.together_same : said.together_text}</p>
      {rows.length > 0 && (
        <Differences caption={fill(said.together_caption, { who: theirs.label })} rows={rows} />
      )}
      <Yielded {...{ record, around, yielded }} />
    </section>
  );
}
