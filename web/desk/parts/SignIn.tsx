import type { ComponentChildren, JSX } from "preact";
import { useEffect, useId, useRef, useState } from "preact/hooks";
import { Field, codeOf } from "../../member/Field";
import { passkeysThere } from "../../member/passkey";
import { isFounded, signInSteps } from "../state";
import { troubleText } from "../trouble";
import { fill, words } from "../words";
import { useDesk } from "./context";
import { Strip } from "./Strip";

/** Signing in: by label, passphrase and code, or by a passkey. */
export function SignIn(): JSX.Element {
  const desk = useDesk();
  const { after, force, idleMinutes, online, serviceWords, signIn } = desk.state;
  const heading = useRef<HTMLHeadingElement>(null);
  const id = useId();
  const busy = signIn.step !== null;

  useEffect(() => {
    if (signIn.trouble !== null) heading.current?.focus();
  }, [signIn.trouble]);

  if (!isFounded(desk.state)) return <NotFounded force={force} />;
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
      {signIn.unlock === null ? <Entry /> : <Unlock label={signIn.unlock} />}
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

/** Before the installation is founded there is nobody who could sign in. */
function NotFounded({ force }: { force: string }): JSX.Element {
  return (
    <main class="sign-in" id="main">
      <p class="sign-in-force">{force}</p>
      <h1 class="heading-large">{words.desk.name}</h1>
      <h2 class="heading">{words.sign_in.not_founded}</h2>
      <p>{words.sign_in.not_founded_hint}</p>
    </main>
  );
}

/** Label, passphrase and code, and the passkey beside them. */
function Entry(): JSX.Element {
  const desk = useDesk();
  const busy = desk.state.signIn.step !== null;
  const [label, setLabel] = useState("");
  const [passphrase, setPassphrase] = useState("");
  const [code, setCode] = useState("");
  const [problems, setProblems] = useState<Problems>({});
  const inputs = {
    label: useRef<HTMLInputElement>(null),
    passphrase: useRef<HTMLInputElement>(null),
    code: useRef<HTMLInputElement>(null),
  };

  function submit(): void {
    const found = entryProblems(label, passphrase, code);
    setProblems(found);
    const first = (["label", "passphrase", "code"] as const).find((one) => one in found);
    if (first !== undefined) {
      inputs[first].current?.focus();
      return;
    }
    // The page keeps neither while it works, nor after a failure.
    setPassphrase("");
    setCode("");
    void desk.signIn({ label: label.trim(), passphrase, code: codeOf(code) ?? "" });
  }

  return (
    <Form heading={words.sign_in.heading} button={words.sign_in.button} onSubmit={submit}>
      <Field
        label={words.sign_in.label}
        hint={words.sign_in.label_hint}
        problem={problems.label ?? null}
        value={label}
        onInput={setLabel}
        name="label"
        autocomplete="username"
        autofocus
        busy={busy}
        input={inputs.label}
      />
      <Field
        label={words.sign_in.passphrase}
        hint={words.sign_in.passphrase_hint}
        problem={problems.passphrase ?? null}
        value={passphrase}
        onInput={setPassphrase}
        name="passphrase"
        autocomplete="current-password"
        secret
        busy={busy}
        input={inputs.passphrase}
      />
      <Field
        label={words.sign_in.code}
        hint={words.sign_in.code_hint}
        problem={problems.code ?? null}
        value={code}
        onInput={setCode}
        name="code"
        class="input-code"
        inputMode="numeric"
        autocomplete="one-time-code"
        maxLength={9}
        busy={busy}
        input={inputs.code}
      />
    </Form>
  );
}

/** The passphrase of an account that a passkey has signed in. */
function Unlock({ label }: { label: string }): JSX.Element {
  const desk = useDesk();
  const busy = desk.state.signIn.step !== null;
  const [passphrase, setPassphrase] = useState("");
  const [problem, setProblem] = useState<string | null>(null);
  const input = useRef<HTMLInputElement>(null);

  function submit(): void {
    setProblem(passphrase === "" ? words.sign_in.no_passphrase : null);
    if (passphrase === "") {
      input.current?.focus();
      return;
    }
    setPassphrase("");
    void desk.unlock(passphrase);
  }

  return (
    <Form
      heading={words.sign_in.unlock_heading}
      button={words.sign_in.unlock_button}
      onSubmit={submit}
      other={
        <button type="button" class="link" onClick={() => desk.signOut("signed_out")}>
          {words.sign_in.unlock_leave}
        </button>
      }
    >
      <p class="field">{fill(words.sign_in.unlock, { label })}</p>
      <Field
        label={words.sign_in.passphrase}
        hint={words.sign_in.passphrase_hint}
        problem={problem}
        value={passphrase}
        onInput={setPassphrase}
        name="passphrase"
        autocomplete="current-password"
        autofocus
        secret
        busy={busy}
        input={input}
      />
    </Form>
  );
}

function Form({
  heading,
  button,
  children,
  other,
  onSubmit,
}: {
  heading: string;
  button: string;
  children: ComponentChildren;
  other?: JSX.Element;
  onSubmit: () => void;
}): JSX.Element {
  const desk = useDesk();
  const { step } = desk.state.signIn;
  const id = useId();
  const busy = step !== null;
  return (
    <form
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        if (!busy) onSubmit();
      }}
    >
      <h2 class="heading">{heading}</h2>
      {children}
      <div class="buttons">
        <button type="submit" class="button" aria-disabled={busy}>
          {busy ? words.sign_in.busy : button}
        </button>
        {other ?? (passkeysThere() && <Passkey busy={busy} />)}
      </div>
      <div class="sign-in-progress" aria-live="polite">
        {step !== null && (
          <>
            <label for={`${id}progress`}>{words.sign_in.steps[step]}</label>
            <progress
              id={`${id}progress`}
              max={signInSteps.length}
              value={signInSteps.indexOf(step) + 1}
            />
          </>
        )}
      </div>
    </form>
  );
}

function Passkey({ busy }: { busy: boolean }): JSX.Element {
  const desk = useDesk();
  return (
    <>
      <span class="quiet">{words.sign_in.or}</span>
      <button
        type="button"
        class="button button-quiet"
        aria-disabled={busy}
        onClick={() => {
          if (!busy) void desk.signInByPasskey();
        }}
      >
        {words.sign_in.passkey}
      </button>
    </>
  );
}

type Problems = { label?: string; passphrase?: string; code?: string };

/** A sentence for each field that is not right. */
function entryProblems(label: string, passphrase: string, code: string): Problems {
  const found: Problems = {};
  if (label.trim() === "") found.label = words.sign_in.no_label;
  if (passphrase === "") found.passphrase = words.sign_in.no_passphrase;
  if (code.trim() !== "" && codeOf(code) === null) found.code = words.sign_in.no_code;
  return found;
}
