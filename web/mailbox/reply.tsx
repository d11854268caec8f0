import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { mailbox, warnings as warned } from "../../text/en.json";
import { characters, wellFormed } from "../protocol/json";
import { LONGEST_MESSAGE } from "../protocol/message";
import { Refused } from "../protocol/refused";
import { tokenWords } from "../protocol/token";
import { Block } from "../ui/fields";
import { Button, ErrorSummary } from "../ui/parts";
import type { FieldError } from "../ui/parts";
import { Trouble } from "../ui/service";
import { holds, sendReply, writeReply } from "./box";
import type { Box, Reply } from "./box";
import { Warnings } from "./letters";

/** A box to write to the people who read reports. */
export function ReplyBox(props: {
  readonly box: Box;
  readonly body: string;
  readonly onType: (body: string) => void;
  /** Opens the mailbox again, and gives what is in it now. */
  readonly reopen: () => Promise<Box>;
  readonly onSent: () => void;
}): JSX.Element {
  const { box, body } = props;
  const [errors, fail] = useState<readonly FieldError[]>([]);
  const [sending, setSending] = useState(false);
  // Sealed already, and perhaps arrived: the same bytes are sent again as long as the text is.
  const [pending, setPending] = useState<Reply | null>(null);
  const say = (message: string): void => fail([{ id: "body", message }]);
  const send = async (): Promise<void> => {
    if (sending) return;
    fail([]);
    const wrong = wrongWith(body, box);
    if (wrong !== null) {
      say(wrong);
      return;
    }
    setSending(true);
    let reply: Reply | null = null;
    try {
      reply = pending?.body === body ? pending : await writeReply(box, body);
      setPending(reply);
      if (!(await sendReply(box, reply))) {
        // Something else stands in its place: look again, and write it behind that.
        const now = await props.reopen();
        if (!holds(now, reply)) {
          // Nothing is sealed to who left before the page has said so (K5).
          if (now.departed && !box.departed) {
            setPending(null);
            say(mailbox.reply_departed);
            return;
          }
          reply = await writeReply(now, body);
          setPending(reply);
          if (!(await sendReply(now, reply))) throw new Trouble("unavailable");
        }
      }
      setPending(null);
      props.onSent();
    } catch (error) {
      if (error instanceof Refused && error.rule === "K5") {
        say(mailbox.reply_locked);
        return;
      }
      const lost = error instanceof Trouble && error.kind !== "problem" && reply !== null;
      say(lost ? mailbox.reply_unknown : mailbox.reply_failed);
    } finally {
      setSending(false);
    }
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
  const plain = body.toLowerCase().replace(/[^a-z]+/g, " ");
  return plain.includes(tokenWords(box.token).join(" ")) ? mailbox.reply_error_token : null;
}
