import type { JSX } from "preact";
import { useEffect, useId, useRef, useState } from "preact/hooks";
import { signInSteps } from "../state";
import { troubleText } from "../trouble";
import { fill, words } from "../words";
import { useDesk } from "./context";
import { Strip } from "./Strip";

/** Label and passphrase, and what is wrong with them. */
export function SignIn(): JSX.Element {
  const desk = useDesk();
  const { after, force, idleMinutes, online, serviceWords, signIn } = desk.state;
  const [label, setLabel] = useState("");
  const [passphrase, setPassphrase] = useState("");
  const [shown, setShown] = useState(false);
  const [problems, setProblems] = useState<{ label?: string; passphrase?: string }>({});
  const labelInput = useRef<HTMLInputElement>(null);
  const passphraseInput = useRef<HTMLInputElement>(null);
  const heading = useRef<HTMLHeadingElement>(null);
  const id = useId();
  const busy = signIn.step !== null;

  useEffect(() => {
    if (signIn.trouble !== null) heading.current?.focus();
  }, [signIn.trouble]);

  function submit(event: SubmitEvent): void {
    event.preventDefault();
    if (busy) return;
    const found: typeof problems = {};
    if (label.trim() === "") found.label = words.sign_in.no_label;
    if (passphrase === "") found.passphrase = words.sign_in.no_passphrase;
    setProblems(found);
    if (found.label !== undefined) labelInput.current?.focus();
    else if (found.passphrase !== undefined) passphraseInput.current?.focus();
    else {
      // The page keeps no passphrase while it works, nor after a failure.
      setPassphrase("");
      setShown(false);
      void desk.signIn(label.trim(), passphrase);
    }
  }

  return (
    <main class="sign-in" id="main">
      <p class="sign-in-force">{force}</p>
      <h1 class="heading-large">
        {after === "idle" || after === "ended" ? words.sign_in.locked_heading : words.desk.name}
      </h1>
      {after !== "" && signIn.trouble === null && !busy && (
        <Strip kind="calm" announced>
          {fill(words.sign_in.after[after], { minutes: idleMinutes })}
        </Strip>
      )}
      {!online && <Strip kind="warning">{words.trouble.offline}</Strip>}
      {signIn.trouble !== null && !busy && (
        <div class="problem" role="alert">
          <h2 class="heading" tabIndex={-1} ref={heading}>
            {words.sign_in.summary}
          </h2>
          <p>{troubleText(signIn.trouble)}</p>
        </div>
      )}
      <form onSubmit={submit} noValidate>
        <h2 class="heading">{words.sign_in.heading}</h2>
        <div class={problems.label === undefined ? "field" : "field field-problem"}>
          <label for={`${id}label`}>{words.sign_in.label}</label>
          <span class="hint" id={`${id}label-hint`}>
            {words.sign_in.label_hint}
          </span>
          {problems.label !== undefined && (
            <span class="field-error" id={`${id}label-error`}>
              {problems.label}
            </span>
          )}
          <input
            ref={labelInput}
            id={`${id}label`}
            name="label"
            class="input"
            value={label}
            onInput={(event) => setLabel(event.currentTarget.value)}
            autocomplete="username"
            spellcheck={false}
            autocapitalize="none"
            autofocus
            readOnly={busy}
            aria-invalid={problems.label !== undefined}
            aria-describedby={`${id}label-hint${problems.label === undefined ? "" : ` ${id}label-error`}`}
          />
        </div>
        <div class={problems.passphrase === undefined ? "field" : "field field-problem"}>
          <label for={`${id}passphrase`}>{words.sign_in.passphrase}</label>
          <span class="hint" id={`${id}passphrase-hint`}>
            {words.sign_in.passphrase_hint}
          </span>
          {problems.passphrase !== undefined && (
            <span class="field-error" id={`${id}passphrase-error`}>
              {problems.passphrase}
            </span>
          )}
          <div class="input-with-button">
            <input
              ref={passphraseInput}
              id={`${id}passphrase`}
              name="passphrase"
              class="input"
              {...(shown ? { type: "text" as const } : { type: "password" as const })}
              value={passphrase}
              onInput={(event) => setPassphrase(event.currentTarget.value)}
              autocomplete="current-password"
              spellcheck={false}
              autocapitalize="none"
              readOnly={busy}
              aria-invalid={problems.passphrase !== undefined}
              aria-describedby={`${id}passphrase-hint${problems.passphrase === undefined ? "" : ` ${id}passphrase-error`}`}
            />
            <button
              type="button"
              class="button button-quiet"
              aria-label={shown ? words.sign_in.hide : words.sign_in.show}
              onClick={() => setShown(!shown)}
            >
              {shown ? words.sign_in.hide_short : words.sign_in.show_short}
            </button>
          </div>
        </div>
        <button type="submit" class="button" aria-disabled={busy}>
          {busy ? words.sign_in.busy : words.sign_in.button}
        </button>
        <div class="sign-in-progress" aria-live="polite">
          {signIn.step !== null && (
            <>
              <label for={`${id}progress`}>{words.sign_in.steps[signIn.step]}</label>
              <progress
                id={`${id}progress`}
                max={signInSteps.length}
                value={signInSteps.indexOf(signIn.step) + 1}
              />
            </>
          )}
        </div>
      </form>
      <section class="sign-in-words" aria-labelledby={`${id}words`}>
        <h2 class="heading-small" id={`${id}words`}>
          {words.sign_in.installation}
        </h2>
        <p class="sign-in-word-list">{serviceWords.join(" ")}</p>
        <p class="hint">{words.sign_in.installation_hint}</p>
      </section>
    </main>
  );
}
