/** What a reporter is about to tell with a form (M10): drafts, what is wrong with them, and the bodies they make. */
import { telling, mailbox } from "../../text/en.json";
import { formBody } from "../protocol/bodies";
import type { FormKind } from "../protocol/bodies";
import { characters, wellFormed } from "../protocol/json";
import { LONGEST_MESSAGE } from "../protocol/message";
import { require } from "../protocol/refused";
import { tokenWords } from "../protocol/token";
import type { Token } from "../protocol/token";
import type { FieldError } from "../ui/parts";
import { fill } from "../ui/text";

/** The most characters of what is typed into a field. */
export const LONGEST = { line: 500, lines: 3_000, detail: 3_000 } as const;
/** The most units of one message. */
export const MOST_UNITS = 50;

/** What is typed and chosen so far. */
export interface Drafts {
  readonly check_in_answer: {
    readonly answer: "" | "better" | "same" | "worse";
    readonly what: readonly string[];
    readonly detail: string;
  };
  readonly survey: {
    readonly listened: Scale;
    readonly informed: Scale;
    readonly safe: Scale;
    readonly again: "" | "yes" | "no" | "unknown";
    readonly detail: string;
  };
  readonly reveal: { readonly name: string; readonly contact: string };
  /** Units are chosen from those of the force, and typed one on each line. */
  readonly exclude: {
    readonly people: string;
    readonly chosen: readonly string[];
    readonly units: string;
    readonly detail: string;
  };
}
type Scale = "" | "agree" | "neither" | "disagree";

export const EMPTY: Drafts = {
  check_in_answer: { answer: "", what: [], detail: "" },
  survey: { listened: "", informed: "", safe: "", again: "", detail: "" },
  reveal: { name: "", contact: "" },
  exclude: { people: "", chosen: [], units: "", detail: "" },
};

/** Whether anything was typed or chosen that leaving would lose. */
export function isTyped(drafts: Drafts): boolean {
  return Object.values(drafts).some((draft) =>
    Object.values(draft as Record<string, string | readonly string[]>).some((value) =>
      typeof value === "string" ? value.trim() !== "" : value.length > 0,
    ),
  );
}

/** The id of a form's field. */
export function fieldOf(kind: FormKind, name: string): string {
  return `${kind === "check_in_answer" ? "check-in" : kind}-${name}`;
}

/** What is wrong with a draft; nothing when it can be sent. Whatever is left out that need not be said is not. */
export function wrongWith(kind: FormKind, drafts: Drafts, token: Token): FieldError[] {
  const errors: FieldError[] = [];
  const say = (name: string, message: string): void => {
    errors.push({ id: fieldOf(kind, name), message });
  };
  const missing = missingIn(kind, drafts);
  if (missing !== null) say(...missing);
  for (const [name, value] of Object.entries(drafts[kind] as Record<string, unknown>)) {
    if (typeof value !== "string") continue;
    const most = mostOf(name);
    if (characters(wellFormed(value)) > most) {
      say(name, fill(telling.error_long, { count: most.toLocaleString("en-GB") }));
    } else if (name === "units" && unitsLeftOut(drafts.exclude).length > MOST_UNITS) {
      say(name, fill(telling.exclude.error_units, { count: MOST_UNITS }));
    } else if (holdsWords(value, token)) say(name, mailbox.reply_error_token);
  }
  // What is escaped in a body counts more than it seems.
  if (errors.length === 0 && characters(wellFormed(bodyOf(kind, drafts))) > LONGEST_MESSAGE) {
    say("detail", telling.error_body);
  }
  return errors;
}

/** Whether a text holds the reporter's words. */
export function holdsWords(text: string, token: Token): boolean {
  const plain = text.toLowerCase().replace(/[^a-z]+/g, " ");
  return plain.includes(tokenWords(token).join(" "));
}

/** The body of the message that a draft makes. */
export function bodyOf(kind: FormKind, drafts: Drafts): string {
  switch (kind) {
    case "check_in_answer": {
      const { answer, what, detail } = drafts.check_in_answer;
      require(answer !== "", "M10", "nothing was chosen");
      // What is not shown is not sent.
      return formBody(kind, { answer, what: answer === "worse" ? [...what] : [], detail });
    }
    case "survey":
      return formBody(kind, drafts.survey);
    case "reveal":
      return formBody(kind, trimmed(drafts.reveal));
    case "exclude": {
      const { people, detail } = drafts.exclude;
      return formBody(kind, { people: people.trim(), units: unitsLeftOut(drafts.exclude), detail });
    }
  }
}

/** The units that were chosen, and those that were typed besides. */
function unitsLeftOut({ chosen, units }: Drafts["exclude"]): string[] {
  const typed = units.split(/\r\n?|\n/).map((line) => line.trim());
  return [...new Set([...chosen, ...typed.filter((line) => line !== "")])];
}

function missingIn(kind: FormKind, drafts: Drafts): [string, string] | null {
  switch (kind) {
    case "check_in_answer":
      return drafts[kind].answer === "" ? ["answer", telling.check_in.error_answer] : null;
    case "survey": {
      const empty = Object.values(drafts[kind]).every((value) => value.trim() === "");
      return empty ? ["listened", telling.survey.error_empty] : null;
    }
    case "reveal":
      return drafts[kind].name.trim() === "" ? ["name", telling.reveal.error_name] : null;
    case "exclude": {
      const empty = drafts[kind].people.trim() === "" && unitsLeftOut(drafts[kind]).length === 0;
      return empty ? ["people", telling.exclude.error_empty] : null;
    }
  }
}

function mostOf(name: string): number {
  if (name === "detail") return LONGEST.detail;
  return name === "people" || name === "units" ? LONGEST.lines : LONGEST.line;
}

function trimmed(draft: Drafts["reveal"]): Drafts["reveal"] {
  return { name: draft.name.trim(), contact: draft.contact.trim() };
}
