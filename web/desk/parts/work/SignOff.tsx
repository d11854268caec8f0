import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { LONGEST_WORDS } from "../../../protocol/act";
import type { RecordName } from "../../../protocol/record-file";
import { Lacking } from "../../record/parts/Lacking";
import type { Around } from "../../record/parts/props";
import { memberText } from "../../record/shown";
import type { CaseView } from "../../state";
import { troubleText } from "../../trouble";
import { counted, fill, words } from "../../words";
import { lacksShown } from "../../work/missing";
import { fallenOf, isDueAgain, whyNot } from "../../work/procedure";
import { roomForNote, secondWords, secondedBy } from "../../work/second";
import type { Answers } from "../../work/second";
import { latestOf } from "../../work/work";
import { useDesk } from "../context";
import { Strip } from "../Strip";
import { fallenText } from "./Checkpoints";
import { SecondAnswers, SecondShown, answerId } from "./Second";
import { useMissing } from "./useMissing";

/** Signing a record off: what the readers can see is missing blocks it here, what the service can see
 * there. */
export function SignOff({
  record,
  view,
  around,
  drafted,
}: {
  record: RecordName;
  view: CaseView;
  around: Around;
  drafted: boolean;
}): JSX.Element | null {
  const desk = useDesk();
  const all = useMissing(view, around);
  const [note, setNote] = useState("");
  const [answers, setAnswers] = useState<Answers>(new Map());
  const [tried, setTried] = useState(false);
  const { opened, acting, actTrouble } = view.work;
  const checkpoint = opened?.procedure.checkpoints.find((one) => one.record === record);
  if (opened === null || checkpoint === undefined) return null;
  const missing = lacksShown(all ?? [], record);
  const unchanged = checkpoint.signed === checkpoint.revision && checkpoint.signed > 0;
  const declared = view.opened?.grants.declarations ?? [];
  const fallen = fallenOf(checkpoint, opened.procedure, declared);
  const current = unchanged && fallen.length === 0;
  const again = isDueAgain(checkpoint, opened.procedure);
  const open = !checkpoint.done || again;
  const second = record === "failing" && current && checkpoint.second === "";
  const why = open ? whyNot(opened.procedure, second ? "second:failing" : `sign:${record}`) : null;
  const texts = words.work.sign;
  const latest = latestOf(opened, record);
  const blocked = drafted ? texts.draft : latest?.shut === true ? texts.shut : why;
  const { entries } = around.contents.failing;
  const seconded = record === "failing" ? secondedBy(opened.acts) : null;
  const ids = entries.map((one) => one.id);
  const sign = (): void => {
    if (acting !== null || blocked !== null || missing.length > 0) return;
    const unanswered = second ? entries.find((one) => !answers.has(one.id)) : undefined;
    setTried(unanswered !== undefined);
    if (unanswered !== undefined) {
      document.getElementById(answerId(unanswered))?.focus();
      return;
    }
    const given = new Map([...answers].filter(([of]) => ids.includes(of)));
    void desk.work
      .signOff(record, second, second ? secondWords(given, note) : note)
      .then((done) => {
        if (!done) return;
        setNote("");
        setAnswers(new Map());
      });
  };
  const id = `sign-${record}`;
  return (
    <section class="sign-off" aria-labelledby={`${id}-heading`}>
      <h3 class="heading" id={`${id}-heading`}>
        {texts.heading}
      </h3>
      {current && (
        <p>
          ✓{" "}
          {fill(texts.signed, {
            label: checkpoint.by === "" ? "" : memberText(checkpoint.by, around),
            revision: checkpoint.signed,
          })}
          {checkpoint.second !== "" &&
            ` ${fill(texts.seconded, { label: memberText(checkpoint.second, around) })}`}
        </p>
      )}
      {seconded !== null && <SecondShown {...{ entries, seconded, around }} />}
      {!unchanged && checkpoint.signed > 0 && (
        <Strip kind="warning">{fill(texts.void, { signed: checkpoint.signed })}</Strip>
      )}
      {latest?.warnings.map((one) => (
        <Strip key={one} kind="warning">
          {one}
        </Strip>
      ))}
      {fallen.map((one) => (
        <Strip key={one.member} kind="warning">
          {fallenText(one, around)}
        </Strip>
      ))}
      {again && <Strip kind="warning">{texts.due_again}</Strip>}
      {actTrouble !== null && (
        <Strip kind="trouble" announced>
          {troubleText(actTrouble)}
        </Strip>
      )}
      {open && <p class="quiet">{second ? texts.second_intro : texts.intro}</p>}
      {missing.length > 0 && (
        <>
          <p>{counted(current ? texts.since : texts.lacking, missing.length)}</p>
          <Lacking lacks={missing} onGo={(one) => desk.work.showRecord(one.record, one.place)} />
        </>
      )}
      {open && (
        <>
          {blocked !== null && <p class="quiet">{blocked}</p>}
          {blocked === null && missing.length === 0 && (
            <>
              {second && (
                <SecondAnswers
                  entries={entries}
                  answers={answers}
                  tried={tried}
                  onAnswer={(of, answer) => setAnswers(new Map([...answers, [of, answer]]))}
                />
              )}
              <label class="label" for={`${id}-note`}>
                {second ? texts.second_note : texts.note}
              </label>
              <textarea
                id={`${id}-note`}
                class="input"
                rows={2}
                maxLength={second ? roomForNote(ids) : LONGEST_WORDS}
                value={note}
                onInput={(event) => setNote(event.currentTarget.value)}
              />
              <div class="buttons">
                <button type="button" class="button" aria-disabled={acting !== null} onClick={sign}>
                  {second ? texts.second : fill(texts.button, { revision: checkpoint.revision })}
                </button>
                <span class="hint">{second ? texts.sealed_second : texts.sealed}</span>
              </div>
            </>
          )}
        </>
      )}
    </section>
  );
}
