import { describe, expect, it } from "vitest";
import { NO_DIGEST, TRAIL_START, digest, utf8 } from "../../protocol";
import type { Bytes, CaseId, Digest, Head, Mark, MemberId } from "../../protocol";
import { SERVICE, TODAY } from "../../protocol/sample";
import { againstHeads, againstMark, begin, follow, holds, isDone, resume } from "./chain";
import type { Finding, Followed } from "./chain";
import { findingText, isSound, stateText } from "./sentences";
import { rowsShown } from "./shown";
import { emptyTrailView } from "./state";
import { caseMeant, everything, fits } from "./wanted";

const who = "0a".repeat(16) as MemberId;
const of = "0f".repeat(32) as CaseId;

/** Rows as a service keeps them, each naming the one before. */
function trail(count: number, act = "open-case"): Bytes[] {
  const rows: Bytes[] = [];
  for (let number = 1; number <= count; number++) {
    const last = rows.at(-1);
    const previous = last === undefined ? NO_DIGEST : digest(last);
    const row = { number, previous, time: 1_764_000_000 + number, who, by: "member", act };
    rows.push(utf8(JSON.stringify({ ...row, case: of, about: "", outcome: "done" })));
  }
  return rows;
}

function markAt(rows: readonly Bytes[], number: number): Mark {
  const row = rows[number - 1];
  return row === undefined ? TRAIL_START : { number, digest: digest(row) };
}

/** Follows what a service serves, a few rows at a time. */
function followed(remembered: Mark | null, rows: readonly Bytes[], head?: Mark): Followed {
  let now = begin(remembered, head ?? markAt(rows, rows.length));
  for (let turn = 0; !isDone(now) && turn < 100; turn++) {
    now = follow(now, rows.slice(now.end.number, now.end.number + 3));
  }
  return now;
}

function finding(remembered: Mark | null, rows: readonly Bytes[], head?: Mark): Finding | null {
  return followed(remembered, rows, head).finding;
}

const rows = trail(10);
const mark = markAt(rows, 4);

describe("a trail that is whole", () => {
  it("holds from the start and from what is remembered", () => {
    expect(holds(followed(null, rows))).toBe(true);
    const since = followed(mark, rows);
    expect(holds(since)).toBe(true);
    expect(since.rows.map((one) => one.row.number)).toEqual([5, 6, 7, 8, 9, 10]);
    expect(since.rows.map((one) => one.digest)).toEqual(rows.slice(4).map(digest));
    expect(stateText(since, mark)).toBe(
      "All rows since row 4, which your desk remembers, hold together up to row 10.",
    );
  });

  it("may have nothing new, and may be empty", () => {
    expect(stateText(followed(markAt(rows, 10), rows), markAt(rows, 10))).toMatch(
      /^Nothing was added/,
    );
    expect(stateText(followed(null, []), null)).toBe("The trail has no rows yet.");
  });

  it("is gone on with later", () => {
    const longer = trail(14);
    const once = followed(mark, longer.slice(0, 10));
    let again = resume(once, markAt(longer, 14));
    again = follow(again, longer.slice(10));
    expect(holds(again)).toBe(true);
    expect(again.rows).toHaveLength(10);
    expect(resume(once, markAt(longer, 9)).finding?.kind).toBe("shortened");
  });

  it("takes no row beyond the end that it was told", () => {
    const early = follow(begin(null, markAt(rows, 5)), rows);
    expect(early.end.number).toBe(5);
    expect(holds(early)).toBe(true);
  });
});

describe("a trail that was tampered with", () => {
  it("is shortened where it ends before what is remembered", () => {
    const found = finding(markAt(rows, 10), rows.slice(0, 7));
    expect(found).toEqual({ kind: "shortened", at: 8, remembered: 10 });
    const text =
      found === null ? "" : findingText(found, followed(markAt(rows, 10), rows.slice(0, 7)));
    expect(text).toMatch(/^The trail ends at row 7, but you have countersigned row 10\./);
  });

  it("is rewritten where the remembered row is another one, at the end or in the middle", () => {
    const other = trail(10, "sign-in");
    expect(finding(markAt(rows, 10), other)).toEqual({ kind: "rewritten", at: 10 });
    expect(finding(mark, other)).toEqual({ kind: "rewritten", at: 4 });
  });

  it("is broken where a row is missing, altered or out of order", () => {
    const without = [...rows.slice(0, 6), ...rows.slice(7)];
    expect(finding(mark, without, markAt(rows, 10))).toEqual({ kind: "broken", at: 7 });
    expect(finding(mark, [...rows.slice(0, 4), ...rows.slice(5)], markAt(rows, 10))).toEqual({
      kind: "broken",
      at: 5,
    });
    const altered = rows.map((one, place) =>
      place === 5 ? utf8(new TextDecoder().decode(one).replace("done", "gone")) : one,
    );
    expect(finding(mark, altered, markAt(rows, 10))).toEqual({ kind: "broken", at: 7 });
    expect(finding(null, [utf8("{}"), ...rows.slice(1)])).toEqual({ kind: "broken", at: 1 });
  });

  it("is broken where rows are promised and not given", () => {
    expect(finding(mark, rows, { number: 12, digest: NO_DIGEST })).toEqual({
      kind: "broken",
      at: 11,
    });
  });

  it("ends in another row than the service names", () => {
    expect(finding(mark, rows, { number: 10, digest: "ab".repeat(32) as Digest })).toEqual({
      kind: "head",
      at: 10,
    });
  });

  it("does not contain what is remembered, though it holds together from the start", () => {
    const whole = followed(null, trail(10, "sign-in"));
    expect(holds(whole)).toBe(true);
    expect(againstMark(whole, mark).finding).toEqual({ kind: "rewritten", at: 4 });
    expect(againstMark(followed(null, rows), mark).finding).toBeNull();
  });

  it("is not what another auditor countersigned", () => {
    const head = (number: number, by: readonly Bytes[]): Head => ({
      service: SERVICE,
      ...markAt(by, number),
      member: who,
      serial: 1,
      day: TODAY,
    });
    const now = followed(mark, rows);
    expect(againstHeads(now, [head(7, rows), head(2, rows)])).toBeNull();
    expect(againstHeads(now, [head(7, trail(7, "x"))])).toEqual({ kind: "auditor", at: 7 });
    expect(againstHeads(now, [head(4, trail(4, "x"))])).toEqual({ kind: "auditor", at: 4 });
    // They signed for a row that is not there any more.
    expect(againstHeads(now, [head(12, trail(12))])).toEqual({ kind: "auditor", at: 12 });
  });

  it("is never countersigned", () => {
    const good = { ...emptyTrailView, followed: followed(mark, rows) };
    expect(isSound(good)).toBe(true);
    expect(isSound({ ...good, finding: { kind: "auditor", at: 7 } })).toBe(false);
    expect(isSound({ ...good, followed: followed(mark, trail(10, "x")) })).toBe(false);
    const stopped = { ...emptyTrailView, followed: begin(mark, markAt(rows, 10)) };
    expect(isSound(stopped)).toBe(false);
  });
});

describe("the rows that are shown", () => {
  it("come the latest first, those that were not followed last and marked", () => {
    const now = followed(mark, rows);
    const earlier = followed(null, rows.slice(0, 4))
      .rows.map((one) => one.row)
      .reverse();
    const shown = rowsShown(now, earlier, everything);
    expect(shown.map((one) => one.row.number)).toEqual([10, 9, 8, 7, 6, 5, 4, 3, 2, 1]);
    expect(shown.map((one) => one.checked).lastIndexOf(true)).toBe(5);
  });

  it("are narrowed by person, act, case and outcome", () => {
    const [seen] = followed(null, rows).rows;
    if (seen === undefined) throw new Error("there is no row");
    const { row } = seen;
    expect(fits(row, everything)).toBe(true);
    expect(fits(row, { ...everything, who, act: "open-case", case: of })).toBe(true);
    expect(fits(row, { ...everything, act: "sign-in" })).toBe(false);
    expect(fits(row, { ...everything, refused: true })).toBe(false);
    expect(fits({ ...row, outcome: "not-found" }, { ...everything, refused: true })).toBe(true);
  });

  it("are found by a case's reference or its id", () => {
    const known = ["0123456789" + "0".repeat(54)] as CaseId[];
    expect(caseMeant(" rl-04hm-asw9 ", known)).toBe(known[0]);
    expect(caseMeant("RL-0000-0000", known)).toBeNull();
    expect(caseMeant("AB".repeat(32), known)).toBe("ab".repeat(32));
  });
});
