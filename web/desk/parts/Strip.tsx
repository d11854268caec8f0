import type { ComponentChildren, JSX } from "preact";
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
