import { render } from "preact";
import { serviceId } from "../protocol";
import { Desk } from "./desk";
import { anyLeft } from "./state";
import { watchIdle } from "./idle";
import { missing } from "../member/browser";
import { forgetOnLeaving } from "../ui/leaving";
import { App } from "./parts/App";
import { fill, words } from "./words";

function begin(place: HTMLElement): void {
  const { service = "", force = "", answerDays = "7" } = place.dataset;
  const lacking = missing();
  if (lacking !== null) {
    place.textContent = fill(words.trouble.browser, { what: lacking });
    return;
  }
  const desk = new Desk({ service: serviceId(service), force, answerDays: Number(answerDays) });
  watchIdle({
    minutes: () => (desk.state.me === null ? null : desk.state.idleMinutes),
    soon: (soon) => desk.setIdleSoon(soon),
    over: () => desk.signOut("idle"),
  });
  addEventListener("online", () => desk.setOnline(true));
  addEventListener("offline", () => desk.setOnline(false));
  addEventListener("beforeunload", (event) => {
    if (anyLeft(desk.state)) event.preventDefault();
  });
  // A page that is kept for the "back" button keeps no key either.
  addEventListener("pagehide", () => desk.signOut(desk.state.me === null ? "" : "gone"));
  forgetOnLeaving(window, document);
  place.replaceChildren();
  render(<App desk={desk} />, place);
}

const place = document.getElementById("app");
if (place !== null) begin(place);
