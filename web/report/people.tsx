import type { JSX } from "preact";
import { common, options, questions, report } from "../../text/en.json";
import { routeTeam } from "../protocol/directory";
import type { Directory } from "../protocol/directory";
import { MOST_PEOPLE, emptyOther, emptySubject } from "../protocol/report";
import { Heading } from "../ui/heading";
import { Button, P, TextButton } from "../ui/parts";
import { entry, fill } from "../ui/text";
import { AskBlock, AskLine, AskRadios, AskSelect, useAsking } from "./asking";
import { chosenRoute, hasIndependent, proposesIndependent } from "./draft";
import type { Draft } from "./draft";
import type { People } from "./topics";

/** The people told about so far, each to be changed or removed, and a way to add another. */
export function PeopleList(props: {
  readonly people: People;
  readonly directory: Directory;
  readonly onOpen: (place: number) => void;
}): JSX.Element {
  const { people } = props;
  const { draft, errors, change } = useAsking();
  const count = draft[people].length;
  const wrong = errors.find((one) => one.id === people);
  return (
    <>
      <Heading>{report[`${people}_title`]}</Heading>
      <P>{report[`${people}_intro`]}</P>
      {count === 0 ? <P>{report[`${people}_none`]}</P> : null}
      {wrong === undefined ? null : (
        <p class="govuk-error-message" id={`${people}-error`}>
          <span class="govuk-visually-hidden">{common.error_prefix}</span> {wrong.message}
        </p>
      )}
      <dl class="govuk-summary-list" id={people} tabIndex={-1}>
        {draft[people].map((_, place) => {
          const who = personName(draft, people, place);
          return (
            <div class="govuk-summary-list__row" key={place}>
              <dt class="govuk-summary-list__key">{who}</dt>
              <dd class="govuk-summary-list__value">{personLine(draft, people, place)}</dd>
              <dd class="govuk-summary-list__actions">
                <ul class="govuk-summary-list__actions-list">
                  <li class="govuk-summary-list__actions-list-item">
                    <TextButton
                      id={`change-${people}-${place}`}
                      onPress={() => props.onOpen(place)}
                      about={who}
                    >
                      {common.edit}
                    </TextButton>
                  </li>
                  <li class="govuk-summary-list__actions-list-item">
                    <TextButton
                      id={`remove-${people}-${place}`}
                      onPress={() => change(without(draft, people, place))}
                      about={who}
                    >
                      {common.remove}
                    </TextButton>
                  </li>
                </ul>
              </dd>
            </div>
          );
        })}
      </dl>
      {count >= MOST_PEOPLE ? null : (
        <Button
          id={`add-${people}`}
          kind="secondary"
          onPress={() => {
            change(withAnother(draft, people));
            props.onOpen(count);
          }}
        >
          {count === 0 ? report[`${people}_add_first`] : report[`${people}_add`]}
        </Button>
      )}
      {people === "subjects" ? <IndependentProposal directory={props.directory} /> : null}
    </>
  );
}

/** The questions about one person. */
export function Person(props: { readonly people: People; readonly place: number }): JSX.Element {
  const { people, place } = props;
  return (
    <>
      <Heading>{people === "subjects" ? report.subject_title : report.other_title}</Heading>
      {people === "subjects" ? (
        <SubjectQuestions place={place} />
      ) : (
        <>
          <AskLine path={`others.${place}.who`} />
          <AskSelect path={`others.${place}.rank`} list="rank" />
          <AskLine path={`others.${place}.unit`} />
          <AskBlock path={`others.${place}.why`} rows={3} />
          <AskBlock path={`others.${place}.reason`} rows={3} />
        </>
      )}
    </>
  );
}

function SubjectQuestions(props: { readonly place: number }): JSX.Element {
  const { place } = props;
  const { draft, change } = useAsking();
  const acting = draft.subjects[place]?.acting === true;
  const id = `subjects-${place}-acting`;
  return (
    <>
      <AskLine path={`subjects.${place}.name`} />
      <AskBlock path={`subjects.${place}.description`} rows={3} />
      <AskSelect path={`subjects.${place}.kind`} list="kind" />
      <AskSelect path={`subjects.${place}.rank`} list="rank" />
      <div class="govuk-form-group">
        <div class="govuk-checkboxes govuk-checkboxes--small">
          <div class="govuk-checkboxes__item">
            <input
              class="govuk-checkboxes__input"
              id={id}
              type="checkbox"
              autocomplete="off"
              checked={acting}
              onChange={() =>
                change({
                  ...draft,
                  subjects: draft.subjects.map((one, at) =>
                    at === place ? { ...one, acting: !acting } : one,
                  ),
                })
              }
            />
            <label class="govuk-label govuk-checkboxes__label" for={id}>
              {questions.subjects.acting.label}
            </label>
          </div>
        </div>
      </div>
      <AskLine path={`subjects.${place}.unit`} />
      <AskSelect path={`subjects.${place}.relation`} list="relation" />
      <AskRadios path={`subjects.${place}.senior`} list="answer" inline />
      <AskRadios path={`subjects.${place}.reads_reports`} list="answer" inline />
      <AskRadios path={`subjects.${place}.probationer`} list="answer" inline />
    </>
  );
}

/** Offers the independent route where somebody named may work where reports are read. */
export function IndependentProposal(props: { readonly directory: Directory }): JSX.Element | null {
  const { draft, change } = useAsking();
  const { directory } = props;
  const team = routeTeam(directory, "independent")?.name ?? "";
  const near = draft.subjects.some((one) => one.reads_reports === "yes");
  if (near && chosenRoute(draft) === "independent") {
    return (
      <div class="govuk-inset-text" id="independent-chosen">
        {fill(report.independent_chosen, { team })}
      </div>
    );
  }
  if (!proposesIndependent(draft)) return null;
  return (
    <div class="govuk-inset-text" id="independent-proposed">
      <h2 class="govuk-heading-s">{report.independent_proposed_title}</h2>
      {hasIndependent(directory) ? (
        <>
          <P>{fill(report.independent_proposed, { team })}</P>
          <Button
            id="choose-independent"
            kind="secondary"
            onPress={() => change({ ...draft, route: "independent" })}
          >
            {report.independent_choose}
          </Button>
        </>
      ) : (
        <P>{report.independent_missing}</P>
      )}
    </div>
  );
}

/** The draft with one more person, about whom nothing is answered yet. */
function withAnother(draft: Draft, people: People): Draft {
  return people === "subjects"
    ? { ...draft, subjects: [...draft.subjects, emptySubject()] }
    : { ...draft, others: [...draft.others, emptyOther()] };
}

/** The draft without one person. */
export function without(draft: Draft, people: People, place: number): Draft {
  return people === "subjects"
    ? { ...draft, subjects: draft.subjects.filter((_, at) => at !== place) }
    : { ...draft, others: draft.others.filter((_, at) => at !== place) };
}

/** What a person is called in lists: their name, or that they have none. */
export function personName(draft: Draft, people: People, place: number): string {
  const name = people === "subjects" ? draft.subjects[place]?.name : draft.others[place]?.who;
  const trimmed = (name ?? "").trim();
  return trimmed === "" ? report.somebody : trimmed;
}

/** What else is known about a person, in one line. */
export function personLine(draft: Draft, people: People, place: number): string {
  if (people === "others") {
    const one = draft.others[place];
    return joined(rankWords(one?.rank ?? "", false), one?.unit, one?.why);
  }
  const one = draft.subjects[place];
  return joined(
    rankWords(one?.rank ?? "", one?.acting ?? false),
    one === undefined || one.kind === "" ? "" : entry(options.kind, one.kind),
    one?.unit,
    one?.description,
  );
}

/** What was answered about a person beside {@link personLine}, each with its question. */
export function personAnswers(draft: Draft, people: People, place: number): readonly string[] {
  if (people === "others")
    return answered([[questions.others.reason, draft.others[place]?.reason]]);
  const one = draft.subjects[place];
  if (one === undefined) return [];
  const coded = (list: Readonly<Record<string, string>>, code: string): string =>
    code === "" ? "" : entry(list, code);
  return answered([
    [questions.subjects.relation, coded(options.relation, one.relation)],
    [questions.subjects.senior, coded(options.answer, one.senior)],
    [questions.subjects.reads_reports, coded(options.answer, one.reads_reports)],
    [questions.subjects.probationer, coded(options.answer, one.probationer)],
  ]);
}

function answered(
  pairs: readonly (readonly [{ readonly label: string }, string | undefined])[],
): string[] {
  return pairs
    .filter(([, answer]) => (answer ?? "").trim() !== "")
    .map(([question, answer]) => `${question.label} ${answer ?? ""}`);
}

function rankWords(rank: string, acting: boolean): string {
  if (rank === "") return "";
  const words = entry(options.rank, rank);
  return acting ? fill(report.acting_rank, { rank: words }) : words;
}

function joined(...parts: readonly (string | undefined)[]): string {
  return parts
    .map((part) => (part ?? "").trim())
    .filter((part) => part !== "")
    .join(", ");
}
