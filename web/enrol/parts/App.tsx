import type { ComponentChildren, JSX } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { Strip } from "../../desk/parts/Strip";
import { troubleText } from "../../desk/trouble";
import type { Trouble } from "../../desk/trouble";
import { fill, words } from "../../desk/words";
import { moment } from "../../member/moment";
import type { Enrolment } from "../enrolment";
import { steps } from "../state";
import type { Place, Step } from "../state";
import { Again } from "./Again";
import { EnrolmentProvider, useEnrolment } from "./context";
import { Factor } from "./Factor";
import { Label } from "./Label";
import { Passphrase } from "./Passphrase";
import { Done, Words } from "./Words";

/** The whole page. */
export function App({ enrolment }: { enrolment: Enrolment }): JSX.Element {
  return (
    <EnrolmentProvider value={enrolment}>
      <Page />
    </EnrolmentProvider>
  );
}

const places: Readonly<Record<Place, () => JSX.Element>> = {
  opening: Opening,
  "no-link": NoLink,
  "dead-link": DeadLink,
  wait: Wait,
  stopped: Stopped,
  label: Label,
  passphrase: Passphrase,
  factor: Factor,
  again: Again,
  words: Words,
  done: Done,
};

function Page(): JSX.Element {
  const { force, place } = useEnrolment().state;
  const Part = places[place];
  return (
    <main class="sign-in enrol" id="main">
      <p class="sign-in-force">{force}</p>
      <Part key={place} />
    </main>
  );
}

/** A step, with its number and heading, which takes the focus, and what went wrong in it, unless a
 * field says so itself. */
export function StepPage({
  step,
  heading = words.enrol[step].heading,
  atField,
  children,
}: {
  step: Step;
  heading?: string;
  atField?: Trouble["code"];
  children: ComponentChildren;
}): JSX.Element {
  const { trouble, work } = useEnrolment().state;
  return (
    <>
      <p class="enrol-count">
        {fill(words.enrol.count, { step: steps.indexOf(step) + 1, of: steps.length })}
      </p>
      <Heading text={heading} />
      {trouble !== null && trouble.code !== atField && work === null && (
        <Strip kind="trouble" announced>
          {troubleText(trouble)}
        </Strip>
      )}
      {children}
      <p class="enrol-work" role="status">
        {work === null ? "" : words.enrol.work[work]}
      </p>
    </>
  );
}

/** The heading of what the page shows now. It takes the focus, so that a reader begins there. */
export function Heading({ text }: { text: string }): JSX.Element {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus(), []);
  return (
    <h1 class="heading-large" tabIndex={-1} ref={heading}>
      {text}
    </h1>
  );
}

function Opening(): JSX.Element {
  return (
    <>
      <h1 class="heading-large">{words.enrol.title}</h1>
      <p role="status">{words.enrol.work.opening}…</p>
    </>
  );
}

function NoLink(): JSX.Element {
  return <Told heading={words.enrol.no_link.heading} texts={words.enrol.no_link.text} />;
}

function DeadLink(): JSX.Element {
  return <Told heading={words.enrol.dead_link.heading} texts={words.enrol.dead_link.text} />;
}

function Wait(): JSX.Element {
  const { offered } = useEnrolment().state;
  const until = moment(offered?.until ?? 0);
  const texts = words.enrol.wait.text.map((text) => fill(text, { until }));
  return <Told heading={words.enrol.wait.heading} texts={texts} />;
}

function Stopped(): JSX.Element {
  const enrolment = useEnrolment();
  const { trouble, offered } = enrolment.state;
  const text = trouble === null ? "" : troubleText(trouble);
  const tries = offered === null && trouble?.code !== "enrol_other_service";
  return (
    <>
      <Told heading={words.enrol.stopped} texts={[text]} />
      {tries && (
        <div class="buttons">
          <button type="button" class="button" onClick={() => void enrolment.open()}>
            {words.desk.try_again}
          </button>
        </div>
      )}
    </>
  );
}

function Told({ heading, texts }: { heading: string; texts: readonly string[] }): JSX.Element {
  return (
    <>
      <Heading text={heading} />
      {texts.map((text) => (
        <p key={text} class="enrol-text">
          {text}
        </p>
      ))}
    </>
  );
}
