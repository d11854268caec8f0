import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { returning } from "../../text/en.json";
import type { ServiceId } from "../protocol/bytes";
import type { Directory } from "../protocol/directory";
import { readWords } from "../protocol/token";
import type { WordsProblem } from "../protocol/token";
import { Block } from "../ui/fields";
import { Heading } from "../ui/heading";
import { Button, ErrorSummary, P } from "../ui/parts";
import type { FieldError } from "../ui/parts";
import { DirectoryRefused, Trouble } from "../ui/service";
import { counted, fill } from "../ui/text";
import { isProblem, openBox } from "./box";
import type { Box } from "./box";

/** Asks for the words and opens what they open. */
export function Enter(props: {
  readonly service: ServiceId;
  /** The directory that was seen before on this page (D8). */
  readonly seen: Directory | undefined;
  readonly onOpened: (box: Box) => void;
}): JSX.Element {
  const [typed, type] = useState("");
  const [error, fail] = useState<readonly FieldError[]>([]);
  const [opening, setOpening] = useState(false);
  const say = (message: string): void => fail([{ id: "token", message }]);
  const open = async (): Promise<void> => {
    if (opening) return;
    fail([]);
    if (typed.trim() === "") {
      say(returning.error_empty);
      return;
    }
    const read = readWords(typed);
    if (!read.ok) {
      say(problemWords(read.problem));
      return;
    }
    setOpening(true);
    try {
      props.onOpened(await openBox(props.service, read.token, props.seen));
    } catch (trouble) {
      say(troubleWords(trouble));
    } finally {
      setOpening(false);
    }
  };
  return (
    <>
      <ErrorSummary errors={error} />
      <Heading>{returning.title}</Heading>
      <P>{returning.intro}</P>
      <Block
        id="token"
        label={returning.token_label}
        hint={returning.token_hint}
        error={error[0]?.message ?? ""}
        value={typed}
        rows={3}
        size="m"
        plain
        onType={type}
      />
      <Button id="open" disabled={opening} onPress={() => void open()}>
        {opening ? returning.opening : returning.button}
      </Button>
      <P>
        <a class="govuk-link" href="/lost-words">
          {returning.lost}
        </a>
      </P>
    </>
  );
}

/** What is wrong with the words, as far as list and checksum show it. No word is suggested. */
function problemWords(problem: WordsProblem): string {
  switch (problem.kind) {
    case "unknown-word":
      return fill(returning.error_word, { count: problem.index + 1 });
    case "count":
      return counted(returning.error_count_one, returning.error_count, problem.count);
    case "checksum":
      return returning.error_checksum;
  }
}

/** Why nothing was opened. Words that are no case's get one neutral answer. */
function troubleWords(error: unknown): string {
  if (isProblem(error, "mailbox")) return returning.error_unknown;
  if (error instanceof Trouble) {
    if (error.kind === "offline") return returning.error_offline;
    if (error.kind === "answer") return returning.error_answer;
    return returning.error_unavailable;
  }
  if (error instanceof DirectoryRefused) return returning.error_directory;
  return returning.error_answer;
}
