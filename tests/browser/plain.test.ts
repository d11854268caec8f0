import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { launch } from "./support/chromium.js";
import { answers, openNew, reply, signIn } from "./support/desk.js";
import { startService, type Service } from "./support/service.js";
import { NOTHING_KEPT, keptBy, openTab } from "./support/tab.js";

let service: Service;
let browser: Browser;

beforeAll(async () => {
  [service, browser] = await Promise.all([startService(), launch()]);
});
afterAll(async () => {
  await browser.close();
  await service.end();
});

async function words(page: Page): Promise<string[]> {
  await page.waitForSelector("#token .rl-words__text");
  return page.locator(".rl-words__text").allTextContents();
}

test("without scripts a report is filed, answered, read and answered back", async () => {
  const tab = await openTab(browser, service, { javaScriptEnabled: false });
  const { page } = tab;
  await page.goto(service.report);
  await page.click("#plain-route");
  expect(await page.textContent("main")).toContain("weaker");
  await page.fill("#subjects-0-name", "Sgt Plain");
  await page.click("#add-subject");
  expect(await page.inputValue("#subjects-0-name")).toBe("Sgt Plain");
  await page.fill("#subjects-1-description", "A tall man");
  await page.click("#check");
  await page.locator("#error-summary", { hasText: "Tell us what happened" }).waitFor();
  expect(await page.inputValue("#subjects-1-description")).toBe("A tall man");

  await page.fill("#what_happened", "Told <b>without</b> scripts.\nSecond line.");
  await page.check("#mode-confidential");
  await page.fill("#identity-name", "P. Plain");
  await page.getByLabel(/^Handler-3,/).check();
  await page.click("#check");
  const check = (await page.textContent("main")) ?? "";
  for (const text of ["Told <b>without</b> scripts.", "Sgt Plain", "A tall man", "P. Plain"]) {
    expect(check).toContain(text);
  }
  expect(check).toContain("Handler-1, DPS Intelligence Bureau");
  const readers = check.split("Who will be able to read it").at(-1);
  expect(readers).toContain("Handler-2, DPS Intelligence Bureau");
  expect(readers).not.toContain("Handler-3");

  // The same form again is the same report: the form's seed makes the words.
  const form = await page.content();
  await page.click("#send");
  const first = await words(page);
  expect(first).toHaveLength(12);
  const again = await page.reload();
  expect(again?.request().method()).toBe("POST");
  expect(await words(page)).toEqual(first);
  expect(form).not.toContain(first.slice(0, 2).join(" "));

  const desk = await openTab(browser, service);
  await signIn(desk.page, service, service.member("Handler-1"));
  expect(await desk.page.locator(".new-report").count()).toBe(1);
  const reference = (await desk.page.locator(".new-report .reference").textContent()) ?? "";
  await openNew(desk.page, reference);
  expect(await desk.page.locator(".account").textContent()).toBe(
    "Told <b>without</b> scripts.\nSecond line.",
  );
  expect(await answers(desk.page)).toMatchObject({
    Name: ["Sgt Plain"],
    Description: ["A tall man"],
    "Came by": ["The page without scripts"],
    Readers: ["Handler-3"],
  });
  await reply(desk.page, "Where was <i>this</i>?");

  await page.goto(service.return);
  await page.click("#plain-route");
  await page.fill("#token", "abandon zzzz");
  await page.click("#open");
  await page.waitForSelector("#error-summary");
  expect(await page.inputValue("#token")).toBe("");
  await page.fill("#token", first.map((word) => word.slice(0, 4).toUpperCase()).join(", "));
  await page.click("#open");
  expect(await page.textContent("#messages")).toContain("Where was <i>this</i>?");
  expect(await page.locator("#messages i").count()).toBe(0);
  await page.fill("#body", "At the station.");
  await page.click("#reply");
  expect(await page.locator("#messages > li").count()).toBe(2);
  expect(await page.textContent("#messages")).not.toContain("At the station.");
  // The same post again is no second message.
  await page.reload();
  expect(await page.locator("#messages > li").count()).toBe(2);

  await desk.page.getByRole("button", { name: "Sign out" }).click();
  await signIn(desk.page, service, service.member("Handler-1"));
  await desk.page.getByRole("button", { name: /^My cases/ }).click();
  await desk.page.locator(".row", { hasText: reference }).click();
  await desk.page.locator(".message", { hasText: "At the station." }).waitFor();
  expect(await desk.page.locator(".message", { hasText: "At the station." }).count()).toBe(1);
  expect(
    await desk.page.locator(".strip-warning:not(.desk > .strips .strip-warning)").allTextContents(),
  ).toEqual([]);

  await page.click("#delete");
  await page.click("#delete-confirmed");
  expect(await page.textContent("#messages")).not.toContain("Where was");
  await page.click("#change-words");
  const fresh = await words(page);
  expect(fresh).not.toEqual(first);
  await page.click("#change-confirmed");
  expect(await words(page)).toEqual(fresh);
  await page.goto(`${service.origin}/return/without-javascript`);
  await page.fill("#token", first.join(" "));
  await page.click("#open");
  await page.locator("#error-summary", { hasText: "These words open nothing here." }).waitFor();
  await page.fill("#token", fresh.join(" "));
  await page.click("#open");
  await page.waitForSelector("#body");
  expect(await tab.context.cookies()).toEqual([]);
  expect(desk.troubles).toEqual([]);
  await desk.context.close();
  await tab.context.close();
});

test("where the network swallows the scripts the plain pages still do their work", async () => {
  const tab = await openTab(browser, service);
  const { page } = tab;
  await tab.context.route(/\/assets\/.*\.js$/, (route) => route.abort());
  await page.goto(service.report);
  await page.click("#plain-route");
  await page.fill("#what_happened", "The network swallows scripts.");
  await page.click("#check");
  await page.click("#send");
  const given = await words(page);
  await page.goto(service.return);
  await page.click("#plain-route");
  await page.fill("#token", given.join(" "));
  await page.click("#open");
  await page.waitForSelector("#body");
  expect(await keptBy(tab)).toEqual(NOTHING_KEPT);
  await tab.context.close();
});
