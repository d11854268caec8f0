import type { JSX } from "preact";
import { date } from "../../days";
import type { FailingEntry } from "../../record/content";
import { failingName } from "../../record/naming";
import type { Around } from "../../record/parts/props";
import { memberText } from "../../record/shown";
import { recordWords } from "../../record/words";
import { coded, fill, words } from "../../words";
import { SECOND_ANSWERS, differing } from "../../work/second";
import type { Answers, SecondAnswer, Seconded } from "../../work/second";
import { Shown } from "../Shown";
import { Strip } from "../Strip";

const { second: texts } = words.work;
const answerText = (answer: string): string =>
  answer === "" ? texts.none : coded(recordWords.codes.answer, answer);

/** The id of what is pressed first to answer for an entry. */
export function answerId({ id }: Pick<FailingEntry, "id">): string {
  return `second-${id}-${SECOND_ANSWERS[0]}`;
}

/** Asks the second authority of each entry whether they are a reporter of this. */
export function SecondAnswers({
  entries,
  answers,
  tried,
  onAnswer,
}: {
  entries: readonly FailingEntry[];
  answers: Answers;
  tried: boolean;
  onAnswer: (id: string, answer: SecondAnswer) => void;
}): JSX.Element {
  return (
    <div class="second-answers">
      {entries.map((one) => {
        const bad = tried && !answers.has(one.id);
        const error = `second-${one.id}-error`;
        return (
          <fieldset
            key={one.id}
            class="plain-set"
            aria-describedby={bad ? error : undefined}
            aria-invalid={bad}
          >
            <legend class="label">
              <Shown text={fill(texts.question, { who: failingName(one) })} />
            </legend>
            {bad && (
              <span class="field-error" id={error}>
                {texts.missing}
              </span>
            )}
            <div class="rec-choices">
              {SECOND_ANSWERS.map((answer) => (
                <label class="rec-choice" key={answer}>
                  <input
                    type="radio"
                    id={`second-${one.id}-${answer}`}
                    name={`second-${one.id}`}
                    checked={answers.get(one.id) === answer}
                    onChange={() => onAnswer(one.id, answer)}
                  />
                  <span>{answerText(answer)}</span>
                </label>
              ))}
            </div>
          </fieldset>
        );
      })}
    </div>
  );
}

/** What the second authority answered, and where the record says something else. */
export function SecondShown({
  entries,
  seconded,
  around,
}: {
  entries: readonly FailingEntry[];
  seconded: Seconded;
  around: Pick<Around, "members">;
}): JSX.Element | null {
  const { by, day, revision, answers } = seconded;
  const label = memberText(by, around);
  if (answers === null) return <Strip kind="warning">{fill(texts.shut, { label })}</Strip>;
  if (entries.length === 0) return null;
  return (
    <div class="second-shown">
      <p>{fill(texts.answered, { label, day: date(day), revision })}</p>
      <AnswerList entries={entries} answers={answers} />
      {differing(entries, answers).map(({ entry, second }) => (
        <Strip key={entry.id} kind="warning">
          <Shown
            text={fill(texts.differs, {
              who: failingName(entry),
              first: answerText(entry.is_reporter),
              second: answerText(second),
            })}
          />
        </Strip>
      ))}
    </div>
  );
}

/** The answers for each entry; one that is not there any more is not named. */
export function AnswerList({
  entries,
  answers,
}: {
  entries: readonly FailingEntry[];
  answers: Answers;
}): JSX.Element {
  return (
    <ul class="triage-list">
      {entries.map((one) => (
        <li key={one.id}>
          <Shown text={failingName(one)} />: {answerText(answers.get(one.id) ?? "")}
        </li>
      ))}
    </ul>
  );
}
