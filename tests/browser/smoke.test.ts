import AxeBuilder from "@axe-core/playwright";
import { expect, test } from "vitest";
import { launch } from "./support/chromium.js";

const page = `<!doctype html><html lang="en"><title>Smoke</title><main><h1>Rendered</h1></main></html>`;

test("Chromium starts, renders a page and finds nothing wrong with it", async () => {
  const browser = await launch();
  try {
    const context = await browser.newContext();
    const tab = await context.newPage();
    await tab.goto(`data:text/html,${encodeURIComponent(page)}`);
    expect(await tab.getByRole("heading", { level: 1 }).textContent()).toBe("Rendered");
    const { violations } = await new AxeBuilder({ page: tab }).analyze();
    expect(violations).toEqual([]);
  } finally {
    await browser.close();
  }
});
