import type { ComponentChildren, JSX } from "preact";
import { useState } from "preact/hooks";
import { CONFLICT_KINDS, LONGEST_CONFLICT } from "../../../protocol/conflict";
import type { ConflictKind } from "../../../protocol/conflict";
import { coded, fill, words } from "../../words";
import { Dialog } from "../Dialog";

const kinds = CONFLICT_KINDS.filter((kind) => kind !== "none");

/** Asks what kind of conflict it is, before the case is gone for this member for good. */
export function ConflictDialog({
  reference,
  text = words.inbox.confirm.text,
  trouble = null,
  onYes,
  onNo,
}: {
  reference: string;
  /** What comes of it. */
  text?: string;
  /** What went wrong when it was sent: what was written stays. */
  trouble?: ComponentChildren;
  onYes: (kinds: readonly ConflictKind[], detail: string) => void;
  onNo: () => void;
}): JSX.Element {
  const [chosen, setChosen] = useState<readonly ConflictKind[]>([]);
  const [detail, setDetail] = useState("");
  const [tried, setTried] = useState(false);
  const empty = chosen.length === 0;
  const bad = tried && empty;
  const go = (): void => {
    setTried(true);
    if (empty) document.getElementById(`conflict-${kinds[0] ?? ""}`)?.focus();
    else onYes(chosen, detail);
  };
  return (
    <Dialog heading={fill(words.inbox.confirm.heading, { reference })} onClose={onNo}>
      <p>{text}</p>
      <fieldset
        class="plain-set"
        aria-describedby={bad ? "conflict-hint conflict-error" : "conflict-hint"}
      >
        <legend class="label">{words.inbox.kinds}</legend>
        <p class="hint" id="conflict-hint">
          {words.inbox.kinds_hint}
        </p>
        {bad && (
          <span class="field-error" id="conflict-error">
            {words.inbox.kinds_missing}
          </span>
        )}
        {kinds.map((kind) => (
          <label class="check" key={kind}>
            <input
              type="checkbox"
              id={`conflict-${kind}`}
              checked={chosen.includes(kind)}
              onChange={(event) =>
                setChosen(
                  event.currentTarget.checked
                    ? [...chosen, kind]
                    : chosen.filter((one) => one !== kind),
                )
              }
            />
            <span>{coded(words.codes.conflict, kind)}</span>
          </label>
        ))}
      </fieldset>
      <label class="label" for="conflict-detail">
        {words.inbox.detail}
      </label>
      <textarea
        id="conflict-detail"
        class="input"
        rows={3}
        maxLength={LONGEST_CONFLICT}
        value={detail}
        onInput={(event) => setDetail(event.currentTarget.value)}
      />
      {trouble}
      <div class="buttons">
        <button type="button" class="button button-warning" onClick={go}>
          {words.inbox.confirm.yes}
        </button>
        <button type="button" class="button button-quiet" onClick={onNo}>
          {words.inbox.confirm.no}
        </button>
      </div>
    </Dialog>
  );
}
