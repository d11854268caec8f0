/** A record for tests: a probationer reports her sergeant, her inspector handled it badly before, and
 * two constables saw it and said nothing. */
import type { Day, MemberId } from "../../protocol";
import { emptyContents } from "./content";
import type { Contents, FailingEntry } from "./content";
import type { Around } from "./parts/props";
import { sampleCasework } from "./sample-casework";

export { sampleCasework };

const handler = "11".repeat(16) as MemberId;
const authority = "22".repeat(16) as MemberId;
const second = "33".repeat(16) as MemberId;
export const sampleMembers = { handler, authority, second };

/** The scenario's record, complete: nothing is missing in it. */
export function scenario(): Contents {
  return {
    ...emptyContents(),
    danger: {
      immediate: "no",
      crime: "unknown",
      action: "",
      passed_to: "",
      on: "2026-11-24",
    },
    triage: {
      subjects: [
        {
          id: "5b000001",
          name: "Alan Marsh",
          description: "",
          kind: "officer",
          rank: "sergeant",
          acting: false,
          unit: "Central West",
          relation: "supervisor",
          senior: "yes",
          probationer: "no",
          professional_standards: "no",
          confirmed: "yes",
        },
        {
          id: "5b000002",
          name: "Ruth Keane",
          description: "",
          kind: "officer",
          rank: "inspector",
          acting: true,
          unit: "Central West",
          relation: "line_manager",
          senior: "yes",
          probationer: "no",
          professional_standards: "no",
          confirmed: "yes",
        },
      ],
      allegations: [
        {
          id: "a1000001",
          summary: "Sexual remarks about a probationer on parade, and pictures in the team’s chat.",
          subjects: ["5b000001"],
          category: "sexual_harassment",
          studios: "sexual_misconduct",
          additional: "sexual_harassment",
          characteristics: ["sex"],
          corruption: "sexual_misconduct",
          flags: ["on_duty", "private_messages", "described_as_banter"],
          gravity: "gross",
          team: "daso",
          suggested: "daso",
          because: "Domestic abuse and sexual offences go to DASO.",
          rationale: "",
        },
        {
          id: "a1000002",
          summary: "Demeaning her before the team for weeks after she objected.",
          subjects: ["5b000001"],
          category: "bullying",
          studios: "",
          additional: "bullying",
          characteristics: [],
          corruption: "other",
          flags: ["on_duty"],
          gravity: "gross",
          team: "diu",
          suggested: "diu",
          because: "Bullying at gross level goes to the Discrimination Investigation Unit.",
          rationale: "",
        },
        {
          id: "a1000003",
          summary: "An earlier complaint about the sergeant lay for three months with his partner.",
          subjects: ["5b000002"],
          category: "neglect",
          studios: "",
          additional: "neglect",
          characteristics: [],
          corruption: "abuse_of_authority",
          flags: [],
          gravity: "misconduct",
          team: "diu",
          suggested: "cw-psu",
          because: "Below gross, the subject’s own standards unit has it.",
          rationale:
            "The reporter leaves out her area’s standards unit, and it answers to the inspector.",
        },
      ],
    },
    reporter: {
      reference: "MM1/2026/0417",
      recorder: "Handler-2",
      recorded_on: "2026-11-24",
      mode: "anonymous",
      category: "officer",
      rank: "constable",
      unit: "",
      probationer: "yes",
      involvement: "victim",
      sanitised:
        "A supervisor makes sexual remarks about a junior officer and shares pictures in a group chat. Since she objected, she is demeaned before others.",
      original:
        "He says it on every late parade. On the Tuesday he put my picture in the chat and they all laughed.\n\nI told the inspector in August. She said she would look into it and nothing came.",
      basis: "first_hand",
      basis_detail: "",
      evidence: "Messages in a group chat of about twenty, on private telephones.",
      evidence_at_risk: "yes",
      earlier: [
        {
          id: "ea000001",
          what: "The remarks",
          to_whom: "The inspector",
          when: "August",
          result: "Nothing that she was told of",
        },
      ],
      identity_known_to: "",
      entitled: { asked: "yes", answer: "yes", interval: "Every four weeks" },
      support: [
        {
          id: "50000001",
          what: "association",
          state: "accepted",
          on: "2026-11-24",
          lead: "Support-1",
        },
        {
          id: "50000002",
          what: "occupational_health",
          state: "offered",
          on: "2026-11-24",
          lead: "",
        },
      ],
      detriment_risk: "high",
      detriment_why: "She is a probationer, and both rank above her and write her reports.",
      whistleblower: "not_sought",
    },
    failing: {
      none_considered: "",
      entries: [
        failingOne("fa000001", "Tom Birch", "constable", ["grass", "seen_badly", "senior"]),
        failingOne("fa000002", "Priya Nair", "constable", ["nothing_done", "senior"]),
        {
          ...failingOne("fa000003", "Ruth Keane", "inspector", ["loyalty", "unknown"]),
          decision: "misconduct_investigation",
          seniority: {
            outranked: "no",
            supervised: "no",
            consideration: "",
          },
        },
      ],
    },
    severity: {
      assessments: [
        assessment("5e000001", "a1000001", "gross_misconduct"),
        assessment("5e000002", "a1000002", "gross_misconduct"),
        assessment("5e000003", "a1000003", "misconduct"),
      ],
    },
    referral: {
      tests: [
        {
          ...emptyTest("7e000001", "a1000001"),
          criteria: ["discrimination_aggravated"],
          mandatory: "yes",
          rationale: "As if true, it is disciplinary behaviour aggravated by discrimination.",
          clear_on: "2026-11-24",
          sent_on: "2026-11-25",
          mode: "directed",
          mode_on: "2026-11-27",
        },
        { ...emptyTest("7e000002", "a1000002"), mandatory: "no", voluntary: "no" },
        { ...emptyTest("7e000003", "a1000003"), mandatory: "no", voluntary: "no" },
      ],
    },
    decisions: {
      decisions: [
        decision("de000001", "a1000001", "gross_misconduct"),
        decision("de000002", "a1000002", "gross_misconduct"),
        decision("de000003", "a1000003", "practice_requiring_improvement"),
      ],
    },
    outcome: {
      outcomes: ["a1000001", "a1000002", "a1000003"].map((allegation, place) => ({
        id: `0c00000${place + 1}`,
        allegation,
        finding: "case_to_answer",
        process: place === 2 ? "RPRP" : "Misconduct hearing",
        result: place === 2 ? "Reflective review completed" : "Dismissed without notice",
        on: "2027-06-14",
        told_on: "2027-06-15",
        told: "That it was acted on, and what came of it.",
      })),
    },
    learning: {
      none: "",
      items: [
        {
          id: "1e000001",
          theme: "Supervisors’ own conflicts",
          finding: "A complaint was handled by the subject’s partner.",
          action: "Declare relationships before a complaint is allotted.",
          owner: "Central West learning contact",
          due: "2027-08-31",
          audience: "All inspectors",
          evidence: "",
          closed_on: "",
        },
      ],
    },
    concerns: {
      encouraged: ["anonymity"],
      prevented: ["grass", "reprisal"],
      sources: ["reporter", "witness"],
      detail: "",
    },
  };
}

function failingOne(id: string, who: string, rank: string, reasons: string[]): FailingEntry {
  return {
    id,
    who,
    rank,
    unit: "Central West",
    is_reporter: "no",
    knew: {
      what: "The remarks, and the pictures in the chat.",
      indicates: "Stood in the parade, and is a member of the chat.",
      when: "Since August",
    },
    came_to_light: "reporter",
    allegations: ["a1000001"],
    reasons,
    reasons_detail: "",
    seniority: {
      outranked: "yes",
      supervised: "yes",
      consideration: "He supervises both and marks their work. It explains much of the silence.",
    },
    proportionality:
      "The principal matter is grave. What they failed in is not of the same weight.",
    decision: "reflective_practice",
    rationale: "They told the truth at once when they were asked.",
    decided_on: "2026-12-10",
    learning: "",
  };
}

function assessment(
  id: string,
  allegation: string,
  level: string,
): Contents["severity"]["assessments"][number] {
  return {
    id,
    allegation,
    on: "2026-11-26",
    level,
    rationale: "By the account and the messages described, as if proved.",
    why_lower: "",
    by: authority,
  };
}

function emptyTest(id: string, allegation: string): Contents["referral"]["tests"][number] {
  return {
    id,
    allegation,
    on: "2026-11-24",
    criteria: [],
    mandatory: "",
    voluntary: "",
    grounds: "",
    rationale: "No criterion is met as if it were true.",
    clear_on: "",
    sent_on: "",
    mode: "",
    mode_on: "",
    returned_on: "",
  };
}

function decision(
  id: string,
  allegation: string,
  what: string,
): Contents["decisions"]["decisions"][number] {
  return {
    id,
    on: "2027-02-01",
    allegation,
    decision: what,
    rationale: "The account is borne out by the messages and by two witnesses.",
    basis: "Respect and courtesy; challenging and reporting improper conduct.",
    by: authority,
  };
}

/** A record of half a megabyte: 40 people who knew, with much to say about each. */
export function crowded(count = 40, letters = 12_000): Contents {
  const text = "What was seen, by whom it was told, and why nothing was said of it at the time. ";
  const long = text.repeat(Math.ceil(letters / text.length)).slice(0, letters);
  const contents = scenario();
  const [first] = contents.failing.entries;
  if (first === undefined) throw new Error("the scenario has entries");
  return {
    ...contents,
    failing: {
      none_considered: "",
      entries: Array.from({ length: count }, (_, place) => ({
        ...first,
        id: (0xf0000000 + place).toString(16),
        who: `Constable ${place + 1}`,
        reasons_detail: long,
      })),
    },
  };
}

/** What the parts look up, over the scenario's record. */
export function sampleAround(contents: Contents = scenario()): Around {
  return {
    reference: "RL-7K3M-92QD",
    force: "Sample Police",
    me: handler,
    today: "2026-12-14" as Day,
    casework: sampleCasework,
    contents,
    members: [
      { member: handler, label: "Handler-2" },
      { member: authority, label: "Authority-1" },
      { member: second, label: "Authority-2" },
    ],
    teams: [
      { team: "daso", name: "Domestic Abuse and Sexual Offences" },
      { team: "diu", name: "Discrimination Investigation Unit" },
      { team: "cw-psu", name: "Central West PSU" },
      { team: "intelligence", name: "Intelligence Bureau" },
    ],
  };
}
