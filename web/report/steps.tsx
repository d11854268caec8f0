import type { JSX } from "preact";
import { options, questions, ways } from "../../text/en.json";
import { custodians } from "../protocol/directory";
import type { Directory } from "../protocol/directory";
import { Checkboxes, Radios } from "../ui/fields";
import { Heading } from "../ui/heading";
import { P } from "../ui/parts";
import { AskBlock, AskLine, AskRadios, AskSelect, itemsOf, useAsking } from "./asking";
import { CIRCUMSTANCES } from "../protocol/report";
import type { Mode } from "../protocol/report";
import { topicTitle } from "./topics";
import type { Topic } from "./topics";

/** The topics of one question, which is their heading. */
const HEADED: readonly Topic[] = ["known", "what", "kind"];

/** The questions of one topic, but for people and readers. */
export function Step(props: {
  readonly topic: Exclude<Topic, "subjects" | "others" | "readers">;
  readonly directory: Directory;
}): JSX.Element {
  const { topic, directory } = props;
  return (
    <>
      {HEADED.includes(topic) ? null : <Heading>{topicTitle(topic)}</Heading>}
      {questionsOf(topic, directory)}
    </>
  );
}

function questionsOf(
  topic: Exclude<Topic, "subjects" | "others" | "readers">,
  directory: Directory,
): JSX.Element {
  switch (topic) {
    case "known":
      return <Known confidential={custodians(directory).length > 0} />;
    case "what":
      return <AskBlock path="what_happened" rows={12} heads />;
    case "kind":
      return <Concerns />;
    case "when":
      return (
        <>
          <AskBlock path="when" rows={2} />
          <AskBlock path="where" rows={2} />
          <AskRadios path="pattern" list="pattern" />
          {CIRCUMSTANCES.map((name) => (
            <AskRadios path={`circumstances.${name}`} list="answer" inline key={name} />
          ))}
        </>
      );
    case "basis":
      return (
        <>
          <AskRadios path="basis" list="basis" />
          <AskBlock path="basis_detail" />
        </>
      );
    case "evidence":
      return (
        <>
          <AskBlock path="evidence.what" />
          <AskRadios path="evidence.at_risk" list="answer" />
          <AskBlock path="evidence.how" rows={2} />
        </>
      );
    case "told":
      return (
        <>
          <AskBlock path="told.whom" rows={3} />
          <AskBlock path="told.outcome" rows={3} />
        </>
      );
    case "danger":
      return (
        <>
          <div class="govuk-inset-text">
            <strong>{ways.danger_title}</strong> {ways.danger_text}
          </div>
          <AskRadios path="danger.now" list="answer" />
          <AskBlock path="danger.detail" />
        </>
      );
    case "about_you":
      return (
        <>
          <P>{questions.reporter.hint}</P>
          <AskSelect path="reporter.kind" list="kind" />
          <AskSelect path="reporter.rank" list="rank" />
          <AskLine path="reporter.unit" />
          <AskRadios path="reporter.probationer" list="answer" />
          <AskRadios path="reporter.role" list="involvement" />
        </>
      );
    case "support":
      return (
        <>
          <AskRadios path="support.wanted" list="answer" />
          <AskBlock path="support.detail" rows={3} />
          <AskRadios path="informed" list="answer" />
          <AskLine path="language" />
          <AskBlock path="access_needs" rows={2} />
        </>
      );
  }
}

function Known(props: { readonly confidential: boolean }): JSX.Element {
  const { draft, change } = useAsking();
  const offered: readonly Mode[] = props.confidential
    ? ["anonymous", "confidential", "named"]
    : ["anonymous", "named"];
  const more = {
    anonymous: undefined,
    confidential: (
      <>
        <AskLine path="identity.name" />
        <AskBlock path="identity.contact" rows={2} />
        <AskLine path="identity.unit" />
      </>
    ),
    named: (
      <>
        <AskLine path="name" />
        <AskBlock path="contact" rows={2} />
      </>
    ),
  };
  return (
    <>
      <Radios
        id="mode"
        label={questions.mode.label}
        hint={questions.mode.hint}
        heads
        value={draft.mode}
        items={offered.map((mode) => ({
          value: mode,
          label: options.mode[mode],
          hint: questions[`mode_${mode}`],
          ...(more[mode] === undefined ? {} : { more: more[mode] }),
        }))}
        onChoose={(mode) => change({ ...draft, mode: mode as Mode })}
      />
      {props.confidential ? null : <P>{questions.mode_confidential_none}</P>}
    </>
  );
}

function Concerns(): JSX.Element {
  const { draft, change } = useAsking();
  return (
    <Checkboxes
      id="concerns"
      label={questions.concerns.label}
      hint={questions.concerns.hint}
      heads
      small
      items={itemsOf("concern").map((item) =>
        item.value === "discrimination" ? { ...item, more: <Characteristics /> } : item,
      )}
      values={draft.concerns}
      onChoose={(concerns) => change({ ...draft, concerns })}
    />
  );
}

/** Asked beneath the concern that it belongs to, while that is chosen. */
function Characteristics(): JSX.Element {
  const { draft, change } = useAsking();
  return (
    <Checkboxes
      id="characteristics"
      label={questions.characteristics.label}
      hint={questions.characteristics.hint_chosen}
      small
      items={itemsOf("characteristic")}
      values={draft.characteristics}
      onChoose={(characteristics) => change({ ...draft, characteristics })}
    />
  );
}
