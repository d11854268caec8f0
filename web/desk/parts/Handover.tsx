import type { JSX } from "preact";
import { useId, useState } from "preact/hooks";
import { date } from "../days";
import type { Handover, RoundView } from "../state";
import { troubleText } from "../trouble";
import { counted, fill, words } from "../words";
import { useDesk } from "./context";
import { Confirm } from "./Dialog";
import { Strip } from "./Strip";

const texts = words.handover;

/** What is owed because of readers who left or lost their keys: offered, done, and how far it is. */
export function HandoverBanner(): JSX.Element | null {
  const { handover, me } = useDesk().state;
  if (handover === null || me?.listed === null) return null;
  const { looked, round, broken } = handover;
  const ended = round !== null && round.done === round.total;
  return (
    <section class="handover" aria-label={texts.label}>
      {looked.done < looked.total && <Looking done={looked.done} total={looked.total} />}
      {round !== null && (ended ? <Ended round={round} /> : <Going round={round} />)}
      {(round === null || ended) && (
        <>
          <Shares shares={handover.shares} />
          <Locks locks={handover.locks} />
        </>
      )}
      {broken > 0 && <Strip kind="warning">{counted(texts.broken, broken)}</Strip>}
      {looked.failed > 0 && <p class="quiet">{counted(texts.looked_failed, looked.failed)}</p>}
    </section>
  );
}

function Looking({ done, total }: { done: number; total: number }): JSX.Element {
  const id = useId();
  return (
    <div class="opening">
      <label for={id}>{fill(texts.looking, { done, total })}</label>
      <progress id={id} max={total} value={done} />
    </div>
  );
}

/** Somebody came back under new keys: their cases are shared with them again. */
function Shares({ shares: { cases, people } }: Pick<Handover, "shares">): JSX.Element | null {
  const desk = useDesk();
  const [asked, setAsked] = useState(false);
  if (cases === 0) return null;
  const who = people.map((one) => fill(texts.shares.replaces, one)).join(" ");
  return (
    <div class="offer">
      <p>
        <strong>{who}</strong>
      </p>
      <p class="quiet">{fill(texts.shares.what, { label: labels(people) })}</p>
      <button type="button" class="button" onClick={() => setAsked(true)}>
        {counted(texts.shares.button, cases)}
      </button>
      {asked && (
        <Confirm
          heading={counted(texts.shares.confirm.heading, cases)}
          text={fill(texts.shares.confirm.text, { people: who })}
          yes={texts.shares.confirm.yes}
          no={texts.shares.confirm.no}
          onYes={() => {
            setAsked(false);
            desk.handOver("shares", false);
          }}
          onNo={() => setAsked(false)}
        />
      )}
    </div>
  );
}

/** Somebody left: what comes next in their cases is kept from the keys that they still have. */
function Locks({ locks: { cases, people } }: Pick<Handover, "locks">): JSX.Element | null {
  const desk = useDesk();
  const [compromise, setCompromise] = useState(false);
  if (cases === 0) return null;
  const who = people.map(({ label, day }) =>
    day === null
      ? fill(texts.locks.left_undated, { label })
      : fill(texts.locks.left, { label, day: date(day) }),
  );
  return (
    <div class="offer">
      <p>
        <strong>{who.join(" ")}</strong>
      </p>
      <p class="quiet">{texts.locks.what}</p>
      <label class="check">
        <input
          type="checkbox"
          checked={compromise}
          onChange={(event) => setCompromise(event.currentTarget.checked)}
        />
        <span>{texts.locks.compromise}</span>
      </label>
      <button type="button" class="button" onClick={() => desk.handOver("locks", compromise)}>
        {counted(texts.locks.button, cases)}
      </button>
    </div>
  );
}

function Going({ round }: { round: RoundView }): JSX.Element {
  const desk = useDesk();
  const id = useId();
  const { kind, done, total, paused, trouble } = round;
  return (
    <>
      {trouble !== null && (
        <Strip kind="trouble" announced>
          {troubleText(trouble)}
        </Strip>
      )}
      <div class="opening">
        <label for={id}>
          {fill(paused ? texts[kind].paused : texts[kind].progress, { done, total })}
        </label>
        <progress id={id} max={total} value={done} />
        <button type="button" class="link" onClick={() => desk.pauseRound(!paused)}>
          {paused ? words.opening.resume : words.opening.pause}
        </button>
        <span class="quiet">{texts.keep_open}</span>
      </div>
    </>
  );
}

function Ended({ round }: { round: RoundView }): JSX.Element {
  const desk = useDesk();
  const { kind, total, elsewhere, withheld, failed } = round;
  const handed = total - elsewhere - withheld - failed;
  const said = [
    ...(handed > 0 ? [counted(texts[kind].done, handed)] : []),
    ...(elsewhere > 0 ? [counted(texts.elsewhere, elsewhere)] : []),
    ...(withheld > 0 ? [counted(texts.withheld, withheld)] : []),
    ...(failed > 0 ? [counted(texts.failed, failed)] : []),
  ];
  return (
    <Strip
      kind={withheld + failed === 0 ? "good" : "warning"}
      announced
      onHide={() => desk.hideRound()}
    >
      {said.join(" ")}
    </Strip>
  );
}

function labels(people: readonly { label: string }[]): string {
  return people.map((one) => one.label).join(", ");
}
