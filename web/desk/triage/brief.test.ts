import { expect, test } from "vitest";
import type { MemberId } from "../../protocol";
import { MOST_BRIEFED, makeBrief } from "../../protocol/brief";
import { emptyContent } from "../record/content";
import { crowded } from "../record/sample";
import type { OpenedCase } from "../opening";
import { SERVICE, SampleCase, TODAY, handlers, readerOf, sampleHistory } from "../sample";
import { openCase } from "../opening";
import { briefOf } from "./brief";

const [first, second] = handlers;

/** A case whose reporter leaves out these units and members. */
async function leavingOut(
  units: readonly string[],
  members: readonly MemberId[],
): Promise<OpenedCase> {
  const sample = await SampleCase.file();
  const opened = await openCase(SERVICE, sample.served, readerOf(first), sampleHistory);
  const { content } = opened.parties;
  if (content === null) throw new Error("it does not open");
  const exclude = { units, members, other: "" };
  return {
    ...opened,
    parties: { ...opened.parties, content: { ...content, exclude } },
  } as OpenedCase;
}

test("however much a report says, a brief of it can be made, and people come first", async () => {
  const members = Array.from(
    { length: 2_000 },
    (_, n) => n.toString(16).padStart(32, "0") as MemberId,
  );
  const units = Array.from({ length: 13_000 }, (_, n) => `U${String(n)}`);
  const opened = await leavingOut(units, members);
  const [entry] = crowded().failing.entries;
  if (entry === undefined) throw new Error("the sample has entries");
  const entries = Array.from({ length: 300 }, (_, n) => ({
    ...entry,
    id: `e${String(n)}`,
    who: "\u{1F46E}".repeat(120),
    unit: `${String(n)} \u{1F46E}`,
    is_reporter: "no" as const,
  }));
  const failing = { ...emptyContent("failing"), entries };
  const says = briefOf(opened, emptyContent("triage"), failing);
  if (says === null) throw new Error("nothing is known");
  expect(says.people.length).toBeGreaterThan(30);
  expect(says.people.length).toBeLessThanOrEqual(MOST_BRIEFED);
  const by = { member: first.member, signer: first.signer, serial: 1, day: TODAY };
  const grantee = { member: second.member, recipient: second.identity.recipient };
  await expect(makeBrief(opened.record, grantee, says, by)).resolves.toBeDefined();

  // What fits is all there.
  const few = briefOf(
    await leavingOut(units.slice(0, 40), members.slice(0, 40)),
    emptyContent("triage"),
    {
      ...failing,
      entries: [],
    },
  );
  expect(few?.exclude.units).toEqual(units.slice(0, 40));
  expect(few?.exclude.members).toEqual(members.slice(0, 40));
});
