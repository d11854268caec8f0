import type { JSX } from "preact";
import { Strip } from "../../parts/Strip";
import { fill } from "../../words";
import type { RecordName } from "../content";
import { entriesAt } from "../draft";
import { isBlank } from "../lacks/found";
import { lackLine, lacksAt, markOf } from "../marks";
import type { Lack } from "../rules";
import type { EntriesField, GroupField, Leaf, Section } from "../schema";
import type { Loose } from "../shape";
import { isShown } from "../shown";
import type { Lookup } from "../shown";
import { fieldWords, recordWords, sectionName } from "../words";
import type { Edit } from "./edit";
import { Entries } from "./Entries";
import { Fields, LackLine } from "./FieldRow";
import { elementId, sectionId } from "./ids";
import { SHOWN_WHOLE, inOrder } from "./looks";
import type { Removed } from "./looks";
import { BriefTable, Values, leavesOf } from "./Values";

const { view, marks } = recordWords;
type Run = readonly (Leaf | GroupField)[];

type SectionProps = {
  readonly record: RecordName;
  readonly section: Section;
  readonly content: Loose;
  readonly saved: Loose | null;
  readonly lookup: Lookup;
  readonly lacks: readonly Lack[];
  readonly byEntry: ReadonlyMap<string, readonly Lack[]>;
  readonly edit: Edit;
  readonly open: boolean;
  readonly unfolded: ReadonlySet<string>;
  readonly writing: string | null;
  readonly edited: boolean;
  readonly removed: Removed | null;
  readonly onEdit: () => void;
  readonly onUndo: (removed: Removed) => void;
  /** Unfolds these entries of a list and folds the others. */
  readonly onUnfold: (list: string, ids: readonly string[]) => void;
};

/** A section: its fields, read or written, and its lists. */
export function SectionPart(props: SectionProps): JSX.Element {
  const { record, section, content, lookup, lacks, edit, open, edited, removed } = props;
  const id = sectionId(record, section.name);
  const name = sectionName(record, section.name);
  const leaves = leavesOf(section.fields);
  const codes = new Set(lacks.map(({ code }) => code));
  const shown = leaves.filter((one) => isShown(one, content, codes));
  const lists = section.fields.filter((one): one is EntriesField => one.kind === "entries");
  const here = section.fields.flatMap((one) => lacksAt(lacks, one.name));
  const mark = markOf(here, true, false);
  // Nothing is asked of the notes, and an empty section is not complete.
  const begun =
    record !== "notes" && section.fields.some(({ name: one }) => !isBlank(content[one]));
  const editable = shown.length > 0 || lists.some(({ brief }) => brief === true);
  return (
    <section class="section rec-section" aria-labelledby={id}>
      <div class="rec-section-head">
        <h3 class="heading" id={id} tabIndex={-1}>
          {name}
        </h3>
        <span class={mark.state === "lacking" ? "rec-missing" : "quiet"}>
          {mark.state === "lacking" ? mark.text : begun ? marks.complete : ""}
        </span>
        {open && editable && !edited && (
          <button
            type="button"
            class="link"
            aria-label={fill(view.edit_of, { section: name })}
            onClick={props.onEdit}
          >
            {view.edit}
          </button>
        )}
        {lists.map((field) => (
          <FoldAll key={field.name} field={field} {...props} />
        ))}
      </div>
      {inOrder(section, shown).map((part) =>
        isRun(part) ? (
          edited ? (
            <div key={part[0]?.name} class="rec-fields">
              <Fields
                record={record}
                fields={part}
                owner={content}
                path=""
                within=""
                lookup={lookup}
                lacks={lacks}
                edit={edit}
                locked={() => false}
              />
            </div>
          ) : (
            <Values
              key={part[0]?.name}
              record={record}
              fields={part}
              owner={content}
              lookup={lookup}
            />
          )
        ) : (
          <div key={part.name} class="rec-list">
            {lists.length + leaves.length > 1 && part.brief === true && edited && (
              <h4 class="heading-small">{fieldWords(record, part.name).label}</h4>
            )}
            {part.brief === true && !edited ? (
              <BriefTable
                record={record}
                field={part}
                entries={entriesAt(content, [part.name])}
                lookup={lookup}
                captioned={leaves.length === 0}
              />
            ) : (
              <Entries
                record={record}
                field={part}
                entries={entriesAt(content, [part.name])}
                saved={props.saved}
                lookup={lookup}
                lacks={props.byEntry}
                edit={edit}
                open={open}
                unfolded={props.unfolded}
                writing={props.writing}
                all={part.brief === true}
              />
            )}
            {removed !== null && removed.path.startsWith(`${part.name}/`) && (
              <Strip kind="calm" announced>
                {fill(view.removed, { name: removed.name })}{" "}
                <button
                  type="button"
                  class="link"
                  id={`${elementId(record, part.name)}-undo`}
                  onClick={() => props.onUndo(removed)}
                >
                  {view.undo}
                </button>
              </Strip>
            )}
            {lacks
              .filter(({ place }) => place === part.name)
              .map((one) => (
                <LackLine
                  key={`${one.code} ${one.about}`}
                  weight={one.weight}
                  text={lackLine(one)}
                />
              ))}
          </div>
        ),
      )}
    </section>
  );
}

function isRun(part: EntriesField | Run): part is Run {
  return Array.isArray(part);
}

/** Opens all entries of a long list, or folds them. */
function FoldAll({
  field,
  content,
  unfolded,
  onUnfold,
}: Pick<SectionProps, "content" | "unfolded" | "onUnfold"> & {
  field: EntriesField;
}): JSX.Element | null {
  const ids = entriesAt(content, [field.name]).map(({ id }) => id);
  if (field.brief === true || ids.length <= SHOWN_WHOLE) return null;
  const all = ids.every((id) => unfolded.has(`${field.name}/${id}`));
  return (
    <button type="button" class="link" onClick={() => onUnfold(field.name, all ? [] : ids)}>
      {all ? view.hide_all : view.show_all}
    </button>
  );
}
