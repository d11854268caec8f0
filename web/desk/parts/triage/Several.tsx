import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { emptyAside, problemsOf } from "../../triage/aside";
import { emptySeveral } from "../../triage/several";
import { troubleText } from "../../trouble";
import { counted, fill, words } from "../../words";
import { useDesk } from "../context";
import { Strip } from "../Strip";
import { AsideFields, stopAt } from "./Aside";

const texts = words.mine.several;

/** Setting several of one's cases aside: they are chosen in the list. */
export function Several(): JSX.Element {
  const desk = useDesk();
  const { several } = desk.state;
  const [draft, setDraft] = useState(emptyAside);
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
  const go = (): void => {
    setTried(true);
    if (several.running || stopAt("several", problemsOf(draft)) || none) return;
    desk.work.setSeveralAside(draft);
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
      <AsideFields
        id="several"
        draft={draft}
        problems={tried ? problemsOf(draft) : {}}
        each
        onChange={setDraft}
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
