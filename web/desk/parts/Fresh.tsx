import type { JSX } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { Field, codeOf } from "../../member/Field";
import { passkeysThere } from "../../member/passkey";
import type { Asking } from "../fresh";
import { troubleText } from "../trouble";
import { words } from "../words";
import { useDesk } from "./context";
import { Dialog } from "./Dialog";

/** Asks for a second factor again, before something that one does not do by accident. */
export function Fresh({ asking }: { asking: Asking }): JSX.Element {
  const { freshness } = useDesk();
  const [code, setCode] = useState("");
  const [problem, setProblem] = useState<string | null>(null);
  const input = useRef<HTMLInputElement>(null);
  const { busy, trouble } = asking;

  useEffect(() => {
    if (trouble === null) return;
    setCode("");
    input.current?.focus();
  }, [trouble]);

  function submit(event: SubmitEvent): void {
    event.preventDefault();
    if (busy) return;
    const digits = codeOf(code);
    setProblem(digits === null ? words.factor.no_code : null);
    if (digits === null) input.current?.focus();
    else void freshness.byCode(digits);
  }

  return (
    <Dialog heading={words.factor.heading} onClose={() => freshness.give()}>
      <p>{words.factor.why}</p>
      <form onSubmit={submit} noValidate>
        <Field
          label={words.factor.code}
          hint={words.factor.code_hint}
          problem={problem ?? (trouble === null ? null : troubleText(trouble))}
          value={code}
          onInput={setCode}
          class="input-code"
          inputMode="numeric"
          autocomplete="one-time-code"
          maxLength={9}
          autofocus
          busy={busy}
          input={input}
        />
        <div class="buttons">
          <button type="submit" class="button" aria-disabled={busy}>
            {busy ? words.factor.busy : words.factor.go_on}
          </button>
          {passkeysThere() && (
            <button
              type="button"
              class="button button-quiet"
              aria-disabled={busy}
              onClick={() => {
                if (busy) return;
                setProblem(null);
                void freshness.byPasskey();
              }}
            >
              {words.factor.passkey}
            </button>
          )}
          <button type="button" class="link" onClick={() => freshness.give()}>
            {words.factor.leave}
          </button>
        </div>
      </form>
    </Dialog>
  );
}
