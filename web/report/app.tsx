import type { JSX } from "preact";
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import { check, common, failure, report, words } from "../../text/en.json";
import type { Directory } from "../protocol/directory";
import { Refused } from "../protocol/refused";
import { Heading } from "../ui/heading";
import { Back, Button, ErrorSummary, Notice } from "../ui/parts";
import type { FieldError } from "../ui/parts";
import type { PageFacts } from "../ui/page";
import { Trouble, fetchDirectory } from "../ui/service";
import { Words } from "../ui/words";
import { AskingContext } from "./asking";
import { CheckAnswers } from "./check";
import { emptyDraft, readersLeft } from "./draft";
import type { Draft } from "./draft";
import { Received, SendingPage, Stopped } from "./outcome";
import { PeopleList, Person, without } from "./people";
import { Readers } from "./readers";
import { Sending } from "./sending";
import type { SendState } from "./sending";
import { Step } from "./steps";
import { Tasks } from "./tasks";
import { anythingTyped, checkPerson, checkTopic, firstWrong } from "./topics";
import type { People, Topic } from "./topics";

type View =
  | { readonly at: "tasks" | "check" }
  | { readonly at: "topic"; readonly topic: Topic; readonly from: "tasks" | "check" }
  | {
      readonly at: "person";
      readonly people: People;
      readonly place: number;
      readonly from: "tasks" | "check";
    }
  | { readonly at: "sending"; readonly state: SendState }
  | { readonly at: "words"; readonly words: readonly string[]; readonly day: string }
  | { readonly at: "received"; readonly day: string };

type Opening =
  | { readonly at: "fetching" }
  | {
      readonly at: "stopped";
      readonly why: "directory" | "directory-offline" | "not-yet-open";
      readonly rule: string | null;
    }
  | { readonly at: "open"; readonly directory: Directory };

/** The scripted report: nothing is asked before the directory is verified. */
export function Report(props: {
  readonly facts: PageFacts;
  /** Told whether leaving now would lose something. */
  readonly onUnsaved: (unsaved: boolean) => void;
}): JSX.Element {
  const [opening, setOpening] = useState<Opening>({ at: "fetching" });
  const { service } = props.facts;
  const open = (): void => {
    setOpening({ at: "fetching" });
    fetchDirectory(service).then(
      (directory) => setOpening({ at: "open", directory }),
      (error: unknown) => setOpening(notOpened(error)),
    );
  };
  useEffect(open, []);
  switch (opening.at) {
    case "fetching":
      return (
        <>
          <Heading>{report.opening_title}</Heading>
          <p class="govuk-body" role="status">
            {report.fetching}
          </p>
        </>
      );
    case "stopped":
      return <Stopped why={opening.why} rule={opening.rule} onRetry={open} />;
    case "open":
      return <Writing {...props} first={opening.directory} />;
  }
}

function notOpened(error: unknown): Opening {
  if (error instanceof Refused) return { at: "stopped", why: "directory", rule: error.rule };
  if (error instanceof Trouble && error.problem?.code === "not-yet-open") {
    return { at: "stopped", why: "not-yet-open", rule: null };
  }
  return { at: "stopped", why: "directory-offline", rule: null };
}

function Writing(props: {
  readonly facts: PageFacts;
  readonly first: Directory;
  readonly onUnsaved: (unsaved: boolean) => void;
}): JSX.Element {
  const [directory, setDirectory] = useState(props.first);
  const [draft, setDraft] = useState(emptyDraft);
  const [view, setView] = useState<View>({ at: "tasks" });
  const [errors, setErrors] = useState<readonly FieldError[]>([]);
  const [notice, setNotice] = useState("");
  const sending = useRef<Sending | null>(null);

  const unsaved = view.at === "words" || (view.at !== "received" && anythingTyped(draft));
  // Before the next frame: leaving may come right after a key.
  useLayoutEffect(() => props.onUnsaved(unsaved), [unsaved]);
  useEffect(() => () => sending.current?.stop(), []);

  const show = (next: View): void => {
    setErrors([]);
    setNotice("");
    setView(next);
  };
  const change = (next: Draft): void => setDraft(next);
  const fail = (found: readonly FieldError[]): void => setErrors([...found]);

  const told = (state: SendState): void => {
    if (state.at === "received") {
      // What was typed is no longer needed, and so is let go.
      setDraft(emptyDraft());
      show({ at: "words", words: state.words, day: state.day });
    } else if (state.at === "readers-changed") {
      sending.current?.stop();
      setDirectory(state.directory);
      show({ at: "check" });
      setNotice(failure.changed_readers);
    } else setView({ at: "sending", state });
  };
  const send = (): void => {
    const wrong = firstWrong(draft);
    if (wrong !== null) {
      show({ at: "topic", topic: wrong.topic, from: "check" });
      fail(wrong.errors);
      return;
    }
    if (readersLeft(draft, directory).length < 2 && !draft.few_accepted) {
      fail([{ id: "few-accepted", message: check.few_accept_error }]);
      return;
    }
    sending.current?.stop();
    show({ at: "sending", state: { at: "sealing" } });
    sending.current = new Sending(draft, directory, told);
    sending.current.retry();
  };

  const asking = { draft, errors, change };
  const page = ((): JSX.Element => {
    switch (view.at) {
      case "tasks":
        return (
          <Tasks
            onOpen={(topic) => show({ at: "topic", topic, from: "tasks" })}
            onCheck={() => show({ at: "check" })}
          />
        );
      case "topic": {
        const { topic, from } = view;
        const keep = (): void => {
          const found = checkTopic(draft, topic);
          if (found.length > 0) fail(found);
          else show({ at: from });
        };
        return (
          <div key={topic}>
            <Back onPress={() => show({ at: from })}>{backTo(from)}</Back>
            <ErrorSummary errors={errors} />
            {topic === "subjects" || topic === "others" ? (
              <PeopleList
                people={topic}
                directory={directory}
                onOpen={(place) => show({ at: "person", people: topic, place, from })}
              />
            ) : topic === "readers" ? (
              <Readers directory={directory} forceUnits={props.facts.units} />
            ) : (
              <Step topic={topic} directory={directory} />
            )}
            <Button id="continue" onPress={keep}>
              {common.save_and_continue}
            </Button>
          </div>
        );
      }
      case "person": {
        const { people, place, from } = view;
        const list: View = { at: "topic", topic: people, from };
        const keep = (): void => {
          const found = checkPerson(draft, people, place);
          if (found.length > 0) fail(found);
          else show(list);
        };
        const back = (): void => {
          // A person about whom nothing was said is nobody.
          if (isEmpty(draft, people, place)) setDraft(without(draft, people, place));
          show(list);
        };
        return (
          <div key={`${people}-${place}`}>
            <Back onPress={back} />
            <ErrorSummary errors={errors} />
            <Person people={people} place={place} />
            <Button id="continue" onPress={keep}>
              {people === "subjects" ? report.subject_keep : report.other_keep}
            </Button>
          </div>
        );
      }
      case "check":
        return (
          <>
            <Back onPress={() => show({ at: "tasks" })}>{report.back_to_tasks}</Back>
            {notice === "" ? null : <Notice text={notice} />}
            <ErrorSummary errors={errors} />
            <CheckAnswers
              directory={directory}
              onChange={(topic) => show({ at: "topic", topic, from: "check" })}
              onSend={send}
            />
          </>
        );
      case "sending":
        return (
          <SendingPage
            state={view.state}
            onRetry={() => sending.current?.retry()}
            onBack={() => {
              sending.current?.stop();
              show({ at: "check" });
            }}
          />
        );
      case "words":
        return (
          <Words
            words={view.words}
            title={words.title}
            before={[words.received]}
            confirm={words.ask_button}
            onConfirmed={() => show({ at: "received", day: view.day })}
          />
        );
      case "received":
        return <Received day={view.day} answerDays={props.facts.answerDays} />;
    }
  })();
  return <AskingContext.Provider value={asking}>{page}</AskingContext.Provider>;
}

function backTo(from: "tasks" | "check"): string {
  return from === "tasks" ? report.back_to_tasks : report.back_to_check;
}

function isEmpty(draft: Draft, people: People, place: number): boolean {
  return Object.values(draft[people][place] ?? {}).every(
    (value) => value === "" || value === false,
  );
}
