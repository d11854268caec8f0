import { render } from "preact";
import { serviceId } from "../protocol";
import { fill, words } from "../desk/words";
import { forgetOnLeaving } from "../ui/leaving";
import { missing } from "../member/browser";
import { EnrolCalls, secretIn } from "./calls";
import { Enrolment } from "./enrolment";
import { App } from "./parts/App";

/** Takes the link's secret out of the address at once: neither the history nor whoever looks over a
 * shoulder is to have it. A page that is loaded again therefore wants the link again. */
function takeSecret(): string | null {
  const { hash, pathname } = location;
  if (hash !== "") history.replaceState(null, "", pathname);
  return secretIn(hash);
}

function begin(place: HTMLElement, secret: string | null): void {
  const { service = "", force = "" } = place.dataset;
  const lacking = missing();
  if (lacking !== null) {
    place.textContent = fill(words.trouble.browser, { what: lacking });
    return;
  }
  const calls = secret === null ? null : new EnrolCalls(secret);
  const enrolment = new Enrolment({ service: serviceId(service), force }, calls);
  addEventListener("pagehide", () => enrolment.forget());
  // Another link that is opened in this page begins anew.
  addEventListener("hashchange", () => location.reload());
  forgetOnLeaving(window, document);
  place.replaceChildren();
  render(<App enrolment={enrolment} />, place);
  void enrolment.open();
}

const secret = takeSecret();
const place = document.getElementById("app");
if (place !== null) begin(place, secret);
