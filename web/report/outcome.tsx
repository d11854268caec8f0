import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import { common, failure, received, report } from "../../text/en.json";
import { Heading } from "../ui/heading";
import { Bullets, Button, P } from "../ui/parts";
import { counted, dayInWords, daysAfter, fill } from "../ui/text";
import { returnAddress } from "../ui/words";
import type { SendState, StopReason, WaitReason } from "./sending";

/** The report is being sealed and sent, or waits to be sent again. */
export function SendingPage(props: {
  readonly state: SendState;
  readonly onRetry: () => void;
  readonly onBack: () => void;
}): JSX.Element {
  const { state } = props;
  switch (state.at) {
    case "waiting":
      return <Waiting {...state} onRetry={props.onRetry} />;
    case "stopped":
      return <Stopped why={state.why} rule={state.rule} kept {...props} />;
    case "sealing":
      return <Doing words={report.sealing} />;
    case "sending":
    case "readers-changed":
    case "received":
      return <Doing words={report.sending} />;
  }
}

function Doing(props: { readonly words: string }): JSX.Element {
  return (
    <div>
      <Heading>{report.sending_title}</Heading>
      <p class="govuk-body-l" role="status" id="sending">
        {props.words}
      </p>
    </div>
  );
}

const WAITING: Readonly<Record<WaitReason, { readonly title: string; readonly text: string }>> = {
  offline: { title: failure.offline_title, text: failure.offline },
  timeout: { title: failure.timeout_title, text: failure.timeout },
  unavailable: { title: failure.unavailable_title, text: failure.unavailable },
  "storage-full": { title: failure.storage_full_title, text: failure.storage_full },
};

function Waiting(props: {
  readonly why: WaitReason;
  readonly seconds: number;
  readonly tries: number;
  readonly onRetry: () => void;
}): JSX.Element {
  const { title, text } = WAITING[props.why];
  const [left, count] = useState(props.seconds);
  useEffect(() => {
    count(props.seconds);
    const timer = setInterval(() => count((before) => Math.max(1, before - 1)), 1000);
    return () => clearInterval(timer);
  }, [props.seconds, props.tries]);
  return (
    <div id="not-sent">
      <Heading key={title}>{title}</Heading>
      <div role="status">
        <P>{text}</P>
      </div>
      <div class="govuk-inset-text">{failure.kept}</div>
      <p class="govuk-body" id="next-try">
        {counted(failure.next_try_one, failure.next_try, left)}
        {props.tries > 1 ? ` ${fill(failure.tries, { count: props.tries })}` : ""}
      </p>
      <Button id="retry" onPress={props.onRetry}>
        {common.try_again}
      </Button>
      <WaysLink />
    </div>
  );
}

/** Nothing goes on by itself: says why, and what can be done. */
export function Stopped(props: {
  readonly why: StopReason | "directory-offline";
  readonly rule: string | null;
  /** Whether a sealed report is kept on this page. */
  readonly kept?: boolean;
  readonly onRetry: () => void;
  readonly onBack?: () => void;
}): JSX.Element {
  const { why, rule } = props;
  const key = why.replaceAll("-", "_") as
    "closed" | "refused" | "receipt" | "directory" | "not_yet_open" | "directory_offline";
  return (
    <div id="stopped" data-why={why}>
      <Heading>{failure[`${key}_title`]}</Heading>
      <P>{failure[key]}</P>
      {rule === null ? null : <P>{fill(failure.rule, { rule })}</P>}
      {why === "directory" ? (
        <>
          <h2 class="govuk-heading-m">{failure.directory_what}</h2>
          <Bullets lines={[failure.directory_1, failure.directory_2, failure.directory_3]} />
        </>
      ) : null}
      {props.kept === true ? <div class="govuk-inset-text">{failure.kept}</div> : null}
      <div class="govuk-button-group">
        <Button id="retry" onPress={props.onRetry}>
          {common.try_again}
        </Button>
        {/* One that may have arrived is only sent again as it is: never as a second report. */}
        {props.onBack === undefined || why === "receipt" ? null : (
          <Button id="back-to-check" kind="secondary" onPress={props.onBack}>
            {report.back_to_check}
          </Button>
        )}
      </div>
      <WaysLink />
    </div>
  );
}

function WaysLink(): JSX.Element {
  return (
    <P>
      <a class="govuk-link" href="/#other-ways" target="_blank" rel="noreferrer noopener">
        {failure.ways_link}
      </a>
    </P>
  );
}

/** The report was received and the words were asked back: what happens next. */
export function Received(props: {
  readonly day: string;
  readonly answerDays: number;
}): JSX.Element {
  const by = dayInWords(daysAfter(props.day, props.answerDays));
  return (
    <div id="received">
      <div class="govuk-panel govuk-panel--confirmation">
        <Heading size="xl">{received.title}</Heading>
        <div class="govuk-panel__body">{received.panel}</div>
      </div>
      <h2 class="govuk-heading-m">{received.next_title}</h2>
      <Bullets
        lines={[received.next_1, fill(received.next_2, { day: by }), received.next_3]}
        id="what-next"
      />
      <h2 class="govuk-heading-m">{received.return_title}</h2>
      <P>
        {received.return_text} <strong class="rl-address">{returnAddress()}</strong>
      </P>
      <P>{received.return_more}</P>
      <h2 class="govuk-heading-m">{received.safe_title}</h2>
      <Bullets lines={[received.safe_1, received.safe_2]} />
      <P>{received.support}</P>
    </div>
  );
}
