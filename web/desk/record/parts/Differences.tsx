import type { JSX } from "preact";
import { Shown } from "../../parts/Shown";
import type { DifferenceRow } from "../differences";
import { recordWords } from "../words";

const { compare: said } = recordWords;

/** What is different between two contents of a record, field by field. */
export function Differences({
  caption,
  rows,
}: {
  caption: string;
  rows: readonly DifferenceRow[];
}): JSX.Element {
  return (
    <table class="table rec-compare">
      <caption class="hidden">{caption}</caption>
      <thead>
        <tr>
          <th scope="col">{said.column_field}</th>
          <th scope="col">{said.column_before}</th>
          <th scope="col">{said.column_after}</th>
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <RowPart key={row.key} row={row} />
        ))}
      </tbody>
    </table>
  );
}

function RowPart({ row }: { row: DifferenceRow }): JSX.Element {
  const { kind, entry, label, before, after } = row;
  const codes = row.added.length + row.removed.length > 0;
  return (
    <tr>
      <th scope="row">
        {entry !== "" && (
          <span class="hint">
            <Shown text={entry} />
          </span>
        )}
        <Shown text={label} />
      </th>
      {kind === "changed" ? (
        <>
          <td>
            <span class="narrow">{said.column_before}</span>
            {codes ? <Codes codes={row.removed} gone /> : <Value text={before} mark="rec-before" />}
          </td>
          <td>
            <span class="narrow">{said.column_after}</span>
            {codes ? <Codes codes={row.added} /> : <Value text={after} mark="rec-after" />}
          </td>
        </>
      ) : (
        // What came or went as a whole has only one side.
        <td colSpan={2}>
          <Value
            text={before + after}
            mark={kind === "added" ? "rec-after" : kind === "removed" ? "rec-before" : ""}
          />
        </td>
      )}
    </tr>
  );
}

/** Codes that came, or that went. */
function Codes({ codes, gone = false }: { codes: readonly string[]; gone?: boolean }): JSX.Element {
  if (codes.length === 0) return <span class="quiet">–</span>;
  return (
    <>
      {codes.map((one) =>
        gone ? (
          <del key={one} class="rec-del">
            <Shown text={one} />
            <span class="hidden"> ({said.taken_out})</span>
          </del>
        ) : (
          <ins key={one} class="rec-ins">
            <Shown text={one} />
            <span class="hidden"> ({said.put_in})</span>
          </ins>
        ),
      )}
    </>
  );
}

function Value({ text, mark }: { text: string; mark: string }): JSX.Element {
  if (text === "") return <span class="quiet">–</span>;
  return (
    <div class={mark}>
      <Shown text={text} long />
    </div>
  );
}
