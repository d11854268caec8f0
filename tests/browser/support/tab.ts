import type {
  Browser,
  BrowserContext,
  BrowserContextOptions,
  ConsoleMessage,
  Page,
  Request,
} from "playwright-core";
import type { Service } from "./service.js";

/** What a request carried, wherever it went. */
export interface Sent {
  readonly method: string;
  readonly url: string;
  readonly headers: string;
  readonly body: Buffer;
}

/** A tab of its own browser profile, and what was seen of it. */
export interface Tab {
  readonly page: Page;
  readonly context: BrowserContext;
  /** Errors of scripts, and everything that the content security policy or Trusted Types refused. */
  readonly troubles: string[];
  /** Every request that left or tried to leave. */
  readonly sent: Sent[];
}

export const WIDE = { width: 1280, height: 960 };
export const TABLET = { width: 768, height: 1024 };
export const NARROW = { width: 390, height: 844 };

/** Where the demonstration's "Exit this page" leads. Never really fetched. */
export const AWAY = "https://www.bbc.co.uk/weather";

/**
 * Opens a tab with an empty profile. Nothing leaves the machine: the page that "Exit this page"
 * leads to is a stand-in, and every other foreign address is cut off.
 */
export async function openTab(
  browser: Browser,
  service: Pick<Service, "origin">,
  options: BrowserContextOptions = {},
): Promise<Tab> {
  const context = await browser.newContext({ viewport: WIDE, locale: "en-GB", ...options });
  context.setDefaultTimeout(60_000);
  const sent: Sent[] = [];
  const troubles: string[] = [];
  context.on("request", (request) => sent.push(sentBy(request)));
  context.on("console", (message) => {
    if (message.type() === "error" && !isToldByPage(message)) troubles.push(message.text());
  });
  context.on("weberror", (error) => troubles.push(String(error.error())));
  const ours = new URL(service.origin).host;
  await context.route(
    (url) => url.host !== ours && url.protocol.startsWith("http"),
    async (route) => {
      if (route.request().url() !== AWAY) return route.abort();
      return route.fulfill({ contentType: "text/html", body: "<title>Weather</title>Weather" });
    },
  );
  return { page: await context.newPage(), context, troubles, sent };
}

/** Whether the browser says that a call failed, which the page tells by itself. Nobody calls for an icon. */
function isToldByPage(message: ConsoleMessage): boolean {
  const { url } = message.location();
  return message.text().startsWith("Failed to load resource") && !url.endsWith("/favicon.ico");
}

function sentBy(request: Request): Sent {
  return {
    method: request.method(),
    url: request.url(),
    headers: JSON.stringify(request.headers()),
    body: request.postDataBuffer() ?? Buffer.alloc(0),
  };
}

/** The requests in which a text stands: as it is, in an address, or in base64 at any offset. */
export function carrying(sent: readonly Sent[], text: string): Sent[] {
  const plain = Buffer.from(text);
  const forms = [
    plain,
    Buffer.from(text, "utf16le"),
    Buffer.from(encodeURIComponent(text)),
    Buffer.from(encodeURIComponent(text).replaceAll("%20", "+")),
    Buffer.from(plain.toString("hex")),
    ...[0, 1, 2].map((offset) => inBase64(plain, offset)),
  ];
  return sent.filter((one) => {
    const whole = Buffer.concat([Buffer.from(`${one.url}\n${one.headers}\n`), one.body]);
    return forms.some((form) => whole.includes(form));
  });
}

/** The part of base64 that a text has whatever stands around it, when it begins at an offset. */
function inBase64(text: Buffer, offset: number): Buffer {
  const written = Buffer.concat([Buffer.alloc(offset), text]).toString("base64");
  const first = offset === 0 ? 0 : 4;
  return Buffer.from(written.slice(first, written.length - 4));
}

/** What the browser has kept for a page: nothing of a reporter's may be there. */
export async function keptBy({ page, context }: Tab): Promise<object> {
  const inside = await page.evaluate(async () => ({
    local: Object.entries(localStorage),
    session: Object.entries(sessionStorage),
    databases: (await indexedDB.databases()).map((one) => one.name),
    caches: await caches.keys(),
    workers: (await navigator.serviceWorker.getRegistrations()).length,
    name: window.name,
    history: history.state as unknown,
  }));
  return { ...inside, cookies: await context.cookies() };
}

/** What {@link keptBy} gives where nothing is kept. */
export const NOTHING_KEPT = {
  local: [],
  session: [],
  databases: [],
  caches: [],
  workers: 0,
  name: "",
  history: null,
  cookies: [],
};

/** Whether a page is wider than its window. */
export async function overflows(page: Page): Promise<boolean> {
  return page.evaluate(
    () => document.documentElement.scrollWidth > document.documentElement.clientWidth,
  );
}
