import type { Warning } from "../protocol";
import { fill, words } from "./words";

/** What a warning stands beside; the sentences differ. */
export type Beside = "part" | "message" | "case" | "people";

/** The sentence of a warning: what it means and what to do. */
export function warningText(beside: Beside, { kind, rule }: Warning): string {
  const texts: Readonly<Record<string, string>> & { other: string } = words.warning[beside];
  return fill((Object.hasOwn(texts, kind) ? texts[kind] : undefined) ?? texts.other, { rule });
}
