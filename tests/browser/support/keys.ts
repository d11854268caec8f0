/** What is done with the keyboard alone. */
import type { Locator, Page } from "playwright-core";
import { expect } from "vitest";

/** The most presses that lead anywhere on a page. */
const MOST = 400;

/** Tabs on, or back to what stands before, until an element has the focus, which must be visible on it. */
export async function reach(page: Page, wanted: string | Locator): Promise<void> {
  const target = (typeof wanted === "string" ? page.locator(wanted) : wanted).first();
  await target.waitFor();
  const one = await target.elementHandle();
  for (let presses = 0; presses < MOST; presses++) {
    const way = await page.evaluate((to) => {
      const at = document.activeElement;
      if (at === to) return "here";
      const before = at === null || at.compareDocumentPosition(to) & 4;
      return before ? "Tab" : "Shift+Tab";
    }, one);
    if (way === "here") {
      // Where the mouse has put it, it need not show.
      if (presses === 0) return;
      const seen = await target.evaluate((to) => {
        const { outlineStyle, boxShadow } = getComputedStyle(to);
        return outlineStyle !== "none" || boxShadow !== "none";
      });
      expect(seen, `${String(wanted)} does not show its focus`).toBe(true);
      return;
    }
    await page.keyboard.press(way);
  }
  throw new Error(`${String(wanted)} cannot be reached with the Tab key`);
}

/** Reaches a button or a link and presses Enter. */
export async function press(page: Page, wanted: string | Locator): Promise<void> {
  await reach(page, wanted);
  await page.keyboard.press("Enter");
}

/** Expects that something has the focus: whoever works with the keyboard has not lost their place. */
export async function expectPlace(page: Page, after: string): Promise<void> {
  await expect
    .poll(() => page.evaluate(() => document.activeElement?.tagName ?? ""), { message: after })
    .not.toBe("BODY");
}
