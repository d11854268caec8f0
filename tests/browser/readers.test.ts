// Who reads a report: the independent route, and what is left when readers are left out.
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { readContainer } from "../../web/protocol/index.js";
import { launch } from "./support/chromium.js";
import { newReport, openNew, signIn } from "./support/desk.js";
import { openReport, readyToSend, sayWhat, sentReference, shownWords } from "./support/reporter.js";
import { startService, type Service } from "./support/service.js";
import { keepPicture } from "./support/shots.js";
import { openTab } from "./support/tab.js";
import { changeJson, problem, withRecovery, type WireDirectory } from "./support/tamper.js";

let service: Service;
let browser: Browser;

beforeAll(async () => {
  [service, browser] = await Promise.all([startService(), launch()]);
});
afterAll(async () => {
  await browser.close();
  await service.end();
});

/** Which of these members find a report among the new ones. */
async function reachedBy(reference: string, labels: readonly string[]): Promise<string[]> {
  const reached: string[] = [];
  for (const label of labels) {
    const tab = await openTab(browser, service);
    await signIn(tab.page, service, service.member(label));
    if ((await newReport(tab.page, reference).count()) > 0) reached.push(label);
    expect(tab.troubles).toEqual([]);
    await tab.context.close();
  }
  return reached;
}

test("a report about somebody near the readers goes to the independent route", async () => {
  const tab = await openTab(browser, service);
  const { page } = tab;
  await openReport(page, service);
  await sayWhat(page, "The detective inspector of the bureau deletes reports.");
  await page.click("#task-subjects");
  await page.click("#add-subjects");
  await page.fill("#subjects-0-description", "A detective inspector in the bureau");
  await page.click("#subjects-0-reads_reports");
  await page.click("#continue");
  await page.locator("#independent-proposed", { hasText: "Independent route" }).waitFor();
  await page.click("#choose-independent");
  await page.waitForSelector("#independent-chosen");
  await page.click("#continue");
  await page.click("#task-check");
  expect(await page.locator("#readers-list li").allTextContents()).toEqual([
    "Handler-4, Independent route for reports about professional standards",
    "Handler-5, Independent route for reports about professional standards",
  ]);
  await page.click("#send");
  await shownWords(page);
  const reference = sentReference(tab.sent);
  expect(await reachedBy(reference, ["Handler-1", "Handler-4"])).toEqual(["Handler-4"]);

  const desk = await openTab(browser, service);
  await signIn(desk.page, service, service.member("Handler-5"));
  const listed = newReport(desk.page, reference);
  await listed.locator(".tag", { hasText: "may work where reports are read" }).waitFor();
  // Whoever reads it is told too: it may be they.
  await listed.locator(".strip-text", { hasText: "A subject may work" }).waitFor();
  await openNew(desk.page, reference);
  await desk.page.locator(".account", { hasText: "deletes reports" }).waitFor();
  await desk.context.close();
  await tab.context.close();
});

test("one reader who is left has to be accepted before anything is sent", async () => {
  const tab = await openTab(browser, service);
  const { page } = tab;
  await readyToSend(page, service, "Only one may read this.");
  await page.click("#change-readers");
  await page.getByLabel("DPS Intelligence Bureau", { exact: true }).check();
  await page.click("#continue");
  expect(await page.locator("#readers-list li").allTextContents()).toEqual([
    "Handler-3, DPS Intelligence Bureau",
  ]);
  await page.waitForSelector("#few-readers");
  await page.click("#send");
  await page.locator("#error-summary a").click();
  await expect.poll(() => page.evaluate(() => document.activeElement?.id)).toBe("few-accepted");
  expect(tab.sent.filter((one) => one.method === "PUT")).toEqual([]);
  await page.check("#few-accepted");
  await page.click("#send");
  await shownWords(page);
  const reference = sentReference(tab.sent);
  expect(await reachedBy(reference, ["Handler-1", "Handler-2", "Handler-3"])).toEqual([
    "Handler-3",
  ]);
  await tab.context.close();
});

test("with nobody left there is nothing to send, and the independent route is offered", async () => {
  const tab = await openTab(browser, service);
  const { page } = tab;
  await readyToSend(page, service, "Nobody of the bureau may read this.");
  await page.click("#change-readers");
  for (const label of ["Handler-1", "Handler-2", "Handler-3"]) {
    await page.getByLabel(new RegExp(`^${label},`)).check();
  }
  await page.click("#continue");
  await page.getByText("nobody is left to read your report").waitFor();
  expect(await page.locator("#send").count()).toBe(0);
  await page.click("#few-independent");
  expect(await page.locator("#readers-list li").count()).toBe(2);
  await page.click("#send");
  await shownWords(page);
  expect(await reachedBy(sentReference(tab.sent), ["Handler-4"])).toEqual(["Handler-4"]);
  await tab.context.close();
});

test("a recovery that two leads voted for is shown among the readers, and sealed to", async () => {
  const { wire, service: id, recovery } = await withRecovery(service);
  const tab = await openTab(browser, service);
  const { page } = tab;
  await changeJson<WireDirectory>(page, /\/api\/1\/directory$/, () => wire);
  await page.route(/\/api\/1\/cases\//, (route) => problem(route, 503, "unavailable"));
  await readyToSend(page, service, "Those who hold the shares can read this, together.");
  expect(await page.locator("#readers-list li").allTextContents()).toEqual([
    "Handler-1, DPS Intelligence Bureau",
    "Handler-2, DPS Intelligence Bureau",
    "Handler-3, DPS Intelligence Bureau",
    "Offline recovery: 2 of 3 share holders together",
  ]);
  await keepPicture(page, "check-recovery", page.locator("#readers"));
  await Promise.all([page.waitForRequest((one) => one.method() === "PUT"), page.click("#send")]);
  const put = tab.sent.find((one) => one.method === "PUT");
  const { statement } = readContainer(id, put?.body ?? new Uint8Array());
  expect(statement.grantees).toHaveLength(4);
  expect(statement.grantees.at(-1)?.member).toBe(recovery);
  await tab.context.close();
});
