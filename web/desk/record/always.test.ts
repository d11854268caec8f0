// Rules that hold whatever is entered: each is tried with every combination of what decides it.
import { expect, test } from "vitest";
import {
  BASES,
  INVOLVEMENTS,
  KINDS,
  MODES,
  PATTERNS,
  RANKS,
  emptyBody,
  emptyParties,
} from "../../protocol";
import type { Body, Parties } from "../../protocol";
import { FLAGS, GRAVITIES, LEVELS, RECORDS, emptyContent } from "./content";
import type { Contents } from "./content";
import { begun, changed, withEntry } from "./draft";
import { seniorsOf } from "./lacks/failing";
import { at, pathOf, put } from "./paths";
import { proposalFor, withReprisal } from "./proposal";
import { lacksIn } from "./rules";
import { sampleCasework, sampleMembers, scenario } from "./sample";

const whole = scenario();

/** What is lacking in a record, as codes at one place. */
function codesAt(contents: Contents, place: string): string[] {
  const [record, path] = [place.slice(0, place.indexOf("/")), place.slice(place.indexOf("/") + 1)];
  const name = RECORDS.find((one) => one === record);
  if (name === undefined) throw new Error(`there is no record ${record}`);
  return lacksIn(name, { contents, casework: sampleCasework, today: "2026-12-14" })
    .filter((one) => one.place === path)
    .map(({ code }) => code);
}

function withValues(values: Readonly<Record<string, unknown>>): Contents {
  return Object.entries(values).reduce(
    (all, [path, value]) => put(all, pathOf(path), value),
    whole,
  );
}

/** Levels from the least to the gravest; those of one line are other ways, not lower ones. */
const ladder = [
  ["none"],
  ["grievance", "intelligence_only"],
  ["learning_through_reflection"],
  ["practice_requiring_improvement", "upp"],
  ["misconduct", "vetting"],
  ["gross_misconduct", "regulation_13"],
  ["criminal"],
];
const step = (level: string): number => ladder.findIndex((all) => all.includes(level));

test("every level has its place on the ladder", () => {
  expect(ladder.flat().sort()).toEqual([...LEVELS].sort());
});

test("a lower assessment asks why on banter or private messages, either alone, and on nothing else", () => {
  const [first] = whole.severity.assessments;
  const about = { ...first, allegation: "a1000001" };
  for (const flag of [...FLAGS, ""]) {
    const asks = flag === "described_as_banter" || flag === "private_messages";
    for (const before of LEVELS) {
      for (const after of LEVELS) {
        const contents = withValues({
          "triage/allegations/a1000001/flags": flag === "" ? [] : [flag],
          "severity/assessments": [
            { ...about, id: "one", level: before, why_lower: "It was looked at again." },
            { ...about, id: "two", level: after, why_lower: " " },
          ],
        });
        const lower = step(after) < step(before);
        expect(
          codesAt(contents, "severity/assessments/two/why_lower"),
          `${flag}: ${before}, then ${after}`,
        ).toEqual(asks && lower ? ["severity_why_lower"] : []);
        const said = put(contents, pathOf("severity/assessments/two/why_lower"), "Two deny it.");
        expect(codesAt(said, "severity/assessments/two/why_lower")).toEqual([]);
      }
    }
  }
});

test("the first assessment is measured by the gravity at triage, and a later one by the last", () => {
  const [first] = whole.severity.assessments;
  const steps = [step("gross_misconduct"), step("misconduct"), step("upp")];
  for (const [place, gravity] of GRAVITIES.entries()) {
    for (const level of LEVELS) {
      const contents = withValues({
        "triage/allegations/a1000001/flags": ["described_as_banter"],
        "triage/allegations/a1000001/gravity": gravity,
        "severity/assessments": [{ ...first, id: "one", level, why_lower: "" }],
      });
      const lower = step(level) < (steps[place] ?? 0);
      expect(codesAt(contents, "severity/assessments/one/why_lower")).toEqual(
        lower ? ["severity_why_lower"] : [],
      );
    }
  }
  // What was assessed of another allegation in between says nothing about this one.
  const [one, two, three] = ["criminal", "none", "misconduct"].map((level, place) => ({
    ...first,
    id: `0${place}`,
    level,
    allegation: place === 1 ? "a1000002" : "a1000001",
  }));
  const contents = withValues({ "severity/assessments": [one, two, three] });
  expect(codesAt(contents, "severity/assessments/02/why_lower")).toEqual(["severity_why_lower"]);
});

test("another team than the suggested one takes a rationale, whichever the teams", () => {
  const teams = ["", "daso", "diu", "cw-psu", "gone"];
  const place = "triage/allegations/a1000003";
  for (const team of teams) {
    for (const suggested of teams) {
      const values = { [`${place}/team`]: team, [`${place}/suggested`]: suggested };
      const overridden = team !== "" && team !== suggested;
      for (const blank of ["", "  ", "\n\t"]) {
        const contents = withValues({ ...values, [`${place}/rationale`]: blank });
        expect(codesAt(contents, `${place}/rationale`), `${team} for ${suggested}`).toEqual(
          overridden ? ["allegation_rationale"] : [],
        );
      }
      const said = withValues({ ...values, [`${place}/rationale`]: "It answers to the subject." });
      expect(codesAt(said, `${place}/rationale`)).toEqual([]);
    }
  }
});

const entry = "failing/entries/fa000001";
const officers = RANKS.filter((one) => !["", "staff_grade", "unknown"].includes(one));

test("seniority is asked about wherever a subject of what they kept to themselves ranks above them", () => {
  for (const subject of RANKS) {
    for (const rank of RANKS) {
      const above =
        officers.includes(subject) &&
        officers.includes(rank) &&
        officers.indexOf(subject) > officers.indexOf(rank);
      const ranked = {
        "triage/subjects/5b000001/rank": subject,
        [`${entry}/rank`]: rank,
        [`${entry}/seniority`]: { outranked: "", supervised: "no", consideration: "" },
      };
      const codes = (more: object = {}): string[] => {
        const contents = withValues({ ...ranked, ...more });
        return ["outranked", "consideration"].flatMap((name) =>
          codesAt(contents, `${entry}/seniority/${name}`),
        );
      };
      expect(codes(), `${subject} and ${rank}`).toEqual(
        above ? ["failing_outranked_asked", "failing_consideration"] : ["failing_outranked"],
      );
      // Somebody whom it turned out not to be about outranks nobody.
      expect(codes({ "triage/subjects/5b000001/confirmed": "no" })).toEqual(["failing_outranked"]);
      const contents = withValues(ranked);
      const [one] = contents.failing.entries;
      if (one === undefined) throw new Error("the scenario has entries");
      expect(seniorsOf(one, contents.triage).map(({ id }) => id)).toEqual(
        above ? ["5b000001"] : [],
      );
    }
  }
});

test("the seniority of who outranked or supervised them is considered, whichever of both it was", () => {
  const answers = ["", "yes", "no", "unknown"];
  for (const outranked of answers) {
    for (const supervised of answers) {
      for (const blank of ["", " \n"]) {
        const seniority = { outranked, supervised, consideration: blank };
        const values = { [`${entry}/rank`]: "sergeant", [`${entry}/seniority`]: seniority };
        const asked = outranked === "yes" || supervised === "yes";
        expect(
          codesAt(withValues(values), `${entry}/seniority/consideration`),
          `outranked ${outranked}, supervised ${supervised}`,
        ).toEqual(asked ? ["failing_consideration"] : []);
        const said = { ...seniority, consideration: "He writes their reports." };
        const considered = withValues({ ...values, [`${entry}/seniority`]: said });
        expect(codesAt(considered, `${entry}/seniority/consideration`)).toEqual([]);
      }
    }
  }
});

test("nobody is entered in Failing to Report for having reported late, by whatever this desk fills in", () => {
  const writing = {
    me: sampleMembers.handler,
    label: "Handler-2",
    today: "2026-11-24",
    reference: "RL-7K3M-92QD",
    casework: sampleCasework,
    contents: whole,
  };
  const parties: Parties = {
    ...emptyParties(),
    others: [
      { who: "Tom Birch", rank: "constable", unit: "", why: "He was there", reason: "Fear" },
      { who: "Myself", rank: "constable", unit: "", why: "I told nobody for years", reason: "" },
    ],
  };
  const late: Body[] = KINDS.flatMap((kind) =>
    INVOLVEMENTS.flatMap((role) =>
      BASES.map((basis, place) => ({
        ...emptyBody("web", MODES[place % MODES.length] ?? "named"),
        pattern: PATTERNS[place % PATTERNS.length] ?? "",
        when: "From 2019 to 2021",
        what_happened: "I knew of it for five years and did not report it.",
        concerns: ["bullying"] as const,
        basis,
        told: { whom: "Nobody", outcome: "" },
        reporter: { kind, rank: "constable" as const, unit: "", probationer: "" as const, role },
      })),
    ),
  );
  for (const [place, body] of late.entries()) {
    const told = { parties, body, revealed: place % 2 === 0 };
    expect(proposalFor("failing", told, writing)).toBeNull();
    for (const record of RECORDS) {
      expect(at(proposalFor(record, told, writing), ["entries"])).toBeUndefined();
    }
  }
  expect(begun("failing", writing)).toEqual(emptyContent("failing"));
  // What is said of the reporter, of a check-in or of an entry puts nobody beside those a member entered.
  const { content } = withEntry("failing", emptyContent("failing"), "entries", writing);
  expect(content.entries).toMatchObject([{ who: "", rank: "", is_reporter: "" }]);
  const ids = whole.failing.entries.map(({ id }) => id);
  const path = pathOf("entries/fa000001/is_reporter");
  const after = changed("failing", whole.failing, path, "yes", sampleCasework);
  expect(after.entries.map(({ id }) => id)).toEqual(ids);
  expect(withReprisal(whole.triage, "Told late.", sampleCasework).content).not.toHaveProperty(
    "entries",
  );
});

test("an empty Failing to Report is complete once it is said that nobody is in question, whoever reported", () => {
  for (const kind of KINDS) {
    const contents = withValues({
      "reporter/category": kind,
      "reporter/recorded_on": "2031-01-01",
      failing: { none_considered: "Only the reporter knew, and she reported.", entries: [] },
    });
    const seen = { contents, casework: sampleCasework, today: "2031-01-01" };
    expect(lacksIn("failing", seen)).toEqual([]);
  }
});
