/** Bodies with a form: what the reporter sends with four kinds of message (M10). Tolerant: a body that is
 * none is the text that it is. */
import { utf8 } from "./bytes";
import { exactly, listOf, object, oneOf, read, text } from "./format";
import type { Code, Format, Of } from "./format";
import { ANSWERS } from "./report";

/** How the reporter is treated since. */
export const TREATMENTS = ["better", "same", "worse"] as const;
/** What was done to them (M10). */
export const DETRIMENTS = [
  "ostracism",
  "transfer",
  "rota",
  "appraisal",
  "acting_up",
  "promotion",
  "counter_allegation",
  "identity_hunting",
  "other",
] as const;
/** How far something is so. */
export const SCALE = ["", "agree", "neither", "disagree"] as const;

const version = exactly(1);
const detriment: Format<Code<(typeof DETRIMENTS)[number]>> = text;
const forms = {
  check_in_answer: object({
    version,
    answer: oneOf(TREATMENTS),
    what: listOf(detriment),
    detail: text,
  }),
  survey: object({
    version,
    listened: oneOf(SCALE),
    informed: oneOf(SCALE),
    safe: oneOf(SCALE),
    again: oneOf(ANSWERS),
    detail: text,
  }),
  reveal: object({ version, name: text, contact: text }),
  exclude: object({ version, people: text, units: listOf(text), detail: text }),
};
export type FormKind = keyof typeof forms;
export type FormBody<K extends FormKind> = Omit<Of<(typeof forms)[K]>, "version">;

/** The body of a message with a form. */
export function formBody<K extends FormKind>(_kind: K, says: FormBody<K>): string {
  return JSON.stringify({ version: 1, ...says });
}

/** What a body says; null for one that is no such form, which is shown as text. */
export function readForm<K extends FormKind>(kind: K, body: string): FormBody<K> | null {
  try {
    return read(forms[kind] as Format<unknown>, utf8(body)) as FormBody<K>;
  } catch {
    return null;
  }
}

/** Whether a kind of message has a form. */
export function hasForm(kind: string): kind is FormKind {
  return Object.hasOwn(forms, kind);
}
