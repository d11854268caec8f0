// What a reporter's page fetches and does before anybody can begin, when a team has 60 readers: the
// bytes of the directory over the wire, and the time until it is verified.
import { expect, test } from "vitest";
import { identity, randomBytes, signer } from "../../../web/protocol/index.js";
import type { MemberId, MemberOpenSeed, MemberSignSeed } from "../../../web/protocol/index.js";
import { launch } from "../support/chromium.js";
import { directoryOf } from "../support/client.js";
import { publish } from "../support/member.js";
import { startService } from "../support/service.js";
import { openTab } from "../support/tab.js";
import { keep } from "./figure.js";

const READERS = 60;
const TIMES = 11;

test("verifying a root and a team of 60", async () => {
  const [service, browser] = await Promise.all([startService(), launch()]);
  await publish(service, (members, team) => {
    const [first] = members;
    if (team !== "intake" || first === undefined) return members;
    const others = Array.from({ length: READERS - members.length }, (_, place) => ({
      ...first,
      member: Buffer.from(randomBytes(16)).toString("hex") as MemberId,
      label: `Reader-${String(place)}`,
      recipient: identity(randomBytes(32) as Uint8Array as MemberOpenSeed).recipient,
      key: signer(randomBytes(32) as Uint8Array as MemberSignSeed).key,
    }));
    return [...members, ...others];
  });
  const directory = await directoryOf(service);
  expect(directory.teams.get("intake" as never)?.members).toHaveLength(READERS);
  const times: number[] = [];
  const weights: number[] = [];
  for (let seen = 0; seen < TIMES; seen++) {
    const tab = await openTab(browser, service);
    const { page } = tab;
    await page.addInitScript(() => {
      new MutationObserver((_, watch) => {
        if (document.querySelector("#task-what") === null) return;
        watch.disconnect();
        performance.mark("ready");
      }).observe(document, { childList: true, subtree: true });
    });
    await page.goto(service.report);
    await page.waitForSelector("#task-what");
    // From the last byte of the directory until the questions stand there, by the page's own clock.
    const measured = await page.evaluate(() => {
      const entries = performance.getEntriesByType("resource") as PerformanceResourceTiming[];
      const fetched = entries.filter((one) => one.name.includes("/api/1/directory"));
      return {
        arrived: Math.max(...fetched.map((one) => one.responseEnd)),
        bytes: fetched.reduce((sum, one) => sum + one.transferSize, 0),
        ready: performance.getEntriesByName("ready")[0]?.startTime ?? NaN,
      };
    });
    times.push(measured.ready - measured.arrived);
    weights.push(measured.bytes / 1_000);
    await tab.context.close();
  }
  await browser.close();
  await service.end();
  await keep("browser/team-of-60", "ms", times, "under 300 ms");
  await keep("browser/team-of-60-weight", "KB", weights, "under 150 KB");
});
