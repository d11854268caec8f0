/** What leads, administrators and auditors do at the desk. */
import type { Locator, Page } from "playwright-core";
import type { Enrolled } from "./enrolling.js";

/** Opens a part of the desk. */
export async function showPart(page: Page, name: string): Promise<void> {
  await page
    .getByRole("button", { name: new RegExp(`^${name}`) })
    .first()
    .click();
  await page.getByRole("heading", { level: 1, name }).waitFor();
}

/** Signs in with passphrase and code. */
export async function signInWithCode(page: Page, desk: string, who: Enrolled): Promise<void> {
  await page.goto(desk);
  await page.getByLabel("Label", { exact: true }).fill(who.label);
  await page.getByLabel("Passphrase", { exact: true }).fill(who.passphrase);
  await page.getByLabel("Code from your app").fill((await who.app?.code()) ?? "");
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
  await page.locator(".bar").waitFor();
}

/** Shows a code where the desk asks for one, and waits for what is then there. */
export async function withCode(page: Page, who: Enrolled, then: Locator): Promise<void> {
  const asked = page.getByRole("dialog", { name: "Show your second factor again" });
  await then.or(asked).first().waitFor();
  if (await asked.isVisible()) {
    await asked.getByLabel("Code from your app").fill((await who.app?.code()) ?? "");
    await asked.getByRole("button", { name: "Continue" }).click();
    await then.first().waitFor();
  }
}

/** Makes an invitation; gives its link. */
export async function inviteLink(
  page: Page,
  who: Enrolled,
  label: string,
  replaces?: string,
): Promise<string> {
  await page.getByRole("button", { name: "Invite somebody" }).click();
  const dialog = page.getByRole("dialog", { name: "Invite somebody" });
  await dialog.getByLabel("Label", { exact: true }).fill(label);
  if (replaces !== undefined) {
    await dialog.getByLabel("Takes the place of").selectOption({ label: replaces });
  }
  await dialog.getByRole("button", { name: "Make the link" }).click();
  const link = page.locator(".link-once");
  await withCode(page, who, link);
  const text = (await link.textContent()) ?? "";
  await page.getByRole("button", { name: "Done" }).click();
  return text;
}

/** Opens the page of somebody under People. */
export async function openPerson(page: Page, label: string): Promise<void> {
  await page.getByRole("tab", { name: /^People/ }).click();
  await page.locator(".person-row", { hasText: label }).first().click();
  await page.getByRole("heading", { level: 2, name: label, exact: true }).waitFor();
}

/** The words that the page shows of somebody's keys. */
export function shownKeyWords(page: Page, label: string): Promise<string[]> {
  return page
    .getByRole("list", { name: `Words of ${label}’s keys` })
    .getByRole("listitem")
    .allTextContents();
}

/** Puts into the draft that somebody is let in. */
export async function draftEndorsement(
  page: Page,
  label: string,
  team: string,
  role: string,
  newTeam?: string,
): Promise<void> {
  await openPerson(page, label);
  await page.getByLabel(/^I have compared all 24 words/).check();
  const form = page.locator("form.place");
  const choice = form.getByLabel("Team", { exact: true });
  const wanted = choice.locator("option", { hasText: team });
  await choice.selectOption((await wanted.first().getAttribute("value")) ?? "");
  if (newTeam !== undefined) await form.getByLabel("Name of the new team").fill(newTeam);
  await form.getByLabel(role, { exact: true }).check();
  await form.getByRole("button", { name: "Add to the draft" }).click();
  await page.getByText(`Your draft signs for ${label}.`).waitFor();
}

/** Reviews the draft; gives the sentences of what the signature would make true. */
export async function reviewDraft(page: Page): Promise<string[]> {
  await page.getByRole("button", { name: "Review and sign" }).click();
  await page.locator(".review-changes").waitFor();
  return page.locator(".review-changes li").allTextContents();
}

/** Signs and publishes what is reviewed. */
export async function signReviewed(page: Page, who: Enrolled, said: RegExp): Promise<void> {
  await page.getByRole("button", { name: "Sign and publish" }).click();
  await withCode(page, who, page.getByText(said));
}
