import { common, mailbox, options, warnings as warned } from "../../text/en.json";
import type { Item } from "../protocol/conversation";
import type { Warning } from "../protocol/warning";
import { dayInWords, daysAfter, entry, fill } from "../ui/text";
import type { Box } from "./box";
import type { Known } from "./days";

/** The sentence for a warning, each kind once. */
export function warningLines(found: readonly Warning[], own = false): string[] {
  const lines = found.map(({ kind }) => {
    if (own && (kind === "bad-signature" || kind === "unknown-signer")) return warned.own;
    const key = kind.replaceAll("-", "_");
    return Object.hasOwn(warned, key) ? warned[key as keyof typeof warned] : warned.other;
  });
  return [...new Set(lines)];
}

/** Who wrote a message: label and team as the directory lists them. */
export function writer(item: Item): string {
  if (item.direction === "from_reporter") return mailbox.you;
  if (item.author === null) return mailbox.from_unknown;
  return fill(mailbox.from, { label: item.author.member.label, team: item.author.team.name });
}

/** The day of a message in words; empty where nobody vouches for one. */
export function dayOf(item: Item): string {
  return item.day === null ? "" : dayInWords(item.day);
}

/** The heading of a message's kind; an ordinary message has none (M6). */
export function headingOf(kind: string): string {
  const known = options.message_kind;
  return kind === "message" || !Object.hasOwn(known, kind) ? "" : entry(known, kind);
}

/** What a message of a kind asks for: a message back, or a form. */
export type Acting = "reply" | "check_in_answer" | "survey";
const ACTS: ReadonlyMap<string, { readonly act: Acting; readonly words: string }> = new Map([
  ["question", { act: "reply", words: mailbox.act_question }],
  ["decision", { act: "reply", words: mailbox.act_decision }],
  ["support", { act: "reply", words: mailbox.act_support }],
  ["check_in", { act: "check_in_answer", words: mailbox.act_check_in }],
  ["survey", { act: "survey", words: mailbox.act_survey }],
]);

/** What can be done about a message of this kind; null for nothing in particular. */
export function actOn(kind: string): { readonly act: Acting; readonly words: string } | null {
  return ACTS.get(kind) ?? null;
}

/** What is known of a case, from which its days are reckoned. */
export function knownOf(box: Box, today: string): Known {
  const { items, stage } = box.conversation;
  const days = items.flatMap((one) =>
    one.direction === "to_reporter" && one.day !== null ? [one.day as string] : [],
  );
  const written = days.reduce((last, one) => (one > last ? one : last), "");
  const told = items.some(
    ({ direction, stub }) =>
      direction === "to_reporter" && (stub?.stage === "outcome" || stub?.stage === "closed"),
  );
  return { received: box.receipt?.day ?? box.day, written, stage, told, aside: box.aside, today };
}

/** Whether the survey is asked for: somebody has asked for it, or the case is closed. */
export function asksSurvey(box: Box): boolean {
  const { items, stage } = box.conversation;
  return stage === "closed" || items.some((one) => one.content?.kind === "survey");
}

/** Where it is said why a report is set aside. */
export function asideWhy({ conversation }: Box): string {
  const told = conversation.items.some((one) => one.direction === "to_reporter");
  return told ? mailbox.aside_why : mailbox.aside_no_word;
}

/** What comes next, and by when. */
export interface Next {
  readonly what: string;
  readonly by: string;
  readonly missed: boolean;
}

/** What comes next, by the latest message that says so; a message that sets another stage and does not say it ends
 * what was to come before. */
export function nextStep(box: Box, answerDays: number, today: string): Next {
  const said = box.conversation.items
    .flatMap(({ content }) => (content === null ? [] : [content]))
    .filter(({ next, stage }) => next.what !== "" || next.by !== "" || stage !== "")
    .at(-1);
  if (said !== undefined && (said.next.what !== "" || said.next.by !== "")) {
    const { what, by } = said.next;
    return {
      what,
      by: by === "" ? "" : fill(mailbox.next_by, { day: dayInWords(by) }),
      missed: by !== "" && by < today,
    };
  }
  if (box.conversation.stage === "closed") {
    return { what: mailbox.next_closed, by: "", missed: false };
  }
  if (box.conversation.items.some((one) => one.direction === "to_reporter")) {
    return { what: mailbox.next_unknown, by: "", missed: false };
  }
  const by = daysAfter(box.receipt?.day ?? box.day, answerDays);
  return {
    what: mailbox.next_first,
    by: fill(mailbox.next_by, { day: dayInWords(by) }),
    missed: by < today,
  };
}

/** What a single message says about what comes next; empty for nothing. */
export function nextLine(item: Item): string {
  const next = item.content?.next;
  if (next === undefined || (next.what === "" && next.by === "")) return "";
  if (next.by === "") return fill(mailbox.next_in_message, { what: next.what });
  return fill(mailbox.next_in_message_by, { day: dayInWords(next.by), what: next.what });
}

/** The paragraphs of a text: separated by blank lines, line breaks within them kept. */
export function paragraphs(body: string): string[] {
  return body
    .replace(/\r\n?/g, "\n")
    .split(/\n{2,}/)
    .filter((part) => part.trim() !== "");
}

/** The stage in words. */
export function stageWords(stage: string): string {
  return stage === "" ? common.not_answered : entry(options.stage, stage);
}
