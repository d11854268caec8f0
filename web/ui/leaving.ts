/** A field with something typed or chosen in it. */
interface Field {
  type: string;
  value: string;
  checked?: boolean;
}

/** Empties every field of a page. */
export function wipe(page: ParentNode): void {
  for (const field of page.querySelectorAll<Element & Field>("input, textarea, select")) {
    if (field.type === "radio" || field.type === "checkbox") field.checked = false;
    else field.value = "";
  }
}

/**
 * Sees to it that the back button brings back nothing that was typed: fields are emptied when the
 * page is left, and a page that the browser had kept is fetched anew. Another app in front does not
 * leave the page.
 */
export function forgetOnLeaving(
  view: Pick<Window, "addEventListener" | "location" | "performance">,
  page: Pick<Document, "querySelectorAll" | "forms"> & ParentNode,
): void {
  view.addEventListener("pagehide", () => wipe(page));
  view.addEventListener("pageshow", (event) => {
    if (event.persisted) {
      // Not reload(): it would send again what this page may be the answer to.
      view.location.replace(view.location.pathname + view.location.search);
      return;
    }
    // Browsers may put typed text back into a page that they fetch again.
    const [how] = view.performance.getEntriesByType("navigation");
    if ((how as PerformanceNavigationTiming | undefined)?.type !== "back_forward") return;
    for (const form of page.forms) form.reset();
  });
}
