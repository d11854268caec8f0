// How long it takes from a key to the frame that shows it, in a record of half a megabyte with 40 people, and in one
// that was only begun: the same desk, in the same run.
import { expect, test } from "vitest";
import type { Page } from "playwright-core";
import { crowded } from "../../../web/desk/record/sample.js";
import { launch } from "../support/chromium.js";
import { directoryOf, file } from "../support/client.js";
import { openMine, signIn } from "../support/desk.js";
import { atWork, declareFree, keepRecord } from "../support/member.js";
import { addEntry, editEntry, openRecord } from "../support/record.js";
import { startService } from "../support/service.js";
import { openTab } from "../support/tab.js";
import { keep } from "./figure.js";

const KEYS = 120;
/** Between two keys, milliseconds: as somebody types, and as long as until the rules look at what is written, so that
 * the next key comes while they do. */
const PACES = [120, 120, 255];

test("a key in a record of half a megabyte", async () => {
  const [service, browser] = await Promise.all([startService(), launch()]);
  const member = service.member("Handler-1");
  const handler = await atWork(service, member);
  const directory = await directoryOf(service);
  const [small, large] = [
    await file(service, { what_happened: "One person knew." }),
    await file(service, { what_happened: "Forty people knew." }),
  ];
  const { triage, failing } = crowded();
  for (const { case: of } of [small, large]) await declareFree(handler, directory, of);
  await keepRecord(handler, directory, large.case, "triage", triage);
  await keepRecord(handler, directory, large.case, "failing", failing);
  const tab = await openTab(browser, service);
  const { page } = tab;
  await signIn(page, service, member);

  await openMine(page, small.reference);
  await openRecord(page, "failing");
  const one = await addEntry(page, "failing", "entries", { who: "Sam Field" });
  const few = await typed(page, `${one}-learning`);

  await openMine(page, large.reference);
  await openRecord(page, "failing");
  const many = await typed(page, `${await editEntry(page, "failing", "entries", 20)}-learning`);
  expect(tab.troubles).toEqual([]);
  await browser.close();
  await service.end();
  await keep("browser/record-key-begun", "ms", few, "no more than a frame or two");
  await keep("browser/record-key-500-kb", "ms", many, "p50 under 50 ms", {
    baseline: [...few].sort((a, b) => a - b)[Math.floor(few.length / 2)] ?? NaN,
  });
});

/** Types in a field; gives for each key the time from its press until the frame was drawn that shows it. */
async function typed(page: Page, id: string): Promise<number[]> {
  const field = page.locator(`#${id}`);
  await field.focus();
  await page.evaluate((at) => {
    const times: number[] = [];
    Object.assign(window, { times });
    document.getElementById(at)?.addEventListener("keydown", ({ timeStamp }) => {
      requestAnimationFrame(() => {
        // After what the frame draws.
        const { port1, port2 } = new MessageChannel();
        port1.onmessage = () => times.push(performance.now() - timeStamp);
        port2.postMessage(null);
      });
    });
  }, id);
  const text = "Nobody asked them before. ".repeat(10).slice(0, KEYS);
  for (const [place, key] of [...text].entries()) {
    await page.keyboard.press(key === " " ? "Space" : key);
    await page.waitForTimeout(PACES[place % PACES.length] ?? 0);
  }
  expect(await field.inputValue()).toBe(text);
  const times = await page.evaluate(() => (window as unknown as { times: number[] }).times);
  expect(times).toHaveLength(KEYS);
  return times;
}
