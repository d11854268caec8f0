/** The record's parts in a real browser: everything by keyboard, long records, print. */
import { fileURLToPath } from "node:url";
import * as esbuild from "esbuild";
import type { Browser, Page } from "playwright-core";
import * as sass from "sass";
import { afterAll, beforeAll, expect, test } from "vitest";
import { faultsOf } from "../support/axe.js";
import { launch } from "../support/chromium.js";

const address = "http://record.test/";
const web = fileURLToPath(new URL("../../../web/", import.meta.url));
let browser: Browser;
let script = "";
let style = "";

beforeAll(async () => {
  const [bundle, css, started] = await Promise.all([
    esbuild.build({
      entryPoints: [fileURLToPath(new URL("page.ts", import.meta.url))],
      write: false,
      bundle: true,
      format: "esm",
      jsx: "automatic",
      jsxImportSource: "preact",
      resolveExtensions: [".tsx", ".ts", ".js"],
      nodePaths: [`${web}node_modules`],
      logLevel: "error",
    }),
    sass.compileAsync(`${web}styles/desk.scss`, { loadPaths: [`${web}node_modules`] }),
    launch(),
  ]);
  script = bundle.outputFiles[0]?.text ?? "";
  style = css.css;
  browser = started;
});
afterAll(() => browser.close());

async function open(query: string, width = 1280, height = 900): Promise<Page> {
  const page = await browser.newPage({ viewport: { width, height } });
  const served: Readonly<Record<string, [string, string]>> = {
    "/": [
      "text/html",
      '<!doctype html><html lang="en"><meta charset="utf-8"><title>Desk</title>' +
        '<link rel="stylesheet" href="desk.css"><main id="app"><h1>RL-7K3M-92QD</h1><div></div></main>' +
        '<script type="module" src="page.js"></script></html>',
    ],
    "/page.js": ["text/javascript", script],
    "/desk.css": ["text/css", style],
  };
  await page.route(`${address}**`, (route) => {
    const [contentType, body] = served[new URL(route.request().url()).pathname] ?? ["", ""];
    return route.fulfill({ contentType, body });
  });
  await page.goto(`${address}?${query}`);
  await page.locator(".rec, .rec-print").waitFor();
  return page;
}

/** The id of what has the focus. */
function focused(page: Page): Promise<string> {
  return page.evaluate(() => document.activeElement?.id ?? "");
}

test("an entry is added, written, moved and saved without leaving the keyboard", async () => {
  const page = await open("record=failing");
  await page.locator("#rec-failing-entries-add").focus();
  await page.keyboard.press("Enter");
  await expect.poll(() => focused(page)).toMatch(/^rec-failing-entries-[0-9a-f]{8}-who$/);
  await page.keyboard.type("Sam Field");
  await page.keyboard.press("Tab");
  await page.keyboard.type("const");
  await page.keyboard.press("Alt+Shift+ArrowUp");
  await expect.poll(() => page.getByText("is now number").textContent()).toContain("number 3");
  await expect.poll(() => focused(page)).toMatch(/-rank$/);
  await page.keyboard.press("Control+Enter");
  await expect.poll(() => page.evaluate(() => window.saved.length)).toBe(1);
  const [saved] = (await page.evaluate(() => window.saved)) as {
    entries: { who: string; rank: string }[];
  }[];
  expect(saved?.entries.map(({ who }) => who)).toEqual([
    "Tom Birch",
    "Priya Nair",
    "Sam Field",
    "Ruth Keane",
  ]);
  expect(saved?.entries[2]?.rank).toBe("constable");
  await expect.poll(() => focused(page)).toBe("rec-failing-name");
  expect(await page.evaluate(() => window.drafted)).toBe(null);
  await page.close();
});

test("a removed entry is put back where it was, and dropped changes are asked about", async () => {
  const page = await open("record=failing");
  await page.getByRole("button", { name: /^Edit Person 2/ }).click();
  await page.getByRole("button", { name: /^Remove Person 2/ }).press("Enter");
  await expect.poll(() => focused(page)).toBe("rec-failing-entries-undo");
  await page.keyboard.press("Enter");
  await expect.poll(() => focused(page)).toBe("rec-failing-entries-fa000002");
  await page.locator("#rec-failing-entries-fa000002-who").fill("Somebody else");
  await page.getByRole("button", { name: "Drop changes" }).click();
  await page.getByRole("button", { name: "Drop them" }).click();
  await expect.poll(() => page.getByText("Constable Priya Nair").count()).toBe(1);
  await page.close();
});

test("a text that is too long is not saved, and the way to it is a link", async () => {
  const page = await open("record=failing");
  await page.getByRole("button", { name: /^Edit Person 1/ }).click();
  const field = page.locator("#rec-failing-entries-fa000001-rationale");
  await field.fill("x".repeat(20_001));
  await field.press("Control+Enter");
  await expect.poll(() => focused(page)).toBe("rec-failing--problems");
  await page.keyboard.press("Tab");
  await page.keyboard.press("Enter");
  await expect.poll(() => focused(page)).toBe("rec-failing-entries-fa000001-rationale");
  expect(await page.evaluate(() => window.saved.length)).toBe(0);
  expect((await field.inputValue()).length).toBe(20_001);
  await page.close();
});

test("whoever is overtaken while saving keeps what they wrote", async () => {
  const page = await open("record=failing&overtaken");
  await page.getByRole("button", { name: /^Edit Person 1/ }).click();
  const field = page.locator("#rec-failing-entries-fa000001-learning");
  await field.fill("To be kept.");
  await field.press("Control+Enter");
  await expect.poll(() => page.getByText("Revision 2").count()).toBe(1);
  expect(await field.inputValue()).toBe("To be kept.");
  await expect.poll(() => page.getByText("Not saved yet").count()).toBe(1);
  await page.close();
});

test.each(["slow", "slow&late"])(
  "what is typed while a record is being saved is there once it was, and is told to the desk (%s)",
  async (how) => {
    const page = await open(`record=failing&${how}`);
    await page.getByRole("button", { name: /^Edit Person 1/ }).click();
    const field = page.locator("#rec-failing-entries-fa000001-learning");
    await field.fill("To be kept");
    await field.press("Control+Enter");
    await expect.poll(() => page.evaluate(() => window.saved.length)).toBe(1);
    await field.press("End");
    // In one go, so that the desk hears that it is saved before it hears of the last keys.
    await page.evaluate((id) => {
      const text = document.getElementById(id) as HTMLTextAreaElement;
      text.value = "To be kept, all of it.";
      text.dispatchEvent(new InputEvent("input", { bubbles: true }));
      window.answer();
    }, "rec-failing-entries-fa000001-learning");
    await expect.poll(() => page.getByText("Revision 2").count()).toBe(1);
    await expect
      .poll(() => page.evaluate(() => JSON.stringify(window.drafted)))
      .toContain("To be kept, all of it.");
    expect(await field.inputValue()).toBe("To be kept, all of it.");
    await expect.poll(() => page.getByText("Not saved yet").count()).toBe(1);
    await page.close();
  },
);

test("which revision is written over is noted with the first key", async () => {
  const page = await open("record=failing");
  await page.getByRole("button", { name: /^Edit Person 1/ }).click();
  const told = await page.evaluate((id) => {
    const text = document.getElementById(id) as HTMLTextAreaElement;
    text.value = "T";
    text.dispatchEvent(new InputEvent("input", { bubbles: true }));
    return JSON.stringify(window.drafted);
  }, "rec-failing-entries-fa000001-learning");
  expect(told).toContain('"learning":"T"');
  await page.close();
});

test("what is missing leads to its field, and what was signed is not written in", async () => {
  const page = await open("record=reporter&target=support/50000002/lead");
  await expect.poll(() => focused(page)).toBe("rec-reporter-support-50000002-lead");
  await page.close();
  const severity = await open("record=severity");
  await expect
    .poll(() => severity.getByRole("button", { name: "Add an assessment" }).count())
    .toBe(1);
  expect(await severity.getByRole("button", { name: /^Edit Assessment/ }).count()).toBe(0);
  await severity.close();
  const shut = await open("record=failing&readonly=Closed.");
  expect(await shut.getByRole("button", { name: /^(Edit|Add)/ }).count()).toBe(0);
  await shut.close();
});

test("with 40 people and half a megabyte, a key changes only the field that it is pressed in", async () => {
  const page = await open("record=failing&crowded");
  expect(await page.locator(".rec-entry").count()).toBe(40);
  await page.getByRole("button", { name: "Open all" }).click();
  await page.getByRole("button", { name: /^Edit Person 20/ }).click();
  const field = page.locator(".rec-entry-written textarea").nth(2);
  await field.focus();
  await page.waitForTimeout(400);
  await page.evaluate(() => {
    window.compared = 0;
  });
  await page.keyboard.type("Nobody asked them before. ");
  const compared = (await page.evaluate(() => window.compared)) / 26;
  await expect
    .poll(() => page.evaluate(() => JSON.stringify(window.drafted)))
    .toContain("Nobody asked them before.");
  // The entry that is open, and the lines of the others at the most: of the whole there are thousands.
  expect(compared).toBeLessThan(200);
  await page.close();
});

test("what is blank in a signed entry is filled in where it is needed, and the rest of it stays", async () => {
  const page = await open("record=severity&lower");
  await page.getByRole("button", { name: /^Edit Assessment 1/ }).click();
  const why = page.locator("#rec-severity-assessments-5e000001-why_lower");
  await why.fill("The pictures were not of her.");
  const entry = page.locator(".rec-entry-written");
  expect(await entry.locator("textarea, input, select").count()).toBe(1);
  expect(await entry.getByRole("button", { name: /^(Remove|Move)/ }).count()).toBe(0);
  await why.press("Control+Enter");
  await expect.poll(() => page.evaluate(() => window.saved.length)).toBe(1);
  expect(await page.evaluate(() => JSON.stringify(window.saved[0]))).toContain(
    '"why_lower":"The pictures were not of her."',
  );
  // What was said in it is from then on as the rest.
  expect(await page.getByRole("button", { name: /^Edit Assessment/ }).count()).toBe(0);
  await page.close();
});

test("a print says of what does not open which revision stands in it, or that none does", async () => {
  const page = await open("print");
  const table = page.locator(".rec-print-table");
  const row = (name: string): Promise<string> => table.locator("tr", { hasText: name }).innerText();
  expect(await row("Severity assessment")).toMatch(
    /^Severity assessment\s+3, .*: does not open, printed is 2/,
  );
  expect(await row("Raising concerns")).toMatch(/^Raising concerns\s+1, .*: does not open\s/);
  expect(await page.locator("section[aria-labelledby=rec-print-severity] table").count()).toBe(3);
  expect(await page.locator("section[aria-labelledby=rec-print-concerns] table").count()).toBe(0);
  await page.close();
});

test("the record is printed on numbered pages, and axe finds nothing in it", async () => {
  for (const query of ["record=failing", "record=reporter", "record=triage", "print"]) {
    for (const width of [1280, 390]) {
      // So tall that nothing is under the bar that saves.
      const page = await open(query, width, 4_000);
      const edits = page.getByRole("button", { name: /^Edit/ });
      if ((await edits.count()) > 0) await edits.first().click();
      expect(await faultsOf(page), `${query} ${width}`).toEqual([]);
      await page.close();
    }
  }
  const page = await open("print");
  expect(await page.getByText("Withheld", { exact: true }).count()).toBeGreaterThan(5);
  expect(await page.getByText("Still in it: the sanitised account").count()).toBe(1);
  const pdf = await page.pdf({ preferCSSPageSize: true, tagged: true });
  const pages = pdf.toString("latin1").match(/\/Type \/Page\b/g) ?? [];
  expect(pages.length).toBeGreaterThan(4);
  await page.close();
});
