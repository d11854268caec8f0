import { expect, test } from "vitest";
import type { CaseId } from "../../protocol";
import type { Desk } from "../desk";
import type { Session } from "../session";
import { act } from "./work";

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
