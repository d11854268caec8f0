import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { common, options, telling, warnings as warned } from "../../text/en.json";
import { DETRIMENTS, TREATMENTS } from "../protocol/bodies";
import type { FormKind } from "../protocol/bodies";
import { ANSWERS } from "../protocol/report";
import { Block, Checkboxes, Line, Radios } from "../ui/fields";
import { Heading } from "../ui/heading";
import { Back, Button, ErrorSummary, P, TextButton, WarningText } from "../ui/parts";
import type { FieldError } from "../ui/parts";
import type { Box } from "./box";
import { LONGEST, bodyOf, fieldOf, wrongWith } from "./drafts";
import type { Drafts } from "./drafts";
import { Warnings } from "./letters";
import type { Send } from "./sending";
import { Step, errorOf } from "./step";

interface Telling {
  readonly box: Box;
  /** The units of the force, the same for everybody. */
  readonly units: readonly string[];
  readonly drafts: Drafts;
  readonly sending: boolean;
  readonly onType: (drafts: Drafts) => void;
  readonly send: Send;
  /** Called with what to say when it has arrived. */
  readonly onSent: (said: string) => void;
  readonly onBack: () => void;
}

/** The form of a kind of message (M10). */
export function Tell(props: Telling & { readonly kind: FormKind }): JSX.Element {
  switch (props.kind) {
    case "check_in_answer":
      return <CheckIn {...props} />;
    case "survey":
      return <Survey {...props} />;
    case "reveal":
      return <Reveal {...props} />;
    case "exclude":
      return <Exclude {...props} />;
  }
}

/** What all forms do: check, send, and say what is wrong beside the field or above them all. */
function useForm<K extends FormKind>(
  kind: K,
  props: Telling,
  said: string,
): {
  readonly errors: readonly FieldError[];
  readonly draft: Drafts[K];
  readonly change: (changed: Partial<Drafts[K]>) => void;
  /** Whether there is nothing wrong; what is wrong is shown. */
  readonly check: () => boolean;
  readonly press: () => void;
} {
  const [errors, fail] = useState<readonly FieldError[]>([]);
  const { drafts, box } = props;
  const check = (): boolean => {
    const wrong = wrongWith(kind, drafts, box.token);
    fail(wrong);
    return wrong.length === 0;
  };
  const press = async (): Promise<void> => {
    if (props.sending || !check()) return;
    const refused = await props.send(kind, bodyOf(kind, drafts));
    if (refused === null) props.onSent(said);
    else fail([{ id: "send", message: refused }]);
  };
  return {
    errors,
    draft: drafts[kind],
    change: (changed) => props.onType({ ...drafts, [kind]: { ...drafts[kind], ...changed } }),
    check,
    press: () => void press(),
  };
}

function CheckIn(props: Telling): JSX.Element {
  const kind = "check_in_answer";
  const texts = telling.check_in;
  const worse = props.drafts[kind].answer === "worse";
  const form = useForm(kind, props, worse ? texts.sent_worse : texts.sent);
  const { draft, change, errors } = form;
  const id = (name: string): string => fieldOf(kind, name);
  return (
    <Step
      {...props}
      heading={texts.heading}
      before={[texts.readers]}
      errors={errors}
      button={texts.send}
      onPress={form.press}
    >
      <Radios
        id={id("answer")}
        label={texts.answer.label}
        error={errorOf(errors, id("answer"))}
        value={draft.answer}
        items={TREATMENTS.map((value) => ({ value, label: options.treatment[value] }))}
        onChoose={(answer) => change({ answer: answer as typeof draft.answer })}
      />
      {worse ? (
        <>
          <div class="govuk-inset-text" id="worse">
            {texts.worse}
          </div>
          <Checkboxes
            id={id("what")}
            label={texts.what.label}
            hint={texts.what.hint}
            values={draft.what}
            items={DETRIMENTS.map((value) => ({ value, label: options.detriment[value] }))}
            onChoose={(what) => change({ what })}
          />
        </>
      ) : null}
      <Block
        id={id("detail")}
        label={texts.detail.label}
        hint={texts.detail.hint}
        error={errorOf(errors, id("detail"))}
        value={draft.detail}
        rows={5}
        most={LONGEST.detail}
        onType={(detail) => change({ detail })}
      />
    </Step>
  );
}

function Survey(props: Telling): JSX.Element {
  const kind = "survey";
  const texts = telling.survey;
  const form = useForm(kind, props, texts.sent);
  const { draft, change, errors } = form;
  const id = (name: string): string => fieldOf(kind, name);
  return (
    <Step
      {...props}
      heading={texts.heading}
      before={[texts.readers]}
      errors={errors}
      button={texts.send}
      onPress={form.press}
    >
      {(["listened", "informed", "safe"] as const).map((name) => (
        <Radios
          key={name}
          id={id(name)}
          label={texts[name].label}
          error={errorOf(errors, id(name))}
          value={draft[name]}
          small
          items={(["agree", "neither", "disagree"] as const).map((value) => ({
            value,
            label: options.scale[value],
          }))}
          onChoose={(value) => change({ [name]: value })}
        />
      ))}
      <Radios
        id={id("again")}
        label={texts.again.label}
        value={draft.again}
        small
        items={ANSWERS.filter((value) => value !== "").map((value) => ({
          value,
          label: options.answer[value],
        }))}
        onChoose={(again) => change({ again: again as typeof draft.again })}
      />
      <Block
        id={id("detail")}
        label={texts.detail.label}
        hint={texts.detail.hint}
        error={errorOf(errors, id("detail"))}
        value={draft.detail}
        most={LONGEST.detail}
        onType={(detail) => change({ detail })}
      />
    </Step>
  );
}

/** Says who the reporter is, after a question: it goes one way. */
function Reveal(props: Telling): JSX.Element {
  const kind = "reveal";
  const texts = telling.reveal;
  const [asking, ask] = useState(false);
  const form = useForm(kind, props, texts.sent);
  const { draft, change, errors } = form;
  const id = (name: string): string => fieldOf(kind, name);
  if (asking) {
    return (
      <>
        <Back key="back" onPress={() => ask(false)} />
        <ErrorSummary errors={errors} />
        <Heading key="asking">{texts.check_heading}</Heading>
        {props.box.departed ? (
          <Warnings title={warned.reply_title} lines={[warned.departed]} />
        ) : null}
        <P>{texts.check_text}</P>
        <dl class="govuk-summary-list" id="revealed">
          {(["name", "contact"] as const).map((name) => (
            <div class="govuk-summary-list__row" key={name}>
              <dt class="govuk-summary-list__key">{texts[name].label}</dt>
              <dd class="govuk-summary-list__value">
                <bdi>{draft[name].trim() === "" ? common.not_answered : draft[name].trim()}</bdi>
              </dd>
              <dd class="govuk-summary-list__actions">
                <TextButton onPress={() => ask(false)} about={texts[name].label}>
                  {common.change}
                </TextButton>
              </dd>
            </div>
          ))}
        </dl>
        <WarningText title={texts.check_warning} />
        <div class="govuk-button-group">
          <Button id="send" kind="warning" disabled={props.sending} onPress={form.press}>
            {texts.send}
          </Button>
          <Button id="not-now" kind="secondary" onPress={props.onBack}>
            {common.cancel}
          </Button>
        </div>
      </>
    );
  }
  return (
    <Step
      {...props}
      heading={texts.heading}
      before={[texts.once, texts.who, texts.why]}
      errors={errors}
      button={texts.continue}
      onPress={() => ask(form.check())}
    >
      {(["name", "contact"] as const).map((name) => (
        <Line
          key={name}
          id={id(name)}
          label={texts[name].label}
          hint={texts[name].hint}
          error={errorOf(errors, id(name))}
          value={draft[name]}
          onType={(value) => change({ [name]: value })}
        />
      ))}
    </Step>
  );
}

function Exclude(props: Telling): JSX.Element {
  const kind = "exclude";
  const texts = telling.exclude;
  const { units } = props;
  const form = useForm(kind, props, texts.sent);
  const { draft, change, errors } = form;
  // The list stays open when the last choice in it is taken back.
  const [opened] = useState(draft.chosen.length > 0);
  const id = (name: string): string => fieldOf(kind, name);
  const lines = (name: "people" | "units"): JSX.Element => (
    <Block
      id={id(name)}
      label={texts[name].label}
      hint={texts[name].hint}
      error={errorOf(errors, id(name))}
      value={draft[name]}
      rows={3}
      most={LONGEST.lines}
      onType={(value) => change({ [name]: value })}
    />
  );
  return (
    <Step
      {...props}
      heading={texts.heading}
      before={[texts.told, texts.read, texts.seen]}
      errors={errors}
      button={texts.send}
      onPress={form.press}
    >
      <P>
        <a class="govuk-link" href="/#other-ways" target="_blank" rel="noopener noreferrer">
          {texts.ways}
        </a>
      </P>
      {lines("people")}
      {units.length > 0 && (
        <details class="govuk-details" id="units-list" open={opened}>
          <summary class="govuk-details__summary">
            <span class="govuk-details__summary-text">{texts.chosen.open}</span>
          </summary>
          <div class="govuk-details__text">
            <Checkboxes
              id={id("chosen")}
              label={texts.chosen.label}
              hint={texts.chosen.hint}
              small
              items={units.map((unit, place) => ({ value: String(place), label: unit }))}
              values={units.flatMap((unit, place) =>
                draft.chosen.includes(unit) ? [String(place)] : [],
              )}
              onChoose={(places) =>
                change({ chosen: places.map((place) => units[Number(place)] ?? "") })
              }
            />
          </div>
        </details>
      )}
      {lines("units")}
      <Block
        id={id("detail")}
        label={texts.detail.label}
        hint={texts.detail.hint}
        error={errorOf(errors, id("detail"))}
        value={draft.detail}
        most={LONGEST.detail}
        onType={(detail) => change({ detail })}
      />
    </Step>
  );
}
