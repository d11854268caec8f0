import type { JSX } from "preact";
import { options, telling } from "../../text/en.json";
import type { FormKind } from "../protocol/bodies";
import { today } from "../ui/page";
import { Button, P } from "../ui/parts";
import { farDay, fill } from "../ui/text";
import type { Box } from "./box";
import { checkIns } from "./days";
import type { CheckIn } from "./days";
import { asksSurvey, knownOf } from "./letter";

/** What a reporter can tell with a form: always how they are treated, and the rest. */
export function Offers(props: {
  readonly box: Box;
  readonly onOpen: (kind: FormKind) => void;
}): JSX.Element {
  const { box, onOpen } = props;
  const now = today();
  const { due, next } = checkIns(knownOf(box, now).received, now);
  return (
    <>
      <section id="check-in">
        <h3 class="govuk-heading-m">{telling.check_in.title}</h3>
        <P>{telling.check_in.text}</P>
        {due === null ? null : (
          <P id="check-in-due">
            <strong>{dueLine(due, now)}</strong>
          </P>
        )}
        <P id="check-in-next">{nextLine(next, now)}</P>
        <Button id="tell-check-in" kind="secondary" onPress={() => onOpen("check_in_answer")}>
          {telling.check_in.button}
        </Button>
      </section>
      {asksSurvey(box) ? (
        <section id="survey">
          <h3 class="govuk-heading-m">{telling.survey.title}</h3>
          <P>{telling.survey.text}</P>
          <Button id="tell-survey" kind="secondary" onPress={() => onOpen("survey")}>
            {telling.survey.button}
          </Button>
        </section>
      ) : null}
      {(["reveal", "exclude"] as const).map((kind) => (
        <section id={kind} key={kind}>
          <h3 class="govuk-heading-m">{telling[kind].title}</h3>
          <P>{telling[kind].text}</P>
          <Button id={`tell-${kind}`} kind="secondary" onPress={() => onOpen(kind)}>
            {telling[kind].button}
          </Button>
        </section>
      ))}
    </>
  );
}

function dueLine({ which, day }: CheckIn, now: string): string {
  const words = options.check_in_day[which];
  if (day === now) return fill(telling.check_in.due_today, { which: words });
  return fill(telling.check_in.due, { which: words, day: farDay(day, now) });
}

function nextLine(next: CheckIn | null, now: string): string {
  if (next === null) return telling.check_in.none;
  const words = options.check_in_day[next.which];
  return fill(telling.check_in.next, { day: farDay(next.day, now), which: words });
}
