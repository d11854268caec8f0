/** Where the codes of a field come from, and the word for each: one list fixed by the protocol, or one
 * that the force edits. A code that is not known is shown as it stands. */
import { coded, words } from "../words";
import type { Casework } from "./settings";
import { recordWords } from "./words";

/** A list of codes. */
export type CodeList = {
  readonly of: "record" | "desk" | "settings";
  readonly list: string;
};

/** A code that can be chosen. */
export type Offered = { readonly code: string; readonly label: string };

/** A list of the record's own codes. */
export function own(list: keyof typeof recordWords.codes): CodeList {
  return { of: "record", list };
}

/** A list of the report's codes (R7). */
export function shared(list: keyof typeof words.codes): CodeList {
  return { of: "desk", list };
}

/** A list that the force edits. */
export function listed(list: string): CodeList {
  return { of: "settings", list };
}

/** The codes to choose among: those in use, and what is chosen already. */
export function offered(
  source: CodeList,
  { lists }: Pick<Casework, "lists">,
  chosen: readonly string[],
): Offered[] {
  const known =
    source.of === "settings"
      ? (lists[source.list] ?? [])
          .filter(({ code, retired }) => !retired || chosen.includes(code))
          .map(({ code, label }) => ({ code, label }))
      : Object.entries(fixed(source)).map(([code, label]) => ({ code, label }));
  const rest = chosen.filter((one) => one !== "" && !known.some(({ code }) => code === one));
  return [...known, ...rest.map((code) => ({ code, label: code }))];
}

/** The word for a code. */
export function labelOf(
  source: CodeList,
  code: string,
  { lists }: Pick<Casework, "lists">,
): string {
  if (source.of !== "settings") return coded(fixed(source), code);
  return (lists[source.list] ?? []).find((one) => one.code === code)?.label ?? code;
}

function fixed({ of, list }: CodeList): Readonly<Record<string, string>> {
  const all: Readonly<Record<string, Readonly<Record<string, string>>>> =
    of === "record" ? recordWords.codes : words.codes;
  return all[list] ?? {};
}
