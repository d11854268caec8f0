// How long it takes from pressing "Lock and send" to the words, for a report with every question
// answered. Each report is made in a browser profile of its own, so nothing is warm.
import { expect, test } from "vitest";
import { launch } from "../support/chromium.js";
import { answerEverything } from "../support/full.js";
import { openReport, shownWords } from "../support/reporter.js";
import { startService } from "../support/service.js";
import { openTab } from "../support/tab.js";
import { keep } from "./figure.js";

const REPORTS = 11;

test("sealing and sending a typical report", async () => {
  const [service, browser] = await Promise.all([startService(), launch()]);
  const times: number[] = [];
  for (let made = 0; made < REPORTS; made++) {
    const tab = await openTab(browser, service);
    const { page } = tab;
    await openReport(page, service);
    await answerEverything(page);
    await page.click("#task-check");
    await page.waitForSelector("#send");
    // Measured in the page, from the press to the frame in which the words stand.
    const spent = page.evaluate(
      () =>
        new Promise<number>((done) => {
          let pressed = 0;
          document.addEventListener("click", () => (pressed = performance.now()), {
            capture: true,
            once: true,
          });
          new MutationObserver((_, watch) => {
            if (document.querySelector("#token .rl-words__text") === null) return;
            watch.disconnect();
            requestAnimationFrame(() => done(performance.now() - pressed));
          }).observe(document.body, { childList: true, subtree: true });
        }),
    );
    await page.click("#send");
    times.push(await spent);
    expect(await shownWords(page)).toHaveLength(12);
    await tab.context.close();
  }
  await browser.close();
  await service.end();
  await keep("browser/seal-and-send", "ms", times, "under 1 s");
});
