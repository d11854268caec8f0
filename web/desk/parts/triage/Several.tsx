import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { emptySeveral } from "../../triage/several";
import { troubleText } from "../../trouble";
import { counted, fill, words } from "../../words";
import { lacksReason } from "../../work/procedure";
import { useDesk } from "../context";
import { Strip } from "../Strip";

const texts = words.mine.several;

/** Setting several of one's cases aside: they are chosen in the list. */
export function Several(): JSX.Element {
  const desk = useDesk();
  const { several } = desk.state;
  const [reason, setReason] = useState("");
  const [word, setWord] = useState(texts.tell_text);
  const [tried, setTried] = useState(false);
  if (several === null) {
    return (
      <button
        type="button"
        class="link several-start"
        onClick={() => desk.change({ several: emptySeveral })}
      >
        {texts.start}
      </button>
    );
  }
  const none = several.chosen.size === 0;
  const unsaid = lacksReason({ do: "set_aside" }, reason);
  const go = (): void => {
    setTried(true);
    if (none || unsaid || several.running) return;
    desk.work.setSeveralAside(reason, word);
  };
  return (
    <form
      class="several"
      noValidate
      aria-label={texts.heading}
      onSubmit={(event) => {
        event.preventDefault();
        go();
      }}
    >
      <p role="status">
        <strong>{texts.heading}</strong>: {counted(texts.selected, several.chosen.size)}
      </p>
      {tried && none && <p class="field-error">{texts.none}</p>}
      {several.trouble !== null && (
        <Strip kind="trouble" announced>
          {counted(texts.failed, several.failed)} {troubleText(several.trouble)}
        </Strip>
      )}
      <label for="several-reason">{texts.reason}</label>
      {tried && unsaid && <p class="field-error">{words.procedure.reason_needed}</p>}
      <textarea
        id="several-reason"
        class="textarea"
        rows={2}
        maxLength={4_000}
        value={reason}
        onInput={(event) => setReason(event.currentTarget.value)}
      />
      <label for="several-word">{texts.tell}</label>
      <textarea
        id="several-word"
        class="textarea"
        rows={3}
        value={word}
        onInput={(event) => setWord(event.currentTarget.value)}
      />
      {several.running && (
        <div class="progress-row" role="status">
          <progress max={several.total} value={several.done} />
          <span>{fill(texts.doing, { done: several.done, total: several.total })}</span>
        </div>
      )}
      <div class="buttons">
        <button type="submit" class="button" aria-disabled={several.running}>
          {texts.go}
        </button>
        <button
          type="button"
          class="link"
          onClick={() => {
            if (!several.running) desk.change({ several: null });
          }}
        >
          {texts.stop}
        </button>
      </div>
    </form>
  );
}
