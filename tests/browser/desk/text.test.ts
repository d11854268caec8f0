// What reporters write is text at the desk, whatever it looks like.
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { emptySubject } from "../../../web/protocol/index.js";
import { launch } from "../support/chromium.js";
import { file, write, type Filed } from "../support/client.js";
import { answers, newReport, openNew, reply, showTab, signIn } from "../support/desk.js";
import { startService, type Service } from "../support/service.js";
import { openTab, type Tab } from "../support/tab.js";

const IMAGE = `<img src=x onerror="document.title='ran'">`;
const SVG = `<svg onload="document.title='ran'"><script>document.title='ran'</script></svg>`;
const MARKUP = `</p></textarea><style>*{display:none}</style><iframe srcdoc="x"></iframe><base href=//x>`;
const BIDI = "before \u202Eetaerc\u202C after \u2066x\u2069 end";
const CONTROLS =
  "bell\u0007 escape\u001B[31m back\u0008 null\u0000 delete\u007F c1\u009B zero\u200Bwidth";
// eslint-disable-next-line no-script-url -- what must not become one
const LINK = "javascript:document.title='ran' https://example.org/ {{constructor}} ${1} &lt;b&gt;";

let service: Service;
let browser: Browser;
let desk: Tab;
let filed: Filed;

beforeAll(async () => {
  [service, browser] = await Promise.all([startService(), launch()]);
  filed = await file(
    service,
    {
      what_happened: `${IMAGE}\n${SVG}\n${BIDI}\n${CONTROLS}`,
      when: MARKUP,
      where: LINK,
      basis_detail: SVG,
      contact: IMAGE,
      name: MARKUP,
      language: IMAGE,
      concerns: [IMAGE],
      pattern: SVG,
    },
    {
      subjects: [
        { ...emptySubject(), name: IMAGE, description: SVG, unit: BIDI, rank: MARKUP },
        { ...emptySubject(), name: BIDI },
        { ...emptySubject(), name: IMAGE },
      ],
      others: [{ who: SVG, rank: "", unit: CONTROLS, why: IMAGE, reason: MARKUP }],
      exclude: { units: [IMAGE], members: [], other: SVG },
    },
    "named",
  );
  desk = await openTab(browser, service);
  await signIn(desk.page, service, service.member("Handler-1"));
});
afterAll(async () => {
  await browser.close();
  await service.end();
});

/** What only markup from a report could have put into the page. */
async function harmless(page: Page): Promise<void> {
  const found = await page.evaluate(() => ({
    elements: document.querySelectorAll(
      "img, svg, iframe, style, base, object, embed, script:not([src]), [onerror], [onload]",
    ).length,
    scripts: [...document.scripts].map((one) => new URL(one.src).pathname),
    title: document.title,
    links: document.querySelectorAll("a[href^='javascript'], a[href*='example.org']").length,
  }));
  expect(found).toEqual({
    elements: 0,
    scripts: ["/assets/desk.js"],
    title: expect.not.stringContaining("ran") as string,
    links: 0,
  });
}

/** The hidden characters of a page's text, line breaks and tabs apart. */
async function hiddenIn(page: Page): Promise<string[]> {
  const text = await page.evaluate(() => document.body.textContent);
  return [...text].filter((one) => /[\p{Cc}\p{Cf}]/u.test(one) && !/[\n\t]/.test(one));
}

test("markup, bidi and control characters stay text in the inbox", async () => {
  const { page } = desk;
  const named = (await newReport(page, filed.reference).locator(".new-who").textContent()) ?? "";
  expect(named).toContain(IMAGE.slice(0, 20));
  expect(named).toContain("<svg onload");
  expect(named).toContain("⟨U+202E⟩");
  await harmless(page);
  expect(await hiddenIn(page)).toEqual([]);
});

test("they stay text in the opened report", async () => {
  const { page } = desk;
  await openNew(page, filed.reference);
  const account = (await page.locator(".account").textContent()) ?? "";
  for (const text of [IMAGE, SVG]) expect(account).toContain(text);
  for (const mark of ["⟨U+202E⟩", "⟨U+2066⟩", "⟨U+0007⟩", "⟨U+001B⟩", "⟨U+0000⟩", "⟨U+200B⟩"]) {
    expect(account).toContain(mark);
  }
  const found = await answers(page);
  expect(found["When"]).toEqual([MARKUP]);
  expect(found["Where"]).toEqual([LINK]);
  expect(found["Name"]).toEqual([IMAGE, expect.stringContaining("⟨U+202E⟩"), IMAGE, MARKUP]);
  expect(found["Rank or grade"]).toEqual([MARKUP]);
  // Codes that nobody knows are shown as they stand (R7).
  expect(found["Once or more often"]).toEqual([SVG]);
  await harmless(page);
  expect(await hiddenIn(page)).toEqual([]);
});

test("they stay text in messages, in the list and in what is searched", async () => {
  const { page } = desk;
  await write(service, filed, `${IMAGE}\n${SVG}\n${BIDI}\n${CONTROLS}\n${MARKUP}`);
  await reply(page, `Do you mean ${IMAGE}?`);
  await showTab(page, "Conversation");
  await page.locator(".message", { hasText: "⟨U+202E⟩" }).waitFor();
  expect(await page.locator(".messages").textContent()).toContain(MARKUP);
  await harmless(page);
  expect(await hiddenIn(page)).toEqual([]);
  await page.fill("#search", IMAGE);
  await page.locator(".row", { hasText: filed.reference }).waitFor();
  await page.fill("#search", "\u202E");
  await harmless(page);
  await page.fill("#search", "");
});

test("what a member writes is text on the reporter's page", async () => {
  const tab = await openTab(browser, service);
  const { page } = tab;
  await page.goto(service.return);
  await page.fill("#token", filed.words.join(" "));
  await page.click("#open");
  await page.locator("#messages", { hasText: IMAGE }).waitFor();
  expect(await page.locator("#app img, #app svg, #app script").count()).toBe(0);
  expect(await page.title()).not.toContain("ran");
  expect(tab.troubles).toEqual([]);
  await tab.context.close();
});

test("no script ran and no policy had to step in", () => {
  expect(desk.troubles).toEqual([]);
  expect(desk.sent.filter((one) => !one.url.startsWith(service.origin))).toEqual([]);
});

test("Trusted Types are on: markup cannot be written into any page", async () => {
  const tab = await openTab(browser, service);
  // As code in the page, because the linter allows none of it to be written here.
  const tries = {
    TypeError: `document.body.innerHTML = "<b>written</b>"`,
    EvalError: `(0, eval)("1 + 1")`,
    // Whatever the browser calls it.
    policy: `trustedTypes.createPolicy("another", { createHTML: (text) => text })`,
  };
  for (const address of [service.desk, service.report, service.return, service.origin]) {
    await tab.page.goto(address);
    for (const [name, code] of Object.entries(tries)) {
      // In a turn of the page's own: what DevTools evaluates may do more.
      const outcome = await tab.page.evaluate(`new Promise((done) => setTimeout(() => {
        try { ${code}; done("done"); } catch (error) { done(error.name); }
      }))`);
      if (name === "policy") expect(outcome, address).not.toBe("done");
      else expect(outcome, address).toBe(name);
    }
  }
  await tab.context.close();
});
