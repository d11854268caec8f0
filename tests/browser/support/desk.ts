import type { BrowserContext, Cookie, Locator, Page } from "playwright-core";
import type { Member, Service } from "./service.js";

/** Signs in at the desk and waits until the lists are there. */
export async function signIn(page: Page, service: Service, member: Member): Promise<void> {
  await page.goto(service.desk);
  await enter(page, member);
  await page.waitForSelector(".bar");
  await page.waitForSelector(".new-report, .inbox .empty, .inbox .strip");
}

/** Types label and passphrase into the sign-in that is shown, and presses the button. */
export async function enter(page: Page, member: Member, code = ""): Promise<void> {
  await page.getByLabel("Label", { exact: true }).fill(member.label);
  await page.getByLabel("Passphrase", { exact: true }).fill(member.passphrase);
  if (code !== "") await page.getByLabel("Code from your app", { exact: true }).fill(code);
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
}

/** A new report in the inbox. */
export function newReport(page: Page, reference: string): Locator {
  return page.locator(".new-report", { hasText: reference });
}

/** Declares that there is no conflict, and waits for the opened report. */
export async function openNew(page: Page, reference: string): Promise<void> {
  await newReport(page, reference)
    .getByRole("button", { name: /No conflict/ })
    .click();
  await opened(page, reference);
}

/** Opens a case from the list of one's own. */
export async function openMine(page: Page, reference: string): Promise<void> {
  await page.getByRole("button", { name: /^My cases/ }).click();
  await page.locator(".row", { hasText: reference }).click();
  await opened(page, reference);
}

async function opened(page: Page, reference: string): Promise<void> {
  await page.locator("h1.reference", { hasText: reference }).waitFor();
  await page.waitForSelector(".tabs");
}

/** Shows a part of the open case. */
export async function showTab(
  page: Page,
  name: "Report" | "Conversation" | "People",
): Promise<void> {
  await page.getByRole("tab", { name: new RegExp(`^${name}`) }).click();
  await page.locator(`[role=tab][aria-selected=true]`, { hasText: name }).waitFor();
}

/** Writes a reply in the open case and sends it. */
export async function reply(page: Page, text: string): Promise<void> {
  await showTab(page, "Conversation");
  await page.getByLabel("Reply", { exact: true }).check();
  await page.fill("#reply-text", text);
  await page.getByRole("button", { name: "Send the reply" }).click();
  await sentWell(page);
}

/** Waits until the desk says that a message was sent. */
export async function sentWell(page: Page): Promise<void> {
  await page.locator(".strip-good", { hasText: "Sent." }).waitFor();
  await page.waitForFunction(() => {
    const text = document.querySelector("#reply-text");
    return text instanceof HTMLTextAreaElement && text.value === "";
  });
}

/** Lets somebody of another team read the open case. */
export async function letInOther(page: Page, label: string): Promise<void> {
  await showTab(page, "People");
  await page.getByText("Somebody in another team").click();
  await page.getByRole("button", { name: new RegExp(label) }).click();
  await page.locator("dialog .button-warning").click();
  await page.locator(".strip-good", { hasText: label }).waitFor();
}

/** What was answered in the open report, by label. */
export async function answers(page: Page): Promise<Record<string, string[]>> {
  const pairs = await page
    .locator(".answer")
    .evaluateAll((all) =>
      all.map((one) => [
        one.querySelector("dt")?.textContent ?? "",
        one.querySelector("dd")?.textContent ?? "",
      ]),
    );
  const found: Record<string, string[]> = {};
  for (const [label = "", text = ""] of pairs) (found[label] ??= []).push(text);
  return found;
}

/** The cookie of a session, if there is one. */
export async function sessionCookie(context: BrowserContext): Promise<Cookie | null> {
  const cookies = await context.cookies();
  return cookies.find((one) => one.name === "__Host-rightline") ?? null;
}
