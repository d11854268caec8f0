import type { JSX } from "preact";
import { Shown } from "../../parts/Shown";
import type { RecordName } from "../content";
import type { GroupField, Leaf } from "../schema";
import type { Loose } from "../shape";
import { isShown, valueText } from "../shown";
import type { Lookup } from "../shown";
import { fieldWords, recordWords } from "../words";
import type { Edit } from "./edit";
import { elementId } from "./ids";
import { Input, isMany, looksAround } from "./Inputs";
import { memo } from "./memo";
import { lackText } from "../marks";
import type { Lack } from "../rules";

/** The fields of an object, each with its input; those that are locked as they are read. */
export function Fields({
  record,
  fields,
  owner,
  path,
  within,
  lookup,
  lacks,
  edit,
  locked,
}: {
  record: RecordName;
  fields: readonly (Leaf | GroupField)[];
  owner: Loose;
  /** Where the owner is; "" for the record itself. */
  path: string;
  /** What its fields are called by: the names of the lists and groups around it. */
  within: string;
  lookup: Lookup;
  lacks: readonly Lack[];
  edit: Edit;
  locked: (path: string) => boolean;
}): JSX.Element {
  const join = (before: string, name: string, by: string): string =>
    before === "" ? name : `${before}${by}${name}`;
  const codes = new Set(lacks.map(({ code }) => code));
  return (
    <>
      {fields
        .filter((one) => isShown(one, owner, codes))
        .map((field) => {
          const place = join(path, field.name, "/");
          const called = join(within, field.name, ".");
          if (field.kind === "group") {
            return (
              <fieldset key={field.name} class="rec-group">
                <legend class="heading-small">{fieldWords(record, called).label}</legend>
                <Fields
                  record={record}
                  fields={field.fields}
                  owner={owner[field.name] as Loose}
                  path={place}
                  within={called}
                  lookup={lookup}
                  lacks={lacks}
                  edit={edit}
                  locked={locked}
                />
              </fieldset>
            );
          }
          return (
            <FieldRow
              key={field.name}
              record={record}
              field={field}
              called={called}
              path={place}
              value={owner[field.name]}
              owner={looksAround(field) ? owner : null}
              lookup={lookup}
              said={saidAt(lacks, place)}
              edit={edit}
              locked={locked(place)}
            />
          );
        })}
    </>
  );
}

/** The sentences of what is lacking at a field, as one text: a part given the same is not drawn again. */
function saidAt(lacks: readonly Lack[], place: string): string {
  return lacks
    .filter((one) => one.place === place)
    .map((one) => `${one.weight} ${lackText(one)}`)
    .join("\n");
}

type RowProps = {
  readonly record: RecordName;
  readonly field: Leaf;
  readonly called: string;
  readonly path: string;
  readonly value: unknown;
  readonly owner: Loose | null;
  readonly lookup: Lookup;
  readonly said: string;
  readonly edit: Edit;
  readonly locked: boolean;
};

const FieldRow = memo(function FieldRow(props: RowProps): JSX.Element {
  const { record, field, called, path, value, owner, lookup, said, edit, locked } = props;
  const id = elementId(record, path);
  const { label, hint = "" } = fieldWords(record, called);
  const sentences = said === "" ? [] : said.split("\n");
  const describedBy =
    [hint === "" ? "" : `${id}-hint`, said === "" ? "" : `${id}-lack`].filter(Boolean).join(" ") ||
    undefined;
  const below = (
    <>
      {sentences.length > 0 && (
        <div id={`${id}-lack`}>
          {sentences.map((one) => (
            <LackLine
              key={one}
              weight={one.split(" ", 1)[0] ?? ""}
              text={one.replace(/^\w+ /, "")}
            />
          ))}
        </div>
      )}
    </>
  );
  const help = hint !== "" && (
    <span class="hint" id={`${id}-hint`}>
      {hint}
    </span>
  );
  if (locked) {
    const text = valueText(field, owner ?? { [field.name]: value }, lookup);
    return (
      <div class="rec-row" id={id} tabIndex={-1}>
        <span class="rec-label">{label}</span>
        <div>
          <Shown text={text || "–"} long />
          {below}
        </div>
      </div>
    );
  }
  const input = (
    <Input
      field={field}
      id={id}
      path={path}
      value={value}
      owner={owner}
      lookup={lookup}
      edit={edit}
      describedBy={describedBy}
    />
  );
  const wide = field.beside === true ? " rec-row-beside" : "";
  if (isMany(field)) {
    return (
      <div
        class={`rec-row${wide}`}
        role={field.kind === "choice" ? "radiogroup" : "group"}
        aria-labelledby={`${id}-label`}
        aria-describedby={describedBy}
      >
        <span class="rec-label" id={`${id}-label`}>
          {label}
        </span>
        <div>
          {help}
          {input}
          {below}
        </div>
      </div>
    );
  }
  return (
    <div class={`rec-row${wide}`}>
      <label class="rec-label" for={id}>
        {label}
      </label>
      <div>
        {help}
        {input}
        {below}
      </div>
    </div>
  );
});

/** A sentence about what is missing, or worth a look. */
export function LackLine({ weight, text }: { weight: string; text: string }): JSX.Element {
  return (
    <p class={`rec-lack rec-lack-${weight}`}>
      <span aria-hidden="true">{weight === "lack" ? "○" : "›"}</span>
      <span>
        {weight === "hint" && <span class="hidden">{recordWords.marks.look}: </span>}
        {text}
      </span>
    </p>
  );
}
