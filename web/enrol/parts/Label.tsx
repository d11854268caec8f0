import type { JSX } from "preact";
import { useRef, useState } from "preact/hooks";
import { characters } from "../../protocol";
import { fill, words } from "../../desk/words";
import { Field } from "../../member/Field";
import { moment } from "../../member/moment";
import { StepPage } from "./App";
import { useEnrolment, useTroubleAt } from "./context";

/** Who somebody is to be here: a label, never a name. */
export function Label(): JSX.Element {
  const enrolment = useEnrolment();
  const { offered, force } = enrolment.state;
  const [label, setLabel] = useState(enrolment.state.label);
  const [problem, setProblem] = useState<string | null>(null);
  const taken = useTroubleAt("label_taken");
  const input = useRef<HTMLInputElement>(null);
  const texts = words.enrol.label;

  function submit(event: SubmitEvent): void {
    event.preventDefault();
    const found = labelProblem(label);
    setProblem(found);
    if (found === null) enrolment.chooseLabel(label.trim());
    else input.current?.focus();
  }

  return (
    <StepPage step="label" atField="label_taken">
      {offered !== null && (
        <>
          <p class="enrol-text">{fill(texts.purpose[offered.purpose], { force })}</p>
          {offered.founding && <p class="enrol-text">{texts.founding}</p>}
          {offered.replaces !== "" && <p class="enrol-text">{texts.replaces}</p>}
          <p class="enrol-text quiet">{fill(texts.until, { until: moment(offered.until) })}</p>
        </>
      )}
      <form onSubmit={submit} noValidate>
        <Field
          label={texts.label}
          hint={texts.hint}
          problem={problem ?? taken}
          value={label}
          onInput={setLabel}
          name="label"
          autocomplete="username"
          input={input}
        />
        <div class="buttons">
          <button type="submit" class="button">
            {words.enrol.go_on}
          </button>
        </div>
      </form>
    </StepPage>
  );
}

function labelProblem(label: string): string | null {
  const length = characters(label.trim());
  if (length === 0) return words.enrol.label.none;
  return length > 60 ? words.enrol.label.long : null;
}
