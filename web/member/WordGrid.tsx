import type { JSX } from "preact";

/** Twelve words, numbered, to be read out or compared. */
export function WordGrid({
  list,
  label,
  small = false,
}: {
  list: readonly string[];
  label: string;
  /** To be looked up, not to be read out. */
  small?: boolean;
}): JSX.Element {
  const kind = small ? "word-grid word-grid-small" : "word-grid";
  return (
    <ol class={kind} aria-label={label} translate={false}>
      {list.map((word, place) => (
        <li key={place}>{word}</li>
      ))}
    </ol>
  );
}
