import { expect, test } from "vitest";
import type { Role } from "../protocol";
import { viewsOf } from "./views";

const seenBy = (roles: Role[], more: { lead?: boolean; administrator?: boolean } = {}): string =>
  viewsOf({ roles, lead: false, administrator: false, ...more }).join(" ");

test("each role sees its own parts, and only reading roles see reports", () => {
  expect(seenBy(["handler"])).toBe("new mine due account");
  expect(seenBy(["custodian", "support"])).toBe("new mine due account");
  expect(seenBy(["auditor"])).toBe("audit account");
  expect(seenBy(["analyst"])).toBe("account");
  expect(seenBy(["caller"])).toBe("account");
  expect(seenBy([])).toBe("account");
  expect(seenBy([], { lead: true })).toBe("people account");
  expect(seenBy(["investigator"], { lead: true })).toBe("new mine due people account");
  expect(seenBy(["administrator"], { administrator: true })).toBe("accounts service account");
});
