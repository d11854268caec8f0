import { expect, test } from "vitest";
import { emptyContent, saidIn } from "../record/content";
import type { ContentOf, Revision } from "../record/content";
import { scenario } from "../record/sample";
import { fill, words } from "../words";
import { AtWork } from "./sample";
import { saveRecord } from "./saving";
import { contentOf, latestOf, loadWork, showHistory } from "./work";

type Danger = ContentOf<"danger">;
const first: Danger = { ...emptyContent("danger"), immediate: "no", action: "Asked." };
const second: Danger = { ...first, crime: "yes" };
const { severity } = scenario();
const [assessed, ...others] = severity.assessments;
if (assessed === undefined) throw new Error("the scenario has assessments");
const cut = { assessments: others };
const altered = words.work.warning.altered;

async function load(one: AtWork): Promise<void> {
  expect(await loadWork(one.desk, one.session, one.of)).toBe(true);
}

/** What was asked of a record's chain, since this was asked last. */
function askedOf(one: AtWork, record: string): string[] {
  return one.asked.splice(0).filter((each) => each.startsWith(record));
}

function latest(one: AtWork): Revision<"severity"> | null {
  return latestOf(one.work.opened, "severity");
}

test("where the latest revision does not open, the last one that does is shown and said to be it", async () => {
  const one = await AtWork.begin();
  await one.colleague("danger", first);
  await one.colleague("danger", second);
  for (let count = 0; count < 7; count++) await one.colleague("danger", first, false);
  await load(one);
  expect(contentOf(one.work.opened, "danger")).toEqual(second);
  const shown = latestOf(one.work.opened, "danger");
  expect(shown).toMatchObject({ revision: 9, shut: true, shows: 2, content: second });
  expect(shown?.warnings).toEqual([
    words.work.warning.digest,
    fill(words.work.shown_instead, { revision: 9, shown: 2 }),
  ]);
  // The one before first, then several at once; and what was found is not fetched again.
  expect(askedOf(one, "danger")).toEqual(["danger 8+1", "danger 4+4", "danger 1+3"]);
  await load(one);
  expect(askedOf(one, "danger")).toEqual([]);
});

test("what is saved next begins with what is shown, and its number goes on after the latest", async () => {
  const one = await AtWork.begin();
  await one.colleague("danger", second);
  await one.colleague("danger", first, false);
  await load(one);
  const third = { ...contentOf(one.work.opened, "danger"), passed_to: "CID" };
  await saveRecord(one.desk, one.session, one.of, "danger", third);
  expect(await one.kept("danger")).toEqual([second, null, { ...second, passed_to: "CID" }]);
  const shown = latestOf(one.work.opened, "danger");
  expect(shown).toMatchObject({ revision: 3, shut: false, warnings: [] });
});

test("where none opens it is said so, and the record can be begun again", async () => {
  const one = await AtWork.begin();
  await one.colleague("danger", first, false);
  await one.colleague("danger", second, false);
  await load(one);
  const shown = latestOf(one.work.opened, "danger");
  expect(shown).toMatchObject({ revision: 2, shut: true, shows: 0 });
  expect(shown?.warnings).toEqual([words.work.warning.digest, words.work.none_opens]);
  expect(saidIn(shown)).toBeNull();
  await saveRecord(one.desk, one.session, one.of, "danger", first);
  expect(await one.kept("danger")).toEqual([null, null, first]);
  expect(saidIn(latestOf(one.work.opened, "danger"))).toEqual(first);
});

test("a revision that follows another than the one it names stands in nobody's place", async () => {
  const one = await AtWork.begin();
  await one.colleague("danger", first);
  await one.colleague("danger", second);
  await one.colleague("danger", second, false);
  // The service hands over another second revision than the third was written after.
  const other = await one.secondAgain("danger", { ...second, action: "Nothing was asked." });
  const { revisions } = one.session.work;
  one.session.work.revisions = async (of, record, after, limit) => {
    const page = await revisions(of, record, after, limit);
    return after === 1 ? { ...page, revisions: [other] as typeof page.revisions } : page;
  };
  await load(one);
  expect(latestOf(one.work.opened, "danger")).toMatchObject({ revision: 3, shows: 1 });
});

test("an entry that was dropped from a list that is only added to is warned of beside the latest revision", async () => {
  const one = await AtWork.begin();
  await one.colleague("severity", severity);
  await load(one);
  expect(latest(one)?.warnings).toEqual([]);
  await one.colleague("severity", cut);
  await load(one);
  expect(latest(one)?.warnings).toEqual([altered]);
  // Who opens the case fetches the one before; who had it on the page nothing.
  expect(askedOf(one, "severity")).toEqual([]);
  await load(reopened(one));
  expect(latest(one)?.warnings).toEqual([altered]);
  expect(askedOf(one, "severity")).toEqual(["severity 1+1"]);
});

test("so it is across revisions that do not open, and in the one that is shown in the place of such", async () => {
  const one = await AtWork.begin();
  await one.colleague("severity", severity);
  await one.colleague("severity", severity, false);
  await one.colleague("severity", cut);
  await load(one);
  expect(latest(one)?.warnings).toEqual([altered]);
  await one.colleague("severity", severity, false);
  for (const now of [one, reopened(one)]) {
    await load(now);
    expect(latest(now)).toMatchObject({ revision: 4, shows: 3, content: cut });
    expect(latest(now)?.warnings).toEqual([
      words.work.warning.digest,
      fill(words.work.shown_instead, { revision: 4, shown: 3 }),
      altered,
    ]);
  }
  await showHistory(one.desk, one.session, one.of, "severity");
  const told = one.work.history?.revisions.map(({ warnings }) => warnings.includes(altered));
  expect(told).toEqual([false, false, true, false]);
});

test("of a record with one revision nothing more is fetched, nor of one that anything may be changed in", async () => {
  const one = await AtWork.begin();
  await one.colleague("severity", severity);
  await one.colleague("danger", first);
  await one.colleague("danger", second);
  await load(one);
  expect(one.asked).toEqual(["work"]);
});

/** The same case as somebody who opens it has it: nothing of it is on the page. */
function reopened(one: AtWork): AtWork {
  Object.assign(one.desk.state.open ?? {}, { work: { ...one.work, opened: null } });
  return one;
}
