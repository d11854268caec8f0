import { folded } from "./text";

/** One of my cases, as its row in the list shows it. */
export type Row = {
  case: string;
  reference: string;
  day: string;
  route: string;
  team: string;
  stage: string;
  /** How many of the reporter's messages this member has not seen. */
  unread: number;
  /** The decrypted line; null while the case has not been opened. */
  line: string | null;
  /** The nearest date, if one is known. */
  by: string | null;
  /** The clock that is due then; "" for a promise to the reporter. */
  clock: string;
  /** It is set aside: no clock runs. */
  aside: boolean;
  /** It did not open in this session. */
  failed: boolean;
};

export type Order = "day" | "stage" | "unread" | "reference";

/** Which rows are shown; an empty text stands for all. */
export type Wanted = {
  stage: string;
  route: string;
  unread: boolean;
  /** Those set aside, and no others; they are not shown otherwise, unless searched for, or the reporter wrote. */
  aside: boolean;
  search: string;
};

export const stages = [
  "received",
  "acknowledged",
  "triage",
  "assessment",
  "with_team",
  "outcome",
  "closed",
] as const;

/** The rows that are wanted, in order. `texts` holds the folded full text of opened cases. */
export function arranged(
  rows: readonly Row[],
  wanted: Wanted,
  order: Order,
  texts: ReadonlyMap<string, string>,
): Row[] {
  const search = folded(wanted.search).split(/\s+/).filter(Boolean);
  return rows
    .filter(
      (row) =>
        (wanted.stage === "" || row.stage === wanted.stage) &&
        (wanted.route === "" || row.route === wanted.route) &&
        (!wanted.unread || row.unread > 0) &&
        (row.aside === wanted.aside || (row.aside && row.unread > 0) || search.length > 0) &&
        found(row, search, texts.get(row.case) ?? ""),
    )
    .sort((one, other) => compared(one, other, order) || compared(one, other, "day"));
}

function found(row: Row, search: readonly string[], text: string): boolean {
  if (search.length === 0) return true;
  const reference = row.reference.toLowerCase();
  const all = `${folded(row.line ?? "")}\n${reference}\n${reference.replaceAll("-", "")}\n${text}`;
  return search.every((word) => all.includes(word));
}

/** Newest first; early stages first; most unread first; references in their alphabet. */
function compared(one: Row, other: Row, order: Order): number {
  switch (order) {
    case "day":
      return byText(other.day, one.day) || byText(one.case, other.case);
    case "stage":
      return stageOf(one) - stageOf(other);
    case "unread":
      return other.unread - one.unread;
    case "reference":
      return byText(one.reference, other.reference);
  }
}

function stageOf(row: Row): number {
  const at = (stages as readonly string[]).indexOf(row.stage);
  return at < 0 ? stages.length : at;
}

function byText(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0;
}

/** The row that `step` leads to from the selected one; the first when none is selected. */
export function stepped(
  rows: readonly Row[],
  selected: string | null,
  step: 1 | -1,
): string | null {
  const at = rows.findIndex((row) => row.case === selected);
  const next = at < 0 ? 0 : Math.min(Math.max(at + step, 0), rows.length - 1);
  return rows[next]?.case ?? null;
}
