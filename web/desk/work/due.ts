/** The clocks that run out soon, of one's own cases or of a team's. */
import type { CaseworkSettings, DueRow } from "../../protocol/work-calls";
import type { Desk } from "../desk";
import { isSignedOut } from "../session";
import type { Session } from "../session";
import { troubleOf } from "../trouble";
import type { Trouble } from "../trouble";
import { settingsOf } from "./work";

/** The list as far as it was fetched. */
export type DueView = {
  readonly list: "mine" | { readonly team: string };
  /** How many days ahead; null for as many as the settings call soon, until those are there. */
  readonly within: number | null;
  readonly rows: readonly DueRow[];
  readonly next: string | null;
  readonly overdue: number;
  readonly soon: number;
  readonly phase: "loading" | "ready";
  readonly trouble: Trouble | null;
};

/** How far ahead one can look, days: also as far as the settings call soon, where it begins. */
export function ahead(casework: Pick<CaseworkSettings, "due_soon"> | null): number[] {
  const all = new Set([5, 14, 30, 90, ...(casework === null ? [] : [casework.due_soon])]);
  return [...all].sort((one, other) => one - other);
}

export const emptyDue: DueView = {
  list: "mine",
  within: null,
  rows: [],
  next: null,
  overdue: 0,
  soon: 0,
  phase: "loading",
  trouble: null,
};

/** Fetches the first page of a list, or the next of the same. What comes of a list that is not asked for any more
 * is not used, nor a page that follows on rows which are gone. */
export async function loadDue(
  desk: Desk,
  session: Session,
  wanted: Asked,
  more = false,
): Promise<void> {
  const before = desk.state.due;
  const after = more ? before.next : null;
  if (more && !isSame(before, wanted)) return;
  // Rows of one list do not stand under the name of another.
  const kept = isSame(before, wanted) ? before : emptyDue;
  desk.change({ due: { ...kept, ...wantedOf(wanted), trouble: null } });
  const asked = [wantedOf(wanted)];
  const isOvertaken = (): boolean => {
    const { due } = desk.state;
    return !asked.some((one) => isSame(due, one)) || (more && due.next !== after);
  };
  try {
    const { due_soon: soonest } = await settingsOf(desk, session);
    const { list } = wanted;
    const within = wanted.within ?? soonest;
    // Another answer may have said meanwhile how far that is.
    asked.push({ list, within });
    const page = await session.work.due(list, within, after);
    if (session.isEnded() || isOvertaken()) return;
    const rows = more ? [...desk.state.due.rows, ...page.rows] : page.rows;
    const { next, overdue, soon } = page;
    desk.change({
      due: { list, within, rows, next, overdue, soon, phase: "ready", trouble: null },
    });
  } catch (error) {
    if (session.isEnded()) return;
    if (isSignedOut(error)) desk.signOut("ended");
    else if (!isOvertaken()) {
      desk.change({ due: { ...desk.state.due, phase: "ready", trouble: troubleOf(error) } });
    }
  }
}

/** Which list, and how far ahead. */
type Asked = Pick<DueView, "list" | "within">;

function wantedOf({ list, within }: Asked): Asked {
  return { list, within };
}

function isSame(one: Asked, other: Asked): boolean {
  const list = ({ list: of }: Asked): string => (of === "mine" ? "" : of.team);
  return list(one) === list(other) && one.within === other.within;
}
