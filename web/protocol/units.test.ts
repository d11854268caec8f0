import { describe, expect, it, test } from "vitest";
import { anyMeans, anyNames, meaningOf, meaningsOf, means, sameUnit } from "./units";

describe("names of units", () => {
  it("are the same however their case, apostrophes, dashes and spaces are typed", () => {
    for (const other of [
      "st john\u2019s  road \u2013 PSU",
      "St Johns Road-PSU",
      " ST. JOHN'S ROAD: psu",
    ]) {
      expect(sameUnit("St John's Road - PSU", other), other).toBe(true);
    }
    for (const other of ["St John's Road", "St John's Road PSU 2", "", "\u2013"]) {
      expect(sameUnit("St John's Road - PSU", other), other).toBe(false);
    }
    expect(sameUnit("", "-")).toBe(false);
  });

  it("say a professional standards unit in short, with the BCU and without", () => {
    const name = "Central West BCU professional standards unit";
    for (const other of [
      "Central West PSU",
      "central west bcu psu",
      "Central West Professional Standards Unit",
      "Central West BCU - PSU",
    ]) {
      expect(sameUnit(name, other), other).toBe(true);
    }
    for (const other of [
      "PSU",
      "BCU PSU",
      "my PSU",
      "Central West",
      "Central West BCU",
      "Central East PSU",
      "West PSU",
      "Central West psuedo",
      "Central West standards",
    ]) {
      expect(sameUnit(name, other), other).toBe(false);
    }
    // A force that has one professional standards unit may call it so.
    expect(sameUnit("Professional Standards Unit", "PSU")).toBe(true);
  });
});

describe("what a name means", () => {
  const table = [
    { name: "Central West BCU", team: "cw" },
    { name: "East Area BCU", team: "ea" },
  ];
  const listing = { team: "cw", teamName: "Standards desk", units: ["Fleet"] };
  const how = (name: string, of = listing): unknown => means(meaningOf(name, table), of);

  it("is whoever is in a unit or a team of that name", () => {
    expect(how("fleet")).toBe("name");
    expect(how("Standards Desk")).toBe("name");
    expect(how("Roads")).toBeNull();
    expect(how("")).toBeNull();
  });

  it("is the team that is the standards unit of it too, whatever that team is called", () => {
    expect(how("central west bcu")).toBe("standards");
    expect(how("Central West PSU")).toBe("standards");
    for (const name of ["East Area BCU", "East Area PSU", "Central West", "PSU", "my PSU"]) {
      expect(how(name), name).toBeNull();
    }
    expect(means(meaningOf("Central West BCU", []), listing)).toBeNull();
  });
});

test("many names together mean whom each of them means", () => {
  const standards = [{ name: "Central West BCU", team: "bcu-cw" }];
  const listings = [
    { team: "bcu-cw", teamName: "Local standards", units: [] },
    { team: "intake", teamName: "Intake", units: ["Fleet", "St John’s Road"] },
    { team: "other", teamName: "Roads", units: [""] },
  ];
  const names = [
    "Central West PSU",
    "st johns road",
    "ROADS",
    "intake",
    "Central West BCU",
    "",
    "x",
  ];
  for (const some of [[], ...names.map((name) => [name]), names]) {
    for (const listing of listings) {
      const each = some.some((name) => means(meaningOf(name, standards), listing) !== null);
      expect(anyMeans(meaningsOf(some, standards), listing), some.join()).toBe(each);
    }
  }
  expect(anyNames(meaningsOf(["fleet"], []), ["Roads", "Fleet"])).toBe(true);
  expect(anyNames(meaningsOf(["", "-"], []), ["", "Fleet"])).toBe(false);
});
