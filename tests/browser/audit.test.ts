import type { Browser, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { digest, fromBase64, fromUtf8, utf8 } from "../../web/protocol/index.js";
import { faultsOf } from "./support/axe.js";
import { launch } from "./support/chromium.js";
import { enter } from "./support/desk.js";
import { showPart } from "./support/office.js";
import { startService, type Service } from "./support/service.js";
import { keepPicture } from "./support/shots.js";
import { NARROW, openTab, overflows, type Tab } from "./support/tab.js";
import { changeJson, toBase64 } from "./support/tamper.js";

let service: Service;
let browser: Browser;

beforeAll(async () => {
  [service, browser] = await Promise.all([startService(), launch()]);
});
afterAll(async () => {
  await browser.close();
  await service.end();
});

const trail = /\/api\/1\/desk\/audit\?/;
interface Answer {
  rows: string[];
  head: { number: number; digest: string };
  next: number | null;
}

async function openAudit(page: Page): Promise<void> {
  await page.goto(service.desk);
  await enter(page, service.member("Auditor-1"));
  await page.locator(".bar").waitFor();
  await showPart(page, "Audit");
}

async function look(page: Page, name: string): Promise<void> {
  expect(await faultsOf(page), name).toEqual([]);
  expect(await overflows(page), name).toBe(false);
}

/** Somebody signs in and out, so that there is something new. */
async function somethingHappens(label = "Handler-1"): Promise<void> {
  const tab = await openTab(browser, service);
  await tab.page.goto(service.desk);
  await enter(tab.page, service.member(label));
  await tab.page.locator(".bar").waitFor();
  await tab.page.getByRole("button", { name: "Sign out" }).click();
  await tab.page.getByText("You are signed out.").waitFor();
  await tab.context.close();
}

let tab: Tab;
beforeEach(async () => {
  tab = await openTab(browser, service);
});
afterEach(() => tab.context.close());

test("an auditor follows the trail from the first row and countersigns its end", async () => {
  await somethingHappens();
  const { page } = tab;
  await openAudit(page);
  await page.getByText(/^All \d+ rows hold together\./).waitFor();
  await page.locator("table.audit tbody tr", { hasText: "Handler-1" }).first().waitFor();
  await look(page, "audit");
  await page.getByRole("button", { name: /^Countersign row \d+$/ }).click();
  await page.getByText(/^Countersigned\. Your desk remembers row \d+\.$/).waitFor();
  await page.getByText(/^Row \d+ by Auditor-1, /).waitFor();
  await keepPicture(page, "audit");
  expect(tab.troubles).toEqual([]);
});

test("a lead, who is in no team, is called by their label", async () => {
  await somethingHappens("Lead-1");
  const { page } = tab;
  await openAudit(page);
  const rows = page.locator("table.audit tbody tr");
  await rows.filter({ hasText: "Lead-1" }).filter({ hasText: "Signed in" }).first().waitFor();
  expect(await page.getByText("Unlisted reader").count()).toBe(0);
});

test("later, the desk goes on from the row that it remembers", async () => {
  await somethingHappens();
  const { page } = tab;
  await openAudit(page);
  await page
    .getByText(/^All rows since row \d+, which your desk remembers, hold together/)
    .waitFor();
  await page.getByRole("button", { name: "Check from the first row" }).click();
  await page.getByText(/^All \d+ rows from the first on hold together/).waitFor();
});

test("rows are narrowed by person and by what was done, and are exported whole", async () => {
  const { page } = tab;
  await openAudit(page);
  await page.getByText("which your desk remembers").waitFor();
  await page.getByRole("combobox", { name: /^What/ }).selectOption({ label: "Signed in" });
  const rows = page.locator("table.audit tbody tr");
  await expect.poll(() => rows.filter({ hasNotText: "Signed in" }).count()).toBe(0);
  expect(await rows.count()).toBeGreaterThan(2);
  await look(page, "audit, narrowed");
  await page.getByRole("button", { name: "Show everything" }).click();
  const [download] = await Promise.all([
    page.waitForEvent("download"),
    page.getByRole("button", { name: "Export" }).click(),
  ]);
  expect(download.suggestedFilename()).toBe("audit-trail.ndjson");
});

test("a trail that was shortened is noticed, and is not countersigned", async () => {
  const { page } = tab;
  await changeJson<Answer>(page, trail, (answer) => ({
    rows: [],
    head: { number: 2, digest: answer.head.digest },
    next: null,
  }));
  await openAudit(page);
  await page.getByText(/^The trail ends at row 2, but you have countersigned row \d+\./).waitFor();
  expect(await page.getByRole("button", { name: /^Countersign row/ }).count()).toBe(0);
  await look(page, "shortened");
  await keepPicture(page, "audit-shortened");
});

test("a trail that was written anew is noticed, however well it holds together", async () => {
  const { page } = tab;
  // The service serves a trail of its own making: every row names the one before.
  let last = "0".repeat(64);
  const made: string[] = [];
  for (let number = 1; number <= 400; number++) {
    const row = utf8(
      JSON.stringify({
        number,
        previous: last,
        time: 1_764_000_000 + number,
        who: "",
        by: "command",
        act: "backup",
        case: "",
        about: "",
        outcome: "done",
      }),
    );
    made.push(toBase64(row));
    last = digest(row);
  }
  await page.route(trail, async (route) => {
    const query = new URL(route.request().url()).searchParams;
    const after = Number(query.get("after"));
    const rows = made.slice(after, after + Number(query.get("limit")));
    await route.fulfill({ json: { rows, head: { number: 400, digest: last }, next: null } });
  });
  await openAudit(page);
  await page.getByText(/^Row \d+ is not the one that you have countersigned\./).waitFor();
  await look(page, "rewritten");
});

test("a row that was changed or left out is named", async () => {
  const { page } = tab;
  await somethingHappens();
  await changeJson<Answer>(page, trail, (answer) => ({
    ...answer,
    rows: answer.rows.map((row, place) => {
      if (place !== 0) return row;
      const text = fromUtf8(fromBase64(row)).replace('"outcome":"done"', '"outcome":"gone"');
      return toBase64(utf8(text));
    }),
  }));
  await openAudit(page);
  await page.getByText(/^Row \d+ is missing or does not follow the row before it/).waitFor();
});

test("the audit trail is read at 390 pixels too", async () => {
  const { page } = tab;
  await page.setViewportSize(NARROW);
  await openAudit(page);
  await page.getByText("which your desk remembers").waitFor();
  await look(page, "audit, narrow");
  await keepPicture(page, "audit");
});
