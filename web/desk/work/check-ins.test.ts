import { expect, test } from "vitest";
import type { Day } from "../../protocol";
import { formBody } from "../../protocol/bodies";
import { openCase } from "../opening";
import { emptyContents } from "../record/content";
import type { Contents } from "../record/content";
import { withNote, withReprisal } from "../record/proposal";
import { sampleCasework, sampleMembers } from "../record/sample";
import { SERVICE, SampleCase, TODAY, handlers, readerOf, sampleHistory } from "../sample";
import { fill, words } from "../words";
import { fullDay } from "../days";
import { noReprisalText, unanswered, worseDays } from "./check-ins";

const [first] = handlers;
const day = "2026-12-24" as Day;
const said = `${fill(words.forms.reprisal, { day: fullDay(day) })} Worse shifts.`;
const answer = (how: "worse" | "same"): string =>
  formBody("check_in_answer", { answer: how, what: [], detail: "" });

async function days(change: (sample: SampleCase) => Promise<void>): Promise<Day[]> {
  const sample = await SampleCase.file({ grantees: [first.member] });
  await change(sample);
  return worseDays(await openCase(SERVICE, sample.served, readerOf(first), sampleHistory));
}

function withSummary(summary: string, category = "reprisal", additional = ""): Contents {
  const { content } = withReprisal(emptyContents().triage, summary, sampleCasework);
  const allegations = content.allegations.map((one) => ({ ...one, category, additional }));
  return { ...emptyContents(), triage: { ...content, allegations } };
}

function withText(text: string): Contents {
  const writing = { me: sampleMembers.authority, today: day };
  const { content, id } = withNote(emptyContents().notes, noReprisalText(day), writing);
  const notes = content.notes.map((one) => (one.id === id ? { ...one, text } : one));
  return { ...emptyContents(), notes: { ...content, notes } };
}

test("the days on which the reporter is treated worse are those of their check-ins, once each", async () => {
  expect(await days((sample) => sample.ask(answer("same"), "check_in_answer"))).toEqual([]);
  expect(await days((sample) => sample.ask(answer("worse")))).toEqual([]);
  const twice = async (sample: SampleCase): Promise<void> => {
    await sample.ask(answer("worse"), "check_in_answer");
    await sample.ask(answer("worse"), "check_in_answer");
    await sample.ask("It goes on.");
  };
  expect(await days(twice)).toEqual([TODAY]);
});

test("an allegation of reprisal that names the day answers for it, however it goes on", () => {
  expect(unanswered([day], emptyContents())).toEqual([day]);
  expect(unanswered([day], withSummary(said))).toEqual([]);
  expect(unanswered([day], withSummary(`${said} And no acting up.`))).toEqual([]);
  expect(unanswered([day], withSummary("Worse shifts."))).toEqual([day]);
  expect(unanswered([day], withSummary(said, "bullying"))).toEqual([day]);
  expect(unanswered([day], withSummary(said, "bullying", "reprisal"))).toEqual([]);
  const later = "2027-01-24" as Day;
  expect(unanswered([day, later], withSummary(said))).toEqual([later]);
});

test("so does a note that says why there is none, once it says it", () => {
  const begins = noReprisalText(day);
  expect(unanswered([day], withText(`${begins} `))).toEqual([day]);
  expect(unanswered([day], withText(`${begins} the rota changed for all of them.`))).toEqual([]);
  expect(unanswered([day], withText("The rota changed for all of them."))).toEqual([day]);
});
