import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { NO_DIGEST } from "../../protocol";
import type { Day, Declaration, MemberId } from "../../protocol";
import { CLOCKS } from "../../protocol/act";
import type { Act, OpenedAct } from "../../protocol/act";
import { CHECKPOINTS } from "../../protocol/record-file";
import type { Procedure } from "../../protocol/work-calls";
import { daysAfter, due } from "../days";
import { recordWords } from "../record/words";
import { words } from "../words";
import {
  clockState,
  fallenOf,
  isDueAgain,
  lacksReason,
  missingLines,
  running,
  soonDay,
  standing,
  standingText,
  whyNot,
  whyText,
  whyTheyText,
} from "./procedure";

type Clock = Procedure["clocks"][number];

const protocol = readFileSync(new URL("../../../docs/protocol.md", import.meta.url), "utf8");
const now = "2026-12-14";
const soon = soonDay(5, now);
const open = { closed: false, aside: false };

/** A clock that started, and is due so many days from now. */
function clock(away: number, more: Partial<Clock> = {}): Clock {
  return {
    clock: "triage",
    started: "2026-11-24" as Day,
    due: daysAfter(now, away) as Day,
    paused: false,
    done: "",
    ...more,
  };
}

function procedure(more: Partial<Procedure>): Procedure {
  return {
    stage: "received",
    ...open,
    acts: 0,
    acts_digest: NO_DIGEST,
    teams: [],
    bars: [],
    assigned: [],
    checkpoints: [],
    clocks: [],
    missing: [],
    may: [],
    ...more,
  };
}

/** The codes that a rule of the protocol names between two of its phrases. */
function codesOf(from: string, to: string): string[] {
  const begin = protocol.indexOf(from);
  const end = protocol.indexOf(to, begin);
  if (begin < 0 || end < 0) throw new Error(`the protocol does not say “${from} … ${to}”`);
  return [...protocol.slice(begin, end).matchAll(/`([a-z-]+)`/g)].map(([, code]) => code ?? "");
}

test("a clock is late after its day, soon on it and until the last day that counts, and runs before", () => {
  const on = (away: number): string => clockState(clock(away), open, now, soon);
  expect([-400, -2, -1].map(on)).toEqual(["late", "late", "late"]);
  expect([0, 1, 5].map(on)).toEqual(["soon", "soon", "soon"]);
  expect([6, 7, 400].map(on)).toEqual(["running", "running", "running"]);
  // Where nothing counts as soon, its own day still does.
  expect(clockState(clock(0), open, now, soonDay(0, now))).toBe("soon");
  expect(clockState(clock(1), open, now, soonDay(0, now))).toBe("running");
});

test("the last day that counts as soon is so many days away, across months", () => {
  expect(soonDay(0, now)).toBe(now);
  expect(soonDay(5, now)).toBe("2026-12-19");
  expect(soonDay(20, now)).toBe("2027-01-03");
});

test("a clock that is done or paused is neither late nor soon", () => {
  for (const away of [-3, 0, 2, 30]) {
    const done = clock(away, { done: "2026-12-01" as Day });
    const paused = clock(away, { paused: true });
    for (const how of [open, { closed: true, aside: false }, { closed: false, aside: true }]) {
      expect(clockState(done, how, now, soon)).toBe("done");
      expect(clockState({ ...done, paused: true }, how, now, soon)).toBe("done");
      expect(clockState(paused, how, now, soon)).toBe("paused");
    }
  }
});

test("a clock that has not started waits, and so does every one of a case that is closed or set aside", () => {
  const unstarted = clock(0, { started: "", due: "" });
  expect(clockState(unstarted, open, now, soon)).toBe("waiting");
  for (const away of [-3, 0, 2, 30]) {
    expect(clockState(clock(away), { closed: true, aside: false }, now, soon)).toBe("waiting");
    expect(clockState(clock(away), { closed: false, aside: true }, now, soon)).toBe("waiting");
  }
});

test("every state of a clock has a word, and every clock a name", () => {
  const states = ["waiting", "running", "soon", "late", "paused", "done"];
  expect(Object.keys(words.procedure.states).sort()).toEqual([...states].sort());
  expect(Object.keys(words.codes.clock).sort()).toEqual([...CLOCKS].sort());
});

test("the clocks of a case count down, the earliest first, without those that do not run", () => {
  const clocks = [
    clock(30, { clock: "update" }),
    clock(-2, { clock: "triage" }),
    clock(-9, { clock: "danger", done: "2026-12-01" as Day }),
    clock(0, { clock: "severity" }),
    clock(-5, { clock: "feedback", paused: true }),
    clock(-1, { clock: "acknowledgement" }),
    clock(0, { clock: "referral", started: "", due: "" }),
    clock(1, { clock: "explanation" }),
  ];
  const shown = running(procedure({ clocks }));
  expect(shown.map((one) => `${one.clock}: ${due(one.due, now)}`)).toEqual([
    "triage: 2 days late",
    "acknowledgement: 1 day late",
    "severity: today",
    "explanation: tomorrow",
    "update: in 30 days",
  ]);
  expect(running(procedure({ clocks, closed: true }))).toEqual([]);
  expect(running(procedure({ clocks, aside: true }))).toEqual([]);
});

test("a clock that stands says since when, by the last act that paused it", () => {
  const clocks = [
    clock(3, { clock: "update", paused: true }),
    clock(3, { clock: "triage", paused: true }),
    clock(3, { clock: "severity" }),
    clock(3, { clock: "feedback", paused: true }),
    clock(3, { clock: "danger", paused: true, done: "2026-12-01" as Day }),
  ];
  const act = (kind: string, name: string, on: string): OpenedAct =>
    ({ row: { act: { do: kind, clock: name }, day: on } }) as unknown as OpenedAct;
  const acts = [
    act("pause", "triage", "2026-11-30"),
    act("resume", "triage", "2026-12-01"),
    act("pause", "triage", "2026-12-13"),
    act("pause", "update", "2026-12-02"),
    { row: null, words: null, warnings: [] },
  ];
  const found = standing(procedure({ clocks }), acts);
  expect(found.map((one) => `${one.clock}: ${standingText(one, now)}`)).toEqual([
    "feedback: Paused",
    "update: Paused on 2 Dec 2026, 12 days ago",
    "triage: Paused on 13 Dec 2026, yesterday",
  ]);
  expect(standingText({ clock: "triage", since: now }, now)).toBe("Paused today");
  expect(standing(procedure({ clocks, closed: true }), acts)).toEqual([]);
  expect(standing(procedure({ clocks, aside: true }), acts)).toEqual([]);
});

test("clocks that are due on one day stand in the order of the service", () => {
  const clocks = CLOCKS.map((name) => clock(3, { clock: name }));
  expect(running(procedure({ clocks })).map((one) => one.clock)).toEqual([...CLOCKS]);
});

test("everything that the service can call missing has words, and nothing else has", () => {
  // Of rule Q10: the paragraph ends before it says when a record is done.
  const codes = codesOf("**Missing** are, in this order", "`failing` is done with");
  const named = codes.filter((code) => !Object.hasOwn(recordWords.records, code));
  expect(named).toEqual(["acknowledge", "sign", "again", "second", "authority", "team"]);
  expect(Object.keys(words.work.missing)).toEqual(named);
});

test("every line of what is missing names its record, and leads to where it is done", () => {
  for (const what of ["sign", "again"]) {
    const missing = CHECKPOINTS.map((of) => ({ what, of }));
    const lines = missingLines(procedure({ missing }));
    expect(lines.map(({ record }) => record)).toEqual([...CHECKPOINTS]);
    for (const [place, { text }] of lines.entries()) {
      const name = recordWords.records[CHECKPOINTS[place] ?? "notes"].name;
      const verb = what === "sign" ? "Sign off" : "Sign again, it changed";
      expect(text).toBe(`${verb}: ${name}`);
    }
  }
  const others = ["acknowledge", "authority", "team"].map((what) => ({ what, of: "" }));
  const missing = [...others, { what: "second", of: "failing" }];
  expect(missingLines(procedure({ missing }))).toEqual([
    { text: "Write to the reporter", record: null, tab: "conversation" },
    { text: "Assign an authority", record: null, tab: "triage" },
    { text: "Route it to a team", record: null, tab: "triage" },
    { text: "Second signature: Failing to Report", record: "failing", tab: "triage" },
  ]);
});

const authority = "a1".repeat(8) as MemberId;
const other = "b2".repeat(8) as MemberId;

/** Failing to Report as it is signed by two, in its second revision. */
function signed(more: Partial<Procedure["checkpoints"][number]> = {}): Checkpoint {
  const both = { by: authority, second: other } as const;
  return { record: "failing", revision: 2, signed: 2, ...both, done: true, ...more };
}
type Checkpoint = Procedure["checkpoints"][number];

function declared(member: MemberId, conflict: boolean): Declaration {
  return {
    service: "00".repeat(32) as Declaration["service"],
    case: "00".repeat(16) as Declaration["case"],
    member,
    conflict,
    serial: 1,
    day: now as Day,
  };
}

test("of whoever signed, first or second, it is said that they have a conflict or are barred since", () => {
  const clean = [declared(authority, false), declared(other, false)];
  expect(fallenOf(signed(), { bars: [] }, clean)).toEqual([]);
  const found = [...clean, declared(authority, true)];
  expect(fallenOf(signed(), { bars: [other] }, found)).toEqual([
    { member: authority, why: "conflict" },
    { member: other, why: "barred" },
  ]);
  // A conflict is for good, whatever else there is; others are not asked for.
  expect(fallenOf(signed({ second: "" }), { bars: [authority, other] }, found)).toEqual([
    { member: authority, why: "conflict" },
  ]);
  // What is void anyway needs no other reason.
  expect(fallenOf(signed({ revision: 3 }), { bars: [authority] }, found)).toEqual([]);
  expect(
    fallenOf(signed({ revision: 0, signed: 0, by: "", second: "" }), { bars: [] }, found),
  ).toEqual([]);
});

test("what is to be signed again says whether it changed, or whoever signed does not count", () => {
  const missing = [{ what: "again", of: "failing" }];
  const text = (revision: number): string | undefined =>
    missingLines({ missing, checkpoints: [signed({ revision, done: false })] })[0]?.text;
  expect(text(3)).toBe("Sign again, it changed: Failing to Report");
  expect(text(2)).toBe("Sign again, whoever signed has a conflict or is barred: Failing to Report");
});

test("a record that is signed off is due again while its clock runs, and the case is not closed", () => {
  const of = (more: Partial<Clock>, closed = false, done = true): boolean =>
    isDueAgain(signed({ record: "severity", done }), {
      closed,
      clocks: [clock(1, { clock: "severity", ...more })],
    });
  expect(of({})).toBe(true);
  expect(of({ paused: true })).toBe(true);
  expect(of({}, true)).toBe(false);
  expect(of({}, false, false)).toBe(false);
  expect(of({ done: now as Day })).toBe(false);
  expect(of({ started: "", due: "" })).toBe(false);
  expect(isDueAgain(signed(), { closed: false, clocks: [clock(1)] })).toBe(false);
});

test("what a later service calls missing is shown as it stands, whatever its name", () => {
  const missing = [
    { what: "witness", of: "" },
    { what: "toString", of: "constructor" },
    { what: "sign", of: "interviews" },
  ];
  expect(missingLines(procedure({ missing }))).toEqual([
    { text: "witness", record: null, tab: "triage" },
    { text: "toString", record: null, tab: "triage" },
    { text: "Sign off: interviews", record: null, tab: "triage" },
  ]);
});

test("every reason that the service can refuse for is a sentence", () => {
  // Of rule Q8.
  const codes = codesOf("whose `rule` is one of", "`bar`, `route`, `set_aside`").slice(1);
  expect(codes.length).toBeGreaterThan(20);
  expect(codes.filter((code) => !Object.hasOwn(words.work.why, code))).toEqual([]);
  expect(Object.keys(words.work.why).sort()).toEqual([...codes, "other"].sort());
  for (const code of codes) expect(whyText(code)).toMatch(/^[A-Z].*\.$/);
  // Of whoever was to have a part it says "they", and nothing of "you".
  for (const code of codes) expect(whyTheyText(code)).toMatch(/^[A-Z].*\.$/);
  expect(whyTheyText("role")).toBe("Their roles do not allow this part.");
  expect(whyTheyText("not-reader")).toBe(whyText("not-reader"));
  expect(whyText("unheard-of")).toBe("The service says: unheard-of.");
  expect(whyText("constructor")).toBe("The service says: constructor.");
});

test("why something may not be done is said, and nothing where it may", () => {
  const may = [
    { do: "bar", why: "" },
    { do: "stage:closed", why: "missing" },
  ];
  expect(whyNot(procedure({ may }), "bar")).toBeNull();
  expect(whyNot(procedure({ may }), "stage:closed")).toBe("Something is still missing.");
  expect(whyNot(procedure({ may }), "lift")).toBeNull();
});

test("a pause takes a reason, and so does whatever stops a case or a clock or sets it going", () => {
  const reasoned = ["pause", "resume", "done", "set_aside", "take_up", "reopen"];
  for (const name of Object.keys(words.work.done) as Act["do"][]) {
    const takes = reasoned.includes(name);
    for (const blank of ["", " ", "\n\t ", "\u00a0"]) {
      expect(lacksReason({ do: name }, blank), name).toBe(takes);
    }
    expect(lacksReason({ do: name }, " x "), name).toBe(false);
  }
});
