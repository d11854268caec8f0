import { expect, test } from "vitest";
import { RECORDS, emptyContent } from "./content";
import { withReprisal } from "./proposal";
import { sampleCasework, scenario } from "./sample";
import { withheld } from "./withheld";

const contents = scenario();

test("who reported and their own words are withheld, and what members made of it stays", () => {
  const earlier = [
    { id: "ea000001", what: "", to_whom: "Her inspector", when: "", result: "None" },
  ];
  const told = {
    unit: "Response team 4",
    probationer: "yes",
    original: "He said it to me.",
    basis_detail: "I stood beside him.",
    evidence: "My own telephone",
    detriment_why: "She was moved.",
  };
  const reporter = { ...contents.reporter, rank: "constable", earlier, ...told };
  const { sanitised } = reporter;
  const given = withheld("reporter", reporter);
  const left = JSON.stringify(given);
  for (const text of [...Object.values(told), "Her inspector", "constable"].filter(
    (one) => one !== "yes",
  )) {
    expect(left).not.toContain(text);
  }
  expect(given).toMatchObject({ rank: "Withheld", probationer: "Withheld", original: "Withheld" });
  expect(given.sanitised).toBe(sanitised);
  expect(given.support.map((one) => one.lead)).toEqual(
    contents.reporter.support.map(({ lead }) => (lead === "" ? "" : "Withheld")),
  );
});

test("of subjects it is withheld how the reporter describes them and what they are to the reporter", () => {
  const subjects = contents.triage.subjects.map((one) => ({ ...one, description: "The tall one" }));
  const given = withheld("triage", { ...contents.triage, subjects });
  expect(given.subjects.map(({ name }) => name)).toEqual(subjects.map(({ name }) => name));
  for (const one of given.subjects) expect(one.description).toBe("Withheld");
  expect(JSON.stringify(given.subjects)).not.toContain("supervisor");
  expect(given.allegations).toEqual(contents.triage.allegations);
  const { content } = withReprisal(contents.triage, "Worse shifts.", sampleCasework);
  expect(withheld("triage", content).allegations.at(-1)).toMatchObject({
    category: "reprisal",
    summary: "Withheld",
  });
  const [last] = content.allegations.slice(-1);
  if (last === undefined) throw new Error("nothing was alleged");
  const allegations = [{ ...last, category: "bullying", additional: "reprisal" }];
  expect(withheld("triage", { ...content, allegations }).allegations).toMatchObject([
    { category: "bullying", summary: "Withheld" },
  ]);
});

test("of nobody entered in Failing to Report it is said whether they reported", () => {
  for (const one of withheld("failing", contents.failing).entries) {
    expect(one).toMatchObject({ is_reporter: "Withheld" });
  }
});

test("where nothing was answered nothing is withheld, and what is not known goes", () => {
  for (const record of RECORDS) {
    expect(withheld(record, emptyContent(record))).toEqual(emptyContent(record));
    const later = { ...contents[record], later: "PC 4711 said so" };
    expect(JSON.stringify(withheld(record, later))).not.toContain("4711");
  }
  const [first, ...others] = contents.failing.entries;
  const entries = [{ ...first, later: "PC 4711" }, ...others] as typeof contents.failing.entries;
  const given = withheld("failing", { ...contents.failing, entries });
  expect(JSON.stringify(given)).not.toContain("4711");
  expect(given.entries.map(({ id }) => id)).toEqual(entries.map(({ id }) => id));
  expect(withheld("notes", contents.notes)).toEqual(contents.notes);
});
