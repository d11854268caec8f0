import { expect, test } from "vitest";
import { isThin, readersText } from "./teams";

const team = { route: "intake", published: true, readers: 1 } as const;

test("readers are counted only where somebody is to read", () => {
  expect(readersText(team)).toBe("1");
  expect(readersText({ ...team, readers: 0 })).toBe("0");
  expect(readersText({ ...team, route: "", readers: 3 })).toBe("3");
  expect(readersText({ ...team, route: "", readers: 0 })).toBe("–");
  expect(readersText({ ...team, published: false, readers: 0 })).toBe("–");
});

test("a team is thin where a route leads to it and fewer than two read", () => {
  expect(isThin(team)).toBe(true);
  expect(isThin({ ...team, readers: 2 })).toBe(false);
  expect(isThin({ ...team, route: "" })).toBe(false);
  expect(isThin({ ...team, published: false })).toBe(false);
});
