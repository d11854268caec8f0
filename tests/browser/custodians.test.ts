// Where nobody keeps names: being known in confidence is not offered.
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { launch } from "./support/chromium.js";
import { publishWithoutCustodians } from "./support/member.js";
import { openReport } from "./support/reporter.js";
import { startService, type Service } from "./support/service.js";
import { openTab, type Tab } from "./support/tab.js";

let service: Service;
let browser: Browser;
/** The form without scripts, opened while somebody still kept names. */
let plain: Tab;

beforeAll(async () => {
  [service, browser] = await Promise.all([startService(), launch()]);
  plain = await openTab(browser, service, { javaScriptEnabled: false });
  await plain.page.goto(service.without_javascript);
  await plain.page.check("#mode-confidential");
});
afterAll(async () => {
  await browser.close();
  await service.end();
});

test("a page that is open when the last custodian goes does not offer confidence", async () => {
  const tab = await openTab(browser, service);
  const { page } = tab;
  await page.route(
    /\/api\/1\/directory$/,
    async (route) => {
      await publishWithoutCustodians(service);
      await route.continue();
    },
    { times: 1 },
  );
  await openReport(page, service);
  await page.click("#task-known");
  await page.getByText("Being known in confidence is not offered here").waitFor();
  const offered = await page
    .locator("input[type=radio]")
    .evaluateAll((all) => all.map((one) => one.id));
  expect(offered).toEqual(["mode", "mode-named"]);
  expect(await page.getByLabel(/confidence/).count()).toBe(0);
  expect(tab.troubles).toEqual([]);
  await tab.context.close();
});

test("from then on neither route asks how to be known, since neither is open", async () => {
  const tab = await openTab(browser, service, { javaScriptEnabled: false });
  const { page } = tab;
  for (const address of [service.report, service.without_javascript]) {
    await page.goto(address);
    await page.getByRole("heading", { level: 1, name: "This service is not open yet" }).waitFor();
    expect(await page.locator("input, textarea").count()).toBe(0);
  }
  await tab.context.close();
});

test("the form without scripts that was open before comes back without that choice", async () => {
  const { page, context } = plain;
  await page.fill("#what_happened", "Asked for in confidence.");
  await page.fill("#identity-name", "A. N. Other");
  await page.click("#check");
  await page.waitForSelector("#error-summary");
  await page.getByText("Being known in confidence is not offered here").waitFor();
  expect(await page.locator("#mode-confidential, #identity-name").count()).toBe(0);
  expect(await page.locator("#send").count()).toBe(0);
  // What was typed stays, to be sent in another way.
  expect(await page.inputValue("#what_happened")).toBe("Asked for in confidence.");
  await context.close();
});
