import { serviceId } from "../protocol/bytes";
import type { Day, ServiceId } from "../protocol/bytes";

/** What the served page says about the installation. */
export interface PageFacts {
  readonly host: HTMLElement;
  readonly service: ServiceId;
  readonly force: string;
  /** Within how many days a report is answered. */
  readonly answerDays: number;
  readonly lengths: Lengths;
  /** The units of the force, the same for everybody: where the page lists them. */
  readonly units: readonly string[];
}

/** How long after something a reporter hears what (Q9): the same for every case. */
export interface Lengths {
  /** Days from one message to the reporter to the next. */
  readonly update: number;
  /** Months from the receipt until they are told what was done or is planned. */
  readonly feedback: number;
  /** Months from the receipt until it is explained why the case is open still. */
  readonly explanation: number;
  /** Months from one explanation to the next. */
  readonly again: number;
}

/** Reads the facts from the element that hosts the script; null where the page is not as served. */
export function pageFacts(): PageFacts | null {
  const host = document.getElementById("app");
  const { service, force = "", answerDays = "7", lengths = "", units = "" } = host?.dataset ?? {};
  if (host === null || service === undefined) return null;
  const [update = 28, feedback = 3, explanation = 12, again = 6] = lengths
    .split(" ")
    .filter((one) => one !== "")
    .map(Number);
  return {
    host,
    service: serviceId(service),
    force,
    answerDays: Number(answerDays),
    lengths: { update, feedback, explanation, again },
    // A name of a unit has no line break.
    units: units.split("\n").filter((unit) => unit !== ""),
  };
}

/** Whether this browser can do what sealing needs. No storage and no WebAssembly is asked for. */
export function ableBrowser(): boolean {
  const wanted = globalThis as unknown as Record<string, unknown>;
  const there = ["fetch", "AbortController", "TextEncoder", "TextDecoder", "BigInt", "Map"];
  const random = (wanted["crypto"] as Partial<Crypto> | undefined)?.getRandomValues;
  return (
    there.every((name) => typeof wanted[name] === "function") &&
    typeof random === "function" &&
    "hasOwn" in Object
  );
}

/** Today by this device's clock, in UTC (N4). */
export function today(): Day {
  return new Date().toISOString().slice(0, 10) as Day;
}

/** Calls `leave` when Exit this page is used: the page is then to drop all that it holds. */
export function onExit(leave: () => void): void {
  document.addEventListener("rightline-exit", leave);
  // Also when exit.js itself did not load, and the button is a plain link.
  document.getElementById("exit-this-page")?.addEventListener("click", leave, { capture: true });
}
