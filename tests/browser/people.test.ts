import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { faultsOf } from "./support/axe.js";
import { launch } from "./support/chromium.js";
import { directoryOf, file } from "./support/client.js";
import { newReport, openNew, showTab } from "./support/desk.js";
import { enrol, type Enrolled } from "./support/enrolling.js";
import { startInstallation, type Installation } from "./support/installation.js";
import {
  draftEndorsement,
  inviteLink,
  openPerson,
  reviewDraft,
  showPart,
  shownKeyWords,
  signInWithCode,
  signReviewed,
  withCode,
} from "./support/office.js";
import { keepPicture } from "./support/shots.js";
import { NARROW, openTab, overflows, type Tab } from "./support/tab.js";

let service: Installation;
let browser: Browser;
let lead: Enrolled;
let secondLead: Enrolled;
let administrator: Enrolled;
const handlers: Enrolled[] = [];
/** The tab in which the first lead works. */
let office: Tab;
/** The second lead's. */
let other: Tab;
const faults: Record<string, string[]> = {};

beforeAll(async () => {
  [service, browser] = await Promise.all([startInstallation(), launch()]);
});
afterAll(async () => {
  await browser.close();
  await service.end();
});

/** Looks at a page as it is: what axe finds, and whether it is wider than its window. */
async function look(page: Page, name: string): Promise<void> {
  const found = await faultsOf(page);
  if (found.length > 0) faults[name] = found;
  expect(await overflows(page), name).toBe(false);
}

async function enrolled(link: string): Promise<Enrolled> {
  const tab = await openTab(browser, service);
  const found = await enrol(tab.page, link, "app");
  await tab.context.close();
  return found;
}

test("the founding lead and administrator enrol, and reporters are told that it is not open yet", async () => {
  lead = await enrolled(service.lead);
  administrator = await enrolled(service.administrator);
  office = await openTab(browser, service);
  const { page } = office;
  await page.goto(service.origin);
  await page.getByText("not open yet", { exact: false }).first().waitFor();
  await signInWithCode(page, service.desk, lead);
  await showPart(page, "People");
  await page.getByText("No root is published yet").waitFor();
  await look(page, "before the first root");
  await page.getByRole("tab", { name: "Recovery" }).click();
  await look(page, "recovery before the first root");
  await page.getByRole("tab", { name: "History" }).click();
  await look(page, "history before the first root");
  await page.getByRole("tab", { name: /^People/ }).click();
});

test("a lead invites two handlers and a custodian, who enrol and wait", async () => {
  const { page } = office;
  for (const label of ["Handler-1", "Handler-2", "Custodian-1"]) {
    const link = await inviteLink(page, lead, label);
    expect(link).toMatch(new RegExp(`^${service.origin}/enrol#[0-9a-f]{64}$`));
    handlers.push(await enrolled(link));
  }
  // The link is shown once.
  expect(await page.content()).not.toContain("/enrol#");
  await page.reload();
  await signInWithCode(page, service.desk, lead);
  await showPart(page, "People");
  await page.locator(".tab", { hasText: "4 waiting" }).waitFor();
});

test("words are compared both ways before anybody is signed for", async () => {
  const { page } = office;
  const [first] = handlers;
  if (first === undefined) throw new Error("nobody has enrolled");
  await openPerson(page, first.label);
  expect(await shownKeyWords(page, first.label)).toEqual(first.keyWords);
  const ours = page.getByRole("list", { name: "Words of this installation" });
  expect(await ours.getByRole("listitem").allTextContents()).toEqual(first.serviceWords);
  await look(page, "compare words");
  await keepPicture(page, "people-compare");
  // Not without having compared them.
  await page.getByRole("button", { name: "Add to the draft" }).click();
  await page.getByText("Compare the words first").waitFor();
  await look(page, "words not compared");
});

test("one signature publishes the first root, and the page opens for reports", async () => {
  const { page } = office;
  await draftEndorsement(page, "Handler-1", "DPS Intelligence Bureau", "handler");
  await page.getByText("With this root reporters are still told").waitFor();
  await draftEndorsement(page, "Handler-2", "DPS Intelligence Bureau", "handler");
  await draftEndorsement(page, "Custodian-1", "Identity custodians", "identity custodian");
  const { label } = administrator;
  await draftEndorsement(page, label, "A new team", "administrator", "Administration");
  await look(page, "draft of the first root");
  await keepPicture(page, "people-draft");
  const sentences = (await reviewDraft(page)).join("\n");
  expect(sentences).toContain("Handler-1 is let into DPS Intelligence Bureau as handler.");
  expect(sentences).toContain("Custodian-1 is let into Identity custodians as identity custodian.");
  expect(sentences).toContain(`${label} is let into Administration as administrator.`);
  expect(sentences).toContain("Reports: DPS Intelligence Bureau.");
  await look(page, "review");
  await keepPicture(page, "people-review");
  await signReviewed(page, lead, /^Root 1 is published\.$/);
  await look(page, "published");
  const reporter = await openTab(browser, service);
  await reporter.page.goto(`${service.origin}/report`);
  await reporter.page.locator("#task-what").waitFor();
  await reporter.context.close();
  expect(office.troubles).toEqual([]);
});

test("a member's page says who signed for them and when", async () => {
  const { page } = office;
  await openPerson(page, "Handler-1");
  await page.getByText(new RegExp(`^${lead.label} on .*, root 1$`)).waitFor();
  await look(page, "a member");
  await keepPicture(page, "people-member");
  await page.getByRole("tab", { name: "History" }).click();
  await page.locator(".step", { hasText: "Root 1" }).waitFor();
  await look(page, "history");
});

test("a lead makes a second lead, and neither may be an administrator", async () => {
  const { page } = office;
  secondLead = await enrolled(await inviteLink(page, lead, "Lead-2"));
  await page.reload();
  await signInWithCode(page, service.desk, lead);
  await showPart(page, "People");
  await page.getByRole("tab", { name: "Leads" }).click();
  const choice = page.getByLabel("Choose an account");
  await choice.waitFor();
  expect(await choice.locator("option").allTextContents()).not.toContain(administrator.label);
  await choice.selectOption({ label: "Lead-2" });
  expect(await shownKeyWords(page, "Lead-2")).toEqual(secondLead.keyWords);
  await page.getByLabel(/^I have compared all 24 words/).check();
  await page.getByRole("button", { name: "Add to the draft" }).click();
  await look(page, "leads");
  expect(await reviewDraft(page)).toContain("Lead-2 becomes a lead.");
  await signReviewed(page, lead, /^Root 2 is published\.$/);
  other = await openTab(browser, service);
  await signInWithCode(other.page, service.desk, secondLead);
  await showPart(other.page, "People");
});

test("of two leads at once one publishes, and the other's draft is kept and shown again", async () => {
  const { page: first } = office;
  const { page: second } = other;
  await openPerson(first, "Handler-1");
  await first.getByRole("button", { name: "Change roles or units of Handler-1" }).click();
  const form = first.locator("form.place");
  await form.getByLabel("investigator", { exact: true }).check();
  await form.getByRole("button", { name: "Add to the draft" }).click();
  await openPerson(second, "Handler-2");
  await second.getByRole("button", { name: "Change roles or units of Handler-2" }).click();
  const others = second.locator("form.place");
  await others.getByLabel("authority", { exact: true }).check();
  await others.getByRole("button", { name: "Add to the draft" }).click();
  await reviewDraft(second);
  await reviewDraft(first);
  await signReviewed(first, lead, /^Root 3 is published\.$/);
  await second.getByRole("button", { name: "Sign and publish" }).click();
  const told = second.getByText(`${lead.label} published root 3 while you were drafting.`);
  await withCode(second, secondLead, told);
  await look(second, "rebased");
  await keepPicture(second, "people-rebased");
  // What the other lead changed stays, and only one's own change is in the draft.
  const sentences = await reviewDraft(second);
  expect(sentences.filter((one) => one.startsWith("Handler-"))).toEqual([
    "Handler-2 is handler and authority in DPS Intelligence Bureau; before, handler.",
  ]);
  await signReviewed(second, secondLead, /^Root 4 is published\.$/);
  await second.getByRole("tab", { name: "History" }).click();
  const steps = second.locator(".step");
  await steps.nth(3).waitFor();
  expect(await steps.locator("h3").allTextContents()).toEqual([
    "Root 4",
    "Root 3",
    "Root 2",
    "Root 1",
  ]);
  expect(other.troubles).toEqual([]);
});

test("an account that somebody put into the database is shown as nobody's, and gets no key", async () => {
  const database = join(service.config, "../data/rightline.sqlite");
  const invented = [
    `CREATE TEMP TABLE copied AS SELECT * FROM members WHERE label = 'Handler-1'`,
    `UPDATE copied SET id = x'${"ab".repeat(16)}', label = 'Handler-8', application = x''`,
    `INSERT INTO members SELECT * FROM copied`,
    `UPDATE copied SET id = x'${"cd".repeat(16)}', label = 'Handler-9'`,
    `UPDATE copied SET application = (SELECT application FROM members WHERE label = 'Handler-1')`,
    `INSERT INTO members SELECT * FROM copied`,
  ];
  await promisify(execFile)("sqlite3", [database, invented.join("; ")]);
  const { page } = office;
  await page.reload();
  await signInWithCode(page, service.desk, lead);
  await showPart(page, "People");
  await openPerson(page, "Handler-8");
  await page.getByText("Nobody has signed for this account: it can read nothing.").waitFor();
  await look(page, "an account that never asked");
  await openPerson(page, "Handler-9");
  await page.getByText("Its application is not signed by the keys that it names").waitFor();
  await expect.poll(() => page.getByRole("button", { name: "Add to the draft" }).count()).toBe(0);
  await keepPicture(page, "people-invented");
  // By the page: the readers that a reporter is shown, and those who are granted.
  const reporter = await openTab(browser, service);
  await reporter.page.goto(`${service.origin}/report`);
  await reporter.page.click("#task-readers");
  await reporter.page.getByLabel(/^Handler-1,/).waitFor();
  expect(await reporter.page.content()).not.toMatch(/Handler-[89]/);
  await reporter.context.close();
  const filed = await file(service, { what_happened: "Filed by the scripted page's own code." });
  const { teams } = await directoryOf(service);
  expect([...teams.values()].flatMap((one) => one.members.map((it) => it.label))).not.toContain(
    "Handler-9",
  );
  // At a reader's desk: nobody to share with but whom a lead signed for.
  const [handler] = handlers;
  if (handler === undefined) throw new Error("nobody has enrolled");
  const desk = await openTab(browser, service);
  await signInWithCode(desk.page, service.desk, handler);
  await newReport(desk.page, filed.reference).waitFor();
  await openNew(desk.page, filed.reference);
  await showTab(desk.page, "People");
  await desk.page.getByText("Handler-2").first().waitFor();
  expect(await desk.page.content()).not.toMatch(/Handler-[89]/);
  await desk.context.close();
  // By the route without scripts: the service itself seals, to the directory's readers only.
  const plain = await openTab(browser, service, { javaScriptEnabled: false });
  await plain.page.goto(`${service.origin}/report/without-javascript`);
  await plain.page.fill("#what_happened", "Filed without scripts.");
  await plain.page.click("#check");
  await plain.page.click("#send");
  await plain.page.locator("#written-down, .rl-words, ol").first().waitFor();
  await plain.context.close();
  const { stdout } = await promisify(execFile)("sqlite3", [
    database,
    `SELECT count(*) FROM grants WHERE member IN (x'${"ab".repeat(16)}', x'${"cd".repeat(16)}');
     SELECT count(DISTINCT case_id) FROM grants`,
  ]);
  expect(stdout.trim().split("\n")).toEqual(["0", "2"]);
});

test("an administrator suspends and restores accounts, and sees the service", async () => {
  const tab = await openTab(browser, service);
  const { page } = tab;
  await signInWithCode(page, service.desk, administrator);
  await showPart(page, "Accounts");
  await page.getByRole("button", { name: "Suspend Handler-2", exact: true }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Suspend", exact: true }).click();
  await withCode(page, administrator, page.getByText("Handler-2 is suspended."));
  await look(page, "accounts");
  await keepPicture(page, "accounts");
  await page.getByRole("button", { name: "Restore Handler-2", exact: true }).click();
  await page.getByText("Handler-2 can sign in again.").waitFor();
  // Oneself, never.
  const own = page.getByRole("button", { name: `Suspend ${administrator.label}`, exact: true });
  expect(await own.count()).toBe(0);
  await showPart(page, "Service");
  await page.getByText("The settings file does not name this installation yet.").waitFor();
  await look(page, "service");
  await keepPicture(page, "service");
  expect(tab.troubles).toEqual([]);
  await tab.context.close();
});

test("nobody's page is wider than a narrow window, and axe finds nothing", async () => {
  const tab = await openTab(browser, service, { viewport: NARROW });
  const { page } = tab;
  await signInWithCode(page, service.desk, lead);
  await showPart(page, "People");
  await page.locator(".person-row").first().waitFor();
  await look(page, "people, narrow");
  await keepPicture(page, "people");
  await openPerson(page, "Handler-1");
  await look(page, "a member, narrow");
  await keepPicture(page, "people-member");
  for (const name of ["Teams and routes", "Leads", "Recovery", "History"]) {
    await page.getByRole("tab", { name }).click();
    await look(page, `${name}, narrow`);
  }
  await page.getByRole("button", { name: /^Next root/ }).click();
  await page.getByRole("button", { name: "Renew without changes" }).waitFor();
  await look(page, "draft, narrow");
  await tab.context.close();
  expect(faults).toEqual({});
});
