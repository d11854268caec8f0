import type { ComponentChildren, JSX } from "preact";
import { mailbox, telling, warnings as warned } from "../../text/en.json";
import { Heading } from "../ui/heading";
import { Back, Button, Bullets, ErrorSummary } from "../ui/parts";
import type { FieldError } from "../ui/parts";
import type { Box } from "./box";
import { Warnings } from "./letters";

/** One form on a page of its own, with the way back to the report. Nothing typed is lost on the way. */
export function Step(props: {
  readonly box: Box;
  readonly heading: string;
  /** What it does and does not do, said before anything is asked. */
  readonly before: readonly string[];
  readonly errors: readonly FieldError[];
  readonly button: string;
  readonly sending: boolean;
  readonly onPress: () => void;
  readonly onBack: () => void;
  readonly children: ComponentChildren;
}): JSX.Element {
  const { before, sending } = props;
  return (
    <>
      <Back onPress={props.onBack}>{telling.back}</Back>
      <ErrorSummary errors={props.errors} />
      <Heading>{props.heading}</Heading>
      {before.length > 1 ? <Bullets lines={before} /> : <p class="govuk-body">{before[0]}</p>}
      {props.box.departed ? (
        <Warnings title={warned.reply_title} lines={[warned.departed]} />
      ) : null}
      {props.children}
      <Button id="send" disabled={sending} onPress={props.onPress}>
        {sending ? mailbox.reply_sending : props.button}
      </Button>
    </>
  );
}

/** What is wrong with a field, in words; empty for nothing. */
export function errorOf(errors: readonly FieldError[], id: string): string {
  return errors.find((one) => one.id === id)?.message ?? "";
}
