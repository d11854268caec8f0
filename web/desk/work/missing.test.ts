import { expect, test } from "vitest";
import { NO_DIGEST } from "../../protocol";
import type { Day, MemberId, TeamId } from "../../protocol";
import { CHECKPOINTS } from "../../protocol/record-file";
import type { Checkpoint } from "../../protocol/record-file";
import type { Procedure } from "../../protocol/work-calls";
import { emptyContents } from "../record/content";
import type { Contents } from "../record/content";
import { lackLine } from "../record/marks";
import { put } from "../record/paths";
import { withReprisal } from "../record/proposal";
import { lacksIn } from "../record/rules";
import { sampleAround, sampleCasework, sampleMembers, scenario } from "../record/sample";
import { words } from "../words";
import { lacksShown, missingOf, whyNotStage } from "./missing";
import type { Missing } from "./missing";

const { authority, second } = sampleMembers;
const owners = ["daso", "diu"] as TeamId[];

/** The procedure of a case in which everything is signed and nothing is missing, as the service sees it. */
function signed(more: Partial<Procedure> = {}): Procedure {
  return {
    stage: "outcome",
    closed: false,
    aside: false,
    acts: 0,
    acts_digest: NO_DIGEST,
    teams: owners,
    bars: [],
    assigned: [],
    checkpoints: CHECKPOINTS.map((record) => checkpoint(record)),
    clocks: [],
    missing: [],
    may: [],
    ...more,
  };
}

function checkpoint(
  record: Checkpoint,
  more: Partial<Procedure["checkpoints"][number]> = {},
): Procedure["checkpoints"][number] {
  const by: MemberId | "" = record === "failing" ? second : "";
  return { record, revision: 1, signed: 1, by: authority, second: by, done: true, ...more };
}

const missing = (procedure: Procedure, contents: Contents = scenario()): Missing[] =>
  missingOf(procedure, sampleAround(contents));
const texts = (found: readonly Missing[]): string[] => found.map(({ text }) => text);

/** The scenario with an allegation of reprisal that somebody proposed since, given to a team. */
function proposed(team = "diu"): Contents {
  const contents = scenario();
  const { content, id } = withReprisal(contents.triage, "Worse shifts.", sampleCasework);
  const whole = { gravity: "misconduct", studios: "social_media", corruption: "other" };
  const allegations = content.allegations.map((one) =>
    one.id === id ? { ...one, ...whole, team, rationale: "They have the others." } : one,
  );
  return { ...contents, triage: { ...content, allegations } };
}

test("where everything is signed, and covers what is alleged, nothing is missing", () => {
  expect(missing(signed())).toEqual([]);
});

test("an allegation that came after the signatures is missing in each record that should cover it", () => {
  // The service has the triage signed again, and knows of nothing that is missing.
  const found = missing(signed(), proposed());
  expect(texts(found)).toEqual([
    "1 thing missing in Severity assessment",
    "1 thing missing in IOPC referral test",
    "1 thing missing in Decisions",
    "1 thing missing in Outcome",
  ]);
  for (const { record, lacks } of found) {
    expect(lacks).toMatchObject([{ record, about: "Worse shifts.", weight: "lack" }]);
    expect(lacks.map(lackLine).join()).toContain("Worse shifts.");
  }
  expect(lacksShown(found, "severity")).toMatchObject([{ code: "severity_missing" }]);
  expect(lacksShown(found, "triage")).toEqual([]);
});

test("a team that owns an allegation and was never routed to is missing, whichever others were", () => {
  expect(texts(missing(signed({ teams: ["daso"] as TeamId[] })))).toEqual([
    "Route it to Discrimination Investigation Unit: it owns an allegation",
  ]);
  const more = missing(signed(), proposed("intelligence"));
  expect(texts(more)[0]).toBe("Route it to Intelligence Bureau: it owns an allegation");
  expect(more[0]).toMatchObject({ record: null, tab: "triage", lacks: [] });
  // What the directory does not have cannot be routed to: the allegation is given to another.
  expect(missing(signed(), proposed("independent"))[0]).toMatchObject({
    text: "The directory has no team “independent”, which owns an allegation",
    record: "triage",
  });
  // That no team owns it is lacking in the triage, and no team to route to.
  const none = missing(
    signed(),
    put(scenario(), ["triage", "allegations", "a1000001", "team"], ""),
  );
  expect(texts(none)).toEqual(["1 thing missing in Triage"]);
  expect(missing(signed({ teams: [...owners, "intake"] as TeamId[] }))).toEqual([]);
});

test("what the service says comes first, and a record that nobody has begun is missing once", () => {
  const service = [
    { what: "sign", of: "severity" },
    { what: "again", of: "outcome" },
  ];
  const checkpoints = [
    checkpoint("severity", { revision: 0, signed: 0, by: "", done: false }),
    checkpoint("outcome", { revision: 2, done: false }),
  ];
  const contents = { ...scenario(), severity: emptyContents().severity };
  const without = put(contents, ["outcome", "outcomes", "0c000001", "result"], "");
  const found = missing(signed({ missing: service, checkpoints }), without);
  expect(texts(found)).toEqual([
    "Sign off: Severity assessment",
    "Sign again, it changed: Outcome",
    "1 thing missing in Outcome",
  ]);
  expect(found.map(({ lacks }) => lacks.length)).toEqual([0, 0, 1]);
});

test("treated worse is missing until somebody has made something of it", () => {
  const told = "2026-12-24" as Day;
  const found = missingOf(signed(), sampleAround(scenario()), [told]);
  expect(found).toMatchObject([{ record: null, tab: "conversation", lacks: [] }]);
  expect(texts(found)[0]).toContain("the check-in on Thursday 24 December 2026");
  const may = signed({ may: [] });
  expect(whyNotStage(may, found, "closed")).toBe(words.work.why.missing);
});

test("hints keep no case from being closed", () => {
  const undecided = put(scenario(), ["referral", "tests", "7e000001", "mode"], "");
  const lacks = lacksIn("referral", sampleAround(undecided));
  expect(lacks).toMatchObject([{ code: "referral_mode_late", weight: "hint" }]);
  expect(missing(signed(), undecided)).toEqual([]);
});

test("the reporter is told each outcome before the case is closed, and not before it is signed", () => {
  const told = (day: string, text: string): Contents =>
    ["told_on", "told"].reduce(
      (all, name, at) => put(all, ["outcome", "outcomes", "0c000002", name], [day, text][at] ?? ""),
      scenario(),
    );
  const found = missing(signed(), told("", ""));
  expect(found).toMatchObject([{ record: "outcome", lacks: [] }]);
  expect(texts(found)[0]).toMatch(/^Tell the reporter the outcome of “.+”, and enter the day/);
  expect(lacksShown(found, "outcome")).toEqual([]);
  expect(whyNotStage(signed(), found, "closed")).toBe(words.work.why.missing);
  expect(whyNotStage(signed(), found, "outcome")).toBeNull();
  // What they were told is no day, and a day says nothing.
  expect(texts(missing(signed(), told("", "All of it.")))).toEqual(texts(found));
  expect(texts(missing(signed(), told("2027-06-15", " ")))).toEqual(["1 thing missing in Outcome"]);
  expect(missing(signed(), told("2027-06-15", "All of it."))).toEqual([]);
  // An outcome that names no allegation is to be told too.
  const nameless = put(told("", ""), ["outcome", "outcomes", "0c000002", "allegation"], "");
  expect(texts(missing(signed(), nameless))).toContain(
    "Tell the reporter the outcome, and enter the day and what they were told",
  );
});

test("what a record lacks is seen in a case that is closed too, by whoever closed it all the same", () => {
  const found = missing(signed({ closed: true, stage: "closed" }), proposed());
  expect(lacksShown(found, "decisions")).toMatchObject([{ code: "decision_missing" }]);
});

test("the desk closes nothing while something is missing, though the service would", () => {
  const procedure = signed({ may: [{ do: "stage:outcome", why: "" }] });
  expect(whyNotStage(procedure, missing(procedure), "closed")).toBeNull();
  const found = missing(procedure, proposed());
  expect(whyNotStage(procedure, found, "closed")).toBe(words.work.why.missing);
  expect(whyNotStage(procedure, found, "outcome")).toBeNull();
  const refused = signed({ may: [{ do: "stage:closed", why: "role" }] });
  expect(whyNotStage(refused, found, "closed")).toBe(words.work.why.role);
});

test("of a case that was opened again, the reporter is told before it can be closed", () => {
  const again = signed({ stage: "closed" });
  expect(missing(again)).toMatchObject([
    {
      text: "The reporter has not been told that it is open again",
      record: null,
      tab: "conversation",
    },
  ]);
  expect(missing(signed({ stage: "triage" }))).toEqual([]);
  expect(missing(signed({ stage: "closed", closed: true }))).toEqual([]);
});
