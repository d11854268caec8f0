// A conflict that somebody finds after they have opened the case.
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { scenario } from "../../../web/desk/record/sample.js";
import { faultsOf } from "../support/axe.js";
import { launch } from "../support/chromium.js";
import { directoryOf, file } from "../support/client.js";
import { openMine, openNew, showTab, signIn } from "../support/desk.js";
import { atWork, declareFree, keepRecord } from "../support/member.js";
import { openRecord } from "../support/record.js";
import { startService, type Service } from "../support/service.js";
import { NARROW, WIDE, openTab, overflows } from "../support/tab.js";

let service: Service;
let browser: Browser;

beforeAll(async () => {
  [service, browser] = await Promise.all([startService(), launch()]);
});
afterAll(async () => {
  await browser.close();
  await service.end();
});

test("who finds a conflict loses the case for good, and the others see what kind it is", async () => {
  const filed = await file(service, { what_happened: "It happened in the yard." });
  const handler = await atWork(service, service.member("Handler-1"));
  const directory = await directoryOf(service);
  await declareFree(handler, directory, filed.case);
  await keepRecord(handler, directory, filed.case, "danger", scenario().danger);
  const other = await openTab(browser, service);
  await signIn(other.page, service, service.member("Handler-2"));
  await openNew(other.page, filed.reference);

  const { page, context } = await openTab(browser, service);
  await signIn(page, service, service.member("Handler-1"));
  await openMine(page, filed.reference);
  await openRecord(page, "danger");
  await page.getByRole("button", { name: "Sign off revision 1" }).click();
  await page.locator(".strip-good", { hasText: "Signed off." }).waitFor();
  await page.getByRole("tab", { name: "Procedure" }).click();
  await page.getByRole("button", { name: "I have found a conflict" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByText("The case leaves your desk for good").waitFor();
  expect(await faultsOf(page)).toEqual([]);
  await page.setViewportSize(NARROW);
  expect(await overflows(page)).toBe(false);
  await dialog.getByLabel("It is about my unit or its leadership").check();
  await dialog.getByLabel("More about it (optional)").fill("The yard is ours.");
  const kept = page.waitForResponse(
    (answer) => answer.url().endsWith("/ring") && answer.request().method() === "PUT",
  );
  await dialog.getByRole("button", { name: "Declare a conflict" }).click();
  const notice = page.locator(".strip", { hasText: filed.reference });
  await notice.waitFor();
  expect(await notice.textContent()).toContain("It has gone from your desk.");
  await page.getByRole("heading", { name: "New reports" }).waitFor();
  await page.getByRole("button", { name: /^My cases/ }).click();
  expect(await page.locator(".row", { hasText: filed.reference }).count()).toBe(0);
  expect((await kept).status()).toBe(200);
  await context.close();

  // Signed in again, nothing of it is left, and nothing is missed.
  const later = await openTab(browser, service);
  await signIn(later.page, service, service.member("Handler-1"));
  await later.page.getByRole("button", { name: /^My cases/ }).click();
  await later.page.getByText("You have no cases yet.").waitFor();
  expect(await later.page.getByText(filed.reference).count()).toBe(0);
  await later.context.close();

  await other.page.reload();
  await signIn(other.page, service, service.member("Handler-2"));
  await openMine(other.page, filed.reference);
  await showTab(other.page, "People");
  const row = other.page.getByRole("row", { name: /^Handler-1/ });
  await row.getByText("found a conflict").waitFor();
  await row.getByText("It is about my unit or its leadership").waitFor();
  await row.getByText("The yard is ours.").waitFor();
  expect(await other.page.locator(".people .strip-warning").count()).toBe(0);

  // What they signed is there, does not count, and is signed again as it stands.
  const fallen = other.page.getByText("Handler-1 has declared a conflict since.", { exact: false });
  const again = "Sign again, whoever signed has a conflict or is barred: Danger and crime";
  await other.page.getByRole("tab", { name: "Procedure" }).click();
  await other.page.getByText(again).first().waitFor();
  await fallen.waitFor();
  expect(await faultsOf(other.page)).toEqual([]);
  await openRecord(other.page, "danger");
  await fallen.waitFor();
  expect(await faultsOf(other.page)).toEqual([]);
  await other.page.setViewportSize(NARROW);
  expect(await overflows(other.page)).toBe(false);
  await other.page.setViewportSize(WIDE);
  await other.page.getByRole("button", { name: "Sign off revision 1" }).click();
  await other.page.locator(".strip-good", { hasText: "Signed off." }).waitFor();
  expect(await fallen.count()).toBe(0);
  await other.page.getByRole("tab", { name: "Triage" }).click();
  await other.page.getByRole("button", { name: "Make new keys" }).click();
  await other.page.getByText("New keys are made.").waitFor();
  await other.context.close();
});
