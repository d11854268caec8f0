import type { JSX } from "preact";
import { useMemo } from "preact/hooks";
import { date, fullDay } from "../../days";
import { isGrave, isRenewal } from "../../lead/differences";
import { signerLabel, stepsOf } from "../../lead/history";
import type { Step } from "../../lead/history";
import { goBack } from "../../lead/publishing";
import { differenceText } from "../../lead/sentences";
import { troubleText } from "../../trouble";
import { fill, words } from "../../words";
import { Strip } from "../Strip";
import type { Here } from "./People";

const said = words.lead.history;

/** Every root, what it changed, and who signed it. */
export function HistoryTab({ here }: { here: Here }): JSX.Element {
  const { desk, session } = here;
  const history = session.directory?.history ?? null;
  const steps = useMemo(() => (history === null ? [] : stepsOf(history)), [history]);
  const { back } = desk.state.lead;
  const [genesis] = session.lists;
  const total = history?.current.root.serial ?? 0;
  const whole = steps.length === total;
  return (
    <div class="document">
      <section class="section">
        <h2 class="heading">{said.heading}</h2>
        <p class="quiet">{said.intro}</p>
        <ol class="steps">
          {steps.map((one) => (
            <StepPart key={one.serial} step={one} />
          ))}
        </ol>
        {back.missing !== null && (
          <Strip kind="warning">{fill(said.missing, { serial: back.missing })}</Strip>
        )}
        {back.trouble !== null && (
          <Strip kind="trouble" announced>
            {troubleText(back.trouble)}{" "}
            <button type="button" class="link" onClick={() => void goBack(desk, session)}>
              {words.desk.try_again}
            </button>
          </Strip>
        )}
        {!whole && back.missing === null && back.trouble === null && (
          <p class="quiet" role="status">
            {fill(said.loading, { done: steps.length, total })}…
          </p>
        )}
        {whole && genesis !== undefined && (
          <p class="step-first">
            {fill(said.founded, {
              day: fullDay(genesis.day),
              label: signerLabel({ lists: [genesis] }, genesis.by),
            })}
          </p>
        )}
      </section>
    </div>
  );
}

function StepPart({ step }: { step: Step }): JSX.Element {
  const { serial, day, by, differences } = step;
  return (
    <li class="step">
      <h3 class="heading-small">{fill(said.root, { serial })}</h3>
      <p class="quiet">
        {fill(said.signed, { label: by, day: date(day) })}
        {serial === 1 && ` · ${said.first}`}
      </p>
      {differences === null ? (
        <p class="quiet">{words.lead.change.unseen}</p>
      ) : (
        <ul class="step-changes">
          {differences
            .filter((one) => isRenewal(differences) || one.kind !== "good_until")
            .map((one, place) => (
              <li key={place} class={isGrave(one) ? "grave" : undefined}>
                {differenceText(one)}
              </li>
            ))}
          {differences.length === 0 && <li>{words.lead.change.none}</li>}
        </ul>
      )}
    </li>
  );
}
