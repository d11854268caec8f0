import type { ComponentChildren, JSX } from "preact";
import { useState } from "preact/hooks";
import { words } from "../../words";
import { Strip } from "../Strip";

/** What can be chosen, and what it is called. */
export type Option = { readonly value: string; readonly label: string };

/** Why something is not to be pressed, beside it. */
export function Why({ why }: { why: string | null }): JSX.Element | null {
  return why === null ? null : <p class="hint">{why}</p>;
}

/** One of several, and a button. */
export function Choice({
  id,
  label,
  button,
  options,
  why,
  warning = () => null,
  trouble = null,
  onGo,
}: {
  id: string;
  label: string;
  button: string;
  options: readonly Option[];
  why: string | null;
  /** What is to be thought of before one is taken; null for nothing. */
  warning?: (value: string) => string | null;
  /** What went wrong with the last that was taken: it stands beside the button, and the choice stays. */
  trouble?: ComponentChildren;
  /** Gives whether it was done. */
  onGo: (value: string) => Promise<boolean>;
}): JSX.Element {
  const [value, setValue] = useState("");
  const chosen = options.some((one) => one.value === value);
  const warned = chosen ? warning(value) : null;
  return (
    <div class="choice">
      <label class="label" for={id}>
        {label}
      </label>
      <select
        id={id}
        class="input"
        value={chosen ? value : ""}
        onChange={(event) => setValue(event.currentTarget.value)}
      >
        <option value="">{words.triage.choose}</option>
        {options.map((one) => (
          <option key={one.value} value={one.value}>
            {one.label}
          </option>
        ))}
      </select>
      {warned !== null && (
        <Strip kind="warning" announced>
          {warned}
        </Strip>
      )}
      <button
        type="button"
        class="button button-quiet"
        aria-disabled={why !== null || !chosen}
        onClick={() => {
          if (why !== null || !chosen) return;
          void onGo(value).then((done) => {
            if (done) setValue("");
          });
        }}
      >
        {button}
      </button>
      {trouble !== null && <div class="choice-trouble">{trouble}</div>}
      <Why why={why} />
    </div>
  );
}
