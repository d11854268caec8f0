import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { mailbox, warnings as warned } from "../../text/en.json";
import { characters, wellFormed } from "../protocol/json";
import { LONGEST_MESSAGE } from "../protocol/message";
import { Block } from "../ui/fields";
import { Button, ErrorSummary } from "../ui/parts";
import type { FieldError } from "../ui/parts";
import type { Box } from "./box";
import { holdsWords } from "./drafts";
import { Warnings } from "./letters";
import type { Send } from "./sending";

/** A box to write to the people who read reports. */
export function ReplyBox(props: {
  readonly box: Box;
  readonly body: string;
  readonly sending: boolean;
  readonly onType: (body: string) => void;
  readonly send: Send;
  readonly onSent: () => void;
}): JSX.Element {
  const { box, body, sending } = props;
  const [errors, fail] = useState<readonly FieldError[]>([]);
  const send = async (): Promise<void> => {
    if (sending) return;
    fail([]);
    const wrong = wrongWith(body, box) ?? (await props.send("message", body));
    if (wrong === null) props.onSent();
    else fail([{ id: "body", message: wrong }]);
  };
  return (
    <section>
      <h2 class="govuk-heading-m">{mailbox.reply_title}</h2>
      <ErrorSummary errors={errors} />
      {box.departed ? <Warnings title={warned.reply_title} lines={[warned.departed]} /> : null}
      <Block
        id="body"
        label={mailbox.reply_label}
        hint={mailbox.reply_hint}
        error={errors[0]?.message ?? ""}
        value={body}
        rows={6}
        most={LONGEST_MESSAGE}
        onType={props.onType}
      />
      <Button id="reply" disabled={sending} onPress={() => void send()}>
        {sending ? mailbox.reply_sending : mailbox.reply_button}
      </Button>
    </section>
  );
}

function wrongWith(body: string, box: Box): string | null {
  if (body.trim() === "") return mailbox.reply_error_empty;
  if (characters(wellFormed(body)) > LONGEST_MESSAGE) return mailbox.reply_error_long;
  return holdsWords(body, box.token) ? mailbox.reply_error_token : null;
}
