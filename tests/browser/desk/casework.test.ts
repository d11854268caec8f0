// Casework at the desk: two who write at once, what is set aside and taken up again, clocks that stand, who is
// barred, and the new keys that they do not get.
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { openCase } from "../../../web/desk/opening.js";
import { WorkCalls } from "../../../web/desk/work/calls.js";
import { emptyBody, history } from "../../../web/protocol/index.js";
import { faultsOf } from "../support/axe.js";
import { launch } from "../support/chromium.js";
import { directoryOf, file, write as tell, type Filed } from "../support/client.js";
import { newReport, openMine, openNew, reply, signIn } from "../support/desk.js";
import { atWork as withoutPage, declareFree } from "../support/member.js";
import { addEntry, openRecord, saveRecord, showPart, write } from "../support/record.js";
import { startService, type Service } from "../support/service.js";
import { openTab, type Tab } from "../support/tab.js";

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

/** A desk at which a handler has opened the newest report. */
async function atWork(label: string): Promise<Tab> {
  const tab = await openTab(browser, service);
  await signIn(tab.page, service, service.member(label));
  await openNew(tab.page, filed.reference);
  return tab;
}

test("of two who edit one record at once, neither loses a word", async () => {
  const one = await atWork("Handler-1");
  const two = await atWork("Handler-2");
  for (const { page } of [one, two]) await openRecord(page, "danger");
  await write(one.page, "rec-danger", { immediate: "No", action: "Asked by the first." });
  await saveRecord(one.page);
  await write(two.page, "rec-danger", { crime: "Yes", action: "Asked by the second." });
  await two.page.getByRole("button", { name: "Save", exact: true }).click();
  const heading = { name: "Somebody else saved this record meanwhile" };
  await two.page.getByRole("heading", heading).waitFor();
  await two.page.getByText("Asked by the first.").waitFor();
  await two.page.getByText("Asked by the second.").waitFor();
  expect(await faultsOf(two.page)).toEqual([]);
  // Back at the text nothing of it has changed; and saving it asks again, before anything is undone.
  await two.page.getByRole("button", { name: "Back to my text" }).click();
  expect(await two.page.locator("#rec-danger-action").inputValue()).toBe("Asked by the second.");
  await two.page.getByRole("button", { name: "Save", exact: true }).click();
  await two.page.getByRole("heading", heading).waitFor();
  await two.page.getByLabel("Both, theirs first").check();
  await two.page.getByRole("button", { name: "Put together" }).click();
  // Nothing is saved by that: what the other changed stands over the record, to be looked at.
  const notice = two.page.locator(".rec-merging");
  const told = "Put together with revision 1 by Handler-1, and not saved yet";
  await notice.getByRole("heading", { name: told }).waitFor();
  await expect.poll(() => two.page.evaluate(() => document.activeElement?.textContent)).toBe(told);
  expect(await notice.locator(".rec-compare").innerText()).toMatch(/Asked by the first\./);
  await two.page.getByText("Not saved yet.").waitFor();
  expect(await two.page.locator("#rec-danger-action").inputValue()).toBe(
    "Asked by the first.\n\nAsked by the second.",
  );
  expect(await faultsOf(two.page)).toEqual([]);
  const { api } = await withoutPage(service, service.member("Handler-1"));
  const kept = async (): Promise<number> =>
    (await new WorkCalls(api).revisions(filed.case, "danger", 0)).revisions.length;
  expect(await kept()).toBe(1);
  await saveRecord(two.page);
  expect(await kept()).toBe(2);
  expect(await notice.count()).toBe(0);

  await one.page.reload();
  await signIn(one.page, service, service.member("Handler-1"));
  await openMine(one.page, filed.reference);
  await openRecord(one.page, "danger");
  const shown = await one.page.locator(".rec").innerText();
  for (const text of ["Asked by the first.", "Asked by the second.", "Revision 2"]) {
    expect(shown).toContain(text);
  }
  // Both answers stand, which only one of them gave.
  expect(shown).toMatch(/Immediate danger\s+No/);
  expect(shown).toMatch(/May be a crime\s+Yes/);
  await one.page.getByRole("button", { name: /[Rr]evisions|[Cc]ompare/ }).click();
  await one.page.locator(".rec-compare, .rec-changes, ins, del").first().waitFor();
  expect(await faultsOf(one.page)).toEqual([]);
  for (const tab of [one, two]) await tab.context.close();
});

test("what is typed while a save is on its way is in what is put together", async () => {
  const one = await atWork("Handler-1");
  const two = await atWork("Handler-2");
  for (const { page } of [one, two]) await openRecord(page, "danger");
  await write(one.page, "rec-danger", { immediate: "No" });
  await write(two.page, "rec-danger", { crime: "Yes", action: "Asked" });
  // The desk hears of a key a quarter of a second later. That never comes here: as if the answer were always first.
  await two.page.evaluate(() => {
    const soon = window.setTimeout.bind(window);
    const late = (run: () => void, after = 0): number => soon(run, after === 250 ? 1e9 : after);
    window.setTimeout = late as typeof window.setTimeout;
  });
  let arrive: () => void = () => undefined;
  const arrived = new Promise<void>((done) => (arrive = done));
  let answer: () => void = () => undefined;
  const answered = new Promise<void>((done) => (answer = done));
  await two.page.route(/\/records$/, async (route) => {
    arrive();
    await answered;
    await route.continue();
  });
  await two.page.getByRole("button", { name: "Save", exact: true }).click();
  await arrived;
  await saveRecord(one.page);
  const action = two.page.locator("#rec-danger-action");
  await action.focus();
  await two.page.keyboard.press("Control+End");
  await two.page.keyboard.type(" by the second.");
  answer();
  await two.page.getByRole("button", { name: "Put together" }).click();
  expect(await action.inputValue()).toBe("Asked by the second.");
  const shown = two.page.locator(".rec-merging .rec-compare");
  expect(await shown.innerText()).toMatch(/Immediate danger/);
  await saveRecord(two.page);
  const saved = await two.page.locator(".rec:not(.rec-merging)").innerText();
  expect(saved).toMatch(/Immediate danger\s+No/);
  expect(saved).toMatch(/May be a crime\s+Yes/);
  expect(saved).toContain("Asked by the second.");
  for (const tab of [one, two]) await tab.context.close();
});

test("several are set aside with one reason, each reporter is told, and one is taken up again", async () => {
  const other = await file(service, { what_happened: "Buy our watches, best price." });
  const tab = await atWork("Handler-1");
  const { page } = tab;
  await page.getByRole("button", { name: /^New reports/ }).click();
  await openNew(page, other.reference);
  await page.getByRole("button", { name: /^My cases/ }).click();
  await page.getByRole("button", { name: "Set aside several" }).click();
  await page.getByRole("button", { name: "Set them aside" }).click();
  await page.getByText("Select at least one").waitFor();
  await page.getByText("Say why, for the readers of this case").waitFor();
  for (const { reference } of [filed, other]) await page.getByLabel(`Select ${reference}`).check();
  const go = page.getByRole("button", { name: "Set them aside" });
  const word = page.getByLabel("Words to each reporter");
  await page.getByLabel("Why, for the readers").fill("An advertisement.");
  // Words that ask the writer something are no message, and none are none.
  await page.getByLabel("What it is").selectOption({ label: "A matter for another body" });
  await go.click();
  await page.getByText("only the words it begins with are there").waitFor();
  await word.fill(" ");
  await go.click();
  await page.getByText("nothing is set aside in silence").waitFor();
  await page
    .getByLabel("What it is")
    .selectOption({ label: "Spam, or nothing that tells of wrongdoing" });
  expect(await faultsOf(page)).toEqual([]);
  await go.click();
  await page.locator(".several").waitFor({ state: "detached" });
  await page.locator(".row", { hasText: other.reference }).waitFor({ state: "detached" });

  await page.getByLabel("Set aside", { exact: true }).check();
  await page.locator(".row", { hasText: filed.reference }).click();
  await page.locator("h1.reference", { hasText: filed.reference }).waitFor();
  await showPart(page, "Conversation");
  await page.getByText("does not tell us of anything that we could look into").waitFor();
  await showPart(page, "Procedure");
  await page.getByText("This report is set aside.").waitFor();
  await page.getByText("An advertisement.").waitFor();
  await page.getByRole("button", { name: "Take up again" }).click();
  await page.getByRole("dialog").getByRole("textbox").fill("It is none.");
  await page.getByRole("dialog").getByRole("button", { name: "Take up again" }).click();
  await page.locator(".strip-good", { hasText: "Taken up again." }).waitFor();
  await page.getByText("It is none.").waitFor();
  await page.getByLabel("Set aside", { exact: true }).uncheck();
  await page.locator(".row", { hasText: filed.reference }).waitFor();
  await tab.context.close();
});

test("who was told in vain that nobody works on it gets a message begun that says otherwise", async () => {
  const tab = await atWork("Handler-1");
  const { page } = tab;
  // Somebody becomes the authority after the message was sent.
  await page.route(/\/cases\/[0-9a-f]+\/acts$/, (route) =>
    route.fulfill({
      status: 409,
      contentType: "application/problem+json",
      body: JSON.stringify({
        ...{ type: "urn:rightline:problem:procedure", title: "Not now", status: 409 },
        ...{ detail: "", rule: "not-assigned" },
      }),
    }),
  );
  await page.getByRole("button", { name: "Set aside several" }).click();
  await page.getByLabel(`Select ${filed.reference}`).check();
  const kind = { label: "Spam, or nothing that tells of wrongdoing" };
  await page.getByLabel("What it is").selectOption(kind);
  await page.getByLabel("Why, for the readers").fill("An advertisement.");
  await page.getByRole("button", { name: "Set them aside" }).click();
  const told = "The reporter had been told by then that nobody is working on the report";
  await page
    .locator(".strips .strip-warning", { hasText: filed.reference })
    .getByText(told)
    .waitFor();
  await page.locator(".several .strip-trouble", { hasText: told }).waitFor();
  expect(await faultsOf(page)).toEqual([]);
  await page.unroute(/\/cases\/[0-9a-f]+\/acts$/);
  await page.getByRole("button", { name: "Leave it" }).click();
  await openMine(page, filed.reference);
  await showPart(page, "Conversation");
  await page.getByText("does not tell us of anything that we could look into").waitFor();
  expect(await page.locator(".messages > li").count()).toBe(1);
  expect(await page.inputValue("#reply-text")).toContain("That was not right");
  await page.getByRole("button", { name: "Send the reply" }).click();
  await page.locator(".strip-good", { hasText: "Sent." }).waitFor();
  await page.locator(".messages").getByText("That was not right").waitFor();
  await tab.context.close();
});

test("a clock stands with a reason, and goes on", async () => {
  const tab = await atWork("Handler-1");
  const { page } = tab;
  await showPart(page, "Procedure");
  await page.getByRole("button", { name: "Pause Triage" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByRole("button", { name: "Pause Triage" }).click();
  await dialog.getByText("Say why, for the readers of this case").waitFor();
  await dialog.getByRole("textbox").fill("Waiting for the criminal trial.");
  expect(await faultsOf(page)).toEqual([]);
  await dialog.getByRole("button", { name: "Pause Triage" }).click();
  await page.locator(".strip-good", { hasText: "The clock stands." }).waitFor();
  await page.getByText("Waiting for the criminal trial.").waitFor();
  const row = page.locator("tr", { hasText: "Triage" }).first();
  await row.getByText("Paused").waitFor();
  await page.getByRole("button", { name: "Go on with Triage" }).click();
  await dialog.getByRole("textbox").fill("The trial is over.");
  await dialog.getByRole("button", { name: "Go on with Triage" }).click();
  await page.locator(".strip-good", { hasText: "The clock goes on." }).waitFor();

  await page.getByRole("button", { name: /^Due/ }).click();
  await page.locator("table", { hasText: filed.reference }).waitFor();
  expect(await faultsOf(page)).toEqual([]);
  await tab.context.close();
});

test("where closing is chosen, it is said what is missing, and nothing is sent", async () => {
  const tab = await atWork("Handler-1");
  const { page } = tab;
  await showPart(page, "Conversation");
  await page.getByLabel("Set the stage", { exact: true }).check();
  await page.getByLabel("New stage").selectOption({ label: "Closed" });
  await page.fill("#reply-text", "We have finished with it.");
  const form = page.locator("form.reply");
  for (const text of ["Something is still missing.", "Assign an authority", "Route it to a team"]) {
    await form.getByText(text, { exact: true }).waitFor();
  }
  expect(await faultsOf(page)).toEqual([]);
  await page.getByRole("button", { name: "Set the stage and send" }).click();
  await form.locator("[aria-invalid=true][name=stage]:focus").waitFor();
  expect(await page.locator(".messages > li").count()).toBe(0);
  await form.getByRole("button", { name: "Sign off: Triage" }).click();
  await page.locator("#rec-triage-name").waitFor();
  expect(tab.troubles).toEqual([]);
  await tab.context.close();
});

test("who is barred loses the case at once, and cannot be let in", async () => {
  const one = await atWork("Handler-1");
  const two = await atWork("Handler-2");
  const { page } = one;
  await showPart(page, "Triage");
  await page.getByLabel("Bar somebody else").selectOption({ label: "Handler-2" });
  await page.getByRole("button", { name: "Bar somebody else" }).click();
  await page.locator(".strip-good", { hasText: "They may not have this case." }).waitFor();
  await two.page.reload();
  await signIn(two.page, service, service.member("Handler-2"));
  await two.page.getByRole("button", { name: /^My cases/ }).click();
  await two.page.locator(".row").first().waitFor();
  expect(await two.page.locator(".row", { hasText: filed.reference }).count()).toBe(0);
  await two.page.getByRole("button", { name: /^New reports/ }).click();
  await two.page.locator(".inbox").waitFor();
  expect(await newReport(two.page, filed.reference).count()).toBe(0);
  await showPart(page, "People");
  expect(await page.getByRole("button", { name: "Share with Handler-2" }).count()).toBe(0);
  for (const tab of [one, two]) await tab.context.close();
});

test("new keys keep from who is barred what comes after, and the others go on reading", async () => {
  const [one, three] = [await atWork("Handler-1"), await atWork("Handler-3")];
  const { page } = one;
  const barred = await withoutPage(service, service.member("Handler-2"));
  const reader = await withoutPage(service, service.member("Handler-1"));
  const directory = await directoryOf(service);
  await declareFree(barred, directory, filed.case);
  const kept = await barred.api.deskCase(filed.case);
  await page.reload();
  await signIn(page, service, service.member("Handler-1"));
  await openMine(page, filed.reference);
  await showPart(page, "Triage");
  const offer = page.getByRole("button", { name: "Make new keys" });
  await page.getByLabel("Bar somebody else").selectOption({ label: "Handler-2" });
  expect(await offer.count()).toBe(0);
  await page.getByRole("button", { name: "Bar somebody else" }).click();
  await page.locator(".strip-good", { hasText: "They may not have this case." }).waitFor();
  await offer.waitFor();
  expect(await faultsOf(page)).toEqual([]);
  await tell(service, filed, "Told under the keys as they were.");
  await offer.click();
  await page.locator(".strip-good", { hasText: "New keys are made." }).waitFor();
  expect(await offer.count()).toBe(0);
  await reply(page, "Answered under the new keys.");
  await tell(service, filed, "Told under the new keys.");

  // The service hands them nothing more.
  await expect(barred.api.deskCase(filed.case)).rejects.toMatchObject({ problem: { status: 404 } });
  // And if all that another reader gets were put into their hands, beside what they have kept:
  const served = await reader.api.deskCase(filed.case);
  const own = (grant: (typeof served.grants)[number]): (typeof served.grants)[number] =>
    kept.grants.find(({ member, epoch }) => member === grant.member && epoch === grant.epoch) ??
    grant;
  const opens = async (
    { vault }: typeof reader,
    grants: typeof served.grants,
  ): Promise<string[]> => {
    const found = await openCase(vault.service, { ...served, grants }, vault, history(directory));
    expect(found.record.epochs).toHaveLength(1);
    return found.conversation.items.map(({ content }) => content?.body ?? "shut");
  };
  expect(await opens(reader, served.grants)).toEqual([
    "Told under the keys as they were.",
    "Answered under the new keys.",
    "Told under the new keys.",
  ]);
  expect(await opens(barred, served.grants.map(own))).toEqual([
    "Told under the keys as they were.",
    "shut",
    "shut",
  ]);

  await three.page.reload();
  await signIn(three.page, service, service.member("Handler-3"));
  await openMine(three.page, filed.reference);
  await showPart(three.page, "Conversation");
  for (const text of ["Told under the new keys.", "Answered under the new keys."]) {
    await three.page.getByText(text).first().waitFor();
  }
  for (const tab of [one, three]) {
    expect(tab.troubles).toEqual([]);
    await tab.context.close();
  }
});

test("colleagues of who did not report are proposed to be barred, and who is near is warned of", async () => {
  const { reporter } = emptyBody("web", "anonymous");
  filed = await file(service, {
    what_happened: "He takes money.",
    reporter: { ...reporter, unit: "dps intelligence  bureau" },
  });
  const other = await withoutPage(service, service.member("Handler-3"));
  await declareFree(other, await directoryOf(service), filed.case);
  const tab = await atWork("Handler-1");
  const { page } = tab;
  await showPart(page, "Triage");
  await page.getByText("Nobody else is to be barred.").waitFor();
  // Of whoever investigates it is said before and after.
  const near = page.locator(".strip-warning", {
    hasText: "Handler-1 is of the unit of the reporter",
  });
  const who = page.getByLabel("Who", { exact: true });
  await page.getByLabel("investigator", { exact: true }).check();
  await who.selectOption({ label: "Handler-1" });
  await near.getByText("(dps intelligence bureau)").waitFor();
  await who.selectOption({ label: "Handler-3" });
  await near.waitFor({ state: "detached" });
  await who.selectOption({ label: "Handler-1" });
  expect(await faultsOf(page)).toEqual([]);
  await page.getByRole("button", { name: "Assign", exact: true }).click();
  await page.locator(".triage-list li", { has: near }).waitFor();

  await openRecord(page, "failing");
  const entry = { who: "PC Tom Birch", rank: "Constable", unit: "Central West BCU" };
  await addEntry(page, "failing", "entries", { ...entry, is_reporter: "No" });
  await saveRecord(page);
  await showPart(page, "Triage");
  const proposed = page.locator(".triage-list li", { hasText: "Handler-3" });
  await proposed
    .getByText("of the unit of somebody entered in Failing to Report (Central West BCU)")
    .waitFor();
  await page.getByRole("button", { name: "Bar 1 member" }).click();
  await page.locator(".strip-good", { hasText: "They may not have this case." }).waitFor();
  await page.getByText("Nobody else is to be barred.").waitFor();
  expect(await page.locator(".strip-trouble").count()).toBe(0);
  await tab.context.close();
});
