// What a desk says is missing, or cannot be done, and the ways from there: each can be read and leads somewhere, in both
// widths.
import type { Browser, Locator, Page } from "playwright-core";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { scenario } from "../../../web/desk/record/sample.js";
import { WorkCalls } from "../../../web/desk/work/calls.js";
import { formBody } from "../../../web/protocol/bodies.js";
import { faultsOf } from "../support/axe.js";
import { launch } from "../support/chromium.js";
import { directoryOf, file, write as tell, type Filed } from "../support/client.js";
import { letInOther, newReport, openMine, openNew, signIn } from "../support/desk.js";
import { atWork, declareFree, does, keepRecord } from "../support/member.js";
import { addEntry, openRecord, saveRecord, showPart, write } from "../support/record.js";
import { startService, type Service } from "../support/service.js";
import { NARROW, WIDE, openTab, overflows, type Tab } from "../support/tab.js";

let service: Service;
let browser: Browser;
let filed: Filed;

beforeAll(async () => {
  [service, browser] = await Promise.all([startService(), launch()]);
});
beforeEach(async () => {
  filed = await file(service, { what_happened: "He shouts at everybody who asks a question." });
});
afterAll(async () => {
  await browser.close();
  await service.end();
});

const SHOTS = process.env["LOOK_AT"];

/** Both widths, one after the other; what is seen in each is kept where somebody wants to look at it. */
async function inBoth(page: Page, name: string, look: (width: number) => Promise<void>) {
  for (const size of [NARROW, WIDE]) {
    await page.setViewportSize(size);
    await look(size.width);
    expect(await overflows(page), `${name} at ${String(size.width)}`).toBe(false);
    expect(await faultsOf(page), `${name} at ${String(size.width)}`).toEqual([]);
    if (SHOTS !== undefined) {
      await page.screenshot({ path: `${SHOTS}/${name}-${String(size.width)}.png` });
    }
  }
}

async function atDesk(label: string): Promise<Tab> {
  const tab = await openTab(browser, service);
  await signIn(tab.page, service, service.member(label));
  await openNew(tab.page, filed.reference);
  return tab;
}

/** Signs in anew, to a case that is one's own. */
async function again(page: Page, label: string): Promise<void> {
  await page.reload();
  await signIn(page, service, service.member(label));
  await openMine(page, filed.reference);
}

async function isRed(error: Locator): Promise<void> {
  await error.waitFor();
  const [color, weight] = await error.evaluate((one) => {
    const style = getComputedStyle(one);
    return [style.color, style.fontWeight];
  });
  expect(color).toBe("rgb(202, 53, 53)");
  expect(weight).toBe("700");
}

test("what a record lacks can be read, and each line leads to its field", async () => {
  const { page, context, troubles } = await atDesk("Handler-1");
  await openRecord(page, "triage");
  await addEntry(page, "triage", "allegations", {
    summary: "He shouts at whoever asks him something",
  });
  await saveRecord(page);
  const readable = async (): Promise<void> => {
    const lines = page.locator("main .rec-lacking-parts .link");
    await lines.first().waitFor();
    expect(await lines.count()).toBeGreaterThan(3);
    for (const one of await lines.all()) {
      const { width = 0, height = 0 } = (await one.boundingBox()) ?? {};
      expect(width, (await one.textContent()) ?? "").toBeGreaterThan(80);
      expect(height).toBeLessThan(70);
    }
  };
  await showPart(page, "Procedure");
  await inBoth(page, "lacking-procedure", async () => {
    await readable();
    await page.locator("main .rec-lacking-parts").first().scrollIntoViewIfNeeded();
  });
  const wanted = page.locator("main .rec-lacking-parts .link", { hasText: /category/i }).first();
  await wanted.click();
  await page.locator("#rec-triage-name").waitFor();
  await page.waitForFunction(() => document.activeElement?.id.startsWith("rec-triage-allegations"));
  await showPart(page, "Conversation");
  await page.getByLabel("Set the stage", { exact: true }).check();
  await page.getByLabel("New stage").selectOption({ label: "Closed" });
  await inBoth(page, "lacking-closing", async () => {
    await readable();
    await page.locator("main .rec-lacking-parts").first().scrollIntoViewIfNeeded();
  });
  expect(troubles).toEqual([]);
  await context.close();
});

test("who cannot be given a part is not offered, and it is said where somebody is let in", async () => {
  const { page, context } = await atDesk("Handler-1");
  await showPart(page, "Triage");
  const none = page.getByText(
    "No authority can read this case yet. Let one in under People first.",
  );
  await inBoth(page, "assign-none", async () => {
    await none.waitFor();
    await none.scrollIntoViewIfNeeded();
  });
  expect(await page.getByLabel("Who", { exact: true }).count()).toBe(0);
  await page.getByRole("button", { name: "Open People" }).click();
  await letInOther(page, "Authority-1");
  await showPart(page, "Triage");
  await page.getByText("still to declare whether there is a conflict: Authority-1.").waitFor();
  const authority = await atWork(service, service.member("Authority-1"));
  await declareFree(authority, await directoryOf(service), filed.case);
  await again(page, "Handler-1");
  await showPart(page, "Triage");
  const who = page.getByLabel("Who", { exact: true });
  expect(await who.locator("option").allTextContents()).toEqual(["Choose", "Authority-1"]);
  await who.selectOption({ label: "Authority-1" });

  // What the service says against it is about them, and stands beside the button.
  const acts = "**/api/1/desk/cases/*/acts";
  await page.route(acts, (route) =>
    route.fulfill({
      status: 409,
      contentType: "application/problem+json",
      body: JSON.stringify({
        type: "urn:rightline:problem:procedure",
        title: "Not allowed at this point",
        status: 409,
        detail: "",
        rule: "role",
      }),
    }),
  );
  const assign = page.getByRole("button", { name: "Assign", exact: true });
  await assign.click();
  const trouble = page.locator(".choice .strip-trouble", {
    hasText: "Their roles do not allow this part.",
  });
  await inBoth(page, "assign-refused", async () => {
    await trouble.waitFor();
    await assign.scrollIntoViewIfNeeded();
  });
  expect(await page.locator(".strip-trouble").count()).toBe(1);
  expect(await who.locator("option:checked").textContent()).toBe("Authority-1");
  await page.unroute(acts);
  await assign.click();
  await page.locator(".triage-list strong", { hasText: "Authority-1" }).waitFor();
  await page.locator(".strip-good", { hasText: "Assigned." }).waitFor();
  expect(await page.locator(".strip-trouble").count()).toBe(0);
  await page.getByText("Nobody else who reads this case can be authority.").waitFor();
  // It is said once, where it was done.
  await showPart(page, "Record");
  expect(await page.locator(".strip-good").count()).toBe(0);
  await showPart(page, "Triage");
  expect(await page.locator(".strip-good").count()).toBe(0);
  await context.close();
});

test("both authorities say who is a reporter, and it is seen where they differ", async () => {
  const [handler, first, other] = await Promise.all(
    ["Handler-1", "Authority-1", "Authority-2"].map((label) =>
      atWork(service, service.member(label)),
    ),
  );
  if (handler === undefined || first === undefined || other === undefined) throw new Error("who?");
  const { page, context } = await atDesk("Handler-1");
  await letInOther(page, "Authority-1");
  await page.getByRole("button", { name: /Authority-2/ }).click();
  await page.locator("dialog .button-warning").click();
  await page.locator(".strip-good", { hasText: "Authority-2" }).waitFor();
  const directory = await directoryOf(service);
  for (const one of [first, other]) await declareFree(one, directory, filed.case);
  const { triage, failing } = scenario();
  const entries = failing.entries.map((one) => ({
    ...one,
    is_reporter: "no",
    unit: "Central West BCU",
  }));
  await keepRecord(handler, directory, filed.case, "triage", triage);
  await keepRecord(handler, directory, filed.case, "failing", { ...failing, entries });
  const { member } = first.vault;
  await does(handler, directory, filed.case, { do: "assign", as: "authority", member });
  const { records } = await new WorkCalls(first.api).work(filed.case);
  expect(records.length).toBe(2);
  await again(page, "Handler-1");
  await showPart(page, "Triage");
  const failed = page.getByText("of the unit of somebody entered in Failing to Report", {
    exact: false,
  });
  await failed.first().waitFor();

  await signIn(page, service, service.member("Authority-1"));
  await openMine(page, filed.reference);
  await openRecord(page, "failing");
  await page.getByRole("button", { name: /^Sign off revision/ }).click();
  await page.locator(".strip-good", { hasText: "Signed off." }).waitFor();
  await openRecord(page, "triage");
  expect(await page.locator(".strip-good").count()).toBe(0);

  await signIn(page, service, service.member("Authority-2"));
  await openMine(page, filed.reference);
  await openRecord(page, "failing");
  const sign = page.getByRole("button", { name: "Sign as second authority" });
  await sign.click();
  const asked = page.locator(".second-answers fieldset");
  expect(await asked.count()).toBe(entries.length);
  await inBoth(page, "second-asked", async () => {
    await isRed(asked.first().locator(".field-error"));
    await asked.first().scrollIntoViewIfNeeded();
  });
  for (const one of await asked.all()) await one.getByLabel("No", { exact: true }).check();
  await asked.first().getByLabel("Not known").check();
  await page.locator("#sign-failing-note").fill("The first of them may well be.");
  await sign.click();
  await page.locator(".strip-good", { hasText: "Signed as second authority." }).waitFor();
  const differs = page.locator(".strip-warning", {
    hasText: "The record says: No. The second authority says: Not known.",
  });
  await inBoth(page, "second-differs", async () => {
    await differs.waitFor();
    await differs.scrollIntoViewIfNeeded();
  });
  await showPart(page, "Procedure");
  await differs.waitFor();
  await page.getByText("The first of them may well be.").waitFor();
  expect(await page.getByText("is_reporter", { exact: false }).count()).toBe(0);
  await inBoth(page, "second-procedure", () => differs.scrollIntoViewIfNeeded());
  await showPart(page, "Triage");
  await page.locator(".triage").waitFor();
  expect(await failed.count()).toBe(0);
  await context.close();
});

test("what is not right in a dialog looks so", async () => {
  const tab = await openTab(browser, service);
  const { page } = tab;
  await signIn(page, service, service.member("Handler-2"));
  await newReport(page, filed.reference).getByRole("button", { name: "I have a conflict" }).click();
  await page.getByRole("button", { name: "Declare a conflict" }).click();
  await inBoth(page, "dialog-conflict", () => isRed(page.locator("#conflict-error")));
  expect(await page.locator("fieldset[aria-describedby~=conflict-error]").count()).toBe(1);
  await tab.context.close();
  const other = await atDesk("Handler-1");
  await showPart(other.page, "Procedure");
  await other.page.getByRole("button", { name: "Pause Triage" }).click();
  await other.page.getByRole("dialog").getByRole("button", { name: "Pause Triage" }).click();
  await inBoth(other.page, "dialog-pause", () => isRed(other.page.locator("#act-reason-error")));
  expect(await other.page.locator("textarea[aria-describedby~=act-reason-error]").count()).toBe(1);
  await other.context.close();
});

test("a print without who reported says what stands in it, and fits", async () => {
  const handler = await atWork(service, service.member("Handler-1"));
  const directory = await directoryOf(service);
  await declareFree(handler, directory, filed.case);
  const { triage, reporter } = scenario();
  const told = {
    ...reporter,
    unit: "Response team 4",
    evidence: "My own telephone",
    rank: "sergeant",
  };
  await keepRecord(handler, directory, filed.case, "triage", triage);
  await keepRecord(handler, directory, filed.case, "reporter", told);
  const note = { id: "a0000001", on: "2026-11-24", by: "", text: "She rings before ten only." };
  const notes = { chronology: [], notes: [note], tasks: [] };
  await keepRecord(handler, directory, filed.case, "notes", notes);
  const tab = await openTab(browser, service);
  const { page } = tab;
  await signIn(page, service, service.member("Handler-1"));
  await openMine(page, filed.reference);
  await showPart(page, "Record");
  await page.getByRole("button", { name: "Print", exact: true }).click();
  const print = page.locator(".rec-print");
  await print.getByText("Still in it: the sanitised account").waitFor();
  for (const text of ["Response team 4", "My own telephone", reporter.original.slice(0, 30)]) {
    expect(await print.innerText()).not.toContain(text);
  }
  // Chronology and notes are private to readers: whoever prints says that they are to be in it.
  const text = "She rings before ten only.";
  await print.getByText("Left out of this print: chronology and notes").waitFor();
  expect(await print.innerText()).not.toContain(text);
  expect(await print.getByRole("heading", { name: "Chronology and notes" }).count()).toBe(0);
  await page.getByLabel("With chronology and notes (private to readers)").check();
  await print.getByText("Printed with it: chronology and notes").waitFor();
  await print.getByText(text).waitFor();
  await page.getByLabel("With chronology and notes (private to readers)").uncheck();
  await print.getByText(text).waitFor({ state: "detached" });
  await inBoth(page, "print", async () => {
    const table = page.locator(".rec-print-table");
    expect(await table.evaluate((one) => one.getBoundingClientRect().right <= innerWidth)).toBe(
      true,
    );
  });
  const title = await page.title();
  const printing = await page.evaluate(() => {
    dispatchEvent(new Event("beforeprint"));
    const during = document.title;
    dispatchEvent(new Event("afterprint"));
    return during;
  });
  expect(printing).toBe(`MM1 record ${filed.reference}`);
  expect(await page.title()).toBe(title);
  await page.getByLabel("With who reported, and their own words (restricted)").check();
  for (const text of ["Response team 4", "My own telephone"]) await print.getByText(text).waitFor();
  expect(await page.getByText("Still in it:").count()).toBe(0);
  await tab.context.close();
});

test("worse treatment is missing until somebody has made something of it", async () => {
  const what = ["rota" as const];
  const body = formBody("check_in_answer", { answer: "worse", what, detail: "Nights only." });
  await tell(service, filed, body, "check_in_answer");
  const { page, context } = await atDesk("Handler-1");
  const line = page.getByRole("button", { name: /^Treated worse, by the check-in on / });
  await line.first().waitFor();
  await inBoth(page, "worse", async () => {
    const rail = page.getByRole("button", { name: "Details", exact: true });
    if (await rail.isVisible()) await rail.click();
    await line.first().scrollIntoViewIfNeeded();
  });
  await line.first().click();
  await page.getByRole("button", { name: "Note why there is none" }).click();
  await page.waitForFunction(() => {
    const { activeElement: one } = document;
    return one instanceof HTMLTextAreaElement && one.value.startsWith("No allegation of reprisal");
  });
  await page.keyboard.press("End");
  await page.keyboard.press("Control+End");
  await page.keyboard.type("everybody has nights now.");
  await saveRecord(page);
  await line.first().waitFor({ state: "detached" });
  await context.close();
});

test("a comparison ends with a click on its record", async () => {
  const { page, context } = await atDesk("Handler-1");
  await openRecord(page, "danger");
  await write(page, "rec-danger", { immediate: "No" });
  await saveRecord(page);
  await page.getByRole("button", { name: /[Rr]evisions/ }).click();
  await page.locator(".rec-comparison").waitFor();
  await page.locator(".rec-records button", { hasText: "Danger and crime" }).click();
  await page.locator(".rec-comparison").waitFor({ state: "detached" });
  await page.locator("#rec-danger-name").waitFor();
  await context.close();
});

test("a clock that stands is shown beside the case, and what is due fits a narrow window", async () => {
  const { page, context } = await atDesk("Handler-1");
  await showPart(page, "Procedure");
  await page.getByRole("button", { name: "Pause Triage" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByRole("textbox").fill("Waiting for the criminal trial.");
  await dialog.getByRole("button", { name: "Pause Triage" }).click();
  const stands = page.locator(".rail .clock-stands", { hasText: "Paused today" });
  await stands.waitFor();
  await inBoth(page, "clocks", async () => {
    const rail = page.getByRole("button", { name: "Details", exact: true });
    if (await rail.isVisible()) await rail.click();
    await stands.scrollIntoViewIfNeeded();
  });
  await page.getByRole("button", { name: /^Due/ }).click();
  await page.locator("table", { hasText: filed.reference }).waitFor();
  await inBoth(page, "due", async (width) => {
    for (const one of await page.locator(".bar-list").all()) {
      const box = await one.boundingBox();
      expect((box?.x ?? -1) >= 0 && (box?.x ?? 0) + (box?.width ?? 0) <= width).toBe(true);
    }
    const left = async (what: string): Promise<number> =>
      (await page.locator(what).first().boundingBox())?.x ?? -1;
    expect(await left(".due .select")).toBe(await left(".due h1"));
  });
  // What can be barred stands apart from what else can be.
  await openMine(page, filed.reference);
  await showPart(page, "Triage");
  await inBoth(page, "triage", () => Promise.resolve());
  await context.close();
});
