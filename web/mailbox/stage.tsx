import type { JSX } from "preact";
import { mailbox, warnings as warned } from "../../text/en.json";
import { pastGoodUntil } from "../protocol/directory";
import { today } from "../ui/page";
import type { PageFacts } from "../ui/page";
import { P } from "../ui/parts";
import { dayInWords, farDay, fill } from "../ui/text";
import type { Box } from "./box";
import { promised } from "./days";
import type { Promised } from "./days";
import { asideWhy, knownOf, nextStep, stageWords, warningLines } from "./letter";
import type { Next } from "./letter";
import { Warnings } from "./letters";

/** Where the case is, what comes next and by when, and the days that are kept to. */
export function Stage(props: {
  readonly box: Box;
  readonly facts: Pick<PageFacts, "answerDays" | "lengths">;
}): JSX.Element {
  const { box, facts } = props;
  const now = today();
  const days = promised(knownOf(box, now), facts.lengths);
  const { root } = box.directory;
  const lines = warningLines(box.warnings);
  return (
    <>
      <P>{fill(mailbox.received_on, { day: dayInWords(box.receipt?.day ?? box.day) })}</P>
      <div class="rl-stage" id="stage">
        <h2 class="govuk-heading-s">{mailbox.stage_title}</h2>
        <P id="stage-words">
          {box.aside ? (
            <>
              <strong>{mailbox.aside_stage}</strong> {asideWhy(box)}
            </>
          ) : (
            stageWords(box.conversation.stage)
          )}
        </P>
        <h2 class="govuk-heading-s">{mailbox.next_title}</h2>
        {box.aside ? (
          <P>{mailbox.aside_write}</P>
        ) : (
          <NextStep {...nextStep(box, facts.answerDays, now)} />
        )}
        {days.length === 0 ? null : (
          <>
            <h2 class="govuk-heading-s">{mailbox.days_title}</h2>
            <ul class="govuk-list govuk-list--bullet" id="days">
              {days.map((one) => (
                <li key={one.what}>{dayLine(one, now)}</li>
              ))}
            </ul>
          </>
        )}
      </div>
      {pastGoodUntil(box.directory, now) ? (
        <Warnings
          title={warned.conversation_title}
          lines={[fill(mailbox.expired, { day: dayInWords(root.good_until) })]}
        />
      ) : null}
      {lines.length === 0 ? null : <Warnings title={warned.conversation_title} lines={lines} />}
    </>
  );
}

function NextStep({ what, by, missed }: Next): JSX.Element {
  return (
    <>
      <p class="govuk-body" id="next-step">
        <bdi>{what}</bdi>
        {what === "" || by === "" ? null : <br />}
        {by}
      </p>
      {missed ? <P>{mailbox.next_missed}</P> : null}
    </>
  );
}

function dayLine({ what, day, passed }: Promised, now: string): string {
  const late = passed && what !== "explanation";
  const line = late ? mailbox[`days_${what}_passed`] : mailbox[`days_${what}`];
  return fill(line, { day: farDay(day, now) });
}
