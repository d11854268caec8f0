import { expect, test } from "vitest";
import type { MemberId, Role } from "../../protocol";
import type { CasePart, OpenedAct } from "../../protocol/act";
import type { Procedure } from "../../protocol/work-calls";
import type { OpenedCase } from "../opening";
import { TODAY, handlers, sampleHistory } from "../sample";
import { TEAMS, newcomer, published } from "../sample-ledger";
import { assignable } from "./assignable";

const [handler] = handlers;
const as = (label: string, role: Role): ReturnType<typeof newcomer> =>
  newcomer(label, handler, { roles: [role] });
const authority = as("Authority-8", "authority");
const other = as("Authority-9", "authority");
const investigator = as("Investigator-8", "investigator");
const support = as("Support-8", "support");
const history = published(sampleHistory, {
  ...TEAMS,
  intake: [
    ...(TEAMS["intake"] ?? []),
    ...[authority, other, investigator, support].map((one) => one.entry),
  ],
});
type Somebody = { readonly member: MemberId };
const everybody = [handler, authority, other, investigator, support];

function found(
  part: CasePart,
  live: readonly Somebody[],
  declared: readonly (readonly [Somebody, boolean])[],
  change: Partial<Procedure> = {},
  acts: readonly OpenedAct[] = [],
): { ready: readonly MemberId[]; waiting: readonly MemberId[] } {
  const declarations = declared.map(([{ member }, conflict]) => ({ member, conflict }));
  const grants = { live: live.map(({ member }) => ({ member })), declarations };
  const opened = { grants } as unknown as OpenedCase;
  const procedure = { assigned: [], bars: [], ...change };
  return assignable(part, opened, procedure, acts, history);
}

const free = everybody.map((one) => [one, false] as const);
const done = (act: object, member = handler.member): OpenedAct =>
  ({ row: { act, member }, words: "", warnings: [] }) as unknown as OpenedAct;

test("a part is offered to readers with the role for it", () => {
  expect(found("authority", [handler, investigator], free)).toEqual({ ready: [], waiting: [] });
  expect(found("authority", everybody, free).ready).toEqual([authority.member, other.member]);
  expect(found("investigator", everybody, free).ready).toEqual([
    handler.member,
    investigator.member,
  ]);
  expect(found("support", everybody, free).ready).toEqual([support.member]);
});

test("who has not declared is waited for, and who has a conflict or is barred is nobody", () => {
  expect(found("authority", everybody, [])).toEqual({
    ready: [],
    waiting: [authority.member, other.member],
  });
  expect(
    found("authority", everybody, [
      [authority, false],
      [other, true],
    ]),
  ).toEqual({
    ready: [authority.member],
    waiting: [],
  });
  expect(found("authority", everybody, free, { bars: [authority.member] }).ready).toEqual([
    other.member,
  ]);
});

test("nobody is offered a part that they have, or one that excludes what they were", () => {
  const assigned = [{ member: authority.member, as: "authority" as const, since: TODAY }];
  expect(found("authority", everybody, free, { assigned }).ready).toEqual([other.member]);
  const acts = [
    done({ do: "assign", as: "investigator", member: other.member }),
    done({ do: "release", as: "investigator", member: other.member }),
    done({ do: "second", record: "failing" }, handler.member),
    { row: null, words: null, warnings: [] },
  ];
  expect(found("authority", everybody, free, {}, acts).ready).toEqual([authority.member]);
  expect(found("investigator", everybody, free, {}, acts).ready).toEqual([investigator.member]);
  expect(found("support", everybody, free, {}, acts).ready).toEqual([support.member]);
});
