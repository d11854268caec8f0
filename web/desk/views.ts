/** What a member may look at, by their roles. The service decides again for every call. */
import { READING_ROLES } from "../protocol";
import type { Me } from "./state";

/** The parts of the desk, in the order of the bar. */
export const views = [
  "new",
  "mine",
  "due",
  "people",
  "accounts",
  "service",
  "audit",
  "account",
] as const;
export type View = (typeof views)[number];

/** The parts that this member sees; their own account is the last, and always there. */
export function viewsOf(me: Pick<Me, "roles" | "lead" | "administrator">): View[] {
  const seen: Record<View, boolean> = {
    new: isReader(me),
    mine: isReader(me),
    due: isReader(me),
    people: me.lead,
    accounts: me.administrator,
    service: me.administrator,
    audit: me.roles.includes("auditor"),
    account: true,
  };
  return views.filter((view) => seen[view]);
}

/** Whether a member may be let into cases (K4). */
export function isReader({ roles }: Pick<Me, "roles">): boolean {
  return roles.some((role) => READING_ROLES.includes(role));
}
