import { expect, test } from "vitest";
import { digest } from "../../protocol";
import type { CaseId, Digest } from "../../protocol";
import { signAct } from "../../protocol/act";
import type { Act } from "../../protocol/act";
import type { ServedWork } from "../../protocol/work-calls";
import type { Desk } from "../desk";
import type { Session } from "../session";
import { crowded } from "../record/sample";
import { openCase } from "../opening";
import { readerOf, sampleHistory } from "../sample";
import { Ledger, SERVICE, TODAY, handlers } from "../sample-ledger";
import { openWork } from "./opening";
import type { OpenedWork } from "./opening";
import { act, contentOf, contentsOf, latestOf, sendAct } from "./work";

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

test("nothing is signed after an act that was not shown", async () => {
  const ledger = await Ledger.file("acts");
  const [first] = handlers;
  const { record, secrets } = await openCase(
    SERVICE,
    ledger.whole(first.member),
    readerOf(first),
    sampleHistory,
  );
  const by = { member: first.member, signer: first.signer, serial: 1, day: TODAY };
  const none = { acts: 0, acts_digest: record.case as unknown as Digest };
  const routed: Act = { do: "route", teams: ["a"] as never };
  const made = await signAct(record, none, routed, "", by);
  const opened = (
    shown: readonly (typeof made)[],
    acts: number,
    head: Digest,
  ): Promise<OpenedWork> => {
    const procedure = { acts, acts_digest: head, checkpoints: [], bars: [] };
    const served = { records: [], conflicts: [], acts: shown, procedure } as unknown as ServedWork;
    return openWork(record, served, secrets, [], sampleHistory);
  };
  const after = digest(made.signed);
  for (const whole of [await opened([made], 1, after), await opened([], 0, none.acts_digest)]) {
    expect(whole.warnings).toEqual([]);
  }
  // One more than is shown; or another in its place, so that the count is right.
  const another = digest(Uint8Array.of(1));
  for (const held of [await opened([], 1, after), await opened([made], 1, another)]) {
    expect(held.warnings).toEqual([{ kind: "gap", rule: "Q4" }]);
    const state = { open: { case: of, work: { acting: null, opened: held } } };
    const desk = { state } as unknown as Desk;
    const session = { opened: { case: of, record } } as unknown as Session;
    await expect(sendAct(desk, session, of, routed, "")).rejects.toMatchObject({
      trouble: { code: "work_gap" },
    });
  }
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
