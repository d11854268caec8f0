// Revisions that do not open, and entries that somebody dropped: what readers see, and how the record goes on.
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { scenario } from "../../../web/desk/record/sample.js";
import type { Directory } from "../../../web/protocol/index.js";
import { faultsOf } from "../support/axe.js";
import { launch } from "../support/chromium.js";
import { directoryOf, file, type Filed } from "../support/client.js";
import { openMine, signIn } from "../support/desk.js";
import { atWork, declareFree, keepRecord, type AtWork } from "../support/member.js";
import { openRecord, saveRecord, showPart, write } from "../support/record.js";
import { startService, type Service } from "../support/service.js";
import { openTab, type Tab } from "../support/tab.js";

const { danger, severity, concerns } = scenario();
const DROPPED = "This changed or took out an entry that may only be added to.";

let service: Service;
let browser: Browser;
let directory: Directory;
let filed: Filed;
/** A colleague whose client writes what an honest desk would not. */
let colleague: AtWork;

beforeAll(async () => {
  [service, browser] = await Promise.all([startService(), launch()]);
  directory = await directoryOf(service);
  filed = await file(service, { what_happened: "He reads our messages aloud." });
  for (const label of ["Handler-1", "Handler-2"]) {
    colleague = await atWork(service, service.member(label));
    await declareFree(colleague, directory, filed.case);
  }
});
afterAll(async () => {
  await browser.close();
  await service.end();
});

async function reading(): Promise<Tab> {
  const tab = await openTab(browser, service);
  await signIn(tab.page, service, service.member("Handler-1"));
  await openMine(tab.page, filed.reference);
  return tab;
}

function warnings(page: Page, within = ".rec-head"): Promise<string[]> {
  return page.locator(`${within} .strip-warning`).allInnerTexts();
}

test("where the latest revision does not open, the one before is shown, and the record goes on from it", async () => {
  const text = "Rung at home on the same evening.";
  const told = { ...danger, action: text };
  await keepRecord(colleague, directory, filed.case, "danger", told);
  await keepRecord(colleague, directory, filed.case, "danger", danger, false);
  await keepRecord(colleague, directory, filed.case, "danger", danger, false);
  const tab = await reading();
  const { page } = tab;
  await openRecord(page, "danger");
  await page.locator(".rec", { hasText: text }).waitFor();
  const sentences = (await warnings(page)).join("\n");
  expect(sentences).toContain("Revision 3 does not open. What stands here is revision 1");
  // Nobody signs what nobody can read.
  const sign = page.locator(".sign-off");
  await sign.getByText("so nobody here can say what it is that would be signed").waitFor();
  expect(await sign.getByRole("button", { name: /^Sign off/ }).count()).toBe(0);
  expect(await faultsOf(page)).toEqual([]);

  await page.getByRole("button", { name: /^Edit/ }).first().click();
  await write(page, "rec-danger", { passed_to: "The night duty officer" });
  await saveRecord(page);
  await page.locator(".rec-revisions", { hasText: "Revision 4" }).waitFor();
  const shown = await page.locator(".rec").innerText();
  for (const one of [text, "The night duty officer"]) expect(shown).toContain(one);
  expect(await warnings(page)).toEqual([]);
  expect(tab.troubles).toEqual([]);
  await tab.context.close();
});

test("where none opens it is said before the record is begun again", async () => {
  await keepRecord(colleague, directory, filed.case, "concerns", concerns, false);
  const tab = await reading();
  const { page } = tab;
  await showPart(page, "Record");
  await page.locator(".rec-records button", { hasText: "Raising concerns" }).click();
  await page.getByRole("button", { name: "Begin this record" }).waitFor();
  expect((await warnings(page)).join("\n")).toContain("No revision of this record opens");
  expect(await page.locator(".rec-section").count()).toBe(0);
  await openRecord(page, "concerns");
  await write(page, "rec-concerns", { detail: "She was told to keep quiet." });
  await saveRecord(page);
  await page.locator(".rec-revisions", { hasText: "Revision 2" }).waitFor();
  expect(await page.locator(".rec").innerText()).toContain("She was told to keep quiet.");
  expect(await warnings(page)).toEqual([]);
  await tab.context.close();
});

test("an assessment that was dropped is warned of beside the record, at its sign-off and on the print", async () => {
  await keepRecord(colleague, directory, filed.case, "severity", severity);
  await keepRecord(colleague, directory, filed.case, "severity", severity, false);
  const tab = await reading();
  const { page } = tab;
  await openRecord(page, "severity");
  await page.getByText("Revision 2 does not open").first().waitFor();
  expect((await warnings(page)).join("\n")).not.toContain(DROPPED);
  const { assessments } = severity;
  const cut = { assessments: assessments.slice(1) };
  await keepRecord(colleague, directory, filed.case, "severity", cut);
  const again = await reading();
  await openRecord(again.page, "severity");
  await again.page.locator(".rec-revisions", { hasText: "Revision 3" }).waitFor();
  for (const place of [".rec-head", ".sign-off"]) {
    expect((await warnings(again.page, place)).join("\n"), place).toContain(DROPPED);
  }
  expect(await faultsOf(again.page)).toEqual([]);
  await again.page.getByRole("button", { name: "Print", exact: true }).click();
  const print = again.page.locator(".rec-print");
  await print.waitFor();
  expect(await print.locator(".rec-print-warning").allInnerTexts()).toEqual([DROPPED]);
  for (const each of [tab, again]) await each.context.close();
});
