import { describe, expect, it } from "vitest";
import { mailbox, warnings } from "../../text/en.json";
import type { Item } from "../protocol/conversation";
import { NO_DIGEST, day } from "../protocol/bytes";
import type { Box } from "./box";
import {
  actOn,
  asideWhy,
  asksSurvey,
  headingOf,
  knownOf,
  nextStep,
  paragraphs,
  warningLines,
} from "./letter";

const item = (next: { what: string; by: string }, stage = ""): Item =>
  ({ direction: "to_reporter", content: { next, stage }, digest: NO_DIGEST }) as unknown as Item;
const box = (...items: Item[]): Box =>
  ({ conversation: { items }, receipt: null, day: day("2026-11-23") }) as unknown as Box;

describe("a letter", () => {
  it("is set in paragraphs, whatever its line ends", () => {
    expect(paragraphs("one\r\ntwo\r\n\r\n\r\nthree\n\n ")).toEqual(["one\ntwo", "three"]);
  });
  it("has a heading by its kind, and none when the kind is not known", () => {
    expect(headingOf("question")).not.toBe("");
    expect(headingOf("message")).toBe("");
    expect(headingOf("toString")).toBe("");
  });
});

describe("what a message asks for", () => {
  it("is a message back, or the form that it is about", () => {
    expect(actOn("question")?.act).toBe("reply");
    expect(actOn("decision")?.act).toBe("reply");
    expect(actOn("check_in")?.act).toBe("check_in_answer");
    expect(actOn("survey")?.act).toBe("survey");
    expect([actOn("message"), actOn("stage"), actOn("constructor")]).toEqual([null, null, null]);
  });
  it("is the survey when somebody asked for it, or the case is closed", () => {
    const having = (stage: string, ...kinds: string[]): Box => {
      const items = kinds.map((kind) => ({ direction: "to_reporter", content: { kind } }));
      return { conversation: { items, stage } } as unknown as Box;
    };
    expect(asksSurvey(having("triage", "message"))).toBe(false);
    expect(asksSurvey(having("triage", "survey", "message"))).toBe(true);
    expect(asksSurvey(having("closed"))).toBe(true);
  });
});

describe("what days are reckoned from", () => {
  it("is the receipt, and the last message to the reporter that somebody vouches for", () => {
    const items = [
      { direction: "to_reporter", day: "2026-12-03" },
      { direction: "from_reporter", day: "2026-12-09" },
      { direction: "to_reporter", day: null },
    ];
    const known = {
      conversation: { items, stage: "triage" },
      receipt: { day: "2026-11-23" },
      day: "2026-11-24",
      aside: true,
    } as unknown as Box;
    expect(knownOf(known, "2026-12-10")).toEqual({
      received: "2026-11-23",
      written: "2026-12-03",
      stage: "triage",
      told: false,
      aside: true,
      today: "2026-12-10",
    });
  });
  it("is whether the outcome was told at any time, by a message that somebody vouches for", () => {
    const told = (...stages: (string | null)[]): boolean => {
      const items = stages.map((stage) => ({
        direction: "to_reporter",
        day: stage === null ? null : "2026-12-03",
        stub: stage === null ? null : { stage },
      }));
      const conversation = { items, stage: stages.at(-1) ?? "received" };
      return knownOf({ conversation, day: "2026-11-24" } as unknown as Box, "2026-12-10").told;
    };
    expect(told("acknowledged", "assessment", null, "")).toBe(false);
    expect(told("outcome")).toBe(true);
    expect(told("closed", "assessment", "")).toBe(true);
    expect(told("outcome", "closed", "assessment")).toBe(true);
  });
});

describe("what happens next", () => {
  it("is a first answer within the promised days, before anybody has written", () => {
    const next = nextStep(box(), 7, "2026-11-24");
    expect(next).toEqual({ what: mailbox.next_first, by: "By Monday 30 November.", missed: false });
    expect(nextStep(box(), 7, "2026-12-01").missed).toBe(true);
  });
  it("is what the latest stage begins, and nothing of the one before", () => {
    const nothing = { what: "", by: "" };
    const team = item({ what: "The team decides", by: "" }, "with_team");
    const later = [team, item(nothing), item(nothing, "outcome")];
    expect(nextStep(box(team, item(nothing)), 7, "2026-12-03").what).toBe("The team decides");
    expect(nextStep(box(...later), 7, "2026-12-03").what).toBe(mailbox.next_unknown);
    const over = box(...later, item(nothing, "closed"));
    const closed = { ...over, conversation: { ...over.conversation, stage: "closed" } } as Box;
    expect(nextStep(closed, 7, "2026-12-03").what).toBe(mailbox.next_closed);
    const told = item({ what: "You are heard", by: "" }, "outcome");
    expect(nextStep(box(team, told), 7, "2026-12-03").what).toBe("You are heard");
  });
  it("is what the latest message says that says so", () => {
    const items = [
      item({ what: "First", by: "2026-11-25" }),
      item({ what: "Second", by: "2026-12-03" }),
      item({ what: "", by: "" }),
    ];
    const next = nextStep(box(...items), 7, "2026-12-03");
    expect(next).toEqual({ what: "Second", by: "By Thursday 3 December.", missed: false });
  });
});

describe("a report that is set aside", () => {
  it("has the last message named as what says why, and where there is none that is said", () => {
    const told = item({ what: "A person reads it", by: "2026-12-03" });
    expect(asideWhy(box(told))).toBe(mailbox.aside_why);
    expect(asideWhy(box())).toBe(mailbox.aside_no_word);
  });
});

describe("warnings", () => {
  it("have a sentence for each kind, once", () => {
    expect(
      warningLines([
        { kind: "gap", rule: "M5" },
        { kind: "gap", rule: "M5" },
        { kind: "stub-differs", rule: "M4" },
      ]),
    ).toEqual([warnings.gap, warnings.stub_differs]);
  });
  it("say of a stub that is not one's own what to do", () => {
    expect(warningLines([{ kind: "bad-signature", rule: "G1" }], true)).toEqual([warnings.own]);
  });
});
