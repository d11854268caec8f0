import { existsSync } from "node:fs";
import { chromium, type Browser, type LaunchOptions } from "playwright-core";

const places = [
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome-stable",
  "/usr/bin/google-chrome",
];

// A browser that speaks to nobody but the pages it is given.
const quiet = [
  "--disable-gpu",
  "--disable-quic",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--disable-default-apps",
  "--disable-dev-shm-usage",
  "--no-first-run",
];

/**
 * Starts the system's Chromium with an empty profile. `CHROMIUM` names another binary; extra `args`
 * are added to ours. The caller closes it.
 */
export async function launch(options: LaunchOptions = {}): Promise<Browser> {
  // Chromium's own sandbox refuses to run as root.
  const root = process.getuid?.() === 0;
  return chromium.launch({
    headless: true,
    timeout: 60_000,
    ...options,
    executablePath: options.executablePath ?? installed(),
    chromiumSandbox: !root,
    args: [...quiet, ...(root ? ["--no-sandbox"] : []), ...(options.args ?? [])],
  });
}

function installed(): string {
  const named = process.env["CHROMIUM"];
  if (named !== undefined && named !== "") return named;
  const found = places.find((place) => existsSync(place));
  if (found === undefined) throw new Error("no Chromium found: run `make tools`, or set CHROMIUM");
  return found;
}
