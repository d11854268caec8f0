import { useEffect } from "preact/hooks";
import type { RefObject } from "preact";

/**
 * Keeps the place of whoever works with the keyboard: where what had the focus goes away, as a button does whose
 * work is done, the heading of the section that it stood in takes the focus, or else the whole part. Whatever moves
 * the focus by itself does so later, and has its way.
 */
export function useFocusKept(part: RefObject<HTMLElement | null>, shown: boolean): void {
  useEffect(() => {
    const around = part.current;
    if (around === null) return;
    /** What had the focus last, and the sections that it stood in, the innermost first. */
    let places: readonly Element[] = [];
    const note = ({ target }: FocusEvent): void => {
      places = target instanceof Element ? [target, ...sectionsOf(target, around)] : [];
    };
    const keep = (): void => {
      const [last, ...sections] = places;
      if (last?.isConnected !== false || document.activeElement !== document.body) return;
      const left = sections.find((one) => one.isConnected);
      const heading = left?.querySelector<HTMLElement>("h2, h3, h4") ?? around;
      heading.tabIndex = -1;
      heading.focus({ preventScroll: true });
    };
    const observer = new MutationObserver(keep);
    observer.observe(around, { childList: true, subtree: true });
    around.addEventListener("focusin", note);
    return () => {
      observer.disconnect();
      around.removeEventListener("focusin", note);
    };
  }, [shown]);
}

function sectionsOf(of: Element, within: Element): Element[] {
  const found: Element[] = [];
  let at: Element | null | undefined = of.closest("section");
  while (at instanceof Element && within.contains(at)) {
    found.push(at);
    at = at.parentElement?.closest("section");
  }
  return found;
}
