import { expect, test } from "vitest";
import type { CaseId } from "../../protocol";
import type { Act } from "../../protocol/act";
import type { Desk } from "../desk";
import { openCase } from "../opening";
import { SERVICE, SampleCase, handlers, readerOf, sampleHistory, vaultOf } from "../sample";
import type { Session } from "../session";
import type { CaseView, Draft } from "../state";
import { Troubled } from "../trouble";
import { words } from "../words";
import { Working } from "./working";

const [first] = handlers;

/** A desk with a case open, at a service that takes every act, or none; and what it was shown. */
async function deskAt(takes = true): Promise<{
  working: Working;
  draft: () => Draft | undefined;
  open: () => Pick<CaseView, "case" | "tab" | "done" | "work">;
  leave: () => void;
}> {
  const sample = await SampleCase.file({ grantees: [first.member] });
  const opened = await openCase(SERVICE, sample.served, readerOf(first), sampleHistory);
  const of = opened.case;
  const procedure = { acts: 0, acts_digest: "0".repeat(64) };
  const work = { acting: null, opened: { procedure, records: {}, warnings: [] } };
  const state = {
    open: { case: of, tab: "procedure", done: null, work },
    drafts: new Map<CaseId, Draft>(),
    casework: null,
  };
  let leaving = false;
  const leave = (): void => {
    leaving = true;
  };
  const session = {
    isEnded: () => false,
    opened,
    vault: vaultOf(first),
    roots: sampleHistory,
    casework: null,
    work: {
      act: () => {
        if (leaving) state.open = { ...state.open, case: "cd".repeat(32) as CaseId };
        return takes ? Promise.resolve() : Promise.reject(new Troubled("offline"));
      },
      settings: () => Promise.reject(new Troubled("offline")),
    },
  } as unknown as Session;
  const desk = {
    state,
    session,
    change: (part: object) => Object.assign(state, part),
    fresh: (call: () => unknown) => call(),
    showTab: (tab: string) => Object.assign(state, { open: { ...state.open, tab, done: null } }),
  } as unknown as Desk;
  return {
    working: new Working(desk),
    draft: () => state.drafts.get(of),
    open: () => state.open as unknown as CaseView,
    leave,
  };
}

test("what is shown next is not a comparison, and says nothing of what was done before", async () => {
  const { working, open } = await deskAt();
  working.set({ done: "Assigned.", history: { record: "triage", revisions: [], from: 0, to: 1 } });
  expect(open().work).toMatchObject({ done: "Assigned.", history: { record: "triage" } });
  working.showRecord("triage");
  expect(open()).toMatchObject({ tab: "record", work: { record: "triage", done: null } });
  expect(open().work).toMatchObject({ actTrouble: null, assignTrouble: null, history: null });
});

const reopen: Act = { do: "reopen" };

test("once a case is opened again, the message that tells its reporter of a stage is begun", async () => {
  const { working, draft, open } = await deskAt();
  expect(await working.act(reopen, "A third constable came forward.")).toBe(true);
  expect(draft()).toMatchObject({ kind: "stage", stage: "", sending: false });
  expect(open()).toMatchObject({ tab: "conversation", done: words.work.done.reopen });
});

test("no message is begun by another act, by one that was refused, or in another case", async () => {
  const other = await deskAt();
  expect(await other.working.act({ do: "take_up" }, "It is none.")).toBe(true);
  const refused = await deskAt(false);
  expect(await refused.working.act(reopen, "It was too early.")).toBe(false);
  const left = await deskAt();
  left.leave();
  expect(await left.working.act(reopen, "It was too early.")).toBe(true);
  for (const { draft, open } of [other, refused, left]) {
    expect(draft()).toBeUndefined();
    expect(open().tab).toBe("procedure");
  }
});
