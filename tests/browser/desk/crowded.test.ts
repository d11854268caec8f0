// A Failing to Report of half a megabyte and 40 people, sealed and signed, at the desk of who works on it.
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { crowded } from "../../../web/desk/record/sample.js";
import { faultsOf } from "../support/axe.js";
import { launch } from "../support/chromium.js";
import { directoryOf, file, type Filed } from "../support/client.js";
import { letInOther, openMine, openNew, signIn } from "../support/desk.js";
import { atWork, declareFree, keepRecord } from "../support/member.js";
import { addEntry, editEntry, openRecord, saveRecord, showPart } from "../support/record.js";
import { startService, type Service } from "../support/service.js";
import { openTab, type Tab } from "../support/tab.js";

declare global {
  interface Window {
    /** How often as much as a whole record was written out as one text. */
    whole: number;
  }
}

const TYPED = "Nobody asked them before; nobody asked the others either. ";
const { failing, triage } = crowded();

let service: Service;
let browser: Browser;
let filed: Filed;
let tab: Tab;

beforeAll(async () => {
  [service, browser] = await Promise.all([startService(), launch()]);
});
beforeEach(async () => {
  filed = await file(service, { what_happened: "Forty people knew." });
  const handler = await atWork(service, service.member("Handler-1"));
  const directory = await directoryOf(service);
  await declareFree(handler, directory, filed.case);
  await keepRecord(handler, directory, filed.case, "triage", triage);
  await keepRecord(handler, directory, filed.case, "failing", failing);
  tab = await openCounting();
  await signIn(tab.page, service, service.member("Handler-1"));
  await openMine(tab.page, filed.reference);
  await openRecord(tab.page, "failing");
});
afterAll(async () => {
  await browser.close();
  await service.end();
});

/** A tab that counts how often as much as the whole record is written out as one text: it is when its rules are
 * looked through. */
async function openCounting(): Promise<Tab> {
  const opened = await openTab(browser, service);
  await opened.page.addInitScript(() => {
    window.whole = 0;
    JSON.stringify = new Proxy(JSON.stringify, {
      apply(write, on, args) {
        const text: unknown = Reflect.apply(write, on, args);
        if (typeof text === "string" && text.length > 400_000) window.whole++;
        return text;
      },
    });
  });
  return opened;
}

/** How often the whole record was written out since it was counted last. */
function counted(page: Page): Promise<number> {
  return page.evaluate(() => {
    const { whole } = window;
    window.whole = 0;
    return whole;
  });
}

test("it is written in, added to, saved, compared and printed", async () => {
  const { page } = tab;
  expect(JSON.stringify(failing).length).toBeGreaterThan(500_000);
  expect(await page.locator("li.rec-entry").count()).toBe(40);
  const twentieth = await editEntry(page, "failing", "entries", 20);
  const field = page.locator(`#${twentieth}-learning`);
  await field.focus();
  await page.keyboard.type(TYPED);
  expect(await field.inputValue()).toBe(TYPED);
  const added = await addEntry(page, "failing", "entries", {
    who: "Sam Field",
    rank: "Constable",
    unit: "Central West BCU",
  });
  expect(await page.locator(`#${added}-who`).inputValue()).toBe("Sam Field");
  await saveRecord(page);
  expect(await page.locator("li.rec-entry").count()).toBe(41);
  await page.getByText("Revision 2").waitFor();

  await page.getByRole("button", { name: "Earlier revisions" }).click();
  const compared = page.locator(".rec-comparison");
  await compared.getByText(TYPED.trim()).waitFor();
  await compared.getByText("Sam Field").first().waitFor();
  // What is as it was is not in it.
  expect((await compared.innerText()).length).toBeLessThan(5_000);
  expect(await faultsOf(page)).toEqual([]);
  await compared.getByRole("button", { name: "Back to the record" }).click();

  await page.getByRole("button", { name: "Print", exact: true }).click();
  const print = page.locator(".rec-print");
  await print.waitFor();
  const printed = await print.innerText();
  for (const { who, reasons_detail: detail } of failing.entries) {
    expect(printed).toContain(who);
    expect(printed).toContain(detail.trim());
  }
  expect(printed.split("What was seen, by whom it was told").length).toBeGreaterThan(40 * 100);
  for (const text of [TYPED.trim(), "Sam Field"]) expect(printed).toContain(text);
  await page.getByRole("button", { name: "Back to the case" }).click();

  // All of it was kept, for whoever opens it next.
  await page.reload();
  await signIn(page, service, service.member("Handler-1"));
  await openMine(page, filed.reference);
  await openRecord(page, "failing");
  const again = await editEntry(page, "failing", "entries", 20);
  expect(again).toBe(twentieth);
  expect(await page.locator(`#${again}-learning`).inputValue()).toBe(TYPED);
  const last = page.locator(`#${await editEntry(page, "failing", "entries", 41)}-who`);
  expect(await last.inputValue()).toBe("Sam Field");
  expect(tab.troubles).toEqual([]);
  await tab.context.close();
});

test("a key looks through all of it at the most once, and not at all beside it", async () => {
  const { page } = tab;
  await page.locator(`#${await editEntry(page, "failing", "entries", 20)}-learning`).focus();
  await counted(page);
  await page.keyboard.press("a");
  await page.locator(".rec-records strong", { hasText: "Not saved" }).waitFor();
  await page.getByText("Save your changes first.").waitFor();
  // Whatever else would be drawn by it is drawn in this time.
  await page.waitForTimeout(500);
  expect(await counted(page)).toBe(1);
  await saveRecord(page);

  // Who decides may sign it, with words.
  await letInOther(page, "Authority-1");
  const decides = await openCounting();
  await signIn(decides.page, service, service.member("Authority-1"));
  await openNew(decides.page, filed.reference);
  await page.reload();
  await signIn(page, service, service.member("Handler-1"));
  await openMine(page, filed.reference);
  await showPart(page, "Triage");
  await page.getByLabel("authority", { exact: true }).check();
  await page.getByLabel("Who", { exact: true }).selectOption({ label: "Authority-1" });
  await page.getByRole("button", { name: "Assign", exact: true }).click();
  await page.locator(".triage-list strong", { hasText: "Authority-1" }).waitFor();
  await decides.page.reload();
  await signIn(decides.page, service, service.member("Authority-1"));
  await openMine(decides.page, filed.reference);
  await openRecord(decides.page, "failing");
  const note = decides.page.locator("#sign-failing-note");
  await note.focus();
  await counted(decides.page);
  await decides.page.keyboard.type(TYPED);
  expect(await note.inputValue()).toBe(TYPED);
  expect(await counted(decides.page)).toBe(0);
  for (const one of [tab, decides]) await one.context.close();
});
