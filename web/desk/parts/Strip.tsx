import type { ComponentChildren, JSX } from "preact";
import { useId, useState } from "preact/hooks";
import { words } from "../words";

type Kind = "warning" | "trouble" | "calm" | "good";

/** A strip beside the thing that it is about: a warning, a trouble, or a word that all is well. */
export function Strip({
  kind,
  children,
  announced = false,
  onHide,
}: {
  kind: Kind;
  children: ComponentChildren;
  /** Read out when it appears. */
  announced?: boolean;
  onHide?: () => void;
}): JSX.Element {
  const role = announced ? (kind === "trouble" ? "alert" : "status") : undefined;
  return (
    <div class={`strip strip-${kind}`} role={role}>
      <div class="strip-text">
        {kind === "warning" && <span class="strip-mark">{words.warning.label}</span>}
        {children}
      </div>
      {onHide !== undefined && (
        <button type="button" class="link" onClick={onHide}>
          {words.desk.dismiss}
        </button>
      )}
    </div>
  );
}

/** A strip of one line, with the whole of what it says on demand. */
export function FoldedStrip({
  kind,
  brief,
  text,
  onHide,
}: {
  kind: Kind;
  brief: string;
  text: string;
  onHide: () => void;
}): JSX.Element {
  const id = useId();
  const [open, setOpen] = useState(false);
  return (
    <div class={`strip strip-${kind} strip-folded`} role="status">
      <div class="strip-text">
        {kind === "warning" && <span class="strip-mark">{words.warning.label}</span>}
        <span class="strip-brief">{brief}</span>
      </div>
      <button
        type="button"
        class="link"
        aria-expanded={open}
        aria-controls={open ? id : undefined}
        onClick={() => setOpen(!open)}
      >
        {open ? words.desk.less : words.desk.more}
      </button>
      <button type="button" class="link" onClick={onHide}>
        {words.desk.dismiss}
      </button>
      {open && (
        <p class="strip-whole" id={id}>
          {text}
        </p>
      )}
    </div>
  );
}
