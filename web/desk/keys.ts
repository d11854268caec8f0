/** What a key asks the desk to do. */
export type Command =
  "next" | "previous" | "open" | "reply" | "search" | "help" | "new" | "mine" | "escape";

/** A key press, as far as it matters here. */
export type Press = {
  key: string;
  /** Ctrl, Alt or Meta was held. */
  modified: boolean;
  /** The focus is in something that takes text. */
  typing: boolean;
  /** The focus is on something that Enter works on by itself. */
  pressable: boolean;
};

const single: Readonly<Record<string, Command>> = {
  j: "next",
  k: "previous",
  r: "reply",
  "/": "search",
  "?": "help",
};
const afterG: Readonly<Record<string, Command>> = { n: "new", m: "mine" };

/**
 * What a key press means, and whether the desk now waits for the second key of `g n` or `g m`.
 * With `letters` off, only Escape and Enter are heard.
 */
export function heard(
  press: Press,
  waiting: boolean,
  letters: boolean,
): { command: Command | null; waiting: boolean } {
  const nothing = { command: null, waiting: false };
  if (press.modified) return nothing;
  if (press.key === "Escape") return { command: "escape", waiting: false };
  if (press.typing) return nothing;
  if (press.key === "Enter") return press.pressable ? nothing : { command: "open", waiting: false };
  if (!letters) return nothing;
  if (waiting) return { command: own(afterG, press.key), waiting: false };
  if (press.key === "g") return { command: null, waiting: true };
  return { command: own(single, press.key), waiting: false };
}

function own(map: Readonly<Record<string, Command>>, key: string): Command | null {
  return Object.hasOwn(map, key) ? (map[key] ?? null) : null;
}
