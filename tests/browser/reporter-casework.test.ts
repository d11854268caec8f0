// What a reporter tells with a form, with scripts and without: the readers get it, nothing typed is lost, and the
// words stand in no address.
import type { Browser, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { faultsOf } from "./support/axe.js";
import { launch } from "./support/chromium.js";
import { file } from "./support/client.js";
import type { Filed } from "./support/client.js";
import { openMine, openNew, sentWell, showTab, signIn } from "./support/desk.js";
import { showPart } from "./support/record.js";
import { comeBack } from "./support/reporter.js";
import { startService, type Service } from "./support/service.js";
import { keepPicture } from "./support/shots.js";
import { NARROW, carrying, openTab, overflows, type Tab } from "./support/tab.js";

let service: Service;
let browser: Browser;
let desk: Tab;

beforeAll(async () => {
  [service, browser] = await Promise.all([startService(), launch()]);
  desk = await openTab(browser, service);
  await signIn(desk.page, service, service.member("Handler-1"));
});
afterEach(() => {
  expect(desk.troubles).toEqual([]);
});
afterAll(async () => {
  await browser.close();
  await service.end();
});

/** Waits until a field has the focus, which a page gives it once it is drawn. */
async function focusOn(page: Page, id: string): Promise<void> {
  await page.waitForFunction((wanted) => document.activeElement?.id === wanted, id);
}

/** Files a report, and has a handler write to its reporter. */
async function begun(): Promise<Filed> {
  const filed = await file(service, { what_happened: "My sergeant takes money." });
  const { page } = desk;
  await page.reload();
  await signIn(page, service, service.member("Handler-1"));
  await openNew(page, filed.reference);
  await showTab(page, "Conversation");
  for (const [kind, text] of [
    ["Ask a question", "Which shift was it?"],
    ["Tell a decision", "We looked into it. It is acted on: a team has it now."],
    ["Check in", "Are you treated well?"],
    ["Ask how we did", "Please tell us how we did."],
  ] as const) {
    await page.getByLabel(kind, { exact: true }).check();
    await page.fill("#reply-text", text);
    await page.getByRole("button", { name: /^Send the/ }).click();
    await sentWell(page);
  }
  return filed;
}

/** The units that are left out, as they are shown at the desk: the one that was ticked, and those that were typed. */
const LEFT_OUT = "Central West BCU professional standards unit, Central West BCU, Roads";

/** What pictures are kept of, where they are asked for. */
const PICTURES = ["return-casework", "check-in", "reveal-asking", "exclude", "plain-check-in"];

async function picture(page: Page, name: string): Promise<void> {
  if (PICTURES.includes(name)) await keepPicture(page, `reporter-${name}`);
}

/** Looks at a page as it is at either width: nothing stands outside, and axe finds no fault. */
async function looksWell(page: Page, name: string): Promise<void> {
  const wide = page.viewportSize();
  for (const size of [wide ?? NARROW, NARROW]) {
    await page.setViewportSize(size);
    expect(await overflows(page), name).toBe(false);
    expect(await faultsOf(page), name).toEqual([]);
    await picture(page, name);
  }
  if (wide !== null) await page.setViewportSize(wide);
}

/** What the desk shows of the forms of a case, by kind. */
async function shown(reference: string): Promise<string> {
  const { page } = desk;
  await page.reload();
  await signIn(page, service, service.member("Handler-1"));
  await openMine(page, reference);
  await showTab(page, "Conversation");
  await page.locator(".form-rows").first().waitFor();
  return (await page.locator(".form-rows, .form-todo").allTextContents()).join("\n");
}

/** No address held the words, and none but the requests to the mailbox held what was typed. */
function tellsNoAddress(tab: Tab, words: readonly string[], typed: readonly string[]): void {
  for (const { url } of tab.sent) {
    for (const one of [...words.map((word) => `=${word}`), words.slice(0, 2).join("+"), ...typed]) {
      expect(decodeURIComponent(url)).not.toContain(one);
    }
  }
}

const TYPED = ["They took my shifts.", "Ana Reveal", "Insp. Exclude", "Better sooner."];

describe("with scripts", () => {
  test("each form is checked, sent under seal and read at the desk", async () => {
    const filed = await begun();
    const tab = await openTab(browser, service);
    const { page } = tab;
    await comeBack(page, service, filed.words.join(" "));
    expect(await page.locator("#days li").count()).toBe(3);
    expect(await page.textContent("#check-in-next")).toContain("30 days after your report");
    await looksWell(page, "return-casework");
    await keepPicture(page, "reporter-offers", page.locator("#check-in"));

    // A question leads to the reply, the check-in and the survey to their forms.
    await page.getByRole("button", { name: /^Answer this question/ }).click();
    await focusOn(page, "body");
    await page.fill("#body", "Half a reply");
    await page
      .getByRole("button", { name: /^Tell us how you have been treated/ })
      .first()
      .click();
    await page.getByRole("heading", { level: 1, name: /^How have you been treated/ }).waitFor();

    // By keyboard only.
    await page.locator("#send").focus();
    await page.keyboard.press("Enter");
    await page.locator("#error-summary").waitFor();
    await focusOn(page, "error-summary");
    await page.keyboard.press("Tab");
    await page.keyboard.press("Enter");
    await focusOn(page, "check-in-answer");
    await page.locator("#check-in-answer-error").waitFor();
    await looksWell(page, "check-in-error");
    for (const key of ["ArrowDown", "ArrowDown"]) await page.keyboard.press(key);
    await page.locator("#worse", { hasText: "an allegation of reprisal" }).waitFor();
    await page.getByLabel("I got worse shifts or duties").check();
    await page.fill("#check-in-detail", TYPED[0] ?? "");
    await looksWell(page, "check-in");
    // Going back loses nothing.
    await page.click("#back");
    expect(await page.inputValue("#body")).toBe("Half a reply");
    await page.click("#tell-check-in");
    expect(await page.inputValue("#check-in-detail")).toBe(TYPED[0]);
    await page.click("#send");
    await page.locator("#notice", { hasText: "as an allegation of reprisal" }).waitFor();

    await page.click("#tell-survey");
    await page.click("#send");
    await page.locator("#survey-listened-error").waitFor();
    await page.getByRole("group", { name: "I felt safe" }).getByLabel("I disagree").check();
    await page.getByRole("group", { name: "Would you report again?" }).getByLabel("Yes").check();
    await page.fill("#survey-detail", TYPED[3] ?? "");
    await looksWell(page, "survey");
    await page.click("#send");
    await page.locator("#notice", { hasText: "Your answers were received." }).waitFor();

    await page.click("#tell-reveal");
    await page.click("#send");
    await page.locator("#reveal-name-error", { hasText: "Enter your name" }).waitFor();
    await page.fill("#reveal-name", TYPED[1] ?? "");
    await looksWell(page, "reveal");
    await page.click("#send");
    await page.locator("#revealed", { hasText: TYPED[1] ?? "" }).waitFor();
    await looksWell(page, "reveal-asking");
    // Nothing is sent before the last question is answered.
    expect(await messages(page)).toBeNull();
    await page.click("#not-now");
    expect(await messages(page)).toBe(6);
    await page.click("#tell-reveal");
    await page.click("#send");
    await page.click("#send.govuk-button--warning");
    await page.locator("#notice", { hasText: "can now see who you are" }).waitFor();

    await page.click("#tell-exclude");
    await page.click("#send");
    await page.locator("#exclude-people-error").waitFor();
    await page.fill("#exclude-people", TYPED[2] ?? "");
    await page.fill("#exclude-units", "Central West BCU\nRoads");
    await page.click("#units-list summary");
    const unit = page.getByLabel("Central West BCU professional standards unit");
    await unit.check();
    // Taking back the last choice leaves the list open, and the keyboard where it is.
    await unit.uncheck();
    expect(await unit.evaluate((box) => box === document.activeElement)).toBe(true);
    await unit.check();
    await looksWell(page, "exclude");
    await page.click("#send");
    await page.locator("#notice", { hasText: "We were told" }).waitFor();
    expect(await page.inputValue("#body")).toBe("Half a reply");
    expect(await messages(page)).toBe(8);

    for (const text of TYPED) expect(carrying(tab.sent, text), text).toEqual([]);
    tellsNoAddress(tab, filed.words, TYPED);
    expect(tab.troubles).toEqual([]);
    await tab.context.close();
    const at = await shown(filed.reference);
    for (const text of [...TYPED, "Worse shifts or duties", LEFT_OUT]) {
      expect(at).toContain(text);
    }
    // "Worse" proposes an allegation, which says what was told and when.
    await desk.page.getByRole("button", { name: "Draft the allegation" }).click();
    await desk.page.waitForFunction(
      (text) =>
        [...document.querySelectorAll("textarea")].some(
          ({ value }) => value.startsWith("Told in a check-in on ") && value.endsWith(text),
        ),
      `Worse shifts or duties. ${TYPED[0] ?? ""}`,
    );
    expect(desk.troubles).toEqual([]);
  });
});

describe("without scripts", () => {
  test("each form is checked, sent and read at the desk", async () => {
    const filed = await begun();
    const tab = await openTab(browser, service, { javaScriptEnabled: false });
    const { page } = tab;
    await page.goto(service.return);
    await page.click("#plain-route");
    await page.fill("#token", filed.words.join(" "));
    await page.click("#open");
    expect(await page.locator("#days li").count()).toBe(3);
    await fitsPlain(page, "plain-return-casework");
    await page.getByRole("link", { name: /^Answer this question/ }).click();
    expect(new URL(page.url()).hash).toBe("#body");
    await page.fill("#body", "Half a reply");

    await page.click("#tell-check-in");
    await page.fill("#check-in-detail", TYPED[0] ?? "");
    await page.click("#send");
    await page.locator("#check-in-answer-error").waitFor();
    expect(await page.inputValue("#check-in-detail")).toBe(TYPED[0]);
    await fitsPlain(page, "plain-check-in");
    await page.getByLabel("Worse", { exact: true }).check();
    await page.getByLabel("I got worse shifts or duties").check();
    await page.click("#send");
    await page.locator("#notice", { hasText: "as an allegation of reprisal" }).waitFor();
    expect(await page.inputValue("#body")).toBe("Half a reply");

    await page.click("#tell-survey");
    await page.click("#send");
    await page.locator("#survey-listened-error").waitFor();
    await page.getByRole("group", { name: "I felt safe" }).getByLabel("I disagree").check();
    await page.fill("#survey-detail", TYPED[3] ?? "");
    await fitsPlain(page, "plain-survey");
    await page.click("#send");
    await page.locator("#notice", { hasText: "Your answers were received." }).waitFor();

    await page.click("#tell-reveal");
    await page.click("#send");
    await page.locator("#reveal-name-error").waitFor();
    await page.fill("#reveal-name", "Anna");
    await fitsPlain(page, "plain-reveal");
    await page.click("#send");
    await page.locator("#revealed", { hasText: "Anna" }).waitFor();
    await fitsPlain(page, "plain-reveal-asking");
    await page.click("#change");
    expect(await page.inputValue("#reveal-name")).toBe("Anna");
    await page.fill("#reveal-name", TYPED[1] ?? "");
    await page.click("#send");
    await page.click("#send.govuk-button--warning");
    await page.locator("#notice", { hasText: "can now see who you are" }).waitFor();

    await page.click("#tell-exclude");
    await page.click("#send");
    await page.locator("#exclude-people-error").waitFor();
    await page.fill("#exclude-people", TYPED[2] ?? "");
    await page.fill("#exclude-units", "Central West BCU\nRoads");
    await page.click("#units-list summary");
    await page.getByLabel("Central West BCU professional standards unit").check();
    await fitsPlain(page, "plain-exclude");
    await page.click("#send");
    await page.locator("#notice", { hasText: "We were told" }).waitFor();
    expect(await page.locator("#messages > li").count()).toBe(8);
    // The same post again is no second message.
    await page.reload();
    await page.locator("#error-summary", { hasText: "has arrived since" }).waitFor();
    tellsNoAddress(tab, filed.words, TYPED);
    await tab.context.close();
    const at = await shown(filed.reference);
    for (const text of [...TYPED, "Worse shifts or duties", LEFT_OUT]) {
      expect(at).toContain(text);
    }
  });
});

describe("a report that is set aside", () => {
  const aside = ["Nobody is working on it now", "The last message from us says why."];

  test("is told first, promises no day, takes a reply, and is as before when it is taken up", async () => {
    const filed = await file(service, { what_happened: "The bins are not emptied." });
    const { page } = desk;
    await page.reload();
    await signIn(page, service, service.member("Handler-1"));
    await openNew(page, filed.reference);
    await showTab(page, "Conversation");
    await page.getByLabel("Acknowledge", { exact: true }).check();
    await page.getByLabel("By when").fill(soon());
    await page.getByRole("button", { name: /^Send the/ }).click();
    await sentWell(page);
    const tab = await openTab(browser, service);
    await comeBack(tab.page, service, filed.words.join(" "));
    const before = await tab.page.innerText("#stage");
    expect(await tab.page.locator("#days li").count()).toBe(3);

    const dialog = page.getByRole("dialog");
    await showPart(page, "Procedure");
    await page.getByRole("button", { name: "Set aside", exact: true }).click();
    await dialog.getByRole("button", { name: "Send and set aside" }).click();
    await dialog.getByText("Write to the reporter: nothing is set aside in silence").waitFor();
    await dialog.getByLabel("What it is").selectOption({ label: "A matter for another body" });
    await dialog.getByLabel("Why, for the readers").fill("Refuse collection.");
    await dialog.getByRole("button", { name: "Send and set aside" }).click();
    await dialog.getByText("only the words it begins with are there").waitFor();
    await focusOn(page, "aside-word");
    expect(await faultsOf(page)).toEqual([]);
    const word = dialog.getByLabel("Words to the reporter");
    await word.fill(`${await word.inputValue()}the council, by telephone.`);
    await dialog.getByRole("button", { name: "Send and set aside" }).click();
    await page.locator(".strip-good", { hasText: "Set aside." }).waitFor();
    await page.getByText("A matter for another body: Refuse collection.").waitFor();

    await tab.page.click("#refresh");
    await tab.page.getByText("the council, by telephone.").waitFor();
    const says = await tab.page.innerText("#stage");
    for (const line of aside) expect(says).toContain(line);
    // Neither a clock's day nor the one that was promised before stands there.
    expect(says).not.toMatch(/By [A-Z]|20\d\d|hear from us/);
    expect(await tab.page.locator("#days").count()).toBe(0);
    expect(await tab.page.textContent("#check-in-next")).toContain("30 days after your report");
    await looksWell(tab.page, "return-aside");
    await tab.page.fill("#body", "It is for you: they are paid to leave them.");
    await tab.page.click("#reply");
    await tab.page.locator("#notice", { hasText: "Your message was received." }).waitFor();

    const plain = await openTab(browser, service, { javaScriptEnabled: false });
    await plain.page.goto(service.return);
    await plain.page.click("#plain-route");
    await plain.page.fill("#token", filed.words.join(" "));
    await plain.page.click("#open");
    const there = await plain.page.innerText("#stage");
    for (const line of aside) expect(there).toContain(line);
    expect(there).not.toMatch(/By [A-Z]|20\d\d|hear from us/);
    await fitsPlain(plain.page, "plain-return-aside");

    // What the reporter wrote brings it back into the list, marked, and it can be taken up.
    await page.reload();
    await signIn(page, service, service.member("Handler-1"));
    await openMine(page, filed.reference);
    await page.getByText("It is for you: they are paid to leave them.").waitFor();
    await showPart(page, "Procedure");
    await page.getByRole("button", { name: "Take up again" }).click();
    await dialog.getByRole("textbox").fill("She is right.");
    await dialog.getByRole("button", { name: "Take up again" }).click();
    await page.locator(".strip-good", { hasText: "Taken up again." }).waitFor();
    await tab.page.click("#refresh");
    await tab.page.locator("#days").waitFor();
    expect(await tab.page.innerText("#stage")).toBe(before);
    for (const one of [tab, plain]) await one.context.close();
  });

  test("is not set aside when its reporter could not be told", async () => {
    const filed = await file(service, { what_happened: "Nothing at all." });
    const { page } = desk;
    await page.reload();
    await signIn(page, service, service.member("Handler-1"));
    await openNew(page, filed.reference);
    await showPart(page, "Procedure");
    await page.getByRole("button", { name: "Set aside", exact: true }).click();
    const dialog = page.getByRole("dialog");
    await dialog
      .getByLabel("What it is")
      .selectOption({ label: "Spam, or nothing that tells of wrongdoing" });
    await dialog.getByLabel("Why, for the readers").fill("Empty.");
    // The message goes through and the act does not: what was written is sent again, and counts once.
    await page.route("**/messages", (route) => route.abort());
    const go = dialog.getByRole("button", { name: "Send and set aside" });
    await go.click();
    await dialog.locator(".strip-trouble").waitFor();
    await page.unroute("**/messages");
    await page.route("**/acts", (route) => route.abort());
    await go.click();
    await dialog.locator(".strip-trouble").waitFor();
    const tab = await openTab(browser, service);
    await comeBack(tab.page, service, filed.words.join(" "));
    expect(await tab.page.locator("#messages > li").count()).toBe(1);
    expect(await tab.page.locator("#days li").count()).toBe(3);
    await page.unroute("**/acts");
    await go.click();
    await page.locator(".strip-good", { hasText: "Set aside." }).waitFor();
    await tab.page.click("#refresh");
    await tab.page.getByText("Nobody is working on it now").waitFor();
    expect(await tab.page.locator("#messages > li").count()).toBe(1);
    await tab.context.close();
    // What was broken on purpose.
    desk.troubles.splice(0);
  });
});

/** A day that can be promised. */
function soon(): string {
  return new Date(Date.now() + 5 * 86_400_000).toISOString().slice(0, 10);
}

/** How many messages the page shows; null where it shows none of them now. */
async function messages(page: Page): Promise<number | null> {
  const list = page.locator("#messages");
  return (await list.count()) === 0 ? null : list.locator("> li").count();
}

/** The same page as one with scripts, which axe needs: what was posted is shown, and nothing of it runs. */
async function fitsPlain(page: Page, name: string): Promise<void> {
  expect(await overflows(page), name).toBe(false);
  await picture(page, name);
  const wide = page.viewportSize();
  await page.setViewportSize(NARROW);
  expect(await overflows(page), name).toBe(false);
  await picture(page, name);
  if (wide !== null) await page.setViewportSize(wide);
  const copy = await openTab(browser, service, { viewport: NARROW });
  const html = await page.content();
  await copy.context.route(`${service.origin}/copy`, (route) =>
    route.fulfill({ contentType: "text/html", body: html }),
  );
  await copy.page.goto(`${service.origin}/copy`);
  expect(await faultsOf(copy.page), name).toEqual([]);
  await copy.context.close();
}
