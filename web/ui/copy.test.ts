import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import * as copy from "../../text/en.json";
import { CHECK_INS } from "../mailbox/days";
import { DETRIMENTS, SCALE, TREATMENTS } from "../protocol/bodies";
import {
  ANSWERS,
  BASES,
  CHANNELS,
  CHARACTERISTICS,
  CONCERNS,
  INVOLVEMENTS,
  KINDS,
  MODES,
  PATTERNS,
  RANKS,
  RELATIONS,
} from "../protocol/report";
import { MESSAGE_KINDS, STAGES } from "../protocol/message";

const templates = join(import.meta.dirname, "../../templates");

/** Every sentence with its key. */
function sentences(at: unknown, key = ""): [string, string][] {
  if (typeof at === "string") return [[key, at]];
  return Object.entries(at as object).flatMap(([name, part]) =>
    sentences(part, key === "" ? name : `${key}.${name}`),
  );
}
const all = new Map(sentences({ ...copy, default: {} }));

describe("the words that reporters read", () => {
  it("have something for every code of the protocol, in its order", () => {
    const lists: Record<keyof typeof copy.options, readonly string[]> = {
      mode: MODES,
      channel: CHANNELS,
      answer: ANSWERS,
      pattern: PATTERNS,
      basis: BASES,
      kind: KINDS,
      rank: RANKS,
      relation: RELATIONS,
      involvement: INVOLVEMENTS,
      concern: CONCERNS,
      characteristic: CHARACTERISTICS,
      stage: STAGES,
      message_kind: MESSAGE_KINDS,
      treatment: TREATMENTS,
      detriment: DETRIMENTS,
      scale: SCALE,
      check_in_day: CHECK_INS,
    };
    for (const [name, codes] of Object.entries(lists)) {
      const words = copy.options[name as keyof typeof lists];
      expect(Object.keys(words), name).toEqual(codes.filter((code) => code !== ""));
    }
  });

  it("are plain: none of them is a word that frightens or belongs to computers", () => {
    const avoided =
      /whistle-?blow|\bsubmi(t|ssion)|\bticket|\busers?\b|\bencrypt|\bblob\b|\boops\b|100 ?%|\btoken\b/i;
    for (const [key, sentence] of all) expect(sentence, key).not.toMatch(avoided);
  });

  it("are there for every key that a template names", () => {
    const files = readdirSync(templates, { recursive: true, encoding: "utf8" });
    const pages = files.filter((name) => name.endsWith(".html"));
    expect(pages.length).toBeGreaterThan(10);
    for (const name of pages) {
      const page = readFileSync(join(templates, name), "utf8");
      for (const [, key = ""] of page.matchAll(/\bt1?\("([a-z0-9_.]+)"/g)) {
        expect(all.has(key), `${name}: ${key}`).toBe(true);
      }
      for (const [, key = ""] of page.matchAll(/"(questions\.[a-z_.]+)"/g)) {
        expect(all.has(key) || all.has(`${key}.label`), `${name}: ${key}`).toBe(true);
      }
    }
  });

  it("stand in no template: what is between tags comes from here", () => {
    const files = readdirSync(templates, { recursive: true, encoding: "utf8" });
    for (const name of files.filter((one) => one.endsWith(".html"))) {
      const page = readFileSync(join(templates, name), "utf8")
        .replace(/\{#[\s\S]*?#\}/g, "")
        .replace(/\{[{%][\s\S]*?[}%]\}/g, "")
        .replace(/<[^>]*>/g, "")
        // An attribute that a macro puts into a tag.
        .replace(/aria-describedby="|-hint|-error/g, "");
      expect(page.replace(/[\s!,.:–<>"]+/g, ""), name).toBe("");
    }
  });
});
