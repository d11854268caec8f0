/** What is lacking in the referral tests, the decisions and the outcomes: each allegation needs all. */
import type { Allegation, Decision, ReferralTest } from "../content";
import { allegationName } from "../naming";
import type { Lack, Seen } from "../rules";
import { daysAfter, isDay } from "../../days";
import { isAfter, workingDaysAfter } from "../workdays";
import { Found, isBlank, standing } from "./found";
import { isOfProbationer } from "./severity";

/** How many working days the IOPC is expected to take to decide who investigates. */
const MODE_DAYS = 3;

export function referral(seen: Seen): Lack[] {
  const found = new Found("referral");
  const { tests } = seen.contents.referral;
  const { allegations } = seen.contents.triage;
  for (const one of standing(tests, allegations)) {
    const [place, about] = [`tests/${one.id}/`, nameIn(allegations, one.allegation)];
    found.need(one, ["allegation", "on", "mandatory"], { place, code: "referral", about });
    if (one.mandatory === "yes" && one.criteria.length === 0) {
      found.lack(`${place}criteria`, "referral_criteria", about);
    }
    if (one.mandatory !== "yes" && one.criteria.length > 0) {
      found.lack(`${place}mandatory`, "referral_mandatory_met", about);
    }
    if (one.mandatory !== "yes") found.need(one, ["voluntary"], { place, code: "referral", about });
    if (one.voluntary === "yes") found.need(one, ["grounds"], { place, code: "referral", about });
    found.need(one, ["rationale"], { place, code: "referral", about });
    if (one.mandatory === "yes" || one.voluntary === "yes") sending(found, one, place, about, seen);
  }
  for (const one of allegations) {
    if (!tests.some(({ allegation }) => allegation === one.id)) {
      found.lack("tests", "referral_missing", allegationName(one));
    }
  }
  return found.lacks;
}

function sending(
  found: Found,
  test: ReferralTest,
  place: string,
  about: string,
  { casework, today }: Seen,
): void {
  const { clear_on, sent_on, mode, mode_on, returned_on } = test;
  if (clear_on === "") found.lack(`${place}clear_on`, "referral_clear_on", about);
  if (sent_on === "") {
    const code = test.mandatory === "yes" ? "referral_unsent" : "referral_unsent_voluntary";
    found.lack(`${place}sent_on`, code, about);
    return;
  }
  if (isAfter(clear_on, sent_on)) found.hint(`${place}sent_on`, "referral_early", about);
  if (isDay(clear_on) && isAfter(sent_on, daysAfter(clear_on, 1))) {
    found.hint(`${place}sent_on`, "referral_late", about);
  }
  if (mode === "") {
    if (!isDay(sent_on)) return;
    const expected = workingDaysAfter(sent_on, MODE_DAYS, casework.bank_holidays);
    const late = isAfter(today, expected);
    found.hint(`${place}mode`, late ? "referral_mode_late" : "referral_mode", about);
    return;
  }
  if (mode_on === "") found.lack(`${place}mode_on`, "referral_mode_on", about);
  if (mode === "returned" && returned_on === "") {
    found.lack(`${place}returned_on`, "referral_returned_on", about);
  }
}

export function decisions({ contents }: Seen): Lack[] {
  const found = new Found("decisions");
  const { allegations, subjects } = contents.triage;
  const list = contents.decisions.decisions;
  // A decision that names no allegation is about the whole case.
  const lastOf = (id: string): Decision | undefined =>
    list.filter(({ allegation }) => ["", id].includes(allegation)).at(-1);
  const stand = new Set(
    allegations.length === 0 ? list.slice(-1) : allegations.map(({ id }) => lastOf(id)),
  );
  for (const one of list.filter((each) => stand.has(each))) {
    found.need(one, ["on", "decision", "rationale", "basis"], {
      place: `decisions/${one.id}/`,
      code: "decision",
      about: nameIn(allegations, one.allegation),
    });
  }
  for (const one of allegations) {
    const last = lastOf(one.id);
    if (last === undefined) found.lack("decisions", "decision_missing", allegationName(one));
    else if (last.decision === "return_for_facts") {
      found.lack("decisions", "decision_facts", allegationName(one));
    } else if (last.decision === "regulation_13" && !isOfProbationer(one, subjects)) {
      found.lack(`decisions/${last.id}/decision`, "decision_not_probationer", allegationName(one));
    }
  }
  if (allegations.length === 0 && list.length === 0) found.lack("decisions", "decision_none");
  return found.lacks;
}

export function outcome({ contents }: Seen): Lack[] {
  const found = new Found("outcome");
  const { allegations } = contents.triage;
  const { outcomes } = contents.outcome;
  for (const one of outcomes) {
    const [place, about] = [`outcomes/${one.id}/`, nameIn(allegations, one.allegation)];
    found.need(one, ["allegation", "finding", "result", "on"], { place, code: "outcome", about });
    if (isBlank(one.told_on)) found.hint(`${place}told_on`, "outcome_told_on", about);
    else if (isBlank(one.told)) found.lack(`${place}told`, "outcome_told", about);
  }
  for (const one of allegations) {
    if (!outcomes.some(({ allegation }) => allegation === one.id)) {
      found.lack("outcomes", "outcome_missing", allegationName(one));
    }
  }
  return found.lacks;
}

function nameIn(allegations: readonly Allegation[], wanted: string): string {
  const found = allegations.find(({ id }) => id === wanted);
  return found === undefined ? "" : allegationName(found);
}
