import type { ComponentChildren, JSX } from "preact";
import { useEffect, useId, useRef } from "preact/hooks";
import { Strip } from "./Strip";

/** A window over the page, which Escape closes and which gives the focus back. */
export function Dialog({
  heading,
  children,
  onClose,
}: {
  heading: string;
  children: ComponentChildren;
  onClose: () => void;
}): JSX.Element {
  const dialog = useRef<HTMLDialogElement>(null);
  const id = useId();
  useEffect(() => {
    const before = document.activeElement;
    dialog.current?.showModal();
    return () => {
      if (before instanceof HTMLElement && before.isConnected) before.focus();
    };
  }, []);
  return (
    <dialog
      ref={dialog}
      class="dialog"
      aria-labelledby={id}
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
    >
      <h2 id={id} class="heading">
        {heading}
      </h2>
      {children}
    </dialog>
  );
}

/** Asks before something that cannot be taken back. */
export function Confirm({
  heading,
  text,
  warning = "",
  yes,
  no,
  onYes,
  onNo,
}: {
  heading: string;
  text: string;
  /** What is to be thought of first; "" for nothing. */
  warning?: string;
  yes: string;
  no: string;
  onYes: () => void;
  onNo: () => void;
}): JSX.Element {
  return (
    <Dialog heading={heading} onClose={onNo}>
      {warning !== "" && <Strip kind="warning">{warning}</Strip>}
      <p>{text}</p>
      <div class="buttons">
        <button type="button" class="button button-warning" onClick={onYes}>
          {yes}
        </button>
        <button type="button" class="button button-quiet" onClick={onNo} autofocus>
          {no}
        </button>
      </div>
    </Dialog>
  );
}
