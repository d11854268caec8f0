/** The clocks that run out soon, of one's own cases or of a team's. */
import type { DueRow } from "../../protocol/work-calls";
import type { Desk } from "../desk";
import { isSignedOut } from "../session";
import type { Session } from "../session";
import { troubleOf } from "../trouble";
import type { Trouble } from "../trouble";
import { settingsOf } from "./work";

/** The list as far as it was fetched. */
export type DueView = {
  readonly list: "mine" | { readonly team: string };
  readonly within: number;
  readonly rows: readonly DueRow[];
  readonly next: string | null;
  readonly overdue: number;
  readonly soon: number;
  readonly phase: "loading" | "ready";
  readonly trouble: Trouble | null;
};

/** How far ahead one can look, days. */
export const AHEAD = [5, 14, 30, 90] as const;

export const emptyDue: DueView = {
  list: "mine",
  within: AHEAD[0],
  rows: [],
  next: null,
  overdue: 0,
  soon: 0,
  phase: "loading",
  trouble: null,
};

/** Fetches the first page of a list, or the next of the same. */
export async function loadDue(
  desk: Desk,
  session: Session,
  wanted: Pick<DueView, "list" | "within">,
  more = false,
): Promise<void> {
  const before = desk.state.due;
  const { list, within } = wanted;
  const after = more ? before.next : null;
  desk.change({ due: { ...before, list, within, trouble: null } });
  try {
    await settingsOf(desk, session);
    const page = await session.work.due(list, within, after);
    if (session.isEnded()) return;
    const rows = more ? [...desk.state.due.rows, ...page.rows] : page.rows;
    const { next, overdue, soon } = page;
    desk.change({
      due: { list, within, rows, next, overdue, soon, phase: "ready", trouble: null },
    });
  } catch (error) {
    if (session.isEnded()) return;
    if (isSignedOut(error)) desk.signOut("ended");
    else desk.change({ due: { ...desk.state.due, phase: "ready", trouble: troubleOf(error) } });
  }
}
