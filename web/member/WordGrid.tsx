import type { JSX } from "preact";

/** Twelve words, numbered, to be read out or compared. */
export function WordGrid({ list, label }: { list: readonly string[]; label: string }): JSX.Element {
  return (
    <ol class="word-grid" aria-label={label} translate={false}>
      {list.map((word, place) => (
        <li key={place}>{word}</li>
      ))}
    </ol>
  );
}
