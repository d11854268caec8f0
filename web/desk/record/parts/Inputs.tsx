import type { JSX } from "preact";
import { isDay } from "../../days";
import { fill } from "../../words";
import { offered } from "../codes";
import type { Offered } from "../codes";
import { LONGEST_TEXT } from "../content";
import type { Leaf } from "../schema";
import type { Loose } from "../shape";
import { memberText, suggestionText, teamText } from "../shown";
import type { Lookup } from "../shown";
import { recordWords } from "../words";
import type { Edit } from "./edit";

const { view, routing } = recordWords;

/** What every input is given. */
export type InputProps = {
  readonly field: Leaf;
  readonly id: string;
  readonly path: string;
  readonly value: unknown;
  /** The object that the field is in: for those that look at their neighbours. */
  readonly owner: Loose | null;
  readonly lookup: Lookup;
  readonly edit: Edit;
  readonly describedBy: string | undefined;
};

/** Whether the label of a field stands over several inputs. */
export function isMany({ kind }: Leaf): boolean {
  return ["choice", "codes", "subjects", "allegations"].includes(kind);
}

/** Whether a field looks at its neighbours. */
export function looksAround({ kind }: Leaf): boolean {
  return kind === "suggestion" || kind === "team";
}

/** The input of a field. */
export function Input(props: InputProps): JSX.Element {
  const { field, id, path, value, owner, lookup, edit, describedBy } = props;
  const text = typeof value === "string" ? value : "";
  const list = Array.isArray(value) ? (value as readonly string[]) : [];
  const set = (next: unknown): void => edit.set(path, next);
  const line = { id, class: "input", "aria-describedby": describedBy, value: text };
  switch (field.kind) {
    case "line":
      return (
        <input
          {...line}
          dir="auto"
          autocomplete="off"
          onInput={(event) => set(event.currentTarget.value)}
        />
      );
    case "unit":
      return (
        <>
          <input
            {...line}
            dir="auto"
            autocomplete="off"
            list={`${id}-units`}
            onInput={(event) => set(event.currentTarget.value)}
          />
          <datalist id={`${id}-units`}>
            {lookup.casework.force_units.map((one) => (
              <option key={one} value={one} />
            ))}
          </datalist>
        </>
      );
    case "day":
      // What is no day is shown as it stands, and can be corrected.
      return text === "" || isDay(text) ? (
        <input
          {...line}
          class="input rec-day"
          type="date"
          onInput={(event) => set(event.currentTarget.value)}
        />
      ) : (
        <input
          {...line}
          class="input rec-day"
          type="text"
          onInput={(event) => set(event.currentTarget.value)}
        />
      );
    case "text":
      return (
        <>
          <textarea
            {...line}
            class={field.rows > 5 ? "textarea rec-text rec-text-long" : "textarea rec-text"}
            rows={field.rows}
            dir="auto"
            onInput={(event) => set(event.currentTarget.value)}
          />
          <Length text={text} />
        </>
      );
    case "flag":
      return (
        <input
          id={id}
          class="rec-flag"
          type="checkbox"
          checked={value === true}
          aria-describedby={describedBy}
          onChange={(event) => set(event.currentTarget.checked)}
        />
      );
    case "code":
      return (
        <Select {...line} options={offered(field.codes, lookup.casework, [text])} onPick={set} />
      );
    case "choice":
      return (
        <Radios
          id={id}
          value={text}
          options={offered(field.codes, lookup.casework, [text])}
          describedBy={describedBy}
          onPick={set}
        />
      );
    case "codes":
      return (
        <Checks
          id={id}
          chosen={list}
          options={offered(field.codes, lookup.casework, list)}
          onPick={set}
        />
      );
    case "subjects":
      return (
        <Checks id={id} chosen={list} options={called(lookup.subjects, list)} onPick={set} tall />
      );
    case "allegations":
      return (
        <Checks
          id={id}
          chosen={list}
          options={called(lookup.allegations, list)}
          onPick={set}
          tall
        />
      );
    case "allegation":
      return <Select {...line} options={called(lookup.allegations, [text])} onPick={set} />;
    case "team":
      return <Team {...line} owner={owner} lookup={lookup} onPick={set} />;
    case "author":
      return <output id={id}>{text === "" ? "" : memberText(text, lookup)}</output>;
    case "suggestion":
      return (
        <output id={id} class={text === "" ? "quiet" : undefined}>
          {(owner === null ? "" : suggestionText(owner, lookup)) || "–"}
        </output>
      );
  }
}

/** One of several teams; the suggested one is a press away. */
function Team({
  owner,
  lookup,
  onPick,
  ...line
}: {
  id: string;
  class: string;
  "aria-describedby": string | undefined;
  value: string;
  owner: Loose | null;
  lookup: Lookup;
  onPick: (team: string) => void;
}): JSX.Element {
  const suggested = typeof owner?.["suggested"] === "string" ? owner["suggested"] : "";
  const all = lookup.teams.map(({ team, name }) => ({ code: team, label: name }));
  const out = new Set(lookup.teams.filter(({ leftOut }) => leftOut).map(({ team }) => team));
  const works = new Set(
    lookup.teams.filter(({ works }) => works !== false).map(({ team }) => team),
  );
  // What it has stays; what the table says may have nobody yet.
  const options = all.filter(
    ({ code }) =>
      code === line.value || (!out.has(code) && (works.has(code) || code === suggested)),
  );
  return (
    <div class="rec-team">
      <Select
        {...line}
        options={
          line.value === "" || options.some(({ code }) => code === line.value)
            ? options
            : [...options, { code: line.value, label: line.value }]
        }
        onPick={onPick}
      />
      {[...new Set([suggested, line.value])]
        .filter((one) => out.has(one))
        .map((one) => (
          <span key={one} class="hint">
            {fill(routing.left_out, { team: teamText(one, lookup) })}
          </span>
        ))}
      {suggested !== "" && !all.some(({ code }) => code === suggested) && (
        <span class="hint">{fill(routing.gone, { team: suggested })}</span>
      )}
      {options.some(({ code }) => code === suggested) && line.value !== suggested && (
        <button
          type="button"
          class="link"
          onClick={() => {
            onPick(suggested);
            document.getElementById(line.id)?.focus();
          }}
        >
          {fill(routing.take, { team: teamText(suggested, lookup) })}
        </button>
      )}
    </div>
  );
}

function Select({
  options,
  onPick,
  ...line
}: {
  id: string;
  class: string;
  "aria-describedby": string | undefined;
  value: string;
  options: readonly Offered[];
  onPick: (code: string) => void;
}): JSX.Element {
  return (
    <select {...line} class="select" onChange={(event) => onPick(event.currentTarget.value)}>
      <option value="">{view.choose}</option>
      {options.map(({ code, label }) => (
        <option key={code} value={code}>
          {label}
        </option>
      ))}
    </select>
  );
}

/** One of a few. Delete takes the answer back. */
function Radios({
  id,
  value,
  options,
  describedBy,
  onPick,
}: {
  id: string;
  value: string;
  options: readonly Offered[];
  describedBy: string | undefined;
  onPick: (code: string) => void;
}): JSX.Element {
  return (
    <div
      class="rec-choices"
      onKeyDown={(event) => {
        if (event.key !== "Delete" && event.key !== "Backspace") return;
        event.preventDefault();
        onPick("");
      }}
    >
      {options.map(({ code, label }, place) => (
        <label key={code} class="rec-choice">
          <input
            // Where the field is asked for, its first answer has the focus.
            id={place === 0 ? id : undefined}
            type="radio"
            name={id}
            checked={value === code}
            aria-describedby={describedBy}
            onChange={() => onPick(code)}
          />
          <span>{label}</span>
        </label>
      ))}
      {value !== "" && (
        <button type="button" class="link rec-clear" tabIndex={-1} onClick={() => onPick("")}>
          {view.clear}
        </button>
      )}
    </div>
  );
}

function Checks({
  id,
  chosen,
  options,
  onPick,
  tall = false,
}: {
  id: string;
  chosen: readonly string[];
  options: readonly Offered[];
  onPick: (codes: readonly string[]) => void;
  /** One below the other: their texts are long. */
  tall?: boolean;
}): JSX.Element {
  if (options.length === 0) return <p class="quiet">{view.nobody_to_choose}</p>;
  return (
    <div class={tall ? "rec-checks rec-checks-tall" : "rec-checks"}>
      {options.map(({ code, label }, place) => (
        <label key={code} class="rec-choice">
          <input
            id={place === 0 ? id : undefined}
            type="checkbox"
            checked={chosen.includes(code)}
            onChange={(event) =>
              onPick(
                event.currentTarget.checked
                  ? options
                      .map((one) => one.code)
                      .filter((one) => one === code || chosen.includes(one))
                  : chosen.filter((one) => one !== code),
              )
            }
          />
          <span>{label}</span>
        </label>
      ))}
    </div>
  );
}

/** How much still fits, once it becomes tight. */
function Length({ text }: { text: string }): JSX.Element | null {
  if (text.length < LONGEST_TEXT - 1_000) return null;
  const over = [...text].length - LONGEST_TEXT;
  return (
    <span class={over > 0 ? "field-error" : "hint"} role="status">
      {fill(over > 0 ? view.characters_over : view.characters_left, { count: Math.abs(over) })}
    </span>
  );
}

function called(
  list: readonly { readonly id: string; readonly name: string }[],
  chosen: readonly string[],
): Offered[] {
  const known = list.map(({ id, name }) => ({ code: id, label: name }));
  const gone = chosen
    .filter((one) => one !== "" && !list.some(({ id }) => id === one))
    .map((code) => ({ code, label: recordWords.names.gone }));
  return [...known, ...gone];
}
