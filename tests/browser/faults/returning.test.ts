// Coming back: what the page says about words, and about letters that were tampered with.
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { newToken, tokenWords } from "../../../web/protocol/index.js";
import { launch } from "../support/chromium.js";
import { openNew, reply, signIn } from "../support/desk.js";
import {
  comeBack,
  putCases,
  sendReport,
  sentReference,
  shownWords,
  confirmWords,
} from "../support/reporter.js";
import { startService, type Service } from "../support/service.js";
import { changeJson, flippedBase64, lead, problem, type WireDirectory } from "../support/tamper.js";
import { carrying, openTab, type Tab } from "../support/tab.js";

interface Opened {
  stage: string;
  receipt: string;
  statement: string;
  to_reporter: { stub: string; file: string | null }[];
}

const MAILBOX = /\/api\/1\/mailbox$/;
const LETTERS = ["The first letter.", "The second letter.", "The third letter."];

let service: Service;
let browser: Browser;
let words: string[] = [];
let otherWords: string[] = [];

beforeAll(async () => {
  [service, browser] = await Promise.all([startService(), launch()]);
  const tab = await openTab(browser, service);
  words = await sendReport(tab.page, service, "A report with three letters.");
  const reference = sentReference(tab.sent);
  const other = await openTab(browser, service);
  otherWords = await sendReport(other.page, service, "Another report with a letter.");
  const otherReference = sentReference(other.sent);
  const desk = await openTab(browser, service);
  await signIn(desk.page, service, service.member("Handler-1"));
  await openNew(desk.page, reference);
  for (const [at, text] of LETTERS.entries()) {
    await reply(desk.page, text);
    await desk.page.locator(".message").nth(at).waitFor();
  }
  await desk.page.getByRole("button", { name: /^New reports/ }).click();
  await openNew(desk.page, otherReference);
  await reply(desk.page, "A letter of the other report.");
  for (const one of [tab, other, desk]) await one.context.close();
});
afterAll(async () => {
  await browser.close();
  await service.end();
});

async function says(page: Page, typed: string): Promise<string> {
  await page.fill("#token", typed);
  await page.click("#open");
  await page.waitForSelector("#error-summary li");
  const said = await page.locator("#error-summary li").innerText();
  await page.fill("#token", "");
  return said;
}

test("a wrong word is named where list or checksum show it, without asking the service", async () => {
  const tab = await openTab(browser, service);
  const { page } = tab;
  await page.goto(service.return);
  await page.waitForSelector("#open");
  expect(await says(page, "")).toBe("Type your 12 words");
  expect(await says(page, words.slice(0, 11).join(" "))).toContain("You typed 11");
  expect(await says(page, words.with(4, "wrod").join(" "))).toContain(
    "Word 5 is not one of the words",
  );
  const swapped = tokenWords(newToken());
  let spoiled = swapped.toReversed();
  while (!(await says(page, spoiled.join(" "))).includes("do not belong together")) {
    // One in sixteen orders has a good checksum by chance.
    spoiled = [...spoiled.slice(1), spoiled[0] ?? ""];
  }
  expect(tab.sent.filter((one) => one.url.includes("mailbox")).length).toBeLessThanOrEqual(2);
  expect(carrying(tab.sent, words.slice(0, 2).join(" "))).toEqual([]);
  await tab.context.close();
});

test("unknown words get one neutral answer, and nothing of them is sent", async () => {
  const tab = await openTab(browser, service);
  const { page } = tab;
  await page.goto(service.return);
  const unknown = tokenWords(newToken());
  expect(await says(page, unknown.join(" "))).toContain("These words open nothing here.");
  expect(carrying(tab.sent, unknown.slice(0, 2).join(" "))).toEqual([]);
  expect(page.url()).toBe(service.return);
  await tab.context.close();
});

async function opened(change: (answer: Opened) => Opened, with_ = words): Promise<Tab> {
  const tab = await openTab(browser, service);
  await changeJson<Opened>(tab.page, MAILBOX, change);
  await comeBack(tab.page, service, with_.join(" "));
  return tab;
}

async function letters(page: Page): Promise<string[]> {
  return page.locator("#messages > li").allInnerTexts();
}

test("untampered letters carry no warning", async () => {
  const tab = await opened((answer) => answer);
  expect(await letters(tab.page)).toEqual(
    [...LETTERS].reverse().map((text): unknown => expect.stringContaining(text)),
  );
  expect(await tab.page.locator(".rl-warning").count()).toBe(0);
  await tab.context.close();
});

test("one damaged letter is warned of, and the others are read", async () => {
  const tab = await opened((answer) => ({
    ...answer,
    to_reporter: answer.to_reporter.map((one, at) =>
      at === 1 ? { ...one, file: flippedBase64(one.file ?? "", -40) } : one,
    ),
  }));
  const shown = await letters(tab.page);
  expect(shown[0]).toContain(LETTERS[2]);
  expect(shown[1]).toContain("Take care with this message");
  expect(shown[1]).not.toContain(LETTERS[1]);
  expect(shown[2]).toContain(LETTERS[0]);
  expect(await tab.page.locator(".rl-warning").count()).toBe(1);
  await tab.context.close();
});

test("a letter that was held back leaves a gap that is warned of", async () => {
  const tab = await opened((answer) => ({
    ...answer,
    to_reporter: answer.to_reporter.filter((_, at) => at !== 1),
  }));
  const shown = await letters(tab.page);
  expect(shown).toHaveLength(2);
  expect(shown[0]).toContain("A message is missing before this one.");
  expect(shown[0]).toContain(LETTERS[2]);
  expect(shown[1]).toContain(LETTERS[0]);
  await tab.context.close();
});

test("letters whose insides were exchanged are not shown in each other's place", async () => {
  const tab = await opened((answer) => {
    const files = answer.to_reporter.map((one) => one.file);
    const from = [1, 0, 2];
    return {
      ...answer,
      to_reporter: answer.to_reporter.map((one, at) => ({
        ...one,
        file: files[from[at] ?? at] ?? null,
      })),
    };
  });
  const shown = await letters(tab.page);
  expect(shown[0]).toContain(LETTERS[2]);
  expect(shown.join()).not.toContain(LETTERS[0]);
  expect(shown.join()).not.toContain(LETTERS[1]);
  expect(await tab.page.locator("#messages .rl-warning").count()).toBe(2);
  await tab.context.close();
});

test("a letter of another report is refused, and so is a whole other report", async () => {
  let foreign: Opened | null = null;
  const other = await opened((answer) => {
    foreign = answer;
    return answer;
  }, otherWords);
  await other.context.close();
  const taken = foreign as unknown as Opened;
  const tab = await opened((answer) => ({
    ...answer,
    to_reporter: [...answer.to_reporter, ...taken.to_reporter],
  }));
  expect(await tab.page.textContent("#messages")).not.toContain("A letter of the other report.");
  expect(await tab.page.locator("#messages .rl-warning").count()).toBeGreaterThan(0);
  for (const text of LETTERS) expect(await tab.page.textContent("#messages")).toContain(text);
  await tab.context.close();

  const whole = await openTab(browser, service);
  await changeJson<Opened>(whole.page, MAILBOX, () => taken);
  await whole.page.goto(service.return);
  expect(await says(whole.page, words.join(" "))).toContain("did not pass our check");
  expect(await whole.page.textContent("#app")).not.toContain("A letter of the other report.");
  await whole.context.close();
});

test("a stage that nobody signed and a receipt that is not good are said", async () => {
  const tab = await opened((answer) => ({
    ...answer,
    stage: "closed",
    receipt: flippedBase64(answer.receipt, 70),
  }));
  expect(await tab.page.textContent("#stage-words")).not.toMatch(/closed/i);
  await tab.page.getByText("The service’s receipt did not pass our check.").waitFor();
  expect(await tab.page.locator("#save-receipt").count()).toBe(0);
  expect(await tab.page.locator(".rl-warning").count()).toBeGreaterThan(0);
  await tab.context.close();
});

test("a directory without the writer's key makes the letters nobody's", async () => {
  const led = await lead(service);
  const tab = await openTab(browser, service);
  await changeJson<WireDirectory>(tab.page, /\/api\/1\/directory$/, (one) => ({
    ...one,
    root: flippedBase64(one.root, -9),
  }));
  await tab.page.goto(service.return);
  expect(await says(tab.page, words.join(" "))).toContain(
    "We could not make sure who wrote to you.",
  );
  expect(led.directory.root.serial).toBe(1);
  await tab.context.close();
});

test("a lost answer to a reply keeps the text, and sending again makes one message", async () => {
  const tab = await openTab(browser, service);
  const { page } = tab;
  await comeBack(page, service, otherWords.join(" "));
  await page.fill("#body", "Sent, but the answer was lost.");
  let tries = 0;
  await page.route(MAILBOX, async (route) => {
    if (++tries > 1) return route.continue();
    await route.fetch();
    return route.abort();
  });
  await page.click("#reply");
  await page
    .locator("#error-summary", { hasText: "We do not know whether your message arrived." })
    .waitFor();
  expect(await page.inputValue("#body")).toBe("Sent, but the answer was lost.");
  await page.click("#reply");
  await page.locator("#notice", { hasText: "Your message was received." }).waitFor();
  expect(await page.locator(".rl-letter--mine").count()).toBe(1);
  await tab.context.close();
});

test("a refused or cut reply keeps the text", async () => {
  const tab = await openTab(browser, service);
  const { page } = tab;
  await comeBack(page, service, otherWords.join(" "));
  const before = await page.locator(".rl-letter--mine").count();
  await page.fill("#body", "Kept until it is sent.");
  await page.route(MAILBOX, (route) => problem(route, 503, "storage-full"));
  await page.click("#reply");
  await page.waitForSelector("#error-summary");
  expect(await page.inputValue("#body")).toBe("Kept until it is sent.");
  await page.unroute(MAILBOX);
  await tab.context.setOffline(true);
  await page.click("#reply");
  await page.waitForSelector("#error-summary");
  await tab.context.setOffline(false);
  await page.click("#reply");
  await page.locator("#notice", { hasText: "Your message was received." }).waitFor();
  expect(await page.locator(".rl-letter--mine").count()).toBe(before + 1);
  await tab.context.close();
});

test("one's own words in a message are noticed before it is sent", async () => {
  const tab = await openTab(browser, service);
  const { page } = tab;
  await comeBack(page, service, words.join(" "));
  await page.fill("#body", `My words are ${words.join(", ")}.`);
  const before = tab.sent.length;
  await page.click("#reply");
  await page.locator("#error-summary", { hasText: "seems to hold your words" }).waitFor();
  expect(tab.sent.slice(before).filter((one) => one.method === "POST")).toEqual([]);
  await tab.context.close();
});

test("a change of words whose answer was lost is in force, and the new words open", async () => {
  const tab = await openTab(browser, service);
  const { page } = tab;
  await comeBack(page, service, otherWords.join(" "));
  await page.click("#change-words");
  const fresh = await shownWords(page);
  let tries = 0;
  await page.route(MAILBOX, async (route) => {
    if (++tries > 1) return route.continue();
    await route.fetch();
    return route.abort();
  });
  await confirmWords(page, fresh);
  await page.locator("#notice", { hasText: "Your words were changed." }).waitFor();
  await page.unroute(MAILBOX);
  await comeBack(page, service, fresh.join(" "));
  expect(putCases(tab.sent)).toEqual([]);
  await tab.context.close();
});
