import { render } from "preact";
import { serviceId } from "../protocol";
import { Desk } from "./desk";
import { anyWritten } from "./drafts";
import { watchIdle } from "./idle";
import { forgetOnLeaving } from "../ui/leaving";
import { App } from "./parts/App";
import { fill, words } from "./words";

/** What this browser lacks of what the desk cannot do without. */
function missing(): string | null {
  if (typeof WebAssembly !== "object") return "WebAssembly";
  if (typeof Worker !== "function") return "Web Workers";
  if (typeof HTMLDialogElement !== "function") return "dialog";
  return globalThis.isSecureContext ? null : "HTTPS";
}

function begin(place: HTMLElement): void {
  const { service = "", force = "" } = place.dataset;
  const lacking = missing();
  if (lacking !== null) {
    place.textContent = fill(words.trouble.browser, { what: lacking });
    return;
  }
  const desk = new Desk({ service: serviceId(service), force });
  watchIdle({
    minutes: () => (desk.state.me === null ? null : desk.state.idleMinutes),
    soon: (soon) => desk.setIdleSoon(soon),
    over: () => desk.signOut("idle"),
  });
  addEventListener("online", () => desk.setOnline(true));
  addEventListener("offline", () => desk.setOnline(false));
  addEventListener("beforeunload", (event) => {
    if (anyWritten(desk.state.drafts)) event.preventDefault();
  });
  // A page that is kept for the "back" button keeps no key either.
  addEventListener("pagehide", () => desk.signOut(desk.state.me === null ? "" : "gone"));
  forgetOnLeaving(window, document);
  place.replaceChildren();
  render(<App desk={desk} />, place);
}

const place = document.getElementById("app");
if (place !== null) begin(place);
