import type { JSX } from "preact";
import { useRef, useState } from "preact/hooks";
import { troubleOf, troubleText } from "../desk/trouble";
import { fill, words } from "../desk/words";
import { Field } from "./Field";
import { SHORTEST, commonPasswords, drawnPassphrase, weaknessOf } from "./passphrase";

/** A new passphrase: six drawn words, or one's own. */
export function NewPassphrase({
  label,
  button,
  busy,
  onChosen,
}: {
  label: string;
  button: string;
  busy: boolean;
  onChosen: (passphrase: string) => void;
}): JSX.Element {
  const [own, setOwn] = useState(false);
  const [drawn, setDrawn] = useState(drawnPassphrase);
  const [typed, setTyped] = useState("");
  const [problem, setProblem] = useState<string | null>(null);
  const input = useRef<HTMLInputElement>(null);
  const texts = words.passphrase;

  async function submit(event: SubmitEvent): Promise<void> {
    event.preventDefault();
    if (busy) return;
    if (!own) {
      onChosen(drawn.join(" "));
      return;
    }
    const found = await problemOf(typed, label);
    setProblem(found);
    if (found === null) onChosen(typed);
    else input.current?.focus();
  }

  return (
    <form onSubmit={(event) => void submit(event)} noValidate>
      <fieldset class="choices">
        <legend class="heading-small">{texts.which}</legend>
        <Choice text={texts.drawn} checked={!own} onChosen={() => setOwn(false)} />
        <Choice text={texts.own} checked={own} onChosen={() => setOwn(true)} />
      </fieldset>
      {own ? (
        <>
          {/* So that a password manager files it under the label. */}
          <input
            type="text"
            name="username"
            autocomplete="username"
            value={label}
            readOnly
            hidden
          />
          <Field
            label={texts.label}
            hint={fill(texts.hint, { count: SHORTEST })}
            problem={problem}
            value={typed}
            onInput={setTyped}
            name="new-passphrase"
            autocomplete="new-password"
            secret
            busy={busy}
            input={input}
          />
        </>
      ) : (
        <>
          <p id="drawn-hint">{texts.drawn_hint}</p>
          <ol class="words-drawn" aria-describedby="drawn-hint" translate={false}>
            {drawn.map((word, place) => (
              <li key={place}>{word}</li>
            ))}
          </ol>
          <p>
            <button type="button" class="link" onClick={() => setDrawn(drawnPassphrase())}>
              {texts.others}
            </button>
          </p>
        </>
      )}
      <p class="hint">{texts.lost}</p>
      <div class="buttons">
        <button type="submit" class="button" aria-disabled={busy}>
          {own ? button : texts.written}
        </button>
      </div>
    </form>
  );
}

function Choice(props: { text: string; checked: boolean; onChosen: () => void }): JSX.Element {
  return (
    <label class="check">
      <input type="radio" name="which" checked={props.checked} onChange={props.onChosen} />
      <span>{props.text}</span>
    </label>
  );
}

/** What is wrong with a passphrase of one's own, in words. */
async function problemOf(passphrase: string, label: string): Promise<string | null> {
  try {
    const weakness = weaknessOf(passphrase, label, await commonPasswords());
    return weakness === null ? null : fill(words.passphrase.weak[weakness], { count: SHORTEST });
  } catch (error) {
    return troubleText(troubleOf(error));
  }
}
