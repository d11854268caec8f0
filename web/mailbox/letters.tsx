import type { JSX } from "preact";
import { mailbox, warnings as warned } from "../../text/en.json";
import type { Item } from "../protocol/conversation";
import { P, TextButton } from "../ui/parts";
import { fill } from "../ui/text";
import type { Box } from "./box";
import {
  actOn,
  dayOf,
  headingOf,
  nextLine,
  paragraphs,
  stageWords,
  warningLines,
  writer,
} from "./letter";
import type { Acting } from "./letter";

/** The messages of both sides, newest first, like letters. */
export function Letters(props: {
  readonly box: Box;
  /** Does what a message asks for. */
  readonly onAct: (act: Acting) => void;
}): JSX.Element {
  const { items } = props.box.conversation;
  return (
    <section>
      <h2 class="govuk-heading-m">{mailbox.messages_title}</h2>
      {items.length === 0 ? <P>{mailbox.none}</P> : null}
      <ol class="rl-letters" id="messages">
        {[...items].reverse().map((item) => (
          <Letter
            key={`${item.direction}-${item.sequence}-${item.digest}`}
            item={item}
            onAct={props.onAct}
          />
        ))}
      </ol>
    </section>
  );
}

interface Shown {
  readonly item: Item;
  readonly onAct: (act: Acting) => void;
}

function Letter(props: Shown): JSX.Element {
  const { item } = props;
  const mine = item.direction === "from_reporter";
  const lines = warningLines(item.warnings, mine);
  return (
    <li class={`rl-letter${mine ? " rl-letter--mine" : ""}`}>
      <p class="rl-letter__head">
        <strong class="rl-letter__from">{writer(item)}</strong>{" "}
        <span class="rl-letter__day">{dayOf(item)}</span>
      </p>
      {lines.length === 0 ? null : <Warnings title={warned.title} lines={lines} />}
      {mine ? <p class="govuk-body rl-quiet">{mailbox.you_wrote}</p> : <Inside {...props} />}
    </li>
  );
}

function Inside(props: Shown): JSX.Element {
  const { content, file } = props.item;
  if (content === null) {
    return <p class="govuk-body rl-quiet">{file ? mailbox.unreadable : mailbox.deleted}</p>;
  }
  const heading = headingOf(content.kind);
  const next = nextLine(props.item);
  const act = actOn(content.kind);
  return (
    <>
      {heading === "" ? null : <h3 class="govuk-heading-s">{heading}</h3>}
      {paragraphs(content.body).map((part, place) => (
        <p class="govuk-body rl-typed" key={place}>
          <bdi>{part}</bdi>
        </p>
      ))}
      {content.stage === "" ? null : (
        <p class="govuk-body rl-letter__stage">
          {fill(mailbox.stage_in_message, { stage: stageWords(content.stage) })}
        </p>
      )}
      {next === "" ? null : (
        <p class="govuk-body rl-letter__next">
          <bdi>{next}</bdi>
        </p>
      )}
      {act === null ? null : (
        <p class="govuk-body">
          <TextButton onPress={() => props.onAct(act.act)} about={dayOf(props.item)}>
            {act.words}
          </TextButton>
        </p>
      )}
    </>
  );
}

/** What does not fit, in plain sentences beside the thing. */
export function Warnings(props: {
  readonly title: string;
  readonly lines: readonly string[];
}): JSX.Element {
  return (
    <div class="rl-warning" role="note">
      <strong>{props.title}</strong>
      {props.lines.map((line) => (
        <p class="govuk-body" key={line}>
          {line}
        </p>
      ))}
    </div>
  );
}
