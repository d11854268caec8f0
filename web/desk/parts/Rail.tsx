import type { JSX } from "preact";
import { useEffect, useRef } from "preact/hooks";
import type { Direction } from "../../protocol";
import { date, daysBetween, due, today } from "../days";
import { firstPromise, promised } from "../describe";
import type { OpenedCase } from "../opening";
import type { People } from "../people";
import type { CaseView } from "../state";
import { counted, fill, words } from "../words";
import { useDesk } from "./context";
import { letIn } from "./People";
import { Strip } from "./Strip";
import { Missing, NextDates } from "./work/RailParts";

/** Beside the case: its dates, who can read it, and what was checked. */
export function Rail({
  view,
  opened,
  people,
  shown,
}: {
  view: CaseView;
  opened: OpenedCase;
  people: People;
  shown: boolean;
}): JSX.Element {
  const desk = useDesk();
  const aside = useRef<HTMLElement>(null);
  useEffect(() => {
    if (shown) aside.current?.scrollIntoView({ block: "nearest" });
  }, [shown]);
  const { items, stage } = opened.conversation;
  const last = (direction: Direction): string => {
    const day = items.filter((item) => item.direction === direction).at(-1)?.day ?? null;
    return day === null ? words.rail.none : date(day);
  };
  const written = items.some((item) => item.direction === "to_reporter");
  const facts = { day: opened.day, stage, written };
  const by = promised(items, stage) ?? firstPromise(facts, desk.state.answerDays);
  const now = today();
  const late = by !== null && daysBetween(now, by) < 0;
  return (
    <aside
      ref={aside}
      class={shown ? "rail rail-shown" : "rail"}
      id="rail"
      aria-label={words.rail.label}
    >
      <Missing view={view} />
      <NextDates view={view} />
      <section>
        <h2 class="heading-small">{words.rail.dates}</h2>
        <dl class="facts">
          <dt>{words.rail.promised}</dt>
          <dd class={late ? "overdue" : undefined}>
            {by === null ? words.rail.none : `${date(by)} (${due(by, now)})`}
          </dd>
          <dt>{words.rail.received}</dt>
          <dd>{date(opened.day)}</dd>
          <dt>{words.rail.last_in}</dt>
          <dd>{last("from_reporter")}</dd>
          <dt>{words.rail.last_out}</dt>
          <dd>{last("to_reporter")}</dd>
        </dl>
      </section>
      <section>
        <h2 class="heading-small">{words.rail.readers}</h2>
        <ul class="plain">
          {people.readers.map((one) => (
            <li key={one.member}>
              {one.label}
              {one.self && ` (${words.desk.you})`}
              {!one.listed && <span class="tag tag-warning">{words.people.unlisted}</span>}
              <span class="hint">
                {one.by === "" ? letIn(one) : fill(words.rail.let_in, { who: letIn(one) })}
              </span>
            </li>
          ))}
        </ul>
        {people.warnings.length > 0 && (
          <Strip kind="warning">{counted(words.rail.warned, people.warnings.length)}</Strip>
        )}
        <button type="button" class="link" onClick={() => desk.showTab("people")}>
          {words.rail.people}
        </button>
      </section>
      <section>
        <h2 class="heading-small">{words.rail.checks}</h2>
        <ul class="checks">
          <Check good={reportGood(opened)} text={words.rail.check_statement} />
          <Check good={opened.receiptDay !== null} text={words.rail.check_receipt} />
          <Check good={people.proven} text={words.rail.check_grants} />
        </ul>
        <p class="hint">
          {fill(words.rail.sealed_under, {
            serial: opened.record.statement.directory.serial,
          })}
        </p>
      </section>
    </aside>
  );
}

function Check({ good, text }: { good: boolean; text: string }): JSX.Element {
  return (
    <li class={good ? "check-good" : "check-bad"}>
      <span aria-hidden="true">{good ? "✓" : "✕"}</span>
      <span>
        {!good && <strong>{words.rail.check_failed} </strong>}
        {text}
      </span>
    </li>
  );
}

function reportGood({ parties, body, warnings }: OpenedCase): boolean {
  const closed = new Set(["not-sealed-to-you", "too-long"]);
  return [...parties.warnings, ...body.warnings, ...warnings].every((one) => closed.has(one.kind));
}
