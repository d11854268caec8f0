import type { JSX } from "preact";
import { useRef, useState } from "preact/hooks";
import { Field } from "../../../member/Field";
import { NewPassphrase } from "../../../member/NewPassphrase";
import type { Account } from "../../account/account";
import { words } from "../../words";
import { useDesk } from "../context";
import { Said } from "./Account";

const texts = words.account.passphrase;

/** The change of one's passphrase: the old one, the new one, and the new one again. */
export function Passphrase({ account }: { account: Account }): JSX.Element {
  const { me } = useDesk().state;
  const { change, busy } = account.state;
  return (
    <section class="section" aria-labelledby="account-passphrase">
      <h2 class="heading" id="account-passphrase">
        {texts.heading}
      </h2>
      <p class="account-text">{texts.intro}</p>
      <Said account={account} of="passphrase" />
      {change === "closed" && (
        <div class="buttons">
          <button
            type="button"
            class="button button-quiet"
            onClick={() => account.showChange(true)}
          >
            {texts.begin}
          </button>
        </div>
      )}
      {change === "current" && (
        <Typed
          key="current"
          label={texts.current}
          button={texts.next}
          autocomplete="current-password"
          busy={busy !== null}
          onTyped={(passphrase) => void account.typeCurrent(passphrase)}
        />
      )}
      {change === "new" && (
        <NewPassphrase
          label={me?.label ?? ""}
          button={texts.next}
          busy={busy !== null}
          onChosen={(passphrase) => void account.chooseNew(passphrase)}
        />
      )}
      {change === "again" && (
        <Typed
          key="again"
          label={texts.again}
          hint={texts.again_hint}
          button={texts.change}
          autocomplete="new-password"
          busy={busy !== null}
          onTyped={(passphrase) => void account.typeAgain(passphrase)}
        />
      )}
      {change !== "closed" && (
        <p>
          <button type="button" class="link" onClick={() => account.showChange(false)}>
            {texts.cancel}
          </button>
        </p>
      )}
      <p class="account-work" role="status">
        {busy === "passphrase" ? texts.busy : ""}
      </p>
    </section>
  );
}

function Typed({
  label,
  hint,
  button,
  autocomplete,
  busy,
  onTyped,
}: {
  label: string;
  hint?: string;
  button: string;
  autocomplete: "current-password" | "new-password";
  busy: boolean;
  onTyped: (passphrase: string) => void;
}): JSX.Element {
  const [passphrase, setPassphrase] = useState("");
  const [problem, setProblem] = useState<string | null>(null);
  const input = useRef<HTMLInputElement>(null);
  return (
    <form
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        if (busy) return;
        setProblem(passphrase === "" ? words.sign_in.no_passphrase : null);
        if (passphrase === "") {
          input.current?.focus();
          return;
        }
        setPassphrase("");
        onTyped(passphrase);
      }}
    >
      <Field
        label={label}
        {...(hint === undefined ? {} : { hint })}
        problem={problem}
        value={passphrase}
        onInput={setPassphrase}
        autocomplete={autocomplete}
        autofocus
        secret
        busy={busy}
        input={input}
      />
      <div class="buttons">
        <button type="submit" class="button" aria-disabled={busy}>
          {button}
        </button>
      </div>
    </form>
  );
}
