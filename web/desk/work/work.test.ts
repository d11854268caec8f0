import { expect, test } from "vitest";
import type { CaseId } from "../../protocol";
import type { Desk } from "../desk";
import type { Session } from "../session";
import { crowded } from "../record/sample";
import type { OpenedWork } from "./opening";
import { act, contentOf, contentsOf, latestOf } from "./work";

const of = "ab".repeat(32) as CaseId;

test("no clock is paused and nothing is set aside without a reason, whoever asks", async () => {
  const changed: object[] = [];
  const desk = {
    state: { open: { case: of, work: { acting: null, opened: null } } },
    change: (part: object) => changed.push(part),
  } as unknown as Desk;
  const session = { isEnded: () => false, opened: null } as unknown as Session;
  for (const blank of ["", "  \n"]) {
    expect(await act(desk, session, of, { do: "pause", clock: "triage" }, blank)).toBe(false);
    expect(await act(desk, session, of, { do: "set_aside" }, blank)).toBe(false);
  }
  expect(changed).toEqual([]);
  // With one it is tried: what else is needed is not there.
  expect(await act(desk, session, of, { do: "pause", clock: "triage" }, "The trial")).toBe(false);
  expect(changed[0]).toMatchObject({ open: { work: { acting: "pause" } } });
});

test("what a revision says is read once, however often it is drawn, and anew when it is another", () => {
  const saved = (revision: number): OpenedWork => {
    const { failing } = crowded();
    const whole = { revision, author: "", day: "", digest: "", content: failing, warnings: [] };
    return { records: { failing: whole } } as unknown as OpenedWork;
  };
  const [first, second] = [saved(1), saved(2)];
  const read = contentOf(first, "failing");
  expect(read.entries).toHaveLength(40);
  expect(contentOf(first, "failing")).toBe(read);
  expect(contentsOf(first).failing).toBe(read);
  expect(latestOf(first, "failing")?.content).toBe(read);
  expect(contentOf(second, "failing")).not.toBe(read);
});
