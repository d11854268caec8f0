import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { faultsOf } from "./support/axe.js";
import { launch } from "./support/chromium.js";
import {
  enrol,
  finish,
  goToWords,
  openLink,
  setUpApp,
  takeWords,
  wordsOf,
  type Enrolled,
} from "./support/enrolling.js";
import { startInstallation, type Installation } from "./support/installation.js";
import { keepPicture } from "./support/shots.js";
import { NARROW, carrying, keptBy, NOTHING_KEPT, openTab, overflows } from "./support/tab.js";

let service: Installation;
let browser: Browser;
let lead: Enrolled;

beforeAll(async () => {
  [service, browser] = await Promise.all([startInstallation(), launch()]);
});
afterAll(async () => {
  await browser.close();
  await service.end();
});

const secretOf = (link: string): string => link.slice(link.indexOf("#") + 1);

test("an administrator waits until the installation is founded", async () => {
  const tab = await openTab(browser, service);
  const { page } = tab;
  await page.goto(service.administrator);
  await page.getByRole("heading", { name: "Not yet" }).waitFor();
  expect(await faultsOf(page)).toEqual([]);
  expect(tab.troubles).toEqual([]);
  await tab.context.close();
});

test("the link's secret leaves the address at once, and is asked for again after a reload", async () => {
  const tab = await openTab(browser, service);
  const { page } = tab;
  await openLink(page, service.lead, "Lead-1");
  const secret = secretOf(service.lead);
  expect(page.url()).toBe(`${service.origin}/enrol`);
  expect(await page.content()).not.toContain(secret);
  await takeWords(page);
  await setUpApp(page);
  await page.reload();
  await page.getByRole("heading", { name: "Open your link again" }).waitFor();
  expect(await faultsOf(page)).toEqual([]);
  // Started again with the same link, to the same first step.
  await openLink(page, service.lead, "Lead-1");
  await takeWords(page);
  expect(await keptBy(tab)).toEqual(NOTHING_KEPT);
  // In a body, for the service to read, and nowhere else.
  for (const sent of carrying(tab.sent, secret)) {
    expect(`${sent.url}${sent.headers}`).not.toContain(secret);
  }
  expect(tab.troubles).toEqual([]);
  await tab.context.close();
});

test("the first lead founds the installation, and nothing that is sent holds the passphrase", async () => {
  const tab = await openTab(browser, service);
  const { page } = tab;
  const faults: Record<string, string[]> = {};
  lead = await enrol(page, service.lead, "app", async (step) => {
    const found = await faultsOf(page);
    if (found.length > 0) faults[step] = found;
    expect(await overflows(page), step).toBe(false);
    if (step === "second factor") await keepPicture(page, "enrol-factor");
    if (step === "words") await keepPicture(page, "enrol-words");
  });
  expect(faults).toEqual({});
  expect(lead.keyWords).toHaveLength(12);
  expect(lead.serviceWords).toHaveLength(12);
  const first = lead.passphrase.split(" ").slice(0, 2).join(" ");
  expect(carrying(tab.sent, first)).toEqual([]);
  expect(tab.troubles).toEqual([]);
  // The page that everybody is served names the installation from then on.
  await page.goto(`${service.origin}/desk`);
  await page.getByText(lead.serviceWords.join(" ")).waitFor();
  await tab.context.close();
});

test("a link is good once", async () => {
  const tab = await openTab(browser, service);
  const { page } = tab;
  await page.goto(service.lead);
  await page.getByRole("heading", { name: "This link cannot be used" }).waitFor();
  await page.getByText("Ask whoever sent it to you for a new one.").waitFor();
  expect(await faultsOf(page)).toEqual([]);
  await page.goto(`${service.origin}/enrol`);
  await page.getByRole("heading", { name: "Open your link again" }).waitFor();
  await tab.context.close();
});

test("an administrator enrols on a phone, with a passphrase of their own that is not weak", async () => {
  const tab = await openTab(browser, service, { viewport: NARROW, hasTouch: true, isMobile: true });
  const { page } = tab;
  await openLink(page, service.administrator, "Administrator-1");
  expect(await overflows(page)).toBe(false);
  await page.getByLabel("One of my own").check();
  for (const [typed, said] of [
    ["short", "Use at least 14 characters"],
    ["Administrator-1 Administrator-1", "Do not use your label"],
    ["Password Password 123", "this is made of passwords that everybody tries"],
  ] as const) {
    await page.getByLabel("Your passphrase", { exact: true }).fill(typed);
    await page.getByRole("button", { name: "Continue" }).click();
    await page.getByText(said).waitFor();
    const focused = await page.evaluate(() => document.activeElement?.getAttribute("name"));
    expect(focused).toBe("new-passphrase");
  }
  expect(await faultsOf(page)).toEqual([]);
  const passphrase = "the ferry left without my umbrella";
  await page.getByLabel("Your passphrase", { exact: true }).fill(passphrase);
  await page.getByRole("button", { name: "Continue" }).click();
  await page.getByRole("heading", { name: "Your second factor" }).waitFor();
  await page.getByLabel("Code from your app").fill("000000");
  await page.getByRole("button", { name: "Check the code" }).click();
  await page.getByText("That is not right.").waitFor();
  expect(await overflows(page)).toBe(false);
  await keepPicture(page, "enrol-factor");
  await setUpApp(page);
  await goToWords(page, passphrase);
  // The installation's words are those that the lead wrote down.
  expect(await wordsOf(page, "Words of this installation")).toEqual(lead.serviceWords);
  expect(await overflows(page)).toBe(false);
  await finish(page);
  expect(carrying(tab.sent, "without my umbrella")).toEqual([]);
  expect(tab.troubles).toEqual([]);
  await tab.context.close();
});

test("a lead signs in with a code, by keyboard, and finds the same words in their account", async () => {
  const tab = await openTab(browser, service);
  const { page } = tab;
  await page.goto(service.desk);
  await page.waitForFunction(() => document.activeElement?.getAttribute("name") === "label");
  await page.keyboard.type(lead.label);
  await reach(page, "input[name=passphrase]");
  await page.keyboard.type(lead.passphrase);
  await reach(page, "input[name=code]");
  await page.keyboard.type((await lead.app?.code()) ?? "");
  await page.keyboard.press("Enter");
  await page.getByRole("button", { name: "People", exact: true }).waitFor();
  // A lead who reads nothing sees no reports, and is told what is to be done.
  expect(await page.getByRole("button", { name: "New reports" }).count()).toBe(0);
  await page.getByText("Nothing has been published here yet").waitFor();
  await page.getByText("rightline pin").waitFor();
  await page.getByRole("button", { name: "My account" }).click();
  await page.getByText("Your key words").waitFor();
  expect(await wordsOf(page, "Your key words")).toEqual(lead.keyWords);
  await page.getByText("These are a lead's keys").waitFor();
  expect(tab.troubles).toEqual([]);
  await tab.context.close();
});

test("a wrong code, a missing one and one used before are refused like a wrong passphrase", async () => {
  const tab = await openTab(browser, service);
  const { page } = tab;
  await page.goto(service.desk);
  const refused = "That did not sign you in";
  for (const [passphrase, code] of [
    [lead.passphrase, ""],
    [lead.passphrase, "000000"],
    ["not the passphrase at all", (await lead.app?.code()) ?? ""],
  ] as const) {
    await page.getByLabel("Label", { exact: true }).fill(lead.label);
    await page.getByLabel("Passphrase", { exact: true }).fill(passphrase);
    await page.getByLabel("Code from your app").fill(code);
    await page.getByRole("button", { name: "Sign in", exact: true }).click();
    await page.getByText(refused).waitFor();
    await page.getByText(refused).waitFor();
  }
  await page.getByLabel("Code from your app").fill("12");
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
  await page.getByText("The code has six digits").waitFor();
  expect(await faultsOf(page)).toEqual([]);
  await tab.context.close();
});

/** Tabs on until an element has the focus. */
async function reach(page: Page, selector: string): Promise<void> {
  const target = page.locator(selector).first();
  for (let presses = 0; presses < 40; presses++) {
    if (await target.evaluate((one) => one === document.activeElement)) return;
    await page.keyboard.press("Tab");
  }
  throw new Error(`${selector} cannot be reached with the Tab key`);
}
