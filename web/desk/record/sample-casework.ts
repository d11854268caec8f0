/** Settings of casework for tests: a few codes of each list, and a short routing table. */
import type { Casework, ListedCode } from "./settings";

const listOf = (...codes: readonly (readonly [string, string])[]): ListedCode[] =>
  codes.map(([code, label]) => ({ code, label, retired: false }));

export const sampleCasework: Casework = {
  bank_holidays: ["2026-12-25", "2026-12-28", "2027-01-01"],
  lists: {
    studios: [
      ...listOf(["sexual_misconduct", "Sexual misconduct"], ["social_media", "Social media"]),
      { code: "organised_crime_old", label: "Organised crime (until 2025)", retired: true },
    ],
    additional: listOf(
      ["bullying", "Bullying"],
      ["sexual_harassment", "Sexual harassment"],
      ["neglect", "Neglect of duty"],
      ["discrimination", "Discrimination"],
    ),
    corruption: listOf(
      ["abuse_of_authority", "Abuse of authority"],
      ["sexual_misconduct", "Sexual misconduct"],
      ["other", "Other"],
    ),
    characteristics: listOf(["sex", "Sex"], ["race", "Race"], ["religion", "Religion or belief"]),
    reasons: listOf(
      ["nothing_done", "Thought nothing effective would be done"],
      ["repercussions", "Feared repercussions"],
      ["grass", "Feared being labelled a “grass”"],
      ["loyalty", "Loyalty"],
      ["senior", "The subject is more senior"],
      ["seen_badly", "Saw earlier reporters treated badly"],
      ["banter", "Saw it as normal or as banter"],
      ["unknown", "Unknown"],
      ["other", "Another reason"],
    ),
    encouraged: listOf(["anonymity", "Anonymity"], ["manager", "Support from a manager"]),
    prevented: listOf(
      ["grass", "Feared being labelled a “grass”"],
      ["reprisal", "Feared reprisal"],
    ),
    support: listOf(
      ["trim", "TRiM trauma support"],
      ["occupational_health", "Occupational health"],
      ["association", "Staff association or union"],
    ),
    referral_criteria: listOf(
      ["serious_sexual_offence", "Serious sexual offence"],
      ["serious_corruption", "Serious corruption"],
      ["discrimination_aggravated", "Aggravated by discrimination"],
    ),
  },
  routing: [
    {
      when: { professional_standards: true },
      team: "independent",
      reason: "The subject works in professional standards or is a chief officer.",
    },
    {
      when: { categories: ["sexual_harassment", "sexual_misconduct", "domestic_abuse"] },
      team: "daso",
      reason: "Domestic abuse and sexual offences go to DASO.",
    },
    {
      when: { categories: ["bullying", "harassment"], gravity: "gross" },
      team: "diu",
      reason: "Bullying at gross level goes to the Discrimination Investigation Unit.",
    },
    {
      when: { categories: ["bullying", "harassment"], gravity: "below" },
      team: "grievance",
      reason: "Workplace bullying below gross goes to Grievance Management.",
    },
    {
      when: { categories: ["neglect", "other"], gravity: "below", bcu: true },
      team: "subject-unit",
      reason: "Below gross, the subject’s own standards unit has it.",
    },
    { when: { no_subject: true }, team: "learning", reason: "It is about nobody in particular." },
    { when: {}, team: "intelligence", reason: "Nothing else fits." },
  ],
  units: [{ name: "Central West", team: "cw-psu" }],
  force_units: ["Central West", "East Area", "Central West PSU"],
};
