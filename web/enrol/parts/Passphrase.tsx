import type { JSX } from "preact";
import { words } from "../../desk/words";
import { NewPassphrase } from "../../member/NewPassphrase";
import { StepPage } from "./App";
import { useEnrolment } from "./context";

/** The passphrase that will seal the keys. */
export function Passphrase(): JSX.Element {
  const enrolment = useEnrolment();
  const { label, work } = enrolment.state;
  return (
    <StepPage step="passphrase">
      <p class="enrol-text">{words.enrol.passphrase.why}</p>
      <NewPassphrase
        label={label}
        button={words.enrol.go_on}
        busy={work !== null}
        onChosen={(passphrase) => void enrolment.choosePassphrase(passphrase)}
      />
      <p>
        <button type="button" class="link" onClick={() => enrolment.back("label")}>
          {words.enrol.back}
        </button>
      </p>
    </StepPage>
  );
}
