import type { JSX } from "preact";
import { useId } from "preact/hooks";
import { counted, fill, words } from "../words";
import { useDesk } from "./context";
import { Strip } from "./Strip";

/** How far the opening of many cases has come; it can be paused. */
export function OpeningProgress(): JSX.Element | null {
  const desk = useDesk();
  const id = useId();
  const { opening } = desk.state;
  if (opening === null) return null;
  const { done, total, failed, paused } = opening;
  if (done === total) {
    if (failed === 0) return null;
    return (
      <Strip kind="warning" onHide={() => desk.hideOpening()}>
        {counted(words.opening.failed, failed)}
      </Strip>
    );
  }
  return (
    <div class="opening">
      <label for={id}>
        {fill(paused ? words.opening.paused : words.opening.label, { done, total })}
      </label>
      <progress id={id} max={total} value={done} />
      <button type="button" class="link" onClick={() => desk.pause(!paused)}>
        {paused ? words.opening.resume : words.opening.pause}
      </button>
    </div>
  );
}
