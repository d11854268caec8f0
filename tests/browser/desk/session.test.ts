// Sessions at the desk: how they end, what stays, and who else may use them.
import { createServer, type Server } from "node:http";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { launch } from "../support/chromium.js";
import { file, write, type Filed } from "../support/client.js";
import {
  enter,
  openMine,
  openNew,
  sentWell,
  sessionCookie,
  showTab,
  signIn,
} from "../support/desk.js";
import { freePort, startService, type Service } from "../support/service.js";
import { carrying, openTab, type Tab } from "../support/tab.js";

const CANARY = "Only readers of the case may see this sentence";
const DRAFT = "An answer that is half written";

let service: Service;
let browser: Browser;
let filed: Filed;

beforeAll(async () => {
  [service, browser] = await Promise.all([startService(), launch()]);
  filed = await file(service, { what_happened: CANARY });
});
afterAll(async () => {
  await browser.close();
  await service.end();
});

/** A desk at which Handler-1 has opened the case. */
async function atWork(): Promise<Tab> {
  const tab = await openTab(browser, service);
  await signIn(tab.page, service, service.member("Handler-1"));
  if ((await tab.page.locator(".new-report").count()) > 0) await openNew(tab.page, filed.reference);
  else await openMine(tab.page, filed.reference);
  await showTab(tab.page, "Report");
  await tab.page.locator(".account", { hasText: CANARY }).waitFor();
  return tab;
}

test("the session is a __Host- cookie that scripts cannot read, and the passphrase stays here", async () => {
  const tab = await atWork();
  expect(await sessionCookie(tab.context)).toMatchObject({ path: "/", expires: -1 });
  // The other says at the next sign-in that somebody has signed in here before, and no more.
  for (const cookie of await tab.context.cookies()) {
    expect(cookie).toMatchObject({ httpOnly: true, secure: true, sameSite: "Strict" });
    expect(cookie.name).toMatch(/^__(Host-rightline|Secure-rightline-known)$/);
    if (cookie.name !== "__Host-rightline") expect(cookie.path).toBe("/api/1/desk/sign-in");
  }
  expect(await tab.page.evaluate(() => document.cookie)).toBe("");
  expect(carrying(tab.sent, service.member("Handler-1").passphrase)).toEqual([]);
  const kept = await tab.page.evaluate(async () => [
    localStorage.length,
    sessionStorage.length,
    (await indexedDB.databases()).length,
  ]);
  expect(kept).toEqual([0, 0, 0]);
  await tab.context.close();
});

test("a wrong passphrase and an unknown label get the same answer", async () => {
  const tab = await openTab(browser, service);
  const { page } = tab;
  const said: string[] = [];
  for (const member of [
    { ...service.member("Handler-5"), passphrase: "wrong wrong wrong" },
    { ...service.member("Handler-5"), label: "Handler-77" },
  ]) {
    await page.goto(service.desk);
    await enter(page, member);
    said.push(await page.getByRole("alert").innerText());
    expect(await page.getByLabel("Passphrase", { exact: true }).inputValue()).toBe("");
  }
  expect(said[0]).toContain("label, passphrase or code is not right");
  expect(said[1]).toBe(said[0]);
  await tab.context.close();
});

test("signing out takes everything decrypted from the page and ends the session", async () => {
  const tab = await atWork();
  const { page } = tab;
  const cookie = await sessionCookie(tab.context);
  await page.getByRole("button", { name: "Sign out" }).click();
  await page.getByText("You are signed out.").waitFor();
  expect(await page.content()).not.toContain(CANARY);
  expect(await page.content()).not.toContain(filed.reference);
  // The cookie that was good a moment ago is good no longer.
  const asked = await fetch(`${service.origin}/api/1/desk/me`, {
    headers: { Cookie: `__Host-rightline=${cookie?.value ?? ""}`, "Rightline-Desk": "1" },
  });
  expect(cookie?.value).toMatch(/^[0-9a-f]{96}$/);
  expect(asked.status).toBe(401);
  await page.goBack().catch(() => null);
  await page.goForward().catch(() => null);
  expect(await page.content()).not.toContain(CANARY);
  await tab.context.close();
});

test("a page that is left and come back to is signed out", async () => {
  const tab = await atWork();
  const { page } = tab;
  await page.goto(service.origin);
  await page.goBack();
  await page.getByRole("button", { name: "Sign in", exact: true }).waitFor();
  expect(await page.content()).not.toContain(CANARY);
  await tab.context.close();
});

test("a session that has ended at the service signs out, and what was typed comes back", async () => {
  const tab = await atWork();
  const { page } = tab;
  await showTab(page, "Conversation");
  await page.getByLabel("Reply", { exact: true }).check();
  await page.fill("#reply-text", DRAFT);
  await tab.context.clearCookies();
  await page.getByRole("button", { name: "Send the reply" }).click();
  await page.getByText("Your session has ended at the service.").waitFor();
  expect(await page.content()).not.toContain(CANARY);
  expect(await page.content()).not.toContain(DRAFT);
  // Not for somebody else at the same desk.
  await enter(page, service.member("Handler-2"));
  await page.waitForSelector(".bar");
  expect(await page.content()).not.toContain(DRAFT);
  await page.getByRole("button", { name: "Sign out" }).click();
  await page.getByText("You are signed out.").waitFor();
  await tab.context.close();

  const again = await atWork();
  await showTab(again.page, "Conversation");
  await again.page.getByLabel("Reply", { exact: true }).check();
  await again.page.fill("#reply-text", DRAFT);
  await again.context.clearCookies();
  await again.page.getByRole("button", { name: "Send the reply" }).click();
  await again.page.getByText("Your session has ended at the service.").waitFor();
  await enter(again.page, service.member("Handler-1"));
  await openMine(again.page, filed.reference);
  await showTab(again.page, "Conversation");
  expect(await again.page.inputValue("#reply-text")).toBe(DRAFT);
  await again.page.getByRole("button", { name: "Send the reply" }).click();
  await sentWell(again.page);
  await again.page.locator(".message", { hasText: DRAFT }).waitFor();
  expect(await again.page.locator(".message", { hasText: DRAFT }).count()).toBe(1);
  await again.context.close();
});

test("a desk that lies unused is locked after a warning", async () => {
  const tab = await openTab(browser, service);
  const { page } = tab;
  await page.clock.install();
  await signIn(page, service, service.member("Handler-1"));
  await openMine(page, filed.reference);
  await showTab(page, "Report");
  await page.locator(".account", { hasText: CANARY }).waitFor();
  await page.clock.fastForward("19:30");
  await page.getByText("You will be signed out in less than a minute").waitFor();
  await page.mouse.move(10, 10);
  await page.mouse.move(20, 20);
  await page.getByText("You will be signed out in less than a minute").waitFor({
    state: "detached",
  });
  await page.clock.fastForward("20:30");
  await page.getByRole("heading", { name: "Locked" }).waitFor();
  await page.getByText("was not used for 20 minutes").waitFor();
  expect(await page.content()).not.toContain(CANARY);
  await expect.poll(() => sessionCookie(tab.context)).toBe(null);
  await tab.context.close();
});

test("offline, what is open stays readable, and a reply is kept until it can be sent", async () => {
  const tab = await atWork();
  const { page } = tab;
  await showTab(page, "Conversation");
  await page.getByLabel("Reply", { exact: true }).check();
  await page.fill("#reply-text", "Written in a tunnel.");
  await tab.context.setOffline(true);
  await page.getByText("You are offline.").waitFor();
  await page.getByRole("button", { name: "Send the reply" }).click();
  await page.getByText("It was not sent. Your text is still here.").waitFor();
  expect(await page.inputValue("#reply-text")).toBe("Written in a tunnel.");
  await showTab(page, "Report");
  await page.locator(".account", { hasText: CANARY }).waitFor();
  await tab.context.setOffline(false);
  await page.getByText("You are offline.").waitFor({ state: "detached" });
  await showTab(page, "Conversation");
  await page.getByRole("button", { name: "Send the reply" }).click();
  await page.locator(".message", { hasText: "Written in a tunnel." }).waitFor();
  expect(await page.locator(".message", { hasText: "Written in a tunnel." }).count()).toBe(1);
  await tab.context.close();
});

test("a reply whose answer was lost is sent once", async () => {
  const tab = await atWork();
  const { page } = tab;
  await showTab(page, "Conversation");
  await page.getByLabel("Reply", { exact: true }).check();
  await page.fill("#reply-text", "The answer to this is lost.");
  let tries = 0;
  await page.route(/\/messages$/, async (route) => {
    if (++tries > 1) return route.continue();
    await route.fetch();
    return route.abort();
  });
  await page.getByRole("button", { name: "Send the reply" }).click();
  await page.getByText("It was not sent. Your text is still here.").waitFor();
  await page.getByRole("button", { name: "Send the reply" }).click();
  await page.locator(".message", { hasText: "The answer to this is lost." }).waitFor();
  expect(await page.locator(".message", { hasText: "The answer to this is lost." }).count()).toBe(
    1,
  );
  await tab.context.close();
});

test("two handlers who write at once lose neither text", async () => {
  const one = await atWork();
  const two = await openTab(browser, service);
  await signIn(two.page, service, service.member("Handler-2"));
  await openNew(two.page, filed.reference);
  for (const [tab, text] of [
    [one, "Written by the first."],
    [two, "Written by the second."],
  ] as const) {
    await showTab(tab.page, "Conversation");
    await tab.page.getByLabel("Reply", { exact: true }).check();
    await tab.page.fill("#reply-text", text);
  }
  await one.page.getByRole("button", { name: "Send the reply" }).click();
  await one.page.locator(".message", { hasText: "Written by the first." }).waitFor();
  await two.page.getByRole("button", { name: "Send the reply" }).click();
  await two.page.getByText("Another message was sent while you were writing.").waitFor();
  await two.page.locator(".message", { hasText: "Written by the first." }).waitFor();
  expect(await two.page.inputValue("#reply-text")).toBe("Written by the second.");
  await two.page.getByRole("button", { name: "Send the reply" }).click();
  await two.page.locator(".message", { hasText: "Written by the second." }).waitFor();
  expect(await two.page.locator(".strip-warning:not(.desk > .strips .strip-warning)").count()).toBe(
    0,
  );
  for (const tab of [one, two]) await tab.context.close();
});

test("a message that arrives while the case is open shows by itself", async () => {
  const tab = await openTab(browser, service);
  const { page } = tab;
  await page.clock.install();
  await signIn(page, service, service.member("Handler-1"));
  await openMine(page, filed.reference);
  await showTab(page, "Conversation");
  await write(service, filed, "It arrives by itself.");
  await page.clock.fastForward(61_000);
  await page.locator(".message", { hasText: "It arrives by itself." }).waitFor();
  await tab.context.close();
});

/** A page of somebody else, that tries what a page of another site can try. */
async function elsewhere(): Promise<{ server: Server; port: number }> {
  const port = await freePort();
  const server = createServer((_, answer) => {
    answer.setHeader("Content-Type", "text/html");
    answer.end("<!doctype html><title>Elsewhere</title><body>Elsewhere");
  });
  await new Promise<void>((done) => server.listen(port, "127.0.0.1", done));
  return { server, port };
}

test("a page of another site or port can neither act for a member nor read for them", async () => {
  const { server, port } = await elsewhere();
  const tab = await atWork();
  const { page, context } = tab;
  await context.unrouteAll();
  const calls: { url: string; status: number }[] = [];
  for (const origin of [`http://127.0.0.1:${String(port)}`, `http://localhost:${String(port)}`]) {
    const attacker = await context.newPage();
    attacker.on("response", (one) => {
      if (one.url().includes("/api/1/desk/")) calls.push({ url: one.url(), status: one.status() });
    });
    await attacker.goto(origin);
    const read = await attacker.evaluate(
      async ([desk, of]) => {
        const outcomes: string[] = [];
        const tries: [string, RequestInit][] = [
          [`${desk}/me`, { headers: { "Rightline-Desk": "1" } }],
          [`${desk}/me`, {}],
          [`${desk}/cases/${of}`, { mode: "no-cors" }],
          [`${desk}/sign-out`, { method: "POST", mode: "no-cors", body: "{}" }],
          [
            `${desk}/sign-out`,
            {
              method: "POST",
              body: "{}",
              headers: { "Rightline-Desk": "1", "Content-Type": "application/json" },
            },
          ],
        ];
        for (const [address, init] of tries) {
          const answer = await fetch(address, { ...init, credentials: "include" }).catch(
            () => null,
          );
          outcomes.push(answer === null ? "refused" : `${answer.type} ${await answer.text()}`);
        }
        return outcomes;
      },
      [`${service.origin}/api/1/desk`, filed.case] as const,
    );
    for (const outcome of read) expect(["refused", "opaque "]).toContain(outcome);
    // A form that a visitor is made to post.
    await attacker.evaluate((address) => {
      const form = document.createElement("form");
      form.method = "post";
      form.enctype = "text/plain";
      form.action = address;
      document.body.append(form);
      form.submit();
    }, `${service.origin}/api/1/desk/sign-out`);
    await attacker.waitForURL(/sign-out$/);
    expect(await attacker.textContent("body")).toMatch(/foreign|signed-out/);
    // Nor can it be framed or reached through a window.
    await attacker.goto(origin);
    const opened = await attacker.evaluate((address) => {
      const other = window.open(address);
      return other === null ? "blocked" : String(other.length);
    }, service.desk);
    expect(opened).toMatch(/blocked|0/);
    await attacker.close();
  }
  const acted = calls.filter((one) => one.status < 400);
  expect(acted).toEqual([]);
  expect(calls.some((one) => one.status === 403)).toBe(true);
  // The member's own session is as it was.
  await showTab(page, "People");
  await page.getByRole("table", { name: "Who can read this case" }).waitFor();
  const mine = await context.request.get(`${service.origin}/api/1/desk/me`, {
    headers: { "Rightline-Desk": "1" },
  });
  expect(mine.status()).toBe(200);
  await tab.context.close();
  server.close();
});

test("another site's request with a stolen-looking cookie and header is refused by its origin", async () => {
  const tab = await atWork();
  const { request } = tab.context;
  for (const headers of [
    { "Rightline-Desk": "1", Origin: "http://127.0.0.1:1" },
    { "Rightline-Desk": "1", "Sec-Fetch-Site": "cross-site" },
    { "Rightline-Desk": "1", "Sec-Fetch-Site": "same-site" },
    {},
  ]) {
    const answer = await request.get(`${service.origin}/api/1/desk/me`, { headers });
    expect(answer.status(), JSON.stringify(headers)).toBe(403);
    expect(((await answer.json()) as { type: string }).type).toMatch(/:foreign$/);
  }
  await tab.context.close();
});
