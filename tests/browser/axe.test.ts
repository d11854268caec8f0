import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { faultsOf } from "./support/axe.js";
import { launch } from "./support/chromium.js";
import { newReport, openMine, openNew, showTab, signIn, enter, reply } from "./support/desk.js";
import { answerEverything } from "./support/full.js";
import {
  comeBack,
  confirmWords,
  openReport,
  sayWhat,
  sentReference,
  shownWords,
} from "./support/reporter.js";
import { openRecord, showPart } from "./support/record.js";
import { startService, type Service } from "./support/service.js";
import { openTab, type Tab } from "./support/tab.js";

let service: Service;
let browser: Browser;
let reference = "";
let words: string[] = [];

beforeAll(async () => {
  [service, browser] = await Promise.all([startService(), launch()]);
});
afterAll(async () => {
  await browser.close();
  await service.end();
});

/** Looks at what is shown now, and remembers what is wrong under a name. */
class Looked {
  readonly found: Record<string, string[]> = {};
  readonly #page: Page;

  constructor({ page }: Tab) {
    this.#page = page;
  }

  async at(name: string): Promise<void> {
    const faults = await faultsOf(this.#page);
    if (faults.length > 0) this.found[name] = faults;
  }
}

test("axe finds nothing on the pages that are only read, nor on the plain ones", async () => {
  const tab = await openTab(browser, service);
  const looked = new Looked(tab);
  const { page } = tab;
  for (const address of [
    "/",
    "/before-you-start",
    "/privacy",
    "/accessibility",
    "/lost-words",
    "/nothing-is-here",
    "/report/without-javascript",
    "/return/without-javascript",
    "/desk",
  ]) {
    await page.goto(service.origin + address);
    await looked.at(address);
  }
  await page.goto(`${service.origin}/report/without-javascript`);
  await page.click("#add-subject");
  await page.click("#add-other");
  await page.click("#check");
  await looked.at("plain form with errors");
  await page.fill("#what_happened", "Plain.");
  await page.fill("#subjects-0-name", "Somebody");
  await page.fill("#subjects-1-name", "Somebody else");
  await page.fill("#others-0-who", "Another");
  await page.check("#mode-confidential");
  await page.fill("#identity-name", "A. N. Other");
  await page.click("#check");
  await page.waitForSelector("#send");
  await looked.at("plain check");
  await page.click("#send");
  const given = await shownWords(page);
  await looked.at("plain words");
  await page.goto(`${service.origin}/return/without-javascript`);
  await page.click("#open");
  await looked.at("plain return with an error");
  await page.fill("#token", given.join(" "));
  await page.click("#open");
  await page.waitForSelector("#body");
  await looked.at("plain mailbox");
  await page.click("#change-words");
  await page.waitForSelector("#change-confirmed");
  await looked.at("plain change of words");
  expect(looked.found).toEqual({});
  await tab.context.close();
});

test("axe finds nothing at any step of a report", async () => {
  const tab = await openTab(browser, service);
  const looked = new Looked(tab);
  const { page } = tab;
  await openReport(page, service);
  await looked.at("tasks");
  await page.click("#task-what");
  await page.click("#continue");
  await page.waitForSelector("#error-summary");
  await looked.at("what with an error");
  await page.fill("#what_happened", "x".repeat(49_990));
  await looked.at("what with a count");
  await page.click("#back");
  await page.click("#task-subjects");
  await looked.at("nobody named");
  await page.click("#add-subjects");
  await looked.at("a person");
  await page.click("#continue");
  await page.waitForSelector("#error-summary");
  await looked.at("a person with an error");
  await page.fill("#subjects-0-name", "Somebody");
  await page.click("#subjects-0-reads_reports");
  await page.click("#continue");
  await page.waitForSelector("#independent-proposed");
  await looked.at("independent route proposed");
  await page.click("#remove-subjects-0");
  await page.click("#continue");
  await answerEverything(page, (topic) => looked.at(topic));
  await looked.at("tasks answered");
  await page.click("#task-readers");
  await page.getByLabel(/^Handler-2,/).check();
  await page.click("#continue");
  await page.click("#task-check");
  await page.click("#send");
  await page.waitForSelector("#error-summary");
  await looked.at("check with too few readers");
  await page.click("#few-change");
  await page.getByLabel(/^Handler-2,/).uncheck();
  await page.click("#continue");
  await page.waitForSelector("#send");
  await looked.at("check");
  await page.click("#send");
  words = await shownWords(page);
  await looked.at("words");
  await page.click("#written-down");
  await page.click("#ask-check");
  await page.waitForSelector("#error-summary");
  await looked.at("words asked back with errors");
  await page.click("#show-words");
  await confirmWords(page, words);
  await page.waitForSelector("#received");
  await looked.at("received");
  reference = sentReference(tab.sent);
  expect(looked.found).toEqual({});
  await tab.context.close();
});

test("axe finds nothing where a report cannot be sent", async () => {
  const tab = await openTab(browser, service);
  const looked = new Looked(tab);
  const { page } = tab;
  await openReport(page, service);
  await sayWhat(page, "It cannot be sent.");
  await page.click("#task-check");
  await page.route("**/api/1/cases/*", (route) => route.abort());
  await page.click("#send");
  await page.waitForSelector("#not-sent");
  await looked.at("not sent");
  await page.unroute("**/api/1/cases/*");
  await page.route("**/api/1/cases/*", (route) =>
    route.fulfill({ status: 201, contentType: "application/json", body: '{"receipt":"AQID"}' }),
  );
  await page.click("#retry");
  await page.waitForSelector("#stopped");
  await looked.at("receipt refused");
  await page.route("**/api/1/directory", (route) => route.abort());
  page.once("dialog", (dialog) => void dialog.accept());
  await page.goto(service.report);
  await page.waitForSelector("#stopped[data-why=directory-offline]");
  await looked.at("no directory");
  expect(looked.found).toEqual({});
  await tab.context.close();
});

test("axe finds nothing at the desk", async () => {
  const tab = await openTab(browser, service);
  const looked = new Looked(tab);
  const { page } = tab;
  await page.goto(service.desk);
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
  await page.getByText("Enter your label").waitFor();
  await looked.at("sign-in without a label");
  const handler = service.member("Handler-1");
  await enter(page, { ...handler, passphrase: "not the passphrase" });
  await page.getByRole("alert").waitFor();
  await looked.at("sign-in refused");
  await signIn(page, service, handler);
  await newReport(page, reference).waitFor();
  await looked.at("inbox");
  await newReport(page, reference).getByRole("button", { name: "I have a conflict" }).click();
  await page.getByRole("dialog").waitFor();
  await looked.at("conflict dialog");
  await page.getByRole("button", { name: "Cancel" }).click();
  await page.getByRole("button", { name: /^My cases/ }).click();
  await page.getByText("You have no cases yet.").waitFor();
  await looked.at("no cases");
  await page.getByRole("button", { name: /^New reports/ }).click();
  await openNew(page, reference);
  await looked.at("report");
  await showTab(page, "Conversation");
  await page.getByLabel("Set the stage", { exact: true }).check();
  await page.getByRole("button", { name: "Set the stage and send" }).click();
  await page.waitForSelector(".field-error");
  await looked.at("reply with errors");
  await reply(page, "A reply.");
  await page.locator(".message", { hasText: "A reply." }).waitFor();
  await looked.at("conversation");
  await showTab(page, "People");
  await looked.at("people");
  await page.getByRole("button", { name: "Share with Custodian-1" }).click();
  await page.getByRole("dialog").waitFor();
  await looked.at("share dialog");
  await page.keyboard.press("Escape");
  for (const part of ["Triage", "Procedure"] as const) {
    await showPart(page, part);
    await page.locator("main .section").first().waitFor();
    await looked.at(part);
  }
  for (const record of ["triage", "failing", "notes"] as const) {
    await openRecord(page, record, true);
    await looked.at(`record ${record}`);
  }
  await showPart(page, "Record");
  await page.getByRole("button", { name: "Print", exact: true }).click();
  await page.getByRole("button", { name: "Print this page" }).waitFor();
  await looked.at("print");
  await page.getByRole("button", { name: "Back to the case" }).click();
  await page.getByRole("button", { name: /^Due/ }).click();
  await page.locator("table", { hasText: reference }).waitFor();
  await looked.at("due");
  await openMine(page, reference);
  await page.keyboard.press("?");
  await page.getByRole("dialog", { name: "Keyboard shortcuts" }).waitFor();
  await looked.at("help");
  await page.keyboard.press("Escape");
  await page.fill("#search", "nothing like it");
  await page.getByText("No case fits.").waitFor();
  await looked.at("nothing found");
  await tab.context.setOffline(true);
  await page.getByText("You are offline.").waitFor();
  await looked.at("offline");
  await tab.context.setOffline(false);
  await page.getByRole("button", { name: "Sign out" }).click();
  await page.getByRole("dialog", { name: "Sign out" }).waitFor();
  await looked.at("signing out with something unsaved");
  await page.getByRole("button", { name: "Sign out and drop it" }).click();
  await page.getByText("You are signed out.").waitFor();
  await looked.at("signed out");
  expect(looked.found).toEqual({});
  await tab.context.close();
});

test("axe finds nothing on the return page", async () => {
  const tab = await openTab(browser, service);
  const looked = new Looked(tab);
  const { page } = tab;
  await page.goto(service.return);
  await page.waitForSelector("#open");
  await looked.at("enter");
  await page.click("#open");
  await page.waitForSelector("#error-summary");
  await looked.at("enter with an error");
  await comeBack(page, service, words.join(" "));
  await looked.at("mailbox");
  await page.click("#reply");
  await page.waitForSelector("#error-summary");
  await looked.at("reply with an error");
  await page.fill("#body", "More.");
  await page.click("#reply");
  await page.waitForSelector("#notice");
  await looked.at("replied");
  await page.click("#prove summary");
  await page.fill("#challenge", "ab".repeat(32));
  await page.click("#attest");
  await page.waitForSelector("#proof");
  await looked.at("proof");
  await page.click("#delete");
  await page.waitForSelector("#delete-confirmed");
  await looked.at("delete asked");
  await page.click("#change-words");
  await shownWords(page);
  await looked.at("new words");
  expect(looked.found).toEqual({});
  await tab.context.close();
});

test("axe finds nothing while reports are not taken, nor on a page in trouble", async () => {
  const tab = await openTab(browser, service);
  const looked = new Looked(tab);
  const { page } = tab;
  await service.stop();
  await service.serve((settings) => settings.replace("[service]", "[service]\nopen = false"));
  for (const address of ["/", "/report", "/report/without-javascript"]) {
    await page.goto(service.origin + address);
    await looked.at(`closed ${address}`);
  }
  expect(looked.found).toEqual({});
  await tab.context.close();
});
