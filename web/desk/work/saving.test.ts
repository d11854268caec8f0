import { expect, test } from "vitest";
import { emptyContent } from "../record/content";
import type { ContentOf } from "../record/content";
import { scenario } from "../record/sample";
import { words } from "../words";
import { AtWork } from "./sample";
import { draftRecord, saveRecord, takeTogether, together } from "./saving";
import type { RecordDraft } from "./state";
import { loadWork } from "./work";

type Danger = ContentOf<"danger">;
const nothing = emptyContent("danger");
const asked: Danger = { ...nothing, immediate: "no", action: "Asked." };

/** A desk at work on a case in which a colleague has saved the record of danger. */
async function begun(): Promise<AtWork> {
  const one = await AtWork.begin();
  await one.colleague("danger", asked);
  await load(one);
  return one;
}

async function load({ desk, session, of }: AtWork): Promise<void> {
  expect(await loadWork(desk, session, of)).toBe(true);
}

function draftOf({ desk, of }: AtWork): RecordDraft<"danger"> | undefined {
  return desk.state.recordDrafts.get(of)?.danger;
}

function type(one: AtWork, content: Danger): void {
  draftRecord(one.desk, one.of, "danger", content);
}

function save(one: AtWork, content: Danger): Promise<void> {
  return saveRecord(one.desk, one.session, one.of, "danger", content);
}

/** Puts the draft together with what is saved, with both texts where both changed the same. */
function putTogether(one: AtWork): void {
  const { desk, session, of, work } = one;
  const both = together(work.opened, draftOf(one) ?? null, "danger");
  if (both === null) throw new Error("there is nothing to put together");
  takeTogether(
    desk,
    session,
    of,
    "danger",
    both,
    both.conflicts.map(() => "both"),
  );
}

test("what is written while a record is on its way stays a draft over what was saved", async () => {
  const one = await begun();
  const first = { ...asked, action: "Asked. She is safe." };
  const more = { ...first, passed_to: "The duty inspector" };
  one.meanwhile = () => type(one, more);
  await save(one, first);
  expect(await one.kept("danger")).toEqual([asked, first]);
  expect(draftOf(one)).toEqual({ base: 2, before: first, content: more });
  one.meanwhile = () => undefined;
  await save(one, more);
  expect((await one.kept("danger")).at(-1)).toEqual(more);
  expect(draftOf(one)).toBeUndefined();
  expect(one.work).toMatchObject({ saving: null, merging: null, saveTrouble: null });
});

test("whoever is overtaken signs nothing by putting both together: that is a draft over the later one", async () => {
  const one = await begun();
  const mine = { ...asked, action: "Asked by me.", crime: "yes" };
  const theirs = { ...asked, action: "Asked by them.", passed_to: "CID" };
  type(one, mine);
  await one.colleague("danger", theirs);
  await save(one, mine);
  expect(one.work).toMatchObject({ merging: "danger", saving: null });
  expect(await one.kept("danger")).toEqual([asked, theirs]);
  putTogether(one);
  const merged = { ...theirs, crime: "yes", action: "Asked by them.\n\nAsked by me." };
  expect(one.work.merging).toBeNull();
  expect(await one.kept("danger")).toEqual([asked, theirs]);
  // What they changed is kept beside it, for as long as it is not saved.
  expect(draftOf(one)).toMatchObject({ base: 2, before: theirs, content: merged });
  expect(draftOf(one)?.over).toMatchObject({ before: asked, yielded: [] });
  await save(one, merged);
  expect(await one.kept("danger")).toEqual([asked, theirs, merged]);
  expect(draftOf(one)).toBeUndefined();
});

test("keys that were pressed while the save was under way are in what is put together", async () => {
  const one = await begun();
  const mine = { ...asked, action: "Asked by me." };
  const more = { ...mine, action: "Asked by me, twice.", on: "2026-11-24" };
  const theirs = { ...asked, passed_to: "CID" };
  type(one, mine);
  one.meanwhile = async () => {
    await one.colleague("danger", theirs);
    type(one, more);
  };
  await save(one, mine);
  expect(one.work.merging).toBe("danger");
  putTogether(one);
  expect(draftOf(one)?.content).toEqual({ ...more, passed_to: "CID" });
  // The last keys are told as the record goes from the page, after all of that.
  const again = await begun();
  type(again, mine);
  again.meanwhile = () => again.colleague("danger", theirs);
  await save(again, mine);
  type(again, more);
  putTogether(again);
  expect(draftOf(again)?.content).toEqual({ ...more, passed_to: "CID" });
});

test("back at the text, saving it asks again, and undoes nothing of what a colleague saved", async () => {
  const one = await begun();
  const mine = { ...asked, crime: "yes" };
  const theirs = { ...asked, action: "", passed_to: "CID" };
  type(one, mine);
  await one.colleague("danger", theirs);
  for (const text of [mine, { ...mine, on: "2026-11-24" }]) {
    await save(one, text);
    expect(one.work.merging).toBe("danger");
    expect(draftOf(one)).toEqual({ base: 1, before: asked, content: text });
    Object.assign(one.desk.state.open ?? {}, { work: { ...one.work, merging: null } });
  }
  expect(await one.kept("danger")).toEqual([asked, theirs]);
  putTogether(one);
  const merged = { ...theirs, crime: "yes", on: "2026-11-24" };
  await save(one, draftOf(one)?.content ?? nothing);
  expect(await one.kept("danger")).toEqual([asked, theirs, merged]);
});

test("a revision whose answer was lost is nobody else's", async () => {
  const one = await begun();
  const mine = { ...asked, crime: "yes" };
  const more = { ...mine, on: "2026-11-24" };
  one.loses = true;
  one.meanwhile = () => type(one, more);
  await save(one, mine);
  expect(one.work).toMatchObject({ merging: null, saveTrouble: null });
  expect(one.work.done).toContain(words.work.saved.split(" ")[0]);
  expect(await one.kept("danger")).toEqual([asked, mine]);
  expect(draftOf(one)).toEqual({ base: 2, before: mine, content: more });
});

test("the first to fill in what was blank in a signed entry is not undone by the second", async () => {
  const { referral } = scenario();
  const [tested, ...others] = referral.tests;
  if (tested === undefined) throw new Error("the scenario has tests");
  const before = { tests: [{ ...tested, grounds: "", returned_on: "" }, ...others] };
  const filled = (grounds: string, returned_on = ""): ContentOf<"referral"> => ({
    tests: [{ ...tested, grounds, returned_on }, ...others],
  });
  const one = await AtWork.begin();
  const { desk, session, of } = one;
  await one.colleague("referral", before);
  await load(one);
  const mine = filled("Mine.", "2026-12-02");
  draftRecord(desk, of, "referral", mine);
  await one.colleague("referral", filled("Theirs."));
  await saveRecord(desk, session, of, "referral", mine);
  const draft = (): RecordDraft<"referral"> | null =>
    desk.state.recordDrafts.get(of)?.referral ?? null;
  const both = together(one.work.opened, draft(), "referral");
  expect(both?.conflicts).toEqual([]);
  expect(both?.merged).toEqual(filled("Theirs.", "2026-12-02"));
  expect(both?.yielded).toMatchObject([{ mine: "Mine.", theirs: "Theirs." }]);
  if (both === null) throw new Error("there is something");
  takeTogether(desk, session, of, "referral", both, []);
  expect(draft()?.over?.yielded).toMatchObject([{ mine: "Mine." }]);
  await saveRecord(desk, session, of, "referral", draft()?.content ?? before);
  expect((await one.kept("referral")).at(-1)).toEqual(filled("Theirs.", "2026-12-02"));
});

test("an entry that was signed is not altered by a desk: it says so, and keeps what was typed", async () => {
  const { severity } = scenario();
  const one = await AtWork.begin();
  const { desk, session, of } = one;
  await one.colleague("severity", severity);
  await load(one);
  const [assessed, ...others] = severity.assessments;
  if (assessed === undefined) throw new Error("the scenario has assessments");
  for (const assessments of [[{ ...assessed, level: "none" }, ...others], others]) {
    await saveRecord(desk, session, of, "severity", { assessments });
    expect(one.work).toMatchObject({ saving: null, saveTrouble: { code: "record_altered" } });
    expect(desk.state.recordDrafts.get(of)?.severity?.content).toEqual({ assessments });
  }
  expect(one.asked).not.toContain("keep");
  const added = { assessments: [...severity.assessments, { ...assessed, id: "5e000009" }] };
  await saveRecord(desk, session, of, "severity", added);
  expect((await one.kept("severity")).at(-1)).toEqual(added);
});

test("the last keys of a case that was left go on with its draft, and bring nothing back", async () => {
  const one = await begun();
  const other = "cd".repeat(32) as typeof one.of;
  type(one, { ...asked, action: "A" });
  Object.assign(one.desk.state.open ?? {}, { case: other });
  type(one, { ...asked, action: "As" });
  expect(draftOf(one)).toEqual({ base: 1, before: asked, content: { ...asked, action: "As" } });
  expect([...one.desk.state.recordDrafts.keys()]).toEqual([one.of]);
  Object.assign(one.desk.state, { recordDrafts: new Map() });
  type(one, { ...asked, action: "Ask" });
  expect([...one.desk.state.recordDrafts.keys()]).toEqual([]);
});
