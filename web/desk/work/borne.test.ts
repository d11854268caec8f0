import { expect, test } from "vitest";
import type { Digest, MemberId } from "../../protocol";
import type { Act, OpenedAct } from "../../protocol/act";
import type { Procedure } from "../../protocol/work-calls";
import { borneOut } from "./borne";

const [first, second, third] = ["aa", "bb", "cc"].map((one) => one.repeat(16) as MemberId) as [
  MemberId,
  MemberId,
  MemberId,
];
const digest = "dd".repeat(32) as Digest;

/** Acts as they were signed, one after the other. */
const acts = (...signed: readonly [MemberId, Act][]): OpenedAct[] =>
  signed.map(([member, act]) => ({ row: { member, act }, words: "", warnings: [] }) as never);
const sign: Act = { do: "sign", record: "failing", revision: 2, digest };
const alongside: Act = { do: "second", record: "failing", revision: 2, digest };

/** What a service says of Failing to Report, and of bars. */
function said(
  by: MemberId | "",
  also: MemberId | "" = "",
  bars: readonly MemberId[] = [],
): Procedure {
  const one = {
    record: "failing",
    revision: 2,
    signed: by === "" ? 0 : 2,
    by,
    second: also,
    done: true,
  };
  return { checkpoints: [one], bars } as never;
}
const records = { failing: { revision: 2, digest } };
const kinds = (procedure: Procedure, signed: readonly OpenedAct[]): string[] =>
  borneOut(procedure, signed, records).warnings.map(({ kind }) => kind);

test("signatures that acts bear out stand as the service says", () => {
  const both = acts([first, sign], [second, alongside]);
  expect(borneOut(said(first, second), both, records)).toEqual({
    procedure: said(first, second),
    warnings: [],
  });
  // One over a revision that is not the last any more is still one.
  const later = { failing: { revision: 3, digest: "ee".repeat(32) as Digest } };
  expect(borneOut(said(first), acts([first, sign]), later).warnings).toEqual([]);
  expect(kinds(said(""), [])).toEqual([]);
});

test("a signature that no act gives counts as none, and is told", () => {
  const wrong: (readonly OpenedAct[])[] = [
    [],
    acts([second, sign]),
    acts([first, { ...sign, revision: 1 }]),
    acts([first, { ...sign, record: "danger" }]),
    acts([first, { ...sign, digest: "ee".repeat(32) as Digest }]),
    acts([first, alongside]),
    [{ row: null, words: null, warnings: [] }],
  ];
  for (const signed of wrong) {
    const found = borneOut(said(first, second), signed, records);
    expect(found.warnings.map(({ kind }) => kind)).toEqual(["unproved-signature"]);
    const [checkpoint] = found.procedure.checkpoints;
    expect(checkpoint).toMatchObject({ signed: 0, by: "", second: "", done: false });
  }
  const found = borneOut(said(first, second), acts([first, sign]), records);
  expect(found.procedure.checkpoints[0]).toMatchObject({ by: first, second: "", done: false });
  expect(found.warnings).toHaveLength(1);
});

test("whoever the acts bar is barred, whatever the service says, and so is whom it names alone", () => {
  const bar = (...members: MemberId[]): Act => ({ do: "bar", members });
  const signed = acts([first, bar(second, third)], [first, { do: "lift", members: [third] }]);
  expect(borneOut(said("", "", [second]), signed, records)).toMatchObject({ warnings: [] });
  const left = borneOut(said(""), signed, records);
  expect(left.procedure.bars).toEqual([second]);
  expect(left.warnings.map(({ kind }) => kind)).toEqual(["unproved-bars"]);
  const more = borneOut(said("", "", [second, third]), signed, records);
  expect(more.procedure.bars).toEqual([second, third]);
  expect(more.warnings.map(({ kind }) => kind)).toEqual(["unproved-bars"]);
});
