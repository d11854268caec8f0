// Exit this page: leaves at once and never asks. Without this script the button is a plain link.

import { forgetOnLeaving, wipe } from "../ui/leaving";

const PRESSES = 3;
const WITHIN_MS = 5_000;

const button = document.getElementById("exit-this-page");
const box = document.getElementById("exit");
const status = document.getElementById("exit-status");

function leave(): void {
  const away = button instanceof HTMLAnchorElement ? button.href : "about:blank";
  // The page's own script drops what it holds in memory, and its warning about leaving.
  document.dispatchEvent(new CustomEvent("rightline-exit"));
  wipe(document);
  // Nothing of the page is left to see while the next one loads.
  document.documentElement.classList.add("rl-left");
  document.title = "";
  document.body.replaceChildren();
  // Takes the place of this page in the history.
  location.replace(away);
}

let pressed: { key: string; count: number; since: number } | null = null;

function say(words: string | undefined): void {
  if (status !== null) status.textContent = words ?? "";
}

forgetOnLeaving(window, document);

button?.addEventListener("click", (event) => {
  event.preventDefault();
  leave();
});

document.addEventListener("keyup", (event) => {
  const { key, timeStamp } = event;
  if (key !== "Escape" && key !== "Shift") {
    // Shift held for a capital letter is no wish to leave.
    pressed = null;
    return;
  }
  const goesOn = pressed?.key === key && timeStamp - pressed.since <= WITHIN_MS;
  pressed =
    pressed !== null && goesOn
      ? { ...pressed, count: pressed.count + 1 }
      : { key, count: 1, since: timeStamp };
  if (pressed.count >= PRESSES) {
    say(box?.dataset["leaving"]);
    leave();
  } else {
    // A single Shift is a capital letter: nothing is said about it yet.
    if (pressed.count === 2) say(box?.dataset["twice"]);
    else if (key === "Escape") say(box?.dataset["once"]);
  }
});
