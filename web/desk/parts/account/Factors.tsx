import type { JSX } from "preact";
import { useRef, useState } from "preact/hooks";
import type { Factor } from "../../../protocol/people-calls";
import { AppSecret } from "../../../member/AppSecret";
import { CodeForm } from "../../../member/CodeForm";
import { Field } from "../../../member/Field";
import { PasskeyForm, nameProblem } from "../../../member/PasskeyForm";
import type { Account } from "../../account/account";
import { date } from "../../days";
import { fill, words } from "../../words";
import { Confirm } from "../Dialog";
import { Strip } from "../Strip";
import { Said } from "./Account";

const texts = words.account.factors;

/** One's second factors: add, name, remove. */
export function Factors({ account }: { account: Account }): JSX.Element {
  const { factors, app } = account.state;
  const [adding, setAdding] = useState<"app" | "passkey" | null>(null);
  const [renaming, setRenaming] = useState<string | null>(null);
  const [asked, setAsked] = useState<Factor | null>(null);
  const busy = account.state.busy !== null;
  return (
    <section class="section" aria-labelledby="account-factors">
      <h2 class="heading" id="account-factors">
        {texts.heading}
      </h2>
      <p class="hint">{texts.intro}</p>
      <Said account={account} of="factors" />
      {factors?.length === 0 && <Strip kind="calm">{texts.none}</Strip>}
      {factors !== null && factors.length > 0 && (
        <ul class="account-list">
          {factors.map((one) => (
            <li key={one.id}>
              {renaming === one.id ? (
                <Naming
                  label={fill(texts.rename_named, { name: one.name })}
                  first={one.name}
                  button={texts.save}
                  busy={busy}
                  onCancel={() => setRenaming(null)}
                  onName={(name) => {
                    setRenaming(null);
                    void account.rename(one, name);
                  }}
                />
              ) : (
                <>
                  <About factor={one} opens={account.opens(one)} />
                  <div class="account-acts">
                    <button
                      type="button"
                      class="link"
                      aria-label={fill(texts.rename_named, { name: one.name })}
                      onClick={() => setRenaming(one.id)}
                    >
                      {texts.rename}
                    </button>
                    {factors.length > 1 && (
                      <button
                        type="button"
                        class="link"
                        aria-label={fill(texts.remove_named, { name: one.name })}
                        onClick={() => setAsked(one)}
                      >
                        {texts.remove}
                      </button>
                    )}
                  </div>
                </>
              )}
            </li>
          ))}
        </ul>
      )}
      {adding === null && app === null && (
        <div class="buttons">
          <button type="button" class="button button-quiet" onClick={() => setAdding("app")}>
            {texts.add_app}
          </button>
          <button type="button" class="button button-quiet" onClick={() => setAdding("passkey")}>
            {texts.add_passkey}
          </button>
        </div>
      )}
      {adding === "app" && app === null && (
        <Naming
          label={texts.app_name}
          hint={texts.app_name_hint}
          button={texts.app_next}
          busy={busy}
          onCancel={() => setAdding(null)}
          onName={(name) => void account.addApp(name).then(() => setAdding(null))}
        />
      )}
      {app !== null && (
        <div class="account-adding">
          <AppSecret secret={app.secret} uri={app.uri} />
          <p class="hint">{texts.app_waits}</p>
          <CodeForm busy={busy} onCode={(code) => void account.proveApp(code)} />
          <button type="button" class="link" onClick={() => account.cancelApp()}>
            {texts.cancel}
          </button>
        </div>
      )}
      {adding === "passkey" && (
        <div class="account-adding">
          <p>{words.passkey.what}</p>
          <PasskeyForm
            busy={busy}
            onName={(name) => void account.addPasskey(name).then(() => setAdding(null))}
          />
          <button type="button" class="link" onClick={() => setAdding(null)}>
            {texts.cancel}
          </button>
        </div>
      )}
      {asked !== null && (
        <Confirm
          heading={fill(texts.confirm.heading, { name: asked.name })}
          text={texts.confirm.text}
          yes={texts.confirm.yes}
          no={texts.confirm.no}
          onYes={() => {
            setAsked(null);
            void account.remove(asked);
          }}
          onNo={() => setAsked(null)}
        />
      )}
    </section>
  );
}

function About({ factor, opens }: { factor: Factor; opens: boolean }): JSX.Element {
  const used = factor.used === "" ? texts.unused : date(factor.used);
  return (
    <div>
      <strong class="account-name">{factor.name}</strong>
      <span class="hint">
        {texts.kind[factor.kind]}
        {opens && `, ${texts.opens}`} · {texts.column.added} {date(factor.added)} ·{" "}
        {texts.column.used}: {used}
      </span>
    </div>
  );
}

function Naming({
  label,
  hint,
  first = "",
  button,
  busy,
  onName,
  onCancel,
}: {
  label: string;
  hint?: string;
  first?: string;
  button: string;
  busy: boolean;
  onName: (name: string) => void;
  onCancel: () => void;
}): JSX.Element {
  const [name, setName] = useState(first);
  const [problem, setProblem] = useState<string | null>(null);
  const input = useRef<HTMLInputElement>(null);
  return (
    <form
      class="account-adding"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        if (busy) return;
        const found = nameProblem(name);
        setProblem(found);
        if (found === null) onName(name.trim());
        else input.current?.focus();
      }}
    >
      <Field
        label={label}
        {...(hint === undefined ? {} : { hint })}
        problem={problem}
        value={name}
        onInput={setName}
        autocomplete="off"
        autofocus
        busy={busy}
        input={input}
      />
      <div class="buttons">
        <button type="submit" class="button button-quiet" aria-disabled={busy}>
          {button}
        </button>
        <button type="button" class="link" onClick={onCancel}>
          {texts.cancel}
        </button>
      </div>
    </form>
  );
}
