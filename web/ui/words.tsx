import type { JSX } from "preact";
import { useEffect, useMemo, useState } from "preact/hooks";
import { common, words as copy } from "../../text/en.json";
import { randomPlaces } from "../protocol/random";
import { Line } from "./fields";
import { Heading } from "./heading";
import { Button, ErrorSummary, P, TextButton, WarningText } from "./parts";
import type { FieldError } from "./parts";
import { fill } from "./text";

/** Where somebody comes back to with their words. */
export function returnAddress(): string {
  return new URL("/return", location.href).href;
}

/** Shows 12 words until they were written down: then asks two of them back. */
export function Words(props: {
  readonly words: readonly string[];
  readonly title: string;
  readonly before: readonly string[];
  readonly confirm: string;
  readonly onConfirmed: () => void;
  readonly onCancel?: () => void;
}): JSX.Element {
  const [asking, ask] = useState(false);
  if (asking) {
    return (
      <AskBack
        words={props.words}
        confirm={props.confirm}
        onConfirmed={props.onConfirmed}
        onShow={() => ask(false)}
      />
    );
  }
  return <Shown {...props} onDone={() => ask(true)} />;
}

function Shown(props: {
  readonly words: readonly string[];
  readonly title: string;
  readonly before: readonly string[];
  readonly onDone: () => void;
  readonly onCancel?: () => void;
}): JSX.Element {
  const [said, say] = useState("");
  useEffect(namelessPrint, []);
  const copyWords = (): void => {
    const done = (): void => say(common.copied);
    const failed = (): void => say(common.copy_failed);
    const board = (navigator as { clipboard?: Clipboard }).clipboard;
    if (board === undefined) failed();
    else board.writeText(props.words.join(" ")).then(done, failed);
  };
  return (
    <div>
      <div class="rl-no-print">
        {props.before.map((line) => (
          <p class="govuk-caption-l rl-before" key={line}>
            {line}
          </p>
        ))}
        <Heading>{props.title}</Heading>
        <WarningText title={copy.only_way} />
        <P>
          {copy.order} {copy.paper}
        </P>
      </div>
      <ol class="rl-words" id="token" aria-label={copy.list_label} translate={false}>
        {props.words.map((word, place) => (
          <li class="rl-words__word" key={place}>
            <span class="rl-words__text">{word}</span>{" "}
          </li>
        ))}
      </ol>
      <p class="rl-slip">
        {copy.slip_address} {returnAddress()}
      </p>
      <div class="rl-no-print">
        <div class="govuk-button-group">
          <Button id="print" kind="secondary" onPress={() => window.print()}>
            {copy.print}
          </Button>
          <Button id="copy" kind="secondary" onPress={copyWords}>
            {copy.copy}
          </Button>
        </div>
        <p class="govuk-body" role="status" id="copy-status">
          {said}
        </p>
        <p class="govuk-hint">{copy.print_note}</p>
        <Button id="written-down" onPress={props.onDone}>
          {copy.done}
        </Button>
        {props.onCancel === undefined ? null : (
          <P>
            <TextButton id="cancel" onPress={props.onCancel}>
              {common.cancel}
            </TextButton>
          </P>
        )}
      </div>
    </div>
  );
}

function AskBack(props: {
  readonly words: readonly string[];
  readonly confirm: string;
  readonly onConfirmed: () => void;
  readonly onShow: () => void;
}): JSX.Element {
  const { words } = props;
  const places = useMemo(() => randomPlaces(2, words.length).sort((a, b) => a - b), [words]);
  const [typed, type] = useState<readonly string[]>(["", ""]);
  const [errors, fail] = useState<readonly FieldError[]>([]);
  const check = (): void => {
    const found = places.flatMap((place, at) => {
      const answer = typed[at] ?? "";
      if (sameWord(answer, words[place] ?? "")) return [];
      const sentence = answer.trim() === "" ? copy.ask_error_empty : copy.ask_error_wrong;
      return [{ id: askId(place), message: fill(sentence, { count: place + 1 }) }];
    });
    fail(found);
    if (found.length === 0) props.onConfirmed();
  };
  return (
    <div>
      <ErrorSummary errors={errors} />
      <Heading>{copy.ask_title}</Heading>
      <P>{copy.ask_intro}</P>
      {places.map((place, at) => (
        <Line
          key={place}
          id={askId(place)}
          label={fill(copy.ask_label, { count: place + 1 })}
          error={errors.find((one) => one.id === askId(place))?.message ?? ""}
          value={typed[at] ?? ""}
          width={20}
          onType={(value) => type(typed.map((one, other) => (other === at ? value : one)))}
        />
      ))}
      <div class="govuk-button-group">
        <Button id="ask-check" onPress={check}>
          {props.confirm}
        </Button>
        <TextButton id="show-words" onPress={props.onShow}>
          {copy.ask_show_again}
        </TextButton>
      </div>
    </div>
  );
}

function askId(place: number): string {
  return `word-${place + 1}`;
}

/** Whether a typed word is the one asked for: case, spaces and all after four letters forgiven. */
function sameWord(typed: string, word: string): boolean {
  const plain = typed.replace(/[\s,.\-0-9]+/g, "").toLowerCase();
  return plain === word || (plain.length === 4 && word.startsWith(plain));
}

/** While it prints, the page has no title: browsers put it on the paper. */
function namelessPrint(): () => void {
  let title = document.title;
  const before = (): void => {
    title = document.title;
    document.title = "\u200b";
  };
  const after = (): void => {
    document.title = title;
  };
  window.addEventListener("beforeprint", before);
  window.addEventListener("afterprint", after);
  return () => {
    window.removeEventListener("beforeprint", before);
    window.removeEventListener("afterprint", after);
  };
}
