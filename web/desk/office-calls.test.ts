import { expect, it } from "vitest";
import { Caller } from "./calling";
import { OfficeCalls } from "./office-calls";

const id = (number: number): string => number.toString(16).padStart(32, "0");

const account = (number: number) => ({
  member: id(number),
  label: `Handler-${String(number)}`,
  state: "enrolled",
  founding: "",
  endorsed: true,
  lead: false,
  roles: ["handler"],
  teams: ["intake"],
  factors: 1,
  sessions: 0,
  created: "",
  replaces: "",
  application: null,
});

const invitation = (number: number) => ({
  id: id(number),
  label: `Handler-${String(number)}`,
  purpose: "member",
  replaces: "",
  until: 1_800_000_000,
  by: "",
});

/** A service that keeps seven rows of a list, of which it gives three at once. */
function served(list: "accounts" | "invitations", asked: string[]): OfficeCalls {
  const make: (number: number) => object = list === "accounts" ? account : invitation;
  const caller = new Caller((path) => {
    const url = new URL(path, "http://localhost");
    asked.push(url.pathname + url.search);
    const after = Number.parseInt(url.searchParams.get("after") ?? "0", 16);
    const rows = [1, 2, 3, 4, 5, 6, 7].filter((number) => number > after).slice(0, 3);
    const last = rows.at(-1);
    const next = rows.length === 3 && last !== undefined ? id(last) : null;
    return Promise.resolve(Response.json({ [list]: rows.map(make), next }));
  });
  return new OfficeCalls(caller);
}

it.each(["accounts", "invitations"] as const)("fetches page after page of %s", async (list) => {
  const asked: string[] = [];
  const calls = served(list, asked);
  const found = list === "accounts" ? await calls.accounts() : await calls.invitations();
  expect(found.map((one) => one.label)).toEqual(
    [1, 2, 3, 4, 5, 6, 7].map((number) => `Handler-${String(number)}`),
  );
  expect(asked).toEqual([
    `/api/1/desk/${list}`,
    `/api/1/desk/${list}?after=${id(3)}`,
    `/api/1/desk/${list}?after=${id(6)}`,
  ]);
});

it("does not follow a service that leads in a circle", async () => {
  let asked = 0;
  const caller = new Caller(() => {
    asked++;
    return Promise.resolve(Response.json({ accounts: [account(4)], next: id(4) }));
  });
  expect(await new OfficeCalls(caller).accounts()).toHaveLength(2);
  expect(asked).toBe(2);
});
