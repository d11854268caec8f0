/** Line breaks and tabs are layout; every other control character could pretend to be something. */
const hidden: readonly (readonly [number, number])[] = [
  [0x00, 0x08],
  [0x0b, 0x1f],
  [0x7f, 0x9f],
  [0xad, 0xad],
  [0x34f, 0x34f],
  [0x61c, 0x61c],
  [0x115f, 0x1160],
  [0x17b4, 0x17b5],
  [0x180b, 0x180f],
  [0x200b, 0x200b],
  [0x200e, 0x200f],
  [0x2028, 0x202e],
  [0x2060, 0x206f],
  [0x2800, 0x2800],
  [0x3164, 0x3164],
  [0xd800, 0xdfff],
  [0xfeff, 0xfeff],
  [0xffa0, 0xffa0],
  [0xfff9, 0xfffb],
  [0xe0000, 0xe007f],
];

/**
 * Decrypted text as it may stand on the page: characters that are invisible, that reorder what is
 * around them or that steer a terminal are written out, as `⟨U+202E⟩`; line breaks become `\n`.
 */
export function visible(text: string): string {
  let shown = "";
  for (const character of text.replace(/\r\n?/g, "\n")) {
    const point = character.codePointAt(0) ?? 0;
    shown += hidden.some(([from, to]) => from <= point && point <= to)
      ? `⟨U+${point.toString(16).toUpperCase().padStart(4, "0")}⟩`
      : character;
  }
  return shown;
}

/** The same on one line, cut at a word's end to at most `limit` characters. */
export function oneLine(text: string, limit: number): string {
  const line = visible(text).replace(/\s+/g, " ").trim();
  const characters = [...line];
  if (characters.length <= limit) return line;
  const cut = characters.slice(0, limit - 1).join("");
  const space = cut.lastIndexOf(" ");
  return `${(space > limit / 2 ? cut.slice(0, space) : cut).replace(/[\s,;:.–-]+$/, "")}…`;
}

/** Text as search compares it: without case, accents and compatibility forms. */
export function folded(text: string): string {
  return text
    .normalize("NFKD")
    .replace(/\p{Mark}/gu, "")
    .toLowerCase();
}
