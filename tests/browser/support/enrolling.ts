/** Going through the steps of an enrolment. */
import type { Page } from "playwright-core";
import { CodeApp } from "./totp.js";

/** What somebody has on paper, and on their telephone, when they have enrolled. */
export interface Enrolled {
  readonly label: string;
  readonly passphrase: string;
  readonly app: CodeApp | null;
  readonly keyWords: readonly string[];
  readonly serviceWords: readonly string[];
}

type Looking = (step: string) => Promise<void>;

/** Opens a link and goes on to the passphrase. */
export async function openLink(page: Page, link: string, label?: string): Promise<string> {
  await page.goto(link);
  await page.getByRole("heading", { name: "Your label" }).waitFor();
  const field = page.getByLabel("Label", { exact: true });
  if (label !== undefined) await field.fill(label);
  const chosen = await field.inputValue();
  await page.getByRole("button", { name: "Continue" }).click();
  await page.getByRole("heading", { name: "Your passphrase" }).waitFor();
  return chosen;
}

/** Takes the six words that are drawn; gives them. */
export async function takeWords(page: Page): Promise<string> {
  const words = await page.locator(".words-drawn li").allTextContents();
  await page.getByRole("button", { name: "I have written it down" }).click();
  await page.getByRole("heading", { name: "Your second factor" }).waitFor();
  return words.join(" ");
}

/** Sets up an app with the secret that is shown, until the page says that it works. */
export async function setUpApp(page: Page, said = "The app works."): Promise<CodeApp> {
  const app = new CodeApp((await page.locator(".app-secret-text").textContent()) ?? "");
  await page.getByLabel("Code from your app").fill(await app.code());
  await page.getByRole("button", { name: "Check the code" }).click();
  await page.getByText(said).waitFor();
  return app;
}

/** Makes a passkey with the key that is plugged in. */
export async function makePasskey(page: Page, name: string): Promise<void> {
  await page.getByLabel("Name of the passkey").fill(name);
  await page.getByRole("button", { name: "Make a passkey" }).click();
  await page.getByText("The passkey works.").waitFor();
}

/** Types the passphrase again and compares the words, but does not finish. */
export async function goToWords(page: Page, passphrase: string): Promise<void> {
  await page.getByRole("button", { name: "Continue" }).click();
  await page.getByRole("heading", { name: "Type your passphrase again" }).waitFor();
  await page.getByLabel("Passphrase", { exact: true }).fill(passphrase);
  await page.getByRole("button", { name: "Open my keys" }).click();
  await page.getByText("Step 5 of 5").waitFor();
}

/** The words of a list that is shown. */
export function wordsOf(page: Page, label: string): Promise<string[]> {
  return page.getByRole("list", { name: label }).getByRole("listitem").allTextContents();
}

/** Signs and ends the enrolment. */
export async function finish(page: Page): Promise<void> {
  await page
    .getByRole("button", { name: /^(They are right: finish|Found the installation)$/ })
    .click();
  await page.getByRole("heading", { name: /^You are enrolled as / }).waitFor();
}

/** Enrols by a link, with drawn words, and with an app or with the key that is plugged in. */
export async function enrol(
  page: Page,
  link: string,
  by: "app" | "passkey",
  look: Looking = () => Promise.resolve(),
): Promise<Enrolled> {
  const label = await openLink(page, link);
  await look("passphrase");
  const passphrase = await takeWords(page);
  await look("second factor");
  const app = by === "app" ? await setUpApp(page) : null;
  if (by === "passkey") await makePasskey(page, "Key on my ring");
  await look("second factor set up");
  await goToWords(page, passphrase);
  await look("words");
  const keyWords = await wordsOf(page, "Your key words");
  const serviceWords = await wordsOf(page, "Words of this installation");
  await finish(page);
  await look("enrolled");
  return { label, passphrase, app, keyWords, serviceWords };
}
