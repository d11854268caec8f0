import type { JSX } from "preact";
import { useMemo, useState } from "preact/hooks";
import type { RecordName } from "../../../protocol/record-file";
import { isComplete, lacksIn } from "../../record/rules";
import { Lacking } from "../../record/parts/Lacking";
import type { Around } from "../../record/parts/props";
import { memberText } from "../../record/shown";
import type { CaseView } from "../../state";
import { troubleText } from "../../trouble";
import { counted, fill, words } from "../../words";
import { whyNot } from "../../work/procedure";
import { useDesk } from "../context";
import { Strip } from "../Strip";

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
  const [note, setNote] = useState("");
  const { contents, casework, today } = around;
  // It is drawn with every key; all of the record is looked through when it was saved anew.
  const lacks = useMemo(
    () => lacksIn(record, { contents, casework, today }),
    [record, contents, casework, today],
  );
  const { opened, acting, actTrouble } = view.work;
  const checkpoint = opened?.procedure.checkpoints.find((one) => one.record === record);
  if (opened === null || checkpoint === undefined) return null;
  const missing = lacks.filter((one) => one.weight === "lack");
  const current = checkpoint.signed === checkpoint.revision && checkpoint.signed > 0;
  const second = record === "failing" && current && checkpoint.second === "";
  const why = checkpoint.done
    ? null
    : whyNot(opened.procedure, second ? "second:failing" : `sign:${record}`);
  const texts = words.work.sign;
  const blocked = drafted ? texts.draft : why;
  const sign = (): void => {
    if (acting !== null || blocked !== null || !isComplete(lacks)) return;
    desk.work.signOff(record, second, note);
    setNote("");
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
      {!current && checkpoint.signed > 0 && (
        <Strip kind="warning">{fill(texts.void, { signed: checkpoint.signed })}</Strip>
      )}
      {actTrouble !== null && (
        <Strip kind="trouble" announced>
          {troubleText(actTrouble)}
        </Strip>
      )}
      {!checkpoint.done && (
        <>
          <p class="quiet">{second ? texts.second_intro : texts.intro}</p>
          {missing.length > 0 && (
            <>
              <p>{counted(texts.lacking, missing.length)}</p>
              <Lacking
                lacks={missing}
                onGo={(one) => desk.work.showRecord(one.record, one.place)}
              />
            </>
          )}
          {blocked !== null && <p class="quiet">{blocked}</p>}
          {blocked === null && missing.length === 0 && (
            <>
              <label class="label" for={`${id}-note`}>
                {second ? texts.second_note : texts.note}
              </label>
              <textarea
                id={`${id}-note`}
                class="input"
                rows={2}
                maxLength={4_000}
                value={note}
                onInput={(event) => setNote(event.currentTarget.value)}
              />
              <div class="buttons">
                <button type="button" class="button" aria-disabled={acting !== null} onClick={sign}>
                  {second ? texts.second : fill(texts.button, { revision: checkpoint.revision })}
                </button>
                <span class="hint">{texts.sealed}</span>
              </div>
            </>
          )}
        </>
      )}
    </section>
  );
}
