// The protocol in a browser, where bytes and keys are the engine's own; the vectors' other run has neither.
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { build } from "esbuild";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import type * as protocol from "../../web/protocol/index.js";
import { base64, identity, open, seal, utf8 } from "../../web/protocol/index.js";
import type { CaseSecret } from "../../web/protocol/index.js";
import { launch } from "./support/chromium.js";
import { startService, type Service } from "./support/service.js";

type Vector = {
  name: string;
  of: string;
  kind: "accept" | "refuse";
  file: string;
  identity: string;
  plaintext: string | number;
};
type Bundle = typeof protocol & {
  bech32: { decodeToBytes(text: string): { bytes: Uint8Array } };
};

const root = join(import.meta.dirname, "../..");
let service: Service;
let browser: Browser;
let page: Page;

beforeAll(async () => {
  [service, browser] = await Promise.all([startService(), launch()]);
  page = await browser.newPage();
  await page.goto(service.report);
  const made = await build({
    stdin: {
      contents: `export * from "./index"; export { bech32 } from "@scure/base";`,
      resolveDir: join(root, "web/protocol"),
    },
    bundle: true,
    format: "iife",
    globalName: "protocol",
    target: "es2022",
    write: false,
  });
  await page.evaluate(`${made.outputFiles[0]?.text ?? ""}; globalThis.protocol = protocol;`);
});
afterAll(async () => {
  await browser.close();
  await service.end();
});

test("this browser has what the protocol uses where it is there", async () => {
  const has = await page.evaluate(() => [
    "decapsulateBits" in crypto.subtle,
    "encapsulateBits" in crypto.subtle,
    "getPublicKey" in crypto.subtle,
    "fromBase64" in Uint8Array,
    "toHex" in Uint8Array.prototype,
  ]);
  expect(has).toEqual([true, true, true, true, true]);
});

test("sealed files open and are refused as the vectors say", async () => {
  const folder = join(root, "vectors/sealing");
  const vectors = readdirSync(folder).map(
    (name) => JSON.parse(readFileSync(join(folder, name), "utf8")) as Vector,
  );
  const opening = vectors.filter(({ of }) => of === "open");
  expect(opening.length).toBeGreaterThan(10);
  const found = await page.evaluate(async (all) => {
    const { bech32, fromBase64, base64, identity, open } = (
      globalThis as unknown as { protocol: Bundle }
    ).protocol;
    const results: string[] = [];
    for (const vector of all) {
      const seed = bech32.decodeToBytes(vector.identity.toLowerCase()).bytes;
      const by = identity(seed as CaseSecret);
      results.push(
        await open(by, fromBase64(vector.file)).then(base64, (error: unknown) =>
          /^E[1-5]$/.test(String((error as { rule?: string }).rule)) ? "refuse" : String(error),
        ),
      );
    }
    return results;
  }, opening);
  expect(found).toEqual(
    opening.map(({ kind, plaintext }) => (kind === "accept" ? plaintext : kind)),
  );
});

test("what is sealed in the browser opens without its engine, and the other way round", async () => {
  const secret = new Uint8Array(32).fill(7) as Uint8Array as CaseSecret;
  const own = identity(secret);
  const there = base64(await seal([own.recipient, own.recipient], utf8("from outside")));
  const { recipient, file, text } = await page.evaluate(async (sealed) => {
    const { fromBase64, fromUtf8, base64, identity, open, prepare, seal, utf8 } = (
      globalThis as unknown as { protocol: Bundle }
    ).protocol;
    const seed = new Uint8Array(32).fill(7) as Uint8Array as CaseSecret;
    await prepare(seed);
    const own = identity(seed);
    return {
      recipient: own.recipient,
      file: base64(await seal([own.recipient], utf8("from the browser"))),
      text: fromUtf8(await open(own, fromBase64(sealed))),
    };
  }, there);
  expect(recipient).toBe(own.recipient);
  expect(text).toBe("from outside");
  expect(await open(own, Buffer.from(file, "base64"))).toEqual(utf8("from the browser"));
});

test("N3: bytes as text are as strict as without the engine", async () => {
  const wrong = ["Q", "QQ", "QQ=", "QR==", "QUJ=", " QUI=", "QU I=", "QUI=\n", "QU-_", "QUI=QUI="];
  const wrongHex = ["0", "0g", "AB", " 0", "0\n", "000"];
  const found = await page.evaluate(
    ([texts, hexes]) => {
      const { base64, fromBase64, fromHex, hex } = (globalThis as unknown as { protocol: Bundle })
        .protocol;
      const rule = (run: () => unknown): string => {
        try {
          return JSON.stringify(run());
        } catch (error) {
          return String((error as { rule?: string }).rule);
        }
      };
      const bytes = Uint8Array.from({ length: 70_000 }, (_, at) => at % 251);
      return {
        texts: texts.map((text) => rule(() => fromBase64(text))),
        hexes: hexes.map((text) => rule(() => fromHex(text, 1))),
        good: [hex(fromBase64("AP+A")), base64(fromHex("00ff80", 3)), fromBase64("").length],
        whole: fromBase64(base64(bytes)).every((byte, at) => byte === bytes[at]),
      };
    },
    [wrong, wrongHex] as const,
  );
  expect(found.texts).toEqual(wrong.map(() => "N3"));
  expect(found.hexes).toEqual(wrongHex.map(() => "N3"));
  expect(found.good).toEqual(["00ff80", "AP+A", 0]);
  expect(found.whole).toBe(true);
});
