import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { ASIDE_WHYS, asWhy, emptyAside, problemsOf } from "../../triage/aside";
import type { AsideDraft, AsideProblems, AsideWhy } from "../../triage/aside";
import { troubleText } from "../../trouble";
import { words } from "../../words";
import { useDesk } from "../context";
import { Dialog } from "../Dialog";
import { Strip } from "../Strip";

const texts = words.aside;
const FIELDS = ["why", "reason", "word"] as const;

/** What kind of report it is, why for the readers, and the words to the reporter. */
export function AsideFields({
  id,
  draft,
  problems,
  each = false,
  onChange,
}: {
  id: string;
  draft: AsideDraft;
  problems: AsideProblems;
  /** Whether the words go to the reporters of several. */
  each?: boolean;
  onChange: (draft: AsideDraft) => void;
}): JSX.Element {
  const at = (field: keyof AsideProblems): string => `${id}-${field}`;
  const error = (field: keyof AsideProblems): JSX.Element | null =>
    problems[field] === undefined ? null : (
      <span class="field-error" id={`${at(field)}-error`}>
        {problems[field]}
      </span>
    );
  const described = (field: keyof AsideProblems, ...others: string[]): string | undefined =>
    [...others, ...(problems[field] === undefined ? [] : [`${at(field)}-error`])].join(" ") ||
    undefined;
  return (
    <>
      <div class="field">
        <label for={at("why")}>{texts.why}</label>
        {error("why")}
        <select
          id={at("why")}
          class="select"
          value={draft.why}
          aria-invalid={problems.why !== undefined}
          aria-describedby={described("why")}
          onChange={(event) => {
            const why = event.currentTarget.value;
            if (why !== "") onChange(asWhy(draft, why as AsideWhy));
          }}
        >
          <option value="" disabled>
            {texts.choose}
          </option>
          {ASIDE_WHYS.map((one) => (
            <option key={one} value={one}>
              {texts.whys[one]}
            </option>
          ))}
        </select>
      </div>
      <div class="field">
        <label for={at("reason")}>{texts.reason}</label>
        {error("reason")}
        <textarea
          id={at("reason")}
          class="textarea"
          rows={2}
          value={draft.reason}
          aria-invalid={problems.reason !== undefined}
          aria-describedby={described("reason")}
          onInput={(event) => onChange({ ...draft, reason: event.currentTarget.value })}
        />
      </div>
      <div class="field">
        <label for={at("word")}>{each ? texts.word_each : texts.word}</label>
        {error("word")}
        <textarea
          id={at("word")}
          class="textarea"
          rows={5}
          dir="auto"
          value={draft.word}
          aria-invalid={problems.word !== undefined}
          aria-describedby={described("word", `${at("word")}-hint`)}
          onInput={(event) => onChange({ ...draft, word: event.currentTarget.value })}
        />
        <span class="hint" id={`${at("word")}-hint`}>
          {texts.word_hint}
        </span>
      </div>
    </>
  );
}

/** Goes to the first field of such a form that is not right; false where all are. */
export function stopAt(id: string, problems: AsideProblems): boolean {
  const first = FIELDS.find((one) => problems[one] !== undefined);
  if (first !== undefined) document.getElementById(`${id}-${first}`)?.focus();
  return first !== undefined;
}

/** Asks what the open report is and what its reporter is told, before it is set aside. */
export function AsideDialog({ onClose }: { onClose: () => void }): JSX.Element {
  const desk = useDesk();
  const [draft, setDraft] = useState(emptyAside);
  const [tried, setTried] = useState(false);
  const { acting = null, actTrouble = null } = desk.state.open?.work ?? {};
  const go = (): void => {
    setTried(true);
    if (acting !== null || stopAt("aside", problemsOf(draft))) return;
    void desk.work.setAside(draft).then((done) => {
      if (done) onClose();
    });
  };
  return (
    <Dialog heading={words.procedure.aside} onClose={onClose}>
      <form
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          go();
        }}
      >
        {tried && acting === null && actTrouble !== null && (
          <Strip kind="trouble" announced>
            {troubleText(actTrouble)}
          </Strip>
        )}
        <AsideFields
          id="aside"
          draft={draft}
          problems={tried ? problemsOf(draft) : {}}
          onChange={setDraft}
        />
        <div class="buttons">
          <button type="submit" class="button" aria-disabled={acting !== null}>
            {texts.go}
          </button>
          <button type="button" class="button button-quiet" onClick={onClose}>
            {words.desk.close}
          </button>
        </div>
      </form>
    </Dialog>
  );
}
