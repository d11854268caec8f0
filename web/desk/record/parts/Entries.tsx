import type { JSX } from "preact";
import { fill } from "../../words";
import { appendOnly } from "../content";
import type { RecordName } from "../content";
import { isLocked } from "../draft";
import type { Lack } from "../rules";
import type { EntriesField } from "../schema";
import type { Entry, Loose } from "../shape";
import { entryNumber, entryTitle, isShown } from "../shown";
import type { Lookup } from "../shown";
import { entriesWords, recordWords } from "../words";
import { counted } from "../../words";
import type { Edit } from "./edit";
import { Fields } from "./FieldRow";
import { addId, elementId } from "./ids";
import { memo } from "./memo";
import { Unknown, Values, membersOf } from "./Values";

const { view, marks } = recordWords;
const noLacks: readonly Lack[] = [];

type ListProps = {
  readonly record: RecordName;
  readonly field: EntriesField;
  readonly entries: readonly (Loose & Entry)[];
  /** What is saved: what is locked depends on it. */
  readonly saved: Loose | null;
  readonly lookup: Lookup;
  /** By the path of the entry. */
  readonly lacks: ReadonlyMap<string, readonly Lack[]>;
  readonly edit: Edit;
  /** This member may write it. */
  readonly open: boolean;
  /** The paths of entries that show more than their line. */
  readonly unfolded: ReadonlySet<string>;
  /** The path of the one that is written in. */
  readonly writing: string | null;
  /** All are written in at once: a list of short ones. */
  readonly all: boolean;
};

/** A list of entries: each a line that unfolds, and one of them written in. */
export function Entries(props: ListProps): JSX.Element {
  const { record, field, entries, saved, lookup, lacks, edit, open, unfolded, writing, all } =
    props;
  const said = entriesWords(record, field.name);
  return (
    <>
      {entries.length === 0 && <p class="quiet rec-none">{said.none}</p>}
      {entries.length > 0 && (
        <ol class="rec-entries">
          {entries.map((entry, place) => {
            const path = `${field.name}/${entry.id}`;
            const written = open && (all || writing === path);
            return (
              <EntryPart
                key={entry.id}
                record={record}
                field={field}
                entry={entry}
                path={path}
                place={place}
                last={place === entries.length - 1}
                saved={saved}
                lookup={lookup}
                lacks={lacks.get(path) ?? noLacks}
                edit={edit}
                open={open}
                brief={all}
                mode={written ? "written" : unfolded.has(path) ? "read" : "folded"}
              />
            );
          })}
        </ol>
      )}
      {open && (
        <button
          type="button"
          class="button button-quiet rec-add"
          id={addId(record, field.name)}
          onClick={() => edit.add(field.name)}
        >
          {said.add}
        </button>
      )}
    </>
  );
}

type EntryProps = {
  readonly record: RecordName;
  readonly field: EntriesField;
  readonly entry: Loose & Entry;
  readonly path: string;
  readonly place: number;
  readonly last: boolean;
  readonly saved: Loose | null;
  readonly lookup: Lookup;
  readonly lacks: readonly Lack[];
  readonly edit: Edit;
  readonly open: boolean;
  readonly brief: boolean;
  readonly mode: "folded" | "read" | "written";
};

const EntryPart = memo(function EntryPart(props: EntryProps): JSX.Element {
  const { record, field, entry, path, place, saved, lookup, lacks, edit, open, brief, mode } =
    props;
  const id = elementId(record, path);
  const title = entryTitle(record, field.name, entry, lookup);
  const number = entryNumber(record, field.name, place);
  const called = `${number}, ${title}`;
  // A list that may only be extended keeps what was signed, and where it stands.
  const fixed = isLocked(record, saved as never, path);
  const codes = new Set(lacks.map(({ code }) => code));
  const writable =
    open &&
    (!fixed ||
      field.fields.some(
        (one) =>
          one.kind !== "author" &&
          isShown(one, entry, codes) &&
          !isLocked(record, saved as never, `${path}/${one.name}`),
      ));
  const missing = lacks.filter(({ weight }) => weight === "lack").length;
  const hints = lacks.length - missing;
  return (
    <li
      class={`rec-entry rec-entry-${mode}`}
      onKeyDown={(event) => {
        const by = { ArrowUp: -1, ArrowDown: 1 }[event.key];
        if (by === undefined || !event.altKey || !event.shiftKey || !open || fixed) return;
        event.preventDefault();
        edit.move(path, by as 1 | -1);
      }}
    >
      <div class="rec-entry-head">
        {brief ? (
          <h4 class="heading-small" id={id} tabIndex={-1}>
            {number}
          </h4>
        ) : (
          <h4 class="rec-entry-title">
            <button
              type="button"
              id={id}
              class="rec-fold"
              aria-expanded={mode !== "folded"}
              onClick={() => edit.fold(path)}
            >
              <span class="rec-fold-mark" aria-hidden="true" />
              <span class="quiet rec-number">{place + 1}</span>{" "}
              <span class="shown" dir="auto">
                {title}
              </span>
            </button>
          </h4>
        )}
        <span class="rec-entry-marks">
          {missing > 0 && <span class="rec-missing">{counted(marks.lacking, missing)}</span>}
          {missing === 0 && hints > 0 && <span class="quiet">{counted(marks.hints, hints)}</span>}
        </span>
        {writable && !brief && mode !== "written" && (
          <button
            type="button"
            class="link"
            aria-label={fill(view.edit_of, { section: called })}
            onClick={() => edit.write(path)}
          >
            {view.edit}
          </button>
        )}
        {mode === "written" && !fixed && (
          <EntryButtons
            {...{ path, edit, called, id }}
            first={place === 0 || isFixed(record, saved, field, props)}
            last={props.last}
          />
        )}
      </div>
      {mode === "read" && (
        <div class="rec-entry-body">
          <Values
            record={record}
            fields={field.fields}
            owner={entry}
            within={field.name}
            lookup={lookup}
          />
          <Unknown members={membersOf(record, field.name)} owner={entry} />
        </div>
      )}
      {mode === "written" && (
        <div class={brief ? "rec-entry-body rec-brief" : "rec-entry-body"}>
          {fixed && <p class="quiet">{view.locked}</p>}
          <Fields
            record={record}
            fields={field.fields}
            owner={entry}
            path={path}
            within={field.name}
            lookup={lookup}
            lacks={lacks}
            edit={edit}
            locked={(one) => isLocked(record, saved as never, one)}
          />
          <Unknown members={membersOf(record, field.name)} owner={entry} />
        </div>
      )}
    </li>
  );
});

/** Whether the entry before this one may not be moved: then this one cannot go above it. */
function isFixed(
  record: RecordName,
  saved: Loose | null,
  field: EntriesField,
  { place }: Pick<EntryProps, "place">,
): boolean {
  if (saved === null || appendOnly(record) !== field.name) return false;
  const before = saved[field.name];
  return Array.isArray(before) && place <= before.length;
}

function EntryButtons({
  path,
  edit,
  called,
  id,
  first,
  last,
}: {
  path: string;
  edit: Edit;
  called: string;
  id: string;
  first: boolean;
  last: boolean;
}): JSX.Element {
  return (
    <span class="rec-entry-buttons">
      <button
        type="button"
        class="link"
        id={`${id}-up`}
        aria-disabled={first}
        aria-label={fill(view.up_of, { name: called })}
        onClick={() => {
          if (!first) edit.move(path, -1);
        }}
      >
        {view.up}
      </button>
      <button
        type="button"
        class="link"
        id={`${id}-down`}
        aria-disabled={last}
        aria-label={fill(view.down_of, { name: called })}
        onClick={() => {
          if (!last) edit.move(path, 1);
        }}
      >
        {view.down}
      </button>
      <button
        type="button"
        class="link"
        aria-label={fill(view.remove_of, { name: called })}
        onClick={() => edit.remove(path)}
      >
        {view.remove}
      </button>
    </span>
  );
}
