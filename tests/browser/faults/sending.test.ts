// Whatever becomes of an answer: the text stays, and one report is kept.
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { launch } from "../support/chromium.js";
import { newReport, signIn } from "../support/desk.js";
import {
  comeBack,
  confirmWords,
  putCases,
  readyToSend,
  sendReport,
  sentReference,
  shownWords,
} from "../support/reporter.js";
import { startService, type Service } from "../support/service.js";
import { flippedBase64, problem } from "../support/tamper.js";
import { openTab } from "../support/tab.js";

const PUT = "**/api/1/cases/*";

let service: Service;
let browser: Browser;

beforeAll(async () => {
  [service, browser] = await Promise.all([startService(), launch()]);
});
afterAll(async () => {
  await browser.close();
  await service.end();
});

test("a cut network, a full disk and an answer lost after the commit keep one report", async () => {
  const tab = await openTab(browser, service);
  const { page } = tab;
  await readyToSend(page, service, "Sent four times, kept once.");
  let tries = 0;
  await page.route(PUT, async (route) => {
    tries++;
    if (tries === 1) return route.abort();
    if (tries === 2) return problem(route, 503, "storage-full");
    if (tries === 3) return problem(route, 503, "unavailable");
    if (tries === 4) {
      await route.fetch();
      return route.abort();
    }
    return route.continue();
  });
  await page.click("#send");
  await page.locator("#not-sent", { hasText: "There is no connection." }).waitFor();
  await page.getByText("Your report is still on this page, locked.").waitFor();
  await page.click("#retry");
  await page.locator("#not-sent", { hasText: "no room for reports" }).waitFor();
  await page.getByText("Your report is still on this page, locked.").waitFor();
  await page.click("#retry");
  await page.locator("#not-sent", { hasText: "cannot take reports" }).waitFor();
  await page.click("#retry");
  await page.locator("#not-sent", { hasText: "There is no connection." }).waitFor();
  await page.click("#retry");
  const words = await shownWords(page);
  const puts = tab.sent.filter((one) => one.method === "PUT");
  expect(puts).toHaveLength(5);
  expect(new Set(puts.map((one) => one.body.toString("base64"))).size).toBe(1);
  expect(new Set(putCases(tab.sent)).size).toBe(1);

  const desk = await openTab(browser, service);
  await signIn(desk.page, service, service.member("Handler-1"));
  expect(await desk.page.locator(".new-report").count()).toBe(1);
  await newReport(desk.page, sentReference(tab.sent)).waitFor();
  await desk.context.close();

  await confirmWords(page, words);
  await page.waitForSelector("#received");
  await comeBack(page, service, words.join(" "));
  expect(tab.troubles).toEqual([]);
  await tab.context.close();
});

test("it is sent by itself as soon as there is a connection again", async () => {
  const tab = await openTab(browser, service);
  await readyToSend(tab.page, service, "Sent when the tunnel ends.");
  await tab.context.setOffline(true);
  await tab.page.click("#send");
  await tab.page.waitForSelector("#not-sent");
  await tab.context.setOffline(false);
  expect(await shownWords(tab.page)).toHaveLength(12);
  await tab.context.close();
});

test("it is sent again by itself after a while", async () => {
  const tab = await openTab(browser, service);
  await tab.page.clock.install();
  await readyToSend(tab.page, service, "Sent by patience.");
  let tries = 0;
  await tab.page.route(PUT, (route) => (++tries < 3 ? route.abort() : route.continue()));
  await tab.page.click("#send");
  await tab.page.waitForSelector("#not-sent");
  await tab.page.clock.runFor(6_000);
  await tab.page.locator("#next-try", { hasText: "We have tried 2 times." }).waitFor();
  await tab.page.clock.runFor(11_000);
  expect(await shownWords(tab.page)).toHaveLength(12);
  await tab.context.close();
});

test("a slow network shows what is going on, and no second press sends twice", async () => {
  const tab = await openTab(browser, service);
  const { page } = tab;
  await readyToSend(page, service, "Sent slowly.");
  let go = (): void => undefined;
  const gate = new Promise<void>((done) => (go = done));
  await page.route(PUT, async (route) => {
    await gate;
    return route.continue();
  });
  await page.locator("#send").dblclick();
  await page.locator("#sending", { hasText: "Sending your locked report" }).waitFor();
  expect(await page.locator("button:visible", { hasText: /send/i }).count()).toBe(0);
  go();
  expect(await shownWords(page)).toHaveLength(12);
  expect(putCases(tab.sent)).toHaveLength(1);
  await tab.context.close();
});

test("words are not shown for a receipt that is not the service's", async () => {
  for (const spoil of [
    (receipt: string) => flippedBase64(receipt, 60),
    (receipt: string) => flippedBase64(receipt, -4),
    () => "AQIDBA==",
  ]) {
    const tab = await openTab(browser, service);
    const { page } = tab;
    await readyToSend(page, service, "Received, but by whom?");
    await page.route(PUT, async (route) => {
      const answer = await route.fetch();
      const { receipt } = (await answer.json()) as { receipt: string };
      return route.fulfill({ response: answer, json: { receipt: spoil(receipt) } });
    });
    await page.click("#send");
    await page.waitForSelector("#stopped[data-why=receipt]");
    expect(await page.locator("#token").count()).toBe(0);
    expect(await page.locator("#back-to-check").count()).toBe(0);
    // The same bytes again, and this time nobody is in between.
    await page.unroute(PUT);
    await page.click("#retry");
    expect(await shownWords(page)).toHaveLength(12);
    expect(new Set(putCases(tab.sent)).size).toBe(1);
    await tab.context.close();
  }
});

test("a receipt for another report is not taken for this one's", async () => {
  const first = await openTab(browser, service);
  await sendReport(first.page, service, "The first of two.");
  const [earlier] = putCases(first.sent);
  const again = first.sent.find((one) => one.method === "PUT");
  const answer = await fetch(`${service.origin}/api/1/cases/${earlier ?? ""}`, {
    method: "PUT",
    headers: { "Content-Type": "application/octet-stream" },
    body: new Uint8Array(again?.body ?? []),
  });
  expect(answer.status).toBe(200);
  const receipt = await answer.text();
  await first.context.close();

  const tab = await openTab(browser, service);
  await readyToSend(tab.page, service, "The second of two.");
  await tab.page.route(PUT, (route) =>
    route.fulfill({ status: 201, contentType: "application/json", body: receipt }),
  );
  await tab.page.click("#send");
  await tab.page.waitForSelector("#stopped[data-why=receipt]");
  await tab.context.close();
});

test("a refusal keeps the text, says why, and the answers can be changed", async () => {
  const tab = await openTab(browser, service);
  const { page } = tab;
  await readyToSend(page, service, "Refused at first.");
  await page.route(PUT, (route) => problem(route, 422, "invalid", "C7"));
  await page.click("#send");
  await page.locator("#stopped[data-why=refused]", { hasText: "C7" }).waitFor();
  await page.click("#back-to-check");
  await page.getByText("Refused at first.").waitFor();
  await page.unroute(PUT);
  await page.click("#send");
  expect(await shownWords(page)).toHaveLength(12);
  await tab.context.close();
});

test("an intake that closes meanwhile keeps the text, and takes it when it opens again", async () => {
  const tab = await openTab(browser, service);
  const { page } = tab;
  await readyToSend(page, service, "Written while it closed.");
  expect(await service.stop()).toBe(0);
  await page.click("#send");
  await page.waitForSelector("#not-sent");
  await service.serve((settings) => settings.replace("[service]", "[service]\nopen = false"));
  await page.click("#retry");
  await page.waitForSelector("#stopped[data-why=closed]");

  const other = await openTab(browser, service);
  for (const address of ["/report", "/report/without-javascript"]) {
    await other.page.goto(service.origin + address);
    await other.page.getByRole("heading", { level: 1, name: /not being taken/ }).waitFor();
    expect(await other.page.locator("form, #app").count()).toBe(0);
    expect(await other.page.textContent("main")).toContain("IOPC");
  }
  await other.context.close();

  await service.stop();
  await service.serve((settings) => settings.replace("\nopen = false", ""));
  await page.click("#retry");
  expect(await shownWords(page)).toHaveLength(12);
  expect(tab.troubles).toEqual([]);
  await tab.context.close();
});
