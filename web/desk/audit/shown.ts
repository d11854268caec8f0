/** The rows of the audit trail that are shown, the latest first. Pure. */
import type { AuditRow } from "../../protocol";
import type { Followed } from "./chain";
import { fits } from "./wanted";
import type { Wanted } from "./wanted";

/** A row, and whether it was followed; one that was not is shown as the service gave it. */
export type ShownRow = { readonly row: AuditRow; readonly checked: boolean };

/** Of the rows that were followed and of those before them, those that are wanted. */
export function rowsShown(
  followed: Followed,
  earlier: readonly AuditRow[],
  wanted: Wanted,
): ShownRow[] {
  const found: ShownRow[] = [];
  for (const { row } of [...followed.rows].reverse()) {
    if (fits(row, wanted)) found.push({ row, checked: true });
  }
  for (const row of earlier) if (fits(row, wanted)) found.push({ row, checked: false });
  return found;
}
