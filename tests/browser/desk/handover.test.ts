// Readers who leave, lose their passphrase and come back: what colleagues hand over, and to whom.
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Member as Entry, MemberId } from "../../../web/protocol/index.js";
import { faultsOf } from "../support/axe.js";
import { launch } from "../support/chromium.js";
import { directoryOf, file, write, type Filed } from "../support/client.js";
import { enter, openMine, openNew, reply, showTab, signIn } from "../support/desk.js";
import { atWork, enrol, entryOf, publish, type Enrolled } from "../support/member.js";
import { startService, type Service } from "../support/service.js";
import { openTab, type Tab } from "../support/tab.js";

const REPORTS = ["one", "two", "three", "four"].map((name) => `What happened in case ${name}`);

let service: Service;
let browser: Browser;
let filed: Filed[];

beforeAll(async () => {
  [service, browser] = await Promise.all([startService(), launch()]);
  filed = [];
  for (const text of REPORTS) filed.push(await file(service, { what_happened: text }));
});
afterAll(async () => {
  await browser.close();
  await service.end();
});

/** A desk at which somebody has signed in and opened every case. */
async function desk(label: string): Promise<Tab> {
  const tab = await openTab(browser, service);
  await signIn(tab.page, service, service.member(label));
  for (const { reference } of filed) {
    await tab.page.getByRole("button", { name: /^New reports/ }).click();
    const row = tab.page.locator(".new-report", { hasText: reference });
    if ((await row.count()) > 0) await openNew(tab.page, reference);
  }
  await tab.page.getByRole("button", { name: /^My cases/ }).click();
  return tab;
}

async function entryNamed(label: string): Promise<Entry> {
  const { teams } = await directoryOf(service);
  const found = [...teams.values()].flatMap((team) => team.members);
  const entry = found.find((one) => one.label === label);
  if (entry === undefined) throw new Error(`the directory lists no ${label}`);
  return entry;
}

/** Who can open each case in its last epoch, as the service has it, and how many epochs there are. */
async function holders(): Promise<{ epochs: number; last: MemberId[] }[]> {
  const { api } = await atWork(service, service.member("Handler-1"));
  return Promise.all(
    filed.map(async ({ case: id }) => {
      const { live, epochs } = await api.access(id);
      const last = live.filter((one) => one.epoch === epochs.length).map((one) => one.member);
      return { epochs: epochs.length, last: last.sort() };
    }),
  );
}

function banner(page: Page): ReturnType<Page["locator"]> {
  return page.locator(".handover");
}

test("who forgot their passphrase gets their cases back under new keys, from a colleague", async () => {
  const colleague = await desk("Handler-1");
  const { page } = colleague;
  const lost = await entryNamed("Handler-2");
  const again: Enrolled = await enrol(service, "Handler-2b", lost.member);
  await publish(service, (members) =>
    members.map((one) => (one.member === lost.member ? entryOf(again, one) : one)),
  );
  await page.getByRole("button", { name: "Sign out" }).click();
  await enter(page, service.member("Handler-1"));
  await banner(page).getByText("Handler-2b has come in the place of Handler-2").waitFor();
  expect(await faultsOf(page)).toEqual([]);
  await banner(page).getByRole("button", { name: "Share 4 cases again" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Share again" }).click();
  await banner(page).getByText("4 cases are shared again.").waitFor();
  expect(colleague.troubles).toEqual([]);
  const keys = (await holders()).map((one) => one.epochs);
  expect(keys).toEqual([1, 1, 1, 1]);
  for (const { last } of await holders()) {
    expect(last).toContain(again.member);
    expect(last).not.toContain(lost.member);
  }

  // The newcomer says first whether they have a conflict, and then reads what was there before.
  const tab = await openTab(browser, service);
  await tab.page.goto(service.desk);
  await enter(tab.page, again, await again.code());
  const [first] = filed;
  if (first === undefined) throw new Error("nothing was filed");
  await tab.page.locator(".new-report", { hasText: first.reference }).waitFor();
  await openNew(tab.page, first.reference);
  await tab.page
    .getByText(REPORTS[0] ?? "")
    .first()
    .waitFor();
  // What is written from now on is under the new keys, and both read it.
  await write(service, first, "I have remembered something");
  await reply(tab.page, "We have your report still");
  await page.reload();
  await enter(page, service.member("Handler-1"));
  await openMine(page, first.reference);
  await showTab(page, "Conversation");
  await page.getByText("I have remembered something").first().waitFor();
  await page.getByText("We have your report still").first().waitFor();
  await showTab(page, "People");
  await page.getByText(/Left on .* Can still read what they had/).waitFor();
  await page.locator(".openings", { hasText: "Handler-2b" }).waitFor();
  for (const one of [tab, colleague]) await one.context.close();
});

test("a leaver's cases get new keys; a page that closes halfway leaves the rest for the next", async () => {
  const before = await holders();
  const gone = await entryNamed("Handler-3");
  await publish(service, (members) => members.filter((one) => one.member !== gone.member));
  const tab = await openTab(browser, service);
  const { page } = tab;
  let let_ = 0;
  await page.route(/\/epochs$/, async (route) => {
    // After half of them the service is not reached any more.
    if (++let_ > 2) return;
    await route.continue();
  });
  await signIn(page, service, service.member("Handler-1"));
  await banner(page).getByText("Handler-3 left on").waitFor();
  expect(await faultsOf(page)).toEqual([]);
  await banner(page).getByRole("button", { name: "Give 4 cases new keys" }).click();
  await expect.poll(() => let_).toBeGreaterThan(2);
  await expect
    .poll(async () => (await holders()).reduce((sum, one) => sum + one.epochs, 0))
    .toBe(before.reduce((sum, one) => sum + one.epochs, 0) + 2);
  await tab.context.close();
  const half = await holders();
  expect(half.map((one, place) => one.epochs - (before[place]?.epochs ?? 0)).sort()).toEqual([
    0, 0, 1, 1,
  ]);

  const next = await openTab(browser, service);
  await signIn(next.page, service, service.member("Handler-1"));
  await banner(next.page).getByRole("button", { name: "Give 2 cases new keys" }).click();
  await banner(next.page).getByText("2 cases have new keys.").waitFor();
  const after = await holders();
  expect(after.map((one, place) => one.epochs - (before[place]?.epochs ?? 0))).toEqual([
    1, 1, 1, 1,
  ]);
  for (const { last } of after) expect(last).not.toContain(gone.member);
  // Nothing is offered any more, and everything opens.
  await next.page.reload();
  await enter(next.page, service.member("Handler-1"));
  await openMine(next.page, filed[1]?.reference ?? "");
  await next.page
    .getByText(REPORTS[1] ?? "")
    .first()
    .waitFor();
  expect(await banner(next.page).count()).toBe(0);
  expect(next.troubles).toEqual([]);
  await next.context.close();
});
