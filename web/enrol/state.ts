import type { EnrolOpened, Purpose } from "../protocol/people-calls";
import { Troubled } from "../desk/trouble";
import type { Trouble } from "../desk/trouble";

/** The steps of an enrolment that are counted. */
export const steps = ["label", "passphrase", "factor", "again", "words"] as const;
export type Step = (typeof steps)[number];
/** Where the page is: at a step, before the first, after the last, or where it cannot go on. */
export type Place = Step | "opening" | "no-link" | "dead-link" | "wait" | "stopped" | "done";

/** What is being worked on, for the page to say. */
export type Work =
  "opening" | "sealing" | "checking" | "passkey" | "saving" | "unsealing" | "signing";

/** What the link says, once it is there. */
export type Offered = Pick<EnrolOpened, "label" | "until" | "force" | "replaces"> & {
  purpose: Purpose;
  /** This enrolment founds the installation. */
  founding: boolean;
};

export type State = {
  force: string;
  place: Place;
  offered: Offered | null;
  label: string;
  work: Work | null;
  trouble: Trouble | null;
  /** The app's secret, to be typed or photographed. */
  totp: { secret: string; uri: string } | null;
  /** Second factors that have been shown to work. */
  proved: { app: boolean; passkeys: number };
  /** How many of these passkeys open the keys as well. */
  opening: number;
  keyWords: readonly string[];
  serviceWords: readonly string[];
};

export function atFirst(force: string): State {
  return {
    force,
    place: "opening",
    offered: null,
    label: "",
    work: null,
    trouble: null,
    totp: null,
    proved: { app: false, passkeys: 0 },
    opening: 0,
    keyWords: [],
    serviceWords: [],
  };
}

/** True if an error is this trouble. */
export function isTrouble(error: unknown, code: Trouble["code"]): boolean {
  return error instanceof Troubled && error.trouble.code === code;
}
