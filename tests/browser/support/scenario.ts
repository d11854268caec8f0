/** The report that one case is followed from to its end, as its reporter tells it on the page. */
import type { Locator, Page } from "playwright-core";
import { expect } from "vitest";
import { reference } from "../../../web/protocol/index.js";
import type { CaseId } from "../../../web/protocol/index.js";
import { confirmWords, openReport, putCases, shownWords } from "./reporter.js";
import type { Service } from "./service.js";
import { keepPicture } from "./shots.js";
import { NARROW, WIDE, type Tab } from "./tab.js";

/** What she tells, by what it is about. */
export const SAID = {
  what:
    "My sergeant makes remarks about my body in front of the team and in our group chat. When I asked her to stop " +
    "she said that I am too soft for the job. I told the inspector in September, who lives with her, and nothing " +
    "was done.",
  when: "Since June, most shifts",
  where: "Parade room, and the team's group chat",
  unit: "Central West BCU",
  sergeant: "Kay Dorset",
  inspector: "Ruth Keane",
  partner: "She is the sergeant's partner, and had my complaint of September for five weeks.",
  constables: [
    { who: "Tom Birch", why: "He was there in July and looked away", reason: "" },
    {
      who: "Priya Nair",
      why: "She is in the chat",
      reason: "The last one who spoke up was called a grass",
    },
  ],
  evidence: "Screenshots",
  deleted: "They delete the messages every week, and say so",
  told: "The inspector",
  outcome: "Nothing, after five weeks",
  support: "Somebody outside of my team",
  standards: "Central West PSU",
  unlisted: "The property office",
  friends: "Whoever plays five-a-side with the inspector",
} as const;

/** What the force calls the standards unit that she means. */
export const STANDARDS_TEAM = "Central West BCU professional standards unit";

/** Her answers, each topic on its page. */
const topics: readonly (readonly [string, (page: Page) => Promise<void>])[] = [
  ["what", (page) => page.fill("#what_happened", SAID.what)],
  [
    "kind",
    async (page) => {
      await page.getByLabel("Sexual harassment", { exact: true }).check();
      await page.getByLabel("Bullying", { exact: true }).check();
    },
  ],
  [
    "when",
    async (page) => {
      await page.fill("#when", SAID.when);
      await page.fill("#where", SAID.where);
      await page.check("#pattern-continuing");
      for (const one of ["on_duty", "online", "private_messages", "described_as_banter"]) {
        await page.check(`#circumstances-${one}`);
      }
    },
  ],
  [
    "subjects",
    async (page) => {
      await subject(page, 0, { name: SAID.sergeant, rank: "sergeant", relation: "supervisor" });
      await page.click("#continue");
      await subject(page, 1, { name: SAID.inspector, rank: "inspector", relation: "line_manager" });
      await page.fill("#subjects-1-description", SAID.partner);
      await page.click("#continue");
    },
  ],
  [
    "others",
    async (page) => {
      for (const [place, { who, why, reason }] of SAID.constables.entries()) {
        await page.click("#add-others");
        await page.fill(`#others-${place}-who`, who);
        await page.selectOption(`#others-${place}-rank`, "constable");
        await page.fill(`#others-${place}-unit`, SAID.unit);
        await page.fill(`#others-${place}-why`, why);
        await page.fill(`#others-${place}-reason`, reason);
        await page.click("#continue");
      }
    },
  ],
  ["basis", (page) => page.check("#basis")],
  [
    "evidence",
    async (page) => {
      await page.fill("#evidence-what", SAID.evidence);
      await page.check("#evidence-at_risk");
      await page.fill("#evidence-how", SAID.deleted);
    },
  ],
  [
    "told",
    async (page) => {
      await page.fill("#told-whom", SAID.told);
      await page.fill("#told-outcome", SAID.outcome);
    },
  ],
  ["danger", (page) => page.check("#danger-now-no")],
  [
    "about_you",
    async (page) => {
      await page.selectOption("#reporter-kind", "officer");
      await page.selectOption("#reporter-rank", "constable");
      await page.fill("#reporter-unit", SAID.unit);
      await page.check("#reporter-probationer");
      await page.check("#reporter-role");
    },
  ],
  [
    "support",
    async (page) => {
      await page.check("#support-wanted");
      await page.fill("#support-detail", SAID.support);
      await page.check("#informed");
    },
  ],
  [
    "readers",
    async (page) => {
      await page.getByLabel(SAID.unit, { exact: true }).check();
      await page.fill("#other_units", `${SAID.standards}\n${SAID.unlisted}`);
      await page.fill("#exclude-other", SAID.friends);
      const from = page.getByText("Leave out everybody from these units");
      await inBothWidths(page, "casework-report-readers", from);
      await page.getByText("Choose from the other units of the force").click();
      await page.getByLabel(STANDARDS_TEAM, { exact: true }).waitFor();
      // What readers belong to is asked for once.
      expect(await page.getByLabel(SAID.unit, { exact: true }).count()).toBe(1);
      const list = page.getByText("Leave out everybody from these other units");
      await inBothWidths(page, "casework-report-units", list);
    },
  ],
];

async function subject(
  page: Page,
  place: number,
  { name, rank, relation }: { name: string; rank: string; relation: string },
): Promise<void> {
  await page.click("#add-subjects");
  const of = (field: string): string => `#subjects-${place}-${field}`;
  await page.fill(of("name"), name);
  await page.selectOption(of("kind"), "officer");
  await page.selectOption(of("rank"), rank);
  await page.fill(of("unit"), SAID.unit);
  await page.selectOption(of("relation"), relation);
  await page.check(of("senior"));
  await page.check(of("probationer-no"));
}

/** What she has when it is sent. */
export interface Reported {
  readonly case: CaseId;
  readonly reference: string;
  readonly words: readonly string[];
}

/** Tells all of it on the report page, checks and sends it, and confirms the words. */
export async function reportScenario(tab: Tab, service: Service): Promise<Reported> {
  const { page } = tab;
  await openReport(page, service);
  for (const [topic, answer] of topics) {
    await page.click(`#task-${topic}`);
    await answer(page);
    await page.click("#continue");
    await page.waitForSelector(`#task-${topic}`);
  }
  await page.click("#task-check");
  await page.waitForSelector("#send");
  const shown = (await page.locator("main").textContent()) ?? "";
  for (const text of [SAID.what, SAID.partner, SAID.constables[1].reason, SAID.deleted]) {
    expect(shown).toContain(text);
  }
  expect(shown).toContain(SAID.standards);
  // Whoever of intake is of her command is left out.
  const readers = await page.locator("#readers-list li").allTextContents();
  expect(readers.map((one) => one.split(",")[0]?.trim())).toEqual(["Handler-1", "Handler-2"]);
  await page.click("#send");
  const words = await shownWords(page);
  await confirmWords(page, words);
  await page.waitForSelector("#received");
  const sent = putCases(tab.sent)[0];
  if (sent === undefined) throw new Error("no report was sent");
  return { case: sent, reference: reference(sent), words };
}

/** Keeps a picture at either width, of the top of the page or of what begins at an element; with `tall`, of so much
 * that on a phone the newest letter is in it. */
export async function inBothWidths(
  page: Page,
  name: string,
  from?: Locator,
  tall = NARROW.height,
): Promise<void> {
  for (const size of [{ ...NARROW, height: tall }, WIDE]) {
    await page.setViewportSize(size);
    await keepPicture(page, name, from);
  }
}
