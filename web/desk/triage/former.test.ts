import { expect, test } from "vitest";
import type { MemberId, TeamId } from "../../protocol";
import type { Act, OpenedAct } from "../../protocol/act";
import type { Procedure } from "../../protocol/work-calls";
import { openCase } from "../opening";
import { emptyContent } from "../record/content";
import type { ContentOf } from "../record/content";
import { scenario } from "../record/sample";
import {
  SERVICE,
  SampleCase,
  TODAY,
  custodian,
  handlers,
  readerOf,
  sampleHistory,
} from "../sample";
import { TEAMS, newcomer, published } from "../sample-ledger";
import { formerReaders } from "./former";

const [first, second, third] = handlers;
const [wrong, right] = ["wrong", "right"] as [TeamId, TeamId];
const [east, west, both] = ["East-1", "West-1", "Both-1"].map((label) =>
  newcomer(label, second, { replaces: "" }),
) as [typeof first, typeof first, typeof first];
const now = published(sampleHistory, {
  ...TEAMS,
  [wrong]: [east.entry, west.entry, both.entry, third.entry, custodian.entry],
  [right]: [both.entry],
});

const done = (act: Act, member = first.member): OpenedAct =>
  ({ row: { act, member } }) as unknown as OpenedAct;
const routes = [[wrong], [right]].map((teams) => done({ do: "route", teams }));

/** A case of the first two handlers in which everybody of the wrong team was let in. */
async function labels(
  change: Partial<Procedure> = {},
  acts = routes,
  triage: ContentOf<"triage"> = emptyContent("triage"),
): Promise<string[]> {
  const sample = await SampleCase.file({ grantees: [first.member, second.member] });
  for (const one of [east, west, both, third, custodian]) await sample.share(first, one, false, 2);
  const opened = await openCase(SERVICE, sample.served, readerOf(first), now);
  const procedure = { teams: [right], assigned: [], bars: [], ...change } as unknown as Procedure;
  return formerReaders(opened, procedure, acts, triage, now).map(({ member }) => member.label);
}

test("who was let in for a team goes on reading when another has the case, and is told of", async () => {
  expect(await labels()).toEqual(["East-1", "West-1"]);
});

test("while a team works on the case, or owns an allegation again, its readers are no former ones", async () => {
  expect(await labels({ teams: [wrong, right] })).toEqual([]);
  expect(await labels({ teams: [] }, [])).toEqual([]);
  const [one] = scenario().triage.allegations;
  if (one === undefined) throw new Error("the scenario has an allegation");
  const owned = { subjects: [], allegations: [{ ...one, team: wrong }] };
  expect(await labels({}, routes, owned)).toEqual([]);
});

test("who has a part, signed as second authority or is barred is no former reader", async () => {
  const part = { as: "investigator", member: east.member, since: TODAY } as const;
  expect(await labels({ assigned: [part] })).toEqual(["West-1"]);
  expect(await labels({ bars: [west.member] as MemberId[] })).toEqual(["East-1"]);
  const signed = { do: "second", record: "failing", revision: 1, digest: "" } as unknown as Act;
  expect(await labels({}, [...routes, done(signed, west.member)])).toEqual(["East-1"]);
});
