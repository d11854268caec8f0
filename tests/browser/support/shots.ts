import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import type { Page } from "playwright-core";

const folder = join(import.meta.dirname, "../../../docs/screenshots");

/** Keeps a picture of what is in the window, when `SCREENSHOTS=1` asks for new ones. */
export async function keepPicture(page: Page, name: string): Promise<void> {
  if (process.env["SCREENSHOTS"] !== "1") return;
  await mkdir(folder, { recursive: true });
  const width = page.viewportSize()?.width ?? 0;
  await page.screenshot({
    path: join(folder, `${name}-${String(width)}.png`),
    animations: "disabled",
    caret: "hide",
  });
}
