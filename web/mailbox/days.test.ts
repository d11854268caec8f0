import { describe, expect, it } from "vitest";
import { monthsAfter } from "../ui/text";
import { checkIns, promised } from "./days";

const lengths = { update: 28, feedback: 3, explanation: 12, again: 6 };
const known = {
  ...{ received: "2026-11-23", written: "", stage: "received", told: false },
  ...{ aside: false, today: "2026-11-24" },
};

describe("days that are promised", () => {
  it("are an answer within three months and an explanation after a year, before anybody wrote", () => {
    expect(promised(known, lengths)).toEqual([
      { what: "feedback", day: "2027-02-23", passed: false },
      { what: "explanation", day: "2027-11-23", passed: false },
    ]);
  });
  it("are word again four weeks after the last message", () => {
    const [update] = promised({ ...known, written: "2026-11-30", today: "2026-12-29" }, lengths);
    expect(update).toEqual({ what: "update", day: "2026-12-28", passed: true });
  });
  it("are explanations every six months after the first", () => {
    const last = (today: string): string | undefined =>
      promised({ ...known, today }, lengths).at(-1)?.day;
    expect(last("2027-11-23")).toBe("2027-11-23");
    expect(last("2027-11-24")).toBe("2028-05-23");
    expect(last("2028-05-24")).toBe("2028-11-23");
  });
  it("are none of them when it is closed, and no answer when there is a decision", () => {
    const what = (stage: string, told: boolean): string[] =>
      promised({ ...known, stage, told }, lengths).map((one) => one.what);
    expect(what("closed", true)).toEqual([]);
    expect(what("outcome", true)).toEqual(["explanation"]);
    expect(what("with_team", false)).toContain("feedback");
  });
  it("are none that was missed for what was told before the case was opened again", () => {
    const again = { ...known, stage: "assessment", written: "2027-05-24", today: "2027-05-25" };
    expect(promised({ ...again, told: true }, lengths)).toEqual([
      { what: "update", day: "2027-06-21", passed: false },
      { what: "explanation", day: "2027-11-23", passed: false },
    ]);
    expect(promised(again, lengths)).toContainEqual({
      ...{ what: "feedback", day: "2027-02-23", passed: true },
    });
  });
});

describe("a report that is set aside", () => {
  it("has no promised day, at any stage, until it is taken up again", () => {
    for (const stage of ["received", "with_team", "outcome"]) {
      const now = { ...known, stage, written: "2026-11-24" };
      expect(promised({ ...now, aside: true }, lengths)).toEqual([]);
      expect(promised(now, lengths)).not.toEqual([]);
    }
  });
});

describe("check-ins", () => {
  const on = (today: string): (string | undefined)[] => {
    const { due, next } = checkIns("2026-08-31", today);
    return [due?.which, due?.day, next?.which, next?.day];
  };
  it("are 30, 60 and 90 days and 6 and 12 months after the receipt", () => {
    expect(on("2026-08-31")).toEqual([undefined, undefined, "days_30", "2026-09-30"]);
    expect(on("2026-09-30")).toEqual(["days_30", "2026-09-30", "days_60", "2026-10-30"]);
    expect(on("2026-10-30")).toEqual(["days_60", "2026-10-30", "days_90", "2026-11-29"]);
    expect(on("2026-12-30")).toEqual([undefined, undefined, "months_6", "2027-02-28"]);
    expect(on("2027-03-01")).toEqual(["months_6", "2027-02-28", "months_12", "2027-08-31"]);
    expect(on("2027-08-31")).toEqual(["months_12", "2027-08-31", undefined, undefined]);
    expect(on("2028-01-01")).toEqual([undefined, undefined, undefined, undefined]);
  });
  it("end with a month that has no such day", () => {
    expect(monthsAfter("2026-01-31", 1)).toBe("2026-02-28");
    expect(monthsAfter("2028-02-29", 12)).toBe("2029-02-28");
    expect(monthsAfter("2026-12-15", 3)).toBe("2027-03-15");
  });
});
