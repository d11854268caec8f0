import type { Page } from "playwright-core";
import { caseId, reference } from "../../../web/protocol/index.js";
import type { CaseId } from "../../../web/protocol/index.js";
import type { Service } from "./service.js";
import type { Sent } from "./tab.js";

/** Opens the report page and waits until the directory is verified. */
export async function openReport(page: Page, service: Service): Promise<void> {
  await page.goto(service.report);
  await page.waitForSelector("#task-what");
}

/** Answers the one question that must be answered. */
export async function sayWhat(page: Page, text: string): Promise<void> {
  await page.click("#task-what");
  await page.fill("#what_happened", text);
  await page.click("#continue");
}

/** A report of one answer, up to the button that sends it. */
export async function readyToSend(page: Page, service: Service, text: string): Promise<void> {
  await openReport(page, service);
  await sayWhat(page, text);
  await page.click("#task-check");
  await page.waitForSelector("#send");
}

/** Sends a report of one answer, and gives its words. */
export async function sendReport(page: Page, service: Service, text: string): Promise<string[]> {
  await readyToSend(page, service, text);
  await page.click("#send");
  return shownWords(page);
}

/** The 12 words on the page. */
export async function shownWords(page: Page): Promise<string[]> {
  await page.waitForSelector("#token .rl-words__text");
  return page.locator(".rl-words__text").allTextContents();
}

/** Says that the words are written down, and types the two that are asked for. */
export async function confirmWords(page: Page, words: readonly string[]): Promise<number[]> {
  await page.click("#written-down");
  const asked = await askedPlaces(page);
  for (const place of asked) await page.fill(`#word-${String(place)}`, words[place - 1] ?? "");
  await page.click("#ask-check");
  return asked;
}

/** Which words are asked back, counted from 1. */
export async function askedPlaces(page: Page): Promise<number[]> {
  await page.waitForSelector("[id^=word-]");
  const ids = await page.locator("input[id^=word-]").evaluateAll((all) => all.map((one) => one.id));
  return ids.map((id) => Number(id.slice("word-".length)));
}

/** Comes back with words, as they are typed. */
export async function comeBack(page: Page, service: Service, typed: string): Promise<void> {
  await page.goto(service.return);
  await page.fill("#token", typed);
  await page.click("#open");
  await page.waitForSelector("#stage");
}

/** The cases that were put at the service, in order, each as often as it was tried. */
export function putCases(sent: readonly Sent[]): CaseId[] {
  return sent.flatMap(({ method, url }) => {
    const found = /\/api\/1\/cases\/([0-9a-f]{64})$/.exec(url)?.[1];
    return method === "PUT" && found !== undefined ? [caseId(found)] : [];
  });
}

/** The reference that members know the last sent report by. */
export function sentReference(sent: readonly Sent[]): string {
  const last = putCases(sent).at(-1);
  if (last === undefined) throw new Error("no report was sent");
  return reference(last);
}
