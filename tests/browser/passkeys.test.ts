import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { faultsOf } from "./support/axe.js";
import { launch } from "./support/chromium.js";
import { enrol } from "./support/enrolling.js";
import { startInstallation, type Installation } from "./support/installation.js";
import { carryingBytes, plugIn } from "./support/passkeys.js";
import { openTab, type Tab } from "./support/tab.js";

let service: Installation;
let browser: Browser;

beforeAll(async () => {
  [service, browser] = await Promise.all([startInstallation(), launch()]);
});
afterAll(async () => {
  await browser.close();
  await service.end();
});

/** Posts to the calls about passkeys, with what they carried of a credential. */
function credentials({ sent }: Tab): string[][] {
  return sent
    .filter((one) => one.url.includes("/passkey"))
    .flatMap((one) => {
      const body = JSON.parse(one.body.toString("utf8")) as { credential?: object };
      return body.credential === undefined ? [] : [Object.keys(body.credential).sort()];
    });
}

async function signedOut(page: Page): Promise<void> {
  await page.getByRole("button", { name: "Sign out" }).click();
  await page.getByText("You are signed out.").waitFor();
}

test("a passkey with a PRF signs in and opens the keys, and its output is posted nowhere", async () => {
  const tab = await openTab(browser, service);
  const { page } = tab;
  await page.goto(service.desk);
  const key = await plugIn(page, true);
  const { label } = await enrol(page, service.lead, "passkey", async (step) => {
    if (step !== "second factor set up") return;
    await page.getByText("It also opens your keys.").waitFor();
    expect(await faultsOf(page)).toEqual([]);
  });
  await page.goto(service.desk);
  await page.getByRole("button", { name: "Use a passkey" }).click();
  await page.getByRole("button", { name: "People", exact: true }).waitFor();
  await page.locator(".bar-label", { hasText: label }).waitFor();
  await page.getByRole("button", { name: "My account" }).click();
  await page.getByText("opens your keys", { exact: false }).first().waitFor();
  await signedOut(page);

  expect(key.outputs.length).toBeGreaterThanOrEqual(2);
  for (const output of key.outputs) {
    expect(output).toHaveLength(64);
    expect(carryingBytes(tab.sent, output)).toEqual([]);
  }
  expect(credentials(tab)).toEqual([
    ["attestation", "client_data", "id"],
    ["authenticator_data", "client_data", "id", "signature", "user_handle"],
  ]);
  expect(tab.troubles).toEqual([]);
  await tab.context.close();
});

test("a passkey without one signs in, and the passphrase opens the keys", async () => {
  const tab = await openTab(browser, service);
  const { page } = tab;
  await page.goto(service.desk);
  const key = await plugIn(page, false);
  const { label, passphrase } = await enrol(
    page,
    service.administrator,
    "passkey",
    async (step) => {
      if (step !== "second factor set up") return;
      await page.getByText("you will be asked for your passphrase too").waitFor();
    },
  );
  await page.goto(service.desk);
  await page.getByRole("button", { name: "Use a passkey" }).click();
  await page.getByRole("heading", { name: "Open your keys" }).waitFor();
  await page.getByText(`signed you in as ${label}`).waitFor();
  expect(await faultsOf(page)).toEqual([]);
  const before = tab.sent.length;
  await page.getByLabel("Passphrase", { exact: true }).fill("not the passphrase at all");
  await page.getByRole("button", { name: "Open my keys" }).click();
  await page.getByText("The passphrase is not right.").waitFor();
  // It is noticed here: the service is not asked.
  expect(tab.sent.slice(before).filter((one) => one.method === "POST")).toEqual([]);
  await page.getByLabel("Passphrase", { exact: true }).fill(passphrase);
  await page.getByRole("button", { name: "Open my keys" }).click();
  await page.getByRole("button", { name: "Accounts", exact: true }).waitFor();
  await page.getByRole("button", { name: "Service", exact: true }).waitFor();
  await signedOut(page);
  expect(key.outputs).toEqual([]);
  expect(tab.troubles).toEqual([]);

  // Whoever is let in by the passkey and goes no further leaves no session behind.
  await page.getByRole("button", { name: "Use a passkey" }).click();
  await page.getByRole("heading", { name: "Open your keys" }).waitFor();
  await page.getByRole("button", { name: "Sign in another way" }).click();
  await page.getByLabel("Label", { exact: true }).waitFor();
  await expect
    .poll(async () => {
      const me = await tab.context.request.get(`${service.origin}/api/1/desk/me`, {
        headers: { "Rightline-Desk": "1" },
      });
      return me.status();
    })
    .toBe(401);
  await tab.context.close();
});

test("a device without a passkey for this service says so", async () => {
  const tab = await openTab(browser, service);
  const { page } = tab;
  await page.goto(service.desk);
  const key = await plugIn(page, true);
  await key.remove();
  await plugInEmpty(page);
  await page.getByRole("button", { name: "Use a passkey" }).click();
  await page.getByText("No passkey was used.").waitFor();
  expect(await faultsOf(page)).toEqual([]);
  await tab.context.close();
});

/** A key that holds nothing and whose holder does not touch it. */
async function plugInEmpty(page: Page): Promise<void> {
  const cdp = await page.context().newCDPSession(page);
  await cdp.send("WebAuthn.enable");
  await cdp.send("WebAuthn.addVirtualAuthenticator", {
    options: {
      protocol: "ctap2",
      transport: "internal",
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: false,
      automaticPresenceSimulation: true,
    },
  });
}
