import { expect, test } from "vitest";
import { APPEND_ONLY, RECORDS, emptyContents } from "./content";
import type { Contents, RecordName } from "./content";
import { put } from "./paths";
import { isComplete, lacksIn, lacksOf } from "./rules";
import type { Lack, Seen } from "./rules";
import { crowded, sampleCasework, scenario } from "./sample";
import type { Entry, Loose } from "./shape";

const today = "2026-12-14";
const seen = (contents: Contents): Seen => ({ contents, casework: sampleCasework, today });

/** What is lacking in a record once something in it is changed, as `code place`. */
function after(record: RecordName, path: readonly string[], value: unknown): string[] {
  const contents = put(scenario(), [record, ...path], value);
  return lacksIn(record, seen(contents)).map(({ code, place }) => `${code} ${place}`);
}

function codes(lacks: readonly Lack[], weight: Lack["weight"] = "lack"): string[] {
  return lacks.filter((one) => one.weight === weight).map(({ code }) => code);
}

test("nothing is missing in the scenario's record", () => {
  expect(codes(lacksOf(seen(scenario())))).toEqual([]);
  expect(isComplete(lacksOf(seen(scenario())))).toBe(true);
});

test("in an empty record every part but the notes lacks something", () => {
  const lacks = lacksOf(seen(emptyContents()));
  const lacking = RECORDS.filter((record) => lacks.some((one) => one.record === record));
  // Without an allegation there is nothing to assess, to test, or to have an outcome.
  const waiting = ["severity", "referral", "outcome", "notes"];
  expect(lacking).toEqual(RECORDS.filter((one) => !waiting.includes(one)));
});

test("Reporter of Wrongdoing is not complete without a support entry", () => {
  expect(after("reporter", ["support"], [])).toContain("support_none support");
  const [support] = scenario().reporter.support;
  if (support === undefined) throw new Error("the scenario has support");
  const place = ["support", support.id];
  expect(after("reporter", [...place, "state"], "")).toContain(
    `support_state support/${support.id}/state`,
  );
  expect(after("reporter", [...place, "lead"], "")).toContain(
    `support_lead support/${support.id}/lead`,
  );
  expect(after("reporter", ["entitled", "answer"], "")).toContain(
    "entitled_answer entitled/answer",
  );
  expect(after("reporter", ["mode"], "confidential")).toContain(
    "reporter_identity_known_to identity_known_to",
  );
});

test("an entry of Failing to Report needs all that the guidance asks, decided or not", () => {
  const id = "fa000001";
  const at = (...path: string[]): string[] => ["entries", id, ...path];
  for (const [path, code] of [
    [["who"], "failing_who"],
    [["is_reporter"], "failing_is_reporter"],
    [["knew", "indicates"], "failing_indicates"],
    [["came_to_light"], "failing_came_to_light"],
    [["proportionality"], "failing_proportionality"],
    [["decision"], "failing_decision"],
    [["rationale"], "failing_rationale"],
    [["decided_on"], "failing_decided_on"],
    [["seniority", "consideration"], "failing_consideration"],
  ] as const) {
    expect(after("failing", at(...path), " ").join(), code).toContain(code);
  }
  expect(after("failing", at("reasons"), [])).toContain(`failing_reasons entries/${id}/reasons`);
  expect(after("failing", at("reasons"), ["unknown"])).toEqual([]);
  // Reasons are explored even where no process starts.
  const started = put(scenario(), ["failing", ...at("decision")], "support_only");
  const lacks = lacksIn("failing", seen(put(started, ["failing", ...at("reasons")], [])));
  expect(codes(lacks)).toEqual(["failing_reasons"]);
});

test("nobody is added by this desk, and that somebody is a reporter is pointed out", () => {
  const contents = put(scenario(), ["failing", "entries"], []);
  expect(codes(lacksIn("failing", seen(contents)))).toEqual(["failing_none"]);
  const said = put(contents, ["failing", "none_considered"], "Nobody else was there.");
  expect(lacksIn("failing", seen(said))).toEqual([]);
  expect(after("failing", ["entries", "fa000001", "is_reporter"], "yes")).toEqual([
    "failing_reporter entries/fa000001/is_reporter",
  ]);
});

test("seniority is prompted from ranks, of the subjects of what they did not report", () => {
  const unasked = put(scenario(), ["failing", "entries", "fa000001", "seniority"], {
    outranked: "",
    supervised: "no",
    consideration: "",
  });
  const found = lacksIn("failing", seen(unasked));
  expect(codes(found)).toEqual(["failing_outranked_asked", "failing_consideration"]);
  expect(found[0]?.about).toBe("Sergeant Alan Marsh");
  // An inspector is not outranked by the sergeant, though another subject is an inspector too.
  const entry = scenario().failing.entries.at(-1)?.id ?? "";
  expect(
    codes(lacksIn("failing", seen(scenario())).filter((one) => one.place.includes(entry))),
  ).toEqual([]);
  // Acting is a flag: an acting inspector who is a sergeant outranks no sergeant.
  const acting = put(
    put(unasked, ["triage", "subjects", "5b000001", "acting"], true),
    ["failing", "entries", "fa000001", "rank"],
    "sergeant",
  );
  expect(codes(lacksIn("failing", seen(acting)))).toEqual(["failing_outranked"]);
  // "No" against the ranks is shown, and the consideration is asked for all the same.
  const denied = put(unasked, ["failing", "entries", "fa000001", "seniority", "outranked"], "no");
  expect(codes(lacksIn("failing", seen(denied)))).toEqual(["failing_consideration"]);
  expect(codes(lacksIn("failing", seen(denied)), "hint")).toEqual(["failing_outranked_differs"]);
});

test("an allegation needs category, team, and a rationale where the team is not the suggested one", () => {
  const at = (name: string): string[] => ["allegations", "a1000003", name];
  expect(after("triage", at("category"), "")).toContain(
    "allegation_category allegations/a1000003/category",
  );
  expect(after("triage", at("team"), "")).toContain("allegation_team allegations/a1000003/team");
  expect(after("triage", at("rationale"), "")).toEqual([
    "allegation_rationale allegations/a1000003/rationale",
  ]);
  expect(after("triage", at("team"), "cw-psu")).toEqual([]);
  expect(after("triage", at("subjects"), ["gone"])).toContain(
    "allegation_subject_gone allegations/a1000003/subjects",
  );
  expect(after("triage", ["allegations"], [])).toContain("allegation_none allegations");
});

test("each allegation needs an assessment, a test, a decision and an outcome", () => {
  const contents = scenario();
  const without: Contents = {
    ...contents,
    severity: { assessments: contents.severity.assessments.slice(1) },
    referral: { tests: contents.referral.tests.slice(1) },
    decisions: { decisions: contents.decisions.decisions.slice(1) },
    outcome: { outcomes: contents.outcome.outcomes.slice(1) },
  };
  const lacks = lacksOf(seen(without));
  expect(codes(lacks)).toEqual([
    "severity_missing",
    "referral_missing",
    "decision_missing",
    "outcome_missing",
  ]);
  const missing = lacks.filter(({ weight }) => weight === "lack");
  expect(missing.every(({ about }) => about.startsWith("Sexual remarks"))).toBe(true);
});

test("a lower severity on what was called banter or was private asks why", () => {
  const lower = (allegation: string): string[] => {
    const contents = scenario();
    const [first] = contents.severity.assessments;
    const assessments = [
      ...contents.severity.assessments,
      { ...first, id: "new", allegation, level: "learning_through_reflection" },
    ];
    return codes(
      lacksIn("severity", seen(put(contents, ["severity", "assessments"], assessments))),
    );
  };
  expect(lower("a1000001")).toEqual(["severity_why_lower"]);
  expect(lower("a1000002")).toEqual([]);
  // The first assessment is measured by the first look at triage.
  const at = ["assessments", "5e000001", "level"];
  expect(after("severity", at, "misconduct")).toContain(
    "severity_why_lower assessments/5e000001/why_lower",
  );
  expect(after("severity", at, "criminal")).toEqual([]);
  expect(after("severity", at, "regulation_13")).toEqual([
    "severity_not_probationer assessments/5e000001/level",
  ]);
});

test("regulation 13 is suggested where the subject is a probationer", () => {
  const contents = put(scenario(), ["triage", "subjects", "5b000002", "probationer"], "yes");
  const lacks = lacksIn("severity", seen(contents));
  expect(lacks).toMatchObject([
    { code: "severity_regulation_13", weight: "hint", place: "assessments/5e000003/level" },
  ]);
});

test("the referral is tested as if true, and mandatory ones are sent", () => {
  const at = (name: string): string[] => ["tests", "7e000001", name];
  expect(after("referral", at("mandatory"), "no")).toContain(
    "referral_mandatory_met tests/7e000001/mandatory",
  );
  expect(after("referral", at("criteria"), [])).toEqual([
    "referral_criteria tests/7e000001/criteria",
  ]);
  expect(after("referral", at("sent_on"), "")).toEqual(["referral_unsent tests/7e000001/sent_on"]);
  expect(after("referral", at("sent_on"), "2026-11-27")).toEqual([
    "referral_late tests/7e000001/sent_on",
  ]);
  expect(after("referral", at("mode"), "")).toEqual(["referral_mode_late tests/7e000001/mode"]);
  expect(after("referral", at("mode"), "returned")).toEqual([
    "referral_returned_on tests/7e000001/returned_on",
  ]);
  expect(after("referral", ["tests", "7e000002", "voluntary"], "yes")).toEqual([
    "referral_grounds tests/7e000002/grounds",
    "referral_clear_on tests/7e000002/clear_on",
    "referral_unsent_voluntary tests/7e000002/sent_on",
  ]);
});

test("the mode of a referral is late after three working days, bank holidays left out", () => {
  const sent = put(scenario(), ["referral", "tests", "7e000001"], {
    ...scenario().referral.tests[0],
    clear_on: "2026-12-23",
    sent_on: "2026-12-24",
    mode: "",
  });
  // 25 and 28 are holidays, 26 and 27 a weekend: 29, 30 and 31 are the three days.
  const on = (day: string): string[] =>
    codes(lacksIn("referral", { ...seen(sent), today: day }), "hint");
  expect(on("2026-12-31")).toEqual(["referral_mode"]);
  expect(on("2027-01-01")).toEqual(["referral_mode_late"]);
});

test("a decision about the whole case covers every allegation, and facts are waited for", () => {
  const [first] = scenario().decisions.decisions;
  const whole = [{ ...first, allegation: "" }];
  expect(after("decisions", ["decisions"], whole)).toEqual([]);
  const facts = [{ ...first, allegation: "", decision: "return_for_facts" }];
  expect(after("decisions", ["decisions"], facts)).toEqual(
    Array(3).fill("decision_facts decisions"),
  );
});

test("what was left out of a saved entry, or is wrong in it, can be put right by the next one", () => {
  const contents = scenario();
  // A test saved as mandatory by mistake, an assessment without a rationale, a decision without a basis.
  const [, tested] = contents.referral.tests;
  const [assessed] = contents.severity.assessments;
  const [decided] = contents.decisions.decisions;
  const lacking = {
    referral: [{ ...tested, id: "0", mandatory: "yes", voluntary: "" }, contents.referral.tests],
    severity: [{ ...assessed, id: "0", rationale: "" }, contents.severity.assessments],
    decisions: [{ ...decided, id: "0", basis: "", on: "" }, contents.decisions.decisions],
  } as const;
  for (const [record, [wrong, right]] of Object.entries(lacking)) {
    const [name, list] = [record as keyof typeof lacking, APPEND_ONLY[record as "severity"]];
    const all = right as readonly (Loose & Entry)[];
    // While it is the last one of its allegation it lacks what it lacks; it stands in no way once it is not.
    expect(after(name, [list], [...all, wrong]), record).not.toEqual([]);
    expect(after(name, [list], [wrong, ...all]), record).toEqual([]);
  }
  // Why it is lower is asked of the one that stands, also where banter was told of afterwards.
  const lower = { ...assessed, id: "1", level: "misconduct" };
  expect(after("severity", ["assessments"], [...contents.severity.assessments, lower])).toEqual([
    "severity_why_lower assessments/1/why_lower",
  ]);
  expect(after("severity", ["assessments"], [lower, ...contents.severity.assessments])).toEqual([]);
});

test("an entry for no allegation lacks one until it is filled in, but for a decision about the case", () => {
  const contents = scenario();
  const { tests } = contents.referral;
  const { assessments } = contents.severity;
  const none = (one: object | undefined): object => ({ ...one, id: "0", allegation: "" });
  expect(after("referral", ["tests"], [none(tests[1]), ...tests])).toEqual([
    "referral_allegation tests/0/allegation",
  ]);
  expect(after("severity", ["assessments"], [none(assessments[0]), ...assessments])).toEqual([
    "severity_allegation assessments/0/allegation",
  ]);
  const filled = { ...none(assessments[0]), allegation: "a1000001" };
  expect(after("severity", ["assessments"], [filled, ...assessments])).toEqual([]);
});

test("of decisions those stand that are the last about an allegation, or about the whole case", () => {
  const { decisions } = scenario().decisions;
  const whole = { ...decisions[0], id: "0", allegation: "", rationale: "" };
  expect(after("decisions", ["decisions"], [...decisions, whole])).toEqual([
    "decision_rationale decisions/0/rationale",
  ]);
  // It stands as long as one allegation has no later decision.
  expect(after("decisions", ["decisions"], [whole, ...decisions.slice(1)])).toEqual([
    "decision_rationale decisions/0/rationale",
  ]);
  expect(after("decisions", ["decisions"], [whole, ...decisions])).toEqual([]);
});

test("texts that are too long and days that are none are found wherever they are", () => {
  const at = ["entries", "fa000001", "rationale"];
  expect(after("failing", at, "é".repeat(20_000))).toEqual([]);
  expect(after("failing", at, "x".repeat(20_001))).toEqual(["too_long entries/fa000001/rationale"]);
  // Characters are counted, however a script keeps them.
  expect(after("failing", at, "😀".repeat(20_000))).toEqual([]);
  expect(after("failing", at, "😀".repeat(20_001))).toEqual([
    "too_long entries/fa000001/rationale",
  ]);
  expect(after("danger", ["on"], "2026-02-30")).toEqual(["no_day on"]);
  const much = crowded(60, 19_000);
  expect(codes(lacksIn("failing", seen(much)))).toEqual(["too_large"]);
});
