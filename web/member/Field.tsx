import type { JSX, Ref } from "preact";
import { useId, useState } from "preact/hooks";
import { words } from "../desk/words";

/** One line to be typed, with its label, hint and what is wrong with it. */
export function Field({
  label,
  hint,
  problem = null,
  value,
  onInput,
  secret = false,
  busy = false,
  input,
  ...rest
}: {
  label: string;
  hint?: string;
  problem?: string | null;
  value: string;
  onInput: (value: string) => void;
  /** Hidden while it is typed, until it is asked to be shown. */
  secret?: boolean;
  busy?: boolean;
  input?: Ref<HTMLInputElement>;
  name?: string;
  class?: string;
  autocomplete?: "username" | "current-password" | "new-password" | "one-time-code" | "off";
  inputMode?: "numeric";
  maxLength?: number;
  autofocus?: boolean;
}): JSX.Element {
  const [shown, setShown] = useState(false);
  const id = useId();
  const hintId = hint === undefined ? "" : `${id}hint`;
  const problemId = problem === null ? "" : `${id}problem`;
  const field = (
    <input
      {...rest}
      {...(input === undefined ? {} : { ref: input })}
      id={id}
      class={rest.class === undefined ? "input" : `input ${rest.class}`}
      {...(secret && !shown ? { type: "password" as const } : { type: "text" as const })}
      value={value}
      onInput={(event) => onInput(event.currentTarget.value)}
      spellcheck={false}
      autocapitalize="none"
      readOnly={busy}
      aria-invalid={problem !== null}
      aria-describedby={`${hintId} ${problemId}`.trim() || undefined}
    />
  );
  return (
    <div class={problem === null ? "field" : "field field-problem"}>
      <label for={id}>{label}</label>
      {hint !== undefined && (
        <span class="hint" id={hintId}>
          {hint}
        </span>
      )}
      {problem !== null && (
        <span class="field-error" id={problemId} role="alert">
          {problem}
        </span>
      )}
      {secret ? (
        <div class="input-with-button">
          {field}
          <button
            type="button"
            class="button button-quiet"
            aria-label={shown ? words.sign_in.hide : words.sign_in.show}
            onClick={() => setShown(!shown)}
          >
            {shown ? words.sign_in.hide_short : words.sign_in.show_short}
          </button>
        </div>
      ) : (
        field
      )}
    </div>
  );
}

/** The six digits in what was typed, however it was grouped; null if it is something else. */
export function codeOf(typed: string): string | null {
  const digits = typed.replaceAll(/[\s-]/g, "");
  return /^\d{6}$/.test(digits) ? digits : null;
}
