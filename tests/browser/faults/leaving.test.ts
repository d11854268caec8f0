// Leaving by accident warns; "Exit this page" never asks and leaves nothing behind.
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { launch } from "../support/chromium.js";
import {
  comeBack,
  confirmWords,
  openReport,
  readyToSend,
  sendReport,
  shownWords,
} from "../support/reporter.js";
import { startService, type Service } from "../support/service.js";
import { AWAY, NOTHING_KEPT, keptBy, openTab } from "../support/tab.js";

const CANARY = "Typed before leaving";

let service: Service;
let browser: Browser;

beforeAll(async () => {
  [service, browser] = await Promise.all([startService(), launch()]);
});
afterAll(async () => {
  await browser.close();
  await service.end();
});

/** Counts the questions that a page asks about leaving, and answers "stay". */
function questions(page: Page): { count: number } {
  const asked = { count: 0 };
  page.on("dialog", (dialog) => {
    asked.count++;
    void dialog.dismiss();
  });
  return asked;
}

async function tryToLeave(page: Page): Promise<void> {
  await page.goto(`${service.origin}/privacy`).catch(() => null);
}

test("leaving warns while something typed would be lost, and not before or after", async () => {
  const tab = await openTab(browser, service);
  const { page } = tab;
  const asked = questions(page);
  await openReport(page, service);
  await page.click("#task-what");
  await tryToLeave(page);
  expect(asked.count, "nothing was typed yet").toBe(0);

  await readyToSend(page, service, CANARY);
  await tryToLeave(page);
  expect(asked.count, "with a report that is not sent").toBe(1);
  expect(page.url()).toBe(service.report);
  await page.getByText(CANARY).waitFor();

  await page.click("#send");
  const words = await shownWords(page);
  await tryToLeave(page);
  expect(asked.count, "with words that are not written down").toBe(2);
  expect(await shownWords(page)).toEqual(words);
  await confirmWords(page, words);
  await page.waitForSelector("#received");
  await tryToLeave(page);
  expect(asked.count, "when all is done").toBe(2);
  await page.waitForURL(/privacy$/);

  await comeBack(page, service, words.join(" "));
  await page.fill("#body", CANARY);
  await tryToLeave(page);
  expect(asked.count, "with a message that is not sent").toBe(3);
  await page.fill("#body", "");
  await page.click("#change-words");
  await shownWords(page);
  await tryToLeave(page);
  expect(asked.count, "with new words that are not in force").toBe(4);
  await tab.context.close();
});

test("Exit this page is on every page of a reporter, takes its place in the history and clears it", async () => {
  for (const address of [
    "/",
    "/before-you-start",
    "/report",
    "/return",
    "/report/without-javascript",
    "/return/without-javascript",
    "/privacy",
    "/accessibility",
    "/lost-words",
    "/there-is-no-such-page",
  ]) {
    const tab = await openTab(browser, service);
    const { page } = tab;
    const asked = questions(page);
    await page.goto(service.origin + address);
    await page.click("#exit-this-page");
    await page.waitForURL(AWAY);
    expect(await page.evaluate(() => history.length), address).toBeLessThanOrEqual(2);
    await page.goBack();
    expect(page.url(), address).toBe("about:blank");
    expect(asked.count, address).toBe(0);
    await tab.context.close();
  }
});

test("Exit never asks, whatever was typed, and the back button does not bring it back", async () => {
  const tab = await openTab(browser, service);
  const { page } = tab;
  const asked = questions(page);
  await readyToSend(page, service, CANARY);
  await page.click("#exit-this-page");
  await page.waitForURL(AWAY);
  expect(asked.count).toBe(0);
  expect(await keptBy(tab)).toEqual(NOTHING_KEPT);
  await page.goBack();
  expect(page.url()).toBe("about:blank");
  // Not even for whoever types the address again.
  await openReport(page, service);
  expect(await page.content()).not.toContain(CANARY);
  await tab.context.close();
});

test("Exit clears what is on the page at once, before the next one is there", async () => {
  const tab = await openTab(browser, service);
  const { page } = tab;
  const left = new Promise<string>((done) => {
    page.on("console", (message) => {
      if (message.text().startsWith("left: ")) done(message.text().slice("left: ".length));
    });
  });
  await tab.context.addInitScript(() => {
    document.addEventListener("rightline-exit", () => {
      // What stands there when the script that leaves has done its work.
      queueMicrotask(() => {
        const { body, title } = document;
        console.log(`left: ${JSON.stringify([title, body.childElementCount, body.textContent])}`);
      });
    });
  });
  await sendReport(page, service, CANARY);
  await shownWords(page);
  let go = (): void => undefined;
  const gate = new Promise<void>((done) => (go = done));
  await page.route(AWAY, async (route) => {
    await gate;
    return route.fulfill({ contentType: "text/html", body: "Weather" });
  });
  await page.click("#exit-this-page", { noWaitAfter: true });
  expect(JSON.parse(await left)).toEqual(["", 0, ""]);
  go();
  await page.waitForURL(AWAY);
  await tab.context.close();
});

test("three presses of Shift or Escape leave too, and a capital letter does not", async () => {
  for (const key of ["Shift", "Escape"]) {
    const tab = await openTab(browser, service);
    const { page } = tab;
    const asked = questions(page);
    await openReport(page, service);
    await page.click("#task-what");
    await page.click("#what_happened");
    await page.keyboard.type("ABC");
    await page.keyboard.press(key);
    await page.keyboard.press(key);
    await page.locator("#exit-status", { hasText: "Press once more to exit." }).waitFor({
      state: "attached",
    });
    expect(page.url()).toBe(service.report);
    await page.keyboard.press(key);
    await page.waitForURL(AWAY);
    expect(asked.count).toBe(0);
    await tab.context.close();
  }
});

test("without scripts Exit is a plain link that leads away", async () => {
  const tab = await openTab(browser, service, { javaScriptEnabled: false });
  await tab.page.goto(`${service.origin}/report/without-javascript`);
  await tab.page.fill("#what_happened", CANARY);
  await tab.page.click("#exit-this-page");
  await tab.page.waitForURL(AWAY);
  await tab.context.close();
});

test("Exit works while its own script is blocked, and drops what the page holds", async () => {
  const tab = await openTab(browser, service);
  const { page } = tab;
  const asked = questions(page);
  await tab.context.route("**/assets/exit.js", (route) => route.abort());
  await readyToSend(page, service, CANARY);
  await page.click("#exit-this-page");
  await page.waitForURL(AWAY);
  expect(asked.count).toBe(0);
  await tab.context.close();
});
