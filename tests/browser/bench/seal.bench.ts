// How long it takes from pressing "Lock and send" to the words, for a report with every question
// answered. Each report is made in a browser profile of its own, so nothing is warm.
import { existsSync } from "node:fs";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { launch } from "../support/chromium.js";
import { answerEverything } from "../support/full.js";
import { openReport, shownWords } from "../support/reporter.js";
import { startService } from "../support/service.js";
import { openTab } from "../support/tab.js";

const REPORTS = 11;
const results = join(import.meta.dirname, "../../../target/bench.json");

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
  await keep(times.sort((a, b) => a - b));
});

async function keep(times: readonly number[]): Promise<void> {
  const at = (percent: number): number | null => {
    const time = times[Math.min(Math.floor((times.length * percent) / 100), times.length - 1)];
    return time === undefined ? null : Math.round(time * 1_000) / 1_000;
  };
  const figure = {
    name: "browser/seal-and-send",
    unit: "ms",
    p50: at(50),
    p95: at(95),
    p99: at(99),
    per_second: null,
    baseline: null,
    ratio: null,
    lost: null,
    refused: null,
  };
  console.log(
    `${figure.name}: p50 ${String(figure.p50)} ms, p95 ${String(figure.p95)} ms; required: under 1 s`,
  );
  const before = existsSync(results)
    ? (JSON.parse(await readFile(results, "utf8")) as { name: string }[])
    : [];
  const figures = [...before.filter((one) => one.name !== figure.name), figure];
  await mkdir(join(results, ".."), { recursive: true });
  await writeFile(results, `${JSON.stringify(figures, null, 2)}\n`);
}
