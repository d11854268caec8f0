// Chronology, notes and tasks: for the readers of a case, whatever team they are of, and for nobody else.
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { WorkCalls } from "../../../web/desk/work/calls.js";
import { base64 } from "../../../web/protocol/index.js";
import { faultsOf } from "../support/axe.js";
import { launch } from "../support/chromium.js";
import { file, type Filed } from "../support/client.js";
import { letInOther, openNew, reply, signIn } from "../support/desk.js";
import { atWork } from "../support/member.js";
import { addEntry, openRecord, saveRecord, write } from "../support/record.js";
import { comeBack } from "../support/reporter.js";
import { startService, type Service } from "../support/service.js";
import { carrying, openTab, type Tab } from "../support/tab.js";

const EVENT = "The rota of July was changed by hand.";
const NOTE = "The reporter sounds afraid; ring before ten only.";
const LATE = "Ask for the rota";
const EARLY = "Speak to the support lead";
const SAID = "We have read it.";

let service: Service;
let browser: Browser;
let filed: Filed;

beforeAll(async () => {
  [service, browser] = await Promise.all([startService(), launch()]);
  filed = await file(service, { what_happened: "He changes the rota to punish us." });
});
afterAll(async () => {
  await browser.close();
  await service.end();
});

/** A desk at which somebody has opened the case for the first time. */
async function reading(label: string): Promise<Tab> {
  const tab = await openTab(browser, service);
  await signIn(tab.page, service, service.member(label));
  await openNew(tab.page, filed.reference);
  return tab;
}

/** What is marked as worth a look above the notes. */
function marked(page: Page): Promise<string[]> {
  return page.locator(".to-look-at li button").allTextContents();
}

test("every reader sees them and what is overdue, and the reporter gets nothing of them", async () => {
  const handler = await reading("Handler-1");
  const { page } = handler;
  await openRecord(page, "notes");
  await addEntry(page, "notes", "chronology", { on: "2026-07-02", what: EVENT });
  await addEntry(page, "notes", "notes", { text: NOTE });
  const late = await addEntry(page, "notes", "tasks", {
    what: LATE,
    owner: "Handler-2",
    due: "2026-01-05",
  });
  await addEntry(page, "notes", "tasks", { what: EARLY, owner: "Handler-1", due: "2099-01-05" });
  await page.locator(`[id^=${late}]`, { hasText: "Its day is past." }).waitFor();
  await saveRecord(page);
  expect(await marked(page)).toEqual([expect.stringContaining(`${LATE}: Its day is past.`)]);
  await reply(page, SAID);
  await letInOther(page, "Investigator-1");

  // Somebody of another team who was let in, and a colleague.
  for (const label of ["Investigator-1", "Handler-2"]) {
    const reader = await reading(label);
    await openRecord(reader.page, "notes");
    const shown = await reader.page.locator(".rec").innerText();
    for (const text of [EVENT, NOTE, LATE, EARLY]) expect(shown, label).toContain(text);
    expect(shown, label).toMatch(/2 Jul 2026\s+The rota/);
    expect(shown, label).toMatch(/ring before ten only\.\s+Handler-1/);
    expect(shown, label).toMatch(/Ask for the rota\s+Handler-2\s+5 Jan 2026/);
    expect(await marked(reader.page), label).toEqual([
      expect.stringContaining(`${LATE}: Its day is past.`),
    ]);
    expect(await faultsOf(reader.page)).toEqual([]);
    if (label === "Handler-2") {
      // The mark is the way to the task; once it is done there is none.
      await reader.page.locator(".to-look-at li button").click();
      await reader.page.waitForFunction(
        (id) => document.activeElement?.id === id,
        `${late}-done_on`,
      );
      await write(reader.page, late, { done_on: "2026-01-06" });
      await saveRecord(reader.page);
      expect(await marked(reader.page)).toEqual([]);
    }
    expect(carrying(reader.sent, EVENT)).toEqual([]);
    expect(reader.troubles).toEqual([]);
    await reader.context.close();
  }
  for (const text of [EVENT, NOTE, LATE]) expect(carrying(handler.sent, text)).toEqual([]);

  const reporter = await openTab(browser, service);
  const answers: Promise<string>[] = [];
  reporter.page.on("response", (answer) => {
    if (answer.url().includes("/api/1/mailbox")) answers.push(answer.text());
  });
  await comeBack(reporter.page, service, filed.words.join(" "));
  await reporter.page.getByText(SAID).waitFor();
  const seen = await reporter.page.content();
  for (const text of [EVENT, NOTE, LATE, EARLY]) expect(seen).not.toContain(text);
  const served = (await Promise.all(answers)).join("\n");
  const { api } = await atWork(service, service.member("Handler-1"));
  const [message] = (await api.deskCase(filed.case)).messages;
  expect(served).toContain(base64(message?.stub ?? new Uint8Array()));
  const work = new WorkCalls(api);
  const { revisions } = await work.revisions(filed.case, "notes", 0);
  expect(revisions).toHaveLength(2);
  for (const { stub, file: sealed } of revisions) {
    expect(served).not.toContain(base64(stub));
    expect(served).not.toContain(base64(sealed));
  }
  for (const tab of [handler, reporter]) {
    expect(tab.troubles).toEqual([]);
    await tab.context.close();
  }
});
