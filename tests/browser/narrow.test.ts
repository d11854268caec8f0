import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { launch } from "./support/chromium.js";
import { openMine, openNew, reply, showTab, signIn, newReport } from "./support/desk.js";
import { answerEverything } from "./support/full.js";
import { comeBack, confirmWords, sentReference, shownWords } from "./support/reporter.js";
import { openRecord, showPart } from "./support/record.js";
import { startService, type Service } from "./support/service.js";
import { keepPicture } from "./support/shots.js";
import { NARROW, TABLET, openTab, overflows } from "./support/tab.js";

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

/** Nothing stands outside a window of 390 pixels, and what is pressed is large enough for a thumb. */
async function fits(page: Page): Promise<void> {
  expect(await overflows(page), `${page.url()} is wider than the window`).toBe(false);
  const small = await page.locator("button:visible, [role=button]:visible").evaluateAll((all) => {
    const scrolled = window.scrollY;
    const missed = all.flatMap((one) => {
      one.scrollIntoView({ block: "center" });
      const { left, top, width, height } = one.getBoundingClientRect();
      if (width <= 1) return [];
      // WCAG 2.5.8: 24 by 24 around the middle, what surrounds the text included.
      const hits = [-11, 11].map((off) =>
        document.elementFromPoint(left + width / 2, top + height / 2 + off),
      );
      const name = one.textContent || one.id;
      return hits
        .filter((hit) => !one.contains(hit))
        .map((hit) => `${name}: ${hit?.tagName ?? "nothing"} ${hit?.className ?? ""} is there`);
    });
    window.scrollTo(0, scrolled);
    return missed;
  });
  expect(small, "too small to press").toEqual([]);
}

test("a full report is made on a phone", async () => {
  const tab = await openTab(browser, service, { viewport: NARROW, hasTouch: true, isMobile: true });
  const { page } = tab;
  for (const address of ["/", "/before-you-start", "/privacy", "/accessibility", "/lost-words"]) {
    await page.goto(service.origin + address);
    await fits(page);
    if (address === "/") await keepPicture(page, "start");
  }
  await page.goto(service.report);
  await page.waitForSelector("#task-what");
  await fits(page);
  await answerEverything(page, () => fits(page));
  await keepPicture(page, "report");
  await page.click("#task-check");
  await page.waitForSelector("#send");
  await fits(page);
  await keepPicture(page, "check-answers", page.locator("h2", { hasText: /^Who reads it$/ }));
  await page.click("#send");
  words = await shownWords(page);
  await fits(page);
  await keepPicture(page, "words");
  await confirmWords(page, words);
  await page.waitForSelector("#received");
  await fits(page);
  reference = sentReference(tab.sent);
  expect(tab.troubles).toEqual([]);
  await tab.context.close();
});

test("the desk can be looked at on a phone", async () => {
  const tab = await openTab(browser, service, { viewport: NARROW, hasTouch: true, isMobile: true });
  const { page } = tab;
  await signIn(page, service, service.member("Handler-1"));
  await newReport(page, reference).waitFor();
  await fits(page);
  await keepPicture(page, "desk-inbox");
  await openNew(page, reference);
  await fits(page);
  await keepPicture(page, "desk-case");
  await reply(page, "Thank you. We have asked for the footage to be kept.");
  await fits(page);
  await showTab(page, "People");
  await fits(page);
  for (const part of ["Triage", "Procedure"]) {
    await showPart(page, part);
    await page.locator("main .section").first().waitFor();
    await fits(page);
  }
  for (const record of ["triage", "failing", "reporter", "notes"] as const) {
    await openRecord(page, record, true);
    await fits(page);
  }
  await page.getByRole("button", { name: "Details" }).click();
  await page.locator(".rail-shown").waitFor();
  await fits(page);
  expect(tab.troubles).toEqual([]);
  await tab.context.close();
});

test("the desk can be used on a tablet", async () => {
  const tab = await openTab(browser, service, { viewport: TABLET, hasTouch: true });
  const { page } = tab;
  await signIn(page, service, service.member("Handler-1"));
  expect(await overflows(page)).toBe(false);
  // What is typed can be read, and whose desk it is.
  expect((await page.locator("#search").boundingBox())?.width).toBeGreaterThan(200);
  const name = page.locator(".bar-name");
  expect(await name.evaluate((one) => one.scrollWidth - one.clientWidth)).toBe(0);
  await openMine(page, reference);
  expect(await overflows(page)).toBe(false);
  expect((await page.locator(".case-head").boundingBox())?.height).toBeLessThan(100);
  expect(tab.troubles).toEqual([]);
  await tab.context.close();
});

test("the reporter returns on a phone", async () => {
  const tab = await openTab(browser, service, { viewport: NARROW, hasTouch: true, isMobile: true });
  const { page } = tab;
  await comeBack(page, service, words.join(" "));
  await fits(page);
  await keepPicture(page, "return");
  await page.fill("#body", "Thank you.");
  await page.click("#reply");
  await page.locator("#notice", { hasText: "Your message was received." }).waitFor();
  await fits(page);
  expect(tab.troubles).toEqual([]);
  await tab.context.close();
});
