import { expect, test } from "vitest";
import type { CaseId, Day, TeamId } from "../../protocol";
import type { DueRow } from "../../protocol/work-calls";
import { Refusal } from "../calling";
import type { Desk } from "../desk";
import { sampleCasework } from "../record/sample";
import type { Session } from "../session";
import { Troubled } from "../trouble";
import { ahead, emptyDue, loadDue } from "./due";
import type { DueView } from "./due";

type Page = Pick<DueView, "rows" | "next" | "overdue" | "soon">;

const row = (name: string): DueRow => ({
  case: name.padEnd(64, "0") as CaseId,
  clock: "triage",
  due: "2026-12-14" as Day,
  stage: "received",
  team: "intake" as TeamId,
  teams: [],
});
const page = (names: string, next: string | null): Page => ({
  rows: names.split(" ").map(row),
  next,
  overdue: 1,
  soon: 2,
});
const names = ({ rows }: DueView): string =>
  rows.map((one) => one.case.replace(/0+$/, "")).join(" ");

/** A desk at a service that gives these pages one after the other, or refuses. */
function deskWith(...pages: (Page | Error)[]): {
  desk: Desk;
  session: Session;
  asked: unknown[][];
  ended: { by: string | null; session: boolean };
  view: () => DueView;
} {
  const asked: unknown[][] = [];
  const ended = { by: null as string | null, session: false };
  const casework = { ...sampleCasework, due_soon: 9 };
  const state = { due: emptyDue, casework };
  const desk = {
    state,
    change: (part: object) => Object.assign(state, part),
    signOut: (how: string) => (ended.by = how),
  } as unknown as Desk;
  const session = {
    casework: Promise.resolve(casework),
    isEnded: () => ended.session,
    work: {
      due: (...wanted: unknown[]) => {
        asked.push(wanted);
        const next = pages.shift() ?? new Error("there is no page");
        return next instanceof Error ? Promise.reject(next) : Promise.resolve(next);
      },
    },
  } as unknown as Session;
  return { desk, session, asked, ended, view: () => state.due };
}

test("it begins with one's own cases, as far ahead as the settings call soon", async () => {
  expect(emptyDue).toMatchObject({ list: "mine", within: null, phase: "loading" });
  const { desk, session, asked, view } = deskWith(page("a", "a"), page("b", null), page("c", null));
  await loadDue(desk, session, emptyDue);
  expect(view()).toMatchObject({ within: 9, phase: "ready" });
  await loadDue(desk, session, view(), true);
  // What a member chose stays.
  await loadDue(desk, session, { list: "mine", within: 30 });
  expect(view().within).toBe(30);
  expect(asked).toEqual([
    ["mine", 9, null],
    ["mine", 9, "a"],
    ["mine", 30, null],
  ]);
});

test("one can look as far ahead as the settings call soon, and further", () => {
  expect(ahead(null)).toEqual([5, 14, 30, 90]);
  expect(ahead({ due_soon: 7 })).toEqual([5, 7, 14, 30, 90]);
  expect(ahead({ due_soon: 5 })).toEqual([5, 14, 30, 90]);
  expect(ahead({ due_soon: 0 })).toEqual([0, 5, 14, 30, 90]);
});

test("the next page comes after the first, and another list begins anew", async () => {
  const { desk, session, asked, view } = deskWith(
    page("a b", "b"),
    page("c", "c"),
    page("d", null),
  );
  await loadDue(desk, session, { list: "mine", within: 5 });
  expect(view()).toMatchObject({ phase: "ready", next: "b", overdue: 1, soon: 2, trouble: null });
  await loadDue(desk, session, view(), true);
  expect(names(view())).toBe("a b c");
  expect(view().next).toBe("c");
  const list = { team: "daso" };
  await loadDue(desk, session, { list, within: 30 });
  expect(names(view())).toBe("d");
  expect(view()).toMatchObject({ list, within: 30, next: null });
  expect(asked).toEqual([
    ["mine", 5, null],
    ["mine", 5, "b"],
    [list, 30, null],
  ]);
});

test("what is there stays when the next page does not come, and the trouble is told", async () => {
  const { desk, session, view } = deskWith(
    page("a b", "b"),
    new Troubled("offline"),
    page("c", ""),
  );
  await loadDue(desk, session, { list: "mine", within: 5 });
  await loadDue(desk, session, view(), true);
  expect(names(view())).toBe("a b");
  expect(view()).toMatchObject({ next: "b", phase: "ready", trouble: { code: "offline" } });
  const again = loadDue(desk, session, view(), true);
  expect(view().trouble).toBeNull();
  await again;
  expect(names(view())).toBe("a b c");
  expect(view().trouble).toBeNull();
});

test("who is signed out by the service is told so, and who has left gets nothing more", async () => {
  const problem = { status: 401, code: "signed-out" } as unknown as Refusal["problem"];
  const out = deskWith(new Refusal(problem, null));
  await loadDue(out.desk, out.session, { list: "mine", within: 5 });
  expect(out.ended.by).toBe("ended");
  for (const late of [page("a", null), new Troubled("offline"), new Refusal(problem, null)]) {
    const left = deskWith(late);
    left.ended.session = true;
    await loadDue(left.desk, left.session, { list: "mine", within: 5 });
    expect(left.ended.by).toBeNull();
    expect(left.view()).toMatchObject({ rows: [], phase: "loading", trouble: null });
  }
});
