import { expect, test } from "vitest";
import { emptyBody, emptyParties, emptySubject } from "../../protocol";
import type { Body, Parties } from "../../protocol";
import { RECORDS, emptyContent } from "./content";
import type { Writing } from "./draft";
import { proposalFor, withNote, withReprisal } from "./proposal";
import { sampleCasework, sampleMembers, scenario } from "./sample";

const writing: Writing = {
  me: sampleMembers.handler,
  label: "Handler-2",
  today: "2026-11-24",
  reference: "RL-7K3M-92QD",
  casework: sampleCasework,
  contents: scenario(),
};
const parties: Parties = {
  ...emptyParties(),
  subjects: [{ ...emptySubject(), name: "Alan Marsh", rank: "sergeant", reads_reports: "no" }],
  others: [{ who: "Tom Birch", rank: "constable", unit: "", why: "He was there", reason: "Fear" }],
};
const body: Body = {
  ...emptyBody(),
  mode: "anonymous",
  concerns: ["sexual_harassment", "bullying"],
  what_happened: "He says it on every late parade.",
  circumstances: {
    on_duty: "yes",
    online: "",
    private_messages: "yes",
    described_as_banter: "yes",
  },
  danger: { now: "no", detail: "" },
  told: { whom: "The inspector", outcome: "Nothing" },
};

test("subjects are taken over unconfirmed, and each concern becomes an allegation", () => {
  const triage = proposalFor("triage", { parties, body, revealed: false }, writing);
  expect(triage?.subjects).toMatchObject([
    { name: "Alan Marsh", rank: "sergeant", professional_standards: "no", confirmed: "" },
  ]);
  expect(triage?.allegations).toMatchObject([
    {
      category: "sexual_harassment",
      subjects: [triage?.subjects[0]?.id],
      flags: ["on_duty", "private_messages", "described_as_banter"],
      suggested: "daso",
      team: "",
    },
    { category: "bullying", suggested: "", gravity: "" },
  ]);
});

test("the original account is taken over, and nothing of it into the sanitised one", () => {
  const reporter = proposalFor("reporter", { parties, body, revealed: false }, writing);
  expect(reporter).toMatchObject({
    original: body.what_happened,
    sanitised: "",
    support: [],
    reference: "RL-7K3M-92QD",
    recorder: "Handler-2",
    earlier: [{ to_whom: "The inspector", result: "Nothing" }],
  });
});

test("whoever has said since who they are is proposed as named, and others as they reported", () => {
  const modes = ["anonymous", "confidential", "named"] as const;
  const proposed = (revealed: boolean): (string | undefined)[] =>
    modes.map((mode) => {
      const told = { parties, body: { ...body, mode }, revealed };
      return proposalFor("reporter", told, writing)?.mode;
    });
  expect(proposed(false)).toEqual(modes);
  expect(proposed(true)).toEqual(["named", "named", "named"]);
});

test("nobody is entered in Failing to Report because the report names them", () => {
  const proposed = RECORDS.filter(
    (one) => proposalFor(one, { parties, body, revealed: false }, writing) !== null,
  );
  expect(proposed).toEqual(["danger", "triage", "reporter"]);
  const nothing = { parties: null, body: null, revealed: false };
  expect(RECORDS.every((one) => proposalFor(one, nothing, writing) === null)).toBe(true);
});

test("a note that begins with given words is written once", () => {
  const notes = emptyContent("notes");
  const by = { me: sampleMembers.authority, today: "2026-12-24" };
  const first = withNote(notes, "None, because:", by);
  const made = { id: first.id, on: "2026-12-24", by: by.me, text: "None, because: " };
  expect(first.content).toEqual({ ...notes, notes: [made] });
  expect(withNote(first.content, "None, because:", by)).toEqual(first);
  expect(withNote(first.content, "Another:", by).content.notes).toHaveLength(2);
});

test("a check-in that says worse becomes an allegation of reprisal, once", () => {
  const { triage } = scenario();
  const said = "Told in a check-in on 24 December 2026, after reporting. Worse shifts.";
  const first = withReprisal(triage, said, sampleCasework);
  expect(first.content.allegations.slice(0, -1)).toEqual(triage.allegations);
  expect(first.content.allegations.at(-1)).toMatchObject({
    id: first.id,
    category: "reprisal",
    summary: said,
    subjects: [],
    team: "",
  });
  expect(withReprisal(first.content, said, sampleCasework)).toEqual(first);
  const second = withReprisal(first.content, `${said} Again.`, sampleCasework);
  expect(second.content.allegations).toHaveLength(triage.allegations.length + 2);
});
