import { expect, test, vi } from "vitest";
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

/** A desk at a service that answers each question when it is told to, in whichever order. */
function deskAsked(): ReturnType<typeof deskWith> & {
  answer: (place: number, how: Page | Error) => Promise<void>;
} {
  const found = deskWith();
  const waiting: ((how: Page | Error) => void)[] = [];
  Object.assign(found.session.work, {
    due: () =>
      new Promise<Page>((done, fail) => {
        waiting.push((how) => (how instanceof Error ? fail(how) : done(how)));
      }),
  });
  const answer = async (place: number, how: Page | Error): Promise<void> => {
    await vi.waitFor(() => expect(waiting.length).toBeGreaterThan(place));
    waiting[place]?.(how);
  };
  return { ...found, answer };
}

test("of two that are asked for one after the other the later one stays, whichever answer comes last", async () => {
  const list = { team: "daso" };
  const later: Pick<DueView, "list" | "within">[] = [
    { list, within: 5 },
    { list: "mine", within: 30 },
  ];
  for (const wanted of later) {
    for (const late of [page("old", "old"), new Troubled("offline")]) {
      const { desk, session, view, answer } = deskAsked();
      const first = loadDue(desk, session, { list: "mine", within: 5 });
      const second = loadDue(desk, session, wanted);
      await answer(1, page("new", null));
      await second;
      await answer(0, late);
      await first;
      expect(view()).toMatchObject({ ...wanted, phase: "ready", next: null, trouble: null });
      expect(names(view())).toBe("new");
    }
  }
});

test("how far the settings call soon is no other list than the one that began without it", async () => {
  const { desk, session, view, answer } = deskAsked();
  const [one, two] = [loadDue(desk, session, emptyDue), loadDue(desk, session, emptyDue)];
  await answer(0, page("a", null));
  await one;
  await answer(1, page("b", null));
  await two;
  expect(names(view())).toBe("b");
  const [soon, far] = [
    loadDue(desk, session, emptyDue),
    loadDue(desk, session, { list: "mine", within: 30 }),
  ];
  await answer(3, page("far", null));
  await far;
  await answer(2, page("soon", null));
  await soon;
  expect(view().within).toBe(30);
  expect(names(view())).toBe("far");
});

test("a next page is not put behind the rows of another list, or behind ones that were fetched again", async () => {
  const { desk, session, view, answer } = deskAsked();
  const begun = loadDue(desk, session, { list: "mine", within: 5 });
  await answer(0, page("a b", "b"));
  await begun;
  // Another list is asked for while the next page is on its way, and before any of it is there.
  const next = loadDue(desk, session, view(), true);
  const list = { team: "daso" };
  const other = loadDue(desk, session, { list, within: 5 });
  expect(view()).toMatchObject({ list, rows: [], next: null, phase: "loading" });
  await answer(1, page("c", null));
  await next;
  expect(view()).toMatchObject({ rows: [], phase: "loading" });
  await answer(2, page("d e", "e"));
  await other;
  expect(names(view())).toBe("d e");
  // A page of this list that follows on rows which are not the last ones any more.
  const [more, again] = [loadDue(desk, session, view(), true), loadDue(desk, session, view())];
  await answer(4, page("d", "d"));
  await again;
  await answer(3, page("f", null));
  await more;
  expect(names(view())).toBe("d");
  expect(view().next).toBe("d");
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
