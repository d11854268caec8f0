import type { JSX } from "preact";
import { useEffect, useLayoutEffect, useState } from "preact/hooks";
import { mailbox, warnings as warned } from "../../text/en.json";
import { pastGoodUntil } from "../protocol/directory";
import type { Directory } from "../protocol/directory";
import { tokenWords } from "../protocol/token";
import { Heading } from "../ui/heading";
import { today } from "../ui/page";
import type { PageFacts } from "../ui/page";
import { Button, Notice, P } from "../ui/parts";
import { Trouble } from "../ui/service";
import { dayInWords, fill } from "../ui/text";
import { Words } from "../ui/words";
import { drawWords, openBox, putWords } from "./box";
import type { Box, NewWords } from "./box";
import { Enter } from "./enter";
import { nextStep, stageWords, warningLines } from "./letter";
import { Letters, Warnings } from "./letters";
import { DeleteSent, Prove, ReceiptPart } from "./more";
import { ReplyBox } from "./reply";

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

  const unsaved = body.trim() !== "" || made !== null;
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
  return (
    <>
      {notice.text === "" ? null : <Notice key={notice.count} {...notice} />}
      <Heading>{mailbox.title}</Heading>
      <Stage box={box} answerDays={props.facts.answerDays} />
      <Letters box={box} />
      <Button id="refresh" kind="secondary" onPress={() => void refresh()}>
        {mailbox.refresh}
      </Button>
      <ReplyBox
        box={box}
        body={body}
        onType={type}
        reopen={reopen}
        onSent={() => {
          type("");
          void after(mailbox.reply_sent);
        }}
      />
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

function Stage(props: { readonly box: Box; readonly answerDays: number }): JSX.Element {
  const { box } = props;
  const { root } = box.directory;
  const next = nextStep(box, props.answerDays, today());
  const lines = warningLines(box.warnings);
  return (
    <>
      <P>{fill(mailbox.received_on, { day: dayInWords(box.receipt?.day ?? box.day) })}</P>
      <div class="rl-stage" id="stage">
        <h2 class="govuk-heading-s">{mailbox.stage_title}</h2>
        <P id="stage-words">{stageWords(box.conversation.stage)}</P>
        <h2 class="govuk-heading-s">{mailbox.next_title}</h2>
        <p class="govuk-body" id="next-step">
          <bdi>{next.what}</bdi>
          {next.what === "" || next.by === "" ? null : <br />}
          {next.by}
        </p>
        {next.missed ? <P>{mailbox.next_missed}</P> : null}
      </div>
      {pastGoodUntil(box.directory, today()) ? (
        <Warnings
          title={warned.conversation_title}
          lines={[fill(mailbox.expired, { day: dayInWords(root.good_until) })]}
        />
      ) : null}
      {lines.length === 0 ? null : <Warnings title={warned.conversation_title} lines={lines} />}
    </>
  );
}
