import type { JSX } from "preact";
import { Strip } from "../../desk/parts/Strip";
import { counted, words } from "../../desk/words";
import { AppSecret } from "../../member/AppSecret";
import { CodeForm } from "../../member/CodeForm";
import { PasskeyForm } from "../../member/PasskeyForm";
import { StepPage } from "./App";
import { useEnrolment, useTroubleAt } from "./context";

/** A second factor: an app, a passkey, or both. */
export function Factor(): JSX.Element {
  const enrolment = useEnrolment();
  const { totp, proved, opening, work } = enrolment.state;
  const texts = words.enrol.factor;
  const busy = work !== null;
  const wrong = useTroubleAt("factor_wrong");
  const any = proved.app || proved.passkeys > 0;
  return (
    <StepPage step="factor" atField="factor_wrong">
      <p class="enrol-text">{texts.why}</p>
      <section class="enrol-way" aria-labelledby="way-app">
        <h2 class="heading" id="way-app">
          {words.app.heading}
        </h2>
        {proved.app ? (
          <Strip kind="good" announced>
            {words.app.proved}
          </Strip>
        ) : (
          totp !== null && (
            <>
              <AppSecret {...totp} />
              <CodeForm
                busy={busy}
                wrong={wrong}
                onCode={(code) => void enrolment.proveCode(code)}
              />
            </>
          )
        )}
      </section>
      <section class="enrol-way" aria-labelledby="way-passkey">
        <h2 class="heading" id="way-passkey">
          {words.passkey.heading}
        </h2>
        <p>{words.passkey.what}</p>
        {proved.passkeys > 0 && (
          <Strip kind="good" announced>
            {counted(words.passkey.made, proved.passkeys)}{" "}
            {opening === proved.passkeys ? words.passkey.opens : words.passkey.opens_not}
          </Strip>
        )}
        <PasskeyForm busy={busy} onName={(name) => void enrolment.addPasskey(name)} />
      </section>
      <div class="buttons">
        <button
          type="button"
          class="button"
          aria-disabled={busy || !any}
          aria-describedby={any ? undefined : "factor-first"}
          onClick={() => enrolment.goOn()}
        >
          {words.enrol.go_on}
        </button>
        {!any && (
          <span class="quiet" id="factor-first">
            {texts.first}
          </span>
        )}
      </div>
    </StepPage>
  );
}
