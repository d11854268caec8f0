import { createContext } from "preact";
import type { JSX } from "preact";
import { useContext } from "preact/hooks";
import { options, plain, questions } from "../../text/en.json";
import { LONGEST_ACCOUNT, LONGEST_TEXT } from "../protocol/report";
import { Block, Line, Radios, Select } from "../ui/fields";
import type { Item } from "../ui/fields";
import type { FieldError } from "../ui/parts";
import { fieldId, textAt, withText } from "./draft";
import type { Draft, TextPath } from "./draft";

/** The draft that questions read and change, and what is wrong with it. */
export interface Asking {
  readonly draft: Draft;
  readonly errors: readonly FieldError[];
  readonly change: (next: Draft) => void;
}

export const AskingContext = createContext<Asking | null>(null);

/** What the questions of a topic work on. */
export function useAsking(): Asking {
  const asking = useContext(AskingContext);
  if (asking === null) throw new Error("a question stands outside the report");
  return asking;
}

/** The lists of codes that have words. */
export type OptionList = keyof typeof options;

/** The codes of a list with their words, in the order of R7. */
export function itemsOf(list: OptionList): Item[] {
  return Object.entries(options[list]).map(([value, label]) => ({ value, label }));
}

interface Words {
  readonly label: string;
  readonly hint?: string;
}

/** The words of a question: they stand under its path, without the places of people. */
export function wordsOf(path: TextPath): Words {
  let at: unknown = questions;
  for (const name of path.split(".").filter((part) => !/^\d+$/.test(part))) {
    at = (at as Record<string, unknown>)[name];
  }
  return at as Words;
}

function useQuestion(path: TextPath): {
  readonly id: string;
  readonly label: string;
  readonly hint: string;
  readonly error: string;
  readonly value: string;
  readonly change: (value: string) => void;
} {
  const { draft, errors, change } = useAsking();
  const id = fieldId(path);
  const { label, hint = "" } = wordsOf(path);
  return {
    id,
    label,
    hint,
    error: errors.find((one) => one.id === id)?.message ?? "",
    value: textAt(draft, path),
    change: (value) => change(withText(draft, path, value)),
  };
}

/** A question answered by one line of text. */
export function AskLine(props: { readonly path: TextPath }): JSX.Element {
  const { change, ...asked } = useQuestion(props.path);
  return <Line {...asked} onType={change} />;
}

/** A question answered by some lines of text. */
export function AskBlock(props: {
  readonly path: TextPath;
  readonly rows?: number;
  readonly heads?: boolean;
}): JSX.Element {
  const { change, ...asked } = useQuestion(props.path);
  const most = props.path === "what_happened" ? LONGEST_ACCOUNT : LONGEST_TEXT;
  return (
    <Block
      {...asked}
      most={most}
      rows={props.rows ?? 4}
      heads={props.heads === true}
      onType={change}
    />
  );
}

/** A question answered by one code of a list, all of them in sight. */
export function AskRadios(props: {
  readonly path: TextPath;
  readonly list: OptionList;
  readonly inline?: boolean;
}): JSX.Element {
  const { change, ...asked } = useQuestion(props.path);
  return (
    <Radios
      {...asked}
      items={itemsOf(props.list)}
      small
      inline={props.inline === true}
      onChoose={change}
    />
  );
}

/** A question answered by one code of a long list. */
export function AskSelect(props: {
  readonly path: TextPath;
  readonly list: OptionList;
}): JSX.Element {
  const { change, ...asked } = useQuestion(props.path);
  return <Select {...asked} items={itemsOf(props.list)} empty={plain.choose} onChoose={change} />;
}
