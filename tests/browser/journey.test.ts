import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { emptySubject } from "../../web/protocol/index.js";
import { launch } from "./support/chromium.js";
import { file } from "./support/client.js";
import {
  answers,
  newReport,
  openMine,
  openNew,
  reply,
  sentWell,
  showTab,
  signIn,
} from "./support/desk.js";
import { FULL, answerEverything } from "./support/full.js";
import { comeBack, confirmWords, putCases, sentReference, shownWords } from "./support/reporter.js";
import { startService, type Service } from "./support/service.js";
import { keepPicture } from "./support/shots.js";
import { NOTHING_KEPT, carrying, keptBy, openTab, type Tab } from "./support/tab.js";

let service: Service;
let browser: Browser;
let reporter: Tab;
let desk: Tab;
let reference = "";
let others: string[] = [];
let words: string[] = [];
let renewed: string[] = [];
/** A day that the handler promises. */
const by = new Date(Date.now() + 5 * 86_400_000).toISOString().slice(0, 10);

/** Reports that are there already: a desk has never only one. */
async function fileOthers(): Promise<string[]> {
  const named = [
    { rank: "constable", name: "Lee Carter", unit: "Roads policing" },
    { rank: "inspector", name: "Helen Marsh", unit: "North response" },
    { rank: "staff_grade", name: "", description: "Somebody in vetting who looks up old cases" },
  ] as const;
  const told = [
    "He sends pictures of women from crime scenes to the team's group chat.",
    "She tells new officers not to write down stops of people she knows.",
    "Records were searched for a friend who rents out flats.",
  ];
  const references: string[] = [];
  for (const [at, subject] of named.entries()) {
    const filed = await file(
      service,
      { what_happened: told[at] ?? "" },
      { subjects: [{ ...emptySubject(), ...subject }] },
    );
    references.push(filed.reference);
  }
  return references;
}

beforeAll(async () => {
  [service, browser] = await Promise.all([startService(), launch()]);
  others = await fileOthers();
  reporter = await openTab(browser, service);
  desk = await openTab(browser, service);
});
afterAll(async () => {
  await browser.close();
  await service.end();
});

test("a report with every question answered is sealed, sent and received", async () => {
  const { page } = reporter;
  await page.goto(service.origin);
  await keepPicture(page, "start");
  await page.click("#start");
  await page.getByRole("heading", { level: 1, name: "Before you start" }).waitFor();
  await page.click("#start-report");
  await page.waitForSelector("#task-what");
  expect(await page.locator("form").count(), "a script's failure could post a form").toBe(0);
  await answerEverything(page);
  expect(await page.locator("[id^=status-]").allTextContents()).toEqual(Array(13).fill("Answered"));
  await keepPicture(page, "report");

  await page.click("#task-check");
  expect(await page.locator("#readers-list li").allTextContents()).toEqual([
    "Handler-1, DPS Intelligence Bureau",
    "Handler-2, DPS Intelligence Bureau",
  ]);
  expect(await page.locator("#custodians-list li").allTextContents()).toEqual([
    "Custodian-1, Identity custodians",
  ]);
  const summary = await page.locator(".govuk-summary-list").allTextContents();
  for (const text of [FULL.what, FULL.contact, FULL.first.name, FULL.exclude]) {
    expect(summary.join("\n")).toContain(text);
  }
  await keepPicture(page, "check-answers", page.locator("h2", { hasText: /^Who reads it$/ }));

  await page.click("#send");
  words = await shownWords(page);
  expect(words).toHaveLength(12);
  await keepPicture(page, "words");
  expect(await confirmWords(page, words)).toHaveLength(2);
  await page.waitForSelector("#received");

  expect(putCases(reporter.sent)).toHaveLength(1);
  reference = sentReference(reporter.sent);
  expect(await keptBy(reporter)).toEqual(NOTHING_KEPT);
});

test("nothing of it left the browser in clear", () => {
  const put = reporter.sent.filter((one) => one.method === "PUT");
  expect(put.map((one) => one.body.length)).toEqual([expect.any(Number)]);
  expect(put[0]?.body.length).toBeGreaterThan(10_000);
  for (const text of [
    "property store",
    FULL.name,
    FULL.contact,
    FULL.first.name,
    words.join(" "),
  ]) {
    expect(carrying(reporter.sent, text)).toEqual([]);
  }
});

test("a handler sees who is named, declares no conflict and reads every answer", async () => {
  const { page } = desk;
  await signIn(page, service, service.member("Handler-1"));
  const row = newReport(page, reference);
  const named = (await row.locator(".new-who").textContent()) ?? "";
  for (const text of [FULL.first.name, "grey beard", FULL.other.who, "Handler-3", FULL.exclude]) {
    expect(named).toContain(text);
  }
  expect(await page.content()).not.toContain("property store before");
  await keepPicture(page, "desk-inbox");

  await openNew(page, reference);
  expect(await page.locator(".account").textContent()).toBe(FULL.what);
  const found = await answers(page);
  expect(found).toMatchObject({
    "It is about": ["Theft or fraud, Reprisal for reporting, Discrimination"],
    "Discrimination because of": ["Sex"],
    When: [FULL.when],
    Where: [FULL.where],
    "Once or more often": ["It is still going on"],
    "On duty at the time": ["Yes"],
    "Happened online": ["No"],
    "In private messages": ["No"],
    "Called banter or a joke": ["Does not know"],
    Name: [FULL.first.name],
    Description: [FULL.first.description, FULL.second.description],
    "Acting or temporary": ["Yes"],
    Who: [FULL.other.who],
    "Why the reporter thinks they knew": [FULL.other.why],
    "Why they may have kept silent": [FULL.other.reason],
    "How they know": ["Saw or heard it"],
    "More about that": [FULL.basis],
    "What there is": [FULL.evidence],
    "How it could be lost": [FULL.at_risk],
    "Whom they told": [FULL.told],
    "What came of it": [FULL.outcome],
    "What the danger is": [FULL.danger],
    "What would help": [FULL.support],
    "Access needs": [FULL.access],
    Readers: ["Handler-3"],
    Others: [FULL.exclude],
    "Known as": ["Confidential (a custodian holds the name)"],
  });
  const text = (await page.textContent("#app")) ?? "";
  expect(text).not.toContain(FULL.name);
  expect(text).not.toContain(FULL.contact);
  expect(await page.locator(".alarm").count()).toBe(2);
  expect(
    await page
      .locator(".strip-warning:not(.desk > .strips .strip-warning), .check-bad")
      .allTextContents(),
  ).toEqual([]);
});

test("the handler acknowledges, sets a stage with a day, and replies", async () => {
  const { page } = desk;
  await showTab(page, "Conversation");
  await page.getByLabel("Acknowledge", { exact: true }).check();
  await page.getByRole("button", { name: "Send the acknowledgement" }).click();
  await sentWell(page);
  await page.getByLabel("Set the stage", { exact: true }).check();
  await page.getByLabel("New stage").selectOption("assessment");
  await page.fill("#reply-text", "We have asked for the footage to be kept.");
  await page.getByLabel("What happens next (if you can say)").fill("We look at the footage");
  await page.getByLabel("By when").fill(by);
  await page.getByRole("button", { name: "Set the stage and send" }).click();
  await sentWell(page);
  await reply(page, "Were the bags sealed when they came in?");
  await page.locator(".message").nth(2).waitFor();
  await page.locator(".case-head .tag", { hasText: "Being assessed" }).waitFor();
});

test("the reporter comes back with words typed roughly, reads and answers", async () => {
  const { page } = reporter;
  const rough = words.map((word, at) => `${String(at + 1)}. ${word.slice(0, 4).toUpperCase()}`);
  await comeBack(page, service, rough.join(", "));
  expect(await page.textContent("#stage-words")).toMatch(/\S/);
  expect(await page.textContent("#next-step")).toContain("We look at the footage");
  const letters = await page.locator("#messages > li").allTextContents();
  expect(letters).toHaveLength(3);
  expect(letters[0]).toContain("Were the bags sealed when they came in?");
  expect(letters[0]).toContain("Handler-1, DPS Intelligence Bureau");
  expect(letters[1]).toContain("We have asked for the footage to be kept.");
  expect(await page.locator(".rl-warning").count()).toBe(0);
  await keepPicture(page, "return");

  await page.fill("#body", "They were sealed at ten and open at two.");
  await page.click("#reply");
  await page.locator("#notice", { hasText: "Your message was received." }).waitFor();
  expect(await page.locator("#messages > li").count()).toBe(4);
  expect(await page.textContent("#messages")).not.toContain("sealed at ten");
  expect(carrying(reporter.sent, "sealed at ten")).toEqual([]);
  expect(carrying(reporter.sent, words.slice(0, 3).join(" "))).toEqual([]);
});

test("the desk marks what is unread until it is read", async () => {
  const { page } = desk;
  await page.getByRole("button", { name: "Sign out" }).click();
  await page.getByText("You are signed out.").waitFor();
  await signIn(page, service, service.member("Handler-1"));
  for (const other of others.slice(0, 2)) {
    await openNew(page, other);
    await page.getByRole("button", { name: /^New reports/ }).click();
  }
  await page.getByRole("button", { name: /^My cases/ }).click();
  const row = page.locator(".row", { hasText: reference });
  await row.locator(".dot").waitFor();
  await openMine(page, reference);
  await showTab(page, "Conversation");
  await page.getByText("They were sealed at ten and open at two.").waitFor();
  await row.locator(".dot").waitFor({ state: "detached" });
  await showTab(page, "Report");
  await keepPicture(page, "desk-case");
});

test("a custodian who is let in sees the name that was left", async () => {
  const { page } = desk;
  await showTab(page, "People");
  await page.getByRole("button", { name: "Share with Custodian-1" }).click();
  await page.getByRole("button", { name: "Share", exact: true }).click();
  await page.getByText("Custodian-1 can read this case now.").waitFor();

  const custodian = await openTab(browser, service);
  await signIn(custodian.page, service, service.member("Custodian-1"));
  await openNew(custodian.page, reference);
  const found = await answers(custodian.page);
  expect(found).toMatchObject({ Contact: [FULL.contact], Name: [FULL.name] });
  expect(custodian.troubles).toEqual([]);
  await custodian.context.close();
});

test("a handler who declares a conflict loses the case, and one left out never had it", async () => {
  const second = await openTab(browser, service);
  await signIn(second.page, service, service.member("Handler-2"));
  await newReport(second.page, reference)
    .getByRole("button", { name: "I have a conflict" })
    .click();
  await second.page.getByLabel("A friend").check();
  await second.page.getByRole("button", { name: "Declare a conflict" }).click();
  await newReport(second.page, reference).waitFor({ state: "detached" });
  await second.page.getByText(`You declared a conflict with ${reference}`).waitFor();
  const asked = await second.context.request.get(
    `${service.origin}/api/1/desk/cases/${putCases(reporter.sent)[0] ?? ""}`,
    { headers: { "Rightline-Desk": "1" } },
  );
  expect(asked.status()).toBe(404);
  expect(second.troubles).toEqual([]);
  await second.context.close();

  const third = await openTab(browser, service);
  await signIn(third.page, service, service.member("Handler-3"));
  expect(await third.page.locator(".new-report").count()).toBe(others.length);
  expect(await newReport(third.page, reference).count()).toBe(0);
  await third.context.close();
});

test("the reporter deletes what was sent, and the desk keeps its copy", async () => {
  const { page } = reporter;
  await page.click("#delete");
  await page.click("#delete-confirmed");
  await page.locator("#notice", { hasText: "The messages to you were deleted." }).waitFor();
  expect(await page.textContent("#messages")).not.toContain("Were the bags sealed");
  expect(await page.locator("#messages > li").count()).toBe(4);
  await comeBack(page, service, words.join(" "));
  expect(await page.textContent("#messages")).not.toContain("Were the bags sealed");

  await openMine(desk.page, reference);
  await showTab(desk.page, "Conversation");
  await desk.page.locator(".message", { hasText: "Were the bags sealed" }).waitFor();
});

test("the receipt is saved and the proof is signed", async () => {
  const { page } = reporter;
  const [download] = await Promise.all([
    page.waitForEvent("download"),
    page.click("#save-receipt"),
  ]);
  expect(download.suggestedFilename()).toBe("receipt.json");
  await page.click("#prove summary");
  await page.fill("#challenge", "not a challenge");
  await page.click("#attest");
  await page.getByText("Enter the 64 characters that you were given").first().waitFor();
  await page.fill("#challenge", "ab".repeat(32));
  await page.click("#attest");
  expect(await page.textContent("#proof")).toMatch(/^[A-Za-z0-9+/]{100,}={0,2}$/);
});

test("changed words open the report, and the old ones get the neutral answer", async () => {
  const { page } = reporter;
  await page.click("#change-words");
  renewed = await shownWords(page);
  expect(renewed).not.toEqual(words);
  await confirmWords(page, renewed);
  await page.locator("#notice", { hasText: "Your words were changed." }).waitFor();
  await page.click("#close");
  await page.fill("#token", words.join(" "));
  await page.click("#open");
  await page.locator("#error-summary", { hasText: "These words open nothing here." }).waitFor();
  await comeBack(page, service, renewed.join(" "));
  expect(await page.locator("#messages > li").count()).toBe(4);
  await page.fill("#body", "I have new words now.");
  await page.click("#reply");
  await page.locator("#notice", { hasText: "Your message was received." }).waitFor();

  await openMine(desk.page, reference);
  await showTab(desk.page, "Conversation");
  await desk.page.reload();
  await signIn(desk.page, service, service.member("Handler-1"));
  await openMine(desk.page, reference);
  await showTab(desk.page, "Conversation");
  await desk.page.locator(".message", { hasText: "I have new words now." }).waitFor();
  expect(
    await desk.page.locator(".strip-warning:not(.desk > .strips .strip-warning)").allTextContents(),
  ).toEqual([]);
});

test("nothing was kept in the reporter's browser and no script was in trouble", async () => {
  expect(await keptBy(reporter)).toEqual(NOTHING_KEPT);
  expect(reporter.troubles).toEqual([]);
  expect(desk.troubles).toEqual([]);
});
