import { describe, expect, it } from "vitest";
import { counted, dayInWords, daysAfter, entry, fill } from "./text";

describe("sentences", () => {
  it("take values where their placeholders stand, and leave the unknown alone", () => {
    expect(fill("{a} and {b} and {c}", { a: 1, b: "two" })).toBe("1 and two and {c}");
    expect(fill("{a}", { a: "{a}" })).toBe("{a}");
  });
  it("have one form for one and another for many", () => {
    expect(counted("one", "{count} of them", 1)).toBe("one");
    expect(counted("one", "{count} of them", 0)).toBe("0 of them");
  });
  it("show a code that has no words as it stands", () => {
    expect(entry({ yes: "Yes" }, "yes")).toBe("Yes");
    expect(entry({ yes: "Yes" }, "constructor")).toBe("constructor");
  });
});

describe("days", () => {
  it("are said with weekday, date and month", () => {
    expect(dayInWords("2026-12-03")).toBe("Thursday 3 December");
    expect(dayInWords("2028-02-29")).toBe("Tuesday 29 February");
  });
  it("are counted over the ends of months and years", () => {
    expect(daysAfter("2026-12-28", 7)).toBe("2027-01-04");
    expect(daysAfter("2028-02-28", 1)).toBe("2028-02-29");
  });
});
