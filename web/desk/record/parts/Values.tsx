import type { JSX } from "preact";
import { fill } from "../../words";
import { Shown } from "../../parts/Shown";
import type { RecordName } from "../content";
import { shapes } from "../content";
import { shapeAt } from "../paths";
import type { EntriesField, Field, GroupField, Leaf } from "../schema";
import type { Entry, Loose, Members } from "../shape";
import { isShown, unknownRows, valueText } from "../shown";
import type { Lookup } from "../shown";
import { entriesWords, fieldWords, recordWords } from "../words";

const { view } = recordWords;

/** A label and what was answered; "" stands for no answer. */
export type Row = { readonly label: string; readonly text: string; readonly beside: boolean };

/** Fields as they are read: labels left, values right; what was not answered is one line at the end. */
export function Values({
  record,
  fields,
  owner,
  within = "",
  lookup,
}: {
  record: RecordName;
  fields: readonly (Leaf | GroupField)[];
  owner: Loose;
  /** The name of the list that the owner is an entry of. */
  within?: string;
  lookup: Lookup;
}): JSX.Element {
  const rows = rowsOf(record, fields, owner, within, lookup);
  const answered = rows.filter(({ text }) => text.trim() !== "");
  const rest = rows
    .filter(({ text }) => text.trim() === "")
    .map(({ label }) => label.toLowerCase());
  const beside = answered.filter((one) => one.beside);
  return (
    <>
      {beside.length > 1 && (
        <div class="rec-beside">
          {beside.map(({ label, text }) => (
            <div key={label}>
              <h4 class="heading-small quiet">{label}</h4>
              <Shown text={text} long />
            </div>
          ))}
        </div>
      )}
      {answered.length > 0 && (
        <dl class="answers">
          {answered
            .filter((one) => beside.length < 2 || !one.beside)
            .map(({ label, text }) => (
              <div key={label} class="answer">
                <dt>{label}</dt>
                <dd>
                  <Shown text={text} long />
                </dd>
              </div>
            ))}
        </dl>
      )}
      {rest.length > 0 && (
        <p class="quiet unanswered">{fill(view.unanswered, { fields: rest.join(", ") })}</p>
      )}
    </>
  );
}

/** Every field that is shown, groups spread out under their own labels. */
export function rowsOf(
  record: RecordName,
  fields: readonly (Leaf | GroupField)[],
  owner: Loose,
  within: string,
  lookup: Lookup,
): Row[] {
  const label = (name: string): string =>
    fieldWords(record, within === "" ? name : `${within}.${name}`).label;
  return fields.flatMap((field) => {
    if (!isShown(field, owner, new Set())) return [];
    const { name, beside = false } = field;
    if (field.kind !== "group") {
      return [{ label: label(name), text: valueText(field, owner, lookup), beside }];
    }
    const group = owner[name] as Loose;
    return field.fields
      .filter((one) => isShown(one, group, new Set()))
      .map((one) => ({
        label: `${label(name)}: ${label(`${name}.${one.name}`).toLowerCase()}`,
        text: valueText(one, group, lookup),
        beside: false,
      }));
  });
}

/** Entries of a few short fields, as a table. */
export function BriefTable({
  record,
  field,
  entries,
  lookup,
  captioned = false,
}: {
  record: RecordName;
  field: EntriesField;
  entries: readonly (Loose & Entry)[];
  lookup: Lookup;
  /** The heading above says what it is of. */
  captioned?: boolean;
}): JSX.Element {
  const said = entriesWords(record, field.name);
  const { label } = fieldWords(record, field.name);
  const members = membersOf(record, field.name);
  if (entries.length === 0) return <p class="quiet rec-none">{said.none}</p>;
  const columns = field.fields.filter((one): one is Leaf => one.kind !== "group");
  return (
    <table class="table rec-table">
      <caption class={captioned ? "hidden" : undefined}>{label}</caption>
      <thead>
        <tr>
          {columns.map(({ name }) => (
            <th key={name} scope="col">
              {fieldWords(record, `${field.name}.${name}`).label}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {entries.map((one) => (
          <tr key={one.id}>
            {columns.map((column, place) => (
              <td key={column.name}>
                <span class="narrow">
                  {fieldWords(record, `${field.name}.${column.name}`).label}{" "}
                </span>
                <Shown text={valueText(column, one, lookup) || "–"} long />
                {place === columns.length - 1 && <Unknown members={members} owner={one} />}
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** What this desk does not know, as it stands: it stays in the record. */
export function Unknown({
  members,
  owner,
}: {
  members: Members;
  owner: Loose;
}): JSX.Element | null {
  const rows = unknownRows(members, owner);
  if (rows.length === 0) return null;
  return (
    <div class="rec-unknown">
      <p class="quiet">
        <strong>{view.unknown_heading}.</strong> {view.unknown_text}
      </p>
      <dl class="answers">
        {rows.map(({ label, text }) => (
          <div key={label} class="answer">
            <dt>
              <Shown text={label} />
            </dt>
            <dd>
              <Shown text={text} long />
            </dd>
          </div>
        ))}
      </dl>
    </div>
  );
}

/** The members of a record, or of the entries of one of its lists. */
export function membersOf(record: RecordName, within: string): Members {
  if (within === "") return shapes[record];
  const shape = shapeAt(shapes[record], [within]);
  return shape?.of === "entries" ? shape.members : {};
}

/** The fields that are no lists. */
export function leavesOf(fields: readonly Field[]): (Leaf | GroupField)[] {
  return fields.filter((one): one is Leaf | GroupField => one.kind !== "entries");
}
