// Whoever can change what the service hands over must not become a reader.
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import {
  NO_DIGEST,
  digest,
  hex,
  identity,
  randomBytes,
  signer,
} from "../../../web/protocol/index.js";
import type { LeadSignSeed, MemberOpenSeed } from "../../../web/protocol/index.js";
import { launch } from "../support/chromium.js";
import { putCases, readyToSend, shownWords } from "../support/reporter.js";
import { startService, type Service } from "../support/service.js";
import {
  changeJson,
  flippedBase64,
  lead,
  problem,
  toBase64,
  type Led,
  type WireDirectory,
} from "../support/tamper.js";
import { carrying, openTab, type Tab } from "../support/tab.js";

const CANARY = "The directory was changed on the way";
const DIRECTORY = /\/api\/1\/directory$/;
const DOCUMENTS = /\/api\/1\/directory\/documents\//;

let service: Service;
let browser: Browser;
let led: Led;

beforeAll(async () => {
  [service, browser] = await Promise.all([startService(), launch()]);
  led = await lead(service);
});
afterAll(async () => {
  await browser.close();
  await service.end();
});

/** Somebody who would like to read along, as a change to a member of a team document. */
function intruder(): object {
  return {
    member: hex(randomBytes(16)),
    recipient: identity(randomBytes(32) as Uint8Array as MemberOpenSeed).recipient,
    key: signer(randomBytes(32) as Uint8Array as LeadSignSeed).key,
  };
}

async function refused(tab: Tab): Promise<void> {
  await tab.page.goto(service.report);
  await tab.page.waitForSelector("#stopped[data-why=directory]");
  expect(await tab.page.locator("main input, main textarea, #task-what").count()).toBe(0);
  expect(tab.sent.filter((one) => one.method !== "GET")).toEqual([]);
  // The return page reads nobody's letters by such a directory either.
}

const changes: Record<string, (page: Page) => Promise<unknown>> = {
  "one byte of the root": (page) =>
    changeJson<WireDirectory>(page, DIRECTORY, (one) => ({
      ...one,
      root: flippedBase64(one.root, -5),
    })),
  "one byte of the signature": (page) =>
    changeJson<WireDirectory>(page, DIRECTORY, (one) => ({
      ...one,
      root: flippedBase64(one.root, 40),
    })),
  "one byte of the genesis": (page) =>
    changeJson<WireDirectory>(page, DIRECTORY, (one) => ({
      ...one,
      genesis: flippedBase64(one.genesis, -3),
    })),
  "a root that is not signed": (page) =>
    changeJson<WireDirectory>(page, DIRECTORY, (one) => {
      const bytes = Buffer.from(one.root, "base64");
      bytes.fill(0, 33, 97);
      return { ...one, root: toBase64(bytes) };
    }),
  "a root signed by somebody else": (page) =>
    changeJson<WireDirectory>(page, DIRECTORY, (one) => ({
      ...one,
      root: led.root({}, signer(randomBytes(32) as Uint8Array as LeadSignSeed)),
    })),
  "a root of another service": (page) =>
    changeJson<WireDirectory>(page, DIRECTORY, (one) => ({
      ...one,
      root: led.root({ service: NO_DIGEST.replace(/^0/, "1") }),
    })),
  "one byte of a team document": (page) =>
    page.route(DOCUMENTS, async (route) => {
      const answer = await route.fetch();
      const body = await answer.body();
      body[body.length - 10] = (body[body.length - 10] ?? 0) ^ 1;
      return route.fulfill({ response: answer, body });
    }),
  "a team document with another reader, signed by a lead but not named": (page) => {
    const swapped = led.team("intake", ({ members }) => ({
      members: members.map((one) => ({ ...one, ...intruder() })),
    }));
    const intake = digestOf("intake");
    return page.route(DOCUMENTS, (route) =>
      route.request().url().endsWith(intake)
        ? route.fulfill({ contentType: "application/octet-stream", body: Buffer.from(swapped) })
        : route.continue(),
    );
  },
  "one team's document in another's place": (page) => {
    const [intake, independent] = [digestOf("intake"), digestOf("independent")];
    return page.route(DOCUMENTS, async (route) => {
      const url = route.request().url().replace(intake, independent);
      return route.fulfill({ response: await route.fetch({ url }) });
    });
  },
  "a team document that names another service's readers, in a root by a stranger": (page) => {
    const stranger = signer(randomBytes(32) as Uint8Array as LeadSignSeed);
    const team = led.team("intake", () => ({}), stranger);
    const teams = led.directory.root.teams.map((one) =>
      one.team === "intake" ? { ...one, digest: digest(team) } : one,
    );
    // The root is good; the team in it is signed by nobody of the chain.
    return Promise.all([
      changeJson<WireDirectory>(page, DIRECTORY, (one) => ({ ...one, root: led.root({ teams }) })),
      page.route(DOCUMENTS, (route) =>
        route.request().url().endsWith(digest(team))
          ? route.fulfill({ contentType: "application/octet-stream", body: Buffer.from(team) })
          : route.continue(),
      ),
    ]);
  },
  "an answer that is no directory": (page) =>
    page.route(DIRECTORY, (route) =>
      route.fulfill({
        contentType: "application/json",
        body: '{"genesis":"","leads":[],"root":""}',
      }),
    ),
};

function digestOf(team: string): string {
  const found = led.directory.root.teams.find((one) => one.team === team);
  if (found === undefined) throw new Error(`there is no team ${team}`);
  return found.digest;
}

for (const [name, change] of Object.entries(changes)) {
  test(`the report page stops before ${name}`, async () => {
    const tab = await openTab(browser, service);
    await change(tab.page);
    await refused(tab);
    await tab.context.close();
  });
}

/** A page that was opened under `root`, whose report is refused as stale, and then sees another. */
async function stale(root: string, then: string, between?: string): Promise<Tab> {
  const tab = await openTab(browser, service);
  let shown = root;
  await changeJson<WireDirectory>(tab.page, DIRECTORY, (one) => ({ ...one, root: shown }));
  await readyToSend(tab.page, service, CANARY);
  shown = then;
  await tab.page.route("**/api/1/cases/*", (route) => problem(route, 422, "directory-stale", "C6"));
  if (between !== undefined) {
    await tab.page.route(/\/api\/1\/directory\/roots\/\d+$/, (route) =>
      route.fulfill({
        contentType: "application/octet-stream",
        body: Buffer.from(between, "base64"),
      }),
    );
  }
  await tab.page.click("#send");
  return tab;
}

test("a page that has seen a directory refuses an older one, a fork and a chain that does not link", async () => {
  const first = led.wire.root;
  const second = led.root({ serial: 2, previous: led.directory.root.digest });
  const forked = led.root({ issued: "2020-01-01" });
  const unlinked = led.root({ serial: 2, previous: "ab".repeat(32) });
  const third = led.root({ serial: 3, previous: digest(Buffer.from(unlinked, "base64")) });
  const cases: [string, Tab][] = [
    ["older", await stale(second, first)],
    ["forked", await stale(first, forked)],
    ["not linked", await stale(first, unlinked)],
    ["not linked further back", await stale(first, third, unlinked)],
  ];
  for (const [name, tab] of cases) {
    await tab.page.waitForSelector("#stopped[data-why=directory]");
    // What was sealed by the directory seen before went once; nothing went by the other.
    expect(putCases(tab.sent), name).toHaveLength(1);
    expect(carrying(tab.sent, CANARY), name).toEqual([]);
    expect(await tab.page.locator("#token").count(), name).toBe(0);
    await tab.context.close();
  }
});

test("readers who changed are shown again before anything is sealed to them", async () => {
  const team = led.team("intake", ({ members }) => ({ members: members.slice(0, 2) }));
  const teams = led.directory.root.teams.map((one) =>
    one.team === "intake" ? { ...one, digest: digest(team) } : one,
  );
  const second = led.root({ serial: 2, previous: led.directory.root.digest, teams });
  const tab = await openTab(browser, service);
  let root = led.wire.root;
  await changeJson<WireDirectory>(tab.page, DIRECTORY, (one) => ({ ...one, root }));
  await tab.page.route(DOCUMENTS, (route) =>
    route.request().url().endsWith(digest(team))
      ? route.fulfill({ contentType: "application/octet-stream", body: Buffer.from(team) })
      : route.continue(),
  );
  await readyToSend(tab.page, service, CANARY);
  expect(await tab.page.locator("#readers-list li").count()).toBe(3);
  root = second;
  await tab.page.route("**/api/1/cases/*", (route) => problem(route, 422, "directory-stale", "C6"));
  await tab.page.click("#send");
  await tab.page.locator("#notice", { hasText: "Please check who will be able to read" }).waitFor();
  expect(await tab.page.locator("#readers-list li").count()).toBe(2);
  expect(putCases(tab.sent)).toHaveLength(1);
  await tab.context.close();
});

test("a renewed directory with the same readers is sealed by without asking", async () => {
  const tab = await openTab(browser, service);
  await readyToSend(tab.page, service, CANARY);
  let tries = 0;
  await tab.page.route("**/api/1/cases/*", (route) =>
    ++tries === 1 ? problem(route, 422, "directory-stale", "C6") : route.continue(),
  );
  await tab.page.click("#send");
  expect(await shownWords(tab.page)).toHaveLength(12);
  expect(new Set(putCases(tab.sent)).size).toBe(2);
  await tab.context.close();
});

test("a directory past its day is said before sending and does not stop it", async () => {
  const tab = await openTab(browser, service);
  const root = led.root({ good_until: "2020-01-01" });
  await changeJson<WireDirectory>(tab.page, DIRECTORY, (one) => ({ ...one, root }));
  await readyToSend(tab.page, service, CANARY);
  await tab.page.locator("#expired", { hasText: "1 January" }).waitFor();
  await tab.context.close();
});

test("without a directory the page says so, and opens once there is one", async () => {
  const tab = await openTab(browser, service);
  await tab.page.route(DIRECTORY, (route) => route.abort());
  await tab.page.goto(service.report);
  await tab.page.waitForSelector("#stopped[data-why=directory-offline]");
  await tab.page.unroute(DIRECTORY);
  await tab.page.route(DIRECTORY, (route) => problem(route, 404, "not-yet-open"));
  await tab.page.click("#retry");
  await tab.page.waitForSelector("#stopped[data-why=not-yet-open]");
  await tab.page.unroute(DIRECTORY);
  await tab.page.click("#retry");
  await tab.page.waitForSelector("#task-what");
  await tab.context.close();
});
