/** Sentences about revisions and bars, for those who show them. Pure. */
import { fill } from "../words";
import type { Alteration } from "./append";
import type { BarReason } from "./bars";
import { recordWords } from "./words";

/** What a revision did to a list that may only be extended. */
export function alteredText({ code }: Pick<Alteration, "code">): string {
  return recordWords.altered[code];
}

/** Why somebody may not have the case. Shown to readers only. */
export function barText({ code, about }: BarReason): string {
  return fill(recordWords.bars[code], { about });
}
