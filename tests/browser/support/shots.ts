import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import type { Locator, Page } from "playwright-core";

const folder = join(import.meta.dirname, "../../../docs/screenshots");

/** Keeps a picture of the top of the page, or of what begins at an element, when `SCREENSHOTS=1` asks for new ones. */
export async function keepPicture(page: Page, name: string, from?: Locator): Promise<void> {
  if (process.env["SCREENSHOTS"] !== "1") return;
  const { width = 0, height = 0 } = page.viewportSize() ?? {};
  // What a member has read and can hide is no part of the picture.
  const hide = page.getByRole("button", { name: "Hide this" });
  const asked = await page.locator("dialog[open]").count();
  const place = await page.evaluateHandle(() => document.activeElement);
  while (asked === 0 && (await hide.count()) > 0) await hide.first().click();
  await place.evaluate((one) => {
    if (one instanceof HTMLElement) one.focus({ preventScroll: true });
  });
  if (from === undefined) await page.evaluate(() => window.scrollTo(0, 0));
  else {
    // Below the bar that stays at the top of a narrow window.
    const above = width < 500 ? 56 : 16;
    await from.evaluate((one, room) => {
      window.scrollTo(0, one.getBoundingClientRect().top + window.scrollY - room);
    }, above);
  }
  // Nothing under the pointer looks pressed.
  await page.mouse.move(0, height - 1);
  await mkdir(folder, { recursive: true });
  await page.screenshot({
    path: join(folder, `${name}-${String(width)}.png`),
    animations: "disabled",
    caret: "hide",
  });
}
