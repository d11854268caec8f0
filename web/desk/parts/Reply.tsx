import type { JSX } from "preact";
import { useId, useRef, useState } from "preact/hooks";
import { LONGEST_MESSAGE, LONGEST_NEXT } from "../../protocol";
import { unable } from "../casework";
import { daysAfter, fullDay, today } from "../days";
import { asKind, lacksDay, left, problemsOf, withDay } from "../drafts";
import type { DraftProblems } from "../drafts";
import { stages } from "../list";
import type { OpenedCase } from "../opening";
import type { Stage } from "../../protocol";
import type { CaseView, Draft, DraftKind } from "../state";
import { troubleText } from "../trouble";
import { fill, words } from "../words";
import { whyNotStage } from "../work/missing";
import { useDesk } from "./context";
import { Strip } from "./Strip";
import { useAround } from "./work/around";
import { MissingList } from "./work/RailParts";
import { useMissing } from "./work/useMissing";

/** Kinds of message that are written now and then. */
const MORE_KINDS = ["question", "decision", "support", "check_in", "survey"] as const;

/** The reply box: an answer, an acknowledgement, or another stage with a word to the reporter. */
export function Reply({ view, opened }: { view: CaseView; opened: OpenedCase }): JSX.Element {
  const desk = useDesk();
  const missing = useMissing(view, useAround(desk, view));
  const id = useId();
  const form = useRef<HTMLFormElement>(null);
  const [problems, setProblems] = useState<DraftProblems>({});
  const draft = desk.draft(opened.case);
  const { me } = desk.state;
  const stage = opened.conversation.stage;
  const why = me === null ? "" : unable(opened, me);
  if (why !== null) return <Strip kind="calm">{why}</Strip>;

  const kinds: readonly DraftKind[] =
    stage === "received"
      ? ["acknowledgement", "message", "stage", ...MORE_KINDS]
      : ["message", "stage", ...MORE_KINDS];
  // Until it is known what may be done, only the service says.
  const procedure = view.work.opened?.procedure;
  const shut = (one: Stage): string | null =>
    procedure === undefined || missing === null ? null : whyNotStage(procedure, missing, one);
  // Closing can be chosen while something is missing: then it is said what.
  const lacks = (one: Stage): boolean => one === "closed" && shut(one) === words.work.why.missing;
  const closed = draft.kind === "stage" && draft.stage !== "" ? shut(draft.stage) : null;
  const set = (part: Partial<Draft>): void => desk.setDraft(opened.case, { ...part });
  const submit = (): void => {
    if (draft.sending) return;
    const found = problemsOf(draft, today(), closed);
    setProblems(found);
    const [first] = (["stage", "text", "next", "by"] as const).filter((one) => found[one]);
    if (first === undefined) desk.send(opened.case);
    else form.current?.querySelector<HTMLElement>(`[name="${first}"]`)?.focus();
  };
  const described = (field: keyof DraftProblems, ...others: string[]): string | undefined =>
    [...others, ...(problems[field] === undefined ? [] : [`${id}${field}-error`])].join(" ") ||
    undefined;
  const error = (field: keyof DraftProblems): JSX.Element | null =>
    problems[field] === undefined ? null : (
      <span class="field-error" id={`${id}${field}-error`}>
        {problems[field]}
      </span>
    );
  const classOf = (field: keyof DraftProblems): string =>
    problems[field] === undefined ? "field" : "field field-problem";
  const tooMany = -left(draft.text, LONGEST_MESSAGE);

  return (
    <form
      ref={form}
      class="reply"
      aria-labelledby={`${id}heading`}
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
      onKeyDown={(event) => {
        if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
          event.preventDefault();
          submit();
        }
      }}
    >
      <h2 class="heading" id={`${id}heading`}>
        {words.reply.heading}
      </h2>
      <fieldset class="kinds">
        <legend class="hidden">{words.reply.kind}</legend>
        {kinds.map((kind) => (
          <label key={kind} class="kind">
            <input
              type="radio"
              name={`${id}kind`}
              checked={draft.kind === kind}
              onChange={() => {
                setProblems({});
                set(asKind(draft, kind));
              }}
            />
            <span>{words.reply.kinds[kind]}</span>
          </label>
        ))}
      </fieldset>
      {draft.kind === "stage" && (
        <div class={classOf("stage")}>
          <label for={`${id}stage`}>{words.reply.stage}</label>
          {error("stage")}
          <select
            id={`${id}stage`}
            name="stage"
            class="select"
            value={draft.stage}
            aria-invalid={problems.stage !== undefined}
            aria-describedby={described("stage")}
            onChange={(event) => set({ stage: event.currentTarget.value as Draft["stage"] })}
          >
            <option value="">{words.reply.stage_choose}</option>
            {stages
              .filter((one) => one !== stage && one !== "received")
              .map((one) => (
                <option key={one} value={one} disabled={shut(one) !== null && !lacks(one)}>
                  {words.codes.stage[one]}
                </option>
              ))}
          </select>
          {closed !== null && problems.stage === undefined && (
            <span class="field-error">{closed}</span>
          )}
          {draft.stage === "closed" && lacks("closed") && <MissingList missing={missing ?? []} />}
          {stages
            .filter((one) => one !== stage && one !== draft.stage && shut(one) !== null)
            .map((one) => (
              <span class="hint" key={one}>
                {words.codes.stage[one]}: {shut(one)}
              </span>
            ))}
        </div>
      )}
      {draft.trouble !== null && !draft.sending && (
        <Strip kind={draft.trouble === "overtaken" ? "warning" : "trouble"} announced>
          {draft.trouble === "overtaken"
            ? words.reply.overtaken
            : `${troubleText(draft.trouble)} ${words.trouble.kept}`}
        </Strip>
      )}
      <div class={classOf("text")}>
        <label for="reply-text">{words.reply.text}</label>
        {error("text")}
        <textarea
          id="reply-text"
          name="text"
          class="textarea"
          rows={5}
          dir="auto"
          value={draft.text}
          aria-invalid={problems.text !== undefined}
          aria-describedby={described("text", `${id}keys`)}
          onInput={(event) => set({ text: event.currentTarget.value })}
        />
        {tooMany > -1_000 && (
          <span class={tooMany > 0 ? "field-error" : "hint"} role="status">
            {fill(tooMany > 0 ? words.reply.too_long : words.reply.left, {
              count: Math.abs(tooMany),
            })}
          </span>
        )}
      </div>
      <div class="reply-next">
        <div class={classOf("next")}>
          <label for={`${id}next`}>{words.reply.next}</label>
          {error("next")}
          <input
            id={`${id}next`}
            name="next"
            class="input"
            dir="auto"
            autocomplete="off"
            value={draft.next}
            aria-invalid={problems.next !== undefined}
            aria-describedby={described("next")}
            onInput={(event) => set({ next: event.currentTarget.value })}
          />
          {left(draft.next, LONGEST_NEXT) < 50 && (
            <span class="hint" role="status">
              {fill(words.reply.left, { count: Math.max(0, left(draft.next, LONGEST_NEXT)) })}
            </span>
          )}
        </div>
        <div class={classOf("by")}>
          <label for={`${id}by`}>{words.reply.by}</label>
          {error("by")}
          <input
            id={`${id}by`}
            name="by"
            class="input"
            type="date"
            min={today()}
            value={draft.by}
            aria-invalid={problems.by !== undefined}
            aria-describedby={described("by", `${id}by-hint`)}
            onInput={(event) => set({ by: event.currentTarget.value })}
          />
          <span class="hint" id={`${id}by-hint`}>
            {words.reply.by_hint}
          </span>
        </div>
      </div>
      {lacksDay(draft) && (
        <ProposedDay
          day={daysAfter(today(), desk.state.answerDays)}
          onTake={(day) => set(withDay(draft, day))}
        />
      )}
      <div class="buttons">
        <button type="submit" class="button" aria-disabled={draft.sending}>
          {draft.sending ? words.reply.sending : words.reply.send_kinds[draft.kind]}
        </button>
        <span class="hint" id={`${id}keys`}>
          {words.reply.keys}. {words.reply.seals}
        </span>
      </div>
    </form>
  );
}

/** Offers a day to a member who has given none. */
function ProposedDay({ day, onTake }: { day: string; onTake: (day: string) => void }): JSX.Element {
  return (
    <p class="reply-day">
      <span class="quiet">{words.reply.by_none}</span>
      <button type="button" class="link" onClick={() => onTake(day)}>
        {fill(words.reply.by_propose, { day: fullDay(day) })}
      </button>
    </p>
  );
}
