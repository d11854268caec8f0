// What a member waits for who can read many cases: the first page of their list, and that all of it can be
// searched; at the first sign-in, when every case is opened, and at a later one, by what the ring remembers.
import { expect, test } from "vitest";
import type { Browser, Page } from "playwright-core";
import { launch } from "../support/chromium.js";
import { directoryOf } from "../support/client.js";
import { enter } from "../support/desk.js";
import { atWork } from "../support/member.js";
import { startService, type Member, type Service } from "../support/service.js";
import { openTab } from "../support/tab.js";
import type { Tab } from "../support/tab.js";
import { keep } from "./figure.js";
import { CASES, fileMany } from "./many.js";
import { processorTime } from "./processor.js";

/** How many rows are a page. */
const PAGE = 50;
/** How often members sign in again. */
const AGAIN = 5;

/** When what was there, in milliseconds from the answer to the sign-in: the passphrase is stretched by then,
 * which takes its time on purpose. */
interface Seen {
  readonly page: number;
  readonly all: number;
  readonly progress: number;
  /** For how many seconds processors worked for the browser and the service until all was there. */
  readonly worked: number;
}

test(`an inbox of ${String(CASES)} cases`, { timeout: 1_800_000 }, async () => {
  const [service, browser] = await Promise.all([startService(), launch()]);
  const member = service.member("Handler-1");
  const directory = await directoryOf(service);
  const begun = Date.now();
  const references = await fileMany(service, directory, await atWork(service, member), telling);
  console.log(`${String(CASES)} cases filed in ${String((Date.now() - begun) / 1_000)} s`);

  const first = await signedIn(browser, service, member);
  expect(first.seen.progress).toBeGreaterThan(1);
  await finds(first.tab.page, references);
  // The ring is saved with what was opened.
  await first.tab.page.waitForTimeout(4_000);
  expect(first.tab.troubles).toEqual([]);
  await first.tab.context.close();

  const later: Seen[] = [];
  for (let time = 0; time < AGAIN; time++) {
    const { tab, seen } = await signedIn(browser, service, member);
    await finds(tab.page, references);
    expect(tab.sent.filter((one) => one.url.endsWith("/cases/open"))).toEqual([]);
    expect(tab.troubles).toEqual([]);
    later.push(seen);
    await tab.context.close();
  }
  await browser.close();
  await service.end();
  const name = `browser/inbox-${String(CASES)}`;
  const seconds = (of: "page" | "all"): number[] => later.map((one) => one[of] / 1_000);
  const worked = "what two idle cores have in the time above";
  await keep(`${name}/first-page`, "s", [first.seen.page / 1_000], "under 1.5 s for 1,000");
  await keep(`${name}/searchable`, "s", [first.seen.all / 1_000], "under 10 s for 1,000", {
    per_second: CASES / (first.seen.all / 1_000),
  });
  await keep(`${name}/searchable-processor`, "s", [first.seen.worked], worked);
  await keep(`${name}/again-first-page`, "s", seconds("page"), "under 1.5 s for 1,000");
  await keep(`${name}/again-searchable`, "s", seconds("all"), "under 2 s for 1,000");
  const again = later.map((one) => one.worked);
  await keep(`${name}/again-searchable-processor`, "s", again, worked);
});

/** Signs in with an empty profile, goes to the list of one's own cases, and waits until all is there. */
async function signedIn(
  browser: Browser,
  service: Service,
  member: Member,
): Promise<{ tab: Tab; seen: Seen }> {
  const tab = await openTab(browser, service);
  const { page } = tab;
  await page.addInitScript(
    ([rows, cases]) => {
      const now = (name: string): void => {
        if (performance.getEntriesByName(name).length === 0) performance.mark(name);
      };
      let chosen = false;
      let progress = 0;
      let label = "";
      const look = (): void => {
        const list = [...document.querySelectorAll<HTMLElement>(".bar-lists button")];
        const own = list.find((one) => one.textContent.startsWith("My cases"));
        if (!chosen && own !== undefined) {
          chosen = true;
          own.click();
        }
        const lines = [...document.querySelectorAll(".rows .row-line")];
        const readable = lines.filter((one) => one.querySelector(".quiet") === null);
        if (lines.length > 0 && readable.length >= Math.min(rows, cases)) now("page");
        const opening = document.querySelector(".opening label")?.textContent ?? "";
        if (opening !== "" && opening !== label) progress++;
        label = opening;
        const count = document.querySelector(".list-count")?.textContent ?? "";
        const whole = count.replaceAll(/\D/g, "") === String(cases);
        const unopened = lines.length > readable.length;
        if (whole && lines.length > 0 && opening === "" && !unopened) now("all");
        document.documentElement.dataset["progress"] = String(progress);
      };
      new MutationObserver(look).observe(document, {
        childList: true,
        subtree: true,
        characterData: true,
      });
    },
    [PAGE, CASES] as const,
  );
  await page.goto(service.desk);
  const signing = page.waitForResponse((answer) => answer.url().endsWith("/desk/sign-in"));
  await enter(page, member);
  await signing;
  const before = await processorTime();
  const isThere = (): boolean => performance.getEntriesByName("all").length > 0;
  // Seldom: by default it is looked at for each frame, for which frames are drawn.
  await page.waitForFunction(isThere, undefined, { timeout: 900_000, polling: 500 });
  const worked = (await processorTime()) - before;
  const marks = await page.evaluate(() => {
    const entries = performance.getEntriesByType("resource") as PerformanceResourceTiming[];
    const answered = entries.find((one) => one.name.endsWith("/desk/sign-in"))?.responseEnd ?? NaN;
    const at = (name: string): number =>
      (performance.getEntriesByName(name)[0]?.startTime ?? NaN) - answered;
    const progress = Number(document.documentElement.dataset["progress"]);
    return { page: at("page"), all: at("all"), progress };
  });
  return { tab, seen: { ...marks, worked } };
}

/** Searches for words of the first case and of the last one: each is found, and no other. */
async function finds(page: Page, references: readonly string[]): Promise<void> {
  for (const number of [0, references.length - 1]) {
    await page.getByRole("searchbox").fill(only(number));
    await page.locator(".rows .reference", { hasText: references[number] ?? "none" }).waitFor();
    expect(await page.locator(".rows .row").count()).toBe(1);
  }
  await page.getByRole("searchbox").fill("");
}

/** A word that stands in one report alone. */
function only(number: number): string {
  return `locker${String(number)}x`;
}

const syllables = "ba de fo gu li ma ne po ri su ta ve wo ya ze chi dro fle gra sto".split(" ");

/** A report of about 1,500 letters, in which as many words are different as in real ones. */
function telling(number: number): string {
  const words: string[] = [];
  for (let place = 0; place < 220; place++) {
    let chance = (number * 7_919 + place * 104_729) % 8_000;
    // Half of what is said are words that are always said.
    if (place % 2 === 0) chance %= 60;
    const parts = [chance % 20, Math.floor(chance / 20) % 20, Math.floor(chance / 400) % 20];
    words.push(parts.map((part) => syllables[part] ?? "").join(""));
  }
  return `${only(number)} ${words.join(" ")}.`;
}
