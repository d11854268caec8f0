// Who is too near to whom a case is about: at routing, where one shares, and what members are told of themselves.
import type { Browser, Locator, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { scenario } from "../../../web/desk/record/sample.js";
import { emptySubject } from "../../../web/protocol/index.js";
import { faultsOf } from "../support/axe.js";
import { launch } from "../support/chromium.js";
import { directoryOf, file, type Filed } from "../support/client.js";
import { newReport, openMine, openNew, signIn } from "../support/desk.js";
import { atWork, declareFree, keepRecord } from "../support/member.js";
import { editEntry, openRecord, saveRecord, showPart, write } from "../support/record.js";
import { startService, type Service } from "../support/service.js";
import { NARROW, WIDE, openTab, overflows, type Tab } from "../support/tab.js";

const DISCRIMINATION = "Discrimination Investigation Unit";
const OFFENCES = "Domestic Abuse and Sexual Offences";
const GRIEVANCE = "Grievance Management Team";

let service: Service;
let browser: Browser;

beforeAll(async () => {
  [service, browser] = await Promise.all([startService(), launch()]);
});
afterAll(async () => {
  await browser.close();
  await service.end();
});

/** A report that a handler has opened, in whose triage a subject of a unit is confirmed and teams own allegations. */
async function triaged(unit: string, teams: readonly string[]): Promise<Filed> {
  const filed = await file(service, { what_happened: "He takes money." });
  const handler = await atWork(service, service.member("Handler-1"));
  const directory = await directoryOf(service);
  await declareFree(handler, directory, filed.case);
  const { triage } = scenario();
  const [subject] = triage.subjects;
  const [allegation] = triage.allegations;
  if (subject === undefined || allegation === undefined) throw new Error("the scenario has both");
  await keepRecord(handler, directory, filed.case, "triage", {
    subjects: [{ ...subject, unit, rank: "constable", confirmed: "yes" }],
    allegations: teams.map((team, at) => ({
      ...allegation,
      ...{ id: `0000000${String(at)}`, subjects: [subject.id], team },
    })),
  });
  return filed;
}

/** The desk of the handler, at the triage of that report. */
async function atTriage({ reference }: Filed): Promise<Tab> {
  const tab = await openTab(browser, service);
  await signIn(tab.page, service, service.member("Handler-1"));
  await openMine(tab.page, reference);
  await showPart(tab.page, "Triage");
  return tab;
}

/** Expects that what is shown has no faults and fits, wide and narrow. */
async function expectSound(page: Page): Promise<void> {
  expect(await faultsOf(page)).toEqual([]);
  await page.setViewportSize(NARROW);
  expect(await overflows(page)).toBe(false);
  await page.setViewportSize(WIDE);
}

function warning(page: Page | Locator, text: string): Locator {
  return page.locator(".strip-warning", { hasText: text });
}

async function routeTo(page: Page, teams: string): Promise<void> {
  await page.getByRole("button", { name: `Route to ${teams}` }).click();
  await page.locator(".strip-good", { hasText: "The teams work on it" }).waitFor();
}

test("colleagues of a subject are not let in with the others, and one by one only past a warning", async () => {
  const filed = await triaged(DISCRIMINATION, ["discrimination", "domestic-abuse"]);
  const { page, context, troubles } = await atTriage(filed);
  await routeTo(page, `${DISCRIMINATION}, ${OFFENCES}`);
  // Nobody was barred yet.
  await page.getByRole("button", { name: "Bar 2 members" }).waitFor();
  const held = warning(page, "2 members are not let in with the others");
  await held.getByText(`Investigator-1, of the unit of a subject (${DISCRIMINATION})`).waitFor();
  await page.getByText(`Nobody of ${DISCRIMINATION} reads it`).waitFor();
  await page.getByRole("button", { name: "Let in 2 members" }).click();
  await page.getByRole("button", { name: "Let in 2 members" }).waitFor({ state: "detached" });
  await page.getByRole("progressbar").waitFor({ state: "detached" });
  await expectSound(page);

  await held.getByRole("button", { name: "Open People" }).click();
  const readers = page.getByRole("table", { name: "Who can read this case" });
  await readers.getByText("Investigator-4").waitFor();
  expect(await readers.getByText(/Investigator-[12]/).count()).toBe(0);
  await page.getByText("Somebody in another team").click();
  const one = page.locator(".candidates > li", { hasText: "Investigator-1" });
  await warning(one, "Investigator-1 is of the unit of a subject").waitFor();
  const far = page.locator(".candidates > li", { hasText: "Investigator-5" });
  expect(await warning(far, "").count()).toBe(0);
  await expectSound(page);
  await one.getByRole("button", { name: "Share with Investigator-1" }).click();
  const dialog = page.getByRole("dialog");
  await warning(dialog, "share it only if it is settled").waitFor();
  expect(await faultsOf(page)).toEqual([]);
  await dialog.getByRole("button", { name: "Share all the same" }).click();
  await page.locator(".strip-good", { hasText: "Investigator-1" }).waitFor();
  await showPart(page, "Triage");
  await warning(page, "1 member is not let in with the others")
    .getByText("Investigator-2")
    .waitFor();
  expect(await page.getByText(`Nobody of ${DISCRIMINATION} reads it`).count()).toBe(0);
  expect(troubles).toEqual([]);
  await context.close();
});

test("who reads for a team that the case was taken from is told of, and barred", async () => {
  const filed = await triaged("Fleet", ["grievance"]);
  const { page, context, troubles } = await atTriage(filed);
  // No unit of the force is called so.
  await warning(page, "Nobody is proposed to be barred for them").getByText(": Fleet").waitFor();
  await routeTo(page, GRIEVANCE);
  await page.getByRole("button", { name: "Let in 2 members" }).click();
  await page.getByText("Everybody of these teams who may read it has been let in.").waitFor();
  const former = warning(page, "only for a team that it is routed to no more");
  expect(await former.count()).toBe(0);
  await openRecord(page, "triage");
  const prefix = await editEntry(page, "triage", "allegations", 1);
  await write(page, prefix, { team: OFFENCES });
  await saveRecord(page);
  await showPart(page, "Triage");
  expect(await former.count()).toBe(0);
  await routeTo(page, OFFENCES);
  for (const label of ["Investigator-5", "Investigator-6"]) {
    await former.getByText(`${label}, ${GRIEVANCE}`).waitFor();
  }
  await expectSound(page);
  await former.getByRole("button", { name: "Bar Investigator-5" }).click();
  await page.locator(".strip-good", { hasText: "They may not have this case." }).waitFor();
  await former.getByText("Investigator-6").waitFor();
  expect(await former.getByText("Investigator-5").count()).toBe(0);
  await page.getByRole("button", { name: "Make new keys" }).waitFor();
  expect(troubles).toEqual([]);
  await context.close();
});

test("who is of the unit of a subject is told so before they declare, and led to a conflict afterwards", async () => {
  const subjects = [{ ...emptySubject(), name: "Alan Marsh", unit: "central west BCU" }];
  const filed = await file(service, { what_happened: "He takes money." }, { subjects });
  const { page, context, troubles } = await openTab(browser, service);
  await signIn(page, service, service.member("Handler-2"));
  const far = newReport(page, filed.reference);
  await far.getByText("Alan Marsh").waitFor();
  expect(await warning(far, "declare a conflict").count()).toBe(0);

  await signIn(page, service, service.member("Handler-3"));
  const row = newReport(page, filed.reference);
  const near = "You are of the unit of a subject (central west BCU)";
  await warning(row, near).waitFor();
  await expectSound(page);
  await openNew(page, filed.reference);
  await showPart(page, "Triage");
  const own = warning(page, near);
  await own.waitFor();
  await expectSound(page);
  await own.getByRole("button", { name: "I have found a conflict" }).click();
  await page.getByRole("dialog").getByText("The case leaves your desk for good").waitFor();
  expect(troubles).toEqual([]);
  await context.close();
});
