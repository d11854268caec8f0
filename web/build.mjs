// Builds web/dist: the scripts and styles that the server embeds and serves under /assets/.
//
//   node build.mjs [FOLDER]     writes into FOLDER, by default dist beside this file
//
// The same input gives the same bytes. Beside each file stand its .br and .gz; manifest.json gives
// each file's SHA-256 and sizes, THIRD-PARTY.txt the licences of what is bundled. A source that is
// not there yet is passed over with a word about it.

import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, relative, resolve, sep } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";
import * as esbuild from "esbuild";
import { dictionary } from "@zxcvbn-ts/language-common";
import * as sass from "sass";

const here = dirname(fileURLToPath(import.meta.url));
const modules = join(here, "node_modules");
const target = ["es2022", "chrome115", "firefox115"];

/** Source, and the name under which it is served. */
const scripts = [
  ["report/main.tsx", "report.js"],
  ["mailbox/main.tsx", "return.js"],
  ["desk/main.tsx", "desk.js"],
  ["desk/worker.ts", "desk-worker.js"],
  ["enrol/main.tsx", "enrol.js"],
  ["exit/main.ts", "exit.js"],
];
const styles = [
  ["styles/reporter.scss", "reporter.css"],
  ["styles/desk.scss", "desk.css"],
];

/**
 * Builds everything into `folder`. Files that are already right are left alone, so that a build
 * that changes nothing makes no work for those that follow.
 *
 * @param {string} folder
 * @returns {Promise<Record<string, { sha256: string, size: number, gz: number, br: number }>>}
 */
export async function build(folder) {
  /** @type {Map<string, Uint8Array>} */
  const served = new Map();
  /** @type {Set<string>} */
  const sources = new Set();

  for (const [source, name] of present(scripts)) {
    served.set(name, await script(source, name, sources));
  }
  for (const [source, name] of present(styles)) {
    served.set(name, await style(source, sources));
  }
  served.set("common-passwords.txt", Buffer.from(commonPasswords(sources)));
  served.set("THIRD-PARTY.txt", Buffer.from(licences(packages(sources))));

  mkdirSync(folder, { recursive: true });
  const kept = new Set(["manifest.json"]);
  /** @type {Record<string, { sha256: string, size: number, gz: number, br: number }>} */
  const manifest = {};
  for (const [name, bytes] of [...served].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const gz = gzipSync(bytes, { level: 9 });
    const br = brotliCompressSync(bytes, {
      params: {
        [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY,
        [constants.BROTLI_PARAM_LGWIN]: constants.BROTLI_MAX_WINDOW_BITS,
        [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length,
      },
    });
    for (const [written, content] of /** @type {const} */ ([
      [name, bytes],
      [`${name}.gz`, gz],
      [`${name}.br`, br],
    ])) {
      kept.add(written);
      writeIfChanged(join(folder, written), content);
    }
    manifest[name] = {
      sha256: createHash("sha256").update(bytes).digest("hex"),
      size: bytes.length,
      gz: gz.length,
      br: br.length,
    };
  }
  for (const name of readdirSync(folder)) {
    if (!kept.has(name)) rmSync(join(folder, name), { recursive: true });
  }
  // Written last, and always: its time says when the folder was last known to be right.
  writeFileSync(join(folder, "manifest.json"), `${JSON.stringify(manifest, null, 2)}\n`);
  return manifest;
}

/**
 * @param {string[][]} entries
 * @returns {[string, string][]}
 */
function present(entries) {
  /** @type {[string, string][]} */
  const found = [];
  for (const [source = "", name = ""] of entries) {
    if (existsSync(join(here, source))) found.push([source, name]);
    else console.log(`web/${source} is not there yet: no ${name}`);
  }
  return found;
}

/**
 * @param {string} source
 * @param {string} name
 * @param {Set<string>} sources
 */
async function script(source, name, sources) {
  const result = await esbuild.build({
    absWorkingDir: here,
    entryPoints: [source],
    outfile: join("dist", name),
    write: false,
    metafile: true,
    bundle: true,
    splitting: false,
    format: "esm",
    platform: "browser",
    target,
    jsx: "automatic",
    jsxImportSource: "preact",
    define: { "process.env.NODE_ENV": '"production"' },
    minify: true,
    charset: "utf8",
    legalComments: "none",
    sourcemap: false,
    banner: { js: "/* rightline, AGPL-3.0-or-later; others' licences: THIRD-PARTY.txt */" },
    logLevel: "warning",
    logOverride: { "direct-eval": "error" },
  });
  for (const input of Object.keys(result.metafile.inputs)) sources.add(resolve(here, input));
  const [output] = result.outputFiles;
  if (output === undefined || result.outputFiles.length !== 1) {
    throw new Error(`${source} should have become one file`);
  }
  return output.contents;
}

/**
 * The passwords that everybody tries, one a line. A file of its own: only a page on which somebody
 * writes a passphrase of their own fetches it, and no script carries it.
 *
 * @param {Set<string>} sources
 */
function commonPasswords(sources) {
  sources.add(join(modules, "@zxcvbn-ts/language-common/package.json"));
  return `${dictionary["passwords-common"].join("\n")}\n`;
}

/**
 * @param {string} source
 * @param {Set<string>} sources
 */
async function style(source, sources) {
  const compiled = await sass.compileAsync(join(here, source), {
    loadPaths: [modules],
    style: "expanded",
    sourceMap: false,
    charset: false,
  });
  for (const url of compiled.loadedUrls) {
    if (url.protocol === "file:") sources.add(fileURLToPath(url));
  }
  const { code } = await esbuild.transform(compiled.css, {
    loader: "css",
    target,
    minify: true,
    legalComments: "none",
    charset: "utf8",
  });
  return Buffer.from(code);
}

/**
 * The folders of the packages from which the given files come, by name.
 *
 * @param {Set<string>} sources
 */
function packages(sources) {
  /** @type {Map<string, string>} */
  const found = new Map();
  for (const source of sources) {
    const parts = relative(here, source).split(sep);
    const at = parts.lastIndexOf("node_modules");
    if (at < 0) continue;
    const scoped = parts[at + 1]?.startsWith("@") === true;
    const name = parts.slice(at + 1, at + (scoped ? 3 : 2)).join("/");
    const folder = join(here, ...parts.slice(0, at + 1), name);
    const known = found.get(name);
    if (known !== undefined && known !== folder)
      throw new Error(`two copies of ${name} are bundled`);
    found.set(name, folder);
  }
  return [...found].sort(([a], [b]) => (a < b ? -1 : 1));
}

/** @param {[string, string][]} bundled */
function licences(bundled) {
  const rule = "-".repeat(78);
  let text =
    "rightline is free software under the GNU Affero General Public License, version 3 or\n" +
    "later. Its scripts and styles contain parts of the packages below.\n";
  for (const [name, folder] of bundled) {
    /** @type {{ version: string, license: string }} */
    const { version, license } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
    text += `\n${rule}\n${name} ${version}: ${license}\n${rule}\n`;
    for (const file of licenceFiles(name, folder)) {
      text += `\n${readFileSync(file, "utf8").replaceAll("\r\n", "\n").trim()}\n`;
    }
  }
  return text;
}

/**
 * A package that ships no licence text has it under licences/ here.
 *
 * @param {string} name
 * @param {string} folder
 */
function licenceFiles(name, folder) {
  const shipped = readdirSync(folder)
    .filter((file) => /^(licen[cs]e|copying|notice)/i.test(file))
    .sort()
    .map((file) => join(folder, file));
  if (shipped.length > 0) return shipped;
  const ours = join(here, "licences", `${name.replace("/", "-")}.txt`);
  if (!existsSync(ours)) throw new Error(`${name} ships no licence text: put it in ${ours}`);
  return [ours];
}

/**
 * @param {string} path
 * @param {Uint8Array} content
 */
function writeIfChanged(path, content) {
  if (existsSync(path) && readFileSync(path).equals(content)) return;
  writeFileSync(path, content);
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const manifest = await build(resolve(process.argv[2] ?? join(here, "dist")));
  for (const [name, { size, gz, br }] of Object.entries(manifest)) {
    console.log(`${name.padEnd(16)} ${size} bytes, ${gz} gzipped, ${br} brotli`);
  }
}
