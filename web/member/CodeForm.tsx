import type { JSX } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { words } from "../desk/words";
import { Field, codeOf } from "./Field";

/** Asks for the code that an app shows now. */
export function CodeForm({
  busy,
  wrong = null,
  onCode,
}: {
  busy: boolean;
  /** Why the last code was refused. */
  wrong?: string | null;
  onCode: (code: string) => void;
}): JSX.Element {
  const [typed, setTyped] = useState("");
  const [problem, setProblem] = useState<string | null>(null);
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => {
    if (wrong !== null && !busy) input.current?.focus();
  }, [wrong, busy]);
  return (
    <form
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        if (busy) return;
        const code = codeOf(typed);
        setProblem(code === null ? words.factor.no_code : null);
        if (code === null) {
          input.current?.focus();
          return;
        }
        setTyped("");
        onCode(code);
      }}
    >
      <Field
        label={words.factor.code}
        hint={words.factor.code_hint}
        problem={problem ?? (busy ? null : wrong)}
        value={typed}
        onInput={setTyped}
        class="input-code"
        inputMode="numeric"
        autocomplete="one-time-code"
        maxLength={9}
        busy={busy}
        input={input}
      />
      <div class="buttons">
        <button type="submit" class="button button-quiet" aria-disabled={busy}>
          {words.app.prove}
        </button>
      </div>
    </form>
  );
}
