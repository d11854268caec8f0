import { mkdtempSync, readFileSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { brotliDecompressSync, gunzipSync } from "node:zlib";
import { afterAll, beforeAll, expect, test } from "vitest";
import { build } from "./build.mjs";

const first = mkdtempSync(join(tmpdir(), "rightline-build-"));
const second = mkdtempSync(join(tmpdir(), "rightline-build-"));
let manifest: Awaited<ReturnType<typeof build>>;

beforeAll(async () => {
  manifest = await build(first);
  await build(second);
});

afterAll(() => {
  rmSync(first, { recursive: true });
  rmSync(second, { recursive: true });
});

test("the same sources give the same bytes", () => {
  expect(readdirSync(second).sort()).toEqual(readdirSync(first).sort());
  for (const name of readdirSync(first)) {
    expect(readFileSync(join(second, name)).equals(readFileSync(join(first, name))), name).toBe(
      true,
    );
  }
});

test("the compressed files hold what the plain ones hold", () => {
  for (const name of Object.keys(manifest)) {
    const plain = readFileSync(join(first, name));
    expect(gunzipSync(readFileSync(join(first, `${name}.gz`))).equals(plain), name).toBe(true);
    expect(brotliDecompressSync(readFileSync(join(first, `${name}.br`))).equals(plain), name).toBe(
      true,
    );
  }
});

test("a stylesheet fetches nothing and names no font that is not on the device", () => {
  const sheets = Object.keys(manifest).filter((name) => name.endsWith(".css"));
  expect(sheets.length).toBeGreaterThan(0);
  for (const name of sheets) {
    const text = readFileSync(join(first, name), "utf8");
    expect(text, name).not.toMatch(/url\(|@import|@font-face|transport/i);
  }
});

test("the reporter's stylesheet stays under 20 KB gzipped", () => {
  expect(manifest["reporter.css"]?.gz).toBeLessThan(20 * 1024);
});

const templateOf = (name: string): string =>
  readFileSync(join(import.meta.dirname, "../templates", name), "utf8");

/** The scripts and styles that a page names, in its own head or in that of the frame. */
function fetchedBy(template: string): string[] {
  const page = templateOf(template);
  const head = page.includes("{% block head %}") ? page : templateOf("layout.html");
  return [...head.matchAll(/"\/assets\/([^"]+)"/g)].map((found) => found[1] ?? "");
}

test.each([
  ["first", "start.html", ["reporter.css", "exit.js"]],
  ["report", "report.html", ["reporter.css", "exit.js", "report.js"]],
])("the %s page with all that it fetches is at most 120 KB gzipped", (_, template, expected) => {
  const fetched = fetchedBy(template);
  expect(fetched).toEqual(expected);
  // The page itself goes out as it is: nothing that the service writes is compressed.
  const pages = [template, "layout.html"].map((name) => Buffer.byteLength(templateOf(name)));
  const files = fetched.map((name) => manifest[name]?.gz ?? Number.POSITIVE_INFINITY);
  const weight = [...pages, ...files].reduce((sum, one) => sum + one, 0);
  expect(weight).toBeLessThanOrEqual(120_000);
});

test("the passwords that everybody tries are a file of their own, and in no script", () => {
  const common = readFileSync(join(first, "common-passwords.txt"), "utf8").split("\n");
  expect(common.length).toBeGreaterThan(10_000);
  expect(common.slice(0, 2)).toEqual(["123456", "password"]);
  const scripts = Object.keys(manifest).filter((name) => name.endsWith(".js"));
  expect(scripts).toContain("enrol.js");
  for (const name of scripts) {
    const text = readFileSync(join(first, name), "utf8");
    expect(text.includes("iseedeadpeople"), name).toBe(false);
  }
  expect(readFileSync(join(first, "THIRD-PARTY.txt"), "utf8")).toContain(
    "@zxcvbn-ts/language-common",
  );
});

test("what only members need is in no reporter's script", () => {
  const members = /WebAssembly|\/api\/1\/enrol|PublicKeyCredential|otpauth/;
  expect(members.test(readFileSync(join(first, "enrol.js"), "utf8"))).toBe(true);
  for (const name of ["report.js", "return.js", "exit.js"]) {
    expect(members.test(readFileSync(join(first, name), "utf8")), name).toBe(false);
  }
});

test("a script makes no code at run time and has no map", () => {
  for (const name of Object.keys(manifest).filter((name) => name.endsWith(".js"))) {
    const text = readFileSync(join(first, name), "utf8");
    expect(text, name).not.toMatch(/\beval\(|\bnew Function\b|sourceMappingURL/);
  }
});

test("the lock file names no registry", () => {
  const lock = JSON.parse(readFileSync(join(import.meta.dirname, "package-lock.json"), "utf8")) as {
    packages: Record<string, { resolved?: string; integrity?: string }>;
  };
  for (const [name, entry] of Object.entries(lock.packages)) {
    expect(entry.resolved, name).toBeUndefined();
    if (name !== "") expect(entry.integrity, name).toMatch(/^sha512-/);
  }
});
