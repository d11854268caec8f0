import type { JSX } from "preact";
import { visible } from "../text";

/** Decrypted text: as text nodes, in its own direction, with nothing invisible in it. */
export function Shown({ text, long = false }: { text: string; long?: boolean }): JSX.Element {
  return (
    <span class={long ? "shown shown-long" : "shown"} dir="auto">
      {visible(text)}
    </span>
  );
}
