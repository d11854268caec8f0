/** What cannot be right whatever a record is about: texts that are too long, days that do not exist. */
import { isDay } from "../../days";
import { LONGEST_TEXT } from "../content";
import type { RecordName } from "../content";
import { shapes } from "../content";
import { fieldOf, pathText } from "../paths";
import type { Lack } from "../rules";
import { fieldNamed } from "../schema";
import { fieldWords } from "../words";
import { Found } from "./found";

/** The most bytes of a record, so that what is signed about it fits beside it (G5, Q2). */
export const LARGEST_CONTENT = 1_040_000;

export function invalid(record: RecordName, content: object): Lack[] {
  const found = new Found(record);
  const look = (value: unknown, path: readonly string[]): void => {
    if (typeof value === "string") {
      if (value.length > LONGEST_TEXT && [...value].length > LONGEST_TEXT) {
        found.lack(pathText(path), "too_long", labelAt(record, path));
      }
      if (value !== "" && !isDay(value) && isDayField(record, path)) {
        found.lack(pathText(path), "no_day", labelAt(record, path));
      }
    } else if (Array.isArray(value)) {
      for (const one of value) {
        if (typeof one === "object" && one !== null) {
          look(one, [...path, (one as { id: string }).id]);
        }
      }
    } else if (typeof value === "object" && value !== null) {
      for (const [name, part] of Object.entries(value)) {
        if (name !== "id") look(part, [...path, name]);
      }
    }
  };
  look(content, []);
  if (new TextEncoder().encode(JSON.stringify(content)).length > LARGEST_CONTENT) {
    found.lack("", "too_large");
  }
  return found.lacks;
}

/** What keeps a record from being saved at all: it would not be a record of the protocol. */
export function keepsFromSaving({ code }: Pick<Lack, "code">): boolean {
  return ["too_long", "too_large"].includes(code);
}

function isDayField(record: RecordName, path: readonly string[]): boolean {
  return fieldNamed(record, fieldOf(shapes[record], path))?.kind === "day";
}

function labelAt(record: RecordName, path: readonly string[]): string {
  return fieldWords(record, fieldOf(shapes[record], path)).label;
}
