// What the service hands to a desk may be damaged, exchanged or held back: it is warned of, beside
// the thing, and everything else is shown.
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { digest, hex, identity, randomBytes, signer } from "../../../web/protocol/index.js";
import type { LeadSignSeed, MemberOpenSeed } from "../../../web/protocol/index.js";
import { launch } from "../support/chromium.js";
import { file, write, type Filed } from "../support/client.js";
import {
  enter,
  openMine,
  openNew,
  reply,
  sessionCookie,
  showTab,
  signIn,
} from "../support/desk.js";
import { startService, type Service } from "../support/service.js";
import {
  changeJson,
  flipped,
  flippedBase64,
  lead,
  toBase64,
  type Led,
  type WireDirectory,
} from "../support/tamper.js";
import { openTab, type Tab } from "../support/tab.js";

interface Grant {
  row: string | null;
  member: string;
  epoch: number;
  live: boolean;
  sealed: string | null;
}
interface Served {
  case: string;
  stage: string;
  statement: string;
  parties: string;
  body: string;
  receipt: string;
  grants: Grant[];
  declarations: string[];
  messages: { stub: string; file: string }[];
}

const CASE = /\/api\/1\/desk\/cases\/[0-9a-f]{64}$/;
const DIRECTORY = /\/api\/1\/directory$/;
const WROTE = [
  "From the reporter, first.",
  "From the reporter, second.",
  "From the reporter, third.",
];
const ANSWER = "From the handler.";

let service: Service;
let browser: Browser;
let led: Led;
let filed: Filed;
let other: Filed;
/** What the service hands over for the other case. */
let otherServed: Served;

beforeAll(async () => {
  [service, browser] = await Promise.all([startService(), launch()]);
  led = await lead(service);
  filed = await file(service, { what_happened: "What happened in the case itself." });
  other = await file(service, { what_happened: "What happened in the other case." });
  for (const text of WROTE) await write(service, filed, text);
  await write(service, other, "From the other reporter.");
  const desk = await openTab(browser, service);
  await signIn(desk.page, service, service.member("Handler-1"));
  await openNew(desk.page, filed.reference);
  await reply(desk.page, ANSWER);
  await desk.page.getByRole("button", { name: /^New reports/ }).click();
  const [answer] = await Promise.all([
    desk.page.waitForResponse((one) => CASE.test(one.url())),
    openNew(desk.page, other.reference),
  ]);
  otherServed = (await answer.json()) as Served;
  expect(desk.troubles).toEqual([]);
  await desk.context.close();
});
afterAll(async () => {
  await browser.close();
  await service.end();
});

/** Signs in as Handler-1 and opens the case, as a change to what is served makes it. */
async function opened(change: (served: Served) => Served): Promise<Tab> {
  const tab = await openTab(browser, service);
  await changeJson<Served>(tab.page, CASE, (served) =>
    served.case === filed.case ? change(served) : served,
  );
  await signIn(tab.page, service, service.member("Handler-1"));
  await openMine(tab.page, filed.reference);
  return tab;
}

async function messages(page: Page): Promise<string[]> {
  await showTab(page, "Conversation");
  return page.locator(".message").allInnerTexts();
}

/** The messages that carry a warning, by their place in the conversation. */
async function warned(page: Page): Promise<number[]> {
  return page
    .locator(".message")
    .evaluateAll((all) =>
      all.flatMap((one, at) => (one.querySelector(".strip-warning") === null ? [] : [at])),
    );
}

/** Which of the served messages is the nth of a direction, by what the stubs say. */
function place(served: Served, direction: string, sequence: number): number {
  return served.messages.findIndex(({ stub }) => {
    const text = Buffer.from(stub, "base64").subarray(97).toString();
    const said = JSON.parse(text) as { direction: string; sequence: number };
    return said.direction === direction && said.sequence === sequence;
  });
}

test("an untampered case carries no warning", async () => {
  const tab = await opened((served) => served);
  const shown = await messages(tab.page);
  expect(shown.map((text) => text.split("\n").at(-1))).toEqual(
    expect.arrayContaining([...WROTE, ANSWER]),
  );
  // What stands above the whole page, such as that one custodian is few, is not about the case.
  const warned = ".strip-warning:not(.desk > .strips .strip-warning), .check-bad";
  expect(await tab.page.locator(warned).count()).toBe(0);
  await tab.context.close();
});

test("one damaged message is warned of, and the others are shown", async () => {
  const tab = await opened((served) => {
    const at = place(served, "from_reporter", 2);
    const messages_ = served.messages.map((one, here) =>
      here === at ? { ...one, file: flippedBase64(one.file, -30) } : one,
    );
    return { ...served, messages: messages_ };
  });
  const shown = await messages(tab.page);
  expect(shown).toHaveLength(4);
  expect(shown.join()).not.toContain(WROTE[1]);
  expect(shown.join()).toContain("is not the file that was signed for this place");
  for (const text of [WROTE[0], WROTE[2], ANSWER]) expect(shown.join()).toContain(text);
  expect(await warned(tab.page)).toHaveLength(1);
  await showTab(tab.page, "Report");
  expect(await tab.page.textContent(".account")).toContain("What happened in the case itself.");
  await tab.context.close();
});

test("a stub with a wrong signature proves no author, and the others are shown", async () => {
  const tab = await opened((served) => {
    const at = place(served, "from_reporter", 3);
    const messages_ = served.messages.map((one, here) =>
      here === at ? { ...one, stub: flippedBase64(one.stub, 50) } : one,
    );
    return { ...served, messages: messages_ };
  });
  const shown = await messages(tab.page);
  expect(shown.join()).toContain("Author not proven");
  expect(shown.join()).not.toContain(WROTE[2]);
  for (const text of [WROTE[0], WROTE[1], ANSWER]) expect(shown.join()).toContain(text);
  await tab.context.close();
});

test("a message that was held back leaves a gap that is warned of beside the next", async () => {
  const tab = await opened((served) => {
    const at = place(served, "from_reporter", 2);
    return { ...served, messages: served.messages.filter((_, here) => here !== at) };
  });
  const shown = await messages(tab.page);
  expect(shown).toHaveLength(3);
  const third = shown.find((text) => text.includes(WROTE[2] ?? ""));
  expect(third).toContain("A message before this one is missing.");
  expect(shown.find((text) => text.includes(WROTE[0] ?? ""))).not.toContain("Warning");
  await tab.context.close();
});

test("messages handed over in another order are shown in their own", async () => {
  const straight = await opened((served) => served);
  const before = await messages(straight.page);
  await straight.context.close();
  const tab = await opened((served) => ({ ...served, messages: served.messages.toReversed() }));
  expect(await messages(tab.page)).toEqual(before);
  expect(await warned(tab.page)).toEqual([]);
  await tab.context.close();
});

test("messages whose files were exchanged are not shown in each other's place", async () => {
  const tab = await opened((served) => {
    const [a, b] = [place(served, "from_reporter", 1), place(served, "from_reporter", 2)];
    const messages_ = served.messages.map((one, here) => ({
      ...one,
      file: served.messages[here === a ? b : here === b ? a : here]?.file ?? "",
    }));
    return { ...served, messages: messages_ };
  });
  const shown = (await messages(tab.page)).join();
  expect(shown).not.toContain(WROTE[0]);
  expect(shown).not.toContain(WROTE[1]);
  expect(shown).toContain(WROTE[2]);
  expect(await warned(tab.page)).toHaveLength(2);
  await tab.context.close();
});

test("a message of another case is warned of and not shown", async () => {
  const tab = await opened((served) => ({
    ...served,
    messages: [...served.messages, ...otherServed.messages],
  }));
  const shown = (await messages(tab.page)).join();
  expect(shown).not.toContain("From the other reporter.");
  for (const text of [...WROTE, ANSWER]) expect(shown).toContain(text);
  expect((await warned(tab.page)).length).toBeGreaterThan(0);
  await tab.context.close();
});

test("a message that is handed over twice is not read as two", async () => {
  const tab = await opened((served) => {
    const again = served.messages[place(served, "from_reporter", 1)];
    return { ...served, messages: [...served.messages, ...(again === undefined ? [] : [again])] };
  });
  const shown = await messages(tab.page);
  const same = shown.filter((text) => text.includes(WROTE[0] ?? ""));
  expect(same.length === 1 || same.some((text) => text.includes("Warning"))).toBe(true);
  await tab.context.close();
});

test("a body that was damaged or is another case's is not shown as this one's", async () => {
  for (const body of [null, otherServed.body]) {
    const tab = await opened((served) => ({
      ...served,
      body: body ?? flippedBase64(served.body, -50),
    }));
    await showTab(tab.page, "Report");
    await tab.page.locator(".document .strip-warning").first().waitFor();
    const text = (await tab.page.textContent(".document")) ?? "";
    expect(text).not.toContain("What happened in the other case.");
    await showTab(tab.page, "Conversation");
    for (const wrote of WROTE) await tab.page.getByText(wrote).waitFor();
    expect(await tab.page.locator(".check-bad").count()).toBeGreaterThan(0);
    await tab.context.close();
  }
});

test("a statement that is not this case's opens nothing", async () => {
  for (const statement of [null, otherServed.statement]) {
    const tab = await openTab(browser, service);
    await changeJson<Served>(tab.page, CASE, (served) => ({
      ...served,
      statement: statement ?? flippedBase64(served.statement, -20),
    }));
    await signIn(tab.page, service, service.member("Handler-1"));
    await tab.page.getByRole("button", { name: /^My cases/ }).click();
    await tab.page.locator(".row", { hasText: filed.reference }).click();
    await tab.page.locator(".case .strip-warning, .case .strip-trouble").first().waitFor();
    expect(await tab.page.locator(".account").count()).toBe(0);
    await tab.context.close();
  }
});

test("an own grant that is damaged or another case's is warned of and not used", async () => {
  const mine = otherServed.grants.find((one) => one.sealed !== null)?.sealed ?? "";
  for (const sealed of [null, mine]) {
    const tab = await opened((served) => ({
      ...served,
      grants: served.grants.map((one) =>
        one.sealed === null ? one : { ...one, sealed: sealed ?? flippedBase64(one.sealed, -8) },
      ),
    }));
    await tab.page.locator(".case > .strips .strip-warning").first().waitFor();
    const text = (await tab.page.textContent(".case")) ?? "";
    expect(text).not.toContain("What happened in the other case.");
    await tab.context.close();
  }
});

test("a reader whom no signature let in is named in a warning, and so is one who is missing", async () => {
  const independent = led.directory.teams.get("independent" as never)?.members[0];
  const slipped = await opened((served) => ({
    ...served,
    grants: [
      ...served.grants,
      { row: null, member: independent?.member ?? "", epoch: 0, live: true, sealed: null },
    ],
  }));
  await showTab(slipped.page, "People");
  await slipped.page.getByText("The service says that Handler-4 can read this case").waitFor();
  expect(await slipped.page.locator(".check-bad").count()).toBeGreaterThan(0);
  await slipped.context.close();

  const missing = await opened((served) => {
    const second = led.directory.teams.get("intake" as never)?.members[1]?.member;
    return { ...served, grants: served.grants.filter((one) => one.member !== second) };
  });
  await showTab(missing.page, "People");
  await missing.page.getByText("The reporter let Handler-2 read this case").waitFor();
  await missing.context.close();
});

test("a row of the grant chain by nobody is warned of and not counted", async () => {
  const stranger = hex(randomBytes(16));
  const tab = await opened((served) => ({
    ...served,
    grants: [
      ...served.grants,
      {
        row: flippedBase64(served.statement, 45),
        member: stranger,
        epoch: 0,
        live: true,
        sealed: null,
      },
    ],
  }));
  await showTab(tab.page, "People");
  await tab.page.locator(".people .strip-warning").first().waitFor();
  expect(await tab.page.locator(".check-bad").count()).toBeGreaterThan(0);
  await tab.context.close();
});

test("a receipt and a stage that nobody signed are warned of", async () => {
  const tab = await opened((served) => ({
    ...served,
    stage: "closed",
    receipt: flippedBase64(served.receipt, 70),
  }));
  const warnings = (await tab.page.locator(".case > .strips").textContent()) ?? "";
  expect(warnings).toContain("receipt for this report is not signed");
  expect(warnings).toContain("but the last signed stage is");
  await tab.context.close();
});

test("a member whose key was exchanged in the directory keeps the desk shut", async () => {
  const team = led.team("intake", ({ members }) => ({
    members: members.map((one, at) =>
      at === 1
        ? {
            ...one,
            recipient: identity(randomBytes(32) as Uint8Array as MemberOpenSeed).recipient,
            key: signer(randomBytes(32) as Uint8Array as LeadSignSeed).key,
          }
        : one,
    ),
  }));
  const intake = led.directory.root.teams.find((one) => one.team === "intake")?.digest ?? "";
  const tab = await openTab(browser, service);
  await tab.page.route(/\/api\/1\/directory\/documents\//, (route) =>
    route.request().url().endsWith(intake)
      ? route.fulfill({ contentType: "application/octet-stream", body: Buffer.from(team) })
      : route.continue(),
  );
  await tab.page.goto(service.desk);
  await enter(tab.page, service.member("Handler-1"));
  await tab.page.getByText("did not pass its checks").waitFor();
  expect(await tab.page.locator(".bar").count()).toBe(0);
  await tab.context.close();
});

test("a fork of the directory, and an older one, keep the desk shut", async () => {
  // Handler-1's ring remembers the root in force.
  const forked = led.root({ issued: "2020-01-01" });
  const fork = await openTab(browser, service);
  await changeJson<WireDirectory>(fork.page, DIRECTORY, (one) => ({ ...one, root: forked }));
  await fork.page.goto(service.desk);
  await enter(fork.page, service.member("Handler-1"));
  await fork.page.getByText("another directory of readers than the one you have seen").waitFor();
  expect(await fork.page.locator(".bar").count()).toBe(0);
  await fork.context.close();

  // Handler-2 sees a later root once, signs out, and is then shown the earlier one.
  const second = led.root({ serial: 2, previous: led.directory.root.digest });
  const later = await openTab(browser, service);
  await changeJson<WireDirectory>(later.page, DIRECTORY, (one) => ({ ...one, root: second }));
  await signIn(later.page, service, service.member("Handler-2"));
  await later.page.getByRole("button", { name: "Sign out" }).click();
  await later.page.getByText("You are signed out.").waitFor();
  await later.page.unroute(DIRECTORY);
  await enter(later.page, service.member("Handler-2"));
  await later.page.getByText("an older directory of readers than you have seen").waitFor();
  expect(await later.page.locator(".bar").count()).toBe(0);
  await later.context.close();
});

test("a vault that is damaged or somebody else's opens nothing", async () => {
  const tab = await openTab(browser, service);
  await changeJson<{ vault: string }>(tab.page, /\/desk\/sign-in$/, (one) => ({
    ...one,
    vault: toBase64(flipped(Buffer.from(one.vault, "base64"), -20)),
  }));
  await tab.page.goto(service.desk);
  await enter(tab.page, service.member("Handler-3"));
  await tab.page.getByText("your keys did not open").waitFor();
  await expect.poll(() => sessionCookie(tab.context)).toBe(null);
  await tab.context.close();
});

test("weaker protection of the passphrase is refused before anything is sent", async () => {
  const tab = await openTab(browser, service);
  await changeJson<object>(tab.page, /\/desk\/parameters$/, (one) => ({ ...one, memory: 1_024 }));
  await tab.page.goto(service.desk);
  await enter(tab.page, service.member("Handler-3"));
  await tab.page.getByText("weaker protection of your passphrase").waitFor();
  expect(tab.sent.some((one) => one.url.endsWith("/sign-in"))).toBe(false);
  await tab.context.close();
});

test("a page of another installation does not get the keys to work", async () => {
  const tab = await openTab(browser, service);
  await tab.page.route(service.desk, async (route) => {
    const answer = await route.fetch();
    const body = (await answer.text()).replaceAll(led.directory.service, "ab".repeat(32));
    return route.fulfill({ response: answer, body });
  });
  await tab.page.goto(service.desk);
  await enter(tab.page, service.member("Handler-3"));
  await tab.page.getByRole("alert").waitFor();
  expect(await tab.page.locator(".bar").count()).toBe(0);
  expect(digest(Buffer.from(led.wire.genesis, "base64"))).toBe(led.directory.service);
  await tab.context.close();
});
