import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { faultsOf } from "../support/axe.js";
import { launch } from "../support/chromium.js";
import { file } from "../support/client.js";
import { enter, newReport, signIn } from "../support/desk.js";
import { startService, type Service } from "../support/service.js";
import { keepPicture } from "../support/shots.js";
import { NARROW, openTab, overflows } from "../support/tab.js";

let service: Service;
let browser: Browser;

beforeAll(async () => {
  [service, browser] = await Promise.all([startService(), launch()]);
});
afterAll(async () => {
  await browser.close();
  await service.end();
});

/** Declares a conflict with a report, as somebody whom it names. */
async function declareConflict(page: Page, reference: string): Promise<void> {
  await newReport(page, reference).getByRole("button", { name: "I have a conflict" }).click();
  await page.getByLabel("It is about my unit or its leadership").check();
  await page.getByRole("button", { name: "Declare a conflict" }).click();
  await newReport(page, reference).waitFor({ state: "detached" });
}

test("when the last handler has a conflict, they and those who can help are told", async () => {
  const filed = await file(service, { what_happened: "It happened in the yard." });
  const calm = `You declared a conflict with ${filed.reference}. It has gone from your desk.`;
  for (const [place, label] of ["Handler-1", "Handler-2", "Handler-3"].entries()) {
    const { page } = await openTab(browser, service);
    await signIn(page, service, service.member(label));
    await declareConflict(page, filed.reference);
    const notice = page.locator(".strip", { hasText: filed.reference });
    await notice.waitFor();
    const text = (await notice.textContent()) ?? "";
    if (place < 2) expect(text).toContain(calm);
    else expect(text).toContain("nobody is left who can work on it");
    await page.context().close();
  }

  for (const label of ["Lead-1", "Administrator-1"]) {
    const { page } = await openTab(browser, service);
    await page.goto(service.desk);
    await enter(page, service.member(label));
    const strip = page.locator(".strip", { hasText: "Nobody is left to work on a report" });
    await strip.waitFor();
    expect(await strip.textContent()).toContain(filed.reference);
    expect(await strip.textContent()).toContain("rightline recovery open");
    expect(await faultsOf(page)).toEqual([]);
    if (label === "Lead-1") await keepPicture(page, "stranded");
    await page.setViewportSize(NARROW);
    expect(await overflows(page)).toBe(false);
    await page.context().close();
  }
});
