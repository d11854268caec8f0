// What leaves the page with the words: on paper, and in the clipboard.
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { launch } from "./support/chromium.js";
import { sendReport, shownWords } from "./support/reporter.js";
import { startService, type Service } from "./support/service.js";
import { openTab } from "./support/tab.js";

let service: Service;
let browser: Browser;

beforeAll(async () => {
  [service, browser] = await Promise.all([startService(), launch()]);
});
afterAll(async () => {
  await browser.close();
  await service.end();
});

/** What stands on the paper when the page is printed. */
async function printed(
  page: Page,
): Promise<{ text: string[]; fonts: string[]; grounds: string[] }> {
  await page.emulateMedia({ media: "print" });
  const found = await page.evaluate(() => {
    const styleOf = (one: Element | null): CSSStyleDeclaration =>
      getComputedStyle(one ?? document.body);
    const set = [".rl-words__word", ".rl-slip"].map((one) => document.querySelector(one));
    return {
      text: document.body.innerText.split(/\s+/).filter((one) => one !== ""),
      fonts: set.map((one) => styleOf(one).fontFamily),
      grounds: [document.documentElement, document.body].map((one) => styleOf(one).backgroundColor),
    };
  });
  await page.emulateMedia({ media: null });
  return found;
}

/** The slip: the words and the address in one face, and no ground under them. */
function slip(words: readonly string[]): Awaited<ReturnType<typeof printed>> {
  const clear = "rgba(0, 0, 0, 0)";
  return {
    text: [...words, "Address:", service.return],
    fonts: ["sans-serif", "sans-serif"],
    grounds: [clear, clear],
  };
}

test("the printed words stand alone with an address", async () => {
  const tab = await openTab(browser, service);
  const { page } = tab;
  const words = await sendReport(page, service, "On paper nobody sees what this was.");
  expect(await printed(page)).toEqual(slip(words));
  // Browsers print the title of a page above it.
  const title = await page.title();
  await page.evaluate(() => dispatchEvent(new Event("beforeprint")));
  expect(await page.title()).toBe("\u200b");
  await page.evaluate(() => dispatchEvent(new Event("afterprint")));
  expect(await page.title()).toBe(title);
  expect(tab.troubles).toEqual([]);
  await tab.context.close();
});

test("so do those that are printed without scripts", async () => {
  const tab = await openTab(browser, service);
  const { page } = tab;
  await page.goto(service.without_javascript);
  await page.fill("#what_happened", "On paper nobody sees what this was either.");
  await page.click("#check");
  await page.click("#send");
  // The words may be there before the styles are.
  await page.waitForSelector("#token");
  await page.waitForLoadState("load");
  expect(await printed(page)).toEqual(slip(await shownWords(page)));
  await tab.context.close();
});

test("what is copied are the 12 words and nothing else", async () => {
  const permissions = ["clipboard-read", "clipboard-write"];
  const tab = await openTab(browser, service, { permissions });
  const { page } = tab;
  const words = await sendReport(page, service, "Copied.");
  await page.click("#copy");
  await page.locator("#copy-status", { hasText: "Copied." }).waitFor();
  expect(words).toHaveLength(12);
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(words.join(" "));
  expect(tab.troubles).toEqual([]);
  await tab.context.close();
});

test("without scripts the page leads on to a trial of the words", async () => {
  const tab = await openTab(browser, service, { javaScriptEnabled: false });
  const { page } = tab;
  await page.goto(service.without_javascript);
  await page.fill("#what_happened", "The words are tried at once.");
  await page.click("#check");
  await page.click("#send");
  const words = await shownWords(page);
  const [trial] = await Promise.all([tab.context.waitForEvent("page"), page.click("#try-words")]);
  await trial.fill("#token", words.join(" "));
  await trial.click("#open");
  await trial.waitForSelector("#body");
  // The words are still there to be compared.
  expect(await shownWords(page)).toEqual(words);
  await tab.context.close();
});
