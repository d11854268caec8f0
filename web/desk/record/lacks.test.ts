// Every code of what is lacking: told where something is missing, and not told once it is there.
import { expect, test } from "vitest";
import { emptyContent } from "./content";
import type { Contents, RecordName } from "./content";
import { at, pathOf, put } from "./paths";
import { lacksIn } from "./rules";
import type { Lack, Seen } from "./rules";
import { crowded, sampleCasework, scenario } from "./sample";
import { recordWords } from "./words";
import type { LackCode } from "./words";

/** Values by their path, the record first. */
type Values = Readonly<Record<string, unknown>>;

/** How one code comes up in the scenario's record. */
type Example = {
  /** What is put into the scenario first. */
  readonly given?: Values;
  /** What is seen besides the records. */
  readonly seen?: Partial<Seen>;
  /** The path that is looked at, the record first. */
  readonly at: string;
  /** What stands there when it is told: nothing, where this does not say. */
  readonly wrong?: unknown;
  /** What stands there when it is not: what the scenario has, where this does not say. */
  readonly right?: unknown;
  /** Where it is told, the record first, if that is elsewhere. */
  readonly told?: string;
  readonly weight?: Lack["weight"];
};

const whole = scenario();
const subject = "triage/subjects/5b000001";
const allegation = "triage/allegations/a1000001";
const knew = "failing/entries/fa000001";
const assessment = "severity/assessments/5e000001";
const tested = "referral/tests/7e000001";
const untold = "referral/tests/7e000002";
const decision = "decisions/decisions/de000001";
const outcome = "outcome/outcomes/0c000001";
const item = "learning/items/1e000001";
const task = { id: "7a000001", what: "Ask for the log", owner: "Handler-2", due: "", done_on: "" };
const tasks = { "notes/tasks": [{ ...task, due: "2026-12-14" }] };
const hint = { weight: "hint" } as const;
const voluntary = { [`${untold}/voluntary`]: "yes" };

const examples: Readonly<Record<LackCode, Example>> = {
  danger_immediate: { at: "danger/immediate" },
  danger_crime: { at: "danger/crime" },
  danger_action: { given: { "danger/immediate": "yes" }, at: "danger/action", right: "999" },
  danger_passed_to: { given: { "danger/crime": "yes" }, at: "danger/passed_to", right: "CID" },
  danger_on: { at: "danger/on" },

  triage_danger: { at: "danger/immediate", told: "triage/subjects", ...hint },
  subject_name: { at: `${subject}/name` },
  subject_kind: { at: `${subject}/kind` },
  subject_professional_standards: { at: `${subject}/professional_standards` },
  subject_confirmed: { at: `${subject}/confirmed` },
  subject_unit: { at: `${subject}/unit`, ...hint },
  allegation_none: { at: "triage/allegations", wrong: [] },
  allegation_summary: { at: `${allegation}/summary` },
  allegation_category: { at: `${allegation}/category` },
  allegation_subjects: { at: `${allegation}/subjects`, wrong: [], ...hint },
  allegation_subject_gone: { at: `${allegation}/subjects`, wrong: ["gone"] },
  allegation_studios: { given: { [`${allegation}/additional`]: "" }, at: `${allegation}/studios` },
  allegation_characteristics: {
    given: { [`${allegation}/category`]: "discrimination" },
    at: `${allegation}/characteristics`,
    wrong: [],
  },
  allegation_corruption: { at: `${allegation}/corruption` },
  allegation_gravity: { at: `${allegation}/gravity` },
  allegation_team: { at: `${allegation}/team` },
  allegation_suggestion: {
    at: `${allegation}/suggested`,
    wrong: "diu",
    told: `${allegation}/team`,
    ...hint,
  },
  allegation_rationale: { at: "triage/allegations/a1000003/rationale" },

  reporter_reference: { at: "reporter/reference" },
  reporter_recorder: { at: "reporter/recorder" },
  reporter_recorded_on: { at: "reporter/recorded_on" },
  reporter_mode: { at: "reporter/mode" },
  reporter_revealed: {
    given: { "reporter/identity_known_to": "Handler-2" },
    seen: { revealed: true },
    at: "reporter/mode",
    wrong: "anonymous",
    right: "named",
  },
  reporter_category: { at: "reporter/category" },
  reporter_sanitised: { at: "reporter/sanitised" },
  reporter_original: { at: "reporter/original" },
  reporter_same: { at: "reporter/sanitised", wrong: ` ${whole.reporter.original}\n`, ...hint },
  reporter_basis: { at: "reporter/basis" },
  reporter_evidence_at_risk: { at: "reporter/evidence_at_risk" },
  reporter_preserve: { at: "reporter/evidence_at_risk", wrong: "yes", right: "no", ...hint },
  earlier_what: { at: "reporter/earlier/ea000001/what" },
  earlier_to_whom: { at: "reporter/earlier/ea000001/to_whom" },
  earlier_result: { at: "reporter/earlier/ea000001/result" },
  reporter_identity_known_to: {
    given: { "reporter/mode": "confidential" },
    at: "reporter/identity_known_to",
    right: "Nobody but Handler-2",
  },
  entitled_asked: { at: "reporter/entitled/asked" },
  entitled_answer: { at: "reporter/entitled/answer" },
  entitled_interval: { at: "reporter/entitled/interval" },
  support_none: { at: "reporter/support", wrong: [] },
  support_what: { at: "reporter/support/50000001/what" },
  support_state: { at: "reporter/support/50000001/state" },
  support_on: { at: "reporter/support/50000001/on" },
  support_lead: { at: "reporter/support/50000001/lead" },
  reporter_detriment_risk: { at: "reporter/detriment_risk" },
  reporter_detriment_why: { at: "reporter/detriment_why" },
  reporter_whistleblower: { at: "reporter/whistleblower" },

  failing_none: {
    given: { "failing/entries": [] },
    at: "failing/none_considered",
    right: "Nobody else was there.",
  },
  failing_who: { at: `${knew}/who` },
  failing_rank: { at: `${knew}/rank` },
  failing_unit: { at: `${knew}/unit` },
  failing_is_reporter: { at: `${knew}/is_reporter` },
  failing_reporter: { at: `${knew}/is_reporter`, wrong: "yes", ...hint },
  failing_what: { at: `${knew}/knew/what` },
  failing_indicates: { at: `${knew}/knew/indicates` },
  failing_when: { at: `${knew}/knew/when` },
  failing_came_to_light: { at: `${knew}/came_to_light` },
  failing_allegations: { at: `${knew}/allegations`, wrong: [] },
  failing_allegation_gone: {
    at: `${knew}/allegations`,
    wrong: ["a1000001", "gone"],
  },
  failing_reasons: { at: `${knew}/reasons`, wrong: [] },
  failing_reasons_detail: {
    given: { [`${knew}/reasons`]: ["other"] },
    at: `${knew}/reasons_detail`,
    right: "She was on leave.",
  },
  failing_outranked: { at: "failing/entries/fa000003/seniority/outranked" },
  failing_outranked_asked: { at: `${knew}/seniority/outranked` },
  failing_outranked_differs: { at: `${knew}/seniority/outranked`, wrong: "no", ...hint },
  failing_supervised: { at: `${knew}/seniority/supervised` },
  failing_consideration: { at: `${knew}/seniority/consideration` },
  failing_proportionality: { at: `${knew}/proportionality` },
  failing_decision: { at: `${knew}/decision` },
  failing_rationale: { at: `${knew}/rationale` },
  failing_decided_on: { at: `${knew}/decided_on` },
  failing_learning: {
    given: { [`${knew}/decision`]: "no_action_learning" },
    at: `${knew}/learning`,
    right: "How to report outside the line.",
  },

  severity_missing: { at: "severity/assessments", wrong: whole.severity.assessments.slice(1) },
  severity_allegation: { at: `${assessment}/allegation` },
  severity_allegation_gone: { at: `${assessment}/allegation`, wrong: "gone", ...hint },
  severity_on: { at: `${assessment}/on` },
  severity_level: { at: `${assessment}/level` },
  severity_rationale: { at: `${assessment}/rationale` },
  severity_why_lower: {
    given: { [`${assessment}/level`]: "misconduct" },
    at: `${assessment}/why_lower`,
    right: "The pictures were not of her.",
  },
  severity_regulation_13: {
    at: "triage/subjects/5b000002/probationer",
    wrong: "yes",
    told: "severity/assessments/5e000003/level",
    ...hint,
  },
  severity_not_probationer: { at: `${assessment}/level`, wrong: "regulation_13" },

  referral_missing: { at: "referral/tests", wrong: whole.referral.tests.slice(1) },
  referral_allegation: { at: `${tested}/allegation` },
  referral_on: { at: `${tested}/on` },
  referral_criteria: { at: `${tested}/criteria`, wrong: [] },
  referral_mandatory: { at: `${tested}/mandatory` },
  referral_mandatory_met: { at: `${tested}/mandatory`, wrong: "no" },
  referral_voluntary: { at: `${untold}/voluntary` },
  referral_grounds: { given: voluntary, at: `${untold}/grounds`, right: "Public confidence." },
  referral_rationale: { at: `${tested}/rationale` },
  referral_clear_on: { at: `${tested}/clear_on` },
  referral_unsent: { at: `${tested}/sent_on` },
  referral_unsent_voluntary: { given: voluntary, at: `${untold}/sent_on`, right: "2026-11-25" },
  referral_early: { at: `${tested}/sent_on`, wrong: "2026-11-23", ...hint },
  referral_late: { at: `${tested}/sent_on`, wrong: "2026-11-26", ...hint },
  // Sent on a Thursday, today is the Monday after.
  referral_mode: { given: { [`${tested}/sent_on`]: "2026-12-10" }, at: `${tested}/mode`, ...hint },
  referral_mode_late: { at: `${tested}/mode`, ...hint },
  referral_mode_on: { at: `${tested}/mode_on` },
  referral_returned_on: {
    given: { [`${tested}/mode`]: "returned" },
    at: `${tested}/returned_on`,
    right: "2026-12-01",
  },

  decision_none: { given: { "triage/allegations": [] }, at: "decisions/decisions", wrong: [] },
  decision_missing: { at: "decisions/decisions", wrong: whole.decisions.decisions.slice(1) },
  decision_facts: {
    at: `${decision}/decision`,
    wrong: "return_for_facts",
    told: "decisions/decisions",
  },
  decision_not_probationer: { at: `${decision}/decision`, wrong: "regulation_13" },
  decision_on: { at: `${decision}/on` },
  decision_decision: { at: `${decision}/decision` },
  decision_rationale: { at: `${decision}/rationale` },
  decision_basis: { at: `${decision}/basis` },

  outcome_missing: { at: "outcome/outcomes", wrong: whole.outcome.outcomes.slice(1) },
  outcome_allegation: { at: `${outcome}/allegation` },
  outcome_finding: { at: `${outcome}/finding` },
  outcome_result: { at: `${outcome}/result` },
  outcome_on: { at: `${outcome}/on` },
  outcome_told_on: { at: `${outcome}/told_on`, ...hint },
  outcome_told: { at: `${outcome}/told` },

  learning_none: { given: { "learning/items": [] }, at: "learning/none", right: "Known already." },
  learning_theme: { at: `${item}/theme` },
  learning_finding: { at: `${item}/finding` },
  learning_action: { at: `${item}/action` },
  learning_owner: { at: `${item}/owner` },
  learning_due: { at: `${item}/due` },
  learning_overdue: {
    at: `${item}/due`,
    wrong: "2026-12-13",
    right: "2026-12-14",
    told: `${item}/closed_on`,
    ...hint,
  },

  concerns_none: {
    given: { "concerns/encouraged": [], "concerns/prevented": [] },
    at: "concerns/detail",
    right: "She trusted nobody in her line.",
    told: "concerns/encouraged",
  },
  concerns_sources: { at: "concerns/sources", wrong: [] },

  task_owner: { given: tasks, at: "notes/tasks/7a000001/owner", ...hint },
  task_due: { given: tasks, at: "notes/tasks/7a000001/due", right: "2026-12-14", ...hint },
  task_overdue: {
    given: tasks,
    at: "notes/tasks/7a000001/due",
    wrong: "2026-12-13",
    told: "notes/tasks/7a000001/done_on",
    ...hint,
  },

  too_long: { at: "danger/action", wrong: "x".repeat(20_001), right: "x".repeat(20_000) },
  too_large: { at: "failing/entries", wrong: crowded(60, 19_000).failing.entries, told: "failing" },
  no_day: { at: "danger/on", wrong: "2026-02-30" },
};

/** The scenario with something else in it. */
function withValues(values: Values, contents: Contents = whole): Contents {
  return Object.entries(values).reduce(
    (all, [path, value]) => put(all, pathOf(path), value),
    contents,
  );
}

function lacksWith(record: RecordName, values: Values, more: Partial<Seen> = {}): Lack[] {
  const contents = withValues(values);
  return lacksIn(record, { contents, casework: sampleCasework, today: "2026-12-14", ...more });
}

/** The same, as codes. */
function codesWith(...of: Parameters<typeof lacksWith>): string[] {
  return lacksWith(...of).map(({ code }) => code);
}

test.each(Object.entries(examples) as [LackCode, Example][])(
  "%s is told where it is so, and not once it is put right",
  (code, example) => {
    const { given = {}, seen = {}, weight = "lack" } = example;
    const [record = "", ...place] = pathOf(example.told ?? example.at);
    const name = record as RecordName;
    const wrong = "wrong" in example ? example.wrong : "";
    const right = "right" in example ? example.right : at(withValues(given), pathOf(example.at));
    expect(right, "the path leads nowhere").toBeDefined();
    expect(right).not.toEqual(wrong);
    const told = lacksWith(name, { ...given, [example.at]: wrong }, seen);
    expect(told.filter((one) => one.code === code)).toMatchObject([
      { record: name, place: place.join("/"), weight },
    ]);
    expect(codesWith(name, { ...given, [example.at]: right }, seen)).not.toContain(code);
  },
);

test("no sentence is without an example, and no example without a sentence", () => {
  expect(Object.keys(examples).sort()).toEqual(Object.keys(recordWords.lacks).sort());
  for (const text of Object.values(recordWords.lacks)) expect(text).toMatch(/^[A-Z].*\.$/);
});

test("who danger or a crime was passed to is asked for either, and what was done for danger alone", () => {
  const danger = { "danger/immediate": "yes" };
  expect(codesWith("danger", danger)).toEqual(["danger_action", "danger_passed_to"]);
  expect(codesWith("danger", { "danger/crime": "yes" })).toEqual(["danger_passed_to"]);
  for (const one of ["no", "unknown"]) {
    expect(codesWith("danger", { "danger/immediate": one, "danger/crime": one })).toEqual([]);
  }
});

test("danger and crime are asked before the triage, which is held up by neither", () => {
  for (const one of ["danger/immediate", "danger/crime"]) {
    expect(lacksWith("triage", { [one]: " " })).toMatchObject([
      { code: "triage_danger", weight: "hint" },
    ]);
  }
  expect(codesWith("triage", { danger: emptyContent("danger") })).toEqual(["triage_danger"]);
  for (const one of ["yes", "no", "unknown"]) {
    const answered = { "danger/immediate": one, "danger/crime": one };
    expect(codesWith("triage", answered)).toEqual([]);
  }
});

test("the unit of who did not report is asked for, and that it is unknown is an answer", () => {
  const unit = `${knew}/unit`;
  for (const one of ["", "  "])
    expect(codesWith("failing", { [unit]: one })).toEqual(["failing_unit"]);
  for (const one of ["Central West", "Unknown", "not known yet"]) {
    expect(codesWith("failing", { [unit]: one })).toEqual([]);
  }
});

test("a STUDIOS category or an additional one is enough, and none is asked for where none is offered", () => {
  const [studios, additional] = [`${allegation}/studios`, `${allegation}/additional`];
  const neither = { [studios]: "", [additional]: "" };
  expect(codesWith("triage", neither)).toEqual(["allegation_studios"]);
  expect(codesWith("triage", { [studios]: "" })).toEqual([]);
  expect(codesWith("triage", { [additional]: "" })).toEqual([]);
  const { lists } = sampleCasework;
  const offering = (...names: string[]): Partial<Seen> => ({
    casework: {
      ...sampleCasework,
      lists: Object.fromEntries(Object.entries(lists).filter(([name]) => names.includes(name))),
    },
  });
  const nothing = { ...neither, [`${allegation}/corruption`]: "" };
  expect(codesWith("triage", nothing, offering())).toEqual([]);
  expect(codesWith("triage", nothing, offering("studios"))).toEqual(["allegation_studios"]);
  expect(codesWith("triage", nothing, offering("additional"))).toEqual(["allegation_studios"]);
  expect(codesWith("triage", nothing, offering("corruption"))).toEqual(["allegation_corruption"]);
});

test("a subject who is described needs no name, and one who is not meant no unit", () => {
  const described = { [`${subject}/name`]: "", [`${subject}/description`]: "A man with a beard" };
  expect(codesWith("triage", described)).toEqual([]);
  const other = { [`${subject}/unit`]: "", [`${subject}/confirmed`]: "no" };
  expect(codesWith("triage", other)).toEqual([]);
});

test("where what helped or hindered comes from is asked once something is said of it", () => {
  const nothing = {
    "concerns/encouraged": [],
    "concerns/prevented": [],
    "concerns/sources": [],
  };
  expect(codesWith("concerns", nothing)).toEqual(["concerns_none"]);
  for (const said of [
    { "concerns/encouraged": ["manager"] },
    { "concerns/prevented": ["grass"] },
    { "concerns/detail": "She trusted nobody in her line." },
  ]) {
    expect(codesWith("concerns", { ...nothing, ...said })).toEqual(["concerns_sources"]);
  }
});

test("what the reporter was told is asked for once there is a day of it", () => {
  const [told, on] = [`${outcome}/told`, `${outcome}/told_on`];
  expect(codesWith("outcome", { [told]: "", [on]: "" })).toEqual(["outcome_told_on"]);
  expect(codesWith("outcome", { [told]: " " })).toEqual(["outcome_told"]);
});

test("regulation 13 is for the allegations of a probationer, as last assessed and decided", () => {
  const thirteen = {
    [`${assessment}/level`]: "regulation_13",
    [`${decision}/decision`]: "regulation_13",
  };
  const codes = (values: Values): string[] => [
    ...codesWith("severity", { ...thirteen, ...values }),
    ...codesWith("decisions", { ...thirteen, ...values }),
  ];
  const both = ["severity_not_probationer", "decision_not_probationer"];
  const probationer = `${subject}/probationer`;
  for (const code of both) expect(codes({ [probationer]: "yes" })).not.toContain(code);
  for (const said of ["no", "unknown", ""]) expect(codes({ [probationer]: said })).toEqual(both);
  // That another subject of the case is one makes no difference, unless the allegation is about them too.
  const other = { "triage/subjects/5b000002/probationer": "yes" };
  expect(codes(other)).toEqual(expect.arrayContaining(both));
  const two = { ...other, [`${allegation}/subjects`]: ["5b000001", "5b000002"] };
  for (const code of both) expect(codes(two)).not.toContain(code);
  // The entries stay as they are; what is assessed and decided after them counts.
  const [first] = whole.severity.assessments;
  const [decided] = whole.decisions.decisions;
  const after = {
    "severity/assessments": [
      { ...first, level: "regulation_13" },
      ...whole.severity.assessments.slice(1),
      { ...first, id: "5e000009" },
    ],
    "decisions/decisions": [
      { ...decided, decision: "regulation_13" },
      ...whole.decisions.decisions.slice(1),
      { ...decided, id: "de000009" },
    ],
  };
  for (const record of ["severity", "decisions"] as const) {
    expect(codesWith(record, after)).toEqual([]);
  }
  // A decision about the whole case is one about each of its allegations.
  const all = [{ ...decided, allegation: "", decision: "regulation_13" }];
  expect(codesWith("decisions", { ...other, "decisions/decisions": all })).toEqual([
    "decision_not_probationer",
    "decision_not_probationer",
  ]);
});

test("who may know the identity is asked once the reporter who has said it is entered as named", () => {
  const revealed = { revealed: true };
  const mode = (mode: string): Values => ({ "reporter/mode": mode });
  const preserve = "reporter_preserve";
  expect(codesWith("reporter", mode("anonymous"))).toEqual([preserve]);
  expect(codesWith("reporter", mode("anonymous"), revealed)).toEqual([
    "reporter_revealed",
    preserve,
  ]);
  const known = "reporter_identity_known_to";
  expect(codesWith("reporter", mode("named"), revealed)).toEqual([preserve, known]);
  expect(codesWith("reporter", mode("confidential"), revealed)).toContain("reporter_revealed");
  expect(codesWith("reporter", mode(""), revealed)).not.toContain("reporter_revealed");
});

test("a task that is done needs nothing more, and one that is not is never in the way", () => {
  const bare = { ...task, owner: "", due: "" };
  expect(codesWith("notes", { "notes/tasks": [bare] })).toEqual(["task_owner", "task_due"]);
  for (const due of ["", "2026-12-01"]) {
    const done = { ...bare, due, done_on: "2026-12-02" };
    expect(codesWith("notes", { "notes/tasks": [done] })).toEqual([]);
  }
  const late = lacksWith("notes", { "notes/tasks": [{ ...bare, due: "2026-12-01" }] });
  expect(late.map(({ code, about }) => `${code}: ${about}`)).toEqual([
    "task_owner: Ask for the log",
    "task_overdue: Ask for the log",
  ]);
  expect(late.every(({ weight }) => weight === "hint")).toBe(true);
});

test("whether the reporter wishes to be entitled to information is asked: nothing but yes is that", () => {
  const asked = "reporter/entitled/asked";
  for (const said of ["no", "unknown", "", "perhaps"]) {
    expect(codesWith("reporter", { [asked]: said })).toContain("entitled_asked");
  }
  expect(codesWith("reporter", { [asked]: "yes" })).toEqual(codesWith("reporter", {}));
  // Whatever they answered: that they do not wish it is an answer.
  for (const answer of ["no", "unknown"]) {
    const values = { "reporter/entitled": { asked: "yes", answer, interval: "" } };
    expect(codesWith("reporter", values)).toEqual(codesWith("reporter", {}));
  }
});

test("learning that is closed is not late", () => {
  const late = { [`${item}/due`]: "2026-12-01" };
  expect(codesWith("learning", late)).toEqual(["learning_overdue"]);
  expect(codesWith("learning", { ...late, [`${item}/closed_on`]: "2026-12-10" })).toEqual([]);
});

test("what is told of an entry names the allegation or the person that it is about", () => {
  const about = (record: RecordName, values: Values): string[] => [
    ...new Set(lacksWith(record, values).map((one) => one.about)),
  ];
  const bullying = ["Demeaning her before the team for weeks after she objected."];
  const second = "triage/allegations/a1000002";
  expect(
    about("triage", { [`${second}/gravity`]: "misconduct", [`${second}/corruption`]: "" }),
  ).toEqual(bullying);
  expect(about("severity", { "severity/assessments/5e000002/rationale": "" })).toEqual(bullying);
  expect(about("referral", { [`${untold}/rationale`]: "" })).toEqual(bullying);
  expect(about("decisions", { "decisions/decisions/de000002/basis": "" })).toEqual(bullying);
  expect(about("outcome", { "outcome/outcomes/0c000002/result": "" })).toEqual(bullying);
  expect(about("triage", { [`${subject}/kind`]: "" })).toEqual(["Sergeant Alan Marsh"]);
  expect(about("failing", { "failing/entries/fa000002/rationale": "" })).toEqual([
    "Constable Priya Nair",
  ]);
  expect(about("learning", { [`${item}/owner`]: "" })).toEqual(["Supervisors’ own conflicts"]);
  const support = { "reporter/evidence_at_risk": "no", "reporter/support/50000001/on": "" };
  expect(about("reporter", support)).toEqual(["Staff association or union"]);
});
