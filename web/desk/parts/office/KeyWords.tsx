import type { JSX } from "preact";

/** Twelve words, numbered and large enough to be read out. */
export function KeyWords({
  words,
  label,
  small = false,
}: {
  words: readonly string[];
  /** What the words are of, for whoever does not see the heading. */
  label: string;
  small?: boolean;
}): JSX.Element {
  return (
    <ol class={small ? "key-words key-words-small" : "key-words"} aria-label={label}>
      {words.map((word, place) => (
        <li key={place}>{word}</li>
      ))}
    </ol>
  );
}
