/** Writes records at the desk with the keyboard alone: what `record.ts` does with the mouse. Whatever is typed must
 * arrive in its field and nowhere else, and the focus must never be lost. */
import type { Locator, Page } from "playwright-core";
import { expect } from "vitest";
import type { RecordName } from "../../../web/protocol/record-file.js";
import { expectPlace, press, reach } from "./keys.js";
import { NAMES, newEntry, type Values } from "./record.js";

/** Shows a part of the open case, by the arrow keys along its tabs. */
export async function showPart(page: Page, name: string): Promise<void> {
  const chosen = page.locator("[role=tab][aria-selected=true]");
  await reach(page, chosen);
  await page.keyboard.press("Home");
  const there = chosen.filter({ hasText: new RegExp(`^${name}`) });
  for (let presses = 0; presses < 10 && (await there.count()) === 0; presses++) {
    await page.keyboard.press("ArrowRight");
  }
  await there.waitFor();
  await expectPlace(page, `showing ${name}`);
}

/** Shows a record, begun if it was not: where `told` with what the report says, if it says something. */
export async function openRecord(page: Page, record: RecordName, told = false): Promise<void> {
  if (!(await page.locator(".rec-records").isVisible())) await showPart(page, "Record");
  await press(page, page.locator(".rec-records button", { hasText: NAMES[record] }));
  await page.locator(`#rec-${record}-name`).waitFor();
  const begins = told
    ? ["Begin with what the report says", "Begin this record"]
    : ["Begin this record"];
  for (const name of begins) {
    const begin = page.getByRole("button", { name });
    if ((await begin.count()) === 0) continue;
    await press(page, begin);
    await begin.waitFor({ state: "detached" });
    await expectPlace(page, `beginning ${record}`);
    return;
  }
}

/** Puts values into the fields of a record, or of an entry whose fields begin with `prefix`. */
export async function write(page: Page, prefix: string, values: Values): Promise<void> {
  for (const [name, value] of Object.entries(values)) {
    const id = `${prefix}-${name.replaceAll(".", "-")}`;
    await page.locator(`#${id}`).waitFor();
    const before = await everything(page);
    await put(page, id, value);
    // What was there before and is there still is as it was, but for the field that was meant.
    const after = await everything(page);
    for (const [other, held] of Object.entries(before)) {
      if (other.startsWith(`${id} `) || !(other in after)) continue;
      expect(after[other], `typing into ${id} changed ${other}`).toBe(held);
    }
  }
}

/** What all fields on the page hold, by id or by the group and the label of an answer. */
function everything(page: Page): Promise<Record<string, string>> {
  return page.evaluate(() => {
    const held: Record<string, string> = {};
    for (const one of document.querySelectorAll<HTMLInputElement>("input, select, textarea")) {
      const ticked = one.type === "radio" || one.type === "checkbox";
      const group = one.closest(".rec-choices, .rec-checks")?.querySelector("[id]")?.id;
      const label = one.closest("label")?.textContent ?? "";
      held[`${group ?? one.id} ${label}`] = ticked ? String(one.checked) : one.value;
    }
    return held;
  });
}

async function put(page: Page, id: string, value: Values[string]): Promise<void> {
  const field = page.locator(`#${id}`);
  const kind = await field.evaluate((one) =>
    one instanceof HTMLInputElement ? one.type : one.tagName.toLowerCase(),
  );
  const wanted = typeof value === "string" ? [value] : value === true ? [] : [...value];
  const [text = ""] = wanted;
  switch (kind) {
    case "radio":
      return choose(page, field, text);
    case "checkbox":
      if (value === true) return tick(page, field);
      for (const label of wanted) {
        const around = page.locator(".rec-checks", { has: field });
        await tick(page, around.getByLabel(label, { exact: true }));
      }
      return;
    case "select":
      return pick(page, field, text);
    case "date":
      return typeDay(page, field, text);
    default:
      await reach(page, field);
      await page.keyboard.press("Control+A");
      await page.keyboard.type(text);
      expect(await field.inputValue()).toBe(text);
  }
}

/** One of a few answers: the group is one stop of the Tab key, and the arrows go along it. */
async function choose(page: Page, first: Locator, label: string): Promise<void> {
  const around = page.locator(".rec-choices", { has: first });
  const wanted = around.getByLabel(label, { exact: true });
  if (await wanted.isChecked()) return;
  const chosen = around.locator("input:checked");
  const any = (await chosen.count()) > 0 ? chosen : around.locator("input").first();
  await reach(page, any);
  if (await wanted.evaluate((one) => one === document.activeElement)) {
    await page.keyboard.press("Space");
  }
  for (let presses = 0; presses < 12 && !(await wanted.isChecked()); presses++) {
    await page.keyboard.press("ArrowDown");
  }
  expect(await wanted.isChecked(), label).toBe(true);
}

async function tick(page: Page, box: Locator): Promise<void> {
  if (await box.isChecked()) return;
  await reach(page, box);
  await page.keyboard.press("Space");
  expect(await box.isChecked()).toBe(true);
}

/** One of many: the arrows go along what would drop down. */
async function pick(page: Page, field: Locator, label: string): Promise<void> {
  await reach(page, field);
  const [from, to] = await field.evaluate((one, text) => {
    const { options, selectedIndex } = one as HTMLSelectElement;
    return [selectedIndex, [...options].findIndex((each) => each.label === text)];
  }, label);
  if (to < 0) throw new Error(`${String(field)} does not offer ${label}`);
  const key = to > from ? "ArrowDown" : "ArrowUp";
  for (let presses = Math.abs(to - from); presses > 0; presses--) await page.keyboard.press(key);
  expect(await field.evaluate((one) => (one as HTMLSelectElement).selectedIndex)).toBe(to);
}

/** A day, in the order in which this browser's field asks for it. */
async function typeDay(page: Page, field: Locator, day: string): Promise<void> {
  const [year = "", month = "", of = ""] = day.split("-");
  const dayFirst = await asksDayFirst(page);
  await reach(page, field);
  // Whoever comes from below is at the year.
  for (let presses = 0; presses < 2; presses++) await page.keyboard.press("ArrowLeft");
  await page.keyboard.type(`${dayFirst ? `${of}${month}` : `${month}${of}`}${year}`);
  expect(await field.inputValue()).toBe(day);
}

let dayFirst: boolean | null = null;

/** Which goes by the language that the browser was installed in, and not by the page's. */
async function asksDayFirst(page: Page): Promise<boolean> {
  if (dayFirst !== null) return dayFirst;
  const other = await page.context().newPage();
  await other.setContent("<input type=date autofocus>");
  await other.focus("input");
  await other.keyboard.type("02032001");
  dayFirst = (await other.inputValue("input")) === "2001-03-02";
  await other.close();
  await page.bringToFront();
  return dayFirst;
}

/** Adds an entry to a list of a record and writes it; gives what its fields' ids begin with. */
export async function addEntry(
  page: Page,
  record: RecordName,
  list: string,
  values: Values,
): Promise<string> {
  const begins = `rec-${record}-${list}-`;
  await press(page, `#${begins}add`);
  const prefix = await newEntry(page, begins);
  await write(page, prefix, values);
  return prefix;
}

/** Opens an entry of a list, counted from 1, to write in it; gives what its fields' ids begin with. */
export async function editEntry(
  page: Page,
  record: RecordName,
  list: string,
  place: number,
): Promise<string> {
  const begins = `rec-${record}-${list}-`;
  const entry = page
    .locator("li.rec-entry", { has: page.locator(`[id^=${begins}]`) })
    .nth(place - 1);
  await entry.waitFor();
  const edit = entry.getByRole("button", { name: /^Edit/ });
  if ((await edit.count()) > 0) {
    await press(page, edit);
    await expectPlace(page, `opening an entry of ${list}`);
  }
  const id = await entry.locator(`.rec-entry-head [id^=${begins}]`).first().getAttribute("id");
  return (id ?? "").slice(0, begins.length + 8);
}

/** Saves the record that is open, from wherever in it the focus is. */
export async function saveRecord(page: Page): Promise<void> {
  await page.keyboard.press("Control+Enter");
  await page.locator(".strip-good", { hasText: "Saved:" }).waitFor();
  await page.locator(".rec-save").waitFor({ state: "detached" });
  await expectPlace(page, "saving");
}

/** Signs the record that is open off, or as second authority, who says of nobody in it that they reported. */
export async function signRecord(page: Page, record: RecordName, second = false): Promise<void> {
  await openRecord(page, record);
  const name = second ? "Sign as second authority" : /^Sign off revision/;
  if (second) {
    await press(page, page.locator(".sign-off").getByRole("button", { name }));
    const asked = await page.locator(".second-answers fieldset").count();
    expect(asked).toBeGreaterThan(0);
    // Each says that it was not answered, and the first of them has the focus.
    expect(await page.locator(".second-answers .field-error").count()).toBe(asked);
    await page.locator(".second-answers fieldset").first().locator("input:focus").waitFor();
    for (let at = 0; at < asked; at++) {
      const id = await page
        .locator(".second-answers fieldset")
        .nth(at)
        .locator("input")
        .first()
        .getAttribute("id");
      await choose(page, page.locator(`#${id ?? ""}`), "No");
    }
    expect(await page.locator(".second-answers .field-error").count()).toBe(0);
  }
  await press(page, page.locator(".sign-off").getByRole("button", { name }));
  await page
    .locator(".strip-good", { hasText: second ? "Signed as second authority." : "Signed off." })
    .waitFor();
  await expectPlace(page, "signing");
}
