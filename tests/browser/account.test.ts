import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { faultsOf } from "./support/axe.js";
import { launch } from "./support/chromium.js";
import { enter, signIn } from "./support/desk.js";
import { setUpApp, wordsOf } from "./support/enrolling.js";
import { plugIn } from "./support/passkeys.js";
import { startService, type Service } from "./support/service.js";
import { keepPicture } from "./support/shots.js";
import { NARROW, carrying, openTab, overflows, type Tab } from "./support/tab.js";
import type { CodeApp } from "./support/totp.js";

let service: Service;
let browser: Browser;

beforeAll(async () => {
  [service, browser] = await Promise.all([startService(), launch()]);
});
afterAll(async () => {
  await browser.close();
  await service.end();
});

/** Signs in and looks at one's own account. */
async function atAccount(label: string, options = {}): Promise<Tab> {
  const tab = await openTab(browser, service, options);
  await signIn(tab.page, service, service.member(label));
  await showAccount(tab.page);
  return tab;
}

async function showAccount(page: Page): Promise<void> {
  await page.getByRole("button", { name: "My account" }).click();
  await page.getByText("Endorsed by").waitFor();
}

test("a member sees who endorsed them and when, and the words for their keys", async () => {
  const tab = await atAccount("Handler-1");
  const { page } = tab;
  await page
    .getByText(/^Endorsed by Lead-\d on \w+day \d+ \w+ \d{4}, in directory \d+\./)
    .waitFor();
  expect(await wordsOf(page, "Your key words")).toHaveLength(12);
  expect(await wordsOf(page, "Words of this installation")).toHaveLength(12);
  await page.getByRole("heading", { name: "If somebody may have had your keys" }).waitFor();
  expect(await faultsOf(page)).toEqual([]);
  expect(await overflows(page)).toBe(false);
  await keepPicture(page, "account");
  expect(tab.troubles).toEqual([]);
  await tab.context.close();
});

test("my account can be looked at on a phone", async () => {
  const tab = await atAccount("Handler-1", { viewport: NARROW, hasTouch: true, isMobile: true });
  const { page } = tab;
  expect(await overflows(page)).toBe(false);
  expect(await faultsOf(page)).toEqual([]);
  await keepPicture(page, "account");
  await page.getByRole("button", { name: "Change my passphrase" }).click();
  expect(await overflows(page)).toBe(false);
  await tab.context.close();
});

/** Expects that a page learns from the service that its session has ended. */
async function isOver(page: Page): Promise<void> {
  const told = page.getByText("Your session has ended at the service.");
  // Either asks the service, and so does the page by itself: once it has an answer, there is nothing to press.
  for (const name of ["New reports", "My account"]) {
    const pressed = page.getByRole("button", { name }).click();
    await Promise.race([told.waitFor(), pressed.catch(() => told.waitFor())]);
  }
  await told.waitFor();
}

test("a session that is ended elsewhere is over there too", async () => {
  const one = await atAccount("Handler-2");
  const other = await atAccount("Handler-2");
  await one.page.getByRole("button", { name: "My account" }).click();
  await one.page.reload();
  await enter(one.page, service.member("Handler-2"));
  await showAccount(one.page);
  await one.page.getByRole("button", { name: "End all others" }).click();
  await one.page.getByText("You are signed in nowhere else.").waitFor();
  await isOver(other.page);
  expect(one.troubles).toEqual([]);
  for (const tab of [one, other]) await tab.context.close();
});

test("a new passphrase opens the same keys; the old one and the other sessions are over", async () => {
  const other = await atAccount("Handler-3");
  const tab = await atAccount("Handler-3");
  const { page } = tab;
  const { label, passphrase } = service.member("Handler-3");
  const words = await wordsOf(page, "Your key words");
  await page.getByRole("button", { name: "Change my passphrase" }).click();
  await page.getByLabel("Your passphrase until now").fill("not this one, surely");
  await page.getByRole("button", { name: "Continue" }).click();
  await page.getByText("The passphrase is not right.").waitFor();
  await page.getByLabel("Your passphrase until now").fill(passphrase);
  await page.getByRole("button", { name: "Continue" }).click();
  await page.getByText("Which passphrase?").waitFor();
  expect(await faultsOf(page)).toEqual([]);
  const next = (await page.locator(".words-drawn li").allTextContents()).join(" ");
  await page.getByRole("button", { name: "I have written it down" }).click();
  await page.getByLabel("The new passphrase again").fill(`${next} slip`);
  await page.getByRole("button", { name: "Change it" }).click();
  await page.getByText("This is not the new passphrase.").waitFor();
  await page.getByLabel("The new passphrase again").fill(next);
  await page.getByRole("button", { name: "Change it" }).click();
  await page.getByText("Your passphrase is changed.").waitFor();
  expect(carrying(tab.sent, next)).toEqual([]);
  expect(carrying(tab.sent, passphrase)).toEqual([]);
  await isOver(other.page);

  await page.getByRole("button", { name: "Sign out" }).click();
  await enter(page, service.member("Handler-3"));
  await page.getByText("That did not sign you in").waitFor();
  await enter(page, { ...service.member("Handler-3"), passphrase: next });
  await page.locator(".bar-label", { hasText: label }).waitFor();
  await showAccount(page);
  expect(await wordsOf(page, "Your key words")).toEqual(words);
  expect(tab.troubles).toEqual([]);
  for (const one of [tab, other]) await one.context.close();
});

test("second factors are added, named and removed, but never the last one", async () => {
  const tab = await openTab(browser, service);
  const { page } = tab;
  await page.goto(service.desk);
  const key = await plugIn(page, true);
  const me = service.member("Handler-4");
  await signIn(page, service, me);
  await showAccount(page);
  await page.getByText("This account has no second factor.").waitFor();
  const app = await addApp(page, "Work telephone");
  expect(await page.getByRole("button", { name: "Remove Work telephone" }).count()).toBe(0);

  await page.getByRole("button", { name: "Add a passkey" }).click();
  await page.getByLabel("Name of the passkey").fill("Blue key");
  await page.getByRole("button", { name: "Make a passkey" }).click();
  await ask(page, app);
  await page.getByText("Blue key is added. It also opens your keys.").waitFor();
  expect(await faultsOf(page)).toEqual([]);
  await keepPicture(page, "account-factors");

  await page.getByRole("button", { name: "Rename Blue key" }).click();
  await page.getByLabel("Rename Blue key").fill("Green key");
  await page.getByRole("button", { name: "Save" }).click();
  await page.getByText("It is now called Green key.").waitFor();

  // The passkey signs in and opens the keys; the label and passphrase need the code now.
  await page.getByRole("button", { name: "Sign out" }).click();
  await enter(page, me);
  await page.getByText("That did not sign you in").waitFor();
  await page.getByRole("button", { name: "Use a passkey" }).click();
  await page.locator(".bar-label", { hasText: me.label }).waitFor();
  await showAccount(page);
  await page.getByRole("button", { name: "Remove Green key" }).click();
  await page.getByRole("button", { name: "Remove it" }).click();
  await page.getByText("Green key is removed.").waitFor();
  expect(await page.getByRole("button", { name: /^Remove / }).count()).toBe(0);
  await page.getByRole("button", { name: "Sign out" }).click();
  await page.getByRole("button", { name: "Use a passkey" }).click();
  await page.getByText("That did not sign you in").waitFor();
  expect(key.outputs.length).toBeGreaterThan(0);
  expect(tab.troubles).toEqual([]);
  await tab.context.close();
});

test("a second factor that is not fresh is asked for once, and what was wanted is then done", async () => {
  const tab = await openTab(browser, service);
  const { page } = tab;
  const me = service.member("Handler-5");
  await signIn(page, service, me);
  await showAccount(page);
  const app = await addApp(page, "Work telephone");
  let refusals = 0;
  await page.route(/\/factors\/totp$/, async (route) => {
    if (++refusals > 1) return route.continue();
    return route.fulfill({
      status: 403,
      contentType: "application/problem+json",
      body: JSON.stringify({
        type: "urn:rightline:problem:second-factor",
        title: "A second factor is needed",
        status: 403,
        detail: "Show it.",
      }),
    });
  });
  await page.getByRole("button", { name: "Add an app" }).click();
  await page.getByLabel("Name of the app").fill("Tablet");
  await page.getByRole("button", { name: "Show the square" }).click();
  const dialog = page.getByRole("dialog", { name: "Show your second factor again" });
  await dialog.waitFor();
  expect(await faultsOf(page)).toEqual([]);
  await keepPicture(page, "second-factor");
  await dialog.getByLabel("Code from your app").fill("000000");
  await dialog.getByRole("button", { name: "Continue" }).click();
  await dialog.getByText("That is not right.").waitFor();
  await dialog.getByLabel("Code from your app").fill(await app.code());
  await dialog.getByRole("button", { name: "Continue" }).click();
  await dialog.waitFor({ state: "detached" });
  await page.locator(".app-secret-text").waitFor();
  await page.getByRole("button", { name: "Cancel" }).click();

  // Left, it does nothing.
  refusals = 0;
  await page.getByRole("button", { name: "Add an app" }).click();
  await page.getByLabel("Name of the app").fill("Tablet");
  await page.getByRole("button", { name: "Show the square" }).click();
  await dialog.waitFor();
  await page.keyboard.press("Escape");
  await page.getByText("Nothing was changed, because your second factor was not shown.").waitFor();
  expect(refusals).toBe(1);
  expect(tab.troubles).toEqual([]);
  await tab.context.close();
});

/** Adds an app under a name, and proves it. */
async function addApp(page: Page, name: string): Promise<CodeApp> {
  await page.getByRole("button", { name: "Add an app" }).click();
  await page.getByLabel("Name of the app").fill(name);
  await page.getByRole("button", { name: "Show the square" }).click();
  await page.locator(".app-secret-text").waitFor();
  const app = await setUpApp(page, `${name} is added.`);
  return app;
}

/** Shows a second factor if the desk asks for one. */
async function ask(page: Page, app: CodeApp): Promise<void> {
  const dialog = page.getByRole("dialog", { name: "Show your second factor again" });
  const done = page.getByText("is added. It also opens your keys.");
  await dialog.or(done).first().waitFor();
  if ((await dialog.count()) === 0) return;
  await dialog.getByLabel("Code from your app").fill(await app.code());
  await dialog.getByRole("button", { name: "Continue" }).click();
}
