import type { JSX } from "preact";
import { words } from "../words";
import { Dialog } from "./Dialog";

/** The keys of the desk, and the switch for those of one letter. */
export function Help({
  letters,
  onLetters,
  onClose,
}: {
  letters: boolean;
  onLetters: (on: boolean) => void;
  onClose: () => void;
}): JSX.Element {
  return (
    <Dialog heading={words.keys.heading} onClose={onClose}>
      <dl class="keys">
        {words.keys.list.map(({ keys, does }) => (
          <div key={does}>
            <dt>
              {keys.map((key) => (
                <kbd key={key}>{key}</kbd>
              ))}
            </dt>
            <dd>{does}</dd>
          </div>
        ))}
      </dl>
      <label class="check">
        <input
          type="checkbox"
          checked={letters}
          onChange={(event) => onLetters(event.currentTarget.checked)}
        />
        <span>
          {words.keys.letters}
          <span class="hint">{words.keys.letters_hint}</span>
        </span>
      </label>
      <div class="buttons">
        <button type="button" class="button button-quiet" onClick={onClose} autofocus>
          {words.desk.close}
        </button>
      </div>
    </Dialog>
  );
}
