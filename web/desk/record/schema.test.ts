import { expect, test } from "vitest";
import {
  CAME_TO_LIGHT,
  DECISIONS,
  FAILING_DECISIONS,
  FINDINGS,
  FLAGS,
  GRAVITIES,
  LEVELS,
  RECORDS,
  REFERRAL_MODES,
  RISKS,
  SOURCES,
  SUPPORT_STATES,
  WHISTLEBLOWER,
  shapes,
} from "./content";
import { fieldNamed, schema } from "./schema";
import type { Members } from "./shape";
import { recordWords } from "./words";

/** The names of all members of a record, as fields are called. */
function namesIn(members: Members, before = ""): { name: string; of: string }[] {
  return Object.entries(members).flatMap(([name, shape]) => {
    const here = { name: `${before}${name}`, of: shape.of };
    return "members" in shape ? [here, ...namesIn(shape.members, `${here.name}.`)] : [here];
  });
}

test("every member of a record has a field of its kind, and nothing else has", () => {
  const kinds: Readonly<Record<string, readonly string[]>> = {
    flag: ["flag"],
    texts: ["codes", "subjects", "allegations"],
    group: ["group"],
    entries: ["entries"],
  };
  for (const record of RECORDS) {
    const names = namesIn(shapes[record]);
    for (const { name, of } of names) {
      // What the routing table said of an allegation is shown as one.
      if (name === "allegations.because") continue;
      const kind = fieldNamed(record, name)?.kind;
      const texts = ["line", "text", "code", "choice", "day", "team", "author", "unit"];
      const wanted = kinds[of] ?? [...texts, "allegation", "suggestion"];
      expect(wanted, `${record} ${name}`).toContain(kind);
    }
    const fields = schema[record].flatMap(({ fields: all }) => all);
    const known = new Set(names.map(({ name }) => name));
    for (const one of fields) {
      expect(known, record).toContain(one.name);
      if (!("fields" in one)) continue;
      for (const inner of one.fields) expect(known, record).toContain(`${one.name}.${inner.name}`);
    }
  }
});

test("every field, section and list has its words", () => {
  for (const record of RECORDS) {
    const known = Object.keys(recordWords.fields[record]);
    for (const { name, of } of namesIn(shapes[record])) {
      if (of === "entries") expect(Object.keys(recordWords.entries)).toContain(`${record}.${name}`);
      else if (name !== "allegations.because") expect(known, record).toContain(name);
    }
    for (const { name } of schema[record]) {
      expect(Object.keys(recordWords.sections)).toContain(`${record}.${name}`);
    }
  }
});

test("every code of the protocol has a word", () => {
  const { codes } = recordWords;
  const lists: [Readonly<Record<string, string>>, readonly string[]][] = [
    [codes.answer, ["yes", "no", "unknown"]],
    [codes.support_state, SUPPORT_STATES],
    [codes.flag, FLAGS],
    [codes.gravity, GRAVITIES],
    [codes.risk, RISKS],
    [codes.whistleblower, WHISTLEBLOWER],
    [codes.came_to_light, CAME_TO_LIGHT],
    [codes.source, SOURCES],
    [codes.failing_decision, FAILING_DECISIONS],
    [codes.level, LEVELS],
    [codes.decision, DECISIONS],
    [codes.referral_mode, REFERRAL_MODES],
    [codes.finding, FINDINGS],
  ];
  for (const [known, list] of lists) expect(Object.keys(known).sort()).toEqual([...list].sort());
});
