import type { JSX } from "preact";
import { report, ways } from "../../text/en.json";
import { Heading } from "../ui/heading";
import { P } from "../ui/parts";
import { useAsking } from "./asking";
import { GROUPS, answered, checkTopic, topicTitle } from "./topics";
import type { Topic } from "./topics";

/** The list of topics, with what is answered and what is needed. */
export function Tasks(props: {
  readonly onOpen: (topic: Topic) => void;
  readonly onCheck: () => void;
}): JSX.Element {
  const { draft } = useAsking();
  const ready = checkTopic(draft, "what").length === 0;
  return (
    <>
      <Heading>{report.tasks_title}</Heading>
      <P>{report.tasks_intro}</P>
      <P>{report.tasks_kept}</P>
      <div class="govuk-inset-text">
        <strong>{ways.danger_title}</strong> {ways.danger_text}
      </div>
      {GROUPS.map(({ title, topics }) => (
        <section key={title}>
          <h2 class="govuk-heading-m">{title}</h2>
          <ul class="govuk-task-list">
            {topics.map((topic) => (
              <Task
                key={topic}
                id={topic}
                title={topicTitle(topic)}
                status={statusOf(answered(draft, topic), checkTopic(draft, topic).length, topic)}
                onOpen={() => props.onOpen(topic)}
              />
            ))}
          </ul>
        </section>
      ))}
      <h2 class="govuk-heading-m">{report.group_send}</h2>
      <ul class="govuk-task-list">
        {ready ? (
          <Task id="check" title={report.task_check} status={null} onOpen={props.onCheck} />
        ) : (
          <li class="govuk-task-list__item">
            <div class="govuk-task-list__name-and-hint">
              <div class="rl-quiet">{report.task_check}</div>
            </div>
            <div class="govuk-task-list__status govuk-task-list__status--cannot-start-yet">
              {report.status_not_yet}
            </div>
          </li>
        )}
      </ul>
    </>
  );
}

interface Status {
  readonly words: string;
  readonly tag: "blue" | "yellow" | null;
}

function statusOf(done: boolean, wrong: number, topic: Topic): Status {
  if (topic === "what" && !done) return { words: report.status_needed, tag: "blue" };
  if (wrong > 0) return { words: report.status_look, tag: "yellow" };
  return { words: done ? report.status_done : report.status_optional, tag: null };
}

function Task(props: {
  readonly id: string;
  readonly title: string;
  readonly status: Status | null;
  readonly onOpen: () => void;
}): JSX.Element {
  const { id, status } = props;
  return (
    <li class="govuk-task-list__item govuk-task-list__item--with-link">
      <div class="govuk-task-list__name-and-hint">
        <button
          type="button"
          class="rl-text-button govuk-task-list__link"
          id={`task-${id}`}
          onClick={props.onOpen}
          {...(status === null ? {} : { "aria-describedby": `status-${id}` })}
        >
          {props.title}
        </button>
      </div>
      {status === null ? null : (
        <div class="govuk-task-list__status" id={`status-${id}`}>
          {status.tag === null ? (
            status.words
          ) : (
            <strong class={`govuk-tag govuk-tag--${status.tag}`}>{status.words}</strong>
          )}
        </div>
      )}
    </li>
  );
}
