// Writes records at the desk as a member does: by the fields' own ids and labels.
import type { Page } from "playwright-core";
import { expect } from "vitest";
import type { RecordName } from "../../../web/protocol/record-file.js";

/** What is put into fields, by their names: a text, a choice by its label, or several. */
export type Values = Readonly<Record<string, string | readonly string[] | true>>;

/** What the records are called. */
export const NAMES: Readonly<Record<RecordName, string>> = {
  danger: "Danger and crime",
  triage: "Triage",
  reporter: "Reporter of Wrongdoing",
  failing: "Failing to Report",
  severity: "Severity assessment",
  referral: "IOPC referral test",
  decisions: "Decisions",
  outcome: "Outcome",
  learning: "Organisational learning",
  concerns: "Raising concerns",
  notes: "Chronology and notes",
};

/** Shows a part of the open case, whichever it is. */
export async function showPart(page: Page, name: string): Promise<void> {
  await page.getByRole("tab", { name: new RegExp(`^${name}`) }).click();
  await page.locator("[role=tab][aria-selected=true]", { hasText: name }).waitFor();
}

/** Shows a record, begun if it was not: where `told` with what the report says, if it says something. */
export async function openRecord(page: Page, record: RecordName, told = false): Promise<void> {
  await showPart(page, record === "notes" ? "Notes" : "Record");
  if (record !== "notes") {
    await page.locator(".rec-records button", { hasText: NAMES[record] }).first().click();
  }
  await page.locator(`#rec-${record}-name`).waitFor();
  const begins = told
    ? ["Begin with what the report says", "Begin this record"]
    : ["Begin this record"];
  for (const name of begins) {
    const begin = page.getByRole("button", { name });
    if ((await begin.count()) === 0) continue;
    await begin.click();
    await begin.waitFor({ state: "detached" });
    return;
  }
}

/** Puts values into the fields of a record, or of an entry whose fields begin with `prefix`. */
export async function write(page: Page, prefix: string, values: Values): Promise<void> {
  for (const [name, value] of Object.entries(values)) {
    await put(page, `${prefix}-${name.replaceAll(".", "-")}`, value);
  }
}

async function put(page: Page, id: string, value: Values[string]): Promise<void> {
  const field = page.locator(`#${id}`);
  await field.waitFor();
  const kind = await field.evaluate((one) =>
    one instanceof HTMLInputElement ? one.type : one.tagName.toLowerCase(),
  );
  if (value === true) await field.check();
  else if (kind === "radio" || kind === "checkbox") {
    const around = page.locator(".rec-choices, .rec-checks", { has: field });
    for (const label of typeof value === "string" ? [value] : value) {
      await around.getByLabel(label, { exact: true }).check();
    }
  } else if (kind === "select") {
    await field.selectOption(typeof value === "string" ? { label: value } : [...value]);
  } else await field.fill(typeof value === "string" ? value : value.join(", "));
}

/** Adds an entry to a list of a record and writes it; gives what its fields' ids begin with. */
export async function addEntry(
  page: Page,
  record: RecordName,
  list: string,
  values: Values,
): Promise<string> {
  const begins = `rec-${record}-${list}-`;
  await page.locator(`#${begins}add`).click();
  const prefix = await newEntry(page, begins);
  await write(page, prefix, values);
  return prefix;
}

/** Waits until an entry was added whose fields' ids begin so; gives what those of this entry begin with. */
export async function newEntry(page: Page, begins: string): Promise<string> {
  // From the button, which is called alike, the focus goes to the first field of the entry.
  await page.waitForFunction((start) => {
    const { id = "" } = document.activeElement ?? {};
    return id.startsWith(start) && id !== `${start}add`;
  }, begins);
  const focused = await page.evaluate(() => document.activeElement?.id ?? "");
  return focused.slice(0, begins.length + 8);
}

/** Opens an entry of a list, counted from 1, to write in it; gives what its fields' ids begin with. */
export async function editEntry(
  page: Page,
  record: RecordName,
  list: string,
  place: number,
): Promise<string> {
  const entry = page
    .locator("li.rec-entry", { has: page.locator(`[id^=rec-${record}-${list}-]`) })
    .nth(place - 1);
  const edit = entry.getByRole("button", { name: /^Edit/ });
  await entry.waitFor();
  if ((await edit.count()) > 0) await edit.click();
  const begins = `rec-${record}-${list}-`;
  const id = await entry.locator(`.rec-entry-head [id^=${begins}]`).first().getAttribute("id");
  return (id ?? "").slice(0, begins.length + 8);
}

/** Saves the record that is open, by its key. */
export async function saveRecord(page: Page): Promise<void> {
  await page.locator(".rec-save button", { hasText: "Save" }).first().focus();
  await page.keyboard.press("Control+Enter");
  await page.locator(".strip-good", { hasText: "Saved:" }).waitFor();
  await page.locator(".rec-save").waitFor({ state: "detached" });
}

/** Signs the record that is open off, or as second authority, who says of nobody in it that they reported. */
export async function signRecord(page: Page, record: RecordName, second = false): Promise<void> {
  await openRecord(page, record);
  if (second) {
    const asked = page.locator(".second-answers fieldset");
    for (const one of await asked.all()) await one.getByLabel("No", { exact: true }).check();
  }
  const name = second ? "Sign as second authority" : /^Sign off revision/;
  await page.locator(".sign-off").getByRole("button", { name }).click();
  await page
    .locator(".strip-good", { hasText: second ? "Signed as second authority." : "Signed off." })
    .waitFor();
}

/** What still lacks in the record that is open, as its way to a signature says. */
export async function lacking(page: Page): Promise<string[]> {
  return page.locator(".sign-off .rec-lacking li").allTextContents();
}

/** Expects that a record lacks nothing. */
export async function expectWhole(page: Page): Promise<void> {
  expect(await lacking(page)).toEqual([]);
}
