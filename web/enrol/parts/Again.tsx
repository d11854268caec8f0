import type { JSX } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { words } from "../../desk/words";
import { Field } from "../../member/Field";
import { StepPage } from "./App";
import { useEnrolment, useTroubleAt } from "./context";

/** The passphrase once more: the keys come back from the service and are opened with it. */
export function Again(): JSX.Element {
  const enrolment = useEnrolment();
  const { work } = enrolment.state;
  const [passphrase, setPassphrase] = useState("");
  const [problem, setProblem] = useState<string | null>(null);
  const wrong = useTroubleAt("passphrase_wrong");
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => {
    if (wrong !== null) input.current?.focus();
  }, [wrong]);
  const texts = words.enrol.again;

  function submit(event: SubmitEvent): void {
    event.preventDefault();
    if (work !== null) return;
    setProblem(passphrase === "" ? words.sign_in.no_passphrase : null);
    input.current?.focus();
    if (passphrase === "") return;
    setPassphrase("");
    void enrolment.openAgain(passphrase);
  }

  return (
    <StepPage step="again" atField="passphrase_wrong">
      <p class="enrol-text">{texts.why}</p>
      <form onSubmit={submit} noValidate>
        <Field
          label={words.sign_in.passphrase}
          problem={problem ?? wrong}
          value={passphrase}
          onInput={setPassphrase}
          name="passphrase"
          autocomplete="current-password"
          secret
          busy={work !== null}
          input={input}
        />
        <div class="buttons">
          <button type="submit" class="button" aria-disabled={work !== null}>
            {texts.button}
          </button>
          <button type="button" class="link" onClick={() => enrolment.back("passphrase")}>
            {texts.other}
          </button>
        </div>
      </form>
    </StepPage>
  );
}
