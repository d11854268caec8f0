import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { launch } from "./support/chromium.js";
import { press, reach } from "./support/keys.js";
import { askedPlaces, sentReference, shownWords } from "./support/reporter.js";
import { startService, type Service } from "./support/service.js";
import { openTab } from "./support/tab.js";

let service: Service;
let browser: Browser;
let reference = "";
let words: string[] = [];

beforeAll(async () => {
  [service, browser] = await Promise.all([startService(), launch()]);
});
afterAll(async () => {
  await browser.close();
  await service.end();
});

test("what happened alone is reported by keyboard alone", async () => {
  const tab = await openTab(browser, service);
  const { page } = tab;
  await page.goto(service.origin);
  await press(page, "#start");
  await page.waitForURL(/before-you-start$/);
  await press(page, "#start-report");
  await page.waitForSelector("#task-what");
  await press(page, "#task-what");
  await page.waitForSelector("#what_happened");
  await expect.poll(() => page.evaluate(() => document.activeElement?.tagName)).toBe("H1");
  await press(page, "#continue");
  // The summary takes the focus, and its link leads to the field.
  await page.waitForSelector("#error-summary");
  await expect.poll(() => page.evaluate(() => document.activeElement?.id)).toBe("error-summary");
  await page.keyboard.press("Tab");
  await page.keyboard.press("Enter");
  await expect.poll(() => page.evaluate(() => document.activeElement?.id)).toBe("what_happened");
  await page.keyboard.type("He took the keys. I saw it.");
  await press(page, "#continue");
  await page.waitForSelector("#task-check");
  await press(page, "#task-check");
  await page.waitForSelector("#send");
  expect(await page.locator("#readers-list li").count()).toBe(3);
  await press(page, "#send");
  words = await shownWords(page);
  await press(page, "#written-down");
  for (const place of await askedPlaces(page)) {
    await reach(page, `#word-${String(place)}`);
    await page.keyboard.type(words[place - 1] ?? "");
  }
  await press(page, "#ask-check");
  await page.waitForSelector("#received");
  reference = sentReference(tab.sent);
  expect(tab.troubles).toEqual([]);
  await tab.context.close();
});

test("a handler signs in, opens, acknowledges and signs out by keyboard alone", async () => {
  const tab = await openTab(browser, service);
  const { page } = tab;
  const { label, passphrase } = service.member("Handler-1");
  await page.goto(service.desk);
  await page.getByLabel("Label", { exact: true }).waitFor();
  await page.waitForFunction(() => document.activeElement?.getAttribute("name") === "label");
  await page.keyboard.type(label);
  await reach(page, "input[name=passphrase]");
  await page.keyboard.type(passphrase);
  await page.keyboard.press("Enter");
  await page.locator(".new-report", { hasText: reference }).waitFor();
  await page.keyboard.press("j");
  await page.keyboard.press("Enter");
  await page.locator("h1.reference", { hasText: reference }).waitFor();
  await page.waitForSelector(".account");
  await page.keyboard.press("r");
  await page.waitForFunction(() => document.activeElement?.id === "reply-text");
  await page.keyboard.type("I have read it. Which keys?");
  await page.keyboard.press("Control+Enter");
  await page.locator(".message", { hasText: "Which keys?" }).waitFor();

  await page.keyboard.press("Escape");
  await page.keyboard.press("Escape");
  await page.waitForSelector(".case-none");
  await page.keyboard.press("/");
  await page.waitForFunction(() => document.activeElement?.id === "search");
  await page.keyboard.type("nothing like it");
  await page.getByText("No case fits.").waitFor();
  await page.keyboard.press("Escape");
  await page.locator(".row", { hasText: reference }).waitFor();
  await page.keyboard.press("Escape");
  await page.keyboard.press("j");
  await page.keyboard.press("Enter");
  await page.locator("h1.reference", { hasText: reference }).waitFor();
  await page.waitForSelector("#tab-report");
  await reach(page, "#tab-report, #tab-conversation");
  await page.keyboard.press("End");
  await page.getByRole("table", { name: "Who can read this case" }).waitFor();
  await page.keyboard.press("?");
  await page.getByRole("dialog", { name: "Keyboard shortcuts" }).waitFor();
  await page.keyboard.press("Escape");
  await page.getByRole("dialog").waitFor({ state: "detached" });
  await press(page, "button:text-is('Sign out')");
  await page.getByText("You are signed out.").waitFor();
  expect(tab.troubles).toEqual([]);
  await tab.context.close();
});

test("the reporter returns, reads the answer and answers back by keyboard alone", async () => {
  const tab = await openTab(browser, service);
  const { page } = tab;
  await page.goto(service.return);
  await page.waitForSelector("#open");
  await reach(page, "#token");
  await page.keyboard.type(words.join(" "));
  await press(page, "#open");
  await page.waitForSelector("#stage");
  expect(await page.textContent("#messages")).toContain("Which keys?");
  await reach(page, "#body");
  await page.keyboard.type("Those of the store.");
  await press(page, "#reply");
  await page.locator("#notice", { hasText: "Your message was received." }).waitFor();
  await expect
    .poll(() => page.evaluate(() => document.activeElement?.getAttribute("role")))
    .toBe("alert");
  await press(page, "#close");
  await page.waitForSelector("#open");
  expect(tab.troubles).toEqual([]);
  await tab.context.close();
});
