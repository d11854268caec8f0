/**
 * Makes whole cases for the Rust implementation, and opens what it made: `node interop.mjs FOLDER` writes
 * FOLDER/ts/*.json and reads FOLDER/rust/*.json. vectors/README.md describes both.
 */
import { mkdirSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { checkCase } from "./check";
import { writeCases } from "./write";

const [folder] = process.argv.slice(2);
if (folder === undefined) {
  console.error("usage: node interop.mjs FOLDER");
  process.exit(2);
}

const ours = join(folder, "ts");
mkdirSync(ours, { recursive: true });
for (const [name, made] of await writeCases()) {
  writeFileSync(join(ours, `${name}.json`), `${JSON.stringify(made, null, 1)}\n`);
  console.log(`wrote ts/${name}.json`);
}

const theirs = join(folder, "rust");
const files = readdirSync(theirs).filter((name) => name.endsWith(".json"));
if (files.length === 0) throw new Error(`${theirs} holds no case`);
for (const name of files) {
  await checkCase(readFileSync(join(theirs, name)));
  console.log(`opened rust/${name}`);
}
