import type { JSX } from "preact";
import { useRef, useState } from "preact/hooks";
import { characters } from "../protocol";
import { words } from "../desk/words";
import { Field } from "./Field";
import { passkeysThere } from "./passkey";

/** The most characters of a second factor's name. */
const longest = 60;

/** Asks what a new passkey is to be called, and makes it. */
export function PasskeyForm({
  busy,
  onName,
}: {
  busy: boolean;
  onName: (name: string) => void;
}): JSX.Element {
  const [name, setName] = useState("");
  const [problem, setProblem] = useState<string | null>(null);
  const input = useRef<HTMLInputElement>(null);
  if (!passkeysThere()) return <p class="quiet">{words.passkey.unable}</p>;
  return (
    <form
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
        label={words.passkey.name}
        hint={words.passkey.name_hint}
        problem={problem}
        value={name}
        onInput={setName}
        autocomplete="off"
        busy={busy}
        input={input}
      />
      <div class="buttons">
        <button type="submit" class="button button-quiet" aria-disabled={busy}>
          {words.passkey.make}
        </button>
      </div>
    </form>
  );
}

/** What is wrong with the name of a second factor, in words. */
export function nameProblem(name: string): string | null {
  const length = characters(name.trim());
  if (length === 0) return words.passkey.no_name;
  return length > longest ? words.passkey.long_name : null;
}
