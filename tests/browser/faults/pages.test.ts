// Pages in trouble: not found, no database, not the page that was asked for.
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { launch } from "../support/chromium.js";
import { startService, type Service } from "../support/service.js";
import { openTab } from "../support/tab.js";

let service: Service;
let browser: Browser;

beforeAll(async () => {
  [service, browser] = await Promise.all([startService(), launch()]);
});
afterAll(async () => {
  await browser.close();
  await service.end();
});

test("an address that is nothing says so, shows nothing of it, and leads on", async () => {
  const tab = await openTab(browser, service);
  const answer = await tab.page.goto(`${service.origin}/a-secret/<b>zebra</b>?with=canary`);
  expect(answer?.status()).toBe(404);
  expect(await tab.page.textContent("body")).not.toMatch(/secret|zebra|canary/);
  await tab.page.locator("#exit-this-page").waitFor();
  expect(await tab.page.locator("main a").count()).toBeGreaterThan(0);
  await tab.context.close();
});

test("lost words are explained without asking for anything", async () => {
  const tab = await openTab(browser, service);
  await tab.page.goto(service.return);
  await tab.page.getByRole("main").getByRole("link", { name: "I have lost my words" }).click();
  await tab.page.waitForURL(/lost-words$/);
  expect(await tab.page.locator("main input, main textarea").count()).toBe(0);
  await tab.context.close();
});

test("every page speaks of nothing but itself to the browser and to others", async () => {
  const tab = await openTab(browser, service);
  for (const address of ["/", "/before-you-start", "/report", "/return", "/desk"]) {
    await tab.page.goto(service.origin + address);
    await tab.page.waitForLoadState("networkidle");
  }
  expect(tab.sent.filter((one) => !one.url.startsWith(service.origin))).toEqual([]);
  expect(tab.sent.filter((one) => one.headers.includes('"referer"'))).toEqual([]);
  expect(await tab.context.cookies()).toEqual([]);
  expect(tab.troubles).toEqual([]);
  await tab.context.close();
});

test("pages stay readable while the scripted directory cannot be fetched", async () => {
  const tab = await openTab(browser, service);
  await tab.context.route("**/api/**", (route) => route.abort());
  for (const address of ["/", "/before-you-start", "/privacy", "/lost-words"]) {
    const answer = await tab.page.goto(service.origin + address);
    expect(answer?.status()).toBe(200);
  }
  await tab.context.close();
});

test("all reporters' pages fetch the same documents, whatever they will choose", async () => {
  const fetched: string[][] = [];
  for (const address of [service.report, service.report]) {
    const tab = await openTab(browser, service);
    await tab.page.goto(address);
    await tab.page.waitForSelector("#task-what");
    if (fetched.length > 0) {
      await tab.page.click("#task-readers");
      await tab.page.click("#route-independent");
      await tab.page.click("#continue");
    }
    fetched.push(
      tab.sent
        .map((one) => one.url)
        .filter((url) => url.includes("/api/"))
        .sort(),
    );
    await tab.context.close();
  }
  expect(fetched[0]).toHaveLength(4);
  expect(fetched[1]).toEqual(fetched[0]);
});
