import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import type { Locator, Page } from "playwright-core";

const folder = join(import.meta.dirname, "../../../docs/screenshots");

/** Keeps a picture of the top of the page, or of what begins at an element, when `SCREENSHOTS=1` asks for new ones. */
export async function keepPicture(page: Page, name: string, from?: Locator): Promise<void> {
  if (process.env["SCREENSHOTS"] !== "1") return;
  if (from === undefined) await page.evaluate(() => window.scrollTo(0, 0));
  else await from.evaluate((one) => one.scrollIntoView());
  // Nothing under the pointer looks pressed.
  await page.mouse.move(0, 0);
  await mkdir(folder, { recursive: true });
  const width = page.viewportSize()?.width ?? 0;
  await page.screenshot({
    path: join(folder, `${name}-${String(width)}.png`),
    animations: "disabled",
    caret: "hide",
  });
}
