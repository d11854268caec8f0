import type { JSX } from "preact";
import { useEffect, useLayoutEffect, useState } from "preact/hooks";
import { mailbox, telling } from "../../text/en.json";
import type { FormKind } from "../protocol/bodies";
import type { Directory } from "../protocol/directory";
import { tokenWords } from "../protocol/token";
import { Heading } from "../ui/heading";
import type { PageFacts } from "../ui/page";
import { Button, Notice, P, focusField } from "../ui/parts";
import { Trouble } from "../ui/service";
import { Words } from "../ui/words";
import { drawWords, openBox, putWords } from "./box";
import type { Box, NewWords } from "./box";
import { Enter } from "./enter";
import { EMPTY, isTyped } from "./drafts";
import { Letters } from "./letters";
import { DeleteSent, Prove, ReceiptPart } from "./more";
import { Offers } from "./offers";
import { ReplyBox } from "./reply";
import { useSending } from "./sending";
import { Stage } from "./stage";
import { Tell } from "./telling";

/** The return page: words in, then what they open. */
export function Mailbox(props: {
  readonly facts: PageFacts;
  /** Told whether leaving now would lose something. */
  readonly onUnsaved: (unsaved: boolean) => void;
}): JSX.Element {
  const [box, setBox] = useState<Box | null>(null);
  const [seen, see] = useState<Directory | undefined>(undefined);
  const { service } = props.facts;
  const opened = (now: Box): void => {
    see(now.directory);
    setBox(now);
  };
  if (box === null) return <Enter service={service} seen={seen} onOpened={opened} />;
  return <Opened {...props} box={box} onOpened={opened} onClose={() => setBox(null)} />;
}

function Opened(props: {
  readonly facts: PageFacts;
  readonly box: Box;
  readonly onOpened: (box: Box) => void;
  readonly onClose: () => void;
  readonly onUnsaved: (unsaved: boolean) => void;
}): JSX.Element {
  const { box, onOpened } = props;
  const [body, type] = useState("");
  const [notice, setNotice] = useState({ text: "", good: true, count: 0 });
  const [made, setMade] = useState<NewWords | null>(null);
  const [putting, setPutting] = useState(false);
  const [drafts, draft] = useState(EMPTY);
  const [open, show] = useState<FormKind | null>(null);

  const unsaved = body.trim() !== "" || isTyped(drafts) || made !== null;
  // Before the next frame: leaving may come right after a key.
  useLayoutEffect(() => props.onUnsaved(unsaved), [unsaved]);
  useEffect(() => () => props.onUnsaved(false), []);

  const say = (text: string, good = true): void =>
    setNotice((before) => ({ text, good, count: before.count + 1 }));
  const reopen = async (): Promise<Box> => {
    const now = await openBox(box.record.service, box.token, box.directory);
    onOpened(now);
    return now;
  };
  /** Opens again after something was done, and says what was done. */
  const after = async (done: string): Promise<void> => {
    // What was done stays done when looking again fails.
    await reopen().catch(() => null);
    say(done);
  };
  const { sending, send } = useSending(box, reopen);
  /** Opens a form; what was said before is not said again. */
  const tell = (kind: FormKind): void => {
    setNotice({ text: "", good: true, count: 0 });
    show(kind);
  };
  const refresh = async (): Promise<void> => {
    const before = box.conversation.items.length;
    try {
      const now = await reopen();
      const same = now.conversation.items.length === before;
      say(same ? mailbox.refreshed : mailbox.refreshed_new);
    } catch {
      say(mailbox.refresh_failed, false);
    }
  };
  const put = async (): Promise<void> => {
    if (made === null || putting) return;
    setPutting(true);
    try {
      onOpened(await putWords(box, made));
      setMade(null);
      say(mailbox.change_done);
    } catch (error) {
      const refused = error instanceof Trouble && error.kind === "problem";
      if (refused) setMade(null);
      say(refused ? mailbox.change_failed : mailbox.change_unknown, false);
    } finally {
      setPutting(false);
    }
  };

  if (made !== null) {
    return (
      <>
        {notice.text === "" ? null : <Notice key={notice.count} {...notice} />}
        {putting ? (
          <p class="govuk-body-l" role="status">
            {mailbox.change_sending}
          </p>
        ) : (
          <Words
            words={tokenWords(made.token)}
            title={mailbox.change_words_title}
            before={[mailbox.change_words_text]}
            confirm={mailbox.change_confirm}
            onConfirmed={() => void put()}
            onCancel={() => setMade(null)}
          />
        )}
      </>
    );
  }
  if (open !== null) {
    const kind = open;
    return (
      <Tell
        key={kind}
        kind={kind}
        {...{ box, drafts, sending, send }}
        units={props.facts.units}
        onType={draft}
        onBack={() => show(null)}
        onSent={(said) => {
          draft({ ...drafts, [kind]: EMPTY[kind] });
          show(null);
          void after(said);
        }}
      />
    );
  }
  return (
    <>
      {notice.text === "" ? null : <Notice key={notice.count} {...notice} />}
      <Heading>{mailbox.title}</Heading>
      <Stage box={box} facts={props.facts} />
      <Letters
        box={box}
        onAct={(act) => {
          if (act === "reply") focusField("body");
          else tell(act);
        }}
      />
      <Button id="refresh" kind="secondary" onPress={() => void refresh()}>
        {mailbox.refresh}
      </Button>
      <ReplyBox
        {...{ box, body, sending, send }}
        onType={type}
        onSent={() => {
          type("");
          void after(mailbox.reply_sent);
        }}
      />
      <h2 class="govuk-heading-l rl-section">{telling.title}</h2>
      <Offers box={box} onOpen={tell} />
      <h2 class="govuk-heading-l rl-section">{mailbox.more_title}</h2>
      <section>
        <h2 class="govuk-heading-m">{mailbox.change_title}</h2>
        <P>{mailbox.change_text}</P>
        <Button
          id="change-words"
          kind="secondary"
          onPress={() => {
            setNotice({ text: "", good: true, count: 0 });
            void drawWords(box).then(setMade);
          }}
        >
          {mailbox.change_button}
        </Button>
      </section>
      <DeleteSent box={box} onDeleted={() => after(mailbox.delete_done)} />
      <ReceiptPart box={box} />
      <Prove box={box} />
      <h2 class="govuk-heading-m">{mailbox.close_title}</h2>
      <P>{mailbox.close_text}</P>
      <Button id="close" kind="secondary" onPress={props.onClose}>
        {mailbox.close_button}
      </Button>
    </>
  );
}
